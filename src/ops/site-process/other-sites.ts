/**
 * The other sites, as the links to their replicas show them: whether they can be reached, which of them writes, how far
 * each is, and since when one that should be level is not.
 */

import type { SitePlace } from '../shipping/shipping-link.ts';
import type { SeenSite } from '../standing/site-standing.ts';

export interface SiteLinks {
  readonly name: string;
  /** What each of its replicas said last; nothing of those that cannot be reached. */
  readonly places: readonly Pick<
    SitePlace,
    'isStandby' | 'leaderId' | 'epoch' | 'appliedSeq' | 'appliedTimeUs'
  >[];
}

/** Since when one place is behind another: the oldest of what it lacks counts. */
export class Behind {
  sinceMs = 0;
  #untilSeq = 0;

  observe(ahead: number, seq: number, nowMs: number): void {
    if (this.sinceMs !== 0 && seq < this.#untilSeq) return;
    this.sinceMs = seq < ahead ? nowMs : 0;
    this.#untilSeq = ahead;
  }
}

const unseen = { isReached: false, reachedMs: 0, writes: false, epoch: 0, appliedSeq: 0 } as const;

/** What links show of another site. */
export type LinkedSite = Omit<SeenSite, 'behindBytes'>;

export class OtherSites {
  readonly #links: () => readonly SiteLinks[];
  readonly #behind = new Map<string, Behind>();
  #startedMs: number;
  /** When another site was last seen to write; the start of this process counts as such. */
  writingMs: number;
  seen: readonly LinkedSite[] = [];

  constructor(links: () => readonly SiteLinks[], nowMs: number) {
    this.#links = links;
    this.#startedMs = nowMs;
    this.writingMs = nowMs;
  }

  /** Each of them is known well enough: it was reached, or had time enough to be. */
  isKnown(nowMs: number, withinMs: number): boolean {
    return nowMs - this.#startedMs >= withinMs || this.seen.every(({ isReached }) => isReached);
  }

  /** Another site has ended what it wrote in this epoch: the rest of that is on its way. */
  hasEnded(epoch: number): boolean {
    return this.seen.some((site) => site.isReached && site.epoch > epoch);
  }

  /** `ownSeq`: how far this site is where it writes; undefined where it does not. */
  observe(nowMs: number, ownSeq: number | undefined): void {
    const before = new Map(this.seen.map((site) => [site.name, site]));
    this.seen = this.#links().map(({ name, places }) => {
      const [place] = places.toSorted((a, b) => b.epoch - a.epoch || b.appliedSeq - a.appliedSeq);
      const known = before.get(name) ?? { ...unseen, name, appliedTimeUs: 0, behindSinceMs: 0 };
      const { epoch, appliedSeq, appliedTimeUs } = place ?? known;
      const behind = this.#behind.get(name) ?? new Behind();
      this.#behind.set(name, behind);
      behind.observe(ownSeq ?? appliedSeq, appliedSeq, nowMs);
      const isReached = place !== undefined;
      // One that has the end of what its site wrote speaks for those that lag.
      const newest = places.filter((each) => each.epoch === epoch);
      const writes = newest.some(({ isStandby, leaderId }) => isStandby === 0 && leaderId !== 0);
      const reachedMs = isReached ? nowMs : known.reachedMs;
      const { sinceMs: behindSinceMs } = behind;
      return { name, isReached, reachedMs, writes, epoch, appliedSeq, appliedTimeUs, behindSinceMs };
    });
    if (this.seen.some(({ writes }) => writes)) this.writingMs = nowMs;
  }
}
