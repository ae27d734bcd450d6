/**
 * The commands that wait to be stamped, in order of arrival: a bounded ring of bytes. When it is full nothing more is
 * read from the sockets, so that the pressure reaches the senders; from 90 % on gateways shed new orders.
 */
import { alignUp } from '../../std/integers.ts';

/** This part of the ring is kept from new orders, so that cancels and the leader's own commands still find room. */
const keptPart = 1 / 16;

/** A zero length marks the unused end of the buffer, before the ring wraps. */
const WRAP = 0;

export class CommandRing {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #size: number;
  readonly #keptBytes: number;
  #head = 0;
  #tail = 0;
  #used = 0;
  #count = 0;
  #left = 0;
  /** Bytes that may wait. */
  #room: number;
  #isClosed = false;
  #isHeld = false;

  /** @param size bytes, a multiple of 8. */
  constructor(size: number) {
    this.#size = alignUp(size, 8);
    this.#room = this.#size;
    this.#keptBytes = alignUp(this.#size * keptPart, 8);
    this.#bytes = new Uint8Array(this.#size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Commands that wait. */
  get count(): number {
    return this.#count;
  }

  get bytesMax(): number {
    return this.#size;
  }

  /** Commands that have left it, stamped or forgotten. */
  get left(): number {
    return this.#left;
  }

  /** How full the ring is, 0 to 1000. */
  get usedPermille(): number {
    return Math.floor((this.#used * 1000) / this.#size);
  }

  /** {@link push} for a new order, which leaves room for others to cancel. @hot */
  pushOrder(view: DataView, at: number, length: number): boolean {
    if (this.#used + length > this.#size - this.#keptBytes) return false;
    return this.push(view, at, length);
  }

  /** Appends one command record; false when it does not fit now. @hot */
  push(view: DataView, at: number, length: number): boolean {
    const toEnd = this.#size - this.#tail;
    const needed = length > toEnd ? toEnd + length : length;
    if (this.#used + needed > this.#room) return false;
    if (length > toEnd) {
      this.#view.setUint16(this.#tail, WRAP, true);
      this.#tail = 0;
    }
    copyWords(view, at, this.#view, this.#tail, length);
    this.#tail = (this.#tail + length) % this.#size;
    this.#used += needed;
    this.#count += 1;
    return true;
  }

  /** Bytes of the oldest command; 0 when none waits. @hot */
  nextLength(): number {
    if (this.#count === 0) return 0;
    let length = this.#view.getUint16(this.#head, true);
    if (length === WRAP) {
      this.#used -= this.#size - this.#head;
      this.#head = 0;
      length = this.#view.getUint16(0, true);
    }
    return length;
  }

  /** Moves the oldest command, whose length `nextLength` gave, to `into` at `at`. @hot */
  shift(into: DataView, at: number, length: number): void {
    copyWords(this.#view, this.#head, into, at, length);
    this.#head = (this.#head + length) % this.#size;
    this.#used -= length;
    this.#count -= 1;
    this.#left += 1;
  }

  /** Takes nothing more until {@link open}: what comes waits at its sender. */
  close(): void {
    this.#isClosed = true;
    this.#limit();
  }

  open(): void {
    this.#isClosed = false;
    this.#limit();
  }

  /** Whether what comes waits until the commands that are under way are applied; beside {@link close}. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#limit();
  }

  #limit(): void {
    this.#room = this.#isClosed || this.#isHeld ? 0 : this.#size;
  }

  /** Forgets everything: a replica that does not lead stamps nothing. */
  clear(): void {
    this.#head = 0;
    this.#tail = 0;
    this.#used = 0;
    this.#left += this.#count;
    this.#count = 0;
  }
}

/** Copies a record whose length is a multiple of 8; for such short ones cheaper than a view for TypedArray.set. */
function copyWords(from: DataView, fromAt: number, to: DataView, toAt: number, length: number): void {
  for (let n = 0; n < length; n += 4) to.setUint32(toAt + n, from.getUint32(fromAt + n, true), true);
}
