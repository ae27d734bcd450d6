/**
 * The commands that have no outcome yet: encoded once, kept until their outcome came, so that a resend is a copy.
 * Tickets count all commands of a client, 1, 2, 3 …; they never repeat, also when a new session begins to number at 1.
 */
import { commandAt } from '../../protocol/commands.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { commandBytesMax } from '../../protocol/limits.ts';
import { assert, assertEqual } from '../../std/assert.ts';
import { powerOfTwoAtLeast, setU53 } from '../../std/integers.ts';

/** The state of a command: no outcome yet; reported as unknown but still resent and awaited; done. */
const State = { waiting: 0, overdue: 1, answered: 2 } as const;

export class CommandWindow {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Ticket of the oldest command without an outcome; `next` when there is none. */
  oldest = 1;
  /** Ticket of the next command. */
  next = 1;
  /** Ticket of the first command that this connection has not carried yet. */
  unsent = 1;
  /** Ticket of the first command that no connection has carried yet: the cluster cannot know it. */
  neverSent = 1;
  /** The highest ticket that was answered, or ended without an answer. A mass cancel may be answered behind it. */
  lastAnswered = 0;
  /** After `chunk`: the bytes to send, and the ticket behind them. */
  chunkFrom = 0;
  chunkTo = 0;
  chunkNext = 0;
  /** What makes the time of a command's submission the exchange's time at which its caller gives it up. */
  deadlineAfterUs = 0;
  /** No deadline is written that is earlier: in their 32 bits one of weeks ago would be one to come. */
  deadlineUsMin = 0;

  /** Commands of the caller that may wait for their outcomes. */
  readonly commandsMax: number;
  readonly #mask: number;
  readonly #offsets: Int32Array;
  readonly #submittedUs: Float64Array;
  readonly #states: Uint8Array;
  /** Session and number of a command: its ticket minus `#base`. */
  #sessionId = 0;
  #base = 0;
  #head = 0;
  /** Ticket of the oldest command that has not been reported as overdue. */
  #punctual = 1;

