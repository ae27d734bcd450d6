/**
 * A folder of an earlier cluster of the same replicas is put into a running one: nothing of it is taken for the
 * cluster's. Clients and gateways that outlive their cluster take nothing of it into the next one.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Machines } from '../../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';

const three = [1, 2, 3];
const otherCluster =
  /another cluster of the same replicas, which began \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; .*emptied.*without --bootstrap/;

/** Founds a cluster on blank machines; gives its leader. */
async function found(machines: Machines): Promise<number> {
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  return machines.leader(three);
}

/** Tears the cluster down and founds another one in its place. */
async function foundAfresh(machines: Machines): Promise<void> {
  for (const id of three) await machines.stop(id);
  for (const id of three) machines.emptyFolder(id);
  await found(machines);
}

/** Founds a cluster on blank machines and lets it trade. */
async function trade(machines: Machines, orders: OrderStream, count: number): Promise<number> {
  const leader = await found(machines);
  const client = await machines.client(1);
  await prepareMarket(client);
  await orders.send(client, count);
  await client.close();
  return leader;
}

/** Machines on which a cluster has traded and was torn down; a copy of each folder lies beside. */
async function tornDown(t: TestContext): Promise<Machines> {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  await trade(machines, new OrderStream('earlier'), 60);
  for (const id of three) {
    await machines.stop(id);
    machines.copyFolder(id);
    machines.emptyFolder(id);
  }
  return machines;
}

for (const how of ['in its place', 'over its files'] as const) {
  test(`a replica gets the folder of an earlier cluster, ${how}: the others trade on, and it says why it does not`, async (t) => {
    const machines = await tornDown(t);
    const orders = new OrderStream('later');
    const leader = await trade(machines, orders, 121);
    const stranger = leader === 2 ? 3 : 2;
    const others = three.filter((id) => id !== stranger);
    await machines.stop(stranger);
    machines.putCopyBack(stranger, how);
    machines.start(stranger);
    if (how === 'over its files') {
      // What the later cluster wrote beyond the earlier one is still there.
      await machines.until(
        'it runs, or refuses its folder',
        async () => !machines.isRunning(stranger) || (await machines.statusOf(stranger)) !== undefined,
      );
    }
    if (machines.isRunning(stranger)) {
      await machines.until('both sides say why', async () =>
        [stranger, ...others].every((id) => otherCluster.test(machines.outputOf(id))),
      );
      for (const id of others) {
        assert.deepEqual((await machines.statusOf(id))?.peersRefused, [stranger]);
        assert.equal((await machines.statusOf(id))?.recovering, false);
      }
      assert.equal((await machines.statusOf(stranger))?.serving, false);
    } else assert.match(machines.outputOf(stranger), /holds files of two clusters/);

    const client = await machines.client(1);
    await orders.send(client, 30);
    await orders.verify(client);
    assert.equal(await machines.leader(others), leader, 'the leader was not disturbed');
    for (const id of others) assert.equal((await machines.statusOf(id))?.recovering, false);

    await machines.kill(stranger);
    machines.emptyFolder(stranger);
    machines.start(stranger);
    await machines.until('it holds all and votes', async () => {
      const [own, theirs] = await Promise.all([machines.statusOf(stranger), machines.statusOf(leader)]);
      return own?.recovering === false && own.appliedSeq === theirs?.appliedSeq;
    });
    await machines.kill(leader);
    await machines.leader(three.filter((id) => id !== leader));
    await orders.verify(client);
  });
}

test('a client that outlives its cluster opens a session in the one that is founded after it', async (t) => {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  await found(machines);
  const client = await machines.client(1);
  let changes = 0;
  client.on('clusterChanged', () => changes++);
  await prepareMarket(client);
  await new OrderStream('earlier').send(client, 60);
  await foundAfresh(machines);
  await machines.until(
    'the client has a session in the later cluster',
    async () => changes > 0 && client.status.leaderId !== 0,
  );
  assert.equal(changes, 1);
  assert.equal((await client.instruments()).length, 0, 'it is not the earlier one');
  await prepareMarket(client);
  const orders = new OrderStream('later');
  await orders.send(client, 30);
  await orders.verify(client);
  await client.close();
});

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly json: Json;
}

const trader = { keyId: 'trader', secret: 'c3'.repeat(32), accountIds: [1] };
const operatorToken = 'the-operator';
const ordersPath = '/v1/orders';
/** A request may be signed so far ahead of the clock, and so long is it good after that. */
const timeWindowMs = 60_000;

