/**
 * The file that says what was shipped to a target, written beside the shipping: no shipment waits for its flush. One
 * that is older than the target is no harm, as what the target has beyond it is read there at the next start.
 */
import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LedgerFile } from '../../backup/ledger.ts';
import { fileMode } from '../../io/disk/private-files.ts';

/** Of the backup of a data folder, for one of its targets. */
export function ledgerPath(dataFolder: string, target: string): string {
  return join(dataFolder, 'backup', `${target}.json`);
}

export class LedgerWriter implements LedgerFile {
  readonly place: string;
  /** What is to be written next, where one write is under way. */
  #next: string | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(path: string) {
    this.place = path;
  }

  load(): string | undefined {
    return existsSync(this.place) ? readFileSync(this.place, 'utf8') : undefined;
  }

  /** Throws what the write before this one failed with. */
  save(text: string): void {
    this.#next = text;
    this.#writing ??= this.#writeAll();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Once all of it is on the disk, or could not be written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let text = this.#next; text !== undefined; text = this.#next) {
      this.#next = undefined;
      try {
        await this.#write(text);
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#writing = undefined;
  }

  /** Whole or not at all. */
  async #write(text: string): Promise<void> {
    const aside = `${this.place}.${process.pid}`;
    const file = await open(aside, 'w', fileMode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, this.place);
    const folder = await open(dirname(this.place), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
