/**
 * The sending side of replication: new frames once to all, missing ones to each follower that asks, commit by counting
 * (Ongaro and Ousterhout 2014, §5.3, §5.4.2), and the proof that a quorum still follows. Only frames of the own term
 * are committed by counting.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import { FailureDetector } from '../std/failure-detector.ts';
import { isVoter } from './configuration.ts';
import { rankOf } from './preference.ts';
import { type Progress, ProgressTable } from './progress.ts';
import { quorumValue } from './quorum.ts';
import type { RaftState } from './state.ts';

/**
 * A replica that lost its memory may have voted just before, for a candidate that still counts that vote. A candidacy
 * lasts two election time-outs and a pause of at most one more, so after four there is none left.
 */
const rejoinWaitTimeouts = 4;

/** What clients say of this leader is believed for so long. */
const missedUsMax = 300_000;

export class Leader {
  readonly progress = new ProgressTable();
  readonly #state: RaftState;
  /**
   * The signs of life of a quorum, of which each is the newest that a quorum has reached. So a member that was away,
   * whose own silence is long, does not make this leader slow to see that no quorum answers.
   */
  readonly #quorum: FailureDetector;
  /** A value per replica id, for one count at a time. */
  readonly #values = new Float64Array(256);
  /** Last index that was sent to all followers. */
  #sentIndex = 0;
  #heartbeatAtUs = 0;
  /** Number of the newest confirmation round: an answer to it proves that its sender still followed then. */
  #round = 0;
  /** The newest round that a quorum has answered. */
  #confirmedRound = 0;
  /** The round that must be confirmed before anything new is proposed. */
  #requiredRound = 0;
  /** The voter that is to take over; 0 is none. */
  #transferTo = 0;
  #transferUntilUs = 0;
  /** Up to this index all voters with an engine have flushed, as witnesses know from this leader. */
  flushedIndex = 0;
  /** The end of its log when it began to lead: what former leaders let witnesses know is not behind that. */
  #beganAt = 0;
  /** When they hear of it next: heartbeats rest while frames are sent. */
  #flushedAtUs = 0;
  /** Others wait for the commit of this frame, so that followers hear of it at once; 0: there is none. */
  #awaitedIndex = 0;

  constructor(state: RaftState) {
    this.#state = state;
    this.#quorum = new FailureDetector(state.silenceLimits, state.nowUs);
  }

  /** The election is won: nothing is known of the others yet. */
  start(): void {
    const state = this.#state;
    this.progress.clear();
    this.progress.follow(state.configuration, state.id, state.silenceLimits, state.nowUs);
    this.#quorum.restart(state.nowUs);
    this.#sentIndex = state.log.lastIndex;
    this.#beganAt = state.log.lastIndex;
    this.#heartbeatAtUs = state.nowUs;
    this.#round = 1;
    this.#confirmedRound = 0;
    this.#requiredRound = 0;
    this.#transferTo = 0;
    this.flushedIndex = 0;
    this.#flushedAtUs = state.nowUs;
    this.#awaitedIndex = 0;
  }

