/**
 * A disk in memory behind the `Storage` port, which keeps apart what is written and what is flushed. It can do to a
 * replica all that real ones do: lose un-flushed pages in a power cut, flip bytes, cut files short, run full, refuse.
 * The simulator runs on it, and so do the tests of this room.
 */
import { assert } from '../../std/assert.ts';
import type { Random } from '../../std/random.ts';
import type { Region, Storage } from '../storage.ts';

/** A file: its written bytes (the page cache) and its flushed ones (the medium). */
class VirtualFile implements Region {
  readonly name: string;
  bytes: Uint8Array;
  view: DataView;
  flushed: Uint8Array;
  /** Number of its creation on its disk. */
  readonly birth: number;
  /** The same for its last writing, of a file that is not mapped. */
  readonly change: number;
  /** Whether the folder on the medium knows the file. */
  isListed = false;

  constructor(name: string, bytes: Uint8Array, flushed: Uint8Array, birth: number, change = birth) {
    this.name = name;
    this.birth = birth;
    this.change = change;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.flushed = flushed;
  }

  /** Gives the file other bytes; mappings of a process that is dead keep the old ones. */
  replace(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  flush(): void {
    this.flushed.set(this.bytes);
  }

  /** The file as it is written, as one that was created at `birth` and written at `change`. */
  copy(birth: number, change: number): VirtualFile {
    const file = new VirtualFile(this.name, this.bytes.slice(), this.bytes.slice(), birth, change);
    file.isListed = true;
    return file;
  }
}

/** How the image of a disk comes back. */
export type PutBack = 'set back' | 'copied' | 'copied over files';

/** The files of a disk at one moment. */
export interface DiskImage {
  readonly files: readonly VirtualFile[];
}

export interface VirtualDiskOptions {
  /** Bytes that reach the medium together or not at all: 512 or 4096. */
  readonly pageBytes?: number;
  /** Whether requested flushes and background writes are done at once, instead of by {@link VirtualDisk.flushNext}. */
  readonly isImmediate?: boolean;
}

export class VirtualDisk implements Storage {
  /** Bytes of all files together, at most; lower it to fill the disk. */
  capacityBytes = Number.MAX_SAFE_INTEGER;
  /** While true the disk takes nothing: no new file, no flush. */
  isRefusing = false;
  /** What was set aside, by folder and name. */
  readonly aside = new Map<string, Uint8Array>();
  readonly #pageBytes: number;
  readonly #isImmediate: boolean;
  #files = new Map<string, VirtualFile>();
  /** Removed, but the folder on the medium still has them. */
  #unlinked = new Map<string, VirtualFile>();
  #requests: { readonly file: VirtualFile; readonly position: number }[] = [];
  #flushedPosition = 0;
  #boots = 1;
  /** Files created so far. */
  #births = 0;
  #writing: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  #writeState: 'idle' | 'busy' | 'done' | 'failed' = 'idle';

