import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { PartyKind } from '../../protocol/parties.ts';
import { planMsMax } from '../../replica/operators/plans.ts';
import { signedBytes } from '../orders/order-words.ts';
import type { Giver } from './operators.ts';
import { Plans } from './plans.ts';

const order = { kind: 'chooseState', replicaId: 0, force: true } as const;

function person(id: number) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const giver = { party: { kind: PartyKind.operator, id }, certificate: { publicKey }, source: '' } as Giver;
  const confirm = (plan: string) => ({
    plan,
    signature: sign(null, signedBytes(plan), privateKey).toString('base64'),
  });
  return { giver, confirm };
}

test('a plan counts for ten minutes, and once', () => {
  let nowMs = 5;
  const plans = new Plans('replica 1', () => nowMs);
  const [one, other] = [person(1), person(2)];
  const late = plans.propose(order, 'loses', 0).hash;
  assert.ok(typeof plans.sign(one.giver, order, one.confirm(late)) !== 'string');
  nowMs += planMsMax;
  assert.match(String(plans.sign(other.giver, order, other.confirm(late))), /no plan/);
  const { hash } = plans.propose(order, 'loses', 0);
  plans.sign(one.giver, order, one.confirm(hash));
  nowMs += planMsMax - 1;
  const signed = plans.sign(other.giver, order, other.confirm(hash));
  assert.ok(typeof signed !== 'string' && signed.first === one.giver);
  assert.match(String(plans.sign(other.giver, order, other.confirm(hash))), /no plan/);
});

test('a signature counts by the key of the certificate alone, over this plan alone', () => {
  const plans = new Plans('replica 1', () => 0);
  const [one, other] = [person(1), person(2)];
  const { hash } = plans.propose(order, 'loses', 0);
  const another = plans.propose(order, 'loses', 0);
  assert.notEqual(another.hash, hash, 'two plans for one order are two plans');
  const bySomebodyElse = other.confirm(hash);
  assert.match(String(plans.sign(one.giver, order, bySomebodyElse)), /not by the key/);
  const { signature } = one.confirm(another.hash);
  assert.match(String(plans.sign(one.giver, order, { plan: hash, signature })), /not by the key/);
});
