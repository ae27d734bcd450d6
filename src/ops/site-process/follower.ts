/**
 * Keeps a standby site level with the chain that the writing site ships, turn by turn, and notes how far it is: for
 * this site, and at the target for the one that writes.
 */
import { writeNote } from '../../backup/notes.ts';
import { type ChainTail, endOf, type ShippedTo, type TailPiece } from '../../backup/tail.ts';
import type { ReadFrom } from '../../backup/walk.ts';
import { messageOf } from '../failure.ts';
import type { SeenSite, SiteStanding } from '../site-standing.ts';
import { Behind, type OtherSites } from './other-sites.ts';
import type { SitePlace } from './shipping-link.ts';

/** How often a site that writes looks whether another one does, in a later epoch; and after a standstill, at once. */
const epochEveryMs = 5_000;
const standstillMs = 2_000;
/** A standby that is ahead of what is shipped for so long is not merely early. */
const aheadMs = 10_000;
/** How often the target learns how far this site is. */
const noteEveryMs = 1_000;

/** The replicas of this site. */
export interface OwnReplicas {
  readonly leader:
    | { readonly place: Pick<SitePlace, 'nextSeq' | 'appliedSeq' | 'appliedTimeUs' | 'isStandby' | 'epoch'> }
    | undefined;
  readonly trouble: string;
  ship(piece: TailPiece, lastSeq: number): Promise<void>;
}

export interface FollowerParts {
  readonly site: string;
  readonly from: ReadFrom;
  readonly tail: Pick<ChainTail, 'read' | 'shippedTo' | 'waitingBytes' | 'newestEpoch'>;
  readonly replicas: OwnReplicas;
  /** Ends what this site writes, where it does so in an epoch before this one; gives what was said of it. */
  holdBack(epoch: number): Promise<string>;
  readonly others: Pick<OtherSites, 'seen' | 'writingMs' | 'observe'>;
  /** Lets the exchange of this site open, or not, while it writes. */
  readonly opening: { readonly writer: string; turn(epoch: number, nowMs: number): Promise<boolean> };
}

export class SiteFollower {
  readonly #parts: FollowerParts;
  #error = '';
  #levelMs: number;
  #notedMs = 0;
  #notedSeq = -1;
  #shipped: ShippedTo | undefined;
  #turnedMs: number;
  #epochReadMs = Number.NEGATIVE_INFINITY;
  /** The epoch of another site by which this one was held back, and what was said of it. */
  #over = '';
  #aheadSinceMs = 0;
  readonly #unshipped = new Behind();

  constructor(parts: FollowerParts, nowMs: number) {
    this.#parts = parts;
    this.#levelMs = nowMs;
    this.#turnedMs = nowMs;
  }

  /** One turn; whether there was something to do. Never rejects. */
  async turn(nowMs: number): Promise<boolean> {
    const { replicas, tail } = this.#parts;
    const stoodStill = nowMs - this.#turnedMs > standstillMs;
    this.#turnedMs = nowMs;
    try {
      const place = replicas.leader?.place;
      const writes = place?.isStandby === 0;
      this.#parts.others.observe(nowMs, writes ? place.appliedSeq : undefined);
      if (place === undefined) {
        this.#error = `No replica of this site leads. ${replicas.trouble}`.trim();
        return false;
      }
      if (place.isStandby === 0) {
        this.#error = '';
        this.#levelMs = nowMs;
        if (stoodStill || nowMs - this.#epochReadMs >= epochEveryMs) await this.#lookForLaterEpoch(nowMs);
        return await this.#parts.opening.turn(place.epoch, nowMs);
      }
      this.#over = '';
      const found = await tail.read(place.nextSeq, place.epoch, nowMs * 1_000);
      this.#shipped = tail.shippedTo;
      if (found === 'gone') {
        this.#error =
          `What follows seq ${place.nextSeq - 1} is no more at the target: it was dropped before this site had it. Stop this site, and ` +
          'begin it again with "lockstep site seed".';
        return false;
      }
      if (found !== 'nothing') await replicas.ship(found, endOf(found.frames.at(-1)!) - 1);
      this.#error = found === 'nothing' ? this.#aheadText(place.nextSeq - 1, nowMs) : '';
      this.#unshipped.observe(this.#writer?.appliedSeq ?? 0, this.#shipped?.seq ?? 0, nowMs);
      const applied = replicas.leader?.place.appliedSeq ?? 0;
      if (this.#shipped === undefined || applied >= this.#shipped.seq) this.#levelMs = nowMs;
      await this.#note(nowMs);
      return found !== 'nothing';
    } catch (error) {
      this.#error = messageOf(error);
      return false;
    }
  }

  /** The site that writes, where this one does not and can reach it. */
  get #writer(): SeenSite | undefined {
    return this.#parts.others.seen.find(({ writes, isReached }) => writes && isReached);
  }

  async #lookForLaterEpoch(nowMs: number): Promise<void> {
    const { tail, holdBack } = this.#parts;
    this.#epochReadMs = nowMs;
    const epoch = await tail.newestEpoch();
    const said = epoch === 0 ? '' : await holdBack(epoch);
    if (said !== '')
      this.#over =
        `Another site writes in epoch ${epoch}, and this one was still writing in an earlier one: it was held back. ` +
        `"lockstep site return" makes it a standby. ${said}`;
  }

