import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Drop } from '../protocol/datagrams.ts';
import { type KeyGrant, KeyPurpose } from '../protocol/messages.ts';
import { Random } from '../std/random.ts';
import { DatagramKeys } from './datagram-keys.ts';
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
function acquainted(): { one: DatagramKeys; two: DatagramKeys; grant: KeyGrant } {
  const one = keysOf(1);
  const two = keysOf(2);
  const grant = hand(one, 2, two);
  return { one, two, grant };
}

/** Replica 1 hands its newest key for `to` to a peer, and uses it. */
function hand(one: DatagramKeys, to: number, peer: DatagramKeys): KeyGrant {
  const grant = one.offer(to);
  assert.ok(peer.take(1, grant));
  assert.ok(one.use(to, grant.keyId));
  return grant;
}

test('a datagram comes out as it was sent, from the replica that granted the key', () => {
  for (const length of [0, 8, 64, 1_400, 57_000]) {
    const { one, two } = acquainted();
    const plain = bytesFrom(`${length}`, length);
    const bytes = sealed(one, 2, plain);
    assert.equal(bytes.length, size + length + tagBytes);
    if (length > 8) assert.equal(Buffer.from(bytes).indexOf(plain.subarray(0, 8)), -1);
    assert.equal(two.open(bytes, viewOf(bytes), bytes.length), Drop.none);
    assert.deepEqual(bytes.slice(size, size + length), plain);
    assert.equal(two.from, 1);
  }
});

test('nothing is sealed before the peer holds the key; what was on its way under the former one still opens', () => {
  const one = keysOf(1);
  const two = keysOf(2);
  assert.equal(sealed(one, 2, new Uint8Array(8)).length, 0);
  const first = one.offer(2);
  assert.equal(sealed(one, 2, new Uint8Array(8)).length, 0);
  assert.deepEqual(one.offer(2), first, 'it is offered until it is replaced');
  hand(one, 2, two);
  const [early, late] = [sealed(one, 2, new Uint8Array(8)), sealed(one, 2, new Uint8Array(8))];
  one.replace(2);
  assert.equal(sealed(one, 2, new Uint8Array(8)).length, 0);
  const second = hand(one, 2, two);
  assert.notEqual(second.keyId, first.keyId);
  assert.equal(one.use(2, first.keyId), false, 'a newer one was made since');
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.none);
  assert.equal(open(two, early), Drop.none);
  one.replace(2);
  hand(one, 2, two);
  assert.equal(open(two, late), Drop.unknownKey, 'two keys are held and no more');
});

test('a key that is offered again has let nothing be forgotten', () => {
  const { one, two, grant } = acquainted();
  const [first, second] = [sealed(one, 2, new Uint8Array(8)), sealed(one, 2, new Uint8Array(8))];
  assert.equal(open(two, first), Drop.none);
  assert.ok(two.take(1, one.offer(2)));
  assert.equal(open(two, first), Drop.repeated);
  assert.equal(open(two, second), Drop.none, 'what was on its way meanwhile');
  assert.equal(two.take(1, { ...grant, key: new Uint8Array(32) }), false, 'another key of this number');
});

test('a peer that has started again hears nothing of what was sealed before it was given the key', () => {
  const { one } = acquainted();
  const old = Array.from({ length: 70 }, () => sealed(one, 2, new Uint8Array(8)));
  const reborn = keysOf(22);
  hand(one, 2, reborn);
  for (const datagram of old) assert.equal(open(reborn, datagram), Drop.repeated);
  const later = Array.from({ length: 70 }, () => sealed(one, 2, new Uint8Array(8)));
  for (const datagram of later.reverse()) assert.equal(open(reborn, datagram), Drop.none);
});

test('what an erased cluster sealed opens nothing in the one that follows it, at any member, for all or for one', () => {
  const erased = [keysOf(1), keysOf(2)] as const;
  const founded = [keysOf(31), keysOf(32)] as const;
  for (const [one, two] of [erased, founded]) for (const to of [2, group]) hand(one, to, two);
  for (const to of [2, group]) {
    const old = Array.from({ length: 3 }, () => sealed(erased[0], to, new Uint8Array(8)));
    for (const datagram of old)
      for (const keys of founded) assert.equal(open(keys, datagram), Drop.unknownKey);
    assert.equal(open(founded[1], sealed(founded[0], to, new Uint8Array(8))), Drop.none);
    // Its number is that of a key which is in use now.
    const renamed = old[0]!.slice();
    renamed.set(sealed(founded[0], to, new Uint8Array(8)).subarray(0, size));
    assert.equal(open(founded[1], renamed), Drop.forged);
  }
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

test('another life of a peer has other keys, and those of the one before open nothing more', () => {
  const { one, two } = acquainted();
  const old = sealed(one, 2, new Uint8Array(8));
  const reborn = keysOf(11);
  hand(reborn, group, two);
  assert.equal(open(two, old), Drop.unknownKey, 'also those of another purpose');
  hand(reborn, 2, two);
  assert.equal(open(two, sealed(reborn, 2, new Uint8Array(8))), Drop.none);
});

test('the key for all opens at each that it was given to; a replica that left has none that is used', () => {
  const one = keysOf(1);
  const [two, three] = [keysOf(2), keysOf(3)];
  assert.equal(one.offer(group).purpose, KeyPurpose.group);
  for (const peer of [two, three]) hand(one, group, peer);
  const said = sealed(one, group, new Uint8Array(8));
  for (const peer of [two, three]) assert.equal(open(peer, said), Drop.none);
  one.replace(group);
  assert.equal(sealed(one, group, new Uint8Array(8)).length, 0, 'nothing is sealed by a key that 3 holds');
  hand(one, group, two);
  const later = sealed(one, group, new Uint8Array(8));
  assert.equal(open(two, later), Drop.none);
  assert.equal(open(three, later), Drop.unknownKey);
});

test('keys for one and for all do not drive each other out', () => {
  const { one, two } = acquainted();
  for (let n = 0; n < 3; n++) {
    one.replace(group);
    hand(one, group, two);
  }
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.none);
});

test('a peer cannot take the number of a key that is held of another, nor what is no key', () => {
  const { one, two, grant } = acquainted();
  assert.equal(two.take(3, { ...grant, life: 9 }), false);
  assert.equal(two.take(1, { ...grant, keyId: 0 }), false);
  assert.equal(two.take(1, { ...grant, keyId: 7, key: new Uint8Array(31) }), false);
  two.forget(1);
  assert.equal(open(two, sealed(one, 2, new Uint8Array(8))), Drop.unknownKey);
  assert.equal(two.take(3, { ...grant, life: 9 }), true);
});
