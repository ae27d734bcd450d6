/** Fuzzes message files of LOBSTER. */
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { readLobster } from './lobster.ts';
import { readFlow } from './testing/flow-files.ts';

async function run(random: Random): Promise<void> {
  const lines: string[] = [];
  for (let n = random.below(12); n > 0; n--) lines.push(line(random));
  const good = await readFlow(random, readLobster, Buffer.from(lines.join('\n')));
  if (good.failure !== undefined) throw new Error(`a good file is refused: ${good.failure}`);
  const bytes = Buffer.from(mutatedText(random, lines.join(random.pick(['\n', '\r\n']))));
  await readFlow(random, readLobster, random.chance(0.3) ? mutated(random, bytes) : bytes);
  if (random.chance(0.1)) await readFlow(random, readLobster, noise(random, 400));
}

function line(random: Random): string {
  const time = `34200.${random.below(1_000_000_000)}`;
  const type = random.between(1, 7);
  const isHalt = type === 7;
  const price = isHalt ? random.pick([-1, 0, 1]) : random.next();
  const direction = isHalt ? -1 : random.pick([1, -1]);
  return [time, type, isHalt ? 0 : random.next(), isHalt ? 0 : random.below(1_000), price, direction].join();
}

export const lobsterFuzzer: Fuzzer = {
  name: 'replay-lobster',
  property: 'A file gives actions that the exchange can be sent, or a failure that names its line.',
  casesInTests: 400,
  run,
};
