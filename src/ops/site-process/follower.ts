/**
 * Keeps a standby site level with the chain that the writing site ships, turn by turn, and notes how far it is: for
 * this site, and at the target for the one that writes.
 */
import { writeNote } from '../../backup/notes.ts';
import { type ChainTail, endOf, type ShippedTo, type TailPiece } from '../../backup/tail.ts';
import type { ReadFrom } from '../../backup/walk.ts';
import { messageOf } from '../failure.ts';
import type { SitePlace } from '../shipping/shipping-link.ts';
import type { SiteStanding } from '../standing/site-standing.ts';
import { type DoubtingPlace, LaterEpochs, type LaterEpochsParts } from './later-epochs.ts';
import type { OpeningWatch } from './opening.ts';
import { Behind, type LinkedSite, type OtherSites } from './other-sites.ts';

/** How often a site that writes looks whether another one does, in a later epoch; and after a standstill, at once. */
const epochEveryMs = 5_000;
const standstillMs = 2_000;
/** A standby that is ahead of what is shipped for so long is not merely early. */
const aheadMs = 10_000;
/** The last frames of a site that ends are looked for without a rest, and for so long. */
const endingMs = 5_000;
/** How often the target learns how far this site is. */
const noteEveryMs = 1_000;
/** How often the leader is given what voids commands, where nothing has come after it. */
const voidsEveryMs = 1_000;

/** The replicas of this site. */
export interface OwnReplicas {
  readonly leader:
    | {
        readonly place: DoubtingPlace &
          Pick<SitePlace, 'nextSeq' | 'appliedSeq' | 'appliedTimeUs' | 'instance'>;
      }
    | undefined;
  readonly trouble: string;
  ship(piece: TailPiece, lastSeq: number): Promise<void>;
  answer(doubt: number, isClear: boolean): void;
}

export interface FollowerParts {
  readonly site: string;
  readonly from: ReadFrom;
  readonly tail: Pick<
    ChainTail,
    'read' | 'voidsAlone' | 'readBytes' | 'shippedTo' | 'newest' | 'claim' | 'unappliedBytes'
  >;
  readonly replicas: OwnReplicas;
  readonly sites: LaterEpochsParts['sites'];
  readonly ownChain: LaterEpochsParts['ownChain'];
  readonly holdBack: LaterEpochsParts['holdBack'];
  readonly others: Pick<OtherSites, 'seen' | 'writingMs' | 'observe' | 'hasEnded'>;
  /** Lets the exchange of this site open, or not, while it writes. */
  readonly opening: Pick<OpeningWatch, 'writer' | 'isAwaited' | 'turn' | 'follow'>;
}

export class SiteFollower {
  readonly #parts: FollowerParts;
  #error = '';
  #levelMs: number;
  #notedMs = 0;
  #notedSeq = -1;
  #notedBytes = -1;
  #shipped: ShippedTo | undefined;
  /** When the newest of it came, by the clock here: that of the site that writes may be off. */
  #shippedMs = 0;
  #appliedBytes = 0;
  /** Where this site writes: what the standby has yet to apply of the newest chain. */
  #behindBytes: { readonly site: string; readonly bytes: number } | undefined;
  #turnedMs: number;
  #epochReadMs = Number.NEGATIVE_INFINITY;
  readonly #later: LaterEpochs;
  #aheadSinceMs = 0;
  #voidsGivenMs = Number.NEGATIVE_INFINITY;
  /** Since when another site has ended what it wrote, and this one has yet to begin; 0: that is not so. */
  #endedSinceMs = 0;
  /** When this site wrote last itself. */
  #wroteMs = 0;
  readonly #unshipped = new Behind();

