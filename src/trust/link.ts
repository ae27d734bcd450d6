/** What is known of one connection between two parties, proven or not. */
import type { ConnectionRole } from '../protocol/messages.ts';
import type { SecureStream } from './secure-stream.ts';

/** How long the two sides of a connection have to prove themselves. */
const proofUs = 5_000_000;

/** `closing`: its owner knows it no more, and what was queued still leaves. `gone`: nothing is left of it. */
type LinkState = 'proving' | 'open' | 'closing' | 'gone';

/** One connection of a replica, from the first byte to the last. */
export class Link {
  readonly id: number;
  readonly calledId: number;
  /** What this side called for. */
  readonly role: ConnectionRole | undefined;
  readonly source: number;
  readonly sinceUs: number;
  deadlineUs: number;
  state: LinkState = 'proving';
  /** From the first byte on. */
  stream: SecureStream | undefined;
  /** Of a caller: it has begun a handshake. */
  hasSpoken = false;
  isBelieved = false;
  isDirty = false;
  isUnread = false;

  constructor(id: number, calledId: number, role: ConnectionRole | undefined, source: number, nowUs: number) {
    this.id = id;
    this.calledId = calledId;
    this.role = role;
    this.source = source;
    this.sinceUs = nowUs;
    this.deadlineUs = nowUs + proofUs;
  }

  /** It called, and has proven nothing yet. */
  get isStranger(): boolean {
    return this.state === 'proving' && this.calledId === 0;
  }
}