  /** A witness may have dropped frames up to here. */
  get droppedMax(): number {
    return Math.max(this.flushedIndex, this.#beganAt);
  }

  configurationChanged(): void {
    const state = this.#state;
    this.progress.follow(state.configuration, state.id, state.silenceLimits, state.nowUs);
    this.#quorum.restart(state.nowUs);
    if (this.#transferTo !== 0 && !state.configuration.voters.includes(this.#transferTo))
      this.#giveUpTransfer();
  }

  /**
   * Time has passed; false when this replica must step down, because no quorum follows it (§6.2 of the thesis). @hot
   */
  tick(): boolean {
    const state = this.#state;
    if (this.#transferTo !== 0 && state.nowUs >= this.#transferUntilUs) this.#giveUpTransfer();
    if (state.nowUs >= this.#heartbeatAtUs) this.#heartbeat();
    if (state.nowUs >= this.#flushedAtUs) this.#tellFlushed();
    return this.#quorumAnswers() || state.lateTicks === 1;
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    return this.#heartbeatAtUs;
  }

  /** During a pause another replica may have been elected: a quorum must answer before this one proposes again. */
  paused(): void {
    this.#requiredRound = this.#startRound();
  }

  #startRound(): number {
    this.#round++;
    this.#heartbeat();
    // A leader without other voters is its own quorum: no answer will come.
    this.#confirmRounds();
    return this.#round;
  }

  /** Sends the new frames at the end of the log once to all followers. @hot */
  appended(isAwaited: boolean): void {
    const { log } = this.#state;
    if (isAwaited) this.#awaitedIndex = log.lastIndex;
    if (log.lastIndex > this.#sentIndex) {
      const previous = this.#sentIndex;
      this.#sentIndex = log.lastIndex;
      this.#sendFrames(0, previous, this.#sentIndex, 0);
    }
    this.advanceCommit();
  }

  #heartbeat(): void {
    this.#sendFrames(0, this.#sentIndex, this.#sentIndex, 0);
    if (this.#transferTo !== 0) this.#tryTransfer();
  }

  /** Lets witnesses know what all voters with an engine have flushed: they keep what is behind that. */
  #tellFlushed(): void {
    const state = this.#state;
    this.#flushedAtUs = state.nowUs + state.options.heartbeatUs;
    const { members } = this.progress;
    if (!members.some(({ isWitness }) => isWitness)) return;
    let index = Math.min(state.log.durableIndex, state.commitIndex);
    for (const { id, isWitness, isRecovering, durableIndex } of members) {
      if (isWitness || !isVoter(state.configuration, id)) continue;
      index = Math.min(index, isRecovering ? 0 : durableIndex);
    }
    if (index <= this.flushedIndex) return;
    this.flushedIndex = index;
    for (const { id, isWitness } of members) {
      if (!isWitness) continue;
      const message = state.compose(RaftType.flushed, id);
      message.index = index;
      state.send(message);
    }
  }

  /** Sends the frames after `previous` up to `last`; to all followers with `to` = 0. @hot */
  #sendFrames(to: number, previous: number, last: number, flags: number): void {
    const state = this.#state;
    if (to === 0) this.#heartbeatAtUs = state.nowUs + state.options.heartbeatUs;
    if (this.progress.members.length === 0) return;
    const message = state.compose(RaftType.append, to);
    message.flags |= flags;
    message.index = previous;
    message.logTerm = state.log.termAt(previous);
    assert(message.logTerm >= 0, 'the term before the frames is known');
    message.commit = state.commitIndex;
    message.hint = state.log.lastIndex;
    message.round = this.#round;
    // What a snapshot holds in place of frames may be voids, too.
    message.subject = Math.max(state.voidIndex, state.log.firstIndex - 1);
    state.persist();
    state.output.sendAppend(message, last);
  }

  /** An answer to an append of this term. @hot */
  answered(message: RaftMessage): void {
    const state = this.#state;
    const progress = this.progress.of(message.from);
    // A follower cannot match frames that this leader does not have: such an answer is damaged.
    if (progress === undefined || message.index > state.log.lastIndex) return;
    progress.detector.heard(state.nowUs);
    progress.hasAnswered = true;
    progress.isWitness = (message.flags & RaftFlag.witness) !== 0;
    const isRecovering = (message.flags & RaftFlag.recovering) !== 0;
    if (isRecovering !== progress.isRecovering) this.#recoveringChanged(progress, isRecovering);
    if (message.round > progress.round) {
      progress.round = message.round;
      this.#confirmRounds();
    }
    if ((message.flags & RaftFlag.leaderUnreached) !== 0) progress.missedByClientsUs = state.nowUs;
    if ((message.flags & RaftFlag.reject) !== 0) this.#rejected(progress, message);
    else this.#accepted(progress, message);
    if (progress.isRecovering) this.#helpRejoin(progress, message.incarnation);
  }

  /** @hot */
  #accepted(progress: Progress, message: RaftMessage): void {
    if (message.index > progress.matchedIndex) progress.matchedIndex = message.index;
    const durable = Math.min(message.index, message.hint);
    if (durable > progress.durableIndex) progress.durableIndex = durable;
    progress.needsSnapshot = (message.flags & RaftFlag.needsSnapshot) !== 0;
    progress.isParked = (message.flags & RaftFlag.parked) !== 0;
    this.#state.output.reported(message.from, message.commit, message.subject, message.logTerm);
    this.advanceCommit();
    if (progress.catchUpIndex > 0 && progress.matchedIndex >= progress.catchUpIndex) {
      this.#resend(progress, progress.matchedIndex);
    }
    if (progress.id === this.#transferTo) this.#tryTransfer();
  }

  /** The follower misses frames after `hint`, or has others there: finds where the logs agree and sends from there. */
  #rejected(progress: Progress, message: RaftMessage): void {
    const { log } = this.#state;
    if (message.hint < progress.matchedIndex) return; // late: it holds more by now
    let base = Math.min(message.hint, this.#sentIndex);
    while (base > progress.matchedIndex && base >= log.firstIndex && log.termAt(base) > message.logTerm)
      base--;
    this.#resend(progress, base);
  }

  /**
   * Sends a window of frames after `base` to one follower. It asks for the same ones once per heartbeat; half of that
   * stops repeated datagrams, and no question that came a little early.
   */
  #resend(progress: Progress, base: number): void {
    const { log, nowUs, options } = this.#state;
    if (base === progress.resentAfter && nowUs < progress.resentUs + options.heartbeatUs / 2) return;
    progress.resentAfter = base;
    progress.resentUs = nowUs;
    progress.needsSnapshot = base < log.firstIndex - 1;
    if (progress.needsSnapshot) {
      progress.catchUpIndex = 0;
      this.#sendFrames(progress.id, log.firstIndex - 1, log.firstIndex - 1, RaftFlag.needsSnapshot);
      return;
    }
    const last = Math.min(this.#sentIndex, base + options.windowFrames);
    progress.catchUpIndex = last < this.#sentIndex ? last : 0;
    this.#sendFrames(progress.id, base, last, 0);
  }

  /** Commits what a quorum holds (memory) or has flushed (disk). @hot */
  advanceCommit(): void {
    const state = this.#state;
    const isDisk = state.options.durability === 'disk';
    const members = this.progress.members;
    for (let n = 0; n < members.length; n++) {
      const progress = members[n]!;
      const index = isDisk ? progress.durableIndex : progress.matchedIndex;
      this.#values[progress.id] = progress.isRecovering ? 0 : index;
    }
    this.#values[state.id] = state.ownIndex;
    const index = quorumValue(state.configuration, this.#values);
    if (index <= state.commitIndex || state.log.termAt(index) !== state.term) return;
    assert(index <= state.log.lastIndex, 'only frames that are there are committed');
    state.commitIndex = index;
    state.forgetConfigurations();
    if (this.#awaitedIndex === 0 || index < this.#awaitedIndex) return;
    this.#awaitedIndex = 0;
    this.#heartbeat();
  }

  #confirmRounds(): void {
    const state = this.#state;
    for (const progress of this.progress.members) {
      this.#values[progress.id] = progress.isRecovering ? 0 : progress.round;
    }
    this.#values[state.id] = this.#round;
    this.#confirmedRound = Math.max(this.#confirmedRound, quorumValue(state.configuration, this.#values));
  }

  /** Whether a quorum is taken for alive. @hot */
  #quorumAnswers(): boolean {
    const state = this.#state;
    const members = this.progress.members;
    for (let n = 0; n < members.length; n++) {
      const { id, isRecovering, detector } = members[n]!;
      this.#values[id] = isRecovering ? Number.NEGATIVE_INFINITY : detector.heardUs;
    }
    this.#values[state.id] = Number.POSITIVE_INFINITY;
    const heardUs = quorumValue(state.configuration, this.#values);
    // A leader without other voters is its own quorum; where too many are recovering there is none.
    if (heardUs === Number.POSITIVE_INFINITY) return true;
    if (heardUs === Number.NEGATIVE_INFINITY) return false;
    if (heardUs > this.#quorum.heardUs) this.#quorum.heard(heardUs);
    return state.nowUs <= this.#quorum.suspectAtUs;
  }

  /** A replica began a new life; what its disk holds is not known. */
  restarted(id: number): void {
    this.progress.reset(id);
  }

  #recoveringChanged(progress: Progress, isRecovering: boolean): void {
    // A late message of before the return; a replica begins to recover in another life only, and with no round seen.
    if (isRecovering && progress.matchedIndex > 0) return;
    progress.isRecovering = isRecovering;
    progress.rejoinRound = 0;
    progress.rejoinFromUs = this.#state.nowUs + rejoinWaitTimeouts * this.#state.options.electionTimeoutUs;
  }

  /**
   * Lets a replica without memory vote again. What it promised before its loss could matter to a newer leader that this
   * one does not know, so a quorum without it must first confirm that it still follows (FAILURES 17 and 20).
   */
  #helpRejoin(progress: Progress, incarnation: number): void {
    const state = this.#state;
    if (state.nowUs < progress.rejoinFromUs) return;
    if (progress.rejoinRound === 0) progress.rejoinRound = this.#startRound();
    const isConfirmed = this.#confirmedRound >= progress.rejoinRound && this.hasCommittedInTerm();
    if (!isConfirmed || state.nowUs < progress.grantedUs + state.options.heartbeatUs) return;
    progress.grantedUs = state.nowUs;
    const message = state.compose(RaftType.rejoinGranted, progress.id);
    message.commit = state.commitIndex;
    message.subject = incarnation;
    state.send(message);
  }

  /** Whether the commit index is this term's, so that everything committed before is known. */
  hasCommittedInTerm(): boolean {
    const { log, commitIndex, term } = this.#state;
    return log.termAt(commitIndex) === term;
  }

  /** @hot */
  canPropose(): boolean {
    const { log, commitIndex, options } = this.#state;
    return (
      this.#transferTo === 0 &&
      this.#confirmedRound >= this.#requiredRound &&
      log.lastIndex - commitIndex < options.windowFrames
    );
  }

  get isTransferring(): boolean {
    return this.#transferTo !== 0;
  }

  /** Brings `to` up to date and tells it to take over; gives up after an election time-out (§3.10 of the thesis). */
  transfer(to: number): string | undefined {
    const state = this.#state;
    const reason = this.#transferRefusal(to);
    if (reason !== undefined) return reason;
    this.#transferTo = to;
    this.#transferUntilUs = state.nowUs + state.options.electionTimeoutUs;
    this.#tryTransfer();
    return undefined;
  }

  #transferRefusal(to: number): string | undefined {
    const { id, configuration, log, options } = this.#state;
    if (to === id) return `Replica ${to} leads already.`;
    if (this.#transferTo !== 0) return `A transfer to replica ${this.#transferTo} is under way.`;
    const progress = this.progress.of(to);
    const others = configuration.voters.filter((voter) => voter !== id);
    if (others.length === 0) return 'No other replica votes, so there is none to hand leadership to.';
    if (progress === undefined) {
      return `Replica ${to} is not a member. Choose one of the voters ${others.join(', ')}.`;
    }
    if (!configuration.voters.includes(to)) {
      return `Replica ${to} does not vote. Choose one of the voters ${others.join(', ')}.`;
    }
    if (progress.isWitness)
      return `Replica ${to} is a witness: it has no engine and never leads. Choose another voter.`;
    if (progress.isRecovering) return `Replica ${to} is recovering. Wait until it has caught up.`;
    if (!this.answers(to)) return `Replica ${to} does not answer. Choose another, or see why it is away.`;
    const missing = log.lastIndex - progress.matchedIndex;
    if (missing <= options.windowFrames) return undefined;
    return `Replica ${to} is ${missing} frames behind. Wait until it has caught up.`;
  }

  /** Whether a member answers: it is not suspect. */
  answers(id: number): boolean {
    const progress = this.progress.of(id);
    return progress !== undefined && this.#state.nowUs <= progress.detector.suspectAtUs;
  }

  /** Whether a member answers, has done so in this leadership, and is not recovering. */
  counts(id: number): boolean {
    const progress = this.progress.of(id);
    return progress?.hasAnswered === true && !progress.isRecovering && this.answers(id);
  }

  /** Whether a voter could take over at once. */
  isFit(id: number): boolean {
    const { configuration, log, options } = this.#state;
    const progress = this.progress.of(id);
    return (
      progress !== undefined &&
      configuration.voters.includes(id) &&
      !progress.isWitness &&
      this.counts(id) &&
      log.lastIndex - progress.matchedIndex <= options.windowFrames
    );
  }

  /** Whether a voter could take over at once, and serve: it is not parked. */
  couldServe(id: number): boolean {
    return this.isFit(id) && this.progress.of(id)?.isParked !== true;
  }

  /**
   * The voter with the highest preference, and among equals the one that lacks the fewest frames; 0 is none. One that
   * is parked comes last. With `byClients` only voters that clients reach while they do not reach this leader.
   */
  successor(byClients: boolean): number {
    const missedFromUs = byClients ? this.#state.nowUs - missedUsMax : Number.NEGATIVE_INFINITY;
    let best: Progress | undefined;
    for (const progress of this.progress.members) {
      const isFit = byClients ? this.couldServe(progress.id) : this.isFit(progress.id);
      if (progress.missedByClientsUs >= missedFromUs && isFit) best = this.#better(best, progress);
    }
    return best?.id ?? 0;
  }

  #better(best: Progress | undefined, other: Progress): Progress {
    if (best === undefined) return other;
    if (best.isParked !== other.isParked) return best.isParked ? other : best;
    const { configuration } = this.#state;
    const difference = rankOf(configuration, other.id) - rankOf(configuration, best.id);
    return difference < 0 || (difference === 0 && other.matchedIndex > best.matchedIndex) ? other : best;
  }

  #tryTransfer(): void {
    const state = this.#state;
    const progress = this.progress.of(this.#transferTo);
    if (progress === undefined || progress.matchedIndex < state.log.lastIndex) return;
    this.#letTakeOver(progress.id);
  }

  #letTakeOver(id: number): void {
    const message = this.#state.compose(RaftType.timeoutNow, id);
    message.round = this.#round;
    this.#state.send(message);
  }

