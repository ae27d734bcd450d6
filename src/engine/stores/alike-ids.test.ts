// Ids that meet in the maps of ids: their hashes are known, so a member can make as many as it likes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getClientOrderId } from '../../protocol/client-order-ids.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { cancelOrder, Side } from '../../protocol/commands.ts';
import { CLIENT_WORDS } from '../../store/client-words.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { EngineDesk } from '../testing/desk.ts';
import { RecentIds } from './recent-ids.ts';

const alikeMax = 16;
const multipliers = [0xcc9e_2d51, 0x1b87_3593, 0xcc9e_2d51];
const target = 0x1234_5678;

/** Client order ids with one hash for the account in slot 0: one word undoes those before it. */
function alikeIds(count: number): string[] {
  const words = new Int32Array(CLIENT_WORDS);
  words[0] = 0x3322_1101;
  return Array.from({ length: count }, (_, n) => {
    words[1] = n;
    let hash = Math.imul(0x9e37_79b1, 0x85eb_ca6b);
    for (const [at, multiplier] of multipliers.entries())
      hash = Math.imul(turned(hash) ^ words[at]!, multiplier);
    words[3] = turned(hash) ^ target;
    return getClientOrderId(new DataView(words.buffer), 0);
  });
}

function turned(hash: number): number {
  return (hash << 13) | (hash >>> 19);
}

function deskOf(options: EngineOptions): EngineDesk {
  const desk = new EngineDesk(new Engine(options));
  desk.open(1);
  desk.instrument(1);
  desk.account(1);
  desk.account(2);
  return desk;
}

test('an account holds few client order ids of one hash, and the others of that hash are still its own', () => {
  const ids = alikeIds(2 * alikeMax);
  const engines = [0, 0x9e37_79b9].map((placesSecret) => {
    const desk = deskOf({ placesSecret, closedOrdersMax: 8 });
    const codeOf = (account: number, clientOrderId: string): unknown =>
      desk.place(account, Side.buy, 1, 100, { clientOrderId }).at(-1)!['code'];
    const codes = ids.map((id) => codeOf(1, id));
    assert.deepEqual(codes, [
      ...Array.from({ length: alikeMax }, () => OutcomeCode.ok),
      ...Array.from({ length: alikeMax }, () => OutcomeCode.tooManyRequests),
    ]);
    assert.equal(codeOf(1, 'another'), OutcomeCode.ok);
    for (const id of ids) assert.equal(codeOf(2, id), OutcomeCode.ok, 'they are alike for one account only');
    const again = desk.place(1, Side.buy, 1, 100, { clientOrderId: ids[3]! }).at(-1)!;
    assert.deepEqual([again['code'], again['repeated']], [OutcomeCode.ok, 1]);
    // Closed ones and forgotten ones count, as long as they are remembered.
    for (const id of ids.slice(0, alikeMax)) desk.next(cancelOrder, 1, { clientOrderId: id });
    assert.equal(codeOf(1, ids[alikeMax]!), OutcomeCode.tooManyRequests);
    return desk.engine as Engine;
  });
  const [one, other] = engines;
  assert.equal(one!.stateHash(), other!.stateHash(), 'where ids are in the maps shows nowhere');
  const snapshot = new Uint8Array(one!.snapshotBytes());
  one!.writeSnapshot(snapshot);
  const restored = Engine.restore(snapshot, { placesSecret: 5, closedOrdersMax: 8 });
  assert.equal(restored?.stateHash(), one!.stateHash());
});

test('an account holds few requests of one hash', () => {
  const ids = new RecentIds(100_000, 16, 1);
  for (let n = 0; n < alikeMax; n++) {
    assert.equal(ids.has(0, 7, n), false);
    assert.equal(ids.mayHold(0), true);
    ids.hold(0, 0);
    ids.add(0, 0, 7, n);
  }
  assert.equal(ids.has(0, 7, alikeMax), false);
  assert.equal(ids.mayHold(0), false);
  assert.equal(ids.has(1, 7, alikeMax), false);
  assert.equal(ids.mayHold(1), true, 'another account');
  assert.equal(ids.has(0, 8, 0), false);
  assert.equal(ids.mayHold(0), true, 'another hash');
  ids.has(0, 7, alikeMax);
  ids.forget(0);
  assert.equal(ids.has(0, 7, alikeMax), false);
  assert.equal(ids.mayHold(0), true, 'what is forgotten counts no more, though the map still has it');
});

test('hashes that would meet in a map of any size are spread by the secret', () => {
  const low = 0xffff;
  for (const secret of [1, 0x1234_5678, -5]) {
    const ids = new RecentIds(16, 16, secret);
    const places = new Set(Array.from({ length: 4_096 }, (_, n) => ids.keyOf(n << 20) & low));
    assert.ok(
      places.size > 3_500,
      `${places.size} places of 4096 hashes that differ in their high bits only`,
    );
  }
  const keys = [1, 2].map((secret) => new RecentIds(16, 16, secret).keyOf(3));
  assert.notEqual(keys[0], keys[1]);
});
