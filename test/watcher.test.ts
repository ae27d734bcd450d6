// The identity of a watcher before a running exchange: it tries the exchange, and a thief of it gets nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { type Client, connect, LockstepError } from '../src/client/index.ts';
import { identityFolder } from '../src/ops/certificates/identities.ts';
import { makeIdentities } from '../src/ops/certificates/own-machine.ts';
import { canaryInstrument, canaryMaker, canaryTaker } from '../src/protocol/canary.ts';
import { PartyKind } from '../src/protocol/parties.ts';

let exchange: TestExchange;

before(async () => {
  exchange = await TestExchange.start();
  const founded = await exchange.run('watch', '--found', '1', '2');
  assert.equal(founded.code, 0, founded.out);
});

after(() => exchange.end());

const parties = {
  'the identity of a watcher': { kind: PartyKind.watcher, id: 1 },
  'one of a watcher from when they were gateways': { kind: PartyKind.gateway, id: 65_001 },
} as const;

test('lockstep watch tries the exchange with the identity of its watcher', async () => {
  await makeIdentities(exchange.loaded.dataFolder, [parties['the identity of a watcher']]);
  const { code, out } = await exchange.run('watch', '--watcher', '1', '--rounds', '3', '--json');
  assert.equal(code, 0, out);
  assert.match(out, /"result":"right"/);
  const elsewhere = await exchange.run('keys', 'list');
  assert.equal(elsewhere.code, 0, 'and the operator goes on beside it');
});

for (const [name, party] of Object.entries(parties))
  test(`${name} plays rounds, and a thief of it gets nothing else`, async (t) => {
    const { dataFolder, configuration } = exchange.loaded;
    await makeIdentities(dataFolder, [party]);
    const thief = await connect({
      replicas: configuration.replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
      identity: identityFolder(dataFolder, party),
      feed: 'own',
      commandTimeoutMs: 1_500,
    });
    t.after(() => thief.close());
    const own = { accountId: canaryMaker, instrumentId: canaryInstrument(1) };
    const order = { side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
    const placed = await thief.placeOrder({ ...own, ...order, clientOrderId: `by-${party.id}` });
    assert.equal(placed.ok, true, placed.text);
    assert.notEqual(await thief.account(canaryTaker), undefined);
    for (const [what, ask] of Object.entries(reads(thief)))
      await assert.rejects(ask, /does not permit the request/, what);
    for (const [what, send] of Object.entries(changes(thief))) {
      const came = await send().catch((error: unknown) => error);
      assert.ok(came instanceof LockstepError, `${what}: ${JSON.stringify(came)}`);
    }
  });

function reads(client: Client): Record<string, () => Promise<unknown>> {
  return {
    account: () => client.account(1),
    instruments: () => client.instruments(),
    book: () => client.book(1, 10),
    trades: () => client.trades(1, 10),
    another: () => client.book(canaryInstrument(2), 10),
  };
}

/** Each is refused on its connection, which the client then gives up. */
function changes(client: Client): Record<string, () => Promise<unknown>> {
  const order = { accountId: 1, instrumentId: 1, side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
  return {
    order: () => client.placeOrder(order),
    account: () => client.createAccount({ accountId: 77, name: 'thief' }),
    cancels: () => client.massCancel({ accountId: 1 }),
  };
}
