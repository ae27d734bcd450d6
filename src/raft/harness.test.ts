/**
 * What the tests of this room stand on: a log in memory, one replica that is fed by hand, and a whole cluster on a
 * virtual network. After each cycle the cluster checks the safety properties of the paper (figure 3).
 */
import assert from 'node:assert/strict';
import { emptyRaftMessage, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { Random } from '../std/random.ts';
import { membersOf } from './configuration.ts';
import { Raft } from './raft.ts';
import {
  type Configuration,
  type HardState,
  type IncomingFrames,
  type RaftLog,
  type RaftOptions,
  type RaftOutput,
  Role,
} from './types.ts';

export interface Frame {
  readonly term: number;
  readonly payload: number;
  readonly configuration?: Configuration;
}

export const electionTimeoutUs = 20_000;
export const heartbeatUs = 2_000;
export const tetherDelayUs = 1_000;

export function votersOnly(...voters: number[]): Configuration {
  return { voters, outgoing: [], learners: [], learnersNext: [] };
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

class Batch implements IncomingFrames {
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

export interface Sent extends RaftMessage {
  /** Of an append: last index of the frames that go with it. */
  readonly lastIndex: number;
}

type SingleOptions = Partial<Omit<RaftOptions, 'state'>> & {
  readonly state?: Partial<HardState>;
  readonly terms?: readonly number[];
};

/** One replica, by default number 1 of three, that is fed by hand; everything it does is kept. */
export class Single implements RaftOutput {
  readonly log: MemoryLog;
  readonly raft: Raft;
  sent: Sent[] = [];
  persisted: HardState[] = [];
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
        incarnation: 7,
        configuration: votersOnly(1, 2, 3),
        commitIndex: 0,
        electionTimeoutUs,
        heartbeatUs,
        tetherDelayUs,
        windowFrames: 8,
        failover: 'automatic',
        ...options,
        state: { term: terms.at(-1) ?? 0, votedFor: 0, recovering: false, ...state },
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

  changed(role: Role, term: number, leaderId: number): void {
    this.changes.push({ role, term, leaderId });
    if (role === Role.leader) this.propose();
  }

  fetchSnapshot(from: number): void {
    this.fetches.push(from);
  }

  recovered(): void {
    this.recoveries++;
  }

  /** Appends a frame of the current term to the own log, as the sequencer of a leader. */
  propose(configuration?: Configuration): void {
    const frame = { term: this.raft.term, payload: 0 };
    this.log.push(configuration === undefined ? frame : { ...frame, configuration });
    if (configuration !== undefined) this.raft.configurationAppended(this.log.lastIndex, configuration);
    this.raft.appended();
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
  take(type?: RaftType): Sent[] {
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

interface Packet {
  readonly atUs: number;
  readonly from: number;
  readonly to: number;
  readonly message: RaftMessage;
  readonly frames: readonly Frame[];
}

export interface ClusterOptions {
  readonly seed?: number;
  readonly configuration?: Configuration;
  readonly durability?: 'memory' | 'disk';
  readonly failover?: 'automatic' | 'manual';
  readonly windowFrames?: number;
  /** Started with an empty log besides the members of the configuration. */
  readonly spares?: readonly number[];
}

/** A replica of the virtual cluster, with a disk that survives it. */
class Member implements RaftOutput {
  readonly id: number;
  readonly #cluster: Cluster;
  log = new MemoryLog();
  hardState: HardState = { term: 0, votedFor: 0, recovering: false };
  raft: Raft;
  isUp = true;
  isPaused = false;
  incarnation = 0;
  recoveries = 0;
  baseConfiguration: Configuration;

  constructor(cluster: Cluster, id: number, configuration: Configuration) {
    this.id = id;
    this.#cluster = cluster;
    this.baseConfiguration = configuration;
    this.raft = this.boot();
  }

  boot(): Raft {
    const { options, random, nowUs } = this.#cluster;
    const { log } = this;
    this.incarnation++;
    this.isUp = true;
    this.raft = new Raft(
      {
        id: this.id,
        durability: options.durability ?? 'memory',
        state: this.hardState,
        incarnation: this.incarnation,
        configuration: this.baseConfiguration,
        commitIndex: log.firstIndex - 1,
        electionTimeoutUs,
        heartbeatUs,
        tetherDelayUs,
        windowFrames: options.windowFrames ?? 16,
        failover: options.failover ?? 'automatic',
      },
      log,
      this,
      new Random(random.next()),
      nowUs,
    );
    for (let index = log.firstIndex; index <= log.lastIndex; index++) {
      const { configuration } = log.at(index)!;
      if (configuration !== undefined) this.raft.configurationAppended(index, configuration);
    }
    return this.raft;
  }

  send(message: RaftMessage): void {
    this.#spread(message, []);
  }

  sendAppend(message: RaftMessage, lastIndex: number): void {
    const part = { ...message };
    do {
      part.logTerm = this.log.termAt(part.index);
      part.frameCount = Math.min(3, lastIndex - part.index);
      const frames: Frame[] = [];
      for (let n = 1; n <= part.frameCount; n++) frames.push(this.log.at(part.index + n)!);
      this.#spread(part, frames);
      part.index += part.frameCount;
    } while (part.index < lastIndex);
  }

  #spread(message: RaftMessage, frames: readonly Frame[]): void {
    assert.equal(message.from, this.id);
    assert.equal(this.hardState.term, this.raft.term, 'the term is durable before a message leaves');
    const receivers = message.to === 0 ? membersOf(this.raft.configuration) : [message.to];
    for (const to of receivers) if (to !== this.id) this.#cluster.post(to, message, frames);
  }

  persist(state: HardState): void {
    assert.ok(state.term >= this.hardState.term, 'terms only grow');
    this.hardState = state;
  }

  changed(role: Role, term: number): void {
    if (role !== Role.leader) return;
    this.#cluster.leaderElected(this.id, term);
    this.append({ term, payload: 0 });
  }

  fetchSnapshot(from: number): void {
    this.#cluster.copySnapshot(from, this.id);
  }

  recovered(): void {
    assert.equal(this.hardState.recovering, false, 'the return is durable before it is told');
    this.recoveries++;
  }

  append(frame: Frame): void {
    this.log.push(frame);
    if (frame.configuration !== undefined) {
      this.raft.configurationAppended(this.log.lastIndex, frame.configuration);
    }
    this.raft.appended();
  }

  cycle(nowUs: number, packets: readonly Packet[], random: Random): void {
    const { raft, log } = this;
    raft.tick(nowUs);
    for (const { message, frames } of packets) {
      const batch = new Batch(frames, log, ({ configuration }) => {
        if (configuration !== undefined) raft.configurationAppended(log.lastIndex, configuration);
      });
      raft.step({ ...message }, frames.length === 0 ? undefined : batch);
      raft.invariants();
    }
    if (log.durableIndex < log.lastIndex && random.chance(0.3)) {
      log.durableIndex = random.between(log.durableIndex + 1, log.lastIndex);
      raft.durable();
    }
    const leaving = raft.pendingLeave();
    if (leaving !== undefined) this.append({ term: raft.term, payload: 0, configuration: leaving });
    raft.flushReplies();
    raft.invariants();
  }
}

const cycleUs = 200;

export class Cluster {
  readonly options: ClusterOptions;
  readonly random: Random;
  readonly members = new Map<number, Member>();
  /** Frames that some replica has committed, by index - 1: the one history that all must share. */
  readonly committed: Frame[] = [];
  readonly leaders = new Map<number, number>();
  nowUs = 1_000_000;
  lossChance = 0;
  /** Datagrams take from half of this to all of it, so they may overtake each other. */
  delayUs = 100;
  datagrams = 0;
  #packets: Packet[] = [];
  #payload = 0;
  readonly #cuts = new Set<string>();
  readonly #configuration: Configuration;
  readonly #checkedIndex = new Map<number, number>();

  constructor(options: ClusterOptions = {}) {
    this.options = options;
    this.random = new Random(options.seed ?? 1);
    this.#configuration = options.configuration ?? votersOnly(1, 2, 3);
    for (const id of membersOf(this.#configuration)) this.#add(id);
    for (const id of options.spares ?? []) this.#add(id);
  }

  #add(id: number): void {
    this.members.set(id, new Member(this, id, this.#configuration));
  }

  member(id: number): Member {
    const member = this.members.get(id);
    assert.ok(member);
    return member;
  }

  raft(id: number): Raft {
    return this.member(id).raft;
  }

  /** Cuts the way from one replica to another; both ways with `cut(a, b); cut(b, a)`. */
  cut(from: number, to: number): void {
    this.#cuts.add(`${from}>${to}`);
  }

  isolate(id: number): void {
    for (const other of this.members.keys()) {
      this.cut(id, other);
      this.cut(other, id);
    }
  }

  heal(): void {
    this.#cuts.clear();
  }

  post(to: number, message: RaftMessage, frames: readonly Frame[]): void {
    this.datagrams++;
    if (this.#cuts.has(`${message.from}>${to}`) || this.random.chance(this.lossChance)) return;
    const copies = this.lossChance > 0 && this.random.chance(0.05) ? 2 : 1;
    for (let n = 0; n < copies; n++) {
      const atUs = this.nowUs + this.random.between(this.delayUs >> 1, this.delayUs);
      this.#packets.push({ atUs, from: message.from, to, message: { ...message }, frames });
    }
  }

  leaderElected(id: number, term: number): void {
    assert.equal(this.leaders.get(term) ?? id, id, `term ${term} has two leaders (§5.2)`);
    this.leaders.set(term, id);
    const { log } = this.member(id);
    for (let index = log.firstIndex; index <= this.committed.length; index++) {
      assert.deepEqual(
        log.at(index),
        this.committed[index - 1],
        `the leader of term ${term} lacks ${index} (§5.4)`,
      );
    }
  }

  copySnapshot(from: number, to: number): void {
    const source = this.member(from);
    const target = this.member(to);
    const isCut = this.#cuts.has(`${from}>${to}`) || this.#cuts.has(`${to}>${from}`);
    if (isCut || !source.isUp) return;
    const index = source.raft.commitIndex;
    const term = source.log.termAt(index);
    // It arrives after the current step: the core does not expect its log to change under its hands.
    this.#installs.push(() => {
      if (!target.isUp || !target.raft.wantsSnapshot(index, term)) return;
      target.log.replace(index, term);
      target.baseConfiguration = this.configurationAt(index);
      target.raft.snapshotInstalled(index, term, target.baseConfiguration);
    });
  }

  #installs: (() => void)[] = [];

  configurationAt(index: number): Configuration {
    const frames = this.committed.slice(0, index);
    return (
      frames.findLast(({ configuration }) => configuration !== undefined)?.configuration ??
      this.#configuration
    );
  }

  /** One duty cycle of every replica that runs. */
  cycle(): void {
    this.nowUs += cycleUs;
    const due = this.#packets.filter(({ atUs }) => atUs <= this.nowUs).sort((a, b) => a.atUs - b.atUs);
    this.#packets = this.#packets.filter(({ atUs, to }) => atUs > this.nowUs || this.member(to).isPaused);
    for (const install of this.#installs.splice(0)) install();
    for (const member of this.members.values()) {
      if (!member.isUp || member.isPaused) continue;
      const packets = due.filter(({ to }) => to === member.id);
      member.cycle(this.nowUs, packets, this.random);
      this.#check(member);
    }
  }

  /** State machine safety: what a replica commits is what every other committed there. */
  #check({ id, raft, log }: Member): void {
    const from = Math.max((this.#checkedIndex.get(id) ?? 0) + 1, log.firstIndex);
    for (let index = from; index <= raft.commitIndex; index++) {
      const frame = log.at(index);
      assert.ok(frame, `replica ${id} commits ${index}, which it does not hold`);
      this.committed[index - 1] ??= frame;
      assert.deepEqual(frame, this.committed[index - 1], `replica ${id} commits another frame at ${index}`);
    }
    this.#checkedIndex.set(id, raft.commitIndex);
  }

  run(us: number): void {
    for (const endUs = this.nowUs + us; this.nowUs < endUs; ) this.cycle();
  }

  /** Runs until `isDone`; fails after `limitUs`. */
  until(isDone: () => boolean, limitUs = 50 * electionTimeoutUs): number {
    const startUs = this.nowUs;
    while (!isDone()) {
      assert.ok(this.nowUs - startUs < limitUs, `not reached in ${limitUs} µs:\n${this.describe()}`);
      this.cycle();
    }
    return this.nowUs - startUs;
  }

  describe(): string {
    const lines = [...this.members.values()].map(
      ({ id, raft, log, isUp }) =>
        `${id}: up=${isUp} role=${raft.role} term=${raft.term} leader=${raft.leaderId} commit=${raft.commitIndex}` +
        ` log=${log.firstIndex}..${log.lastIndex} recovering=${raft.isRecovering}` +
        ` ${JSON.stringify(raft.configuration)}`,
    );
    return lines.join('\n');
  }

  /** The leader of the highest term among those that run. */
  leader(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.members.values()) {
      const { isUp, raft } = member;
      if (isUp && raft.role === Role.leader && (best === undefined || raft.term > best.raft.term))
        best = member;
    }
    return best;
  }

  electLeader(): Member {
    this.until(() => this.leader()?.raft.canPropose() === true);
    return this.leader()!;
  }

  /** Proposes a frame where a leader takes it; its payload, or 0. */
  propose(): number {
    const leader = this.leader();
    if (leader === undefined || leader.isPaused || !leader.raft.canPropose()) return 0;
    leader.append({ term: leader.raft.term, payload: ++this.#payload });
    return this.#payload;
  }

  /** Proposes `count` frames and waits until every running member of the configuration has committed them. */
  commit(count: number): void {
    for (let n = 0; n < count; n++) this.until(() => this.propose() !== 0);
    this.settle();
  }

  /** Waits until all running members have committed everything. */
  settle(): void {
    this.until(() => {
      const leader = this.leader();
      if (leader === undefined) return false;
      const { configuration } = leader.raft;
      return membersOf(configuration).every((id) => {
        const { isUp, raft } = this.member(id);
        return !isUp || (raft.commitIndex === leader.log.lastIndex && raft.term === leader.raft.term);
      });
    });
  }

  /** Kills a process. With `isSilent` nobody is told (a machine that vanished). */
  crash(id: number, isSilent = false): void {
    this.member(id).isUp = false;
    this.#packets = this.#packets.filter(({ to }) => to !== id);
    if (isSilent) return;
    for (const member of this.members.values()) if (member.isUp) member.raft.peerLost(id);
  }

  /**
   * Starts it again. `lost` says what its machine forgot: nothing (a process died), what was not flushed (a power cut),
   * or everything (a new disk).
   */
  restart(id: number, lost: 'nothing' | 'unflushed' | 'everything' = 'nothing'): void {
    const member = this.member(id);
    if (lost === 'unflushed') member.log.truncateAfter(member.log.durableIndex);
    if (lost === 'everything') {
      member.log = new MemoryLog();
      member.hardState = { term: 0, votedFor: 0, recovering: true };
      member.baseConfiguration = this.#configuration;
    }
    const isDisk = this.options.durability === 'disk';
    if (lost === 'unflushed' && !isDisk) member.hardState = { ...member.hardState, recovering: true };
    this.#checkedIndex.set(id, member.log.firstIndex - 1);
    member.boot();
    for (const other of this.members.values()) if (other.isUp && other !== member) other.raft.peerFound(id);
  }

  /** Forgets the committed frames at the front of a log, as after a snapshot. */
  compact(id: number): void {
    const { log, raft } = this.member(id);
    if (raft.commitIndex < log.firstIndex) return;
    this.member(id).baseConfiguration = this.configurationAt(raft.commitIndex);
    log.compact(raft.commitIndex);
  }
}
