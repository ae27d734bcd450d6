// Several gateways in front of one running exchange: what one has done, the others know, and clients see only their
// own.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { gatewayOfTests, operatorOfTests, TestExchange } from '../src/chaos/exchange.ts';
import { type Gateway, startGateway } from '../src/gateway/gateway.ts';
import { signedHeaders } from '../src/gateway/http/signing.ts';

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly json: Json;
}

const alice = { keyId: 'alice', secret: 'a1'.repeat(32), accountIds: [1] };
const bob = { keyId: 'bob', secret: 'b0'.repeat(32), accountIds: [2] };
/** Of the test of quotas. */
const [free, pro, enterprise, bursting] = [11, 12, 13, 14].map((accountId) => ({
  keyId: `owner-${accountId}`,
  secret: `${accountId}`.repeat(32),
  accountIds: [accountId],
})) as [typeof alice, typeof alice, typeof alice, typeof alice];
const operatorToken = 'the-operator';

/** One signed request that can be sent to any gateway, any number of times. */
function signed(key: typeof alice, method: string, path: string, body?: Json, nonce?: string) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const timestamp = String(Date.now());
  const headers = {
    ...signedHeaders(key.keyId, key.secret, { timestamp, nonce, method, pathWithQuery: path, body: text }),
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
  };
  return async (gateway: Gateway): Promise<Answer> => {
    const response = await fetch(gateway.url + path, {
      method,
      headers,
      ...(text === '' ? {} : { body: text }),
    });
    return { status: response.status, json: (await response.json()) as Json };
  };
}

let exchange: TestExchange;
before(async () => {
  exchange = await TestExchange.start();
});
after(() => exchange.end());

const codeOf = ({ json }: Answer): unknown => (json['error'] as Json | undefined)?.['code'];

