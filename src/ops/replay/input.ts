/** The files of one replay: found, looked at before anything is started, and read. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure, usageFailure } from '../failure.ts';
import { readBitstamp } from './bitstamp.ts';
import type { BookFile, FlowAction, FlowFormat } from './flow.ts';
import { bytesOf, type FlowFile, flowFile } from './flow-file.ts';
import { readItch50 } from './itch50.ts';
import { readLobster } from './lobster.ts';

export const formats: Readonly<Record<string, FlowFormat>> = {
  bitstamp: readBitstamp,
  lobster: readLobster,
  itch50: readItch50,
};
/** Actions at the start of a file that are read before an exchange is started. */
const lookedAtMax = 1_000;

export class ReplayInput {
  readonly file: FlowFile;
  readonly book: FlowFile | undefined;
  readonly #format: string;

  /** @param book file of book states; by default the one beside the message file, where the format has it. */
  constructor(path: string, format: string, book: string | undefined) {
    if (book !== undefined && format !== 'lobster') {
      throw usageFailure(`--book is for files of the format "lobster"; "${format}" has no book file.`);
    }
    this.#format = format;
    this.file = flowFile(path);
    const bookPath = book ?? (format === 'lobster' ? bookFileBeside(path) : undefined);
    this.book = bookPath === undefined ? undefined : flowFile(bookPath);
  }

  /** Reads the beginning; throws a Failure when the file is not what it is said to be, or says nothing. */
  async check(): Promise<void> {
    let found = 0;
    try {
      for await (const { kind } of this.actions()) {
        if (kind !== 'instrument' && kind !== 'remark') found += 1;
        if (found >= lookedAtMax) return;
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw usageFailure(`${error.message} Nothing was started.`);
    }
    if (found === 0) {
      throw usageFailure(
        `${this.file.path} holds no order of the format "${this.#format}". Nothing was started.`,
      );
    }
  }

  /** All actions; `onRead` hears how many bytes of the file were read. */
  actions(onRead?: (bytes: number) => void): AsyncGenerator<FlowAction> {
    const { file, book } = this;
    const bookFile: BookFile | undefined =
      book === undefined ? undefined : { bytes: bytesOf(book), name: book.path };
    return formats[this.#format]!(bytesOf(file, onRead), file.path, bookFile);
  }
}

/** LOBSTER calls its two files X_message_10.csv and X_orderbook_10.csv; each may be packed. */
function bookFileBeside(path: string): string | undefined {
  const name = basename(path).replace('_message_', '_orderbook_');
  if (name === basename(path)) return undefined;
  const other = name.endsWith('.gz') ? name.slice(0, -'.gz'.length) : `${name}.gz`;
  return [name, other].map((each) => join(dirname(path), each)).find((each) => existsSync(each));
}
