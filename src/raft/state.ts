/**
 * What all parts of the core share: the replica's place in the cluster, its own clock, and the way out for messages.
 * No promise leaves before the hard state that it depends on is durable. The role changes here only
 * ({@link RaftState.becomeFollower} and its like), so that each change is checked and reported with its reason.
 */
import { emptyRaftMessage, RaftFlag, type RaftMessage } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import type { SilenceLimits } from '../std/failure-detector.ts';
import type { Random } from '../std/random.ts';
import { isSound, isVoter, membersOf, PlacedConfiguration } from './configuration.ts';
import { checkRaftOptions } from './options.ts';
import { type Configuration, type RaftLog, type RaftOptions, type RaftOutput, Role } from './types.ts';

/** A tick is late if it comes later than this after the tick before, in heartbeats. */
const heartbeatsMissed = 2;
const restHeartbeats = 1.5;
const withoutBound = Number.POSITIVE_INFINITY;

export class RaftState {
  readonly id: number;
  readonly options: RaftOptions;
  readonly log: RaftLog;
  readonly output: RaftOutput;
  readonly random: Random;

  /** 0 is unknown. */
  leaderId = 0;
  commitIndex: number;
  /** What leaders said to be committed; this replica may not have all of it. */
  leaderCommitIndex = 0;
  /** This replica's own time: the caller's, without the pauses (see {@link advance}). */
  nowUs: number;
  /**
   * Ticks in a row that came after a pause of this process. With the first of them nothing is held against the others:
   * what they sent meanwhile still waits to be read.
   */
  lateTicks = 0;
  /** Index of the last frame that is applied, and the digests after it; index 0: this replica reports none. */
  appliedIndex = 0;
  eventDigest = 0;
  logDigest = 0;
  /**
   * Index of the newest frame in the own log that voids a command; and the last frame of the leader's log that may do
   * so, as far as it says. 0 is none.
   */
  voidIndex = 0;
  leaderVoidIndex = 0;
  /** It stores, answers and votes, but gives others the time to lead: it has nothing to serve with. */
  isParked = false;
  /** The leader that asked for the candidacy of this replica, in its newest one; 0: none did. */
  handedOverBy = 0;
  /** Its clock is wrong, and what it stamped would be: it gives others the time to lead, too. */
  isOffTime = false;
  /** The highest incarnation heard of each replica, by id: what it sent in a lower one is void. */
  readonly heard: Float64Array;

  #role: Role = Role.follower;
  #incarnation: number;
  #previousIncarnation: number;
  #hasBegun: boolean;
  #term: number;
  #votedFor: number;
  #recovering: boolean;
  #epochSeen: number;
  #isSuperseded: boolean;
  #isDirty = false;
  #callerUs: number;
  /** The newest committed configuration and those after it, oldest first: a conflict may take the latter back. */
  #configurations: PlacedConfiguration[];
  #selfIsVoter = false;
  #reportedRole: Role = Role.follower;
  #reportedTerm: number;
  #reportedLeaderId = 0;
  /** The flags of all its messages. */
  readonly #kind: number;
  readonly #message: RaftMessage = emptyRaftMessage();

  constructor(options: RaftOptions, log: RaftLog, output: RaftOutput, random: Random, nowUs: number) {
    checkRaftOptions(options, log);
    this.id = options.id;
    this.options = options;
    this.log = log;
    this.output = output;
    this.random = random;
    this.#kind = options.isWitness ? RaftFlag.witness : 0;
    this.nowUs = nowUs;
    this.#callerUs = nowUs;
    this.commitIndex = options.commitIndex;
    const { state } = options;
    this.heard = state.heard.slice();
    this.#incarnation = state.incarnation;
    this.#previousIncarnation = state.previousIncarnation;
    this.#epochSeen = state.epochSeen;
    this.#isSuperseded = options.isSuperseded;
    this.#recovering = state.recovering || options.isSuperseded;
    // What counts for nothing needs no leave to say so.
    this.#hasBegun = state.hasBegun || this.#recovering;
    // The term of the last frame is above the stored one only where the stored state was lost.
    const logTerm = Math.max(log.termAt(log.lastIndex), 0);
    this.#term = Math.max(state.term, logTerm);
    this.#votedFor = this.#term === state.term ? state.votedFor : 0;
    this.#reportedTerm = this.#term;
    this.#configurations = [this.#firstPlaced(options)];
    this.#configurationChanged();
  }

