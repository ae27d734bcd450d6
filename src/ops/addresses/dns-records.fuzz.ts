/** Fuzzes the text at a name server: it names a writer of this program or none, and adds no line to an update. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { readWriter, updateScript, writerText } from './dns-records.ts';

const numbersMax = 10 ** 15;
const linesOfUpdate = 8;

function run(random: Random): void {
  const writer = { epoch: random.below(numbersMax), term: random.below(numbersMax) };
  const text = writerText(writer);
  assert.deepEqual(readWriter(text), writer, 'a writer is read as it was written');
  const before = random.chance(0.7) ? mutatedText(random, text) : oddText(random);
  const found = readWriter(before);
  if (found === undefined) return;
  assert.ok(Number.isSafeInteger(found.epoch) && Number.isSafeInteger(found.term));
  const script = updateScript({
    name: 'leader.example.com',
    addresses: ['10.90.1.11'],
    server: '10.90.4.40',
    port: 53,
    zone: 'example.com',
    ttlSeconds: 5,
    by: writer,
    before,
  });
  assert.equal(script.trimEnd().split('\n').length, linesOfUpdate + 1, 'a text is no line of an update');
}

export const dnsRecordFuzzer: Fuzzer = {
  name: 'dns-records',
  property: 'Any text at a name server is a writer of this program or none, and adds no line to an update.',
  casesInTests: 2_000,
  run,
};
