import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealBytes } from '../../protocol/limits.ts';
import { ClusterKeys } from './keys.ts';

const clusterKey = 'a1'.repeat(32);
const otherKey = 'b2'.repeat(32);

test('a sealed datagram is accepted with the same key, and with no other', () => {
  for (const length of [0, 1, 64, 1_400, 57_000]) {
    const bytes = new Uint8Array(length + sealBytes + 8).fill(5);
    new ClusterKeys(clusterKey).seal(bytes, length);
    assert.ok(new ClusterKeys(clusterKey).isSealed(bytes, length));
    assert.ok(!new ClusterKeys(otherKey).isSealed(bytes, length));
    assert.deepEqual(
      bytes.subarray(length + sealBytes),
      new Uint8Array(8).fill(5),
      'nothing behind the seal',
    );
  }
});

test('a change of any bit, of the bytes or of the seal, is found', () => {
  const keys = new ClusterKeys(clusterKey);
  const length = 24;
  const bytes = new Uint8Array(length + sealBytes);
  keys.seal(bytes, length);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    assert.ok(!keys.isSealed(bytes, length), `bit ${bit}`);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
  }
  assert.ok(keys.isSealed(bytes, length));
  assert.ok(!keys.isSealed(bytes, length - 1), 'another length');
});

test('a datagram too short for a seal is not sealed', () => {
  const keys = new ClusterKeys(clusterKey);
  assert.ok(!keys.isSealed(new Uint8Array(sealBytes - 1), 0));
  assert.ok(!keys.isSealed(new Uint8Array(sealBytes), -1));
});

test('a bad key is refused by its name, without showing it', () => {
  assert.throws(
    () => new ClusterKeys('secret'),
    (error) =>
      error instanceof Error &&
      /cluster key.*keys\.cluster/.test(error.message) &&
      !/secret/.test(error.message),
  );
});
