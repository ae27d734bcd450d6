/**
 * A command that the core thread does not come back from (decision 26): it stays the one in work while the thread
 * spends processor time on it. A machine that is starved of its processor gives none to spend, and ends nothing.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { applyingAt, isCertainAt, markName } from '../../replica/mark/apply-mark.ts';

/** Processor time that one command may take: a thousand times what the largest does. */
export const commandMsMax = 2_000;
const numberBytes = 8;

/** What is seen of the core thread at one moment. */
export interface CoreSample {
  /** Duty cycles so far. */
  readonly cycles: number;
  /** The command in work; 0 is none. */
  readonly seq: number;
  /** Processor time of the thread so far. */
  readonly spentMs: number;
}

export class HangWatch {
  #first: CoreSample | undefined;

  /** The command that hangs, as the samples show; 0: none does. */
  sample(now: CoreSample): number {
    const first = this.#first;
    const isSame = first !== undefined && first.cycles === now.cycles && first.seq === now.seq;
    if (!isSame) this.#first = now;
    return isSame && now.seq !== 0 && now.spentMs - first.spentMs >= commandMsMax ? now.seq : 0;
  }
}

/** The page of a replica's folder where its core thread says which command it applies. */
export class MarkPage {
  readonly #path: string;

  constructor(replicaFolder: string) {
    this.#path = join(replicaFolder, markName);
  }

  /** The command in work; 0: none, or there is no page. */
  applying(): number {
    const number = new Float64Array(1);
    this.#with('r', (file) => readSync(file, number, 0, numberBytes, applyingAt * numberBytes));
    return number[0]!;
  }

  /** The command in work is what the process ends of. */
  noteHang(): void {
    this.#with('r+', (file) =>
      writeSync(file, Float64Array.of(1), 0, numberBytes, isCertainAt * numberBytes),
    );
  }

  #with(flags: string, use: (file: number) => void): void {
    let file: number | undefined;
    try {
      file = openSync(this.#path, flags);
      use(file);
    } catch {
      // Without the page a hang is ended all the same, and counts as a death without a cause.
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }
}

/** Processor time of a thread of this process; 0 where the system does not say. */
export function threadMs(threadId: number): number {
  try {
    const text = readFileSync(`/proc/self/task/${threadId}/schedstat`, 'utf8');
    return Number(text.split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}