  constructor(options: VirtualDiskOptions = {}) {
    this.#pageBytes = options.pageBytes ?? 4096;
    this.#isImmediate = options.isImmediate ?? true;
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  get usedBytes(): number {
    let bytes = 0;
    for (const file of this.#files.values()) bytes += file.bytes.length;
    return bytes;
  }

  list(): string[] {
    return [...this.#files.keys()].sort();
  }

  identityOf(name: string): string {
    const file = this.#files.get(name);
    return file === undefined ? '' : `file-${file.birth}`;
  }

  changeOf(name: string): string {
    const file = this.#files.get(name);
    return file === undefined ? '' : `${file.change}/`;
  }

  remove(name: string): void {
    const file = this.#files.get(name);
    if (file === undefined) return;
    this.#files.delete(name);
    if (file.isListed) this.#unlinked.set(name, file);
  }

  createRegion(name: string, size: number): Region | undefined {
    const freed = this.#files.get(name)?.bytes.length ?? 0;
    if (this.isRefusing || this.usedBytes - freed + size > this.capacityBytes) return undefined;
    this.remove(name);
    const file = new VirtualFile(name, new Uint8Array(size), new Uint8Array(size), ++this.#births);
    this.#files.set(name, file);
    return file;
  }

  openRegion(name: string): Region | undefined {
    return this.#files.get(name);
  }

  closeRegion(_region: Region): void {}

  flush(region: Region): boolean {
    assert(region instanceof VirtualFile, 'the region is of this disk');
    if (this.isRefusing) return false;
    region.flush();
    if (!region.isListed) this.#flushFolder();
    return true;
  }

  requestFlush(region: Region, position: number): void {
    assert(region instanceof VirtualFile, 'the region is of this disk');
    const newest = this.#requests.at(-1)?.position ?? this.#flushedPosition;
    assert(position > newest, () => `positions grow from request to request: ${position} after ${newest}`);
    this.#requests.push({ file: region, position });
    if (this.#isImmediate) this.flushNext();
  }

  flushedPosition(): number {
    return this.#flushedPosition;
  }

  setAside(folder: string, name: string, bytes = this.read(name)): boolean {
    if (this.isRefusing || bytes === undefined) return false;
    this.aside.set(`${folder}/${name}`, bytes.slice());
    return true;
  }

  read(name: string): Uint8Array | undefined {
    return this.#files.get(name)?.bytes.slice();
  }

  write(name: string, bytes: Uint8Array): boolean {
    const region = this.createRegion(name, bytes.length);
    if (region === undefined) return false;
    region.bytes.set(bytes);
    return this.flush(region);
  }

  startWrite(name: string, bytes: Uint8Array): void {
    assert(this.#writing === undefined, 'one background write at a time');
    this.#writing = { name, bytes };
    this.#writeState = 'busy';
    if (this.#isImmediate) this.finishWrite();
  }

  backgroundWrite(): 'idle' | 'busy' | 'done' | 'failed' {
    return this.#writeState;
  }

  /** Flush requests that wait. */
  get pendingFlushes(): number {
    return this.#requests.length;
  }

  /** Does the oldest flush request, with the bytes as they are now; false where none waits or the disk refuses. */
  flushNext(): boolean {
    const request = this.#requests[0];
    if (request === undefined || !this.flush(request.file)) return false;
    this.#requests.shift();
    this.#flushedPosition = request.position;
    return true;
  }

  /** Ends the background write, if there is one. */
  finishWrite(): void {
    if (this.#writing === undefined) return;
    const { name, bytes } = this.#writing;
    this.#writeState = this.write(name, bytes) ? 'done' : 'failed';
    // What a real disk does by giving the memory back.
    bytes.fill(0);
    this.#writing = undefined;
  }

  /** The kernel writes some dirty pages back by itself, as it may at any time. */
  writeBack(random: Random): void {
    const survivors = random.below(101);
    for (const file of this.#files.values()) file.flushed = this.#mixed(file, random, survivors);
  }

  /** The process dies: all that it wrote stays, what it asked for is forgotten, its mappings are void. */
  crash(): void {
    for (const file of this.#files.values()) file.replace(file.bytes.slice());
    this.#forgetProcess();
  }

  /** The machine loses its power and boots: of what was not flushed, any pages survive; true when some were lost. */
  powerCut(random: Random): boolean {
    if (this.#writing !== undefined && random.chance(0.5)) this.finishWrite();
    for (const [name, file] of this.#unlinked) {
      if (random.chance(0.5) && !this.#files.get(name)?.isListed) this.#files.set(name, file);
    }
    const survivors = random.below(101);
    let hasLost = false;
    for (const [name, file] of this.#files) {
      if (!file.isListed && random.chance(0.5)) {
        this.#files.delete(name);
        continue;
      }
      const written = file.bytes;
      file.flushed = this.#mixed(file, random, survivors);
      hasLost ||= written.some((byte, at) => byte !== file.flushed[at]);
      file.replace(file.flushed.slice());
    }
    this.#flushFolder();
    this.#forgetProcess();
    this.#boots += 1;
    return hasLost;
  }

  /** Rot on the medium: changes one byte by the bits of `mask`. */
  flipByte(name: string, offset: number, mask = 0xff): void {
    const file = this.#fileOf(name);
    assert(
      offset < file.bytes.length && mask > 0,
      () => `a flip changes a byte of the file: ${offset} of ${file.bytes.length} by ${mask}`,
    );
    file.bytes[offset]! ^= mask;
    file.flushed[offset] = file.bytes[offset]!;
  }

  /** Cuts a file short; the process must be dead. */
  truncate(name: string, size: number): void {
    const file = this.#fileOf(name);
    file.flushed = file.flushed.slice(0, size);
    file.replace(file.bytes.slice(0, size));
  }

  /** The contents of the disk now, to be put back later; the process must be dead. */
  image(): DiskImage {
    const files = [...this.#files.values()].map((file) => file.copy(file.birth, file.change));
    return { files };
  }

  /**
   * Puts an image back: as a volume that is set back, whose files are the ones that they were; as copies in an empty
   * folder, which are new files; or as copies over the files on it, which stay the files that they are.
   */
  putBack({ files }: DiskImage, how: PutBack): void {
    const before = this.#files;
    this.#files = new Map();
    for (const file of files) {
      const isOver = how === 'copied over files' && before.has(file.name);
      const change = how === 'set back' ? file.change : ++this.#births;
      const birth = how === 'set back' ? file.birth : isOver ? before.get(file.name)!.birth : change;
      this.#files.set(file.name, file.copy(birth, change));
    }
    this.#unlinked.clear();
    this.#forgetProcess();
  }

  #fileOf(name: string): VirtualFile {
    const file = this.#files.get(name);
    assert(file !== undefined, () => `the file exists: ${name}`);
    return file;
  }

  /** Each page as it is written or as it is flushed; `survivors` percent of the written ones make it. */
  #mixed(file: VirtualFile, random: Random, survivors: number): Uint8Array {
    const mixed = file.flushed.slice();
    for (let from = 0; from < mixed.length; from += this.#pageBytes) {
      const to = Math.min(mixed.length, from + this.#pageBytes);
      if (random.below(100) < survivors) mixed.set(file.bytes.subarray(from, to), from);
    }
    return mixed;
  }

  #flushFolder(): void {
    for (const file of this.#files.values()) file.isListed = true;
    this.#unlinked.clear();
  }

  #forgetProcess(): void {
    this.#requests = [];
    this.#flushedPosition = 0;
    this.#writing = undefined;
    this.#writeState = 'idle';
  }
}
