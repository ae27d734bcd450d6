/** Fuzzes message files of LOBSTER. */
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { readLobster } from './lobster.ts';
import { readFlow } from './testing/flow-files.ts';

async function run(random: Random): Promise<void> {
  const lines: string[] = [];
  const rows: string[] = [];
  const levels = random.between(1, 3);
  for (let n = random.below(12); n > 0; n--) {
    lines.push(line(random));
    rows.push(row(random, levels));
  }
  const book = random.chance(0.5) ? Buffer.from(rows.join('\n')) : undefined;
  const good = await readFlow(random, readLobster, Buffer.from(lines.join('\n')), book);
  if (good.failure !== undefined) throw new Error(`a good file is refused: ${good.failure}`);
  const bytes = Buffer.from(mutatedText(random, lines.join(random.pick(['\n', '\r\n']))));
  const spoiledBook = book && (random.chance(0.5) ? mutated(random, book) : book);
  await readFlow(random, readLobster, random.chance(0.3) ? mutated(random, bytes) : bytes, spoiledBook);
  if (random.chance(0.1)) await readFlow(random, readLobster, noise(random, 400));
}

/** Few orders and few prices, so that messages meet. */
function line(random: Random): string {
  const time = `34200.${random.below(1_000_000_000)}`;
  const type = random.between(1, 7);
  const isHalt = type === 7;
  const price = isHalt ? random.pick([-1, 0, 1]) : priceOf(random);
  const direction = isHalt ? -1 : random.pick([1, -1]);
  const orderId = type > 5 ? random.pick([0, -1]) : random.below(6);
  return [time, type, orderId, isHalt ? 0 : random.below(1_000), price, direction].join();
}

function priceOf(random: Random): number {
  return random.chance(0.05) ? random.next() : 10_000 + 100 * random.below(8);
}

/** A state of the book, sides in order; the last levels may not exist. */
function row(random: Random, levels: number): string {
  const asks = sorted(random, levels).map((price) => [price, random.below(1_000)]);
  const bids = sorted(random, levels).map((price) => [price, random.below(1_000)]);
  const none = random.below(levels + 1);
  for (let n = levels - none; n < levels; n++) asks[n] = [9_999_999_999, 0];
  return asks.flatMap((ask, n) => [...ask, ...bids.at(-1 - n)!]).join();
}

function sorted(random: Random, levels: number): number[] {
  return Array.from({ length: levels }, () => priceOf(random)).sort((one, other) => one - other);
}

export const lobsterFuzzer: Fuzzer = {
  name: 'replay-lobster',
  property: 'A file gives actions that the exchange can be sent, or a failure that names its line.',
  casesInTests: 400,
  run,
};
