/** What the tests of this room share: a log in memory, and one replica that is fed by hand. */
import assert from 'node:assert/strict';
import { emptyRaftMessage, type RaftMessage, RaftType } from '../../protocol/datagrams.ts';
import { Random } from '../../std/random.ts';
import { noMembers } from '../configuration.ts';
import { Raft } from '../raft.ts';
import {
  type Configuration,
  type HardState,
  type IncomingFrames,
  type RaftLog,
  type RaftOptions,
  type RaftOutput,
  Role,
} from '../types.ts';

export interface Frame {
  readonly term: number;
  readonly payload: number;
  readonly configuration?: Configuration;
}

export const electionTimeoutUs = 20_000;
export const electionTimeoutUsMin = 10_000;
export const heartbeatUs = 2_000;
export const tetherDelayUs = 1_000;

export function votersOnly(...voters: number[]): Configuration {
  return { ...noMembers, voters };
}

export class MemoryLog implements RaftLog {
  firstIndex = 1;
  durableIndex = 0;
  #snapshotTerm = 0;
  #frames: Frame[] = [];

  constructor(terms: readonly number[] = []) {
    for (const term of terms) this.push({ term, payload: 0 });
    this.durableIndex = this.lastIndex;
  }

  get lastIndex(): number {
    return this.firstIndex - 1 + this.#frames.length;
  }

  termAt(index: number): number {
    if (index === this.firstIndex - 1) return this.#snapshotTerm;
    return this.at(index)?.term ?? -1;
  }

  at(index: number): Frame | undefined {
    return this.#frames[index - this.firstIndex];
  }

  truncateAfter(index: number): void {
    this.#frames.length = index - this.firstIndex + 1;
    this.durableIndex = Math.min(this.durableIndex, index);
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
  }

  /** Drops what a snapshot at `index` holds. */
  compact(index: number): void {
    this.#snapshotTerm = this.termAt(index);
    this.#frames.splice(0, index - this.firstIndex + 1);
    this.firstIndex = index + 1;
    this.durableIndex = Math.max(this.durableIndex, index);
  }

  /** Becomes the empty log behind a snapshot. */
  replace(index: number, term: number): void {
    this.#frames = [];
    this.firstIndex = index + 1;
    this.#snapshotTerm = term;
    this.durableIndex = index;
  }

  terms(): number[] {
    return this.#frames.map(({ term }) => term);
  }
}

/** The frames of one received append, as the replica hands them to the core. */
export class Batch implements IncomingFrames {
  readonly #frames: readonly Frame[];
  readonly #log: MemoryLog;
  readonly #taken: (frame: Frame) => void;

  constructor(frames: readonly Frame[], log: MemoryLog, taken: (frame: Frame) => void) {
    this.#frames = frames;
    this.#log = log;
    this.#taken = taken;
  }

  get count(): number {
    return this.#frames.length;
  }

  termOf(n: number): number {
    return this.#frames[n]!.term;
  }

  append(n: number): boolean {
    this.#log.push(this.#frames[n]!);
    this.#taken(this.#frames[n]!);
    return true;
  }
}

export interface SentMessage extends RaftMessage {
  /** Of an append: last index of the frames that go with it. */
  readonly lastIndex: number;
}

/** Of a replica in its seventh life, which all others have heard of. */
export const soundState: HardState = {
  term: 0,
  votedFor: 0,
  recovering: false,
  incarnation: 7,
  previousIncarnation: 6,
  hasBegun: true,
  heard: new Float64Array(256),
  epochSeen: 0,
};

type SingleOptions = Partial<Omit<RaftOptions, 'state'>> & {
  readonly state?: Partial<HardState>;
  readonly terms?: readonly number[];
};

/** One replica, by default number 1 of three, that is fed by hand; everything it does is kept. */
export class Single implements RaftOutput {
  readonly log: MemoryLog;
  readonly raft: Raft;
  sent: SentMessage[] = [];
  persisted: HardState[] = [];
  /** Lives of its own that others have heard of and it did not know. */
  readonly outlivedBy: number[] = [];
  transitions: { role: Role; term: number; reason: string }[] = [];
  changes: { role: Role; term: number; leaderId: number }[] = [];
  fetches: number[] = [];
  recoveries = 0;
  nowUs = 1_000_000;

