import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { sealBytes } from '../../protocol/limits.ts';
import { ConnectionRole, hello, nonceBytes, proofBytes } from '../../protocol/messages.ts';
import { ClusterKeys } from './keys.ts';

const clusterKey = 'a1'.repeat(32);
const sessionKey = 'b2'.repeat(32);

test('a sealed datagram is accepted with the same key, and with no other', () => {
  for (const length of [0, 1, 64, 1_400, 57_000]) {
    const bytes = new Uint8Array(length + sealBytes + 8).fill(5);
    new ClusterKeys(clusterKey, sessionKey).seal(bytes, length);
    assert.ok(new ClusterKeys(clusterKey, sessionKey).isSealed(bytes, length));
    assert.ok(!new ClusterKeys(sessionKey, clusterKey).isSealed(bytes, length));
    assert.deepEqual(
      bytes.subarray(length + sealBytes),
      new Uint8Array(8).fill(5),
      'nothing behind the seal',
    );
  }
});

test('a change of any bit, of the bytes or of the seal, is found', () => {
  const keys = new ClusterKeys(clusterKey, sessionKey);
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
  const keys = new ClusterKeys(clusterKey, sessionKey);
  assert.ok(!keys.isSealed(new Uint8Array(sealBytes - 1), 0));
  assert.ok(!keys.isSealed(new Uint8Array(sealBytes), -1));
});

test('a proof is the HMAC-SHA-256 of the nonce and the fields of the hello, by the key of the role', () => {
  const keys = new ClusterKeys(clusterKey, sessionKey);
  const nonce = new Uint8Array(nonceBytes);
  keys.nonce(nonce);
  const helloBytes = new Uint8Array(hello.size);
  const values = { magic: 1, clusterId: 2, replicaId: 3, reserved: 0, proof: new Uint8Array(proofBytes) };
  for (const [role, key] of [
    [ConnectionRole.session, sessionKey],
    [ConnectionRole.tether, clusterKey],
    [ConnectionRole.fetch, clusterKey],
  ] as const) {
    hello.write(new DataView(helloBytes.buffer), 0, { ...values, role });
    assert.equal(hello.at.proof, 16, 'the proof covers everything before itself');
    const expected = createHmac('sha256', Buffer.from(key, 'hex'))
      .update(nonce)
      .update(helloBytes.subarray(4, 16))
      .digest();
    assert.deepEqual(Buffer.from(keys.proof(role, nonce, helloBytes)), expected);
  }
});

test('nonces differ, and leave what stands behind them', () => {
  const keys = new ClusterKeys(clusterKey, sessionKey);
  const one = new Uint8Array(nonceBytes + 4);
  const two = new Uint8Array(nonceBytes + 4);
  keys.nonce(one);
  keys.nonce(two);
  assert.notDeepEqual(one, two);
  assert.deepEqual(one.subarray(nonceBytes), new Uint8Array(4));
});

test('a bad key is refused by its name, without showing it', () => {
  assert.throws(
    () => new ClusterKeys(clusterKey, 'secret'),
    (error) =>
      error instanceof Error &&
      /session key.*keys\.session/.test(error.message) &&
      !/secret/.test(error.message),
  );
});