async function open(t: TestContext): Promise<Gateway> {
  const { replicas } = exchange.loaded.configuration;
  const gateway = await startGateway({
    port: 0,
    operatorPort: 0,
    identity: exchange.identity(gatewayOfTests),
    operatorIdentity: exchange.identity(operatorOfTests),
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    operatorToken,
    apiKeys: [alice, bob, free, pro, enterprise, bursting],
    timeWindowMs: 60_000,
    limits: { usePermilleMax: 1000 },
    logLevel: 'silent',
  });
  t.after(() => gateway.close());
  await exchange.until('a gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  return gateway;
}

test('gateways of one exchange carry out each request once, know all instruments, and tell clients of their own', async (t) => {
  const first = await open(t);
  const second = await open(t);
  await openMarket(first);

  // The second gateway has not heard of the instrument.
  const order = { symbol: 'ACME', side: 'buy', price: '10.00', quantity: '1', clientOrderId: 'mine' };
  const placed = await signed(alice, 'POST', '/v1/orders', order)(second);
  assert.equal(placed.status, 201, JSON.stringify(placed.json));
  const path = `/v1/orders/${placed.json['orderId']}`;

  // Another order under the id is refused, the same one is what it is now.
  const other = await signed(alice, 'POST', '/v1/orders', { ...order, symbol: 'FLAT', price: '10' })(first);
  assert.deepEqual([other.status, codeOf(other)], [409, 'clientOrderIdTaken']);
  const body = { price: '9.50', quantity: '2' };
  const changed = await signed(alice, 'PATCH', path, body)(first);
  assert.deepEqual([changed.json['symbol'], changed.json['remaining']], ['ACME', '2.000']);
  const again = await signed(alice, 'POST', '/v1/orders', order)(first);
  assert.deepEqual([again.status, again.json['repeated'], again.json['remaining']], [200, true, '2.000']);

  const third = await refuseCopies(path, first, second, () => open(t));

  // Two equal orders of one moment are two by their nonces.
  const twin = { symbol: 'ACME', side: 'buy', price: '1.00', quantity: '1' };
  const twins = ['1', '2'].map((nonce) => signed(alice, 'POST', '/v1/orders', twin, nonce)(first));
  assert.deepEqual(
    (await Promise.all(twins)).map(({ status }) => status),
    [201, 201],
  );
  const listed = await signed(alice, 'GET', '/v1/orders?limit=3')(third);
  assert.equal((listed.json['orders'] as Json[]).length, 3);
  const rest = await signed(alice, 'GET', String(listed.json['next']))(third);
  assert.deepEqual([(rest.json['orders'] as Json[]).length, rest.json['next']], [1, undefined]);

  await tellFills(second, third);
  await hideFromOthers(path, second);
});

/** Two accounts and two instruments. */
async function openMarket(first: Gateway): Promise<void> {
  const administer = async (path: string, body: Json): Promise<void> => {
    const response = await fetch(`${first.operatorUrl}/v1/operator/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 201, await response.text());
  };
  for (const [accountId, name] of [
    [1, 'alice'],
    [2, 'bob'],
  ] as const)
    await administer('accounts', { accountId, name });
  const units = { priceDecimals: 2, quantityDecimals: 3 };
  await administer('instruments', { instrumentId: 1, symbol: 'ACME', ...units });
  await administer('instruments', { instrumentId: 2, symbol: 'FLAT', priceDecimals: 0, quantityDecimals: 0 });
}

/** Changes the order at `path`; copies of requests change nothing, at no gateway, also at one that starts later. */
async function refuseCopies(
  path: string,
  first: Gateway,
  second: Gateway,
  openThird: () => Promise<Gateway>,
): Promise<Gateway> {
  const copies = [
    signed(alice, 'PATCH', path, { price: '8.00', quantity: '3' }, 'once'),
    signed(alice, 'POST', '/v1/orders', { symbol: 'ACME', side: 'buy', price: '7.00', quantity: '1' }),
    signed(alice, 'DELETE', '/v1/orders?side=sell'),
  ];
  for (const copy of copies) assert.ok((await copy(first)).status < 300);
  await signed(alice, 'PATCH', path, { price: '8.50', quantity: '3' })(first);
  const third = await openThird();
  for (const gateway of [first, second, third]) {
    for (const copy of copies) {
      const answer = await copy(gateway);
      assert.deepEqual(
        [answer.status, codeOf(answer)],
        [409, 'repeatedRequest'],
        JSON.stringify(answer.json),
      );
    }
  }
  assert.equal((await signed(alice, 'GET', path)(third)).json['price'], '8.50');
  return third;
}

/** A market order says what it traded for, and its fills can be asked for by their owner alone. */
async function tellFills(second: Gateway, third: Gateway): Promise<void> {
  const sold = await signed(bob, 'POST', '/v1/orders', {
    symbol: 'ACME',
    side: 'sell',
    type: 'market',
    quantity: '3.5',
  })(second);
  assert.deepEqual(
    [sold.json['status'], sold.json['filledValue'], sold.json['averagePrice']],
    ['filled', '29.00000', '8.2857142857'],
    JSON.stringify(sold.json),
  );
  const shown = await signed(bob, 'GET', `/v1/orders/${sold.json['orderId']}`)(third);
  assert.deepEqual(
    [shown.json['averagePrice'], 'price' in shown.json, shown.json['status']],
    ['8.2857142857', false, 'filled'],
  );
  const fills = await signed(bob, 'GET', `/v1/fills?orderId=${sold.json['orderId']}&symbol=ACME`)(third);
  assert.deepEqual(
    (fills.json['fills'] as Json[]).map(({ price, quantity, liquidity }) => [price, quantity, liquidity]),
    [
      ['8.50', '3.000', 'taker'],
      ['7.00', '0.500', 'taker'],
    ],
    JSON.stringify(fills.json),
  );
  assert.equal(fills.json['gap'], false, JSON.stringify(fills.json));
}

/** What is of another account looks like what never was. */
async function hideFromOthers(path: string, second: Gateway): Promise<void> {
  for (const [method, sent] of [
    ['GET', undefined],
    ['DELETE', undefined],
    ['PATCH', { price: '9.50', quantity: '2' }],
    ['PATCH', { priceTicks: 5, quantityLots: 5 }],
  ] as const) {
    const [theirs, never] = [
      await signed(bob, method, path, sent)(second),
      await signed(bob, method, '/v1/orders/99999999', sent)(second),
    ];
    assert.deepEqual(theirs, never, method);
    assert.equal(theirs.status, 404);
    const byClient = await signed(bob, method, '/v1/orders/by-client-id/mine', sent)(second);
    assert.deepEqual(byClient, never, method);
  }
  const foreign = await signed(bob, 'GET', path.replace('/v1/orders/', '/v1/fills?orderId='))(second);
  assert.deepEqual(foreign.json['fills'], []);
}

test('quotas of tiers are exact across two gateways and a failover', async (t) => {
  const gateways = [await open(t), await open(t)] as const;
  const administer = async (method: string, path: string, body: Json): Promise<void> => {
    const response = await fetch(`${gateways[0].operatorUrl}/v1/operator/${path}`, {
      method,
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, await response.text());
  };
  const units = { priceDecimals: 2, quantityDecimals: 3 };
  await administer('POST', 'instruments', { instrumentId: 3, symbol: 'METERED', ...units });
  const tiers = [
    { key: free, tier: 1, name: 'free', ordersPerDayMax: 7 },
    { key: pro, tier: 2, name: 'pro', ordersPerDayMax: 30 },
    { key: enterprise, tier: 3, name: 'enterprise', ordersPerDayMax: 0 },
  ] as const;
  const burst = { key: bursting, tier: 4, name: 'burst', ordersPerSecondMax: 3, ordersPerDayMax: 0 } as const;
  for (const { key, tier, name, ordersPerDayMax, ...others } of [...tiers, burst]) {
    const [accountId] = key.accountIds;
    await administer('POST', 'accounts', { accountId, name: key.keyId });
    await administer('PUT', `tiers/${tier}`, { name, ordersPerSecondMax: 0, ordersPerDayMax, ...others });
    await administer('PUT', `accounts/${accountId}/tier`, { tier });
  }

  /** Sends until it is known what became of it: what the failover has left open is sent again as it was. */
  const outcomeOf = async (key: typeof alice, n: number): Promise<Answer> => {
    const order = { symbol: 'METERED', side: 'buy', price: '1.00', quantity: '1', clientOrderId: `q${n}` };
    let answer: Answer | undefined;
    await exchange.until('an order is answered', async () => {
      answer = await signed(key, 'POST', '/v1/orders', order, `n${n}`)(gateways[n % 2]!);
      return answer.status < 500;
    });
    return answer!;
  };
  const each = 40;
  const sent = (key: typeof alice): Promise<Answer[]> =>
    Promise.all(Array.from({ length: each }, (_, n) => outcomeOf(key, n)));
  const first = await outcomeOf(free, 999);
  assert.equal(first.status, 201, JSON.stringify(first.json));
  const answers = Promise.all(tiers.map(({ key }) => sent(key)));
  const bursts = burstsUntil(answers, (n) => outcomeOf(bursting, n));
  process.kill((await exchange.leader()).pid, 'SIGKILL');
  const [ofFree, ofPro, ofEnterprise] = await answers;
  const placed = (list: readonly Answer[]): number => list.filter(({ status }) => status < 300).length;
  assert.deepEqual([placed(ofFree!), placed(ofPro!), placed(ofEnterprise!)], [6, 30, each]);
  for (const answer of [...ofFree!, ...ofPro!].filter(({ status }) => status >= 300))
    assert.deepEqual([answer.status, codeOf(answer)], [429, 'dayQuotaExceeded']);

  const inSeconds = await bursts;
  assert.ok(
    inSeconds.every((count) => count <= burst.ordersPerSecondMax),
    `orders in each second: ${inSeconds}`,
  );

  // Whichever gateway is asked, and whatever was spent: a repeat is what it was, and cancels pass.
  const repeat = await outcomeOf(free, 999);
  assert.deepEqual([repeat.status, repeat.json['repeated']], [200, true], JSON.stringify(repeat.json));
  const cancelled = await signed(free, 'DELETE', '/v1/orders')(gateways[1]);
  assert.equal(cancelled.status, 200, JSON.stringify(cancelled.json));
  const account = await signed(free, 'GET', '/v1/account')(gateways[0]);
  const { tierName, ordersPerDayMax, ordersToday } = account.json;
  assert.deepEqual([tierName, ordersPerDayMax, ordersToday], ['free', 7, 7]);
});

/**
 * Sends more orders in each second than one may, by both gateways, until `others` have come and then some full seconds:
 * how many were placed in each second of the exchange's time, by the stamps of those that no repeat has answered.
 */
async function burstsUntil(
  others: Promise<unknown>,
  outcomeOf: (n: number) => Promise<Answer>,
): Promise<number[]> {
  const fullMin = 3;
  const placedMax = 3;
  const inSeconds = new Map<number, number>();
  const full = (): number => [...inSeconds.values()].filter((count) => count >= placedMax).length;
  let haveCome = false;
  const coming = others.finally(() => (haveCome = true));
  let fullBefore = 0;
  for (let n = 0; !haveCome || full() < fullBefore + fullMin; ) {
    if (!haveCome) fullBefore = full();
    const answers = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(n++)));
    for (const { status, json } of answers) {
      if (status >= 300) assert.deepEqual([status, (json['error'] as Json)['code']], [429, 'quotaExceeded']);
      if (status !== 201) continue;
      const second = Math.floor(Number(json['timeUs']) / 1_000_000);
      inSeconds.set(second, (inSeconds.get(second) ?? 0) + 1);
    }
  }
  await coming;
  return [...inSeconds.values()];
}
