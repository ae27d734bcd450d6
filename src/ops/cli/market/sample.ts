/** `lockstep sample`: a made-up file of order flow, where there is no recorded one. */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { u32Max } from '../../../std/integers.ts';
import { usageFailure } from '../../failure.ts';
import {
  bitstampSample,
  itch50Sample,
  lobsterSample,
  type SampleOptions,
} from '../../replay/sample/files.ts';
import { wholeNumber } from '../command.ts';

const chunkBytes = 65_536;
const ordersUsual = 20_000;
const levelsUsual = 10;
/** Orders that a file of LOBSTER does not show, because it begins with the trading hours. */
const ordersBefore = 500;

/** Options that only files of LOBSTER have a use for. */
const lobsterOptions = ['part', 'levels'];

interface SampleWords {
  readonly format: 'bitstamp' | 'lobster' | 'itch50';
  readonly part: 'message' | 'orderbook';
  readonly orders: number;
  readonly levels: number;
  readonly seed: number;
}

export function registerSample(program: Command): void {
  program
    .command('sample')
    .description('write a made-up file of order flow, the same for the same options, to the standard output')
    .addOption(
      new Option('--format <format>', 'format of the file')
        .choices(['bitstamp', 'lobster', 'itch50'])
        .makeOptionMandatory(),
    )
    .option('--orders <count>', 'orders that it places', wholeNumber(1, 1_000_000_000), ordersUsual)
    .option('--seed <number>', 'another number gives another market', wholeNumber(0, u32Max), 1)
    .addOption(
      new Option('--part <part>', 'lobster: the messages, or the states of the book after them')
        .choices(['message', 'orderbook'])
        .default('message'),
    )
    .option(
      '--levels <count>',
      'lobster: price levels that both parts are cut to',
      wholeNumber(1, 200),
      levelsUsual,
    )
    .action(writeSample);
}

async function writeSample(
  { format, part, orders, levels, seed }: SampleWords,
  command: Command,
): Promise<void> {
  const unread = lobsterOptions.find((name) => command.getOptionValueSource(name) === 'cli');
  if (format !== 'lobster' && unread !== undefined)
    throw usageFailure(`--${unread} is for files of the format "lobster"; "${format}" has no use for it.`);
  const options: SampleOptions = { orders, seed, levels, before: ordersBefore };
  const pieces =
    format === 'lobster'
      ? lobsterSample(part, options)
      : format === 'itch50'
        ? itch50Sample(options)
        : bitstampSample(options);
  try {
    await pipeline(Readable.from(chunks(pieces), { objectMode: false }), process.stdout);
  } catch (error) {
    // The reader, such as `head`, has closed the pipe.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** The pieces in larger ones. */
function* chunks(pieces: Iterable<string | Uint8Array>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    const buffer = Buffer.from(piece as string);
    waiting.push(buffer);
    bytes += buffer.length;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  yield Buffer.concat(waiting);
}
