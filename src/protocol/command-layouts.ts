/** What all commands have in common: the header in front, and the stamp of the signed request behind. */
import { type Fields, Layout, u16, u32, u53 } from './layout.ts';
import { commandBytesMax } from './limits.ts';

const commandHeader = {
  /** The session that sent it; 0: the leader itself, or a session that is being opened. */
  sessionId: u32(),
  /** 1, 2, 3 … in each session; 0 from the leader itself and in openSession. */
  commandNumber: u53(),
  /** The account it acts for; 0 where it acts for none. */
  accountId: u32(),
  /**
   * Until when the exchange may carry it out: the low 32 bits of milliseconds since 1970 in the exchange's own time; 0
   * is no deadline. A command that is stamped later changes nothing and is answered `deadlinePassed`.
   */
  deadlineMs: u32(),
} as const;

/** Of a command that has no session and no number yet, and that acts for no account. */
export const emptyHeader = { sessionId: 0, commandNumber: 0, accountId: 0, deadlineMs: 0 } as const;

/**
 * Optional, behind the fixed fields: the signed request that led to the command. A request runs once, and only within
 * `requestWindowMs` of its time.
 */
export const requestStamp = {
  /** Milliseconds since 1970, as the caller signed it. */
  requestTimeMs: u53(),
  /** 64 bits that are another for each request of an account. */
  requestLow: u32(),
  requestHigh: u32(),
  /** The API key that signed it; 0: none, and then no permission is asked for. */
  keyNumber: u32(),
  /** Which secret of the key signed it. */
  keyVersion: u16(),
  /** Of a request that takes several commands of an operator, their number: 0, 1, 2 …. */
  step: u16(),
} as const;

/** A command with its header; what is optional is behind its fields. */
export function command<F extends Fields>(
  type: number,
  name: string,
  fields: F,
  optional: Fields = {},
): Layout<typeof commandHeader & F> {
  const layout = new Layout(name, type, { ...commandHeader, ...fields }, false, optional);
  if (layout.size + layout.optionalBytes > commandBytesMax)
    throw new Error(`${name} is larger than a command may be`);
  return layout;
}
