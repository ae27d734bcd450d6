/**
 * Copies of the replicas' journal segments, each as it was last, so that checkers find in them what snapshots have cut
 * off. A journal reaches back to the snapshot before the newest one: a segment is full long before it is dropped.
 */
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { segmentNumber } from '../../journal/segment.ts';
import type { JournalPlace } from './agent-orders.ts';

const lookMs = 1_000;

export class KeptSegments {
  readonly #folder: string;
  readonly #places: () => readonly JournalPlace[];
  /** When each was changed last before it was copied. */
  readonly #changedMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  /** Copies go into `folder`, which goes away with the run. */
  constructor(folder: string, places: () => readonly JournalPlace[]) {
    this.#folder = folder;
    this.#places = places;
  }

  /** Of one replica. */
  folderOf(id: number): string {
    return join(this.#folder, `${id}`);
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), lookMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Copies what has changed since the last look. */
  look(): void {
    for (const { id, folder } of this.#places()) {
      try {
        const names = readdirSync(folder).filter((name) => segmentNumber(name) !== undefined);
        if (names.length > 0) mkdirSync(this.folderOf(id), { recursive: true });
        for (const name of names) this.#copy(join(folder, name), join(this.folderOf(id), name));
      } catch {
        // A machine without power, or from which a replica was just removed: the next look sees what is there then.
      }
    }
  }

  #copy(from: string, to: string): void {
    const { mtimeMs } = statSync(from);
    if (this.#changedMs.get(to) === mtimeMs) return;
    copyFileSync(from, to);
    this.#changedMs.set(to, mtimeMs);
  }
}
