/**
 * Which command is being applied, where a crash leaves it: a mapped page that outlives the process. What must stay
 * true: the number of a command is here before the command is applied, and is cleared only after its frame was.
 * Nothing is flushed: a machine that loses its power forgets the mark, and what it ever applied is unknown from then on
 * until the replica has caught up again. A page with a wrong number in it, as of a disk that rots, counts as none: what
 * changes seldom has a checksum, the highest command that was applied is there twice, and the one in work must be one
 * that can be.
 */
import { crc32 } from '../../std/crc32.ts';
import type { Region, Storage } from '../ports.ts';

export const markName = 'applying.mark';
const fileBytes = 4_096;
const magic = 0x4c_4b_41_4f;

/** Places in the page, which holds numbers of 64 bits. */
const magicAt = 0;
const bootAt = 1;
/** How many processes died in a row on the command at `diedOnAt`. */
const deathsAt = 2;
/** The place of the command in work: the state machine writes it before it applies one; 0 is none. */
export const applyingAt = 3;
/** 1 while the state machine only looks ahead: then the command in work may not be the one that ends the process. */
export const aheadAt = 4;
/** 1: the command in work ended this process for sure, as an exception or a hang showed. */
export const isCertainAt = 5;
const diedOnAt = 6;
/** The command that is not applied again; 0 is none. */
const suspectAt = 7;
/** The highest command whose effect was ever in the state, and whether that covers all lives of this folder. */
const appliedAt = 8;
const isWholeAt = 9;
/** The same number as at `appliedAt`. */
const appliedTwinAt = 14;
/** The snapshot that is being loaded, the one that processes died on, how many did in a row. */
const loadingAt = 10;
const loadDiedOnAt = 11;
const loadDeathsAt = 12;
/** Over all numbers but those that change with commands and frames. */
const checksumAt = 13;
/** Commands that an operator has accepted to leave out of the next generation: the newest of so many. */
const leftOutFrom = 16;
const leftOutTo = 80;

/** A death that shows no cause may have another one: with the second on the same command or snapshot it is certain. */
const deathsToBeCertain = 2;
/** No frame holds so many commands. */
const aheadMax = 65_536;

/** The command that a process applied when it died, and how many have died on it in a row. */
export interface Death {
  readonly seq: number;
  readonly deaths: number;
}

export class ApplyMark {
  /** The page; another one once the disk gives one ({@link keep}). */
  numbers: Float64Array;
  /** Undefined where the process before did not die in a command, as far as is known. */
  readonly death: Death | undefined;
  /** Whether the page is one of the disk, and outlives the process. */
  isKept: boolean;

  private constructor(region: Region | undefined, boot: number) {
    const numbers = pageOf(region);
    this.numbers = numbers;
    this.isKept = region !== undefined;
    if (!isOf(numbers, boot)) numbers.fill(0);
    numbers[magicAt] = magic;
    numbers[bootAt] = boot;
    if (numbers[appliedAt] !== numbers[appliedTwinAt]) this.#forgetApplied();
    if (numbers[loadingAt] !== 0) this.#diedLoading(numbers[loadingAt]!);
    this.death = this.#takeDeath(numbers[applyingAt]!);
    numbers.fill(0, applyingAt, isCertainAt + 1);
    this.#seal();
  }

  /** A file of another length is made again, so that the next death is known. */
  static open(storage: Storage): ApplyMark {
    const found = storage.openRegion(markName);
    if (found !== undefined && isWhole(found)) return new ApplyMark(found, bootOf(storage));
    if (found !== undefined) storage.closeRegion(found);
    return new ApplyMark(newPage(storage), bootOf(storage));
  }

  /**
   * Where the disk gave no page, the mark is in memory, and nothing would be known of a death. Takes a page as soon as
   * there is one; true: the numbers are there from now on.
   */
  keep(storage: Storage): boolean {
    const region = this.isKept ? undefined : newPage(storage);
    if (region === undefined) return false;
    const page = pageOf(region);
    page.set(this.numbers);
    this.numbers = page;
    this.isKept = true;
    return true;
  }

