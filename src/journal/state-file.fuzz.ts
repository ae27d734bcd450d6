/** Fuzzes the state file: a vote is read as it was saved, or its loss is reported. */
import { assert, assertAbove, assertBelow, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, mutated, noise, overwritten } from '../std/testing/fuzzing.ts';
import { seal } from './sealed-record.ts';
import { type ReplicaState, StateFile } from './state-file.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

const pageBytes = 4096;
/** Bytes of the record in each page. */
const recordBytes = 2240;

function run(random: Random): void {
  const disk = new VirtualDisk();
  const file = StateFile.create(disk, randomState(random));
  assert(file !== undefined, 'there is room');
  for (let n = random.below(3); n > 0; n--) assert(file.save(randomState(random)), 'the disk flushes');
  const before = { text: textOf(file.state), bytes: bytesOf(disk) };
  assert(file.save(randomState(random)), 'the disk flushes');
  const saved = textOf(file.state);
  file.close();
  const good = bytesOf(disk);
  // A save that was interrupted between its two pages.
  const isTorn = random.chance(0.3);
  if (isTorn) good.set(before.bytes.subarray(pageBytes), pageBytes);
  disk.write('state', good);
  assertReads(disk, saved);

  const bytes = spoiled(random, good);
  const isForged = random.chance(0.3) && forge(random, bytes);
  disk.write('state', bytes);
  const opened = StateFile.open(disk);
  if (opened.kind !== 'open') {
    const reason = 'reason' in opened ? opened.reason : 'none';
    assert(opened.kind !== 'none' || bytes.every((byte) => byte === 0), 'only an empty file is no state');
    assertAbove(reason.length, 0, 'a refusal says why, in a few words');
    assertBelow(reason.length, 500, 'a refusal says why, in a few words');
    return;
  }
  const found = textOf(opened.file.state);
  const isSaved = found === saved || (isTorn && found === before.text);
  assert(isForged || isSaved, 'what is read is what was saved');
  if (isForged) return;
  const next = randomState(random);
  assert(opened.file.save(next), 'a state that was read can be followed by another');
  opened.file.close();
  assertReads(disk, textOf(next));
}

/** The values, whatever order they were given in. */
function textOf(state: ReplicaState): string {
  return JSON.stringify(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function bytesOf(disk: VirtualDisk): Uint8Array {
  const bytes = disk.read('state');
  assert(bytes !== undefined, 'the file is there');
  assertEqual(bytes.length, 2 * pageBytes, 'the file has two pages');
  return bytes;
}

function assertReads(disk: VirtualDisk, saved: string): void {
  const opened = StateFile.open(disk);
  assert(opened.kind === 'open', () => `a saved state is read: it is ${opened.kind}`);
  assertEqual(textOf(opened.file.state), saved, 'a saved state is read');
}

function spoiled(random: Random, good: Uint8Array): Uint8Array {
  if (random.chance(0.1)) return noise(random, 2 * pageBytes);
  if (random.chance(0.2)) return mutated(random, good);
  const bytes = good.slice();
  for (const at of [0, pageBytes]) {
    if (random.chance(0.3)) continue;
    bytes.set(overwritten(random, bytes.subarray(at, at + recordBytes)), at);
  }
  return bytes;
}

/** Gives the changed records the checksums that they need to pass. */
function forge(random: Random, bytes: Uint8Array): boolean {
  if (bytes.length < pageBytes + recordBytes) return false;
  const view = new DataView(bytes.buffer);
  for (const at of [0, pageBytes]) {
    if (random.chance(0.7)) seal(bytes, view, at, recordBytes);
  }
  return true;
}

function randomState(random: Random): ReplicaState {
  return {
    clusterId: random.next(),
    replicaId: random.between(1, 7),
    term: random.next() * random.pick([1, 1_000_000]),
    votedFor: random.below(8),
    recovering: random.chance(0.5),
    incarnation: random.next(),
    founders: [1, 2, 3],
    instance: 77,
    epochSeen: 0,
    nextInstance: 0,
    previousIncarnation: random.next(),
    hasBegun: random.chance(0.5),
    heard: new Float64Array(256).map(() => random.next()),
    bootId: random.chance(0.5) ? 'boot-1' : '',
    isClean: random.chance(0.5),
    durability: random.pick(['memory', 'disk'] as const),
  };
}

export const stateFileFuzzer: Fuzzer = {
  name: 'journal-state-file',
  property: 'A changed state file gives the state that was saved last, or a refusal that says why.',
  casesInTests: 1_000,
  run,
};
