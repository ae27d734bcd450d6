/**
 * Keeps a standby site level with the chain that the writing site ships, turn by turn, and notes how far it is: for
 * this site, and at the target for the one that writes.
 */
import { writeNote } from '../../backup/notes.ts';
import { type ChainTail, endOf, type ShippedTo } from '../../backup/tail.ts';
import type { ReadFrom } from '../../backup/walk.ts';
import { messageOf } from '../failure.ts';
import type { SitePlace } from './shipping-link.ts';
import type { SiteStanding } from './standing.ts';

/** How often the target learns how far this site is. */
const noteEveryMs = 1_000;

/** The replicas of this site. */
export interface OwnReplicas {
  readonly leader:
    | { readonly place: Pick<SitePlace, 'nextSeq' | 'appliedSeq' | 'appliedTimeUs' | 'isStandby'> }
    | undefined;
  readonly trouble: string;
  ship(frames: readonly Uint8Array[], instance: number, lastSeq: number): Promise<void>;
}

export interface FollowerParts {
  readonly site: string;
  readonly from: ReadFrom;
  readonly tail: Pick<ChainTail, 'read' | 'shippedTo' | 'waitingBytes'>;
  readonly replicas: OwnReplicas;
}

export class SiteFollower {
  readonly #parts: FollowerParts;
  #error = '';
  #levelMs: number;
  #notedMs = 0;
  #notedSeq = -1;
  #shipped: ShippedTo | undefined;

  constructor(parts: FollowerParts, nowMs: number) {
    this.#parts = parts;
    this.#levelMs = nowMs;
  }

  /** One turn; whether there was something to do. Never rejects. */
  async turn(nowMs: number): Promise<boolean> {
    const { replicas, tail } = this.#parts;
    try {
      const place = replicas.leader?.place;
      if (place === undefined) {
        this.#error = `No replica of this site leads. ${replicas.trouble}`.trim();
        return false;
      }
      if (place.isStandby === 0) {
        this.#error = '';
        this.#levelMs = nowMs;
        return false;
      }
      const found = await tail.read(place.nextSeq, nowMs * 1_000);
      this.#shipped = tail.shippedTo;
      if (found === 'gone') {
        this.#error =
          `What follows seq ${place.nextSeq - 1} is no more at the target: it was dropped before this site had it. Stop this site, and ` +
          'begin it again with "lockstep site seed".';
        return false;
      }
      if (found !== 'nothing')
        await replicas.ship(found.frames, found.instance, endOf(found.frames.at(-1)!) - 1);
      this.#error = '';
      const applied = replicas.leader?.place.appliedSeq ?? 0;
      if (this.#shipped === undefined || applied >= this.#shipped.seq) this.#levelMs = nowMs;
      await this.#note(nowMs);
      return found !== 'nothing';
    } catch (error) {
      this.#error = messageOf(error);
      return false;
    }
  }

  standing(): Omit<SiteStanding, 'pid' | 'startedTicks' | 'writtenMs' | 'startedMs'> {
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