  constructor(commandsMax: number) {
    assert(
      commandsMax >= 1 && commandsMax <= 1_048_576,
      () => `a window holds 1 to 1,048,576 commands: ${commandsMax}`,
    );
    this.commandsMax = commandsMax;
    const slots = powerOfTwoAtLeast(commandsMax + 1);
    this.#mask = slots - 1;
    this.#offsets = new Int32Array(slots);
    this.#submittedUs = new Float64Array(slots);
    this.#states = new Uint8Array(slots);
    // One more for the end of the session, one for the waste at the wrap and one that is being written.
    this.bytes = new Uint8Array((commandsMax + 3) * commandBytesMax);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Commands without an outcome. */
  get pending(): number {
    return this.next - this.oldest;
  }

  /** Where to write the next command; -1 when the window is full. `extra` uses the place kept for the last one. @hot */
  begin(extra = false): number {
    if (this.next - this.oldest >= (extra ? this.commandsMax + 1 : this.commandsMax)) return -1;
    if (this.next === this.oldest || this.#head + commandBytesMax > this.bytes.length) this.#head = 0;
    return this.#head;
  }

  /** Takes the command that was written at the place from `begin`, and numbers it; returns its ticket. @hot */
  submit(nowUs: number): number {
    const ticket = this.next++;
    const slot = ticket & this.#mask;
    this.#offsets[slot] = this.#head;
    this.#submittedUs[slot] = nowUs;
    this.#states[slot] = State.waiting;
    this.#number(ticket);
    this.#head += this.view.getUint16(this.#head, true);
    return ticket;
  }

  /** The ticket of a command number of the present session, or 0 when it awaits no outcome. @hot */
  ticketOf(commandNumber: number): number {
    const ticket = this.#base + commandNumber;
    if (ticket < this.oldest || ticket >= this.next) return 0;
    return this.#states[ticket & this.#mask] === State.answered ? 0 : ticket;
  }

  /** The ticket that has, or would have, a command number of the present session. */
  ticketAt(commandNumber: number): number {
    return this.#base + commandNumber;
  }

  /** The command number of a ticket in the present session. */
  numberOf(ticket: number): number {
    return ticket - this.#base;
  }

  /** Type of the command of a ticket that is still held. */
  typeOf(ticket: number): number {
    return this.view.getUint8(this.#offsets[ticket & this.#mask] + TYPE_AT);
  }

  /** The outcome came, or never will: gives the place back. @hot */
  answer(ticket: number): void {
    this.#states[ticket & this.#mask] = State.answered;
    if (ticket > this.lastAnswered) this.lastAnswered = ticket;
    while (this.oldest < this.next && this.#states[this.oldest & this.#mask] === State.answered)
      this.oldest++;
    if (this.unsent < this.oldest) this.unsent = this.oldest;
    if (this.neverSent < this.oldest) this.neverSent = this.oldest;
    if (this.#punctual < this.oldest) this.#punctual = this.oldest;
  }

  /** A ticket that waits since before `beforeUs` and was not reported yet, which makes it overdue; 0 when none is. */
  takeOverdue(beforeUs: number): number {
    for (; this.#punctual < this.next; this.#punctual++) {
      const slot = this.#punctual & this.#mask;
      if (this.#states[slot] !== State.waiting) continue;
      if (this.#submittedUs[slot] > beforeUs) return 0;
      this.#states[slot] = State.overdue;
      return this.#punctual++;
    }
    return 0;
  }

  /**
   * Gives up what no connection has carried, by way of a deadline that is over whenever it arrives; returns the tickets
   * that were waited for.
   */
  giveUpUnsent(): number[] {
    const tickets: number[] = [];
    for (let ticket = Math.max(this.neverSent, this.oldest); ticket < this.next; ticket++) {
      const slot = ticket & this.#mask;
      if (this.#states[slot] !== State.waiting) continue;
      this.#states[slot] = State.overdue;
      this.#submittedUs[slot] = Number.NEGATIVE_INFINITY;
      tickets.push(ticket);
    }
    return tickets;
  }

  /** When the oldest command that is not overdue was submitted; Infinity when there is none. */
  get punctualSinceUs(): number {
    return this.#punctual < this.next
      ? this.#submittedUs[this.#punctual & this.#mask]
      : Number.POSITIVE_INFINITY;
  }

  /** Starts over on a connection: it has to carry everything from `ticket` on. */
  rewind(ticket: number): void {
    this.unsent = Math.max(this.oldest, ticket);
  }

  /** Finds the next bytes for the connection, whole records in one piece, at most `bytesMax`; false when none. @hot */
  chunk(bytesMax: number): boolean {
    let ticket = this.unsent;
    if (ticket >= this.next) return false;
    this.chunkFrom = this.#offsets[ticket & this.#mask];
    let to = this.chunkFrom;
    while (ticket < this.next && this.#offsets[ticket & this.#mask] === to) {
      const length = this.view.getUint16(to, true);
      if (to > this.chunkFrom && to + length - this.chunkFrom > bytesMax) break;
      this.#writeDeadline(ticket, to);
      to += length;
      ticket++;
    }
    this.chunkTo = to;
    this.chunkNext = ticket;
    return true;
  }

  /** @hot */
  #writeDeadline(ticket: number, at: number): void {
    const dueUs = this.#submittedUs[ticket & this.#mask] + this.deadlineAfterUs;
    // 0 would be no deadline.
    const deadlineMs = (Math.max(dueUs, this.deadlineUsMin) / 1_000) >>> 0 || 1;
    this.view.setUint32(at + commandAt.deadlineMs, deadlineMs, true);
  }

  /** The connection has taken the bytes that `chunk` found. @hot */
  chunkSent(): void {
    this.unsent = this.chunkNext;
    if (this.neverSent < this.unsent) this.neverSent = this.unsent;
  }

  /** The session is gone, and all that was sent in it has been answered: the rest gets new numbers from 1. */
  leaveSession(): void {
    assertEqual(this.oldest, this.neverSent, 'what the old session may know is not sent again');
    this.#base = this.oldest - 1;
    this.unsent = this.oldest;
    this.enterSession(0);
  }

  /** Writes the session's id into all commands that wait for it, and into those to come. */
  enterSession(sessionId: number): void {
    this.#sessionId = sessionId;
    for (let ticket = this.oldest; ticket < this.next; ticket++) this.#number(ticket);
  }

  #number(ticket: number): void {
    const at = this.#offsets[ticket & this.#mask];
    this.view.setUint32(at + commandAt.sessionId, this.#sessionId, true);
    setU53(this.view, at + commandAt.commandNumber, ticket - this.#base);
  }
}
