import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../std/random.ts';
import { DatagramKeys, Drop, type KeyGrant, KeyPurpose } from './datagram-keys.ts';
import { sealedDatagram } from './messages.ts';
import { tagBytes } from './noise.ts';
import { windowCounters } from './replay-window.ts';
import { bytesFrom } from './testing/parties.ts';

const { size } = sealedDatagram;
const group = 0;

function keysOf(seed: number): DatagramKeys {
  const random = new Random(seed);
  return new DatagramKeys((into) => {
    for (let n = 0; n < into.length; n++) into[n] = random.below(256);
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A datagram with these bytes; empty where the sender has no key. */
function sealed(keys: DatagramKeys, to: number, plain: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(size + plain.length + tagBytes);
  bytes.set(plain, size);
  return bytes.slice(0, keys.seal(to, bytes, viewOf(bytes), size + plain.length));
}

function open(keys: DatagramKeys, datagram: Uint8Array): Drop {
  const copy = datagram.slice();
  return keys.open(copy, viewOf(copy), copy.length);
}

/** Replica 1 gives replica 2 a key for it, which is used from then on. */
function acquainted(life = 5): { one: DatagramKeys; two: DatagramKeys; grant: KeyGrant } {
  const one = keysOf(1);
  const two = keysOf(2);
  const grant = one.grant(2);
  assert.ok(two.take(1, life, grant));
  assert.ok(one.use(2, grant.keyId));
  return { one, two, grant };
}

test('a datagram comes out as it was sent, from the replica and life that granted the key', () => {
  for (const length of [0, 8, 64, 1_400, 57_000]) {
    const { one, two } = acquainted();
    const plain = bytesFrom(`${length}`, length);
    const bytes = sealed(one, 2, plain);
    assert.equal(bytes.length, size + length + tagBytes);
    if (length > 8) assert.equal(Buffer.from(bytes).indexOf(plain.subarray(0, 8)), -1);
    assert.equal(two.open(bytes, viewOf(bytes), bytes.length), Drop.none);
    assert.deepEqual(bytes.slice(size, size + length), plain);
    assert.deepEqual([two.from, two.life], [1, 5]);
  }
});

test('nothing is sealed before the peer holds the key, and the former key goes on until then', () => {
  const one = keysOf(1);
  const two = keysOf(2);
  assert.equal(sealed(one, 2, new Uint8Array(8)).length, 0);
  const first = one.grant(2);
  assert.equal(sealed(one, 2, new Uint8Array(8)).length, 0);
  assert.ok(two.take(1, 5, first));
  assert.ok(one.use(2, first.keyId));
  const second = one.grant(2);
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.none);
  assert.equal(one.use(2, first.keyId), false, 'a newer one was made since');
  const late = sealed(one, 2, new Uint8Array(8));
  assert.ok(two.take(1, 5, second));
  assert.ok(one.use(2, second.keyId));
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.none);
  assert.equal(open(two, late), Drop.none, 'what was on its way still opens');
  assert.ok(two.take(1, 5, one.grant(2)));
  assert.equal(open(two, late), Drop.unknownKey, 'two keys are held and no more');
});

test('each counts once, in any order, and not when it is too far behind', () => {
  const { one, two } = acquainted();
  const datagrams = Array.from({ length: windowCounters + 2 }, () => sealed(one, 2, new Uint8Array(8)));
  assert.equal(open(two, datagrams[5]!), Drop.none);
  assert.equal(open(two, datagrams[5]!), Drop.repeated);
  assert.equal(open(two, datagrams[3]!), Drop.none);
  assert.equal(open(two, datagrams.at(-1)!), Drop.none);
  assert.equal(open(two, datagrams[1]!), Drop.repeated);
  for (const known of [3, 5]) assert.equal(open(two, datagrams[known]!), Drop.repeated);
  assert.equal(open(two, datagrams[4]!), Drop.none);
});

test('a changed bit is found, and a forged number shuts nothing out', () => {
  const { one, two } = acquainted();
  const good = sealed(one, 2, bytesFrom('a', 24));
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bad = good.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    assert.notEqual(open(two, bad), Drop.none, `bit ${bit}`);
  }
  const far = good.slice();
  viewOf(far).setUint32(sealedDatagram.at.counter, 1_000_000, true);
  assert.equal(open(two, far), Drop.forged);
  assert.equal(open(two, good), Drop.none, 'the window has not moved');
});

test('what has no known key is dropped without a hash, and what is no datagram too', () => {
  const { one } = acquainted();
  const stranger = keysOf(9);
  const good = sealed(one, 2, new Uint8Array(8));
  assert.equal(open(stranger, good), Drop.unknownKey);
  const { two } = acquainted();
  for (const length of [0, 1, size, size + tagBytes - 1])
    assert.equal(open(two, good.subarray(0, length)), Drop.malformed);
  assert.equal(open(two, new Uint8Array([...good, ...new Uint8Array(8)])), Drop.malformed);
  const noKey = good.slice();
  viewOf(noKey).setUint32(sealedDatagram.at.keyId, 0, true);
  assert.equal(open(two, noKey), Drop.malformed);
});

test('a life has keys of its own: those of the former one go, and cannot come back', () => {
  const { one, two, grant } = acquainted(5);
  const old = sealed(one, 2, new Uint8Array(8));
  const reborn = keysOf(11);
  const fresh = reborn.grant(2);
  assert.ok(two.take(1, 6, fresh));
  assert.ok(reborn.use(2, fresh.keyId));
  assert.equal(open(two, old), Drop.unknownKey);
  assert.equal(two.take(1, 5, grant), false);
  assert.equal(open(two, sealed(reborn, 2, new Uint8Array(8))), Drop.none);
  assert.equal(two.life, 6);
});

test('the key for all opens at each that it was given to; a replica that left has none that is used', () => {
  const one = keysOf(1);
  const [two, three] = [keysOf(2), keysOf(3)];
  const first = one.grant(group);
  assert.equal(first.purpose, KeyPurpose.group);
  for (const peer of [two, three]) assert.ok(peer.take(1, 5, first));
  assert.ok(one.use(group, first.keyId));
  const said = sealed(one, group, new Uint8Array(8));
  for (const peer of [two, three]) assert.equal(open(peer, said), Drop.none);
  one.forget(3);
  assert.equal(sealed(one, group, new Uint8Array(8)).length, 0, 'nothing is sealed by a key that 3 holds');
  const second = one.grant(group);
  assert.ok(two.take(1, 5, second));
  assert.ok(one.use(group, second.keyId));
  const later = sealed(one, group, new Uint8Array(8));
  assert.equal(open(two, later), Drop.none);
  assert.equal(open(three, later), Drop.unknownKey);
});

test('keys for one and for all do not drive each other out', () => {
  const { one, two } = acquainted();
  const shared = one.grant(group);
  assert.ok(two.take(1, 5, shared));
  assert.ok(one.use(group, shared.keyId));
  for (let n = 0; n < 3; n++) {
    const next = one.grant(group);
    assert.ok(two.take(1, 5, next));
  }
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.none);
});

test('a peer cannot take the id of a key that is held', () => {
  const { two, grant } = acquainted();
  assert.equal(two.take(3, 9, { ...grant, key: new Uint8Array(32) }), false);
  assert.equal(two.take(1, 5, { ...grant, keyId: 0 }), false);
  assert.equal(two.take(1, 5, { ...grant, keyId: 7, key: new Uint8Array(31) }), false);
  two.forget(1);
  assert.equal(two.take(3, 9, { ...grant, key: new Uint8Array(32) }), true);
});
