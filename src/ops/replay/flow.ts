/**
 * Real order flow as the exchange takes it: what the files of different venues have in common, and how a file is opened.
 * A format turns the bytes of a file into these actions, in the order of the file.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf } from '../failure.ts';

/** An instrument that the flow trades. Prices and quantities of its actions are decimal text in its units. */
export interface FlowInstrument {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

/** One thing that a member of the venue did. Orders are named by the id that the file gives them. */
export type FlowAction =
  | { readonly kind: 'instrument'; readonly instrument: FlowInstrument }
  | {
      readonly kind: 'place';
      readonly instrumentId: number;
      readonly orderId: string;
      readonly side: 'buy' | 'sell';
      readonly price: string;
      readonly quantity: string;
      /** The file shows an execution but not the order that caused it: an order that takes it and leaves nothing. */
      readonly takesOnly: boolean;
    }
  | { readonly kind: 'cancel'; readonly orderId: string }
  /** Takes `quantity` off what is open, keeping priority. */
  | {
      readonly kind: 'reduce';
      readonly instrumentId: number;
      readonly orderId: string;
      readonly quantity: string;
    };

/** Reads one venue's files. `progress` of the file is counted by the caller. */
export type FlowFormat = (file: AsyncIterable<Uint8Array>, name: string) => AsyncGenerator<FlowAction>;

/** The bytes of a file, unpacked when its name ends in .gz; `onRead` hears how many bytes of the file were read. */
export async function* openFlowFile(
  path: string,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path);
  source.on('data', (chunk) => onRead(chunk.length));
  const stream = path.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new Failure(
      `${path} cannot be read: ${messageOf(error)}. Give the path of a file, plain or packed with gzip.`,
    );
  }
}

/** The lines of a text file, without their ends; empty lines are left out. */
export async function* linesOf(
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ text: string; number: number }> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  for await (const chunk of file) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharsMax)
      throw new Failure(`Line ${number + 1} is longer than ${lineCharsMax} characters.`);
    for (const line of lines) {
      number += 1;
      const text = line.trimEnd();
      if (text !== '') yield { text, number };
    }
  }
  // A character that is cut off at the end is damage, not the end of the line.
  rest += decoder.decode();
  if (rest.trimEnd() !== '') yield { text: rest.trimEnd(), number: number + 1 };
}

const lineCharsMax = 65_536;

/** The failure of a file that is not what it was said to be. */
export function malformed(name: string, where: string, what: string, format: string): Failure {
  return new Failure(`${name}, ${where}: ${what}. This is not a file of the format "${format}".`);
}

/** A count of 10^-decimals as decimal text. */
export function scaled(digits: string, decimals: number): string {
  if (decimals === 0) return digits;
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}
