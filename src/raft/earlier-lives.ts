/**
 * How far earlier lives of this replica may have applied the log, where its folder does not say. They applied committed
 * frames only. So what must stay true: a bound is taken from a leader that this life hears, or is, never from the own
 * log alone; and of a replica that may have followed a later leader, only from the leave to return.
 */
import type { RaftState } from './state.ts';

export class EarlierLives {
  readonly #state: RaftState;
  /** No earlier life applied a frame after this one; -1: not known. */
  #index = -1;
  /** The first commit index that the leader of this term said to this life, and the term. */
  #heardIndex = 0;
  #heardTerm = -1;

  constructor(state: RaftState) {
    this.#state = state;
  }

  /** The last frame that an earlier life may have applied; -1: not known. @hot */
  get lastIndex(): number {
    return this.#state.isRecovering ? -1 : this.#index;
  }

  /** The leader of this term says what is committed. @hot */
  heard(commitIndex: number): void {
    const { term } = this.#state;
    if (this.#heardTerm === term) return;
    this.#heardTerm = term;
    this.#heardIndex = commitIndex;
  }

  /**
   * The log is that leader's up to `matchedIndex`. What was committed in an earlier term is before its first frame, and
   * what was committed in this one before this life is up to what it said first. @hot
   */
  follows(matchedIndex: number): void {
    if (this.#index >= 0) return;
    const { log, term } = this.#state;
    if (matchedIndex < this.#heardIndex || log.termAt(matchedIndex) !== term) return;
    const lowest = Math.max(this.#heardIndex, log.firstIndex - 1);
    let index = matchedIndex;
    while (index > lowest && log.termAt(index - 1) === term) index--;
    this.#index = index;
  }

  /** This replica leads: its log holds all that was committed before. */
  leads(): void {
    if (this.#index < 0) this.#index = this.#state.log.lastIndex;
  }

  /** The leader lets this replica return; all that was committed before it asked is up to `commitIndex`. */
  returns(commitIndex: number): void {
    this.#index = commitIndex;
  }
}
