/**
 * The consensus core of one replica: Raft (Ongaro and Ousterhout 2014; Ongaro 2014) without I/O. Time and messages go
 * in, calls on `RaftOutput` come out. This file hands each message to the part that knows. `Election` and this file
 * decide on the role; every change of it goes through `RaftState`, which checks it and reports it with its reason.
 *
 * One duty cycle: `tick`, then `step` for each waiting message, `durable` when the flusher has moved, `appended` when
 * the sequencer has, and `flushReplies` at the end.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import type { JoinToken, Member } from '../protocol/roster.ts';
import { assert } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import type { ConfigurationChange } from './configuration.ts';
import { EarlierLives } from './earlier-lives.ts';
import { Election } from './election.ts';
import { Follower } from './follower.ts';
import { KeptFrames } from './kept-frames.ts';
import { Leader } from './leader.ts';
import { Lives } from './lives.ts';
import { MemberChanges } from './member-changes.ts';
import { PreferredLeader } from './preferred-leader.ts';
import type { Vote } from './quorum.ts';
import { Reports } from './reports.ts';
import { RaftState } from './state.ts';
import {
  type Configuration,
  type IncomingFrames,
  type RaftLog,
  type RaftOptions,
  type RaftOutput,
  type ReplicaProgress,
  Role,
} from './types.ts';

export class Raft {
  readonly #state: RaftState;
  readonly #election: Election;
  readonly #follower: Follower;
  readonly #leader: Leader;
  readonly #lives: Lives;
  readonly #earlier: EarlierLives;
  readonly #memberChanges: MemberChanges;
  readonly #preferred: PreferredLeader;
  readonly #kept: KeptFrames;
  readonly reports: Reports;

  constructor(options: RaftOptions, log: RaftLog, output: RaftOutput, random: Random, nowUs: number) {
    this.#state = new RaftState(options, log, output, random, nowUs);
    this.#election = new Election(this.#state);
    this.#lives = new Lives(this.#state);
    this.#earlier = new EarlierLives(this.#state);
    this.reports = new Reports(this.#state);
    this.#follower = new Follower(this.#state, this.#lives, this.#earlier, this.reports.voids);
    this.#kept = new KeptFrames(this.#state, this.#follower);
    this.#leader = new Leader(this.#state);
    this.#memberChanges = new MemberChanges(this.#state, this.#leader);
    this.#preferred = new PreferredLeader(this.#state, this.#leader);
  }

  get id(): number {
    return this.#state.id;
  }

  get role(): Role {
    return this.#state.role;
  }

  get term(): number {
    return this.#state.term;
  }

  /** 0 is unknown. */
  get leaderId(): number {
    return this.#state.leaderId;
  }

  get commitIndex(): number {
    return this.#state.commitIndex;
  }

  /** The leader's commit index, as its last append said; -1 where no leader is heard. */
  get leaderCommitIndex(): number {
    const { commitIndex, leaderCommitIndex } = this.#state;
    return this.#election.hasLease() ? Math.max(commitIndex, leaderCommitIndex) : -1;
  }

  /** The newest configuration in the log, committed or not: it is the one in force. */
  get configuration(): Configuration {
    return this.#state.configuration;
  }

  /** The last frame that this replica may apply: the one that removed it; no bound while it is a member. @hot */
  get lastOwnIndex(): number {
    return this.#state.lastOwnIndex;
  }

  get isVoter(): boolean {
    return this.#state.selfIsVoter;
  }

  get isRecovering(): boolean {
    return this.#state.isRecovering;
  }

  /** The last frame that an earlier life of this replica may have applied; -1: not known. @hot */
  get earlierIndex(): number {
    return this.#earlier.lastIndex;
  }

  /** Whether a later generation of the cluster has begun without this log. */
  get isSuperseded(): boolean {
    return this.#state.isSuperseded;
  }

  get epochSeen(): number {
    return this.#state.epochSeen;
  }

  /** The first frame to keep, where a snapshot has those before `index`: a witness keeps what not all have flushed. */
  keptFrom(index: number): number {
    return this.#state.options.isWitness ? Math.min(index, this.#kept.flushedIndex + 1) : index;
  }

  /** Whether the cluster has had no leader yet, as far as this log says: the first needs the votes of all founders. */
  get isFounding(): boolean {
    return this.#state.isFounding;
  }

  /** The highest incarnation that is known of a replica, itself among them; 0 is none. */
  incarnationOf(id: number): number {
    const state = this.#state;
    return id === state.id ? state.incarnation : state.heard[id]!;
  }

  /** When `tick` has something to do though nothing comes; sooner than what would count as a pause. */
  get deadlineUs(): number {
    const state = this.#state;
    const part = state.role === Role.leader ? this.#leader : this.#election;
    const latestUs = state.nowUs + state.restUsMax;
    return state.toCallerUs(Math.min(part.deadlineUs, this.#lives.deadlineUs, latestUs));
  }

  /** Once per duty cycle, before any `step`, and by `deadlineUs` at the latest. @hot */
  tick(nowUs: number): void {
    const state = this.#state;
    const elapsedUs = state.advance(nowUs);
    this.#lives.tick();
    if (state.role === Role.leader) {
      if (elapsedUs > state.options.electionTimeoutUsMin) this.#leader.paused();
      if (!this.#leader.tick()) this.#giveUpLeading();
    } else {
      if (state.lateTicks > 0) this.#election.paused(elapsedUs);
      if (this.#election.tick()) this.#lead();
    }
    state.settle();
  }

  /** One received message, sealed by a member; `frames` only with an append that carries some. @hot */
  step(message: RaftMessage, frames: IncomingFrames | undefined): void {
    const state = this.#state;
    const { from, to } = message;
    if (from === 0 || from === state.id || (to !== 0 && to !== state.id)) return;
    if (!this.#hears(message)) return;
    if (message.type === RaftType.incarnationKnown) this.#takeKnownLife(message);
    else if (message.type === RaftType.announce) state.persist();
    else if (message.type === RaftType.askClock || message.type === RaftType.clock)
      this.reports.takeClock(message);
    else if (message.type === RaftType.preVote) this.#preVoteAsked(message);
    else if (message.type === RaftType.lacking) this.#framesAsked(message);
    else if (message.type === RaftType.kept) this.#takeKept(message, frames);
    else if (message.term < state.term) this.#answerStale(message);
    else if (message.term === state.term || this.#followTerm(message)) this.#dispatch(message, frames);
    state.settle();
  }

  #preVoteAsked(message: RaftMessage): void {
    this.#election.preVoteAsked(message);
    this.#framesAsked(message);
  }

  #framesAsked(message: RaftMessage): void {
    if (!this.#election.hasLease()) this.#kept.asked(message);
  }

  /** Frames of a witness, whose term may be another one. */
  #takeKept(message: RaftMessage, frames: IncomingFrames | undefined): void {
    const state = this.#state;
    if (state.leaderId !== 0) return;
    if (message.term > state.term) {
      state.enterTerm(message.term, 0);
      this.#becomeFollower(0, 'it heard of a higher term');
    }
    if (this.#kept.take(message, frames)) this.#election.askAgain();
  }

  /** Whether what the message says is worth anything: its sender lives, and this replica heard of that life. */
  #hears(message: RaftMessage): boolean {
    const { from } = message;
    const before = this.#state.heard[from]!;
    const isHeard = this.#lives.hears(message);
    if (this.#state.heard[from]! > before) {
      this.#election.forget(from);
      this.#leader.restarted(from);
    }
    return isHeard;
  }

  #takeKnownLife({ from, subject }: RaftMessage): void {
    if (this.#lives.takeKnown(from, subject) && this.#state.role !== Role.follower)
      this.#becomeFollower(0, 'its folder is older than what it promised');
  }

  /** Lets the sender of a lower term learn this one; late answers need none. */
  #answerStale(message: RaftMessage): void {
    const state = this.#state;
    const type =
      message.type === RaftType.append
        ? RaftType.appendReply
        : message.type === RaftType.vote
          ? RaftType.voteReply
          : 0;
    if (type === 0) return;
    const reply = state.compose(type, message.from);
    reply.flags |= RaftFlag.reject;
    state.send(reply);
  }

  /** A message of a higher term: enters it, unless the message must not move this replica. True: handle it. */
  #followTerm(message: RaftMessage): boolean {
    const { type, flags, term, from } = message;
    // A pre-vote is granted for a term that has not come yet.
    if (type === RaftType.preVoteReply && (flags & RaftFlag.reject) === 0) return true;
    const isTransfer = (flags & RaftFlag.transfer) !== 0;
    if (type === RaftType.vote && !isTransfer && this.#election.hasLease()) return false;
    this.#state.enterTerm(term, 0);
    const isFromLeader =
      type === RaftType.append || type === RaftType.timeoutNow || type === RaftType.rejoinGranted;
    this.#becomeFollower(isFromLeader ? from : 0, 'it heard of a higher term');
    return true;
  }

  /** @hot */
  #dispatch(message: RaftMessage, frames: IncomingFrames | undefined): void {
    const state = this.#state;
    switch (message.type) {
      case RaftType.append:
        assert(state.role !== Role.leader, 'one leader per term (§5.2)');
        this.#election.heardLeader(message.from);
        this.#follower.append(message, frames);
        break;
      case RaftType.appendReply:
        if (state.role !== Role.leader) break;
        this.#leader.answered(message);
        this.#resignIfRemoved();
        break;
      case RaftType.vote:
        this.#election.voteAsked(message);
        break;
      case RaftType.voteReply:
      case RaftType.preVoteReply:
        if (this.#election.answered(message)) this.#lead();
        break;
      case RaftType.timeoutNow:
        if (!this.#follower.isOutdated(message) && this.#election.ordered(message.from)) this.#lead();
        break;
      case RaftType.resigned:
        this.#election.peerLost(message.from, 'its leader resigned');
        break;
      case RaftType.flushed:
        this.#kept.flushed(message);
        break;
      case RaftType.rejoinGranted:
        this.#follower.rejoinGranted(message);
        break;
      default:
        this.reports.take(message);
    }
  }

  #becomeFollower(leaderId: number, reason: string): void {
    const state = this.#state;
    // Only a leader has no running time-out; a higher term alone must not make a follower more patient.
    if (state.role === Role.leader) this.#election.wait();
    state.becomeFollower(leaderId, reason);
  }

  #lead(): void {
    this.#state.becomeLeader('a majority voted for it');
    this.#earlier.leads();
    this.#election.orderEnds();
    this.#leader.start();
  }

  /** No majority answers: stops at once. It may be deaf and not mute, so it says so. */
  #giveUpLeading(): void {
    this.#state.send(this.#state.compose(RaftType.resigned, 0));
    this.#becomeFollower(0, 'no majority answers it');
  }

  #resignIfRemoved(): void {
    const state = this.#state;
    if (state.selfIsVoter || state.configurationIndex > state.commitIndex) return;
    this.#leader.resign();
    this.#becomeFollower(0, 'the members removed it');
  }

  /** The leader's own log has new frames at its end: sends them; where they are awaited, their commit at once. @hot */
  appended(isAwaited = false): void {
    const state = this.#state;
    assert(state.role === Role.leader, 'only a leader appends frames of its own');
    this.#leader.appended(isAwaited);
    this.#resignIfRemoved();
    state.settle();
  }

  /** `log.durableIndex` has moved. @hot */
  durable(): void {
    const state = this.#state;
    if (state.role === Role.leader) {
      this.#leader.advanceCommit();
      this.#resignIfRemoved();
    } else {
      this.#follower.durable();
    }
    state.settle();
  }

  /** At the end of the duty cycle: one answer for all appends that came in it. @hot */
  flushReplies(): void {
    this.#follower.flushReplies();
  }

  /** Whether the sequencer may append a frame: this replica leads for sure, and the window has room. @hot */
  canPropose(): boolean {
    return this.#state.role === Role.leader && this.#leader.canPropose();
  }

  /** The log has a configuration at `index` (appended, received, or found at the start): it is in force now. */
  configurationAppended(index: number, configuration: Configuration): void {
    this.#state.configurationAppended(index, configuration);
    if (this.#state.role === Role.leader) this.#leader.configurationChanged();
  }

  /**
   * The configuration that the replica must append as a frame now, or why not. Where more than one voter changes it is
   * a joint one; {@link pendingLeave} asks for the one that ends it.
   */
  changeConfiguration(changes: readonly ConfigurationChange[]): Configuration | string {
    return this.#memberChanges.change(changes);
  }

  /** The configuration to append so that it says this of its members, which stay the same; or why not now. */
  describeMembers(records: readonly Member[], tokens?: readonly JoinToken[]): Configuration | string {
    return this.#memberChanges.describe(records, tokens);
  }

  /** Leader: the joint configuration is committed, and this is the one to append now; undefined when none is due. */
  pendingLeave(): Configuration | undefined {
    return this.#memberChanges.pendingLeave();
  }

  /** Leader: the voter that could take over soonest, of all or of those that clients miss this one at; 0 is none. */
  successor(byClients = false): number {
    return this.#state.role === Role.leader ? this.#leader.successor(byClients) : 0;
  }

  /** Clients reach this replica, and not the leader of the term. */
  clientsMissLeader(term: number): void {
    if (this.#state.role === Role.follower && this.#state.term === term) this.#follower.clientsMissLeader();
  }

  /** Whether a voter could take over from this leader, and serve, at once: it has an engine and follows closely. */
  mayTakeOver(id: number): boolean {
    return this.#state.role === Role.leader && this.#leader.couldServe(id);
  }

  /** Whether a member counts for this leader now: itself, or one that answers and is not recovering. */
  counts(id: number): boolean {
    if (id === this.id) return true;
    return this.#state.role === Role.leader && this.#leader.counts(id);
  }

  /** Whether this replica follows a leader that counts as alive. */
  get followsLeader(): boolean {
    return this.#state.role !== Role.leader && this.#election.hasLease();
  }

  /** Hands leadership to a voter; a text when it is refused. Nothing is proposed until it took over or time is up. */
  transferLeadership(to: number): string | undefined {
    if (this.#state.role !== Role.leader) return 'This replica does not lead. Ask the leader.';
    const reason = this.#leader.transfer(to);
    this.#state.settle();
    return reason;
  }

  /** Hands over where the log says that another voter is to lead, and that one is well; returns it, 0 is none. */
  followPreference(): number {
    const to = this.#state.role === Role.leader ? this.#preferred.due() : 0;
    return to !== 0 && this.transferLeadership(to) === undefined ? to : 0;
  }

  /** The operator's order; with pre-votes, so that it changes nothing while a leader is alive. */
  startElection(): string | undefined {
    const reason = this.#election.refusal();
    if (reason !== undefined) return reason;
    if (this.#election.orderedByOperator()) this.#lead();
    this.#state.settle();
    return undefined;
  }

  /** Whether this replica campaigns because an operator ordered it. */
  get isOrdered(): boolean {
    return this.#election.isOrdered;
  }

  /** What a voter said last while it did. */
  answerOf(id: number): Vote {
    return this.#election.answerOf(id);
  }

  /** A member belongs to a later generation of the cluster: this replica leads, votes and counts no more. */
  supersede(epoch: number): void {
    const state = this.#state;
    if (epoch <= state.epochSeen) return;
    state.supersede(epoch);
    this.#becomeFollower(0, 'a later generation of the cluster has begun');
    state.settle();
  }

  /** The tether to a replica broke: its process is gone, or the way to it. */
  peerLost(id: number): void {
    this.#lives.peerLost(id);
    this.#election.peerLost(id, 'its leader died');
  }

  peerHears(id: number): void {
    this.#lives.peerHears(id);
  }

  /** The tether to a replica is connected. */
  peerFound(id: number): void {
    this.#lives.peerFound(id);
    this.#election.peerFound(id);
  }

  /**
   * Whether a snapshot that ends at `index` brings anything. It replaces the log, so it must not be installed where the
   * log holds its last frame already: frames behind that may have been acknowledged (§7).
   */
  wantsSnapshot(index: number, term: number): boolean {
    const { role, commitIndex, log } = this.#state;
    return (
      role !== Role.leader && index > commitIndex && (index > log.lastIndex || log.termAt(index) !== term)
    );
  }

  /** The log was replaced by a snapshot that {@link wantsSnapshot}, and begins behind it now. */
  snapshotInstalled(index: number, term: number, configuration: Configuration): void {
    const state = this.#state;
    assert(
      state.role !== Role.leader && index > state.commitIndex,
      () => `a snapshot takes nothing back: it ends at ${index}, committed is ${state.commitIndex}`,
    );
    assert(
      state.log.termAt(index) === term,
      () => `the log begins behind the snapshot: term ${state.log.termAt(index)} at ${index}, not ${term}`,
    );
    if (term > state.term) {
      state.enterTerm(term, 0);
      this.#becomeFollower(0, 'a snapshot is of a higher term');
    }
    state.configurationInstalled(index, configuration);
    // A void of frames that are gone would be waited for.
    this.reports.voids.truncated(index);
    this.#follower.snapshotInstalled(index);
    state.settle();
  }

  /** What the leader knows of a member, for status; undefined elsewhere and for others. */
  progressOf(id: number): ReplicaProgress | undefined {
    const state = this.#state;
    const progress = this.#leader.progress.of(id);
    if (state.role !== Role.leader || progress === undefined) return undefined;
    return {
      matchedIndex: progress.matchedIndex,
      durableIndex: progress.durableIndex,
      lastHeardUs: state.toCallerUs(progress.detector.heardUs),
      state: progress.state,
    };
  }

  /** Asserts what must hold between any two calls. */
  invariants(): void {
    this.#state.invariants();
    if (this.#state.role === Role.leader) this.#leader.invariants();
    else this.#follower.invariants();
  }
}
