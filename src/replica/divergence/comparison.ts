/**
 * The leader compares what all replicas made of the log: members report how far they have applied it, with their
 * digests, and each report is held against the own digests of that frame. What is wrong is what a majority of the
 * voters does not share; where none shares anything, only an operator can say.
 */

import type { Digest, Verdict } from '../log/replicated-log.ts';
import type { Digests } from '../state/digests.ts';

const idsMax = 256;

/** A member whose state differs, and what the majority says to it. */
export interface Outlier {
  readonly id: number;
  readonly verdict: Verdict;
}

export type Judgement =
  /** No report differs. */
  | { readonly kind: 'agreed' }
  /** A majority, with this replica in it, agrees; these do not. */
  | { readonly kind: 'others'; readonly outliers: readonly Outlier[] }
  /** A majority agrees on something else than this replica, which leads. */
  | { readonly kind: 'self'; readonly verdict: Verdict }
  /** Reports differ, and no majority agrees, or it has not said so yet. */
  | { readonly kind: 'open'; readonly differing: readonly number[] };

/** Whether these voters are a majority. */
type IsQuorum = (ids: ReadonlySet<number>) => boolean;

export class Comparison {
  /** Of each member its newest report; index 0 is none. */
  readonly #indices = new Float64Array(idsMax);
  readonly #events = new Float64Array(idsMax);
  readonly #logs = new Float64Array(idsMax);
  /** Highest index at which it agreed, and the first one after that at which it did not; 0 is none. */
  readonly #agreed = new Float64Array(idsMax);
  readonly #differs = new Float64Array(idsMax);
  /** Reports of frames before this one do not count: a void that came later may make another state of them. */
  fromIndex = 0;
  #hasNews = false;
  #anyDiffers = false;
  /** The replica whose state an operator has chosen; 0 is none. */
  #chosen = 0;

  /** @hot */
  reported(memberId: number, index: number, events: number, log: number): void {
    this.#indices[memberId] = index;
    this.#events[memberId] = events;
    this.#logs[memberId] = log;
    this.#hasNews = true;
  }

  /** Another leadership begins, or this replica has another state. */
  forget(): void {
    this.#indices.fill(0);
    this.#agreed.fill(0);
    this.#differs.fill(0);
    this.#hasNews = false;
    this.#anyDiffers = false;
    this.#chosen = 0;
  }

  /** Replicas that differ from this one, which leads. */
  get differing(): readonly number[] {
    return [...this.#differs.keys()].filter((id) => this.#differs[id]! > 0);
  }

  /** An operator says whose state is right; it holds until all agree. */
  choose(replicaId: number): void {
    this.#chosen = replicaId;
  }

  /** What the reports amount to. `self` is this replica, which has these digests. */
  judge(own: Digests, self: number, isQuorum: IsQuorum): Judgement {
    if (this.#hasNews) this.#compare(own);
    if (!this.#anyDiffers) {
      this.#chosen = 0;
      return { kind: 'agreed' };
    }
    const { differing } = this;
    const latest = Math.max(...differing.map((id) => this.#differs[id]!));
    const supporters = new Set([self]);
    for (let id = 1; id < idsMax; id++)
      if (this.#differs[id] === 0 && this.#agreed[id]! >= latest) supporters.add(id);
    if (this.#chosen === self || (this.#chosen === 0 && isQuorum(supporters)))
      return { kind: 'others', outliers: differing.map((id) => this.#outlier(id, own, supporters, self)) };
    const sound = this.#soundAmong(differing, isQuorum);
    if (sound === 0) return { kind: 'open', differing };
    const { index, events, log } = this.#reportOf(sound);
    return {
      kind: 'self',
      verdict: { index, events, log, agreedIndex: this.#agreed[sound]!, soundId: sound },
    };
  }

  #compare(own: Digests): void {
    this.#hasNews = false;
    this.#anyDiffers = false;
    for (let id = 1; id < idsMax; id++) {
      const index = this.#indices[id]!;
      // One that says nothing has given its state up.
      if (index === 0 || index < this.fromIndex) this.#differs[id] = 0;
      else if (own.knows(index)) this.#compareOne(id, own.at(index));
      // Ours may be applied later.
      else this.#hasNews = true;
      if (this.#differs[id]! > 0) this.#anyDiffers = true;
    }
  }

  #compareOne(id: number, { index, events, log }: Digest): void {
    if (this.#events[id] === events && this.#logs[id] === log) {
      this.#agreed[id] = index;
      this.#differs[id] = 0;
    } else if (this.#differs[id] === 0) this.#differs[id] = index;
  }

  #outlier(id: number, own: Digests, supporters: ReadonlySet<number>, self: number): Outlier {
    // Its newest report may be of a frame that is not applied here yet, or not known any more.
    const [index] = [this.#indices[id]!, this.#differs[id]!].filter((each) => own.knows(each));
    const { events, log } = index === undefined ? { events: 0, log: 0 } : own.at(index);
    // A follower gives its snapshot with less harm than the leader.
    const soundId = [...supporters].find((each) => each !== self) ?? self;
    return { id, verdict: { index: index ?? 0, events, log, agreedIndex: this.#agreed[id]!, soundId } };
  }

  /** One of those that differ and agree with each other, as a majority or as the operator has chosen; 0 is none. */
  #soundAmong(differing: readonly number[], isQuorum: IsQuorum): number {
    if (this.#chosen !== 0) return differing.includes(this.#chosen) ? this.#chosen : 0;
    for (const id of differing) {
      const { index, events, log } = this.#reportOf(id);
      const alike = differing.filter((other) => {
        const report = this.#reportOf(other);
        return report.index === index && report.events === events && report.log === log;
      });
      if (isQuorum(new Set(alike))) return id;
    }
    return 0;
  }

  #reportOf(id: number): Digest {
    return { index: this.#indices[id]!, events: this.#events[id]!, log: this.#logs[id]! };
  }
}
