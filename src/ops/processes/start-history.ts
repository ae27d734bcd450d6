/**
 * When a process was started lately, kept from one life to the next: one that dies again and again does not live long
 * enough to see it otherwise. A restart that was ordered counts too where the process does not take its start back.
 */
import { KeptFile } from './kept-file.ts';

/** So many starts within this are a crash loop. */
const loopStarts = 5;
const loopWindowMs = 300_000;

export class StartHistory {
  readonly #kept: KeptFile;
  readonly #starts: readonly number[];
  #written: Promise<boolean>;

  /** Notes that this process starts. */
  constructor(file: string, warn: (text: string) => void, nowMs: number = Date.now()) {
    this.#kept = new KeptFile(file, 'when this process was started', warn);
    const before = this.#kept.load(areStarts) ?? [];
    const lately = before.filter((startMs) => Math.abs(nowMs - startMs) < loopWindowMs);
    this.#starts = [...lately, nowMs].slice(-loopStarts);
    this.#written = this.#kept.write(JSON.stringify(this.#starts));
  }

  /** Whether it is started again and again. */
  isLoop(nowMs: number): boolean {
    return this.#starts.filter((startMs) => nowMs - startMs < loopWindowMs).length >= loopStarts;
  }

  /** This process ends in good order: its start is part of no loop. */
  async end(): Promise<void> {
    await this.#written;
    this.#written = this.#kept.write(JSON.stringify(this.#starts.slice(0, -1)));
    await this.#written;
  }
}

function areStarts(json: unknown): json is readonly number[] {
  return Array.isArray(json) && json.every((each) => Number.isSafeInteger(each));
}
