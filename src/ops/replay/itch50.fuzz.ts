/** Fuzzes files of Nasdaq TotalView-ITCH 5.0. */
import type { Random } from '../../std/random.ts';
import { type Fuzzer, joined, mutated, noise } from '../../std/testing/fuzzing.ts';
import { readItch50 } from './itch50.ts';
import { readFlow } from './testing/flow-files.ts';

/** Bytes of the messages that are read, and of two that are not. */
const messages: readonly (readonly [type: string, bytes: number])[] = [
  ['R', 39],
  ['A', 36],
  ['F', 40],
  ['E', 31],
  ['C', 36],
  ['X', 23],
  ['D', 19],
  ['U', 35],
  ['S', 12],
  ['P', 44],
];

async function run(random: Random): Promise<void> {
  let file: Uint8Array = new Uint8Array(0);
  for (let n = random.below(20); n > 0; n--) file = joined(file, message(random));
  if (random.chance(0.5)) file = joined(file, endOfMessages(random));
  const good = await readFlow(random, readItch50, file);
  if (good.failure !== undefined) throw new Error(`a good file is refused: ${good.failure}`);
  await readFlow(random, readItch50, random.chance(0.9) ? mutated(random, file) : noise(random, 400));
}

function message(random: Random): Uint8Array {
  const [type, length] = random.pick(messages);
  const bytes = new Uint8Array(2 + length);
  const view = new DataView(bytes.buffer);
  for (let at = 3; at < bytes.length; at++) bytes[at] = random.below(256);
  view.setUint16(0, length);
  bytes[2] = type.charCodeAt(0);
  if (type === 'S') bytes[13] = 'O'.charCodeAt(0);
  if (length < 19) return bytes;
  // Few stocks and few orders, so that messages meet.
  view.setUint16(3, random.below(3));
  if (random.chance(0.95)) view.setBigUint64(13, BigInt(random.below(8)));
  if (type === 'U') view.setBigUint64(21, BigInt(random.below(8)));
  return bytes;
}

/** The system event, the mark of the file, or both. */
function endOfMessages(random: Random): Uint8Array {
  const event = new Uint8Array(14);
  event[1] = 12;
  event[2] = 'S'.charCodeAt(0);
  event[13] = 'C'.charCodeAt(0);
  const mark = new Uint8Array(2);
  return random.pick([event, mark, joined(event, mark)]);
}

export const itch50Fuzzer: Fuzzer = {
  name: 'replay-itch50',
  property: 'A file gives actions that the exchange can be sent, or a failure that names its byte.',
  casesInTests: 400,
  run,
};