  /** What this site has written itself and no other one follows; empty where there is nothing of the kind. */
  #aheadText(seq: number, nowMs: number): string {
    const shipped = this.#shipped?.seq ?? Number.POSITIVE_INFINITY;
    if (seq <= shipped) this.#aheadSinceMs = 0;
    else if (this.#aheadSinceMs === 0) this.#aheadSinceMs = nowMs;
    if (this.#aheadSinceMs === 0 || nowMs - this.#aheadSinceMs < aheadMs) return '';
    return (
      `This site is at seq ${seq}, and the one that writes at ${shipped}: it wrote the rest itself, before the other one was ` +
      'promoted. Stop it, and run "lockstep site return".'
    );
  }

  /** When the site that writes last gave a sign of life: its replicas, or what it ships. */
  get #writerSeenMs(): number {
    return Math.max(this.#parts.others.writingMs, Math.floor((this.#shipped?.madeUs ?? 0) / 1_000));
  }

  standing(): Omit<SiteStanding, 'pid' | 'startedTicks' | 'writtenMs' | 'startedMs' | 'waitUntilMs'> {
    const { site, replicas, tail } = this.#parts;
    const place = replicas.leader?.place;
    return {
      site,
      isStandby: place?.isStandby === 1,
      appliedSeq: place?.appliedSeq ?? 0,
      appliedTimeUs: place?.appliedTimeUs ?? 0,
      shippedSeq: this.#shipped?.seq ?? 0,
      shippedTimeUs: this.#shipped?.timeUs ?? 0,
      shippedMs: Math.floor((this.#shipped?.madeUs ?? 0) / 1_000),
      waitingBytes: tail.waitingBytes,
      levelMs: this.#levelMs,
      error: this.#error,
      over: this.#over,
      otherWriter: place?.isStandby === 0 ? this.#parts.opening.writer : '',
      others: this.#parts.others.seen,
      writerSeq: place?.isStandby === 1 ? (this.#writer?.appliedSeq ?? 0) : 0,
      unshippedSinceMs: place?.isStandby === 1 ? this.#unshipped.sinceMs : 0,
      writerSeenMs: place?.isStandby === 1 && this.#parts.others.seen.length > 0 ? this.#writerSeenMs : 0,
    };
  }

  /** The site that writes reads it there. */
  async #note(nowMs: number): Promise<void> {
    const { site, from, replicas } = this.#parts;
    const place = replicas.leader?.place;
    const folder = this.#shipped?.folder;
    if (place === undefined || folder === undefined) return;
    if (place.appliedSeq === this.#notedSeq || nowMs - this.#notedMs < noteEveryMs) return;
    const { appliedSeq: seq, appliedTimeUs: timeUs } = place;
    await writeNote(from.target, folder, 'follower', { site, seq, timeUs, madeUs: nowMs * 1_000 }, from.key);
    this.#notedSeq = seq;
    this.#notedMs = nowMs;
  }
}
