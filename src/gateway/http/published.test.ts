// The documents are promises: each answer that they name is asked for, and has the shape that they say.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { samples } from '../../client/testing/sample-commands.ts';
import type { FillRow, TradeRow } from '../ports.ts';
import { Desk, type GatewayAnswer } from '../testing/desk.ts';
import { assertCanBeSent } from '../testing/fuzzing-desk.ts';
import { type OpenApiDocument, Published } from '../testing/published.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' } as const;
const amounts = { price: '236.40', quantity: '0.4' };
type Call = readonly [method: string, path: string, body?: object];

/** Each answers with success, in this order. */
const signedCalls: readonly Call[] = [
  ['POST', '/v1/orders', { ...order, clientOrderId: 'a' }],
  ['POST', '/v1/orders', { ...order, clientOrderId: 'a' }],
  ['GET', '/v1/orders'],
  ['GET', '/v1/orders/1'],
  ['GET', '/v1/orders/by-client-id/a'],
  ['PATCH', '/v1/orders/1', amounts],
  ['PATCH', '/v1/orders/by-client-id/a', amounts],
  ['DELETE', '/v1/orders/by-client-id/a'],
  ['DELETE', '/v1/orders/1'],
  ['DELETE', '/v1/orders'],
  ['GET', '/v1/fills'],
  ['GET', '/v1/positions'],
  ['GET', '/v1/account'],
];
const publicCalls: readonly Call[] = [
  ['GET', '/v1/instruments'],
  ['GET', '/v1/instruments/BTC-USD/book'],
  ['GET', '/v1/instruments/BTC-USD/trades'],
  ['GET', '/v1/status'],
  ['GET', '/v1/cluster'],
  ['GET', '/v1/time'],
  ['GET', '/health/live'],
  ['GET', '/health/ready'],
  ['GET', '/health/leader'],
];
const operatorCalls: readonly Call[] = [
  [
    'POST',
    '/v1/operator/instruments',
    { instrumentId: 9, symbol: 'X', priceDecimals: 2, quantityDecimals: 0 },
  ],
  ['POST', '/v1/operator/accounts', { accountId: 9, name: 'bob' }],
  ['PUT', '/v1/operator/accounts/9/limits', { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 }],
  ['PUT', '/v1/operator/tiers/1', { name: 'pro', ordersPerSecondMax: 0, ordersPerDayMax: 9 }],
  ['PUT', '/v1/operator/accounts/9/tier', { tier: 1 }],
  ['PUT', '/v1/operator/mode', { mode: 'cancelOnly', symbol: 'BTC-USD', reason: 'a look' }],
  ['POST', '/v1/operator/accounts/9/kill', {}],
  ['POST', '/v1/operator/end-of-day'],
  ['GET', '/v1/operator/hashes'],
  ['GET', '/v1/operator/cluster'],
  ['GET', '/v1/operator/audit'],
  ['POST', '/v1/operator/keys', { keyId: 'published', accountIds: [7] }],
  ['GET', '/v1/operator/keys'],
  ['GET', '/v1/operator/keys/published'],
  ['PATCH', '/v1/operator/keys/published', { tier: 1 }],
  ['POST', '/v1/operator/keys/published/rotate', {}],
  ['DELETE', '/v1/operator/keys/published'],
];

async function documentOf(read: Promise<GatewayAnswer>): Promise<OpenApiDocument> {
  return (await read).body as unknown as OpenApiDocument;
}

test('each route gives each answer that its document names, as the document says', async () => {
  const client = new Published(await documentOf(desk.get('/openapi.json')));
  const operator = new Published(await documentOf(desk.operatorCall('GET', '/openapi.json')));
  remember();
  const ask = async (
    document: Published,
    [method, path]: Call,
    answered: Promise<GatewayAnswer>,
  ): Promise<void> => {
    const { status, body } = await answered;
    document.check(method, path, status, body);
  };
  const askAll = async (): Promise<void> => {
    for (const call of signedCalls)
      await ask(client, call, desk.signed(call[0], call[1], call[2] && { body: call[2] }));
    for (const call of publicCalls) await ask(client, call, desk.call(call[0], call[1]));
    for (const call of operatorCalls) await ask(operator, call, desk.operator(...call));
  };
  await askAll();
  for (const [method, path] of [...signedCalls, ...publicCalls, ['GET', '/v1/stream'] as const])
    await ask(client, [method, path], desk.call(method, `${path}?unread=1`));
  for (const [method, path] of operatorCalls)
    await ask(operator, [method, path], desk.operator(method, `${path}?unread=1`));
  // Without a leader the states say so.
  desk.exchange.leaderId = 0;
  for (const path of ['/health/ready', '/health/leader']) await ask(client, ['GET', path], desk.get(path));
  desk.exchange.leaderId = 2;
  assert.deepEqual([...client.unseen, ...operator.unseen], []);
});

