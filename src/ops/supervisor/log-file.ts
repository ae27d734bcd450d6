/**
 * A log file with a bound: when it is full it becomes `<name>.1`, over the one before. A full disk never stops a
 * caller.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { fileMode } from '../../io/disk/private-files.ts';

export class LogFile {
  readonly #path: string;
  readonly #bytesMax: number;
  #file: number | undefined;
  #bytes = 0;
  #lost = 0;

  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    try {
      if (this.#bytes + bytes.length > this.#bytesMax) this.#turn();
      this.#file ??= this.#open();
      writeSync(this.#file, bytes);
      this.#bytes += bytes.length;
    } catch {
      this.#lost++;
    }
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    const file = openSync(this.#path, 'a', fileMode);
    this.#bytes = fstatSync(file).size;
    return file;
  }

  #turn(): void {
    this.close();
    this.#bytes = 0;
    renameSync(this.#path, `${this.#path}.1`);
  }
}