  get role(): Role {
    return this.#role;
  }

  get term(): number {
    return this.#term;
  }

  /** The candidate that this replica voted for in its term; 0 is none. */
  get votedFor(): number {
    return this.#votedFor;
  }

  get isRecovering(): boolean {
    return this.#recovering;
  }

  /** The epoch of a later generation of the cluster that was heard of; 0 is none. */
  get epochSeen(): number {
    return this.#epochSeen;
  }

  /** Whether a later generation has begun without this log: it never counts again. */
  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  /** The number of this life. */
  get incarnation(): number {
    return this.#incarnation;
  }

  /** The life before this one, as the folder knows it. */
  get previousIncarnation(): number {
    return this.#previousIncarnation;
  }

  /** Whether this life has begun: before, nothing is promised in it. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether this replica votes by its newest configuration. */
  get selfIsVoter(): boolean {
    return this.#selfIsVoter;
  }

  /**
   * Whether this replica may lead: it is a voter of some configuration that may be in force. While the frames that
   * remove a replica are not committed, it can be the only one that holds everything committed (§4.2.2 of the thesis).
   * A witness has no engine to lead with.
   */
  get mayLead(): boolean {
    if (this.options.isWitness) return false;
    return this.#configurations.some(({ configuration }) => isVoter(configuration, this.id));
  }

  get configuration(): Configuration {
    return this.#configurations[this.#configurations.length - 1]!.configuration;
  }

  /**
   * The last frame that this replica may apply. What comes after the frame that removed it is for the members alone to
   * decide, and it may not hear of that: that a command is voided, for one. It has no bound as long as it is a member,
   * and before it became one.
   */
  get lastOwnIndex(): number {
    return this.#configurations[this.#configurations.length - 1]!.lastOwnIndex;
  }

  /** Index of the frame that holds {@link configuration}. */
  get configurationIndex(): number {
    return this.#configurations[this.#configurations.length - 1]!.index;
  }

  /** Whether the log holds nothing but the founding configuration, which no leader has appended. */
  get isFounding(): boolean {
    return this.log.lastIndex === 1 && this.configurationIndex === 1 && this.log.termAt(1) === 0;
  }

  /** Highest index of the own log that counts for the commit rule. @hot */
  get ownIndex(): number {
    return this.options.durability === 'disk' ? this.log.durableIndex : this.log.lastIndex;
  }

  /**
   * Takes the caller's time, and returns how much has passed. Backward jumps stand still. The core asks to be called
   * within {@link restUsMax}: a much longer gap was a pause of this process, not a silence of the others, and counts as
   * one heartbeat. @hot
   */
  advance(callerUs: number): number {
    const { heartbeatUs } = this.options;
    const elapsedUs = callerUs - this.#callerUs;
    this.#callerUs = callerUs;
    if (elapsedUs > heartbeatsMissed * heartbeatUs) {
      this.nowUs += heartbeatUs;
      this.lateTicks += 1;
    } else {
      if (elapsedUs > 0) this.nowUs += elapsedUs;
      this.lateTicks = 0;
    }
    return elapsedUs;
  }

  /** What is known of the signs of life of any peer. */
  get silenceLimits(): SilenceLimits {
    const { heartbeatUs, electionTimeoutUs, electionTimeoutUsMin } = this.options;
    return { intervalUs: heartbeatUs, boundUsMin: electionTimeoutUsMin, boundUsMax: electionTimeoutUs };
  }

  /** The longest time without a tick. */
  get restUsMax(): number {
    return restHeartbeats * this.options.heartbeatUs;
  }

  /** A time of the own clock in the caller's. */
  toCallerUs(timeUs: number): number {
    return this.#callerUs - (this.nowUs - timeUs);
  }

