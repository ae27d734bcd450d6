/**
 * Work beside the core that would stop it for too long: whole files (snapshots), the next file of a journal, and files
 * that are to be removed. A thread does it on requests in shared memory; files are passed as the address of their
 * bytes, so nothing is copied.
 *
 * Files are written in small pieces with pauses between them. Cores give the processor away each time they find
 * nothing to do, and a thread that gets it so keeps it until the next tick of the kernel's clock, milliseconds later,
 * whatever its priority: the pauses are what leaves it to the cores.
 *
 * A spare file is a journal file made ahead: full of zeros and flushed, so that its blocks are not only reserved but
 * written. Flushing into such blocks changes no metadata of the file system and takes half the time.
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../std/assert.ts';
import { WORD } from '../../std/integers.ts';
import type { Doorbell } from '../system/doorbell.ts';
import { addressOf, callError, madvise, posixFallocate, syncFileRange, writeAt } from '../system/native.ts';
import { MADV_DONTNEED, SYNC_FILE_RANGE_ALL } from '../system/platform.ts';
import { fileMode, flushFolder } from './private-files.ts';

/** Bytes of a file's name. */
const nameBytesMax = 255;
/** Bytes after which a file goes to the disk, so that the journal's flushes do not queue up behind a whole one. */
const flushEveryBytes = 8_388_608;
/** The same for files that are written with pauses, and for a spare one, which is needed sooner. */
const pieceBytes = 131_072;
const sparePieceBytes = 262_144;
const pauseMs = 1;
/**
 * Bytes of a page. Zeros are written page by page: the system caches larger writes in larger units, and then flushes a
 * whole unit for each byte that changes.
 */
