/**
 * A file that a process keeps beside its duty, and that a full disk may refuse: it is replaced as a whole or not at
 * all, and a refusal is said once until it is over.
 */
import { rename, writeFile } from 'node:fs/promises';
import { fileMode } from '../../io/disk/private-files.ts';
import { messageOf } from '../failure.ts';

export class KeptFile {
  readonly #file: string;
  /** What is in it, as in `when a leader was known`. */
  readonly #what: string;
  readonly #warn: (text: string) => void;
  #hasFailed = false;

  constructor(file: string, what: string, warn: (text: string) => void) {
    this.#file = file;
    this.#what = what;
    this.#warn = warn;
  }

  /** One after the other. Whether the file has this text now. */
  async write(text: string): Promise<boolean> {
    try {
      await writeFile(`${this.#file}.new`, text, { mode: fileMode });
      await rename(`${this.#file}.new`, this.#file);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#warn(`${this.#what} cannot be written down: ${messageOf(error)}`);
      this.#hasFailed = true;
    }
    return !this.#hasFailed;
  }
}
