/**
 * A target behind a time-out and a breaker: a store that hangs or fails holds its own backup up and nothing else, and
 * is left in peace until it may have recovered.
 */

import { bytesPerMegabyte } from '../../std/units.ts';
import { type NamedBytes, type StoredObject, TakenError, type Target } from './target.ts';

/** The breaker of a target. */
export interface TargetGuard {
  /** Longest wait for an answer, and beside it for each megabyte. */
  readonly waitMs: number;
  readonly waitMsPerMegabyte: number;
  /** Makes a call, gives up one that takes longer, and makes none while the target rests. */
  run<T>(withinMs: number, call: () => Promise<T>): Promise<T>;
}

export class GuardedTarget implements Target {
  readonly place: string;
  readonly #target: Target;
  readonly #guard: TargetGuard;

  constructor(target: Target, guard: TargetGuard) {
    this.#target = target;
    this.#guard = guard;
    this.place = target.place;
  }

  disk(): Promise<string> {
    return this.#ask(0, () => this.#target.disk());
  }

  list(prefix: string, after = ''): Promise<StoredObject[]> {
    return this.#ask(0, () => this.#target.list(prefix, after));
  }

  folders(prefix: string): Promise<string[]> {
    return this.#ask(0, () => this.#target.folders(prefix));
  }

  get(name: string, bytes = 0): Promise<Uint8Array | undefined> {
    return this.#ask(bytes, () => this.#target.get(name, bytes));
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask(bytes.length, () => this.#target.put(name, bytes));
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask(bytes.length, () => this.#target.replace(name, bytes));
  }

  async putWithNote(object: NamedBytes, note: NamedBytes): Promise<void> {
    const { length } = object.bytes;
    await this.#ask(length + note.bytes.length, () => this.#target.putWithNote(object, note));
  }

  async remove(name: string): Promise<void> {
    await this.#ask(0, () => this.#target.remove(name));
  }

  async #ask<T>(bytes: number, act: () => Promise<T>): Promise<T> {
    const { waitMs, waitMsPerMegabyte } = this.#guard;
    const withinMs = waitMs + Math.ceil(bytes / bytesPerMegabyte) * waitMsPerMegabyte;
    // That a name is taken is an answer, and no failure of the target.
    let taken: TakenError | undefined;
    const result = await this.#guard.run(withinMs, async () => {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof TakenError)) throw error;
        taken = error;
        return undefined;
      }
    });
    if (taken !== undefined) throw taken;
    return result as T;
  }
}
