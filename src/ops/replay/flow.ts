/**
 * Real order flow as the exchange takes it: what the files of different venues have in common. A format turns the bytes
 * of a file into these actions, in the order of the file.
 */
import { Failure } from '../failure.ts';

/** An instrument that the flow trades. Prices and quantities of its actions are decimal text in its units. */
export interface FlowInstrument {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

/** A new order. */
export interface FlowOrder {
  readonly kind: 'place';
  readonly instrumentId: number;
  readonly orderId: string;
  readonly side: 'buy' | 'sell';
  /** Undefined in a market order. */
  readonly price: string | undefined;
  readonly quantity: string;
  /**
   * The file shows an execution but not the order that caused it: this order takes it and leaves nothing. The id is
   * that of the resting order which the file names.
   */
  readonly takes: string | undefined;
}

/** What a file tells that is no command. Each is counted. */
export const flowNotes = [
  /** An order that stood in the book before the first message; it is placed. */
  'stoodBefore',
  /** Quantity that the book file shows and no message explains, of levels that were cut off; it is placed. */
  'cameIntoView',
  /** An order that must have left while its level was cut off; it is cancelled. */
  'leftUnseen',
  /** An execution of an order that the file never showed, and that cannot be found in the book; nothing is sent. */
  'unseenExecutions',
  /** A cancellation, reduction or replacement of such an order; nothing is sent. */
  'unseenCancels',
  /** An execution of a hidden order. */
  'hiddenExecutions',
  /** A cross, such as an auction. */
  'crosses',
  /** A halt of trading, or its end. */
  'halts',
] as const;
export type FlowNote = (typeof flowNotes)[number];

/** One thing that happened at the venue. Orders are named by the id that the file gives them. */
export type FlowAction =
  | { readonly kind: 'instrument'; readonly instrument: FlowInstrument }
  | FlowOrder
  | { readonly kind: 'cancel'; readonly orderId: string }
  /** Takes `quantity` off what is open, keeping priority. */
  | {
      readonly kind: 'reduce';
      readonly instrumentId: number;
      readonly orderId: string;
      readonly quantity: string;
    }
  | { readonly kind: 'note'; readonly note: FlowNote }
  /** The file does not end as its format ends, or its parts do not fit; a sentence for the summary. */
  | { readonly kind: 'remark'; readonly text: string };

/** A second file of the flow: the states of the book, one for each message. */
export interface BookFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly name: string;
}

/** Reads one venue's files. */
export type FlowFormat = (
  file: AsyncIterable<Uint8Array>,
  name: string,
  book?: BookFile,
) => AsyncGenerator<FlowAction>;

/** One line of a text file, without its end. */
export interface TextLine {
  readonly text: string;
  readonly number: number;
  /** No line feed ends it: it is the last one, and may be torn. */
  readonly isUnended: boolean;
}

const lineCharsMax = 65_536;

/** The lines of a text file; empty lines are left out. */
export async function* linesOf(
  file: AsyncIterable<Uint8Array>,
  name: string,
  format: string,
): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  for await (const chunk of file) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      const text = line.trimEnd();
      if (text !== '') yield { text, number, isUnended: false };
    }
    if (rest.length > lineCharsMax) {
      throw malformed(name, `line ${number + 1}`, `it is longer than ${lineCharsMax} characters`, format);
    }
  }
  // A character that is cut off at the end is damage, not the end of the line.
  rest += decoder.decode();
  const text = rest.trimEnd();
  if (text !== '') yield { text, number: number + 1, isUnended: true };
}

/** A file is not what it was said to be, or cannot be read any further. */
export class FlowFailure extends Failure {}

/** The failure of a file that is not what it was said to be. */
export function malformed(name: string, where: string, what: string, format: string): FlowFailure {
  return new FlowFailure(`${name}, ${where}: ${what}. This is not a file of the format "${format}".`);
}

/** The failure of a line that cannot be read. */
export function unreadable(name: string, { text, number }: TextLine, format: string): FlowFailure {
  const shown = text.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?');
  return malformed(name, `line ${number}`, `"${shown}" cannot be read`, format);
}

/**
 * Whether a line that cannot be read may be the beginning of a good one, because its file was cut: it has fewer
 * columns, or its last one is the beginning of one of `lastWords`.
 */
export function isTorn(
  { text, isUnended }: TextLine,
  columns: number,
  lastWords: readonly string[],
): boolean {
  if (!isUnended || !/^[\w.,-]*$/.test(text)) return false;
  const fields = text.split(',');
  const last = fields.at(-1)!;
  const isWordCut = lastWords.some((word) => word !== last && word.startsWith(last));
  return fields.length < columns || (fields.length === columns && isWordCut);
}

/** What is said of a torn line. */
export function tornRemark(name: string, { number }: TextLine): FlowAction {
  return { kind: 'remark', text: `${name} is cut within line ${number}: that line is left out.` };
}

/** The times of a file: where they run backwards, its parts were joined or sorted in another order. */
export class FileTimes {
  readonly #unit: 'line' | 'byte';
  #last = 0;
  #backwards = 0;
  #first = 0;

  /** @param unit what a place in the file counts */
  constructor(unit: 'line' | 'byte') {
    this.#unit = unit;
  }

  /** The time of the next message, and where it is. */
  take(time: number, place: number): void {
    if (time < this.#last && ++this.#backwards === 1) this.#first = place;
    this.#last = time;
  }

  /** What is said of them at the end of the file. */
  *remarks(name: string): Generator<FlowAction> {
    if (this.#backwards === 0) return;
    const times = this.#backwards === 1 ? 'once' : `${this.#backwards} times, first`;
    const text = `${name}: the time runs backwards ${times} in ${this.#unit} ${this.#first}; messages are taken in the order of the file.`;
    yield { kind: 'remark', text };
  }
}

/** A count of 10^-decimals as decimal text. */
export function scaled(digits: string, decimals: number): string {
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}
