/**
 * Requests to flush, from the core to the flusher thread, and the flushed position back, through shared memory. There
 * is one entry for each change from one file to another, not for each request: a newer request for the same file moves
 * the position of the newest entry, and one flush then serves them all (group commit). Files are flushed in order. A
 * file is named by the address of its mapping, which all threads share; descriptors belong to the core alone.
 */
import { fsyncSync } from 'node:fs';
import { assert } from '../../std/assert.ts';
import type { Doorbell } from '../system/doorbell.ts';
import { callError, msync } from '../system/native.ts';
import { MS_SYNC } from '../system/platform.ts';
import { positionVersion, positionWords, publishPosition, readPosition } from './shared-position.ts';

/** Changes of file that may wait; far more than a disk that still works leaves behind. */
const entriesMax = 64;

/** Words of the shared memory. */
const generationAt = 0;
const waitingAt = 1;
const stopAt = 2;
/** 1 once a flush has failed: what the kernel then dropped can never be flushed again. */
const failedAt = 3;
/** Entries written by the core, and entries that the flusher is through with. */
const headAt = 4;
const doneAt = 5;
const flushedAt = 6;
const entriesAt = flushedAt + positionWords;

/** Words of an entry. */
const addressAt = 0;
const lengthAt = addressAt + positionWords;
/** 1: the file's name is new in its folder, which is flushed with it. */
const newNameAt = lengthAt + 1;
const positionAt = newNameAt + 1;
const entryWords = positionAt + positionWords;
/** Behind the entries: how many flushes there were, and how long the last ones took, in microseconds. */
const timesMax = 1_024;
const timesCountAt = entriesAt + entriesMax * entryWords;
const timesAt = timesCountAt + 1;

export function createFlushMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer((timesAt + timesMax) * 4);
}

function entryAt(number: number): number {
  return entriesAt + (number % entriesMax) * entryWords;
}

/** A file that is mapped in this process. */
export interface FileMapping {
  readonly address: number;
  /** Bytes. */
  readonly length: number;
}

/** The side of the core. */
export class FlushRequests {
  readonly #words: Int32Array;
  #entries = 0;
  #newest: FileMapping | undefined;
  #requested = 0;
  #flushed = 0;
  #seenVersion: number;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#entries = Atomics.load(this.#words, headAt);
    this.#seenVersion = positionVersion(this.#words, flushedAt);
  }

  /** Asks for a flush of a file, which stays mapped until `flushed` has reached the position. @hot */
  request(file: FileMapping, hasNewName: boolean, position: number): void {
    assert(position > this.#requested, 'positions of flushes grow');
    this.#requested = position;
    if (file === this.#newest) {
      publishPosition(this.#words, entryAt(this.#entries - 1) + positionAt, position);
    } else {
      this.#change(file, hasNewName, position);
    }
    Atomics.add(this.#words, generationAt, 1);
    if (Atomics.load(this.#words, waitingAt) === 1) Atomics.notify(this.#words, generationAt);
  }

  /** Throws when the disk has refused a flush: nothing that follows can be trusted to it. @hot */
  flushed(): number {
    const version = positionVersion(this.#words, flushedAt);
    if (version !== this.#seenVersion) {
      const position = readPosition(this.#words, flushedAt);
      if (position >= 0) {
        this.#seenVersion = version;
        this.#flushed = position;
        if (Atomics.load(this.#words, failedAt) !== 0) {
          throw new Error(
            'The disk refused to flush the journal: replace it, or free it from what makes it fail.',
          );
        }
      }
    }
    return this.#flushed;
  }

  #change(file: FileMapping, hasNewName: boolean, position: number): void {
    const words = this.#words;
    for (;;) {
      const done = Atomics.load(words, doneAt);
      if (this.#entries - done < entriesMax) break;
      // So many files behind means that the disk stands still, and going on would only add to it.
      Atomics.wait(words, doneAt, done);
    }
    const at = entryAt(this.#entries);
    publishPosition(words, at + addressAt, file.address);
    Atomics.store(words, at + lengthAt, file.length);
    Atomics.store(words, at + newNameAt, hasNewName ? 1 : 0);
    publishPosition(words, at + positionAt, position);
    this.#entries++;
    this.#newest = file;
    Atomics.store(words, headAt, this.#entries);
  }
}

/** Tells the flusher to end, from any thread. */
export function stopFlusher(memory: SharedArrayBuffer): void {
  const words = new Int32Array(memory);
  Atomics.store(words, stopAt, 1);
  Atomics.add(words, generationAt, 1);
  Atomics.notify(words, generationAt);
}

/** How long the last flushes took. */
export interface FlushTimes {
  /** In this life. */
  readonly count: number;
  /** Of the last 1,024, in microseconds; 0 where there was none. */
  readonly medianUs: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** From any thread; values are not taken at one instant. */
export function flushTimes(memory: SharedArrayBuffer): FlushTimes {
  const words = new Int32Array(memory);
  const count = Atomics.load(words, timesCountAt);
  const times = words.slice(timesAt, timesAt + Math.min(count, timesMax)).sort();
  const at = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? 0;
  return { count, medianUs: at(0.5), p99Us: at(0.99), maxUs: at(1) };
}

function noteTime(words: Int32Array, tookMs: number): void {
  const count = Atomics.load(words, timesCountAt);
  Atomics.store(words, timesAt + (count % timesMax), Math.round(tookMs * 1_000));
  Atomics.store(words, timesCountAt, count + 1);
}

/** The side of the flusher: serves requests until a stop is requested. Throws the error of a disk that refuses. */
export function serveFlushes(memory: SharedArrayBuffer, folder: number, doorbell: Doorbell): void {
  const words = new Int32Array(memory);
  let entry = Atomics.load(words, doneAt);
  let flushed = 0;
  while (Atomics.load(words, stopAt) === 0) {
    const generation = Atomics.load(words, generationAt);
    let hasFlushed = false;
    while (entry < Atomics.load(words, headAt)) {
      const at = entryAt(entry);
      // In this order: once a newer entry is written, the position of this one is final.
      const isFinal = Atomics.load(words, headAt) > entry + 1;
      const position = readPosition(words, at + positionAt);
      if (position < 0) continue;
      if (position > flushed) {
        try {
          const address = readPosition(words, at + addressAt);
          const length = Atomics.load(words, at + lengthAt);
          const beganMs = performance.now();
          if (msync(address, length, MS_SYNC) < 0) throw callError('msync', 'the journal');
          if (Atomics.exchange(words, at + newNameAt, 0) === 1) fsyncSync(folder);
          noteTime(words, performance.now() - beganMs);
        } catch (error) {
          Atomics.store(words, failedAt, 1);
          publishPosition(words, flushedAt, flushed);
          doorbell.ring();
          throw error;
        }
        flushed = position;
        publishPosition(words, flushedAt, flushed);
        doorbell.ring();
        hasFlushed = true;
      }
      if (!isFinal) break;
      entry++;
      Atomics.store(words, doneAt, entry);
      Atomics.notify(words, doneAt);
    }
    if (hasFlushed) continue;
    Atomics.store(words, waitingAt, 1);
    Atomics.wait(words, generationAt, generation);
    Atomics.store(words, waitingAt, 0);
  }
}