  constructor(parts: FollowerParts, nowMs: number) {
    this.#parts = parts;
    this.#later = new LaterEpochs({
      ...parts,
      answer: (doubt, isClear) => parts.replicas.answer(doubt, isClear),
    });
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
        this.#endedSinceMs = 0;
        this.#levelMs = nowMs;
        this.#wroteMs = nowMs;
        if (stoodStill || this.#mustLook(place, nowMs)) {
          this.#epochReadMs = nowMs;
          await this.#later.look(place, nowMs);
        }
        const isOrdered = await this.#parts.opening.turn(place.epoch, nowMs);
        await this.#lookHowFar(nowMs);
        return isOrdered;
      }
      // A log that was just opened may yet show that its site writes: its doubt is answered before that.
      if (place.doubt !== 0) await this.#later.look(place, nowMs);
      else this.#later.forget();
      this.#parts.opening.follow(nowMs);
      this.#lookForEnd(place.epoch, nowMs);
      const found = await tail.read(place.nextSeq, place.epoch, nowMs * 1_000, place.instance);
      // What follows a chain knows the epochs that it has: it need not look for them as it begins to write.
      this.#epochReadMs = nowMs;
      this.#noteShipped(tail.shippedTo, nowMs);
      if (found === 'gone') {
        this.#error =
          `What follows seq ${place.nextSeq - 1} is no more at the target: it was dropped before this site had it. Stop this site, and ` +
          'begin it again with "lockstep site seed".';
        return false;
      }
      if (found !== 'nothing') await replicas.ship(found, endOf(found.frames.at(-1)!) - 1);
      else await this.#giveVoids(place.instance, nowMs);
      this.#appliedBytes = tail.readBytes;
      const isBare = found === 'nothing' && this.#shipped === undefined && place.nextSeq > 1;
      if (isBare) this.#error = this.#bareText;
      else this.#error = found === 'nothing' ? this.#aheadText(place.nextSeq - 1, nowMs) : '';
      this.#unshipped.observe(this.#writer?.appliedSeq ?? 0, this.#shipped?.seq ?? 0, nowMs);
      const applied = replicas.leader?.place.appliedSeq ?? 0;
      if (!isBare && applied >= (this.#shipped?.seq ?? 0)) this.#levelMs = nowMs;
      await this.#note(nowMs);
      return found !== 'nothing';
    } catch (error) {
      this.#error = messageOf(error);
      return false;
    }
  }

  /** What this site has was shipped through the target, so it cannot be that nothing ever was. */
  get #bareText(): string {
    return (
      `${this.#parts.from.target.place} holds nothing that the other site has shipped. Mount its disk here, or see "lockstep backup ` +
      'status" there.'
    );
  }

  #noteShipped(shipped: ShippedTo | undefined, nowMs: number): void {
    const before = this.#shipped;
    this.#shipped = shipped;
    if (shipped === undefined || shipped.madeUs === before?.madeUs) return;
    // What was there as this process began may be old.
    this.#shippedMs = before === undefined ? Math.min(nowMs, Math.floor(shipped.madeUs / 1_000)) : nowMs;
  }

  /** Again and again, until something of what follows them is here. */
  async #giveVoids(instance: number, nowMs: number): Promise<void> {
    const { tail, replicas } = this.#parts;
    const piece = tail.voidsAlone(instance);
    if (piece === undefined || nowMs - this.#voidsGivenMs < voidsEveryMs) return;
    this.#voidsGivenMs = nowMs;
    await replicas.ship(piece, 0);
  }

  /** The site that writes, where this one does not and can reach it. */
  get #writer(): LinkedSite | undefined {
    return this.#parts.others.seen.find(({ writes, isReached }) => writes && isReached);
  }

  /** The next turn should follow at once: members wait for what this site has yet to read. */
  get isAwaited(): boolean {
    return this.#isEnding || this.#parts.opening.isAwaited;
  }

  /** The last frames of the other site are on their way: nothing is to take their time. */
  get #isEnding(): boolean {
    return this.#endedSinceMs !== 0 && this.#turnedMs - this.#endedSinceMs < endingMs;
  }

  #lookForEnd(epoch: number, nowMs: number): void {
    if (!this.#parts.others.hasEnded(epoch)) this.#endedSinceMs = 0;
    else if (this.#endedSinceMs === 0) this.#endedSinceMs = nowMs;
  }

  /** Another site may write in a later epoch: this one is in doubt, another is seen to be there, or it is time. */
  #mustLook({ doubt, epoch }: DoubtingPlace, nowMs: number): boolean {
    return doubt !== 0 || this.#parts.others.hasEnded(epoch) || nowMs - this.#epochReadMs >= epochEveryMs;
  }

  /** Reads at the target how far the standby says that it is. */
  async #lookHowFar(nowMs: number): Promise<void> {
    const { folder } = this.#later;
    if (folder === '' || nowMs - this.#notedMs < noteEveryMs) return;
    this.#notedMs = nowMs;
    this.#behindBytes = await this.#parts.tail.unappliedBytes(folder);
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

  /** When the site that writes last gave a sign of life: its replicas, what it ships, or this one, as it wrote. */
  get #writerSeenMs(): number {
    return Math.max(this.#parts.others.writingMs, this.#shippedMs, this.#wroteMs);
  }

  standing(): Omit<SiteStanding, 'pid' | 'startedTicks' | 'writtenMs' | 'startedMs' | 'waitUntilMs'> {
    const { site, replicas, others } = this.#parts;
    const place = replicas.leader?.place;
    const seen = others.seen.map((other) => ({ ...other, behindBytes: this.#bytesBehind(other, place) }));
    return {
      site,
      isStandby: place?.isStandby === 1,
      appliedSeq: place?.appliedSeq ?? 0,
      appliedTimeUs: place?.appliedTimeUs ?? 0,
      shippedSeq: this.#shipped?.seq ?? 0,
      shippedTimeUs: this.#shipped?.timeUs ?? 0,
      shippedMs: this.#shippedMs,
      waitingBytes: Math.max(0, (this.#shipped?.bytes ?? 0) - this.#appliedBytes),
      levelMs: this.#levelMs,
      error: this.#error,
      over: this.#later.over,
      otherWriter: place?.isStandby === 0 ? this.#parts.opening.writer : '',
      others: seen,
      writerSeq: place?.isStandby === 1 ? (this.#writer?.appliedSeq ?? 0) : 0,
      unshippedSinceMs: place?.isStandby === 1 ? this.#unshipped.sinceMs : 0,
      writerSeenMs: place?.isStandby === 1 && seen.length > 0 ? this.#writerSeenMs : 0,
    };
  }

  /** Of a site that has everything nothing waits, whatever was read a moment ago. */
  #bytesBehind(
    { name, appliedSeq }: LinkedSite,
    own: { readonly isStandby: number; readonly appliedSeq: number } | undefined,
  ): number | null {
    if (own?.isStandby !== 0) return null;
    if (appliedSeq >= own.appliedSeq) return 0;
    return this.#behindBytes?.site === name ? this.#behindBytes.bytes : null;
  }

  /** The site that writes reads it there. */
  async #note(nowMs: number): Promise<void> {
    const { site, from, replicas } = this.#parts;
    const place = replicas.leader?.place;
    const folder = this.#shipped?.folder;
    if (place === undefined || folder === undefined) return;
    const isSame = place.appliedSeq === this.#notedSeq && this.#appliedBytes === this.#notedBytes;
    if (isSame || this.#isEnding || nowMs - this.#notedMs < noteEveryMs) return;
    const { appliedSeq: seq, appliedTimeUs: timeUs } = place;
    const note = { site, seq, timeUs, madeUs: nowMs * 1_000, bytes: this.#appliedBytes };
    await writeNote(from.target, folder, 'follower', note, from.key);
    this.#notedSeq = seq;
    this.#notedBytes = note.bytes;
    this.#notedMs = nowMs;
  }
}
