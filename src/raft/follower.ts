/**
 * The receiving side of replication (Ongaro and Ousterhout 2014, §5.3): takes frames, finds gaps and conflicts, answers
 * once per duty cycle. Nothing at or below the commit index is ever cut off, and a cut needs a real conflict.
 */
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { assert } from '../std/assert.ts';
import type { EarlierLives } from './earlier-lives.ts';
import type { Lives } from './lives.ts';
import type { RaftState } from './state.ts';
import { type IncomingFrames, Role } from './types.ts';
import type { Voids } from './voids.ts';

/** For so long a leader hears what a client said once; clients repeat it sooner. */
const missedUs = 200_000;

export class Follower {
  readonly #state: RaftState;
  readonly #lives: Lives;
  readonly #earlier: EarlierLives;
  readonly #voids: Voids;
  /** The term that the fields below belong to. */
  #term = -1;
  /** Highest index up to which the log is known to be the leader's. */
  #matchedIndex = 0;
  /** The newest confirmation round of the leader. */
  #round = 0;
  /** The leader that gets an answer at the end of the cycle; 0 is none. */
  #answerTo = 0;
  /** Since when frames wait for their flush and the leader for an answer; Infinity: it has one. */
  #unansweredUs = Number.POSITIVE_INFINITY;
  /** Flushed index of the last answer in this term. */
  #answeredDurable = 0;
  /** An append that could not follow on: its index and the term there; index 0 is none. */
  #refusedIndex = 0;
  #refusedTerm = 0;
  /** What the last rejection asked for, and when: one question is asked once per heartbeat. */
  #askedHint = -1;
  #askedUs = Number.NEGATIVE_INFINITY;
  #fetchAtUs = Number.NEGATIVE_INFINITY;
  /** Until then the leader hears that clients miss it. */
  #missedUntilUs = Number.NEGATIVE_INFINITY;
  /** Reaching this index ends `recovering`; 0: not granted yet. */
  #rejoinIndex = 0;

  constructor(state: RaftState, lives: Lives, earlier: EarlierLives, voids: Voids) {
    this.#state = state;
    this.#lives = lives;
    this.#earlier = earlier;
    this.#voids = voids;
  }

