/**
 * Wakes a core thread that sleeps in a system call, from any thread of the process: the flusher when something is
 * flushed, the main thread when it has an order. A ring is never lost and costs a system call only when the core
 * sleeps.
 */
import { callError, close, eventfd, read, write } from './native.ts';
import { EFD_CLOEXEC, EFD_NONBLOCK } from './platform.ts';

/** Words of the shared memory. */
const ringsAt = 0;
const sleepingAt = 1;
const descriptorAt = 2;
const words = 3;

export class Doorbell {
  /** To be passed to the other threads. */
  readonly buffer: SharedArrayBuffer;
  /** What the core waits on while it sleeps. */
  readonly descriptor: number;
  readonly #words: Int32Array;
  readonly #one = new Uint8Array(8);
  readonly #drained = new Uint8Array(8);

  /** Without a buffer it makes a new one, which its caller closes. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(words * 4);
    this.#words = new Int32Array(this.buffer);
    this.#one[0] = 1;
    if (buffer === undefined) {
      this.#words[descriptorAt] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
      if (this.#words[descriptorAt]! < 0) throw callError('eventfd', 'the doorbell of a core thread');
    }
    this.descriptor = this.#words[descriptorAt]!;
  }

  /** Any thread calls it, after it has written its news into shared memory. */
  ring(): void {
    Atomics.add(this.#words, ringsAt, 1);
    if (Atomics.load(this.#words, sleepingAt) === 1) write(this.descriptor, this.#one, 8);
  }

  /** How often it rang; the core looks for news after it has read this. @hot */
  rings(): number {
    return Atomics.load(this.#words, ringsAt);
  }

  /**
   * The core is about to sleep: from here on a ring wakes it. False when it rang after `seenRings` was read: the core
   * must look for news instead. Either the ringer sees the mark, or the core sees the ring.
   */
  lieDown(seenRings: number): boolean {
    Atomics.store(this.#words, sleepingAt, 1);
    if (Atomics.load(this.#words, ringsAt) === seenRings) return true;
    Atomics.store(this.#words, sleepingAt, 0);
    return false;
  }

  /** The core is awake again. */
  getUp(wasRung: boolean): void {
    Atomics.store(this.#words, sleepingAt, 0);
    if (wasRung) read(this.descriptor, this.#drained, 8);
  }

  close(): void {
    close(this.descriptor);
  }
}
