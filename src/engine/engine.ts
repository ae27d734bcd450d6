/**
 * The deterministic exchange: f(state, command) → state, events. The same commands give the same events and the same
 * state on every machine; there is no clock, no chance and no I/O in here.
 */

import { LadderBooks } from '../book/ladder.ts';
import { AuditKind } from '../protocol/audit.ts';
import * as protocolCodes from '../protocol/codes.ts';
import * as protocolCommands from '../protocol/commands.ts';
import * as protocolLayout from '../protocol/layout.ts';
import { assert } from '../std/assert.ts';
import * as integers from '../std/integers.ts';
import * as records from '../store/records.ts';
import { answer } from './commands/answers.ts';
import { noteCommand } from './commands/audit.ts';
import * as handlers from './commands/handlers.ts';
import { cancelOne, replace } from './commands/order-changes.ts';
import { place } from './commands/place-order.ts';
import { mayActByKey } from './commands/requests.ts';
import { passOver } from './commands/voided.ts';
import { mayWatch } from './commands/watchers.ts';
import { isWellFormed } from './commands/well-formed.ts';
import type { EventSink } from './events/output.ts';
import { LookAhead } from './look-ahead.ts';
import { Queries } from './queries.ts';
import { differences } from './snapshot/differences.ts';
import { economicHash, type Hashes, hashSteps, snapshotHashSteps, stateHash } from './snapshot/hashes.ts';
import { checkInvariants } from './snapshot/invariants.ts';
import { readSnapshot, snapshotBytes, snapshotSteps, writeSnapshot } from './snapshot/snapshot.ts';
import { type EngineOptions, OpeningFlag, State } from './state.ts';
import type { SessionClaim } from './stores/sessions.ts';
import { type TradingStop, tradingStops } from './trading-stops.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { cancelOrder, commandAt, placeOrder, replaceOrder } = protocolCommands;
const { TYPE_AT } = protocolLayout;
const { getU53 } = integers;

const {
  sessionId: sessionAt,
  commandNumber: numberAt,
  accountId: accountAt,
  deadlineMs: deadlineAt,
} = commandAt;
const { type: placeType } = placeOrder;
const { type: cancelType } = cancelOrder;
const { type: replaceType } = replaceOrder;

export type { EventSink } from './events/output.ts';
export { commandsAhead } from './look-ahead.ts';
export type { Hashes } from './snapshot/hashes.ts';
export type { EngineLimits, EngineOptions } from './state.ts';
export type { SessionClaim } from './stores/sessions.ts';

/** One exchange. Reads of its state go through `queries`. */
export class Engine {
  readonly queries: Queries;
  readonly #state: State;
  readonly #lookAhead: LookAhead | undefined;

  constructor(options?: EngineOptions);
  constructor(options: EngineOptions | undefined, state: State);
  constructor(options: EngineOptions = {}, state: State = new State(options)) {
    this.#state = state;
    this.queries = new Queries(state);
    this.#lookAhead = state.books instanceof LadderBooks ? new LookAhead(state, state.books) : undefined;
  }

  /** The engine that wrote a snapshot, or undefined if `bytes` are not a whole snapshot within these limits. */
  static restore(bytes: Uint8Array, options: EngineOptions = {}): Engine | undefined {
    const state = readSnapshot(bytes, options);
    return state === undefined ? undefined : new Engine(options, state);
  }

  /** seq of the last applied command, 0 before the first. */
  get lastSeq(): number {
    return this.#state.lastSeq;
  }

  /** The version of the engine by which commands are applied. */
  get version(): number {
    return this.#state.engineVersion;
  }

  /** The newest version that it may go over to. */
  get versionMost(): number {
    return this.#state.engineVersionMost;
  }

  /** A digest of all events since the first command: 32 bits, as a signed number. @hot */
  get eventDigest(): number {
    return this.#state.output.digest;
  }

  /** Microseconds since 1970, as stamped on the last applied command. */
  get lastTimeUs(): number {
    return this.#state.lastTimeUs;
  }

