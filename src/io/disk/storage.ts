/**
 * One replica's folder on a real disk: mapped journal files, small atomic files, and a lock so that no second process
 * writes there. What is written to a mapping belongs to the kernel at once: it outlives this process.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Region, Storage } from '../../replica/ports.ts';
import { assert } from '../../std/assert.ts';
import { type LongWorks, workLong } from '../../std/long-work.ts';
import { addressOf, bytesAt, callError, errorName, mmap, munmap, posixFallocate } from '../system/native.ts';
import { MAP_SHARED, PROT_READ, PROT_WRITE } from '../system/platform.ts';
import { BackgroundWriter, removedName, replaceFile, spareName, temporaryName } from './background-writer.ts';
import { type FileMapping, FlushRequests } from './flush-requests.ts';
import { lockFolder, lockName } from './folder-lock.ts';
import { closeFiles, fileMode, makePrivate } from './private-files.ts';
import type { StorageMemory } from './storage-threads.ts';

/** Smallest file that is worth a spare one, and to be removed in the background. */
const largeBytesMin = 1_048_576;
const bootIdFile = '/proc/sys/kernel/random/boot_id';
/** How a disk says that it takes no more: answered, not thrown. Everything else is a fault of the device. */
const refusals = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS']);

/** A file and its mapping. */
class MappedFile implements Region, FileMapping {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  readonly descriptor: number;
  readonly address: number;
  readonly length: number;
  hasNewName: boolean;
  /** Position of the last request to flush it. */
  requested = 0;

  constructor(name: string, descriptor: number, hasNewName: boolean) {
    this.name = name;
    this.descriptor = descriptor;
    this.hasNewName = hasNewName;
    this.length = fstatSync(descriptor).size;
    // An empty file cannot be mapped.
    this.address =
      this.length === 0 ? 0 : mmap(0, this.length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (this.address === -1) throw callError('mmap', name);
    this.bytes = this.length === 0 ? new Uint8Array(0) : bytesAt(this.address, this.length);
    this.view = new DataView(this.bytes.buffer);
  }

  close(): void {
    if (this.length > 0) munmap(this.address, this.length);
    closeSync(this.descriptor);
  }
}

export class DiskStorage implements Storage {
  readonly bootId: string;
  /** Whether other users could read these files until now. */
  readonly wasOpenToOthers: boolean;
  readonly #folder: string;
  readonly #folderDescriptor: number;
  readonly #lockDescriptor: number;
  readonly #flushes: FlushRequests;
  readonly #writer: BackgroundWriter;
  readonly #works: LongWorks;
  readonly #open = new Set<MappedFile>();
  /** Closed by the journal, but the flusher is not through with them. */
  #closing: MappedFile[] = [];

  /**
   * Creates and locks the folder; throws when another process has it. The threads serve `memory`. Calls that wait for
   * the disk are long works: a slow one is no thread that hangs.
   */
  constructor(folder: string, memory: StorageMemory, works: LongWorks) {
    this.#folder = folder;
    this.#works = works;
    const isFolderOpen = makePrivate(folder);
    this.#lockDescriptor = lockFolder(folder);
    this.wasOpenToOthers = closeFiles(folder) > 0 || isFolderOpen;
    this.#folderDescriptor = openSync(folder, 'r');
    this.#flushes = new FlushRequests(memory.flush);
    this.#writer = new BackgroundWriter(memory.writer);
    this.bootId = readFileSync(bootIdFile, 'utf8').trim();
    for (const name of readdirSync(folder)) {
      if (isHidden(name) && name !== lockName) rmSync(join(folder, name), { force: true, recursive: true });
    }
  }