async function answerOf(asked: ClientRequest): Promise<Answer> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode!, json: JSON.parse(text) as Json };
}

/** A signed request whose head is sent, and its body where the caller ends it with that. */
function begin(gateway: Gateway, method: string, path: string, body = '', aheadMs = 0): ClientRequest {
  const timestamp = String(Date.now() + aheadMs);
  const asked = request(gateway.url + path, {
    method,
    agent: false,
    headers: {
      ...signedHeaders(trader.keyId, trader.secret, { timestamp, method, pathWithQuery: path, body }),
      ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': `${body.length}` }),
      ...(aheadMs === 0 ? {} : { expect: '100-continue' }),
    },
  });
  asked.flushHeaders();
  return asked;
}

function ask(gateway: Gateway, method: string, path: string, body = ''): Promise<Answer> {
  const asked = begin(gateway, method, path, body);
  asked.end(body);
  return answerOf(asked);
}

/** The operator makes the account of the trader and an instrument named ACME. */
async function list(gateway: Gateway, decimals: number): Promise<void> {
  const units = { priceDecimals: decimals, quantityDecimals: decimals };
  for (const [path, body] of [
    ['accounts', { accountId: 1, name: 'trader' }],
    ['instruments', { instrumentId: 1, symbol: 'ACME', ...units }],
  ] as const) {
    const response = await fetch(`${gateway.operatorUrl}/v1/operator/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 201, await response.text());
  }
}

test('a gateway that outlives its cluster serves the later one, shows nothing of the earlier, and carries out nothing read before', async (t) => {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  await found(machines);
  const limits = { standstillMsMax: 600_000, requestTimeoutMs: 600_000, usePermilleMax: 1000 };
  const gateway = await machines.gateway(1, { apiKeys: [trader], operatorToken, timeWindowMs, limits });
  t.after(() => gateway.close());
  const isReady = async (): Promise<boolean> => (await fetch(`${gateway.url}/health/ready`)).ok;
  await machines.until('the gateway is ready', isReady);
  await list(gateway, 2);
  const order = (clientOrderId: string): string =>
    JSON.stringify({ symbol: 'ACME', side: 'buy', price: '10', quantity: '1', clientOrderId });
  const code = ({ json }: Answer): unknown => (json['error'] as Json | undefined)?.['code'];
  const before = await ask(gateway, 'POST', ordersPath, order('before'));
  assert.deepEqual([before.status, before.json['remaining']], [201, '1.00'], JSON.stringify(before.json));
  const exchangeOf = async () =>
    (await fetch(`${gateway.url}/v1/instruments`)).headers.get('x-lockstep-exchange');
  const earlier = await exchangeOf();
  const held = begin(gateway, 'POST', ordersPath, order('held'), timeWindowMs - 5_000);
  await once(held, 'continue');

  await foundAfresh(machines);
  await machines.until('the gateway shows no instrument of the earlier cluster, and is ready', async () => {
    const { json } = await ask(gateway, 'GET', '/v1/instruments');
    return (json['instruments'] as Json[] | undefined)?.length === 0 && (await isReady());
  });
  await machines.until('the key is in the later cluster', async () => {
    return (await ask(gateway, 'GET', ordersPath)).status === 200;
  });
  const later = await exchangeOf();
  assert.ok(earlier !== null && later !== null && earlier !== later, 'answers name the exchange');
  const early = await ask(gateway, 'POST', ordersPath, order('early'));
  assert.deepEqual([early.status, code(early)], [404, 'unknownInstrument']);

  await list(gateway, 0);
  held.end(order('held'));
  const refused = await answerOf(held);
  assert.deepEqual([refused.status, code(refused)], [503, 'exchangeReplaced'], JSON.stringify(refused.json));
  const gone = await ask(gateway, 'GET', `${ordersPath}/by-client-id/before`);
  assert.deepEqual([gone.status, code(gone)], [404, 'unknownOrder']);
  const after = await ask(gateway, 'POST', ordersPath, order('after'));
  assert.deepEqual([after.status, after.json['remaining']], [201, '1'], JSON.stringify(after.json));
  const listed = (await ask(gateway, 'GET', ordersPath)).json['orders'] as Json[];
  assert.deepEqual(
    listed.map(({ clientOrderId }) => clientOrderId),
    ['after'],
  );
});
