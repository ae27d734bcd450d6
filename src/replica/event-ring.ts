/**
 * The recent events of the exchange: a bounded ring of bytes that the engine writes into and from which sessions and
 * feeds are served, now or when they resume. Positions count bytes since the start and never fall; what is older than
 * the ring is forgotten.
 */
import type { EventSink } from '../engine/engine.ts';
import { eventAt } from '../protocol/events.ts';
import { eventBytesMax } from '../protocol/limits.ts';
import { noEvent } from '../protocol/messages.ts';
import { assert } from '../std/assert.ts';
import { getU53, powerOfTwoAtLeast } from '../std/integers.ts';

/** Every how many bytes a mark is kept, so that a resuming session finds its place without reading the whole ring. */
const markEveryBytes = 16_384;

export class EventRing implements EventSink {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Int32Array;
  readonly #size: number;
  /** Positions of events, about one in each stretch of `markEveryBytes`; one that has been overwritten is stale. */
  readonly #marks: Float64Array;
  #end = 0;
  #start = 0;
  /** Positions from here on lead to `#start` or later; those before point into bytes that were overwritten. */
  #heldFrom = 0;
  /** Identity of the newest event that is not held any more; every later one is. */
  #forgottenSeq: number;
  #forgottenN = noEvent;
  #emitted = 0;

  /** @param size bytes, rounded up to a power of two. @param afterSeq events up to here were never held. */
  constructor(size: number, afterSeq: number) {
    this.#size = powerOfTwoAtLeast(size);
    this.bytes = new Uint8Array(this.#size);
    this.view = new DataView(this.bytes.buffer);
    this.words = new Int32Array(this.bytes.buffer);
    this.#marks = new Float64Array(Math.max(1, this.#size / markEveryBytes)).fill(-1);
    this.#forgottenSeq = afterSeq;
  }

  /** Position behind the newest event. */
  get end(): number {
    return this.#end;
  }

  /** Position of the oldest event that is held. */
  get start(): number {
    return this.#start;
  }

  /** Events since the start. */
  get emitted(): number {
    return this.#emitted;
  }

  /** Room for the next event, overwriting the oldest ones. hot path */
  claim(length: number): number {
    assert(length <= eventBytesMax, 'an event is within its limit');
    const at = this.#end & (this.#size - 1);
    const toEnd = this.#size - at;
    let claimed = at;
    let needed = length;
    if (length > toEnd) {
      needed += toEnd;
      claimed = 0;
    }
    this.#forgetBefore(this.#end + needed - this.#size);
    if (length > toEnd) this.view.setUint16(at, 0, true);
    this.#end += needed;
    this.#emitted += 1;
    const mark = Math.floor(claimed / markEveryBytes);
    if (this.#marks[mark] < this.#start) this.#marks[mark] = this.#end - length;
    return claimed;
  }

  /** Whether an event at or after `position` may have been overwritten: whoever reads on from there misses some. hot path */
  isForgotten(position: number): boolean {
    return position < this.#heldFrom;
  }

  /** The position of the held event at or after `position` (a wrap is stepped over); `end` when there is none. hot path */
  align(position: number): number {
    if (position >= this.#end) return this.#end;
    // What stood there is overwritten: nothing there says any more where an event begins.
    if (position < this.#start) return this.#start;
    const at = position & (this.#size - 1);
    const wraps = this.#size - at < 4 || this.view.getUint16(at, true) === 0;
    return wraps ? position + this.#size - at : position;
  }

  /** Offset in `bytes` of an aligned position. hot path */
  offset(position: number): number {
    return position & (this.#size - 1);
  }

  /** Bytes of the event at an aligned position. hot path */
  lengthAt(position: number): number {
    return this.view.getUint16(position & (this.#size - 1), true);
  }

  /** Bytes from an aligned position that may be read in one piece, at most `limit`, whole events only. hot path */
  contiguous(position: number, limit: number): number {
    const at = position & (this.#size - 1);
    const all = this.#end - position;
    if (all <= limit && at + all <= this.#size) return all;
    let length = 0;
    while (position + length < this.#end && at + length + 4 <= this.#size) {
      const next = this.view.getUint16(at + length, true);
      if (next === 0 || length + next > limit) break;
      length += next;
    }
    return length;
  }

  /** Position of the first event after (seq, n); -1 when events after it may have been forgotten. */
  positionAfter(seq: number, n: number): number {
    if (seq < this.#forgottenSeq || (seq === this.#forgottenSeq && n < this.#forgottenN)) return -1;
    let position = this.align(this.#markBeforeSeq(seq));
    while (position < this.#end) {
      const at = this.offset(position);
      const eventSeq = getU53(this.view, at + eventAt.seq);
      if (eventSeq > seq || (eventSeq === seq && this.view.getUint32(at + eventAt.n, true) > n))
        return position;
      position = this.align(position + this.view.getUint16(at, true));
    }
    return this.#end;
  }

  /** Position of an event that is held, at or before `position` where there is one: a place to begin to read. */
  markBefore(position: number): number {
    let best = this.#start;
    for (let mark = 0; mark < this.#marks.length; mark++) {
      const marked = this.#marks[mark];
      if (marked > best && marked <= position) best = marked;
    }
    return best;
  }

  /** The state has jumped to `seq` (a snapshot): events up to there were never made here, and all positions are void. */
  skipTo(seq: number): void {
    this.#end += this.#size;
    this.#start = this.#end;
    this.#heldFrom = this.#end;
    this.#forgottenSeq = seq;
    this.#forgottenN = noEvent;
  }

  #forgetBefore(bound: number): void {
    while (this.#start < bound) {
      const position = this.align(this.#start);
      // A start inside the gap before a wrap moves with it, or the gap's mark would be overwritten before it is read.
      this.#start = position;
      if (position >= this.#end || position >= bound) return;
      const at = this.offset(position);
      this.#forgottenSeq = getU53(this.view, at + eventAt.seq);
      this.#forgottenN = this.view.getUint32(at + eventAt.n, true);
      this.#start = position + this.view.getUint16(at, true);
      this.#heldFrom = this.#start;
    }
  }

  /**
   * The newest marked position that is still held and whose event comes before `seq`, or the start. It looks from the end
   * backwards: who resumes was there a moment ago, and every mark further back is another place of memory to fetch.
   */
  #markBeforeSeq(seq: number): number {
    const count = this.#marks.length;
    const newest = Math.floor(this.offset(this.#end) / markEveryBytes);
    for (let back = 0; back < count; back++) {
      const position = this.#marks[(newest - back + count) % count];
      // The stretch in which the end stands may still have the mark of the last round, at the far side of the ring.
      const isOfThisRound = this.#end - position <= (back + 2) * markEveryBytes;
      const isHeld = position >= this.#start && position < this.#end;
      if (isHeld && isOfThisRound && getU53(this.view, this.offset(position) + eventAt.seq) < seq)
        return position;
    }
    return this.#start;
  }
}
