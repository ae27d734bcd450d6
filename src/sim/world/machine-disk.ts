/**
 * The disk of one simulated machine: the journal's virtual disk, with time. A flush takes a while, or very long on a
 * slow disk, and what a dead process asked for is never done.
 *
 * What can happen: the power goes and of what was not flushed any pages survive; a byte rots or a file is cut short, in
 * the journal or in a snapshot; the disk is full from any write on, refuses, is slow, cannot be read, is replaced by a
 * blank one or by an older state of itself. What the cluster must survive: what destroys nothing at all replicas at
 * once (in `disk` mode a power cut too), what destroys data on a minority. No cluster survives a disk that acknowledges
 * a flush and has not done it: that must be noticed.
 */
import type { Region, Storage } from '../../journal/storage.ts';
import { type DiskImage, type PutBack, VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import type { Random } from '../../std/random.ts';
import type { AtlasKind, Tally } from './atlas.ts';
import { type Fuse, ProcessKilled } from './fuse.ts';
import type { Scheduler } from './scheduler.ts';

const flushUsMin = 60;
const flushUsMax = 250;
const slowFlushUsMin = 2_000;
const slowFlushUsMax = 60_000;
const backgroundWriteUsMin = 300;
const backgroundWriteUsMax = 20_000;
/** How often a file of an unreadable disk cannot be opened, or a page of it cannot be read. */
const readErrorChance = 0.5;
/** A flusher that the disk refused tries again after this. */
const retryUs = 5_000;

export class MachineDisk implements Storage {
  isSlow = false;
  /** What each flush takes beyond that. */
  slowUs = 0;
  /** No file that is written in the background is finished as long as this is so. */
  holdsBackground = false;
  /** Takes requests to flush and ends none. */
  standsStill = false;
  /** Acknowledges a flush that it has not done, as some disks do: no cluster survives that on a majority. */
  isLying = false;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #wake: () => void;
  readonly #fuse: Fuse;
  readonly #tally: Tally;
  #disk = new VirtualDisk({ isImmediate: false });
  /** Counts processes: what an earlier one asked for is not done for a later one. */
  #process = 0;
  #isFlushing = false;
  /** The flush that is under way. */
  #turn = 0;
  #liedPosition = 0;
  /** Writes until the disk is full; -1 is never. */
  #writesLeft = -1;
  #isUnreadable = false;

  constructor(scheduler: Scheduler, random: Random, wake: () => void, fuse: Fuse, tally: Tally) {
    this.#scheduler = scheduler;
    this.#tally = tally;
    this.#random = random;
    this.#wake = wake;
    this.#fuse = fuse;
  }

  /** Flushes take their usual time again, one that is under way too. */
  hurry(): void {
    if (this.slowUs === 0) return;
    this.slowUs = 0;
    if (this.#isFlushing) this.#flushAfter(flushUsMax, this.#process);
  }

  /** No more room from now on, or plenty. */
  setFull(isFull: boolean): void {
    this.#writesLeft = -1;
    this.#disk.capacityBytes = isFull ? this.#disk.usedBytes : Number.MAX_SAFE_INTEGER;
  }

  /** No more room after a number of writes, new files and flushes. */
  fillAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  /** Takes nothing from now on, or everything. */
  setRefusing(isRefusing: boolean): void {
    this.#disk.isRefusing = isRefusing;
  }

  /** Files can be read now and then only, or always. */
  setUnreadable(isUnreadable: boolean): void {
    this.#isUnreadable = isUnreadable;
  }

  /** What a file holds, whatever the disk does now. */
  contentOf(name: string): Uint8Array | undefined {
    return this.#disk.read(name);
  }

  crash(): void {
    this.#disk.crash();
    this.#forgetProcess();
  }

  powerCut(): void {
    if (this.#disk.powerCut(this.#random)) this.#tally.add('torn write');
    this.#forgetProcess();
  }

  /** An empty disk takes its place. */
  wipe(): void {
    this.#disk = new VirtualDisk({ isImmediate: false });
    this.#forgetProcess();
  }

  /** Its contents, to be put back later; the process must be dead. */
  image(): DiskImage {
    return this.#disk.image();
  }

  putBack(image: DiskImage, how: PutBack): void {
    this.#disk.putBack(image, how);
    this.#forgetProcess();
  }

  /**
   * Rot: flips a byte of some file, or cuts one short; returns what was done. Only snapshots may rot under a process.
   */
  rot(prefix: string): string {
    const random = this.#random;
    const names = this.#disk.list().filter((each) => each.startsWith(prefix));
    if (names.length === 0) return 'nothing to rot';
    const name = random.pick(names);
    const bytes = this.#disk.read(name);
    if (bytes === undefined || bytes.length === 0) return 'nothing to rot';
    if (random.chance(0.15)) {
      const size = random.below(bytes.length);
      this.#disk.truncate(name, size);
      this.#tally.add(rotOf(name));
      return `${name} is cut to ${size} of ${bytes.length} bytes`;
    }
    let offset = random.below(bytes.length);
    // Files are mostly empty space at their end: look for a byte that means something.
    for (let tries = 0; tries < 40 && bytes[offset] === 0; tries++) offset = random.below(bytes.length);
    this.#disk.flipByte(name, offset, 1 << random.below(8));
    this.#tally.add(rotOf(name));
    return `byte ${offset} of ${name} is flipped`;
  }

  get bootId(): string {
    return this.#disk.bootId;
  }

  list(): string[] {
    return this.#disk.list();
  }

  identityOf(name: string): string {
    return this.#disk.identityOf(name);
  }

  changeOf(name: string): string {
    return this.#disk.changeOf(name);
  }

  remove(name: string): void {
    this.#fuse.burn();
    this.#disk.remove(name);
  }

  createRegion(name: string, size: number): Region | undefined {
    this.#fuse.burn();
    this.#countWrite();
    return this.#disk.createRegion(name, size);
  }

  /** A file that cannot be mapped is as good as none; a page that cannot be read ends the process (SIGBUS). */
  openRegion(name: string): Region | undefined {
    if (this.#failsToRead(name)) {
      if (this.#random.chance(0.5)) throw new ProcessKilled('a page cannot be read');
      return undefined;
    }
    return this.#disk.openRegion(name);
  }

  /** What its replica has set aside for a person, by folder and name. */
  get aside(): ReadonlyMap<string, Uint8Array> {
    return this.#disk.aside;
  }

  setAside(folder: string, name: string, bytes?: Uint8Array): boolean {
    this.#fuse.burn();
    return this.#disk.setAside(folder, name, bytes);
  }

  closeRegion(region: Region): void {
    this.#disk.closeRegion(region);
  }

  flush(region: Region): boolean {
    this.#fuse.burn();
    this.#countWrite();
    return this.isLying || this.#disk.flush(region);
  }

  requestFlush(region: Region, position: number): void {
    this.#fuse.burn();
    this.#countWrite();
    if (this.isLying) {
      this.#liedPosition = position;
      return;
    }
    this.#disk.requestFlush(region, position);
    this.#flushLater();
  }

  flushedPosition(): number {
    return this.isLying ? this.#liedPosition : this.#disk.flushedPosition();
  }

  read(name: string): Uint8Array | undefined {
    return this.#failsToRead(name) ? undefined : this.#disk.read(name);
  }

  #failsToRead(name: string): boolean {
    if (!this.#isUnreadable || !this.#disk.list().includes(name) || !this.#random.chance(readErrorChance))
      return false;
    this.#tally.add('read error');
    return true;
  }

  write(name: string, bytes: Uint8Array): boolean {
    this.#fuse.burn();
    this.#countWrite();
    return this.#disk.write(name, bytes);
  }

  startWrite(name: string, bytes: Uint8Array): void {
    this.#fuse.burn();
    this.#countWrite();
    this.#disk.startWrite(name, bytes);
    const process = this.#process;
    this.#finishAfter(this.#random.between(backgroundWriteUsMin, backgroundWriteUsMax), process);
  }

  #finishAfter(delayUs: number, process: number): void {
    this.#scheduler.after(delayUs, () => {
      if (process !== this.#process) return;
      if (this.holdsBackground) this.#finishAfter(retryUs, process);
      else this.#disk.finishWrite();
    });
  }

  backgroundWrite(): 'idle' | 'busy' | 'done' | 'failed' {
    return this.#disk.backgroundWrite();
  }

  #flushLater(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const process = this.#process;
    const delayUs = this.isSlow
      ? this.#random.between(slowFlushUsMin, slowFlushUsMax)
      : this.#random.between(flushUsMin, flushUsMax);
    this.#flushAfter(delayUs + this.slowUs, process);
  }

  #flushAfter(delayUs: number, process: number): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#scheduler.after(delayUs, () => {
      if (process === this.#process && turn === this.#turn) this.#flushNow(process);
    });
  }

  #flushNow(process: number): void {
    if (this.standsStill || !this.#disk.flushNext()) {
      this.#flushAfter(retryUs, process);
      return;
    }
    this.#isFlushing = false;
    if (this.#disk.pendingFlushes > 0) this.#flushLater();
    this.#wake();
  }

  #countWrite(): void {
    if (this.#writesLeft < 0) return;
    this.#writesLeft -= 1;
    if (this.#writesLeft < 0) this.setFull(true);
  }

  #forgetProcess(): void {
    this.#process += 1;
    this.#isFlushing = false;
    this.#liedPosition = 0;
  }
}

/** A state file counts with the journal. */
function rotOf(name: string): AtlasKind {
  return name.startsWith('snapshot-') ? 'snapshot bit flip' : 'journal bit flip';
}
