import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { identityFolder } from '../certificates/identities.ts';
import { makeIdentities } from '../certificates/own-machine.ts';
import type { OperatorRight } from '../configuration/operators.ts';
import type { OperatorOrder } from '../orders/order-words.ts';
import { Operators } from './operators.ts';
import { orderReaders } from './order-paths.ts';

/** Every path of an order, those of the parties among them. */
const orders = [
  ...orderReaders.keys(),
  ...(['address', 'canary', 'fenced', 'lease', 'notices', 'promise', 'side'] satisfies OperatorOrder[]),
];
const party = { kind: PartyKind.operator, id: 1 };
/** What changes nothing, or each party says of itself. */
const free = ['canary', 'fenced', 'side'];
const losing = ['choose-state', 'decide-void', 'hold-opening', 'promise', 'site'];

test('an operator without a right gives no order that takes one, and what loses data takes a right of its own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-operators-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await makeIdentities(folder, [party]);
  const { authorities, certificate } = openIdentity(identityFolder(folder, party));
  const given = (rights: readonly OperatorRight[]): string[] => {
    const entries = [{ id: 1, name: 'Olga', rights: [...rights] }];
    const operators = new Operators(authorities, entries, () => Date.now() / 1_000);
    const giver = { party, certificate, source: '' };
    return orders.filter((order) => operators.refusalOf(giver, order) === undefined).sort();
  };
  assert.deepEqual(given([]), free);
  assert.deepEqual(given(['loss']), [...free, ...losing].sort());
  const others = given(['snapshot', 'lead', 'members', 'stop', 'market']);
  assert.deepEqual(
    losing.filter((order) => (others as readonly string[]).includes(order)),
    [],
  );
  assert.ok(others.length > 8);
});

test('leases are asked for by replicas, an address by gateways, and nothing of an operator by either', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-operators-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const parties = [PartyKind.replica, PartyKind.gateway, PartyKind.program].map((kind) => ({ kind, id: 1 }));
  await makeIdentities(folder, parties);
  const given = parties.map((giver) => {
    const { authorities, certificate } = openIdentity(identityFolder(folder, giver));
    const operators = new Operators(authorities, [], () => Date.now() / 1_000);
    return orders
      .filter((order) => operators.refusalOf({ party: giver, certificate, source: '' }, order) === undefined)
      .sort();
  });
  assert.deepEqual(given, [['lease', 'note', 'notices', 'side'], ['address', 'canary', 'side'], ['side']]);
});
