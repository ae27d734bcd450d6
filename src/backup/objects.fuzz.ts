/** Fuzzes what comes back from a target: objects and notes are what was stored, or nothing. */
import { assert, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { backupKey } from './encryption.ts';
import { type HeadNote, parseNote, writeNote } from './notes.ts';
import { decodeObject, encodeObject, type ObjectHead, objectName, readObjectName } from './objects.ts';
import { MemoryTarget } from './testing/memory-target.ts';

const keys = [1, 2].map((byte) => backupKey(new Uint8Array(32).fill(byte)));

async function run(random: Random): Promise<void> {
  const key = random.chance(0.5) ? keys[0] : undefined;
  const head = randomHead(random);
  const content = noise(random, 4_000);
  const compression = random.pick(['zstd', 'none'] as const);
  const { bytes, hash, name } = encodeObject(head, content, { compression, key });
  const label = readObjectName(name);
  assertEqual(label?.number, head.number, 'a name says the number');
  assertEqual(label?.seq, head.nextSeq - 1, 'a name says the last command');
  const again = decodeObject(bytes, key);
  assert(typeof again !== 'string', String(again));
  assert(
    isSameBytes(again.content, content) && isSameBytes(again.hash, hash),
    'an object is read as it was made',
  );
  assertEqual(objectName(again.head), name, 'the head is the one that was written');

  const spoiled = random.chance(0.9) ? mutated(random, bytes) : noise(random, 600);
  const found = decodeObject(spoiled, key);
  if (typeof found !== 'string')
    assert(isSameBytes(spoiled, bytes), 'a changed object is found by its checksums');
  else assert(/^[a-z ].{5,300}$/.test(found), () => `a refusal says why in a sentence: ${found}`);
  const other = decodeObject(bytes, key === undefined ? keys[0] : keys[1]);
  assertEqual(typeof other, 'string', 'nothing is read with another key than it was sealed with');
  await fuzzNote(random, head);
}

async function fuzzNote(random: Random, { number, nextSeq, timeUs, madeUs }: ObjectHead): Promise<void> {
  const key = random.chance(0.5) ? keys[0] : undefined;
  const target = new MemoryTarget();
  const note: HeadNote = { number, hash: 'ab', seq: nextSeq, timeUs, madeUs };
  await writeNote(target, '', 'head', note, key);
  const bytes = target.objects.get('head')!;
  const read = JSON.stringify(parseNote('head', bytes, key));
  assertEqual(read, JSON.stringify(note), 'a note is read as it was made');
  const found = parseNote('head', mutated(random, bytes), key);
  const isSame = typeof found !== 'string' && JSON.stringify(found) === JSON.stringify(note);
  assert(typeof found === 'string' || isSame, 'a changed note is not believed');
}

function randomHead(random: Random): ObjectHead {
  const number = 1 + random.below(1_000_000_000);
  return {
    kind: random.pick(['log', 'snapshot']),
    chain: '20261129T100000Z-0000abcd',
    number,
    previous: new Uint8Array(32).fill(random.below(256)),
    clusterId: random.below(1_000),
    instance: random.next(),
    firstIndex: 1 + random.next(),
    lastIndex: 1 + random.next(),
    term: random.below(1_000),
    nextSeq: 1 + random.next(),
    voids: random.below(3),
    timeUs: random.next(),
    madeUs: random.next(),
  };
}

export const backupObjectFuzzer: Fuzzer = {
  name: 'backup-objects',
  property: 'What a target gives back is what was stored, under the key of that target, or is refused.',
  casesInTests: 500,
  run,
};