const pageBytes = 4_096;
/** A multiple of the bytes of a page of memory on any machine. */
const memoryPageBytes = 65_536;
/** The spare file, hidden from `list`. */
export const spareName = '.spare';
/** What the names of files begin with that are to be removed; hidden from `list` too. */
const removedPrefix = '.removed-';

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
const hurryAt = 12;
const words = 13;

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
  /** Held until the thread is through with its address; it gives the memory back. */
  #bytes: Uint8Array | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, words);
    this.#name = new Uint8Array(memory, words * 4);
  }

  startFile(name: string, bytes: Uint8Array): void {
    assert(
      this.fileState() !== 'busy',
      () => `one file at a time is written in the background: not ${name} yet`,
    );
    const nameBytes = new TextEncoder().encode(name);
    assert(nameBytes.length <= nameBytesMax, () => `a file name has at most ${nameBytesMax} bytes: ${name}`);
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

  /** Whether the folder has a spare file of this length; it is the caller's from then on. */
  takeSpare(length: number): boolean {
    const isReady = Atomics.load(this.#words, spareStateAt) === State.done && this.#spareLength() === length;
    if (isReady) Atomics.store(this.#words, spareStateAt, State.idle);
    return isReady;
  }

  /** The thread removes the file of the {@link removedName}: the kernel may need long for a large one. */
  startRemoval(): void {
    wake(this.#words);
  }

  /**
   * For the time at which nothing of this core may be read any more: waits until the thread has let go of the bytes.
   */
  settle(): void {
    Atomics.store(this.#words, hurryAt, 1);
    Atomics.notify(this.#words, hurryAt);
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

/** The side of the thread: works until a stop is requested. A disk that refuses shows in the states. */
export function serveWrites(memory: SharedArrayBuffer, folder: string, doorbell: Doorbell): void {
  const shared = new Int32Array(memory, 0, words);
  const name = new Uint8Array(memory, words * 4);
  const pause = (): void => {
    // The journal's next file is more urgent than a snapshot.
    serveSpare(shared, folder);
    waitAWhile(shared);
  };
  while (Atomics.load(shared, stopAt) === 0) {
    const generation = Atomics.load(shared, generationAt);
    if (Atomics.load(shared, fileStateAt) === State.busy) {
      // A decoder does not read shared memory, so the name is copied first.
      const text = new TextDecoder().decode(name.slice(0, Atomics.load(shared, fileNameBytesAt)));
      const address = loadNumber(shared, fileAddressAt);
      const length = loadNumber(shared, fileLengthAt);
      const release = new MemoryRelease(address);
      const isWritten = succeeds(() =>
        replaceFile(folder, text, address, length, (writtenBytes) => {
          release.upTo(address + writtenBytes);
          pause();
        }),
      );
      finish(shared, fileStateAt, isWritten);
      doorbell.ring();
    } else if (!serveSpare(shared, folder)) {
      removeFiles(folder);
      Atomics.store(shared, waitingAt, 1);
      Atomics.wait(shared, generationAt, generation);
      Atomics.store(shared, waitingAt, 0);
    }
  }
}

/** Gives memory back to the system, page by page, instead of much at once at the end. */
class MemoryRelease {
  /** What comes before is given back, or is not ours. */
  #from: number;

  /** Of an array that begins at `address`: pages that are its own. */
  constructor(address: number) {
    this.#from = Math.ceil(address / memoryPageBytes) * memoryPageBytes;
  }

  /** The array's bytes before the address `end` are not needed any more. */
  upTo(end: number): void {
    const to = Math.floor(end / memoryPageBytes) * memoryPageBytes;
    if (to <= this.#from) return;
    madvise(this.#from, to - this.#from, MADV_DONTNEED);
    this.#from = to;
  }
}

/** A pause, unless the core is about to end. */
function waitAWhile(shared: Int32Array): void {
  Atomics.wait(shared, hurryAt, 0, pauseMs);
}

/** Makes a spare file where one is asked for; returns whether it was. */
function serveSpare(shared: Int32Array, folder: string): boolean {
  if (Atomics.load(shared, spareStateAt) !== State.busy) return false;
  const length = loadNumber(shared, spareLengthAt);
  const isMade = succeeds(() => makeSpare(folder, length, () => waitAWhile(shared)));
  if (!isMade) rmSync(join(folder, spareName), { force: true });
  finish(shared, spareStateAt, isMade);
  return true;
}

function removeFiles(folder: string): void {
  succeeds(() => {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(removedPrefix)) rmSync(join(folder, name), { force: true });
    }
  });
}

/**
 * Replaces a file at once or not at all, flushed when it returns; `pause` is called after each of many small pieces,
 * with the bytes that are written. Throws what the disk answers.
 */
export function replaceFile(
  folder: string,
  name: string,
  address: number,
  length: number,
  pause?: (writtenBytes: number) => void,
): void {
  const temporary = join(folder, temporaryName(name));
  const writeBytes = pause === undefined ? flushEveryBytes : pieceBytes;
  const fd = openSync(temporary, 'w', fileMode);
  try {
    for (let at = 0; at < length; ) {
      const written = writeAt(fd, address + at, Math.min(writeBytes, length - at));
      if (written <= 0) throw callError('write', temporary);
      // Where the file system has no such call, or the disk fails in it, the flush at the end does the rest and tells.
      syncFileRange(fd, at, written, SYNC_FILE_RANGE_ALL);
      at += written;
      pause?.(at);
    }
    fdatasyncSync(fd);
    renameSync(temporary, join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  flushFolder(folder);
}

/** The name of a file until it is whole; hidden from `list`, and removed when a folder is opened. */
export function temporaryName(name: string): string {
  return `.${name}.new`;
}

/** The name of a file that the thread is to remove. */
export function removedName(name: string): string {
  return `${removedPrefix}${name}`;
}

function makeSpare(folder: string, length: number, pause: () => void): void {
  const fd = openSync(join(folder, spareName), 'w', fileMode);
  try {
    if (posixFallocate(fd, 0, length) !== 0) throw new Error('There is no room for a spare file.');
    const zeros = new Uint8Array(pageBytes);
    for (let at = 0; at < length; at += pageBytes) {
      writeSync(fd, zeros, 0, Math.min(pageBytes, length - at), at);
      const end = at + pageBytes;
      if (end % sparePieceBytes !== 0) continue;
      syncFileRange(fd, end - sparePieceBytes, sparePieceBytes, SYNC_FILE_RANGE_ALL);
      pause();
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

/** Numbers up to 2^53 in two words; a state that is written after them says that they are whole. */
function storeNumber(shared: Int32Array, at: number, value: number): void {
  Atomics.store(shared, at, value | 0);
  Atomics.store(shared, at + 1, (value / WORD) | 0);
}

function loadNumber(shared: Int32Array, at: number): number {
  return Atomics.load(shared, at + 1) * WORD + (Atomics.load(shared, at) >>> 0);
}