  /** The process before died on this command, 0 is none; one that cannot have been in work counts as none. */
  #takeDeath(seq: number): Death | undefined {
    const { numbers } = this;
    const applied = numbers[appliedAt]!;
    const isPossible = Number.isSafeInteger(seq) && (applied === 0 || seq <= applied + aheadMax);
    if (!isPossible || seq <= 0) return undefined;
    const deaths = (numbers[diedOnAt] === seq ? numbers[deathsAt]! : 0) + 1;
    numbers[deathsAt] = deaths;
    numbers[diedOnAt] = seq;
    const isExact = numbers[aheadAt] === 0;
    const isCertain = numbers[isCertainAt] === 1 || deaths >= deathsToBeCertain;
    if (isExact && isCertain) numbers[suspectAt] = seq;
    return { seq, deaths };
  }

  /** The command that is not applied again until it is decided what becomes of it; 0 is none. @hot */
  get suspect(): number {
    return this.numbers[suspectAt]!;
  }

  /** A process died on this command: those before it in its frame are applied one by one. 0 is none. @hot */
  get diedOn(): number {
    return this.numbers[diedOnAt]!;
  }

  /**
   * The highest command that this replica has ever applied, or had the state of another that has: it may have shown
   * what came of it. Undefined where it does not know of all its lives.
   */
  get appliedBefore(): number | undefined {
    return this.numbers[isWholeAt] === 1 ? this.numbers[appliedAt] : undefined;
  }

  /** The frame whose commands were marked is applied, as all up to `lastSeq` are. @hot */
  done(lastSeq: number): void {
    const { numbers } = this;
    numbers[applyingAt] = 0;
    if (lastSeq > numbers[appliedAt]!) {
      numbers[appliedAt] = lastSeq;
      numbers[appliedTwinAt] = lastSeq;
    }
    if (numbers[diedOnAt] !== 0) this.#passed(lastSeq);
  }

  /** The state is that of another replica, with all commands up to `lastSeq`. */
  replaced(lastSeq: number): void {
    this.#applied(lastSeq);
    this.#passed(lastSeq);
  }

  /** The state machine threw: this process ends. */
  failed(): void {
    this.numbers[isCertainAt] = 1;
  }

  /** The state machine refuses the command, and has not died on it. */
  refused(): void {
    this.numbers[applyingAt] = 0;
  }

  /** All that any life of this replica has applied is in `lastSeq`, or it is not known whether it is. */
  know(isWhole: boolean, lastSeq: number): void {
    if (isWhole) this.#applied(lastSeq);
    if (this.numbers[isWholeAt] === (isWhole ? 1 : 0)) return;
    this.numbers[isWholeAt] = isWhole ? 1 : 0;
    this.#seal();
  }

  /**
   * The folder holds no log: it was given up for that of another generation, which has other commands under these
   * numbers, or its log is lost.
   */
  forget(): void {
    const { numbers } = this;
    numbers.fill(0, bootAt + 1);
    this.#seal();
  }

  /** The next generation begins without this command, also where processes die on others on the way to it. */
  leaveOut(seq: number): void {
    const { numbers } = this;
    if (this.isLeftOut(seq)) return;
    numbers.copyWithin(leftOutFrom + 1, leftOutFrom, leftOutTo - 1);
    numbers[leftOutFrom] = seq;
    this.#seal();
  }

  isLeftOut(seq: number): boolean {
    return this.numbers.subarray(leftOutFrom, leftOutTo).includes(seq);
  }

  /** The snapshot at `index` is about to be loaded. */
  loading(index: number): void {
    this.numbers[loadingAt] = index;
    this.#seal();
  }

  /** It was loaded, or refused by a process that goes on or ends with a reason. */
  loaded(): void {
    const { numbers } = this;
    if (numbers[loadDiedOnAt] === numbers[loadingAt]) numbers.fill(0, loadDiedOnAt, loadDeathsAt + 1);
    numbers[loadingAt] = 0;
    this.#seal();
  }

  #applied(lastSeq: number): void {
    const { numbers } = this;
    if (lastSeq <= numbers[appliedAt]!) return;
    numbers[appliedAt] = lastSeq;
    numbers[appliedTwinAt] = lastSeq;
  }

  #forgetApplied(): void {
    const { numbers } = this;
    numbers[appliedAt] = 0;
    numbers[appliedTwinAt] = 0;
    numbers[isWholeAt] = 0;
  }

  #passed(lastSeq: number): void {
    const { numbers } = this;
    const suspect = numbers[suspectAt]!;
    const isPast = suspect !== 0 && lastSeq >= suspect;
    if (!isPast && lastSeq < numbers[diedOnAt]!) return;
    if (isPast) numbers[suspectAt] = 0;
    if (lastSeq >= numbers[diedOnAt]!) {
      // A process that was ended on its way to the suspect has died on an earlier command: the suspect still counts.
      numbers[diedOnAt] = numbers[suspectAt]!;
      numbers[deathsAt] = 0;
    }
    this.#seal();
  }

  #seal(): void {
    this.numbers[checksumAt] = checksumOf(this.numbers);
  }

  #diedLoading(index: number): void {
    const { numbers } = this;
    numbers[loadDeathsAt] = (numbers[loadDiedOnAt] === index ? numbers[loadDeathsAt]! : 0) + 1;
    numbers[loadDiedOnAt] = index;
    numbers[loadingAt] = 0;
  }
}

/** The snapshot that ends each process which loads it, as the mark in the folder says; 0 is none. */
export function poisonedSnapshot(storage: Storage): number {
  const numbers = pageIn(storage);
  if (!isOf(numbers, bootOf(storage))) return 0;
  return numbers[loadDeathsAt]! >= deathsToBeCertain ? numbers[loadDiedOnAt]! : 0;
}

/** The page of the replica whose folder this is. */
export function pageIn(storage: Storage): Float64Array {
  return pageOf(storage.openRegion(markName));
}

/** A process that stands still in a command is about to be ended: notes in its page that the command is the cause. */
export function noteHang(page: Float64Array, isCertain: boolean): void {
  page[isCertainAt] = isCertain ? 1 : 0;
}

function isOf(numbers: Float64Array, boot: number): boolean {
  const isOfBoot = numbers[magicAt] === magic && numbers[bootAt] === boot;
  return isOfBoot && numbers[checksumAt] === checksumOf(numbers);
}

function checksumOf(numbers: Float64Array): number {
  const slow = numbers.slice(0, leftOutTo);
  slow.fill(0, applyingAt, isCertainAt + 1);
  for (const at of [appliedAt, appliedTwinAt, checksumAt]) slow[at] = 0;
  return crc32(new Uint8Array(slow.buffer), 0, slow.byteLength);
}

function isWhole({ bytes }: Region): boolean {
  return bytes.length === fileBytes;
}

/** A new page of the disk; undefined where it gives none. */
function newPage(storage: Storage): Region | undefined {
  const region = storage.createRegion(markName, fileBytes);
  return region !== undefined && isWhole(region) ? region : undefined;
}

function pageOf(region: Region | undefined): Float64Array {
  if (region === undefined || !isWhole(region)) return new Float64Array(fileBytes / 8);
  return new Float64Array(region.bytes.buffer, region.bytes.byteOffset, fileBytes / 8);
}

function bootOf({ bootId }: Storage): number {
  const bytes = new TextEncoder().encode(bootId);
  return crc32(bytes, 0, bytes.length);
}