  /**
   * Applies one command: the record at `at`, which is there in its whole length. `seq` follows lastSeq, and time does
   * not run back. A malformed command changes nothing but lastSeq and lastTimeUs. @hot
   */
  apply(view: DataView, at: number, seq: number, timeUs: number, sink: EventSink): void {
    const state = this.#state;
    assert(seq === state.lastSeq + 1, 'commands are applied one after the other');
    assert(timeUs >= state.lastTimeUs, 'time does not run back');
    state.lastSeq = seq;
    state.lastTimeUs = timeUs;
    if (!isWellFormed(view, at)) return;
    const type = view.getUint8(at + TYPE_AT);
    state.output.begin(sink, seq, timeUs);
    if (state.isSweeping) state.sweeps.newCommand();
    state.sessionId = view.getUint32(at + sessionAt, true);
    state.accountId = view.getUint32(at + accountAt, true);
    state.commandNumber = getU53(view, at + numberAt);
    if (state.sessionId === 0) {
      state.session = NONE;
      handlers.applyOfLeader(state, type, view, at);
    } else if (isNext(state, type)) {
      const deadlineMs = view.getInt32(at + deadlineAt, true);
      if (deadlineMs !== 0 && isPast(deadlineMs, timeUs)) answer(state, type, OutcomeCode.deadlinePassed);
      else if (!state.sessions.isLimited(state.session) || mayAct(state, type, view, at))
        applyOfSession(state, type, view, at);
      else noteCommand(state, type, view, at);
    }
  }

  /** Passes over a command that was voided: its session learns it, and nothing else comes of it. */
  skip(view: DataView, at: number, seq: number, timeUs: number, sink: EventSink): void {
    const state = this.#state;
    assert(
      seq === state.lastSeq + 1 && timeUs >= state.lastTimeUs,
      () =>
        `a command is passed over in its turn: ${seq} after ${state.lastSeq}, ${timeUs} after ${state.lastTimeUs}`,
    );
    state.lastSeq = seq;
    state.lastTimeUs = timeUs;
    state.output.begin(sink, seq, timeUs);
    if (state.isSweeping) state.sweeps.newCommand();
    passOver(state, view, at);
  }

  /** How many commands were voided at this time or later, as far as the audit trail remembers. */
  voidsSince(timeUs: number): number {
    return this.#state.audit.countSince(AuditKind.voided, timeUs);
  }

  /** Whether this command was passed over, as far as the audit trail remembers. */
  hasPassedOver(seq: number): boolean {
    return this.#state.audit.has(AuditKind.voided, seq);
  }

  /**
   * Fetches what the `count` commands (commandsAhead at the most) from `at` on, one behind the other, will need of a
   * large state. It changes nothing and may be left out. @hot
   */
  lookAhead(view: DataView, at: number, count: number): void {
    this.#lookAhead?.run(view, at, count);
  }

  /** The last command number that was applied for a session, -1 if the session is not open. */
  lastCommandNumber(sessionId: number): number {
    const slot = this.#state.sessions.find(sessionId);
    return slot === NONE ? -1 : this.#state.sessions.lastNumber(slot);
  }

  /** Whether a session is open and a claim is good for it. */
  isClaimed(sessionId: number, claim: SessionClaim): boolean {
    const { sessions } = this.#state;
    const slot = sessions.find(sessionId);
    return slot !== NONE && sessions.isClaimedBy(slot, claim);
  }

  /** Visits the sessions that asked for cancel on disconnect. */
  forEachDisconnectSession(visit: (sessionId: number, graceMs: number) => void): void {
    const { sessions } = this.#state;
    for (let slot = 0; slot < sessions.used; slot++) {
      if (sessions.isOpen(slot) && sessions.cancelsOnDisconnect(slot)) {
        visit(sessions.id(slot), sessions.graceMs(slot));
      }
    }
  }

  /** Whether orders wait to be cancelled: a continueCancels command would cancel some. */
  get isSweeping(): boolean {
    return this.#state.isSweeping;
  }

  /** From which time on an openDue command would open something, in microseconds since 1970; Infinity: never. */
  get opensAtUs(): number {
    return this.#state.modes.dueUs;
  }

  /** How many openDue commands this engine has applied. */
  get openings(): number {
    return this.#state.openings;
  }

  /** The mode of the whole exchange. */
  get mode(): number {
    return this.#state.modes.exchange;
  }

  /** The site that writes, by what the engine was given; 0: the first one, ever since. */
  get writingSite(): number {
    return this.#state.site;
  }

  /** The epoch in which that site began to write, and its first command; 0: the first site, since the founding. */
  get siteEpoch(): number {
    return this.#state.siteEpoch;
  }

  get siteSeq(): number {
    return this.#state.siteSeq;
  }