  /** Frames or a heartbeat of this term's leader. @hot */
  append(message: RaftMessage, frames: IncomingFrames | undefined): void {
    const state = this.#state;
    if (this.#term !== state.term) this.#enterTerm();
    if (message.round > this.#round) this.#round = message.round;
    if (message.commit > state.leaderCommitIndex) state.leaderCommitIndex = message.commit;
    this.#voids.heard(message.subject);
    this.#earlier.heard(message.commit);
    const count = frames === undefined ? 0 : frames.count;
    const follows = this.holds(message.index, message.logTerm);
    if (follows) {
      const matched = frames === undefined ? message.index : this.#take(message.index, frames);
      if (matched > this.#matchedIndex) this.#matchedIndex = matched;
      this.#earlier.follows(this.#matchedIndex);
      this.#commit(message.commit);
      if (count === 0 || !this.#answersWhenFlushed() || this.#isAnswerDue()) this.#answerTo = message.from;
      if (state.isRecovering) this.#tryRejoin();
    } else if ((message.flags & RaftFlag.needsSnapshot) !== 0) {
      this.#answerTo = message.from;
      this.#fetch(message.from);
    } else {
      this.#answerTo = message.from;
      this.#refusedIndex = message.index;
      this.#refusedTerm = message.logTerm;
    }
  }

  /**
   * Whether the leader of this term has begun another round since it sent this: it had given up to hand over, and leads
   * on. A leader of an earlier release names no round.
   */
  isOutdated({ round }: RaftMessage): boolean {
    return this.#term === this.#state.term && round > 0 && round < this.#round;
  }

  /** A new term: only what is committed is known to be in the new leader's log. */
  #enterTerm(): void {
    this.#term = this.#state.term;
    this.#matchedIndex = this.#state.commitIndex;
    this.#round = 0;
    this.#answerTo = 0;
    this.#answeredDurable = 0;
    this.#refusedIndex = 0;
    this.#askedHint = -1;
  }

  /** Whether the own log has this frame; what is committed matches every leader. @hot */
  holds(index: number, term: number): boolean {
    const { log, commitIndex } = this.#state;
    return index <= commitIndex || (index <= log.lastIndex && log.termAt(index) === term);
  }

  /**
   * Takes frames of a log that is ahead of this one, while no leader is known (KeptFrames); nothing is acknowledged by
   * that. What was acknowledged to the leader of this term may be cut off only in a later term.
   */
  adopt({ index, subject }: RaftMessage, frames: IncomingFrames): void {
    const state = this.#state;
    const { log, term, commitIndex } = state;
    const mayCut = log.termAt(log.lastIndex) < subject && subject < term;
    const isBound = this.#term === term && this.#matchedIndex > commitIndex;
    if (mayCut && isBound) state.enterTerm(term + 1, 0);
    if (this.#term !== state.term) this.#enterTerm();
    this.#take(index, frames);
  }

  /** Takes the frames after `previous`; returns the index up to which the log is now the leader's. @hot */
  #take(previous: number, frames: IncomingFrames): number {
    const state = this.#state;
    const { log, commitIndex } = state;
    let index = previous;
    for (let n = 0; n < frames.count; n++) {
      index++;
      if (index <= commitIndex) {
        assert(index < log.firstIndex || log.termAt(index) === frames.termOf(n), 'committed frames agree');
        continue;
      }
      if (index <= log.lastIndex) {
        if (log.termAt(index) === frames.termOf(n)) continue;
        this.#cutBefore(index);
      }
      assert(index === log.lastIndex + 1, 'frames are appended without a gap');
      if (!frames.append(n)) return index - 1;
    }
    return index;
  }

  /** The only place where a log is shortened. */
  #cutBefore(index: number): void {
    const state = this.#state;
    const { log, commitIndex } = state;
    assert(
      index > commitIndex,
      () => `what is committed is never cut off (§5.4): frame ${index}, committed ${commitIndex}`,
    );
    assert(
      index > this.#matchedIndex,
      () => `what matches the leader is never cut off: frame ${index}, matched ${this.#matchedIndex}`,
    );
    log.truncateAfter(index - 1);
    assert(
      log.lastIndex === index - 1,
      () => `the log was cut: it ends at ${log.lastIndex}, not ${index - 1}`,
    );
    assert(
      log.durableIndex < index,
      () => `what was cut off is not flushed: ${log.durableIndex}, cut before ${index}`,
    );
    state.configurationsTruncated(index - 1);
    this.#voids.truncated(index - 1);
  }

  /** @hot */
  #commit(leaderCommit: number): void {
    const state = this.#state;
    const index = Math.min(leaderCommit, this.#matchedIndex);
    if (index <= state.commitIndex) return;
    state.commitIndex = index;
    state.forgetConfigurations();
  }

  /** With `disk`, new frames are answered when they are flushed; until then the answer would count for nothing. */
  #answersWhenFlushed(): boolean {
    const { options, log } = this.#state;
    return options.durability === 'disk' && log.durableIndex < this.#matchedIndex;
  }

  /** A flush that takes long must not look like a process that hangs: one answer in a heartbeat says that it lives. */
  #isAnswerDue(): boolean {
    const { nowUs, options } = this.#state;
    if (this.#unansweredUs > nowUs) this.#unansweredUs = nowUs;
    return nowUs - this.#unansweredUs >= options.heartbeatUs;
  }

  /** A client reaches this replica, and not the leader. */
  clientsMissLeader(): void {
    this.#missedUntilUs = this.#state.nowUs + missedUs;
  }

  /** The flushed index has moved. @hot */
  durable(): void {
    const state = this.#state;
    if (state.isRecovering) this.#tryRejoin();
    if (state.options.durability !== 'disk' || this.#term !== state.term || state.role === Role.leader)
      return;
    if (this.#durableIndex() > this.#answeredDurable) this.#answerTo = state.leaderId;
  }

  /** Answers all appends of the cycle at once, and asks for what is missing. @hot */
  flushReplies(): void {
    const state = this.#state;
    const to = this.#answerTo;
    if (to === 0 || !state.hasBegun) return;
    this.#answerTo = 0;
    const refusedIndex = this.#refusedIndex;
    this.#refusedIndex = 0;
    if (this.#term !== state.term || state.role === Role.leader) return;
    // What looked like a gap may have been filled by a datagram that came later in the same cycle.
    const isMissing = !this.holds(refusedIndex, this.#refusedTerm) && !this.#isFetching();
    this.#accept(to);
    if (isMissing) this.#reject(to, refusedIndex);
  }

  /** @hot */
  #accept(to: number): void {
    const state = this.#state;
    const reply = state.compose(RaftType.appendReply, to);
    if (this.#isFetching()) reply.flags |= RaftFlag.needsSnapshot;
    if (state.nowUs < this.#missedUntilUs) reply.flags |= RaftFlag.leaderUnreached;
    if (state.isParked) reply.flags |= RaftFlag.parked;
    reply.index = this.#matchedIndex;
    reply.hint = this.#durableIndex();
    reply.round = this.#round;
    reply.commit = state.appliedIndex;
    reply.subject = state.eventDigest;
    reply.logTerm = state.logDigest;
    this.#answeredDurable = reply.hint;
    this.#unansweredUs = Number.POSITIVE_INFINITY;
    state.send(reply);
  }

  /** Highest index that is the leader's and flushed. @hot */
  #durableIndex(): number {
    return Math.min(this.#state.log.durableIndex, this.#matchedIndex);
  }

  #isFetching(): boolean {
    return this.#state.nowUs < this.#fetchAtUs;
  }

  #reject(to: number, index: number): void {
    const state = this.#state;
    const hint = this.conflictHint(index, this.#refusedTerm);
    if (hint === this.#askedHint && state.nowUs < this.#askedUs + state.options.heartbeatUs) return;
    this.#askedHint = hint;
    this.#askedUs = state.nowUs;
    const reply = state.compose(RaftType.appendReply, to);
    reply.flags |= RaftFlag.reject;
    reply.index = index;
    reply.hint = hint;
    reply.logTerm = state.log.termAt(hint);
    reply.round = this.#round;
    state.send(reply);
  }

  /**
   * The highest index at which another log may agree: not after the frame it names, in no later term than there,
   * and never below what is committed, which always agrees.
   */
  conflictHint(index: number, term: number): number {
    const { log, commitIndex } = this.#state;
    let hint = Math.min(index, log.lastIndex);
    while (hint > commitIndex && log.termAt(hint) > term) hint--;
    // The frame at `index` itself was seen not to agree.
    if (hint === index && hint > commitIndex) hint--;
    return hint;
  }

  #fetch(from: number): void {
    const state = this.#state;
    if (this.#isFetching()) return;
    this.#fetchAtUs = state.nowUs + state.options.electionTimeoutUs;
    state.output.fetchSnapshot(from);
  }

  /** The log was replaced by a snapshot; only committed frames are in one. */
  snapshotInstalled(index: number): void {
    const state = this.#state;
    state.commitIndex = index;
    if (this.#term === state.term) {
      assert(
        this.#matchedIndex < index,
        () => `a snapshot replaces nothing that was acknowledged: ${this.#matchedIndex}, it ends at ${index}`,
      );
      this.#matchedIndex = index;
      this.#answerTo = state.leaderId;
    }
    this.#refusedIndex = 0;
    this.#askedHint = -1;
    this.#fetchAtUs = Number.NEGATIVE_INFINITY;
    if (state.isRecovering) this.#tryRejoin();
  }

  /** The leader has confirmed that this replica's forgotten promises can no longer matter beyond `commit`. */
  rejoinGranted(message: RaftMessage): void {
    const state = this.#state;
    if (!state.isRecovering || state.isSuperseded || message.subject !== state.incarnation) return;
    if (this.#rejoinIndex === 0 || message.commit < this.#rejoinIndex) this.#rejoinIndex = message.commit;
    this.#tryRejoin();
  }

  #tryRejoin(): void {
    const state = this.#state;
    const held = this.#term === state.term ? this.#matchedIndex : state.commitIndex;
    if (this.#rejoinIndex === 0 || held < this.#rejoinIndex) return;
    if (state.options.durability === 'disk' && state.log.durableIndex < this.#rejoinIndex) return;
    if (!this.#lives.isAnswered) return;
    this.#earlier.returns(this.#rejoinIndex);
    this.#rejoinIndex = 0;
    state.endRecovering();
    if (this.#term === state.term) this.#answerTo = state.leaderId;
  }

  invariants(): void {
    const { role, term, commitIndex, log } = this.#state;
    if (role === Role.leader || this.#term !== term) return;
    const matched = this.#matchedIndex;
    assert(
      matched >= commitIndex,
      () => `what is committed matches the leader: ${matched} of ${commitIndex}`,
    );
    assert(
      matched <= log.lastIndex,
      () => `only frames that are there match: ${matched} of ${log.lastIndex}`,
    );
  }
}
