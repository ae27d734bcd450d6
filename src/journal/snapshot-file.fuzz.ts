/** Fuzzes the container of snapshots: whole and undamaged, or nothing. */
import { assert, assertEqual } from '../std/assert.ts';
import { alignUp } from '../std/integers.ts';
import type { Random } from '../std/random.ts';
import { embedded, type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { seal } from './sealed-record.ts';
import { buildSnapshot, parseSnapshot, readSnapshot, type SnapshotFile } from './snapshot-file.ts';

function run(random: Random): void {
  const snapshot = randomSnapshot(random);
  const good = buildSnapshot(snapshot);
  const again = readAnywhere(random, good);
  assert(again !== undefined && isSame(again, snapshot), 'a snapshot is read as it was built');
  const bytes = random.chance(0.9) ? mutated(random, good) : noise(random, 256);
  const isForged = random.chance(0.4) && bytes.length >= 8;
  if (isForged) seal(bytes, new DataView(bytes.buffer), 0, bytes.length);
  const found = readAnywhere(random, bytes);
  if (found === undefined) return;
  assert(isForged || isSameBytes(bytes, good), 'a changed snapshot is found by its checksum');
  assert(
    isSameBytes(buildSnapshot(found), withoutPadding(bytes, found)),
    'what is read is built as the same bytes',
  );
}

function randomSnapshot(random: Random): SnapshotFile {
  return {
    index: 1 + random.next(),
    term: random.below(100),
    seq: random.next(),
    timeUs: random.next() * 1_000,
    founders: [1, 2, 3],
    instance: 77,
    epoch: 1,
    configuration: noise(random, 20),
    logDigest: random.next(),
    eventDigest: random.next(),
    stateHash: random.pick(['0123456789abcdef', 'ffffffffffffffff', '']),
    state: noise(random, 300),
  };
}

/** The bytes between configuration and state mean nothing; a snapshot is built with zeros there. */
function withoutPadding(bytes: Uint8Array, { configuration, state }: SnapshotFile): Uint8Array {
  const clean = bytes.slice();
  const stateAt = clean.length - state.length;
  clean.fill(0, stateAt - (alignUp(configuration.length, 8) - configuration.length), stateAt);
  seal(clean, new DataView(clean.buffer), 0, clean.length);
  return clean;
}

function readAnywhere(random: Random, bytes: Uint8Array): SnapshotFile | undefined {
  const alone = parseSnapshot(bytes);
  const among = embedded(random, bytes);
  const again = parseSnapshot(among.bytes.subarray(among.at, among.at + bytes.length));
  assertEqual(alone === undefined, again === undefined, 'only the bytes themselves decide');
  const problem = readSnapshot(bytes);
  assert(alone !== undefined || typeof problem === 'string', 'a refusal says why');
  return alone;
}

function isSame(a: SnapshotFile, b: SnapshotFile): boolean {
  return (
    a.index === b.index &&
    a.term === b.term &&
    a.seq === b.seq &&
    a.timeUs === b.timeUs &&
    a.stateHash === b.stateHash &&
    isSameBytes(a.configuration, b.configuration) &&
    isSameBytes(a.state, b.state)
  );
}

export const snapshotFileFuzzer: Fuzzer = {
  name: 'journal-snapshot-file',
  property: 'A changed snapshot file is refused; what passes is built again as the same bytes.',
  casesInTests: 2_000,
  run,
};
