/**
 * The write-ahead log of one replica: frames in mapped segments. A frame is there once its length word is written,
 * which is done last; a frame is durable once the flusher says so; a frame that was durable is never lost without a
 * report.
 */
import { DecodeCode } from '../protocol/codes.ts';
import { checkFrame, type FrameKind, frameAt, frameHeaderBytes, sealFrame } from '../protocol/frames.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { assert } from '../std/assert.ts';
import { getU53 } from '../std/integers.ts';
import { FlushTracker } from './flush-tracker.ts';
import { discard, type JournalOptions, openSegments } from './opening.ts';
import type { RecoveryReport } from './recovery.ts';
import type { LogPosition, Segment } from './segment.ts';
import type { SegmentMaker } from './segment-maker.ts';
import type { Storage } from './storage.ts';

export type { JournalOptions } from './opening.ts';
export { type LogPosition, logStart } from './segment.ts';

/** Polls without anything to flush after which the newest flush mark is brought to the disk too. */
const settlePolls = 256;
/** Frames of this size and more are copied through a view, smaller ones word by word. */
const viewCopyBytesMin = 1024;

export interface OpenedJournal {
  /**
   * Missing where the report has a refusal, or damage that `cutDamage` did not allow to cut; nothing is changed then.
   */
  readonly journal?: Journal;
  readonly report: RecoveryReport;
}

export class Journal {
  /** The instance of the cluster, which new segments carry (protocol/foundation.ts); 0 where it is not known yet. */
  instance = 0;
  /** What {@link locate} and {@link verify} found; valid until the next call that changes the journal. */
  foundBytes: Uint8Array;
  foundView: DataView;
  foundAt = 0;
  foundLength = 0;

  readonly #storage: Storage;
  readonly #maker: SegmentMaker;
  readonly #flushes: FlushTracker;
  #segments: Segment[];
  #active: Segment;
  /** Segments that are not held any more, but may still be in a flush. */
  #retired: Segment[] = [];
  /** Offset up to which frames may reach; 0 while a cut is not on the disk yet. */
  #limit = 0;
  /** Of a cut that is not on the disk yet: where to wipe to, and whether the segment's start must be written again. */
  #wipeLimit = 0;
  #startIsDue = false;
  #lastIndex = 0;
  #lastTerm = 0;
  #nextSeq = 1;
  #lastTimeUs = 0;
  #durableIndex = 0;
  /** Highest index whose flush was asked for. */
  #requestedIndex = 0;
  /** The flush mark that the newest request carries along. */
  #requestedWatermark = 0;
  #idlePolls = 0;
  /** The active segment has no flushed frame yet, as far as the file before it says. */
  #isSuccessorNew = false;

  /** Recovers what the folder holds. Save the new boot id in the state file only after this has succeeded. */
  static open(storage: Storage, options: JournalOptions): OpenedJournal {
    const { segments, maker, report } = openSegments(storage, options);
    if (maker === undefined) return { report };
    const journal = new Journal(storage, maker, segments);
    journal.instance = report.instance;
    return { journal, report };
  }

