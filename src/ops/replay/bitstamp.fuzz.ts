/** Fuzzes files of Bitstamp's order events. */
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { readBitstamp } from './bitstamp.ts';
import { readFlow } from './testing/flow-files.ts';

const columns = 'id,timestamp,exchange.timestamp,price,volume,action,direction';

async function run(random: Random): Promise<void> {
  const lines = [columns];
  for (let n = random.below(12); n > 0; n--) lines.push(line(random));
  const good = await readFlow(random, readBitstamp, Buffer.from(lines.join('\n')));
  if (good.failure !== undefined) throw new Error(`a good file is refused: ${good.failure}`);
  const spoiledText = mutatedText(random, lines.join(random.pick(['\n', '\r\n'])));
  const bytes = Buffer.from(spoiledText);
  await readFlow(random, readBitstamp, random.chance(0.3) ? mutated(random, bytes) : bytes);
  if (random.chance(0.1)) await readFlow(random, readBitstamp, noise(random, 400));
}

function line(random: Random): string {
  const id = random.below(50);
  const action = random.pick(['created', 'deleted', 'changed']);
  const price = `${random.below(1_000)}.${random.below(100)}`;
  const volume = random.chance(0.3) ? 0 : random.next();
  return [
    id,
    1_430_439_021_000,
    1_430_439_021_000,
    price,
    volume,
    action,
    random.pick(['bid', 'ask']),
  ].join();
}

export const bitstampFuzzer: Fuzzer = {
  name: 'replay-bitstamp',
  property: 'A file gives actions that the exchange can be sent, or a failure that names its line.',
  casesInTests: 400,
  run,
};