  /** It leads on: with another round, so that its order counts for nothing where it comes later than this. */
  #giveUpTransfer(): void {
    this.#transferTo = 0;
    this.#startRound();
  }

  /** The committed configuration has no place for this leader: tells the others, and hands over to the best of them. */
  resign(): void {
    this.#heartbeat();
    const best = this.successor(false);
    if (best !== 0) this.#letTakeOver(best);
  }

  invariants(): void {
    const { log, leaderId, id, isRecovering, commitIndex } = this.#state;
    const { lastIndex } = log;
    assert(leaderId === id, () => `a leader knows that it leads: ${leaderId}, not ${id}`);
    assert(!isRecovering, () => `a recovering replica never leads: ${id}`);
    assert(
      this.#sentIndex <= lastIndex,
      () => `only frames that are there are sent: ${this.#sentIndex} of ${lastIndex}`,
    );
    assert(
      this.#confirmedRound <= this.#round,
      () => `only rounds that began are confirmed: ${this.#confirmedRound} of ${this.#round}`,
    );
    assert(
      commitIndex <= lastIndex,
      () => `a leader holds all that is committed: ${commitIndex} of ${lastIndex}`,
    );
    for (const { id: follower, matchedIndex, durableIndex } of this.progress.members) {
      assert(
        matchedIndex <= lastIndex,
        () => `a follower matches only what the leader has: ${follower} ${matchedIndex} of ${lastIndex}`,
      );
      assert(
        durableIndex <= matchedIndex,
        () => `what is flushed and matches, matches: ${follower} ${durableIndex} of ${matchedIndex}`,
      );
    }
  }
}
