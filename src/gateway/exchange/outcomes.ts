/** What became of a command, or why it is refused, with what a face needs to word it. */
import type { Instrument } from '../admission/orders.ts';
import { CoreError, type RefusalCode, type RefusalDetails, refusals } from '../admission/refusals.ts';
import type { ModeRow, OrderReference, Outcome } from '../ports.ts';

export interface CommandOutcome {
  readonly outcome: Outcome;
  /** Whether it speaks of one order; else of a number of things. */
  readonly isAboutOrder: boolean;
  /** Of that order; undefined where the exchange did not say it in time. */
  readonly instrument: Instrument | undefined;
}

/** What to ask for to learn what became of a command: an order, or all that an account has open. */
export type WhatToAsk = OrderReference | { readonly accountId: number };

/** A command that the exchange refuses, or whose outcome is not known. */
export class CommandRefusal extends CoreError {
  /** What the exchange says of it. */
  readonly refused: CommandOutcome | undefined;
  readonly ask: WhatToAsk | undefined;

  constructor(
    code: RefusalCode,
    about: { readonly refused: CommandOutcome } | { readonly ask: WhatToAsk },
    details: RefusalDetails = {},
    message: string = refusals[code].message,
  ) {
    super(code, details, message);
    this.refused = 'refused' in about ? about.refused : undefined;
    this.ask = 'ask' in about ? about.ask : undefined;
  }
}

/**
 * The outcome of a command about one order that was carried out; throws a refusal of the exchange. Of an order that is
 * not known nothing is said, so that one of another account looks like one that never was.
 */
export function orderCarriedOut(outcome: Outcome, instrument: Instrument | undefined): CommandOutcome {
  return carriedOutOf({ outcome, instrument, isAboutOrder: true });
}

/** The same of a command that is not about one order. */
export function carriedOut(outcome: Outcome): CommandOutcome {
  return carriedOutOf({ outcome, instrument: undefined, isAboutOrder: false });
}

function carriedOutOf(what: CommandOutcome): CommandOutcome {
  const { outcome } = what;
  const { code } = outcome;
  if (code === 'unknownOrder') throw new CoreError(code);
  if (outcome.refusedBy !== undefined) throw refusedByMode(outcome.refusedBy, what);
  if (code !== 'ok') throw new CommandRefusal(code, { refused: what });
  return what;
}

/** The operator has stopped the exchange, an instrument or an account: says which, and why. */
function refusedByMode({ scope, reasonText, opensAtMs }: ModeRow, refused: CommandOutcome): CommandRefusal {
  const code = refused.outcome.code as RefusalCode;
  const of = { exchange: 'the whole exchange', instrument: 'the instrument', account: 'the account' }[scope];
  const why = reasonText === '' ? 'No reason is given.' : `The reason: ${reasonText}`;
  const message = `${refusals[code].message} It is the mode of ${of}. ${why}`;
  return new CommandRefusal(code, { refused }, { reason: reasonText, opensAtMs }, message);
}
