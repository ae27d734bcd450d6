/** Fuzzes what readers of streams send: messages that are nearly right, in any order. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText } from '../../std/testing/fuzzing-text.ts';
import { refusals } from '../admission/refusals.ts';
import { assertIsError, FuzzingDesk } from '../testing/fuzzing-desk.ts';
import type { StreamLogin } from '../testing/stream-login.ts';
import { streamMessages } from './manual.ts';
import { streamRefusals } from './refusals.ts';

const topics = { book: ['BTC-USD', 'ETH-USD'], trades: ['BTC-USD'], executions: true, cluster: true };
const streamErrors: Readonly<Record<string, object>> = { ...refusals, ...streamRefusals };
const kinds = Object.keys(streamMessages);

let opened: Promise<FuzzingDesk> | undefined;

async function run(random: Random): Promise<void> {
  opened ??= FuzzingDesk.open();
  const desk = await opened;
  const length = random.between(1, 8);
  const answers = await desk.stream((login) => Array.from({ length }, () => message(random, login)));
  // A message is answered part by part, and brings a book for each symbol, the leadership and the end of a replay.
  assert.ok(answers.length <= length * 9, `${answers.length} answers to ${length} messages`);
  for (const answer of answers) {
    const { type } = answer as { readonly type?: unknown };
    assert.ok(kinds.includes(String(type)), `an answer has a known type: ${JSON.stringify(answer)}`);
    if (type === 'error') assertIsError(answer, streamErrors);
  }
}

function message(random: Random, auth: StreamLogin): { readonly data: Buffer; readonly isBinary: boolean } {
  const good = random.pick([
    { subscribe: topics },
    { unsubscribe: topics },
    { id: random.next(), ping: 1, subscribe: { executions: true, fromSeq: random.below(200), afterN: 1 } },
    { auth },
    { challenge: 1, subscribe: { modes: true } },
    { id: 'a', auth: { ...auth, challenge: 'another' } },
    { auth, subscribe: topics, unsubscribe: { book: ['ETH-USD'] } },
    { subscribe: { book: Array.from({ length: random.below(300) }, (_, n) => `S${n}`) } },
    {},
  ]);
  const json = JSON.stringify(random.chance(0.5) ? good : mutatedJson(random, good)) ?? '';
  const bytes = Buffer.from(random.chance(0.1) ? mutatedText(random, json) : json);
  const isSpoiled = random.chance(0.1);
  const data = isSpoiled
    ? Buffer.from(random.chance(0.8) ? mutated(random, bytes) : noise(random, 20_000))
    : bytes;
  return { data, isBinary: random.chance(0.02) };
}

export const streamMessageFuzzer: Fuzzer = {
  name: 'gateway-stream',
  property:
    'Any message has answers of known types, errors of the table among them, and leaves nothing behind.',
  casesInTests: 200,
  run,
  close: async () => {
    await (await opened)?.close();
    opened = undefined;
  },
};
