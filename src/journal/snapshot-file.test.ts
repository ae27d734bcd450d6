import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildSnapshot,
  newestSnapshot,
  parseSnapshot,
  removeOldSnapshots,
  type SnapshotFile,
  snapshotIndices,
  snapshotName,
} from './snapshot-file.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

function sample(index: number, stateBytes = 100): SnapshotFile {
  return {
    index,
    term: 3,
    seq: index * 10,
    timeUs: 1_700_000_000_000_000,
    founders: [1, 2, 3],
    instance: 77,
    epoch: 1,
    site: 2,
    configuration: Uint8Array.of(1, 2, 3),
    logDigest: 0x89ab_cdef,
    eventDigest: 7,
    stateHash: '0123456789abcdef',
    state: Uint8Array.from({ length: stateBytes }, (_, n) => n + index),
  };
}

function write(disk: VirtualDisk, index: number): void {
  disk.startWrite(snapshotName(index), buildSnapshot(sample(index)));
  assert.equal(disk.backgroundWrite(), 'done');
}

test('a snapshot is read as it was built', () => {
  for (const stateBytes of [0, 1, 7, 8, 100_000]) {
    for (const configuration of [new Uint8Array(0), Uint8Array.of(9), new Uint8Array(16)]) {
      const snapshot = { ...sample(12, stateBytes), configuration };
      assert.deepEqual(parseSnapshot(buildSnapshot(snapshot)), snapshot);
      // A view into a larger buffer, as it comes from a peer.
      const larger = new Uint8Array(stateBytes + 1000);
      const bytes = buildSnapshot(snapshot);
      larger.set(bytes, 3);
      assert.deepEqual(parseSnapshot(larger.subarray(3, 3 + bytes.length)), snapshot);
    }
  }
});

test('failure 17: every flipped bit, every cut and every extra byte is found', () => {
  const bytes = buildSnapshot(sample(5));
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 1 << (at & 7);
    assert.equal(parseSnapshot(flipped), undefined, `byte ${at}`);
    assert.equal(parseSnapshot(bytes.subarray(0, at)), undefined, `cut at ${at}`);
  }
  const longer = new Uint8Array(bytes.length + 8);
  longer.set(bytes);
  assert.equal(parseSnapshot(longer), undefined);
});

test('any bytes are answered, never thrown at', () => {
  const good = buildSnapshot(sample(5));
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), edits, fc.nat(good.length), (noise, changes, cut) => {
      assert.equal(parseSnapshot(noise), undefined);
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      const isSame = bytes.every((value, at) => value === good[at]);
      assert.equal(parseSnapshot(bytes) !== undefined, isSame);
      assert.equal(parseSnapshot(bytes.subarray(0, cut)) !== undefined, isSame && cut === good.length);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('the newest good snapshot is found, and what is bad is named', () => {
  const disk = new VirtualDisk();
  assert.deepEqual(newestSnapshot(disk), { newest: undefined, bad: [] });
  for (const index of [100, 200, 300]) write(disk, index);
  disk.write(snapshotName(400), buildSnapshot(sample(399)));
  disk.write('snapshot-5.snap', new Uint8Array(10));
  disk.flipByte(snapshotName(300), 50);
  const { newest, bad } = newestSnapshot(disk);
  assert.deepEqual(newest, sample(200));
  assert.deepEqual(
    bad.map(({ name }) => name),
    [snapshotName(400), snapshotName(300)],
  );
  assert.match(bad[0]?.reason ?? '', /index 399/);
});

test('of more than two snapshots the newest two stay', () => {
  const disk = new VirtualDisk();
  for (const index of [100, 200, 300, 400]) write(disk, index);
  removeOldSnapshots(disk, 400);
  assert.deepEqual(snapshotIndices(disk), [400, 300]);
  disk.write(snapshotName(900), new Uint8Array(3));
  removeOldSnapshots(disk, 400);
  assert.deepEqual(snapshotIndices(disk), [400, 300], 'a later one is a bad leftover');
});

test('a snapshot on a full disk fails and leaves the others', () => {
  const disk = new VirtualDisk();
  write(disk, 100);
  disk.capacityBytes = disk.usedBytes;
  disk.startWrite(snapshotName(200), buildSnapshot(sample(200)));
  assert.equal(disk.backgroundWrite(), 'failed');
  assert.equal(newestSnapshot(disk).newest?.index, 100);
});