  list(): string[] {
    return readdirSync(this.#folder).filter((name) => !isHidden(name));
  }

  /**
   * When the file was created: a copy is created later, whatever tool makes it. The inode where the file system keeps
   * no such time. The device says nothing: its number may change with a boot.
   */
  identityOf(name: string): string {
    const stat = statSync(this.#path(name), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return '';
    return stat.birthtimeNs > 0n ? `created-${stat.birthtimeNs}` : `inode-${stat.ino}`;
  }

  changeOf(name: string): string {
    const stat = statSync(this.#path(name), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return '';
    const { ctimeNs, uid, gid, mode, nlink } = stat;
    return `${ctimeNs}/${uid}.${gid}.${mode}.${nlink}`;
  }

  /** A large file goes in the background: taking it apart, the kernel would stop the core for many milliseconds. */
  remove(name: string): void {
    const path = this.#path(name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.size < largeBytesMin) {
      rmSync(path, { force: true });
      return;
    }
    renameSync(path, join(this.#folder, removedName(name)));
    this.#writer.startRemoval();
  }

  createRegion(name: string, size: number): Region | undefined {
    return workLong(this.#works, () => this.#create(name, size));
  }

  #create(name: string, size: number): Region | undefined {
    const path = this.#path(name);
    const isReady = this.#writer.takeSpare(size);
    const made = join(this.#folder, isReady ? spareName : temporaryName(name));
    let fd: number | undefined;
    try {
      fd = isReady ? openSync(made, 'r+') : this.#allocate(made, size);
      if (fd === undefined) return undefined;
      renameSync(made, path);
    } catch (error) {
      // Where the folder takes no name, each further attempt would leave a file and a descriptor behind.
      if (fd !== undefined) {
        closeSync(fd);
        rmSync(made, { force: true });
      }
      if (isRefusal(error)) return undefined;
      throw error;
    }
    if (size >= largeBytesMin) this.#writer.prepareSpare(size);
    return this.#map(name, fd, true);
  }

  openRegion(name: string): Region | undefined {
    const path = this.#path(name);
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
    return this.#map(name, fd, false);
  }

  closeRegion(region: Region): void {
    const file = this.#fileOf(region);
    this.#open.delete(file);
    this.#closing.push(file);
    this.#closeFlushed();
  }

  flush(region: Region): boolean {
    return workLong(this.#works, () => this.#flush(this.#fileOf(region)));
  }

  /** @hot */
  requestFlush(region: Region, position: number): void {
    const file = region as MappedFile;
    file.requested = position;
    this.#flushes.request(file, file.hasNewName, position);
    file.hasNewName = false;
    if (this.#closing.length > 0) this.#closeFlushed();
  }

  /** @hot */
  flushedPosition(): number {
    return this.#flushes.flushed();
  }

  read(name: string): Uint8Array | undefined {
    const path = this.#path(name);
    try {
      return workLong(this.#works, () => new Uint8Array(readFileSync(path)));
    } catch {
      return undefined;
    }
  }

  write(name: string, bytes: Uint8Array): boolean {
    this.#path(name);
    try {
      workLong(this.#works, () =>
        replaceFile(this.#folder, name, bytes.length === 0 ? 0 : addressOf(bytes), bytes.length),
      );
      return true;
    } catch {
      return false;
    }
  }

  setAside(folder: string, name: string, bytes?: Uint8Array): boolean {
    const beside = this.#path(folder);
    try {
      makePrivate(beside);
      const target = join(beside, name);
      rmSync(target, { force: true });
      workLong(this.#works, () => {
        if (bytes === undefined) linkSync(this.#path(name), target);
        else writeFileSync(target, bytes, { mode: fileMode, flush: true });
      });
      return true;
    } catch (error) {
      if (codeOf(error) === '') throw error;
      return false;
    }
  }

  startWrite(name: string, bytes: Uint8Array): void {
    this.#path(name);
    this.#writer.startFile(name, bytes);
  }

  backgroundWrite(): 'idle' | 'busy' | 'done' | 'failed' {
    return this.#writer.fileState();
  }

  /** Unmaps and closes everything, and frees the folder. Requests to the flusher are carried out first. */
  close(): void {
    this.#writer.settle();
    this.#closing.push(...this.#open);
    this.#open.clear();
    for (const file of this.#closing) {
      if (file.requested > 0) this.#flush(file);
      file.close();
    }
    this.#closing = [];
    closeSync(this.#folderDescriptor);
    closeSync(this.#lockDescriptor);
  }

  #flush(file: MappedFile): boolean {
    try {
      fdatasyncSync(file.descriptor);
      if (file.hasNewName) fsyncSync(this.#folderDescriptor);
      file.hasNewName = false;
      return true;
    } catch {
      return false;
    }
  }

  /** A file of zeros under its temporary name: after a crash there is never half a file under the real one. */
  #allocate(temporary: string, size: number): number | undefined {
    const fd = openSync(temporary, 'w+', fileMode);
    const error = posixFallocate(fd, 0, size);
    if (error === 0) {
      ftruncateSync(fd, size);
      return fd;
    }
    closeSync(fd);
    rmSync(temporary, { force: true });
    if (refusals.has(errorName(error))) return undefined;
    throw new Error(`Allocating ${size} bytes for ${temporary} failed with ${errorName(error)}.`);
  }

  #map(name: string, fd: number, hasNewName: boolean): Region {
    try {
      const file = new MappedFile(name, fd, hasNewName);
      this.#open.add(file);
      return file;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #closeFlushed(): void {
    const flushed = this.#flushes.flushed();
    const isBehind = (file: MappedFile): boolean => file.requested > flushed;
    for (const file of this.#closing) {
      if (!isBehind(file)) file.close();
    }
    this.#closing = this.#closing.filter(isBehind);
  }

  #fileOf(region: Region): MappedFile {
    assert(
      region instanceof MappedFile && this.#open.has(region),
      () => `${region.name} is a file of this folder, and open while it is used`,
    );
    return region;
  }

  #path(name: string): string {
    assert(
      name !== '' && !name.includes('/') && !isHidden(name),
      () => `names are plain file names, not "${name}"`,
    );
    return join(this.#folder, name);
  }
}

function isHidden(name: string): boolean {
  return name.startsWith('.');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isRefusal(error: unknown): boolean {
  return refusals.has(codeOf(error));
}