  /** The exchange may not open yet: another site may write. */
  get isOpeningHeld(): boolean {
    return (this.#state.reopening & OpeningFlag.held) !== 0;
  }

  /** How often a mode has changed since this engine began or was restored. */
  get modeChanges(): number {
    return this.#state.modes.changes;
  }

  /** What is not open, the exchange first; at most so many. */
  stopped(max: number): readonly TradingStop[] {
    return tradingStops(this.#state, max);
  }

  /** How many entries the audit trail has had. */
  get auditCount(): number {
    return this.#state.audit.count;
  }

  /** When the newest order in the audit trail came to the control port of a replica, by the clock there; 0: none. */
  lastOrderUs(replicaId: number): number {
    return this.#state.audit.lastGivenUs(replicaId);
  }

  /** Makes the exchange read-only without a command: only before a snapshot that all replicas begin with. */
  makeReadOnly(reason: string): void {
    this.#state.modes.makeReadOnly(reason);
    this.#state.isRestricted = true;
  }

  /** How many changes of API keys this state has seen. */
  get keyChanges(): number {
    return this.#state.keys.changes;
  }

  /** How many continueCancels commands this engine has applied. */
  get portions(): number {
    return this.#state.portions;
  }

  /** Whether an expireDisconnect of this session would cancel anything. */
  hasDisconnectOrders(sessionId: number): boolean {
    const slot = this.#state.sessions.find(sessionId);
    return slot !== NONE && this.#state.sessions.firstOrder(slot) !== NONE;
  }

  /** Bytes of a snapshot of the state as it is now. */
  snapshotBytes(): number {
    return snapshotBytes(this.#state);
  }

  /** Writes a snapshot to the start of `into`; returns its bytes. */
  writeSnapshot(into: Uint8Array): number {
    return writeSnapshot(this.#state, into);
  }

  /**
   * Like writeSnapshot, in steps of at most `stepBytes`, or one order; yields how many bytes are written. No command
   * may be applied before the last step.
   */
  snapshotSteps(into: Uint8Array, stepBytes: number): Generator<number, number> {
    return snapshotSteps(this.#state, into, stepBytes);
  }

  /**
   * The state hash from a snapshot, in steps of `stepBytes`, for a caller that had no time for it when it took the
   * snapshot. `snapshot` begins at a multiple of 4 bytes of its buffer.
   */
  static snapshotHashSteps(snapshot: Uint8Array, stepBytes: number): Generator<undefined, string> {
    return snapshotHashSteps(snapshot, stepBytes);
  }

  /** 16 hexadecimal digits over all that a snapshot holds. */
  stateHash(): string {
    return stateHash(this.#state);
  }

  /** 16 hexadecimal digits over what the state means in trade: books in priority order and positions. */
  economicHash(): string {
    return economicHash(this.#state);
  }

  /** Both hashes in steps of a few milliseconds; no command may be applied before the last one. */
  hashSteps(): Generator<undefined, Hashes> {
    return hashSteps(this.#state);
  }

  /** How this state differs from another one of the same moment, in words; at most `linesMax` lines. Slow. */
  differences(other: Engine, linesMax: number): readonly string[] {
    return differences(this.#state, other.#state, linesMax);
  }

  /** Asserts all that must be true of the state. Slow: for tests and the simulator. */
  invariants(): void {
    checkInvariants(this.#state);
  }
}

/** Whether a session's command is the next of its session; if it is not, it has been answered where it must be. */
function isNext(state: State, type: number): boolean {
  state.session = state.sessions.find(state.sessionId);
  if (state.session === NONE) {
    answer(state, type, OutcomeCode.unknownSession);
    return false;
  }
  const expected = state.sessions.lastNumber(state.session) + 1;
  // A lower number was applied before, and its events were emitted then.
  if (state.commandNumber > expected) answer(state, type, OutcomeCode.commandNumberGap);
  if (state.commandNumber !== expected) return false;
  state.sessions.touch(state.session, expected, state.lastSeq);
  return true;
}

/**
 * Whether a deadline, of which the low 32 bits are given, lies before a time: it does not lie further away than 24
 * days.
 */
function isPast(deadlineMs: number, timeUs: number): boolean {
  return ((((timeUs / 1000) | 0) - deadlineMs) | 0) > 0;
}

/** Whether a program or a watcher may do so; if not, that is answered. */
function mayAct(state: State, type: number, view: DataView, at: number): boolean {
  const isOfWatcher = state.sessions.isOfWatcher(state.session);
  return isOfWatcher ? mayWatch(state, type, view, at) : mayActByKey(state, type);
}

/** @hot */
function applyOfSession(state: State, type: number, view: DataView, at: number): void {
  // Hot: these come by the million. Called by name they are compiled into their caller; through the table they are not.
  if (type === placeType) place(state, view, at);
  else if (type === cancelType) cancelOne(state, view, at);
  else if (type === replaceType) replace(state, view, at);
  else handlers.applyOfSession(state, type, view, at);
}
