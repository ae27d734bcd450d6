/**
 * A whole cluster on a virtual network, for the tests of this room. After each cycle it checks the safety properties of
 * the paper (figure 3).
 */
import assert from 'node:assert/strict';
import { type RaftMessage, RaftType } from '../../protocol/datagrams.ts';
import { Random } from '../../std/random.ts';
import { membersOf } from '../configuration.ts';
import { Raft } from '../raft.ts';
import { type Configuration, type HardState, type RaftOutput, Role } from '../types.ts';
import {
  Batch,
  electionTimeoutUs,
  electionTimeoutUsMin,
  type Frame,
  heartbeatUs,
  MemoryLog,
  soundState,
  tetherDelayUs,
  votersOnly,
} from './single.ts';

export interface Packet {
  readonly atUs: number;
  readonly from: number;
  readonly to: number;
  readonly message: RaftMessage;
  readonly frames: readonly Frame[];
}

export interface RaftClusterOptions {
  readonly seed?: number;
  readonly configuration?: Configuration;
  readonly durability?: 'memory' | 'disk';
  readonly failover?: 'automatic' | 'manual';
  readonly windowFrames?: number;
  /** Frames that fit into one datagram. */
  readonly datagramFrames?: number;
  /** Started with an empty log besides the members of the configuration. */
  readonly spares?: readonly number[];
  /** They have no engine, and never lead. */
  readonly witnesses?: readonly number[];
}

/** A replica of the virtual cluster, with a disk that survives it. */
export class VirtualReplica implements RaftOutput {
  readonly id: number;
  readonly #cluster: RaftCluster;
  log = new MemoryLog();
  hardState: HardState = { ...soundState, incarnation: 0, previousIncarnation: 0 };
  raft: Raft;
  isUp = true;
  isPaused = false;
  /** Lives of its own that others have heard of and it did not know. */
  readonly outlivedBy: number[] = [];
  recoveries = 0;
  baseConfiguration: Configuration;

  constructor(cluster: RaftCluster, id: number, configuration: Configuration) {
    this.id = id;
    this.#cluster = cluster;
    this.baseConfiguration = configuration;
    this.raft = this.boot();
  }