  constructor({ terms = [], state = {}, ...options }: SingleOptions = {}, seed = 1) {
    this.log = new MemoryLog(terms);
    this.raft = new Raft(
      {
        id: 1,
        durability: 'memory',
        configuration: votersOnly(1, 2, 3),
        hasJoined: true,
        isSuperseded: false,
        isWitness: false,
        commitIndex: 0,
        electionTimeoutUs,
        electionTimeoutUsMin,
        heartbeatUs,
        tetherDelayUs,
        windowFrames: 8,
        failover: 'automatic',
        ...options,
        state: { ...soundState, term: terms.at(-1) ?? 0, heard: new Float64Array(256).fill(1), ...state },
      },
      this.log,
      this,
      new Random(seed),
      this.nowUs,
    );
  }

  send(message: RaftMessage): void {
    this.sent.push({ ...message, lastIndex: 0 });
  }

  sendAppend(message: RaftMessage, lastIndex: number): void {
    this.sent.push({ ...message, frameCount: lastIndex - message.index, lastIndex });
  }

  persist(state: HardState): void {
    this.persisted.push(state);
  }

  outlived(incarnation: number): void {
    this.outlivedBy.push(incarnation);
  }

  transition(role: Role, term: number, reason: string): void {
    this.transitions.push({ role, term, reason });
  }

  changed(role: Role, term: number, leaderId: number): void {
    this.changes.push({ role, term, leaderId });
    if (role === Role.leader) this.propose();
  }

  fetchSnapshot(from: number): void {
    this.fetches.push(from);
  }

  reported(): void {}

  diverged(): void {}

  recovered(): void {
    this.recoveries++;
  }

  /** Appends a frame of the current term to the own log, as the sequencer of a leader. */
  propose(configuration?: Configuration, isAwaited = false): void {
    const frame = { term: this.raft.term, payload: 0 };
    this.log.push(configuration === undefined ? frame : { ...frame, configuration });
    if (configuration !== undefined) this.raft.configurationAppended(this.log.lastIndex, configuration);
    this.raft.appended(isAwaited);
  }

  /** Lets time pass in small ticks. */
  pass(us: number): void {
    const endUs = this.nowUs + us;
    while (this.nowUs < endUs) {
      this.nowUs = Math.min(endUs, this.nowUs + 200);
      this.raft.tick(this.nowUs);
      this.raft.flushReplies();
    }
  }

  /** A message to this replica in its own term, unless `fields` say otherwise. */
  receive(
    type: RaftType,
    from: number,
    fields: Partial<RaftMessage> = {},
    frameTerms: readonly number[] = [],
  ): void {
    const message: RaftMessage = {
      ...emptyRaftMessage(),
      type,
      from,
      incarnation: 1,
      previousIncarnation: (fields.incarnation ?? 1) - 1,
      term: this.raft.term,
      frameCount: frameTerms.length,
      ...fields,
    };
    const frames = frameTerms.map((term) => ({ term, payload: 0 }));
    const batch = frames.length === 0 ? undefined : new Batch(frames, this.log, () => {});
    this.raft.step(message, batch);
    this.raft.invariants();
  }

  /** What was sent since the last call. */
  take(type?: RaftType): SentMessage[] {
    this.raft.flushReplies();
    const sent = this.sent;
    this.sent = [];
    return type === undefined ? sent : sent.filter((message) => message.type === type);
  }

  /** Waits until it asks for votes, and wins with the votes of 2; then its first frame is sent. */
  lead(): void {
    this.pass(2 * electionTimeoutUs + heartbeatUs);
    assert.equal(this.raft.role, Role.preCandidate);
    this.receive(RaftType.preVoteReply, 2, { term: this.raft.term + 1 });
    assert.equal(this.raft.role, Role.candidate);
    this.receive(RaftType.voteReply, 2);
    assert.equal(this.raft.role, Role.leader);
  }

  /** A follower's answer: it holds everything up to `index`. */
  acknowledge(from: number, index: number, fields: Partial<RaftMessage> = {}): void {
    this.receive(RaftType.appendReply, from, { index, hint: index, ...fields });
  }
}
