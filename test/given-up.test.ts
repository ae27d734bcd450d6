// An order that its caller has given up is not carried out later, wherever it waited meanwhile.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestExchange } from '../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../src/chaos/orders.ts';
import { goOn, standStill } from '../src/chaos/stopped-processes.ts';
import { OutcomeUnknownError } from '../src/client/errors.ts';
import { signedHeaders, tokenHeaders } from '../src/gateway/http/signing.ts';
import { ownOperator } from '../src/ops/certificates/own-identity.ts';
import { connectToExchange } from '../src/ops/clients/exchange-client.ts';
import { orderGiver, sendOrder } from '../src/ops/orders/control-orders.ts';

const accountId = 701;
const timeoutMs = 700;
const order = { accountId, instrumentId, side: 'buy', priceTicks: 10_000, quantityLots: 1 } as const;

const callerFile = join(import.meta.dirname, '../src/chaos/caller.worker.ts');

/** The lines that a process prints, one after the other. */
function linesOf({ stdout }: ChildProcess): () => Promise<string> {
  const lines = createInterface(stdout!)[Symbol.asyncIterator]();
  return async () => (await lines.next()).value as string;
}

/** One for all tests: each finds it whole, and gives its orders names of its own. */
let exchange: TestExchange;
before(async () => {
  exchange = await TestExchange.start();
  const client = await exchange.client();
  await prepareMarket(client);
  const [holder] = exchange.keys.apiKeys[0]!.accountIds;
  assert.ok((await client.createAccount({ accountId: holder!, name: 'holder' })).ok);
});
after(() => exchange?.end());

let tests = 0;
beforeEach(() => {
  tests += 1;
});
/** The name of an order of this test. */
const nameOf = (what: string): string => `${what}-${tests}`;

/** The processes of all replicas, once all are well. */
async function wholePids(): Promise<readonly number[]> {
  await exchange.whole();
  return pidsOf();
}

/** Of the replicas, in the order of their numbers. */
async function pidsOf(): Promise<readonly number[]> {
  const { replicas } = exchange.loaded.configuration;
  let pids: readonly number[] = [];
  await exchange.until('each replica answers', async () => {
    pids = (await exchange.statuses()).toSorted((a, b) => a.replicaId - b.replicaId).map(({ pid }) => pid);
    return pids.length === replicas.length;
  });
  return pids;
}

async function impatientClient(t: TestContext) {
  const client = await connectToExchange(exchange.loaded, { feed: 'own', commandTimeoutMs: timeoutMs });
  t.after(() => client.close({ keepSession: true }));
  assert.ok((await client.placeOrder({ ...order, clientOrderId: nameOf('before') })).ok);
  return client;
}

/** Places an order while all replicas stand still, until it is given up. */
async function giveUp(
  client: Awaited<ReturnType<typeof impatientClient>>,
  clientOrderId: string,
): Promise<OutcomeUnknownError> {
  const given: unknown = await client
    .placeOrder({ ...order, clientOrderId })
    .catch((error: unknown) => error);
  assert.ok(given instanceof OutcomeUnknownError && given.reason === 'timeout', String(given));
  return given;
}

test('replicas that stand still with an order in their sockets refuse it when they go on', async (t) => {
  const pids = await wholePids();
  const client = await impatientClient(t);
  const id = nameOf('given-up');
  await standStill(pids);
  const given = await giveUp(client, id).finally(() => goOn(pids));
  assert.equal((await given.settled)?.code, 'deadlinePassed');
  assert.equal(await client.order({ accountId, clientOrderId: id }), undefined);
  const after = await client.placeOrder({ ...order, clientOrderId: id });
  assert.ok(after.ok && !after.repeated, 'it can be given again');
});

test('the next leader refuses what waited in the socket of one that died', async (t) => {
  const pids = await wholePids();
  const client = await impatientClient(t);
  const id = nameOf('given-up');
  const leader = await exchange.leader();
  await standStill(pids);
  const given = await giveUp(client, id).finally(() => {
    process.kill(leader.pid, 'SIGKILL');
    goOn(pids.filter((pid) => pid !== leader.pid));
  });
  assert.equal((await given.settled)?.code, 'deadlinePassed');
  assert.equal(await client.order({ accountId, clientOrderId: id }), undefined);
});

