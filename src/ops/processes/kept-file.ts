/**
 * A file that a process keeps beside its duty, and that a full disk may refuse: it is replaced as a whole or not at
 * all, and a refusal is said once until it is over.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { fileMode } from '../../io/disk/private-files.ts';
import { messageOf } from '../failure.ts';

const bytesMax = 33_554_432;

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

  /** What an earlier life of the process wrote; undefined where there is no file. A spoiled one is said and left. */
  load<T>(isGood: (json: unknown) => json is T): T | undefined {
    if (!existsSync(this.#file)) return undefined;
    try {
      const { size } = statSync(this.#file);
      if (size > bytesMax) throw new Error(`it has ${size} bytes, and ${bytesMax} are allowed`);
      const json: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      if (isGood(json)) return json;
      throw new Error('it holds something else');
    } catch (error) {
      this.#warn(
        `${this.#file} is damaged, so that ${this.#what} is not known from before: ${messageOf(error)}`,
      );
      return undefined;
    }
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