  /** Follows `leaderId` in the present term; 0: no leader is known. @hot */
  becomeFollower(leaderId: number, reason: string): void {
    this.leaderId = leaderId;
    if (this.#role !== Role.follower) this.#become(Role.follower, reason);
  }

  /** Asks whether it would be elected in the next term, without entering it: a candidacy does that. */
  becomePreCandidate(reason: string): void {
    assert(
      this.#role !== Role.leader,
      () => `a leader stands for no election: ${reason}, term ${this.#term}`,
    );
    this.leaderId = 0;
    if (this.#role !== Role.preCandidate) this.#become(Role.preCandidate, reason);
  }

  /** Enters the next term and votes for itself there. */
  becomeCandidate(reason: string): void {
    assert(
      this.#role !== Role.leader,
      () => `a leader stands for no election: ${reason}, term ${this.#term}`,
    );
    this.leaderId = 0;
    this.enterTerm(this.#term + 1, this.id);
    this.#become(Role.candidate, reason);
  }

  /** Leads the term of its candidacy. */
  becomeLeader(reason: string): void {
    assert(
      this.#role === Role.candidate && this.#votedFor === this.id,
      () =>
        `only a candidate wins: role ${this.#role}, term ${this.#term}, vote for ${this.#votedFor}, ${reason}`,
    );
    assert(
      this.mayLead && !this.#recovering && this.#hasBegun,
      () =>
        `only a sound voter leads: may lead ${this.mayLead}, recovering ${this.#recovering}, ` +
        `life begun ${this.#hasBegun}, term ${this.#term}`,
    );
    this.leaderId = this.id;
    this.#become(Role.leader, reason);
  }

  #become(role: Role, reason: string): void {
    this.#role = role;
    this.output.transition(role, this.#term, reason);
  }

  enterTerm(term: number, votedFor: number): void {
    assert(term > this.#term, () => `terms only grow: ${term} after ${this.#term}`);
    this.#term = term;
    this.#votedFor = votedFor;
    this.#isDirty = true;
  }

  vote(candidate: number): void {
    assert(
      this.#votedFor === 0 || this.#votedFor === candidate,
      () => `one vote per term (§5.2): for ${this.#votedFor} and for ${candidate} in ${this.#term}`,
    );
    if (this.#votedFor === candidate) return;
    this.#votedFor = candidate;
    this.#isDirty = true;
  }

  endRecovering(): void {
    assert(
      this.#recovering,
      () => `only a recovering replica can recover: ${this.id}, life ${this.#incarnation}`,
    );
    assert(!this.#isSuperseded, () => `a log of an earlier generation stays out: replica ${this.id}`);
    // It may have voted in this term before its loss. A vote for the leader of this term cannot elect a second one.
    if (this.#votedFor === 0 && this.leaderId !== 0) this.vote(this.leaderId);
    this.#recovering = false;
    // Whatever was promised in an earlier life cannot matter any more.
    this.#previousIncarnation = this.#incarnation;
    this.#isDirty = true;
    this.persist();
    this.output.recovered();
  }

  /**
   * A later generation of the cluster has begun, without this log. In another life: a leader of this generation, which
   * may not hear of that one, must not take what this replica says from here on for what it said before.
   */
  supersede(epoch: number): void {
    this.#previousIncarnation = this.#incarnation;
    this.#incarnation += 1;
    this.#epochSeen = epoch;
    this.#isSuperseded = true;
    this.#recovering = true;
    this.#hasBegun = true;
    this.#isDirty = true;
    this.persist();
  }

  /** All members that could be asked know of no life that this folder does not. */
  begin(): void {
    assert(!this.#hasBegun, () => `a life begins once: ${this.#incarnation}`);
    this.#hasBegun = true;
    this.#isDirty = true;
    this.persist();
  }

  /** A replica began a new life. {@link send} and {@link settle} make that durable before anything follows from it. */
  hear(id: number, incarnation: number): void {
    this.heard[id] = incarnation;
    this.#isDirty = true;
  }

  /**
   * A member knows a life of this replica that its folder does not: what was promised in that life is not known here,
   * so this one counts for nothing until a leader lets it return, and goes on under a number above both.
   */
  outlive(known: number): void {
    const isNews = !this.#recovering;
    this.#incarnation = Math.max(this.#incarnation, known) + 1;
    this.#recovering = true;
    this.#hasBegun = true;
    // The lives may be of a founding that never came about (decision 8).
    if (!this.options.hasJoined && this.log.lastIndex <= 1) this.heard.fill(0);
    this.#isDirty = true;
    this.persist();
    if (isNews) this.output.outlived(known);
  }

  /** Makes the hard state durable when it has changed, which is seldom. */
  persist(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.output.persist({
      term: this.#term,
      votedFor: this.#votedFor,
      recovering: this.#recovering,
      incarnation: this.#incarnation,
      previousIncarnation: this.#previousIncarnation,
      hasBegun: this.#hasBegun,
      heard: this.heard.slice(),
      epochSeen: this.#epochSeen,
    });
  }

  /** Reports a new role, term or leader; ends every entry of the core. @hot */
  settle(): void {
    this.persist();
    const { role, leaderId } = this;
    if (
      role === this.#reportedRole &&
      this.#term === this.#reportedTerm &&
      leaderId === this.#reportedLeaderId
    )
      return;
    this.#reportedRole = role;
    this.#reportedTerm = this.#term;
    this.#reportedLeaderId = leaderId;
    this.output.changed(role, this.#term, leaderId);
  }

  /** The one outgoing message, empty but for its sender and receiver. @hot */
  compose(type: number, to: number): RaftMessage {
    const message = this.#message;
    message.type = type;
    message.from = this.id;
    message.to = to;
    message.flags = this.#kind | (this.#recovering ? RaftFlag.recovering : 0);
    message.incarnation = this.#incarnation;
    message.previousIncarnation = this.#previousIncarnation;
    message.term = this.#term;
    message.index = 0;
    message.logTerm = 0;
    message.commit = 0;
    message.hint = 0;
    message.round = 0;
    message.frameCount = 0;
    message.subject = 0;
    return message;
  }

  /** @hot */
  send(message: RaftMessage): void {
    this.persist();
    this.output.send(message);
  }

  /**
   * Asks for votes while this replica's own vote is not durable yet, so that its disk and those of the others flush at
   * once. A request promises nothing, and what answers it is heard only when this call is over.
   */
  sendRequest(request: RaftMessage): void {
    this.output.send(request);
    this.persist();
  }

  /** A configuration takes effect as soon as its frame is in the log (§6), committed or not. */
  configurationAppended(index: number, configuration: Configuration): void {
    assert(
      isSound(configuration),
      () => `a configuration in the log is sound: at ${index} ${JSON.stringify(configuration)}`,
    );
    assert(
      index > this.configurationIndex,
      () => `configurations come in the order of the log: ${index} after ${this.configurationIndex}`,
    );
    this.forgetConfigurations();
    this.#configurations.push(this.#nextPlaced(index, configuration));
    this.#configurationChanged();
  }

  /** Takes back the configurations of frames that were cut off. */
  configurationsTruncated(lastIndex: number): void {
    const list = this.#configurations;
    while (list.length > 1 && list[list.length - 1]!.index > lastIndex) list.pop();
    this.#configurationChanged();
  }

  configurationInstalled(index: number, configuration: Configuration): void {
    this.#configurations = [this.#nextPlaced(index, configuration)];
    this.#configurationChanged();
  }

  /** Drops configurations that no conflict can bring back. */
  forgetConfigurations(): void {
    const list = this.#configurations;
    while (list.length > 1 && list[1]!.index <= this.commitIndex) list.shift();
  }

  /** Asserts what must hold between any two calls. */
  invariants(): void {
    const { log, commitIndex, term } = this;
    const { firstIndex, lastIndex, durableIndex } = log;
    const lastTerm = log.termAt(lastIndex);
    assert(
      commitIndex >= firstIndex - 1,
      () => `a snapshot holds committed frames only: log from ${firstIndex}, committed ${commitIndex}`,
    );
    assert(
      durableIndex <= lastIndex,
      () => `only frames that are there are flushed: ${durableIndex} of ${lastIndex}`,
    );
    assert(
      lastTerm <= term,
      () => `no frame comes from a later term: ${lastTerm} at ${lastIndex}, now ${term}`,
    );
  }

  /** The first that is known: that of the newest snapshot, or none where there is no snapshot. */
  #firstPlaced({ commitIndex, configuration, hasJoined }: RaftOptions): PlacedConfiguration {
    const isRemoved = hasJoined && configuration.voters.length > 0 && !this.#isMemberOf(configuration);
    return new PlacedConfiguration(commitIndex, configuration, isRemoved ? commitIndex : withoutBound);
  }

  /** The one that follows the newest that is known. A replica that was removed stays so until it is added again. */
  #nextPlaced(index: number, configuration: Configuration): PlacedConfiguration {
    const removedAt = this.#isMemberOf(this.configuration) ? index : this.lastOwnIndex;
    const lastOwnIndex = this.#isMemberOf(configuration) ? withoutBound : removedAt;
    return new PlacedConfiguration(index, configuration, lastOwnIndex);
  }

  #isMemberOf(configuration: Configuration): boolean {
    return membersOf(configuration).includes(this.id);
  }

  #configurationChanged(): void {
    this.#selfIsVoter = isVoter(this.configuration, this.id);
  }
}
