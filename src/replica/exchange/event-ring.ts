/**
 * The recent events of the exchange: a bounded ring of bytes that the engine writes into and from which sessions and
 * feeds are served, now or when they resume. Positions count bytes since the start and never fall; what is older than
 * the ring is forgotten, a stretch at a time, and what is behind the newest event in its stretch is zero.
 */
import type { EventSink } from '../../engine/engine.ts';
import { eventAt } from '../../protocol/events.ts';
import { eventBytesMax } from '../../protocol/limits.ts';
import { noEvent } from '../../protocol/messages.ts';
import { assert, assertAtLeast } from '../../std/assert.ts';
import { getU53, powerOfTwoAtLeast } from '../../std/integers.ts';
import type { RememberedFills } from './fills.ts';

/** The ring is cleared and forgotten by stretches of so many bytes; a small ring has four of them. */
const stretchBytesMax = 16_384;
const stretchesMin = 4;

export class EventRing implements EventSink {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Int32Array;
  /** The executions among the events. */
  readonly fills: RememberedFills;
  readonly #size: number;
  readonly #stretchBytes: number;
  /** Of each stretch the position of the event that was the first to reach into it, in the newest round that did. */
  readonly #marks: Float64Array;
  #end = 0;
  /** Up to here the ring is cleared for what comes: a whole number of stretches, at or after `#end`. */
  #cleared = 0;
  #start = 0;
  /** Identity of the newest event that is not held any more; every later one is. */
  #forgottenSeq: number;
  #forgottenN = noEvent;
  #emitted = 0;

  /** @param size bytes, rounded up to a power of two. @param afterSeq events up to here were never held. */
  constructor(size: number, afterSeq: number, fills: RememberedFills) {
    this.fills = fills;
    this.#size = powerOfTwoAtLeast(size);
    this.#stretchBytes = Math.min(stretchBytesMax, this.#size / stretchesMin);
    assert(
      this.#stretchBytes >= 2 * eventBytesMax,
      () => `an event ring has room for some events in each stretch: ${this.#stretchBytes} bytes of ${size}`,
    );
    this.bytes = new Uint8Array(this.#size);
    this.view = new DataView(this.bytes.buffer);
    this.words = new Int32Array(this.bytes.buffer);
    this.#marks = new Float64Array(this.#size / this.#stretchBytes).fill(-1);
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

  /** Room for the next event, overwriting the oldest ones. @hot */
  claim(length: number): number {
    assert(length <= eventBytesMax, 'an event is within its limit');
    const position = this.#end;
    if (position + length > this.#cleared) return this.#claimBeyond(length);
    this.#end = position + length;
    this.#emitted += 1;
    return position & (this.#size - 1);
  }

  /** @hot */
  traded(makerAt: number, takerAt: number, maker: number, taker: number, instrument: number): void {
    this.fills.note(this.words, makerAt, takerAt, maker, taker, instrument);
  }

  /**
   * Whether an event at or after `position` may have been overwritten: a reader that goes on from there misses some.
   * @hot
   */
  isForgotten(position: number): boolean {
    return position < this.#start;
  }

  /**
   * The position of the held event at or after `position` (a wrap is stepped over); `end` when there is none. @hot
   */
  align(position: number): number {
    if (position >= this.#end) return this.#end;
    // What stood there is forgotten: nothing there says any more where an event begins.
    if (position < this.#start) return this.#start;
    const at = position & (this.#size - 1);
    const wraps = this.#size - at < 4 || this.view.getUint16(at, true) === 0;
    return wraps ? position + this.#size - at : position;
  }

  /** Offset in `bytes` of an aligned position. @hot */
  offset(position: number): number {
    return position & (this.#size - 1);
  }

  /** Bytes of the event at an aligned position. @hot */
  lengthAt(position: number): number {
    return this.view.getUint16(position & (this.#size - 1), true);
  }

  /** Bytes from an aligned position that may be read in one piece, at most `limit`, whole events only. @hot */
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

  /**
   * The state has jumped to `seq` (a snapshot): events up to there were never made here, and all positions are void.
   */
  skipTo(seq: number): void {
    this.#end += this.#size;
    this.#cleared += this.#size;
    this.#start = this.#end;
    this.#forgottenSeq = seq;
    this.#forgottenN = noEvent;
    this.fills.restart(seq);
  }

  /** Room for an event that reaches into the next stretch, or that does not fit before the end of the ring. */
  #claimBeyond(length: number): number {
    const toEnd = this.#size - (this.#end & (this.#size - 1));
    // The gap that is left has been cleared, so that it reads as one.
    if (length > toEnd) this.#end += toEnd;
    if (this.#end + length > this.#cleared) this.#clearNext();
    this.#end += length;
    this.#emitted += 1;
    return (this.#end - length) & (this.#size - 1);
  }

  /**
   * Forgets the oldest stretch and clears it for what comes. To clear it in one go brings its memory to the processor
   * at a fraction of the price that one event after the other would pay for it.
   */
  #clearNext(): void {
    const at = this.#cleared & (this.#size - 1);
    const after = (at + this.#stretchBytes) & (this.#size - 1);
    const bound = this.#cleared + this.#stretchBytes - this.#size;
    if (this.#start < bound) {
      // The last event of the stretch reaches out of it, or begins right behind it: it goes too.
      const last = this.#marks[after / this.#stretchBytes]!;
      const offset = this.offset(last);
      this.#forgottenSeq = getU53(this.view, offset + eventAt.seq);
      this.#forgottenN = this.view.getUint32(offset + eventAt.n, true);
      this.#start = last + this.lengthAt(last);
      assertAtLeast(this.#start, bound, 'what is held is not overwritten');
    }
    this.bytes.fill(0, at, at + this.#stretchBytes);
    this.#marks[at / this.#stretchBytes] = this.#end;
    this.#cleared += this.#stretchBytes;
  }

  /**
   * The newest marked position that is still held and whose event comes before `seq`, or the start. It looks from the
   * end backwards: a reader that resumes was there a moment ago, and every mark further back is another place of memory
   * to fetch.
   */
  #markBeforeSeq(seq: number): number {
    const count = this.#marks.length;
    const newest = Math.floor(this.offset(this.#end) / this.#stretchBytes);
    for (let back = 0; back < count; back++) {
      const position = this.#marks[(newest - back + count) % count];
      // The stretch in which the end is may still have the mark of the last round, at the far side of the ring.
      const isOfThisRound = this.#end - position <= (back + 2) * this.#stretchBytes;
      const isHeld = position >= this.#start && position < this.#end;
      if (isHeld && isOfThisRound && getU53(this.view, this.offset(position) + eventAt.seq) < seq)
        return position;
    }
    return this.#start;
  }
}
