/**
 * Whether the exchange of a site that has begun to write may open: not while another site is seen to write in an
 * earlier epoch, and not before that was looked at.
 */
import type { ReplicaStatus } from '../replica-process/status.ts';
import type { SitePlace } from './shipping-link.ts';

/** What a site that can be reached says within this time of the start of this process. */
const lookMs = 1_000;

/** Another site, by the links to its replicas. */
export interface OtherSite {
  readonly name: string;
  /** What each of its replicas said last; nothing of those that cannot be reached. */
  readonly places: readonly Pick<SitePlace, 'isStandby' | 'leaderId' | 'epoch'>[];
}

type WritingLeader = Pick<ReplicaStatus, 'replicaId' | 'stopped'> & {
  readonly counters: Pick<ReplicaStatus['counters'], 'openingHeld' | 'siteEpoch'>;
};

export interface OpeningParts {
  readonly site: string;
  others(): readonly OtherSite[];
  /** The replica of this site that serves; undefined while none does. */
  leader(): Promise<WritingLeader | undefined>;
  order(replicaId: number, opening: { epoch: number; isHeld: boolean; reason: string }): Promise<string>;
  /** How it opens once it may, for people. */
  readonly way: string;
}

export class OpeningWatch {
  readonly #parts: OpeningParts;
  readonly #startedMs: number;
  /** The epoch in which all is as it should be, and the site that was seen to write then; empty: none. */
  #settledEpoch = 0;
  #settledWriter = '';
  /** The site that writes beside this one. */
  writer = '';

  constructor(parts: OpeningParts, nowMs: number) {
    this.#parts = parts;
    this.#startedMs = nowMs;
  }

  /** A turn of a site that writes in this epoch; whether something was ordered. */
  async turn(epoch: number, nowMs: number): Promise<boolean> {
    const others = this.#parts.others();
    this.writer = writerBefore(others, epoch);
    if (epoch === this.#settledEpoch && this.writer === this.#settledWriter) return false;
    const isLooking = others.some(({ places }) => places.length === 0) && nowMs - this.#startedMs < lookMs;
    if (this.writer === '' && isLooking) return false;
    const leader = await this.#parts.leader();
    if (leader === undefined) return false;
    const isOrdered = await this.#settle(leader);
    this.#settledEpoch = epoch;
    this.#settledWriter = this.writer;
    return isOrdered;
  }

  async #settle({ replicaId, stopped, counters }: WritingLeader): Promise<boolean> {
    const { siteEpoch: epoch, openingHeld } = counters;
    const isOpen = stopped.every(({ scope }) => scope !== 'exchange');
    const isHeld = this.writer !== '';
    if (epoch === 0 || isOpen || (openingHeld === 0 && !isHeld)) return false;
    const { site, way, order } = this.#parts;
    const reason = isHeld ? `site ${this.writer} writes too` : `site ${site} began to write; opens ${way}`;
    await order(replicaId, { epoch, isHeld, reason });
    return true;
  }
}

/** The site that goes on in an epoch before this one; empty where none is seen to. */
function writerBefore(others: readonly OtherSite[], epoch: number): string {
  const writes = ({ isStandby, leaderId, epoch: own }: OtherSite['places'][number]): boolean =>
    isStandby === 0 && leaderId !== 0 && own < epoch;
  return others.find(({ places }) => places.some(writes))?.name ?? '';
}
