/**
 * Whether the exchange of a site that has begun to write may open: not while another site is seen to write in an
 * earlier epoch, and not before that was looked at.
 */
import type { ReplicaStatus } from '../health/status.ts';
import type { OtherSites } from './other-sites.ts';

/** A site that can be reached says what it is within this time of the start of this process. */
const lookMs = 1_000;
/** The leader stamps that its site has begun within this time; in an epoch that began otherwise it never does. */
const beginMs = 2_000;
/** Where it did not, since that command was voided and comes again, or no site began, it is looked so often. */
const beginsLateMs = 5_000;
/** The way to the leader is tried as often while this site follows: once it begins to write, callers wait for that. */
const tryEveryMs = 5_000;
const firstEpoch = 1;

type WritingLeader = Pick<ReplicaStatus, 'replicaId' | 'stopped'> & {
  readonly counters: Pick<ReplicaStatus['counters'], 'openingHeld' | 'siteEpoch'>;
};

export interface OpeningParts {
  readonly site: string;
  readonly others: Pick<OtherSites, 'seen' | 'isKnown'>;
  /** The replica of this site that serves; undefined while none does. Never rejects. */
  leader(): Promise<WritingLeader | undefined>;
  order(replicaId: number, opening: { epoch: number; isHeld: boolean; reason: string }): Promise<string>;
  /** How it opens once it may, for people. */
  readonly way: string;
}

export class OpeningWatch {
  readonly #parts: OpeningParts;
  /** The epoch in which all is as it should be, and the site that was seen to write then; empty: none. */
  #settledEpoch = 0;
  #settledWriter = '';
  /** Until when that counts; infinite where the site has begun. */
  #settledUntilMs = 0;
  /** The epoch that this site was last seen to write in, and since when. */
  #epoch = 0;
  #sinceMs = 0;
  /** The next turn should follow at once: that the site has begun is about to be seen. */
  isAwaited = false;
  /** The site that writes beside this one. */
  writer = '';
  #triedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** A turn of a site that follows: keeps the way to its leader open. */
  follow(nowMs: number): void {
    if (nowMs - this.#triedMs < tryEveryMs) return;
    this.#triedMs = nowMs;
    void this.#parts.leader();
  }

  /** A turn of a site that writes in this epoch; whether something was ordered. */
  async turn(epoch: number, nowMs: number): Promise<boolean> {
    const { others } = this.#parts;
    this.isAwaited = false;
    this.writer = others.seen.find((site) => site.writes && site.epoch < epoch)?.name ?? '';
    if (epoch !== this.#epoch) this.#sinceMs = nowMs;
    this.#epoch = epoch;
    const isSettled = epoch === this.#settledEpoch && this.writer === this.#settledWriter;
    if (isSettled && nowMs < this.#settledUntilMs) return false;
    if (this.writer === '' && !others.isKnown(nowMs, lookMs)) return false;
    const leader = await this.#parts.leader();
    const hasBegun = epoch === firstEpoch || leader?.counters.siteEpoch === epoch;
    this.isAwaited = !hasBegun && nowMs - this.#sinceMs < beginMs;
    if (leader === undefined || this.isAwaited) return false;
    const isOrdered = await this.#settle(leader);
    this.#settledEpoch = epoch;
    this.#settledWriter = this.writer;
    this.#settledUntilMs = hasBegun ? Number.POSITIVE_INFINITY : nowMs + beginsLateMs;
    return isOrdered;
  }

  async #settle({ replicaId, stopped, counters }: WritingLeader): Promise<boolean> {
    const { siteEpoch: epoch, openingHeld } = counters;
    const isOpen = stopped.every(({ scope }) => scope !== 'exchange');
    const isHeld = this.writer !== '';
    // What is not open is shown a moment later than that the opening is held.
    if (epoch === 0 || (openingHeld === 0 && (isOpen || !isHeld))) return false;
    const { site, way, order } = this.#parts;
    const reason = isHeld ? `site ${this.writer} writes too` : `site ${site} began to write; opens ${way}`;
    await order(replicaId, { epoch, isHeld, reason });
    return true;
  }
}
