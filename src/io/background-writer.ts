/**
 * Work beside the core that would stop it for too long: whole files (snapshots), and the next file of a journal. A thread
 * does it, told through shared memory; files are passed as the address of their bytes, so nothing is copied.
 *
 * A spare file is a journal file made ahead: full of zeros and flushed, so that its blocks are not only reserved but
 * written. Flushing into such blocks changes no metadata of the file system and takes half the time.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../std/assert.ts';
import { WORD } from '../std/integers.ts';
import type { Doorbell } from './doorbell.ts';
import { addressOf, callError, posixFallocate, writeAt } from './native.ts';

/** Bytes of a file's name. */
const nameBytesMax = 255;
/** Bytes of one write call, and bytes after which a long file is flushed, so that the journal's flushes do not queue up behind it. */
const writeBytes = 1_048_576;
const flushEveryBytes = 8_388_608;
/** Bytes of a page. Zeros are written page by page: the system caches larger writes in larger units, and then flushes a whole unit for each byte that changes. */
const pageBytes = 4_096;
/** The spare file, hidden from `list`. */
export const spareName = '.spare';

/** Words of the shared memory. */
const generationAt = 0;
const waitingAt = 1;
const stopAt = 2;
const fileStateAt = 3;
const fileNameBytesAt = 4;
const fileAddressAt = 5;
const fileLengthAt = 7;
const spareStateAt = 9;
const spareLengthAt = 10;
const words = 12;

/** States of the file and of the spare. */
const State = { idle: 0, busy: 1, done: 2, failed: 3 } as const;
const stateNames = ['idle', 'busy', 'done', 'failed'] as const;

export function createWriterMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(words * 4 + nameBytesMax);
}