  boot(): Raft {
    const { options, random, nowUs } = this.#cluster;
    const { log } = this;
    this.isUp = true;
    this.#beginLife();
    this.raft = new Raft(
      {
        id: this.id,
        durability: options.durability ?? 'memory',
        state: this.hardState,
        configuration: this.baseConfiguration,
        hasJoined: true,
        isSuperseded: false,
        isWitness: options.witnesses?.includes(this.id) === true,
        commitIndex: log.firstIndex - 1,
        electionTimeoutUs,
        electionTimeoutUsMin,
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

  /** The first life of all has begun, and all others have heard of it. */
  #beginLife(): void {
    const { hardState } = this;
    const { incarnation, hasBegun, recovering } = hardState;
    if (incarnation === 0)
      this.hardState = { ...hardState, incarnation: 1, heard: new Float64Array(256).fill(1) };
    else if (hasBegun || recovering)
      this.hardState = {
        ...hardState,
        incarnation: incarnation + this.#cluster.lives.between(1, 1_000_000),
        previousIncarnation: incarnation,
        hasBegun: false,
      };
  }

  send(message: RaftMessage): void {
    this.#spread(message, []);
  }

  sendAppend(message: RaftMessage, lastIndex: number): void {
    const part = { ...message };
    const datagramFrames = this.#cluster.options.datagramFrames ?? 3;
    do {
      part.logTerm = this.log.termAt(part.index);
      part.frameCount = Math.min(datagramFrames, lastIndex - part.index);
      const frames: Frame[] = [];
      for (let n = 1; n <= part.frameCount; n++) frames.push(this.log.at(part.index + n)!);
      this.#spread(part, frames);
      part.index += part.frameCount;
    } while (part.index < lastIndex);
  }

  #spread(message: RaftMessage, frames: readonly Frame[]): void {
    assert.equal(message.from, this.id);
    const isRequest = message.type === RaftType.vote || message.type === RaftType.preVote;
    assert.ok(
      isRequest || this.hardState.term === this.raft.term,
      'the term is durable before a promise leaves',
    );
    const receivers = message.to === 0 ? membersOf(this.raft.configuration) : [message.to];
    for (const to of receivers) if (to !== this.id) this.#cluster.post(to, message, frames);
  }

  persist(state: HardState): void {
    assert.ok(state.term >= this.hardState.term, 'terms only grow');
    this.hardState = state;
  }

  outlived(incarnation: number): void {
    this.outlivedBy.push(incarnation);
  }

  transition(role: Role, term: number, reason: string): void {
    assert.notEqual(reason, '', `replica ${this.id} says why it has role ${role} in term ${term}`);
  }

  changed(role: Role, term: number): void {
    if (role !== Role.leader) return;
    this.#cluster.leaderElected(this.id, term);
    this.append({ term, payload: 0 });
  }

  fetchSnapshot(from: number): void {
    this.#cluster.copySnapshot(from, this.id);
  }

  reported(): void {}

  diverged(): void {}

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
    raft.followPreference();
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

export class RaftCluster {
  readonly options: RaftClusterOptions;
  readonly random: Random;
  /** Numbers of lives; drawn apart, so that a restart changes no other draw. */
  readonly lives: Random;
  readonly members = new Map<number, VirtualReplica>();
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

  constructor(options: RaftClusterOptions = {}) {
    this.options = options;
    this.random = new Random(options.seed ?? 1);
    this.lives = new Random(options.seed ?? 1);
    this.#configuration = options.configuration ?? votersOnly(1, 2, 3);
    for (const id of membersOf(this.#configuration)) this.#add(id);
    for (const id of options.spares ?? []) this.#add(id);
  }

  #add(id: number): void {
    this.members.set(id, new VirtualReplica(this, id, this.#configuration));
  }

  member(id: number): VirtualReplica {
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

  isCut(from: number, to: number): boolean {
    return this.#cuts.has(`${from}>${to}`);
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
    if (this.isCut(message.from, to) || this.random.chance(this.lossChance)) return;
    const copies = this.lossChance > 0 && this.random.chance(0.05) ? 2 : 1;
    for (let n = 0; n < copies; n++) {
      const atUs = this.nowUs + this.random.between(this.delayUs >> 1, this.delayUs);
      this.#packets.push({ atUs, from: message.from, to, message: { ...message }, frames });
    }
  }

  leaderElected(id: number, term: number): void {
    assert.ok(this.options.witnesses?.includes(id) !== true, `witness ${id} leads in term ${term}`);
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
    if (this.isCut(from, to) || this.isCut(to, from) || !source.isUp) return;
    const index = source.raft.commitIndex;
    const term = source.log.termAt(index);
    // It arrives after the current step: the core does not expect its log to change under its hands.
    this.#installs.push(() => this.install(to, index, term));
  }

  install(to: number, index: number, term: number): void {
    const { isUp, raft, log } = this.member(to);
    if (!isUp || !raft.wantsSnapshot(index, term)) return;
    const configuration = this.configurationAt(index);
    log.replace(index, term);
    this.member(to).baseConfiguration = configuration;
    raft.snapshotInstalled(index, term, configuration);
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
      this.check(member);
    }
  }

  /** State machine safety: what a replica commits is what every other committed there. */
  check({ id, raft, log }: VirtualReplica): void {
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
  leader(): VirtualReplica | undefined {
    let best: VirtualReplica | undefined;
    for (const member of this.members.values()) {
      const { isUp, raft } = member;
      if (isUp && raft.role === Role.leader && (best === undefined || raft.term > best.raft.term))
        best = member;
    }
    return best;
  }

  electLeader(): VirtualReplica {
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

  /** Kills a process. With `isSilent` no other replica notices at once (a machine that vanished). */
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
      // Its clock gives it a number that is higher than before.
      const { incarnation } = member.hardState;
      member.hardState = { ...soundState, recovering: true, incarnation };
      member.baseConfiguration = this.#configuration;
    }
    const isDisk = this.options.durability === 'disk';
    if (lost === 'unflushed' && !isDisk) member.hardState = { ...member.hardState, recovering: true };
    this.#checkedIndex.set(id, member.log.firstIndex - 1);
    member.boot();
    for (const other of this.members.values()) if (other.isUp && other !== member) other.raft.peerFound(id);
  }

  /** What is on the disk of a replica that does not run; {@link setBack} puts it back. */
  image(id: number): Pick<VirtualReplica, 'log' | 'hardState'> {
    const { log, hardState } = this.member(id);
    const copy = new MemoryLog();
    for (let index = 1; index <= log.lastIndex; index++) copy.push(log.at(index)!);
    copy.durableIndex = log.durableIndex;
    return { log: copy, hardState };
  }

  setBack(id: number, { log, hardState }: Pick<VirtualReplica, 'log' | 'hardState'>): void {
    this.member(id).log = log;
    this.member(id).hardState = hardState;
  }

  /**
   * The next life of a replica gets a number above this one, whatever its folder says: its clock is ahead or behind.
   */
  setLife(id: number, incarnation: number): void {
    const member = this.member(id);
    member.hardState = { ...member.hardState, incarnation };
  }

  /** A witness keeps what a replica may lack. */
  #droppable(id: number): number {
    const { raft } = this.member(id);
    return raft.keptFrom(raft.commitIndex + 1) - 1;
  }

  /** Forgets the committed frames at the front of a log, as after a snapshot. */
  compact(id: number, index = this.#droppable(id)): void {
    const { log, raft } = this.member(id);
    assert.ok(index <= raft.commitIndex, 'a snapshot holds committed frames only');
    if (index < log.firstIndex) return;
    this.member(id).baseConfiguration = this.configurationAt(index);
    log.compact(index);
  }
}
