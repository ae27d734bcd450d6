/**
 * A core thread that hangs: it stays in one duty cycle although it had the processor time, or it waits in one call of
 * the system and does not come back. What it waited for a processor counts for nothing, so a machine that is starved
 * ends no process.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { applyingAt, isCertainAt, markName } from '../../replica/mark/apply-mark.ts';

/** How often the core is looked at. */
export const lookMs = 50;
/** Shorter than this no bound is, however short the election time-out. */
const boundMsMin = 250;
/** Processor time that one command may take (decision 26): some hundred times what the largest does. */
export const commandMsMax = 1_000;
/** And a long work (std/long-work.ts). */
export const longWorkMsMax = 30_000;
/** A wait in one call of the system may take so many bounds, and one for the disk: others may keep that busy. */
const boundsPerWait = 2;
const boundsPerDiskWait = 5;
const numberBytes = 8;

/** What the system says of a thread. */
export interface ThreadTimes {
  /** Processor time so far. */
  readonly spentMs: number;
  /** How often it was given a processor. */
  readonly turns: number;
  /** It waits in a call of the system, and not for a processor. */
  readonly isBlocked: boolean;
  /** And cannot be interrupted there: it waits for a disk. */
  readonly isAtDisk: boolean;
}

/** What is seen of the core thread at one moment. */
export interface CoreSample {
  readonly atMs: number;
  /** Duty cycles so far; 0: it still reads its journal. */
  readonly cycles: number;
  /** The command in work; 0 is none. */
  readonly seq: number;
  readonly longWork: { readonly isUnderWay: boolean; readonly begun: number };
  readonly thread: ThreadTimes;
}

export interface Hang {
  /** `spins`: it spends processor time; `waits`: in a call of the system. */
  readonly kind: 'spins' | 'waits';
  readonly ms: number;
  /** The command in work; 0 is none. */
  readonly seq: number;
}

export class HangWatch {
  readonly #boundMs: number;
  #first: CoreSample | undefined;
  #last: CoreSample | undefined;
  #waitedMs = 0;

  /** A cycle takes no longer than an election. */
  constructor(electionTimeoutMs: number) {
    this.#boundMs = Math.max(electionTimeoutMs, boundMsMin);
  }

  /** How the core hangs, as the samples show; undefined where it does not. */
  sample(now: CoreSample): Hang | undefined {
    const first = this.#first;
    const last = this.#last;
    this.#last = now;
    if (first === undefined || last === undefined || now.cycles === 0 || !isSameWork(first, now)) {
      this.#first = now;
      this.#waitedMs = 0;
      return undefined;
    }
    const isOneWait = last.thread.isBlocked && now.thread.isBlocked && last.thread.turns === now.thread.turns;
    // A longer time between two looks was a pause of this process.
    this.#waitedMs = isOneWait ? this.#waitedMs + Math.min(now.atMs - last.atMs, 2 * lookMs) : 0;
    const spentMs = now.thread.spentMs - first.thread.spentMs;
    const { seq } = now;
    const boundMs = this.#boundOf(now);
    if (spentMs >= boundMs) return { kind: 'spins', ms: spentMs, seq };
    const waitMs = boundMs * (now.thread.isAtDisk ? boundsPerDiskWait : boundsPerWait);
    return this.#waitedMs >= waitMs ? { kind: 'waits', ms: this.#waitedMs, seq } : undefined;
  }

  #boundOf({ longWork, seq }: CoreSample): number {
    if (longWork.isUnderWay) return longWorkMsMax;
    return seq === 0 ? this.#boundMs : commandMsMax;
  }
}

function isSameWork(one: CoreSample, other: CoreSample): boolean {
  const isSameLongWork =
    one.longWork.begun === other.longWork.begun && one.longWork.isUnderWay === other.longWork.isUnderWay;
  return one.cycles === other.cycles && one.seq === other.seq && isSameLongWork;
}

/** The page of a replica's folder where its core thread says which command it applies. */
export class MarkPage {
  readonly #path: string;
  readonly #seq = new Float64Array(1);
  /** Kept open: a path on a disk that stands still may not be found again. */
  #file: number | undefined;

  constructor(replicaFolder: string) {
    this.#path = join(replicaFolder, markName);
  }

  /** The command in work; 0: none, or there is no page. */
  applying(): number {
    try {
      this.#file ??= openSync(this.#path, 'r');
      readSync(this.#file, this.#seq, 0, numberBytes, applyingAt * numberBytes);
      return this.#seq[0]!;
    } catch {
      return 0;
    }
  }

  /** The command in work is what the process ends of. Without the page it counts as a death without a cause. */
  noteHang(): void {
    try {
      const file = openSync(this.#path, 'r+');
      writeSync(file, Float64Array.of(1), 0, numberBytes, isCertainAt * numberBytes);
      closeSync(file);
    } catch {
      // The process ends all the same.
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Of a thread of this process; all 0 where the system does not say. */
export function threadTimes(threadId: number): ThreadTimes {
  try {
    const folder = `/proc/self/task/${threadId}`;
    const [spentNs = '', , turns = ''] = readFileSync(`${folder}/schedstat`, 'utf8').trim().split(' ');
    const stat = readFileSync(`${folder}/stat`, 'utf8');
    // Its name is before the state, in brackets, and may hold some itself.
    const state = stat[stat.lastIndexOf(')') + 2] ?? '';
    const isAtDisk = state === 'D';
    const isBlocked = isAtDisk || state === 'S';
    return { spentMs: Number(spentNs) / 1e6, turns: Number(turns), isBlocked, isAtDisk };
  } catch {
    return { spentMs: 0, turns: 0, isBlocked: false, isAtDisk: false };
  }
}