test('each command of a client has a route, and what admission lets pass of it can be sent', async (t) => {
  const fresh = await Desk.open();
  t.after(() => fresh.close());
  for (const [method, path, body] of signedCalls) await fresh.signed(method, path, body && { body });
  for (const call of operatorCalls) await fresh.operator(...call);
  const { received } = fresh.exchange;
  for (const [command, argument] of received) assertCanBeSent(command, argument);
  const names = new Set(received.map(([command]) => command));
  assert.deepEqual(
    Object.keys(samples).filter((name) => !names.has(name)),
    [],
    'commands that no route sends',
  );
});

/** Rows for the lists, so that none is empty. */
function remember(): void {
  const at = { tradeId: 1, seq: 50, n: 1, timeUs: 5, instrumentId: 1, priceTicks: 23_640, quantityLots: 5 };
  desk.exchange.tradeRows.push({ ...at, aggressorSide: 'buy' } as TradeRow);
  const owner = { accountId: 7, orderId: 1, clientOrderId: 'a', side: 'buy', liquidity: 'maker' };
  desk.exchange.fillRows.push({ ...at, ...owner, remainingLots: 3 } as FillRow);
}

test('a body with neither or both names of an amount fails the published schema, and is refused', async () => {
  const { paths } = await documentOf(desk.get('/openapi.json'));
  const choices = (text: object, count: object): readonly object[] => [
    {},
    text,
    count,
    { ...text, ...count },
  ];
  let refused = 0;
  for (const [method, path, base] of [
    ['post', '/v1/orders', { symbol: 'BTC-USD', side: 'buy' }],
    ['patch', '/v1/orders/{id}', {}],
  ] as const) {
    const operation = paths[path]?.[method] as unknown as {
      requestBody: { content: Record<string, { schema: object }> };
    };
    const accepts = new Ajv2020({ strict: false }).compile(
      operation.requestBody.content['application/json']!.schema,
    );
    for (const type of method === 'post' ? [undefined, 'limit', 'market', 'postOnly'] : [undefined]) {
      for (const price of choices({ price: '236.40' }, { priceTicks: 23_640 })) {
        for (const quantity of choices({ quantity: '0.5' }, { quantityLots: 5 })) {
          const body = { ...base, ...(type === undefined ? {} : { type }), ...price, ...quantity };
          const sent = path.replace('{id}', '12345');
          const { status, body: answer } = await desk.signed(method.toUpperCase(), sent, { body });
          const { code } = (answer['error'] ?? {}) as { readonly code?: string };
          // The order that is replaced is not there.
          const isTaken = status === 201 || code === 'unknownOrder';
          assert.equal(isTaken, accepts(body), `${method} ${JSON.stringify(body)}: ${status}`);
          if (!isTaken) refused++;
          if (!isTaken)
            assert.match(String((answer['error'] as { field: string }).field), /^(price|quantity)/);
        }
      }
    }
  }
  assert.ok(refused > 40, `${refused}`);
});

test('every route that a page names is served', async () => {
  const documents = [
    await documentOf(desk.get('/openapi.json')),
    await documentOf(desk.operatorCall('GET', '/openapi.json')),
  ];
  const routes = documents.flatMap(({ paths }) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), ...path.split('/')]),
    ),
  );
  const root = join(import.meta.dirname, '../../..');
  const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: root });
  const unserved: string[] = [];
  let named = 0;
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, method = '', path = ''] of text.matchAll(routeNamed)) {
      named++;
      const parts = [method, ...path.replace(/\?.*|[.:]$/, '').split('/')];
      const isServed = routes.some(
        (route) => route.length === parts.length && route.every((part, n) => isSame(part, parts[n]!)),
      );
      if (!isServed) unserved.push(`${page}: ${method} ${path}`);
    }
  }
  assert.deepEqual(unserved, []);
  assert.ok(named > 20, `${named}`);
});

const routeNamed = /\b(GET|POST|PUT|PATCH|DELETE)\s+(\/v1\/[^\s`'"|),]*)/g;

/** A part in braces is any text. */
function isSame(part: string, named: string): boolean {
  return part === named || (part.startsWith('{') && named !== '');
}
