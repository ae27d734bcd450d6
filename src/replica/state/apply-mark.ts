/**
 * Which command is being applied, where a crash leaves it: a mapped page that outlives the process. What must stay
 * true: the number of a command stands here before the command is applied, and is cleared only after its frame was.
 * Nothing is flushed: a machine that loses its power forgets the mark.
 */
import { crc32 } from '../../std/crc32.ts';
import type { Region, Storage } from '../ports.ts';

const fileName = 'applying.mark';
const fileBytes = 4_096;
const magic = 0x4c_4b_41_4d;

/** Places in the page, which holds numbers of 64 bits. */
const magicAt = 0;
const bootAt = 1;
const deathsAt = 2;
/** The place of the command in work: the state machine writes it before it applies one; 0 is none. */
export const applyingAt = 3;

/** The command that a process applied when it died, and how many have died on it in a row. */
export interface Death {
  readonly seq: number;
  readonly deaths: number;
}

export class ApplyMark {
  /** The page. */
  readonly numbers: Float64Array;
  /** Undefined where the process before did not die in a command, as far as is known. */
  readonly death: Death | undefined;

  private constructor(numbers: Float64Array, boot: number) {
    this.numbers = numbers;
    if (numbers[magicAt] !== magic || numbers[bootAt] !== boot) numbers.fill(0);
    numbers[magicAt] = magic;
    numbers[bootAt] = boot;
    const seq = numbers[applyingAt]!;
    if (seq === 0) return;
    numbers[deathsAt] = numbers[deathsAt]! + 1;
    this.death = { seq, deaths: numbers[deathsAt] };
  }

  /** Where the disk gives no page, the mark is in memory: then nothing is known of a death. */
  static open(storage: Storage): ApplyMark {
    const region = storage.openRegion(fileName) ?? storage.createRegion(fileName, fileBytes);
    return new ApplyMark(pageOf(region), checksumOf(storage.bootId));
  }

  /** The frame whose commands were marked is applied. @hot */
  done(): void {
    this.numbers[applyingAt] = 0;
    if (this.numbers[deathsAt] !== 0) this.numbers[deathsAt] = 0;
  }
}

function pageOf(region: Region | undefined): Float64Array {
  const isWhole = region !== undefined && region.bytes.length === fileBytes;
  if (!isWhole) return new Float64Array(fileBytes / 8);
  return new Float64Array(region.bytes.buffer, region.bytes.byteOffset, fileBytes / 8);
}

function checksumOf(text: string): number {
  const bytes = new TextEncoder().encode(text);
  return crc32(bytes, 0, bytes.length);
}
