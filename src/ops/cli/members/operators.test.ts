/** Orders at the control ports and their givers, on real sockets with real certificates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlOutcome } from '../../../protocol/audit.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { makeIdentities } from '../../certificates/own-machine.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { orderGiver, sendOrder } from '../../orders/control-orders.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

const olga = { id: 1, name: 'Olga Petrova', rights: ['snapshot', 'lead'] };

test('an operator gives the orders that the configuration allows, and no others, in words that say what to do', async (context) => {
  const saved = { ...following, snapshotIndex: 5 };
  const { run, replicas } = await cluster(context, [leading, saved], { operators: [olga] });
  const [leader, follower] = replicas;
  assert.equal((await run('snapshot', '--replica', '2')).code, 0);
  assert.deepEqual(follower!.notes.taken.at(-1), {
    operatorId: 1,
    source: '127.0.0.1',
    action: 'takeSnapshot',
    subject: 0,
    outcome: ControlOutcome.accepted,
  });
  const { code, text } = await run('members', 'remove', '2');
  assert.equal(code, 1);
  assert.match(
    text,
    /operator\/1 \(Olga Petrova\) may not give "members": it takes the right "members".* has there: snapshot, lead\. Ask/,
  );
  assert.deepEqual(leader!.orders, []);
  assert.deepEqual(
    leader!.notes.taken.map(({ operatorId, action, outcome }) => [operatorId, action, outcome]),
    [[1, 'members', ControlOutcome.notPermitted]],
  );
  assert.match(
    (await run('snapshot', '--replica', '2', '--operator', '2')).text,
    /operator\/2 may not give "snapshot".*operator is not named there/,
  );
  const lacking = await run('snapshot', '--replica', '2', '--operator', '77');
  assert.match(lacking.text, /no identity of operator\/77 .*certificates request operator\/77/);
});

test('without the certificate of an operator there are no orders, with or without TLS', async (context) => {
  const { replicas, file, dataFolder } = await cluster(context, [leading, following]);
  const { configuration } = loadConfiguration({ config: file });
  const [first, second] = configuration.replicas;
  const plain = await fetch(`http://127.0.0.1:${first!.controlPort}/operator/stop`, { method: 'POST' });
  assert.equal(plain.status, 401);
  assert.match(await plain.text(), /needs the certificate of an operator: call over TLS/);
  assert.equal((await fetch(`http://127.0.0.1:${first!.controlPort}/status`)).status, 200, 'plain, as ever');
  const gatewayParty = { kind: PartyKind.gateway, id: 1 };
  await makeIdentities(dataFolder, [gatewayParty]);
  const [operator, gateway, replica] = [
    { kind: PartyKind.operator, id: 1 },
    gatewayParty,
    { kind: PartyKind.replica, id: 2 },
  ].map((party) => orderGiver(dataFolder, party));
  for (const giver of [gateway, replica]) {
    const { status, error } = await sendOrder(giver!, configuration, first!, 'stop', {});
    assert.equal(status, 403);
    assert.match(error!, /^This is the certificate of (gateway\/1|replica\/2), and operators give orders/);
  }
  const note = { operatorId: 1, replicaId: 2, givenUs: 5, entryKind: 3, outcome: 0, subject: 0, count: 0 };
  const told = { ...note, source: '', action: 'stop' };
  const send = (giver: typeof operator, body: object) =>
    sendOrder(giver!, configuration, first!, 'note', body);
  assert.equal((await send(operator, told)).status, 403, 'an operator writes no trail');
  assert.equal(
    (await send(replica, { ...told, replicaId: 3 })).status,
    403,
    'a replica tells its own orders',
  );
  assert.match((await send(replica, { ...told, count: -1 })).error!, /note of an order is not whole/);
  assert.deepEqual(replicas[0]!.orders, []);
  assert.equal((await send(replica, told)).status, 200);
  assert.deepEqual(
    replicas[0]!.orders.map(({ kind }) => kind),
    ['noteOrder'],
  );
  // Another replica at the address of the first one gets no order.
  const diverted = { ...first!, controlPort: second!.controlPort };
  await assert.rejects(
    sendOrder(operator!, configuration, diverted, 'stop', {}),
    /replica\/2 answers there, and it should be replica\/1/,
  );
  assert.deepEqual(replicas[1]!.orders, []);
});