/** The side of the core. */
export class BackgroundWriter {
  readonly #words: Int32Array;
  readonly #name: Uint8Array;
  /** Held until the thread is through with its address. */
  #bytes: Uint8Array | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, words);
    this.#name = new Uint8Array(memory, words * 4);
  }

  startFile(name: string, bytes: Uint8Array): void {
    assert(this.fileState() !== 'busy', 'one file at a time is written in the background');
    const nameBytes = new TextEncoder().encode(name);
    assert(nameBytes.length <= nameBytesMax, 'a file name is at most 255 bytes');
    this.#name.set(nameBytes);
    this.#bytes = bytes;
    Atomics.store(this.#words, fileNameBytesAt, nameBytes.length);
    storeNumber(this.#words, fileAddressAt, bytes.length === 0 ? 0 : addressOf(bytes));
    storeNumber(this.#words, fileLengthAt, bytes.length);
    Atomics.store(this.#words, fileStateAt, State.busy);
    wake(this.#words);
  }

  fileState(): 'idle' | 'busy' | 'done' | 'failed' {
    const state = Atomics.load(this.#words, fileStateAt);
    if (state !== State.busy && this.#bytes !== undefined) this.#bytes = undefined;
    return stateNames[state]!;
  }

  /** Starts to make a spare file, unless there is one or it is being made. */
  prepareSpare(length: number): void {
    const state = Atomics.load(this.#words, spareStateAt);
    if (state === State.busy || (state === State.done && this.#spareLength() === length)) return;
    storeNumber(this.#words, spareLengthAt, length);
    Atomics.store(this.#words, spareStateAt, State.busy);
    wake(this.#words);
  }

  /** Whether a spare file of this length stands in the folder; it is the caller's from then on. */
  takeSpare(length: number): boolean {
    const isReady = Atomics.load(this.#words, spareStateAt) === State.done && this.#spareLength() === length;
    if (isReady) Atomics.store(this.#words, spareStateAt, State.idle);
    return isReady;
  }

  /** For the time at which nothing of this core may be read any more: waits until the thread has let go of the bytes. */
  settle(): void {
    for (const at of [fileStateAt, spareStateAt]) Atomics.wait(this.#words, at, State.busy, settleMsMax);
  }

  #spareLength(): number {
    return loadNumber(this.#words, spareLengthAt);
  }
}

/** Longest wait for the thread at the end. */
const settleMsMax = 10_000;

/** Tells the writer to end, from any thread. */
export function stopWriter(memory: SharedArrayBuffer): void {
  const shared = new Int32Array(memory, 0, words);
  Atomics.store(shared, stopAt, 1);
  wake(shared);
}

/** The side of the thread: works until it is told to stop. A disk that refuses shows in the states. */
export function serveWrites(memory: SharedArrayBuffer, folder: string, doorbell: Doorbell): void {
  const shared = new Int32Array(memory, 0, words);
  const name = new Uint8Array(memory, words * 4);
  while (Atomics.load(shared, stopAt) === 0) {
    const generation = Atomics.load(shared, generationAt);
    if (Atomics.load(shared, fileStateAt) === State.busy) {
      // A decoder does not read shared memory, so the name is copied first.
      const text = new TextDecoder().decode(name.slice(0, Atomics.load(shared, fileNameBytesAt)));
      const address = loadNumber(shared, fileAddressAt);
      const length = loadNumber(shared, fileLengthAt);
      const isWritten = succeeds(() => replaceFile(folder, text, address, length));
      finish(shared, fileStateAt, isWritten);
      doorbell.ring();
    } else if (Atomics.load(shared, spareStateAt) === State.busy) {
      const isMade = succeeds(() => makeSpare(folder, loadNumber(shared, spareLengthAt)));
      if (!isMade) rmSync(join(folder, spareName), { force: true });
      finish(shared, spareStateAt, isMade);
    } else {
      Atomics.store(shared, waitingAt, 1);
      Atomics.wait(shared, generationAt, generation);
      Atomics.store(shared, waitingAt, 0);
    }
  }
}

/** Replaces a file at once or not at all, flushed when it returns. Throws what the disk answers. */
export function replaceFile(folder: string, name: string, address: number, length: number): void {
  const temporary = join(folder, temporaryName(name));
  const fd = openSync(temporary, 'w');
  try {
    let sinceFlush = 0;
    for (let at = 0; at < length; ) {
      const written = writeAt(fd, address + at, Math.min(writeBytes, length - at));
      if (written <= 0) throw callError('write', temporary);
      at += written;
      sinceFlush += written;
      if (sinceFlush < flushEveryBytes) continue;
      fdatasyncSync(fd);
      sinceFlush = 0;
    }
    fdatasyncSync(fd);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, join(folder, name));
  flushFolder(folder);
}

/** Makes the names in a folder durable. */
function flushFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The name of a file until it is whole; hidden from `list`, and removed when a folder is opened. */
export function temporaryName(name: string): string {
  return `.${name}.new`;
}

function makeSpare(folder: string, length: number): void {
  const fd = openSync(join(folder, spareName), 'w');
  try {
    if (posixFallocate(fd, 0, length) !== 0) throw new Error('There is no room for a spare file.');
    const zeros = new Uint8Array(pageBytes);
    for (let at = 0; at < length; at += pageBytes) {
      writeSync(fd, zeros, 0, Math.min(pageBytes, length - at), at);
      if (at % flushEveryBytes === 0) fdatasyncSync(fd);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function finish(shared: Int32Array, stateAt: number, isGood: boolean): void {
  Atomics.store(shared, stateAt, isGood ? State.done : State.failed);
  Atomics.notify(shared, stateAt);
}

function wake(shared: Int32Array): void {
  Atomics.add(shared, generationAt, 1);
  if (Atomics.load(shared, waitingAt) === 1) Atomics.notify(shared, generationAt);
}

/** Numbers up to 2^53 in two words; who reads them is told by a state that is written after them. */
function storeNumber(shared: Int32Array, at: number, value: number): void {
  Atomics.store(shared, at, value | 0);
  Atomics.store(shared, at + 1, (value / WORD) | 0);
}

function loadNumber(shared: Int32Array, at: number): number {
  return Atomics.load(shared, at + 1) * WORD + (Atomics.load(shared, at) >>> 0);
}
