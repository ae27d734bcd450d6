/**
 * Which commands the log voids (decision 26), and from which frame on. To the core these are numbers. A void counts
 * once its frame is committed; until then a replica that has that frame, or follows a leader that has, applies nothing.
 */
import type { RaftState } from './state.ts';
import { Role } from './types.ts';

interface Void {
  readonly index: number;
  readonly seq: number;
}

/** Voids that are remembered: those that may concern frames which are still to be applied are the newest. */
const voidsMax = 1_024;

export class Voids {
  readonly #state: RaftState;
  #list: Void[] = [];
  /** The highest command that one of them names; 0: there is none. @hot */
  seqMax = 0;
  #areAllSettled = false;
  /** The term whose leader said the newest that is known of its voids. */
  #heardTerm = -1;

  constructor(state: RaftState) {
    this.#state = state;
  }

  /** The frame at `index`, which the log has now, voids this command. */
  appended(index: number, seq: number): void {
    this.#list.push({ index, seq });
    if (this.#list.length > voidsMax) this.#list.shift();
    this.#noteNewest();
  }

  /**
   * The leader of this term says that no frame of its log after this one is a void. In one term that only grows: what
   * says less comes late. @hot
   */
  heard(index: number): void {
    const state = this.#state;
    if (index <= state.leaderVoidIndex && state.term === this.#heardTerm) return;
    this.#heardTerm = state.term;
    state.leaderVoidIndex = index;
  }

  /** Frames after `lastIndex` were cut off. */
  truncated(lastIndex: number): void {
    this.#list = this.#list.filter(({ index }) => index <= lastIndex);
    this.#noteNewest();
  }

  /** The log of this replica, or of its leader, has a void that is not known here to be committed. @hot */
  get isAwaited(): boolean {
    const { voidIndex, leaderVoidIndex, commitIndex, role } = this.#state;
    return voidIndex > commitIndex || (role !== Role.leader && leaderVoidIndex > commitIndex);
  }

  /** Index of the newest frame in the log that voids a command; 0: there is none behind the newest snapshot. */
  get newestIndex(): number {
    return this.#list.at(-1)?.index ?? 0;
  }

  /** Whether a committed frame voids this command. */
  has(seq: number): boolean {
    const { commitIndex } = this.#state;
    return this.#list.some((each) => each.seq === seq && (this.#areAllSettled || each.index <= commitIndex));
  }

  /** Whether a frame of the log voids this command, committed or not. */
  holds(seq: number): boolean {
    return this.#list.some((each) => each.seq === seq);
  }

  /** The whole log counts from here on, whatever is known to be committed: another generation begins behind it. */
  settle(): void {
    this.#areAllSettled = true;
  }

  #noteNewest(): void {
    this.#state.voidIndex = this.newestIndex;
    this.seqMax = Math.max(0, ...this.#list.map(({ seq }) => seq));
  }
}