  private constructor(storage: Storage, maker: SegmentMaker, segments: Segment[]) {
    const active = segments.at(-1)!;
    this.#storage = storage;
    this.#maker = maker;
    this.#flushes = new FlushTracker(storage.flushedPosition());
    this.#segments = segments;
    this.#active = active;
    this.foundBytes = active.bytes;
    this.foundView = active.view;
    this.#limit = active.limit;
    this.#moveTo(active.position());
    // All that is held was flushed in `open`.
    this.#durableIndex = this.#lastIndex;
    this.#requestedIndex = this.#lastIndex;
    active.raiseWatermark(this.#durableIndex);
    this.#isSuccessorNew = segments.length > 1;
  }

  /** First index that is held; the next one where none is. */
  get firstIndex(): number {
    return this.#segments[0]!.firstIndex;
  }

  get lastIndex(): number {
    return this.#lastIndex;
  }

  get lastTerm(): number {
    return this.#lastTerm;
  }

  /** It and everything before it is flushed. */
  get durableIndex(): number {
    return this.#durableIndex;
  }

  /** Whether a flush is on its way. */
  get isFlushing(): boolean {
    return this.#flushes.isBusy;
  }

  /** Requests to flush that have finished; it grows as long as the disk goes on. */
  get flushes(): number {
    return this.#flushes.finished;
  }

  /** Sequence number that the next command gets. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Time of the newest frame, microseconds since 1970. */
  get lastTimeUs(): number {
    return this.#lastTimeUs;
  }

  /**
   * No next segment could be created: only the rest of the current segment can still be written. Ends when space
   * returns.
   */
  get isDiskFull(): boolean {
    return this.#maker.isDiskFull;
  }

  /** The segment in which frames are built; changes when a reservation rolls over. */
  get bytes(): Uint8Array {
    return this.#active.bytes;
  }

  get view(): DataView {
    return this.#active.view;
  }

  /** Term of the frame; at firstIndex - 1 that of the log before; -1 where it is not known. @hot */
  termAt(index: number): number {
    if (index === this.#lastIndex) return this.#lastTerm;
    const segment = this.#segmentOf(index);
    if (segment !== undefined) return getU53(segment.view, segment.offsetOf(index) + frameAt.term);
    const { start } = this.#segments[0]!;
    return index === start.index ? start.term : -1;
  }

  /**
   * Room for a frame of up to `bytes`, header included, in the active segment: returns its offset; -1: the disk is full
   * or does not flush. The payload is built at the offset + frameHeaderBytes; nothing else may be touched. @hot
   */
  reserve(bytes: number): number {
    assert(bytes >= frameHeaderBytes && bytes <= frameBytesMax, 'a reservation has the size of a frame');
    if (this.#active.end + bytes > this.#limit && !this.#makeRoom(bytes)) return -1;
    return this.#active.end;
  }

  /** Seals the frame of `length` bytes that was built at the reserved place: it becomes lastIndex + 1. @hot */
  seal(length: number, term: number, timeUs: number, count: number, kind: FrameKind): void {
    const { bytes, view, end } = this.#active;
    assert(
      length >= frameHeaderBytes && length <= frameBytesMax && length % 8 === 0,
      'a frame has a good length',
    );
    assert(end + length <= this.#limit, 'the frame is not longer than reserved');
    assert(term >= this.#lastTerm, 'terms do not fall along the log');
    assert(count === 0 ? timeUs >= this.#lastTimeUs : timeUs > this.#lastTimeUs, 'time grows with commands');
    view.setUint32(end + length, 0, true);
    sealFrame(bytes, view, end, length, this.#lastIndex + 1, term, this.#nextSeq, timeUs, count, kind);
    this.#added(length, term, timeUs, count);
  }

  /** Copies a received frame whose checksum is checked; false: the disk is full or does not flush. @hot */
  append(bytes: Uint8Array, view: DataView, at: number, length: number): boolean {
    const term = getU53(view, at + frameAt.term);
    const timeUs = getU53(view, at + frameAt.timeUs);
    assert(
      length === view.getUint32(at + frameAt.length, true) && length % 8 === 0,
      'the length is the frame’s',
    );
    assert(getU53(view, at + frameAt.index) === this.#lastIndex + 1, 'indices have no gap');
    assert(getU53(view, at + frameAt.firstSeq) === this.#nextSeq, 'sequence numbers have no gap');
    assert(term >= this.#lastTerm, 'terms do not fall along the log');
    const count = view.getUint32(at + frameAt.count, true);
    assert(count === 0 ? timeUs >= this.#lastTimeUs : timeUs > this.#lastTimeUs, 'time grows with commands');
    if (this.#active.end + length > this.#limit && !this.#makeRoom(length)) return false;
    const { bytes: into, view: intoView, end } = this.#active;
    intoView.setUint32(end + length, 0, true);
    if (length >= viewCopyBytesMin) {
      into.set(bytes.subarray(at + frameAt.crc, at + length), end + frameAt.crc);
    } else {
      for (let n = frameAt.crc; n < length; n += 4) {
        intoView.setUint32(end + n, view.getUint32(at + n, true), true);
      }
    }
    intoView.setUint32(end + frameAt.length, length, true);
    this.#added(length, term, timeUs, count);
    return true;
  }

  /** Finds a frame: sets foundBytes, foundView, foundAt and foundLength; false where it is not held. @hot */
  locate(index: number): boolean {
    const segment = this.#segmentOf(index);
    if (segment === undefined) return false;
    this.foundBytes = segment.bytes;
    this.foundView = segment.view;
    this.foundAt = segment.offsetOf(index);
    this.foundLength = segment.offsetOf(index + 1) - this.foundAt;
    return true;
  }

  /** {@link locate}, and checks that the frame is as it was written. */
  verify(index: number): 'ok' | 'missing' | 'damaged' {
    if (!this.locate(index)) return 'missing';
    const { foundBytes, foundView, foundAt, foundLength } = this;
    const isGood =
      foundView.getUint32(foundAt + frameAt.length, true) === foundLength &&
      checkFrame(foundBytes, foundView, foundAt, foundLength) === DecodeCode.ok &&
      getU53(foundView, foundAt + frameAt.index) === index;
    return isGood ? 'ok' : 'damaged';
  }

  /** Removes every frame after `index`, from firstIndex - 1 to lastIndex; flushed when it returns. */
  truncateAfter(index: number): void {
    assert(
      index >= this.firstIndex - 1 && index <= this.#lastIndex,
      () =>
        `a truncation stays within the journal: after ${index}, it holds ${this.firstIndex} to ${this.#lastIndex}`,
    );
    if (index === this.#lastIndex) return;
    while (this.#segments.length > 1 && this.#active.firstIndex > index) this.#giveUp();
    const active = this.#active;
    this.#durableIndex = Math.min(this.#durableIndex, index);
    this.#requestedIndex = Math.min(this.#requestedIndex, index);
    this.#flushes.clampTo(index);
    active.setWatermark(this.#durableIndex);
    this.#requestedWatermark = this.#durableIndex;
    this.#wipeLimit = Math.max(this.#wipeLimit, active.end + frameBytesMax);
    active.forgetAfter(index);
    this.#moveTo(active.position());
    this.#settleCut();
  }

  /** Removes segments that hold nothing from `index` on; the active one always stays. */
  dropBefore(index: number): void {
    while (this.#segments.length > 1 && this.#segments[0]!.lastIndex < index) {
      this.#retired.push(this.#segments.shift()!);
    }
    this.#release();
  }

  /** Forgets everything and begins behind a snapshot, which must be durable. */
  reset(index: number, term: number, nextSeq: number, timeUs: number): void {
    while (this.#segments.length > 1) this.#giveUp();
    const active = this.#active;
    const position = { index, term, nextSeq, timeUs };
    this.#wipeLimit = Math.max(this.#wipeLimit, active.end + frameBytesMax);
    active.void();
    active.restart(position);
    this.#startIsDue = true;
    this.#flushes.clampTo(0);
    this.#durableIndex = index;
    this.#requestedIndex = index;
    this.#requestedWatermark = index;
    this.#moveTo(position);
    this.#settleCut();
  }

  /** The journal has frames that no flush was requested for, new ones or such that replaced others. @hot */
  get wantsFlush(): boolean {
    return this.#requestedIndex !== this.#lastIndex;
  }

  /** Asks the flusher for everything appended so far; returns at once. @hot */
  requestFlush(): void {
    if (this.#requestedIndex === this.#lastIndex) return;
    this.#requestFlushOfActive();
  }

  /** Takes over the flusher's progress; returns whether durableIndex moved. Call it once per duty cycle. @hot */
  pollFlush(): boolean {
    const flushed = this.#flushes.finish(this.#storage.flushedPosition(), this.#durableIndex);
    const moved = flushed > this.#durableIndex;
    if (moved) {
      this.#durableIndex = flushed;
      this.#active.raiseWatermark(flushed);
      if (this.#isSuccessorNew && flushed >= this.#active.firstIndex) this.#noteSuccessor();
    }
    if (this.#retired.length > 0) this.#release();
    if (this.#active.end * 2 > this.#limit) this.#prepareNext();
    this.#settleWatermark();
    return moved;
  }

  /** Flushes all that is held before it returns, for a start; false: the disk does not flush. */
  flushNow(): boolean {
    return this.#segments.every(({ region }) => this.#storage.flush(region));
  }

  /** Bytes of the frames after `index`. */
  bytesSince(index: number): number {
    let bytes = 0;
    for (let n = this.#segments.length - 1; n >= 0; n--) {
      const segment = this.#segments[n]!;
      if (segment.lastIndex <= index) break;
      bytes += segment.end - segment.offsetOf(Math.max(index + 1, segment.firstIndex));
    }
    return bytes;
  }

  /**
   * Unmaps everything; the journal must not be used afterwards, and the flusher must be idle. `isClean` flushes first;
   * returns whether all is flushed, so that the state file may say that the end was clean.
   */
  close(isClean = true): boolean {
    let isFlushed = isClean;
    if (isClean) {
      for (const segment of this.#segments) {
        if (segment.lastIndex > this.#durableIndex)
          isFlushed = this.#storage.flush(segment.region) && isFlushed;
      }
      // The mark goes to the disk in a flush of its own: it must never be ahead of the frames.
      if (isFlushed) this.#active.setWatermark(this.#lastIndex);
      isFlushed = isFlushed && this.#storage.flush(this.#active.region);
    }
    for (const segment of this.#retired) discard(this.#storage, segment);
    for (const { region } of this.#segments) this.#storage.closeRegion(region);
    this.#maker.close();
    return isFlushed;
  }

  #segmentOf(index: number): Segment | undefined {
    if (index > this.#lastIndex) return undefined;
    if (index >= this.#active.firstIndex) return this.#active;
    const segments = this.#segments;
    if (index < segments[0]!.firstIndex) return undefined;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (segments[middle]!.firstIndex <= index) low = middle;
      else high = middle - 1;
    }
    return segments[low];
  }

  #added(length: number, term: number, timeUs: number, count: number): void {
    this.#active.added(length);
    this.#lastIndex += 1;
    this.#lastTerm = term;
    this.#lastTimeUs = timeUs;
    this.#nextSeq += count;
  }

  #moveTo({ index, term, nextSeq, timeUs }: LogPosition): void {
    this.#lastIndex = index;
    this.#lastTerm = term;
    this.#nextSeq = nextSeq;
    this.#lastTimeUs = timeUs;
  }

  #makeRoom(bytes: number): boolean {
    if (this.#limit === 0 && !this.#settleCut()) return false;
    if (this.#active.end + bytes <= this.#limit) return true;
    const next = this.#maker.take();
    if (next === undefined) return false;
    // The rest of the old file is flushed before anything in the new file, so that durability has no gap.
    this.#requestFlushOfActive();
    next.restart(this.#active.position());
    next.writeStart(this.#durableIndex, this.instance);
    this.#segments.push(next);
    this.#active = next;
    this.#limit = next.limit;
    this.#isSuccessorNew = true;
    return true;
  }

  /**
   * From now on the mark of the full segment says that another segment follows: the loss of that whole segment is
   * found, too.
   */
  #noteSuccessor(): void {
    this.#isSuccessorNew = false;
    const full = this.#segments.at(-2);
    if (full === undefined) return;
    full.setWatermark(this.#active.firstIndex);
    full.requestedPosition = this.#flushes.request(this.#requestedIndex);
    this.#storage.requestFlush(full.region, full.requestedPosition);
  }

  /**
   * Brings a cut to the disk, step by step, so that a power cut between two steps looks neither like loss (the header
   * says first that less is held) nor like frames (zeros are there before anything new is). Tried again until it is
   * done.
   */
  #settleCut(): boolean {
    const active = this.#active;
    this.#limit = 0;
    if (!this.#storage.flush(active.region)) return false;
    if (active.wipe(this.#wipeLimit) && !this.#storage.flush(active.region)) return false;
    if (this.#startIsDue) {
      active.writeStart(this.#durableIndex, this.instance);
      if (!this.#storage.flush(active.region)) return false;
    }
    this.#startIsDue = false;
    this.#wipeLimit = 0;
    this.#limit = active.limit;
    return true;
  }

  /** Takes the newest segment out of the journal, for good even if its removal is lost. */
  #giveUp(): void {
    const segment = this.#segments.pop()!;
    this.#active = this.#segments.at(-1)!;
    this.#active.unshrink();
    // Before it goes, nothing may say any more that it must be there.
    this.#active.setWatermark(Math.min(this.#durableIndex, this.#active.lastIndex));
    this.#storage.flush(this.#active.region);
    segment.void();
    this.#storage.flush(segment.region);
    this.#retired.push(segment);
    this.#isSuccessorNew = false;
  }

  #release(): void {
    const flushed = this.#storage.flushedPosition();
    this.#retired = this.#retired.filter((segment) => {
      if (segment.requestedPosition > flushed) return true;
      discard(this.#storage, segment);
      return false;
    });
  }

  #prepareNext(): void {
    const created = this.#maker.prepare();
    if (created === undefined) return;
    created.requestedPosition = this.#flushes.request(this.#requestedIndex);
    this.#storage.requestFlush(created.region, created.requestedPosition);
    // The first call after a roll-over: the time to give back what the full segment does not need.
    if (this.#segments.length > 1) this.#segments.at(-2)!.shrink();
  }

  #requestFlushOfActive(): void {
    this.#requestedIndex = this.#lastIndex;
    this.#requestedWatermark = this.#durableIndex;
    this.#idlePolls = 0;
    const position = this.#flushes.request(this.#lastIndex);
    this.#active.requestedPosition = position;
    this.#storage.requestFlush(this.#active.region, position);
  }

  /** The mark of the last flush reaches the disk with the next one; if none comes, with one of its own. */
  #settleWatermark(): void {
    if (this.#durableIndex === this.#requestedWatermark || this.#flushes.isBusy) return;
    this.#idlePolls += 1;
    if (this.#idlePolls >= settlePolls && this.#requestedIndex === this.#lastIndex)
      this.#requestFlushOfActive();
  }
}