test('callers that stood still while their leader died have their orders refused, not sent again', async (t) => {
  const pids = await wholePids();
  const caller = spawn(process.execPath, [callerFile, exchange.configFile, String(timeoutMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => caller.kill('SIGKILL'));
  const lines = linesOf(caller);
  assert.equal(await lines(), 'connected');
  const leader = await exchange.leader();
  await standStill(pids);
  caller.stdin!.write('place\n');
  assert.equal(await lines(), 'placed');
  await standStill([caller.pid!]);
  process.kill(leader.pid, 'SIGKILL');
  goOn(pids.filter((pid) => pid !== leader.pid));
  await exchange.leader();
  await sleep(2 * timeoutMs);
  goOn([caller.pid!]);
  assert.deepEqual(
    JSON.parse(await lines()),
    Array.from({ length: 20 }, () => 'deadlinePassed'),
  );
});

/** A request to the gateway, signed now. */
function callGateway(method: string, path: string, body = '', validMs?: number) {
  const { keyId, secret } = exchange.keys.apiKeys[0]!;
  const patience = validMs === undefined ? {} : { validMs: String(validMs) };
  const signed = { timestamp: String(Date.now()), ...patience, method, pathWithQuery: path, body };
  const type = body === '' ? {} : { 'content-type': 'application/json' };
  const headers = { ...signedHeaders(keyId, secret, signed), ...type };
  return fetch(exchange.gatewayUrl + path, {
    method,
    headers,
    ...(body === '' ? {} : { body }),
    ...(validMs === undefined ? {} : { signal: AbortSignal.timeout(validMs) }),
  });
}

const placing = (clientOrderId: string): string =>
  JSON.stringify({ symbol: 'TEST', side: 'buy', price: '100.00', quantity: '1', clientOrderId });

async function marketOfGateway() {
  const pids = await wholePids();
  const place = (name: string, validMs?: number) =>
    callGateway('POST', '/v1/orders', placing(nameOf(name)), validMs);
  const statusOf = async (name: string): Promise<number> =>
    (await callGateway('GET', `/v1/orders/by-client-id/${nameOf(name)}`)).status;
  await exchange.until('the gateway takes orders', async () => (await place('before')).status < 300);
  assert.equal(await statusOf('before'), 200);
  return { pids, place, statusOf };
}

test('what a gateway answered with 504 is refused by replicas that go on', async () => {
  const { pids, place, statusOf } = await marketOfGateway();
  await standStill(pids);
  const answer = await place('given-up').finally(() => goOn(pids));
  assert.equal(answer.status, 504);
  await exchange.until('the gateway reaches a leader', async () => (await place('after')).status < 300);
  assert.equal(await statusOf('given-up'), 404);
  assert.equal((await place('given-up')).status, 201, 'it can be given again');
});

test('what a caller of the gateway gave up after its own time is refused by replicas that go on', async () => {
  const { pids, place, statusOf } = await marketOfGateway();
  await standStill(pids);
  const given = await place('given-up', timeoutMs)
    .catch((error: unknown) => error)
    .finally(() => goOn(pids));
  if (given instanceof Response) assert.equal(given.status, 504);
  else assert.ok(given instanceof DOMException, String(given));
  await exchange.until('the gateway reaches a leader', async () => (await place('after')).status < 300);
  assert.equal(await statusOf('given-up'), 404);
  assert.equal((await place('given-up')).status, 201, 'it can be given again');
});

test('what an operator gave up after its own time is refused by replicas that go on', async () => {
  const { pids, place } = await marketOfGateway();
  const { operatorUrl } = exchange;
  const create = (instrumentId: number, validMs: number) =>
    fetch(`${operatorUrl}/v1/operator/instruments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...tokenHeaders(exchange.keys.operator, validMs) },
      body: JSON.stringify({
        instrumentId,
        symbol: `I${instrumentId}`,
        priceDecimals: 2,
        quantityDecimals: 0,
      }),
      signal: AbortSignal.timeout(validMs),
    });
  await standStill(pids);
  const given = await create(811, timeoutMs).catch((error: unknown) => error);
  assert.ok(given instanceof DOMException, String(given));
  await sleep(timeoutMs);
  goOn(pids);
  await exchange.until('the gateway reaches a leader', async () => (await place('after-it')).status < 300);
  // Commands of the operator leave the gateway one behind the other.
  assert.equal((await create(812, 60_000)).status, 201);
  const { instruments } = (await (await fetch(`${exchange.gatewayUrl}/v1/instruments`)).json()) as {
    readonly instruments: readonly { readonly symbol: string }[];
  };
  const symbols = instruments.map(({ symbol }) => symbol);
  assert.deepEqual(
    ['I811', 'I812'].filter((symbol) => symbols.includes(symbol)),
    ['I812'],
  );
});

test('a gateway that stood still with requests in its sockets carries out none of them', async () => {
  const { place, statusOf } = await marketOfGateway();
  const gatewayPid = exchange.gatewayPid();
  await standStill([gatewayPid]);
  const aborted = place('aborted', 500).catch((error: unknown) => error);
  const waiting = place('waits');
  const closing = exchange.get('/v1/operator/end-of-day', {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.keys.operator}` },
  });
  assert.ok((await aborted) instanceof DOMException);
  await sleep(2_000);
  goOn([gatewayPid]);
  const answers = [await waiting, (await closing)!];
  for (const answer of answers) {
    const { error } = (await answer.json()) as { readonly error?: { readonly code: string } };
    assert.equal(`${answer.status} ${error?.code}`, '503 stoodStill');
  }
  for (const id of ['aborted', 'waits']) assert.equal(await statusOf(id), 404);
  assert.equal((await place('waits')).status, 201, 'it can be given again');
});

test('an order of the operator that waited while its replica stood still is given again by its giver', async () => {
  const pids = await wholePids();
  const { configuration, dataFolder } = exchange.loaded;
  const giver = orderGiver(dataFolder, ownOperator);
  const [pid] = pids;
  await standStill([pid!]);
  const answer = sendOrder(giver, configuration, configuration.replicas[0]!, 'snapshot', {});
  await sleep(2_000);
  goOn([pid!]);
  const { status, error = '' } = await answer;
  assert.equal(status, 200, error);
  await exchange.whole();
  assert.deepEqual(await pidsOf(), pids, 'no process ended');
});
