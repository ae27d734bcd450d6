/**
 * The frames that a witness keeps for the replicas with an engine (decision 27). It never leads, so where a replica
 * campaigns with a log that is behind, the witness sends it the frames that it lacks, and then votes for it. Neither
 * knows a leader at that time: taking such frames acknowledges and commits nothing.
 */
import { type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import type { Follower } from './follower.ts';
import type { RaftState } from './state.ts';
import { type IncomingFrames, Role } from './types.ts';

export class KeptFrames {
  readonly #state: RaftState;
  readonly #follower: Follower;
  /** Witness: up to this index the leader said that all replicas with an engine have flushed the log. */
  flushedIndex = 0;
  /** What was asked for last, and when: one question is asked once per heartbeat. */
  #askedIndex = -1;
  #askedUs = Number.NEGATIVE_INFINITY;

  constructor(state: RaftState, follower: Follower) {
    this.#state = state;
    this.#follower = follower;
  }

  /** Witness: a leader says how far its log is flushed everywhere. */
  flushed({ from, index }: RaftMessage): void {
    if (from === this.#state.leaderId && index > this.flushedIndex) this.flushedIndex = index;
  }

  /**
   * Witness: a replica campaigns, or asks for frames; its log may agree with this one up to the index in the
   * message. Where this log is ahead, a window of frames goes to it.
   */
  asked({ from, index, logTerm }: RaftMessage): void {
    const state = this.#state;
    const { log, options } = state;
    if (!options.isWitness || state.isRecovering || !state.hasBegun) return;
    const lastTerm = log.termAt(log.lastIndex);
    if (!isAhead(lastTerm, log.lastIndex, logTerm, index)) return;
    let base = Math.min(index, log.lastIndex);
    while (base >= log.firstIndex && log.termAt(base) > logTerm) base--;
    const baseTerm = log.termAt(base);
    if (baseTerm < 0) return;
    const message = state.compose(RaftType.kept, from);
    const last = Math.min(log.lastIndex, base + options.windowFrames);
    message.index = base;
    message.logTerm = baseTerm;
    message.commit = last;
    message.hint = log.lastIndex;
    message.subject = lastTerm;
    state.persist();
    state.output.sendAppend(message, last);
  }

  /** Frames of a witness came; true when this log has become as long as that of the witness. */
  take(message: RaftMessage, frames: IncomingFrames | undefined): boolean {
    const state = this.#state;
    const { log, isRecovering, leaderId, role } = state;
    const isLeaderless = leaderId === 0 && (role === Role.follower || role === Role.preCandidate);
    if (!isLeaderless || isRecovering || !this.#isBehind(message)) return false;
    const { from, index, logTerm, commit } = message;
    if (!this.#follower.holds(index, logTerm)) {
      this.#ask(from, this.#follower.conflictHint(index, logTerm));
      return false;
    }
    if (frames !== undefined) this.#follower.adopt(message, frames);
    if (!this.#isBehind(message)) return true;
    if (frames !== undefined && log.lastIndex >= commit) this.#ask(from, log.lastIndex);
    return false;
  }

  #isBehind({ subject, hint }: RaftMessage): boolean {
    const { log } = this.#state;
    return isAhead(subject, hint, log.termAt(log.lastIndex), log.lastIndex);
  }

  #ask(witness: number, index: number): void {
    const state = this.#state;
    const { nowUs, options } = state;
    if (index === this.#askedIndex && nowUs < this.#askedUs + options.heartbeatUs) return;
    this.#askedIndex = index;
    this.#askedUs = nowUs;
    const message = state.compose(RaftType.lacking, witness);
    message.index = index;
    message.logTerm = state.log.termAt(index);
    state.send(message);
  }
}

/** Whether a log that ends so would be refused a vote by one that ends otherwise, and is not the same (§5.4.1). */
function isAhead(term: number, index: number, otherTerm: number, otherIndex: number): boolean {
  return term > otherTerm || (term === otherTerm && index > otherIndex);
}
