// What holds for every route, those of the future included: all tests here walk the route table.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RouteOptions } from 'fastify';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';
import type { AnyShape } from '../admission/fields.ts';
import { FuzzingDesk, type InjectedAnswer, operatorToken } from '../testing/fuzzing-desk.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof methods)[number];

let desk: FuzzingDesk;
before(async () => {
  desk = await FuzzingDesk.open();
});
after(() => desk.close());

interface Case {
  readonly method: Method;
  readonly path: string;
  /** Of the server that is the operator's. */
  readonly isOperator: boolean;
  readonly config: NonNullable<RouteOptions['config']>;
  readonly schema: object;
}

/** Every route, with a path that leads to it. */
function cases(): Case[] {
  return [false, true].flatMap((isOperator) =>
    desk.routes(isOperator).flatMap(({ method, url, config = {}, schema = {} }) =>
      [method].flat().map((one) => {
        const path = url
          .replace(':symbol', 'BTC-USD')
          .replace(/:[A-Za-z]+/, '1')
          .replace('*', 'index.html');
        return { method: one as Method, path, isOperator, config, schema };
      }),
    ),
  );
}

/** A body that may be sent. */
function exampleOf(body: object): object {
  return (body as { readonly examples: readonly object[] }).examples[0]!;
}

interface Sent {
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends with all credentials that a route can ask for. */
async function send(
  { method, path, isOperator }: Omit<Case, 'config' | 'schema'>,
  sent: Sent = {},
): Promise<InjectedAnswer> {
  const { query = '', body = '' } = sent;
  const url = query === '' ? path : `${path}?${query}`;
  const headers = {
    ...desk.signature(method, url, body),
    authorization: `Bearer ${operatorToken}`,
    ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': `${body.length}` }),
    ...sent.headers,
  };
  return desk.inject({ method, url, headers, ...(body === '' ? {} : { payload: body }) }, isOperator);
}

/** Sends what must be refused by the name of the field, before anything reaches the exchange. */
async function refuses(at: Case, sent: Sent, field: string): Promise<void> {
  const before = desk.receivedCount;
  const answer = await send(at, sent);
  const place = `${at.method} ${at.path} ${JSON.stringify(sent)}`;
  assert.equal(answer.status, 400, `${place}: ${JSON.stringify(answer.body)}`);
  assert.equal(desk.receivedCount, before, place);
  if (at.method === 'HEAD') return;
  const { error } = answer.body as { readonly error: { readonly code: string; readonly field?: string } };
  assert.deepEqual([error.code, error.field], ['invalidField', field], place);
}

const fieldsOf = (shape: AnyShape | undefined): string[] => Object.keys(shape?.fields ?? {});

test('the table holds every route, those of the documentation page included', () => {
  const paths = cases().map(
    ({ method, path, isOperator }) => `${method} ${path}${isOperator ? ' (operator)' : ''}`,
  );
  assert.ok(paths.length > 40, paths.join('\n'));
  for (const path of [
    'POST /v1/orders',
    'HEAD /health/live',
    'GET /v1/stream',
    'GET /docs/json',
    'GET /metrics (operator)',
  ])
    assert.ok(paths.includes(path), path);
});

test('what is right reaches the exchange through this desk, so that the fuzzer of routes sees it too', async () => {
  const order = {
    symbol: 'BTC-USD',
    side: 'buy',
    price: '236.47',
    quantity: '1.5',
    clientOrderId: 'reaches',
  };
  const before = desk.receivedCount;
  const place = { method: 'POST', path: '/v1/orders', isOperator: false } as const;
  assert.equal((await send(place, { body: JSON.stringify(order) })).status, 201);
  assert.equal(desk.receivedCount, before + 1);
  const mode = { method: 'PUT', path: '/v1/operator/mode', isOperator: true } as const;
  assert.equal((await send(mode, { body: '{"mode":"open"}' })).status, 200);
});

test('a parameter of the query that a route does not read is refused by name', async () => {
  for (const at of cases()) {
    await refuses(at, { query: 'unread=1' }, 'unread');
    for (const field of fieldsOf(at.config.body)) await refuses(at, { query: `${field}=1` }, field);
    for (const field of fieldsOf(at.config.query))
      await refuses(at, { query: `${field}=1&${field}=1` }, field);
  }
});

test('a body that a route does not read is refused, with JSON in it or not', async () => {
  for (const at of cases()) {
    if (at.config.body !== undefined) continue;
    await refuses(at, { body: '{"symbol":"BTC-USD","side":"sell"}' }, 'body');
    await refuses(at, { body: 'x', headers: { 'content-type': 'text/plain' } }, 'body');
  }
});

test('a field of the body that a route does not read, or that is there twice, is refused by name', async () => {
  let bodies = 0;
  for (const at of cases()) {
    if (at.config.body === undefined) continue;
    bodies++;
    await refuses(at, { body: '{"unread":1}' }, 'unread');
    for (const field of fieldsOf(at.config.query)) await refuses(at, { body: `{"${field}":7}` }, field);
    for (const field of fieldsOf(at.config.body))
      await refuses(
        at,
        { body: `{"${field}":"\\"a\\":","x":2,"\\u${code(field)}${field.slice(1)}":"b"}` },
        field,
      );
  }
  assert.ok(bodies >= 5);
});

/** The first character as JSON may also write it. */
function code(field: string): string {
  return field.charCodeAt(0).toString(16).padStart(4, '0');
}

test('what the published schema of a body refuses is refused, by the name of the field', async () => {
  const odd = [0, 1, -1, 0.5, 2 ** 53, '', 'abc', 'x'.repeat(99), '1.5', 'a b', true, null, [], {}];
  let refused = 0;
  for (const at of cases()) {
    const { body } = at.schema as { readonly body?: { readonly properties: Record<string, object> } };
    if (body === undefined) continue;
    const ajv = new Ajv2020({ strict: false });
    const accepts = ajv.compile(body);
    for (const [name, schema] of Object.entries(body.properties)) {
      for (const value of odd) {
        const sent: object = { ...exampleOf(body), [name]: value };
        if (ajv.validate(schema, value)) continue;
        assert.equal(accepts(sent), false, name);
        await refuses(at, { body: JSON.stringify(sent) }, name);
        refused++;
      }
    }
  }
  assert.ok(refused > 100, `${refused}`);
});

test('a header that would choose something else, and is not read, is refused by name', async () => {
  const headers = ['x-lockstep-account', 'x-http-method-override', 'idempotency-key', 'if-match'];
  for (const at of cases()) {
    for (const name of headers) await refuses(at, { headers: { [name]: '8' } }, name);
  }
});

test('a path that is served says with which methods, and HEAD answers as GET does', async () => {
  for (const isOperator of [false, true]) await saysMethods(isOperator);
  assert.equal((await desk.inject({ method: 'OPTIONS', url: '/v1/nothing' })).status, 404);
});

async function saysMethods(isOperator: boolean): Promise<void> {
  const served = new Map<string, string[]>();
  for (const { method, path } of cases().filter((at) => at.isOperator === isOperator)) {
    const methods = method === 'HEAD' ? ['GET', 'HEAD'] : [method];
    served.set(path, [...new Set([...(served.get(path) ?? []), ...methods])]);
  }
  for (const [path, allowed] of served) {
    const allow = [...allowed].sort().concat('OPTIONS').join(', ');
    for (const method of methods.filter((one) => !allowed.includes(one))) {
      const answer = await send({ method, path, isOperator }, { body: method === 'HEAD' ? '' : '{}' });
      assert.deepEqual([answer.status, answer.headers['allow']], [405, allow], `${method} ${path}`);
    }
    const options = await desk.inject({ method: 'OPTIONS', url: path }, isOperator);
    assert.deepEqual([options.status, options.headers['allow']], [204, allow], path);
    if (!allowed.includes('GET')) continue;
    assert.ok(allowed.includes('HEAD'), path);
    const [shown, head] = [
      await send({ method: 'GET', path, isOperator }),
      await send({ method: 'HEAD', path, isOperator }),
    ];
    assert.deepEqual([head.status, head.body], [shown.status, ''], path);
  }
}

test('a path with an empty part is served, or refused for its method, as one with another part', async () => {
  let refused = 0;
  for (const isOperator of [false, true]) {
    const served = new Map<string, Set<string>>();
    for (const { method, url } of desk.routes(isOperator)) {
      if (!url.includes(':')) continue;
      const path = url.replaceAll(/:[A-Za-z]+/g, '');
      served.set(path, new Set([...(served.get(path) ?? []), ...[method].flat()]));
    }
    for (const [path, allowed] of served) {
      for (const method of methods) {
        const isServed = allowed.has(method) || (method === 'HEAD' && allowed.has('GET'));
        const { status } = await send({ method, path, isOperator });
        assert.equal(status === 405, !isServed, `${method} ${path} gives ${status}`);
        assert.notEqual(status, isServed ? 404 : 400, `${method} ${path}`);
        if (!isServed) refused++;
      }
    }
  }
  assert.ok(refused > 20, `${refused}`);
});

test('every route asks for the credentials that it says, and takes no others', async () => {
  for (const { method, path, isOperator, config } of cases()) {
    const url = path;
    const signed = desk.signature(method, url, '');
    const operator = { authorization: `Bearer ${operatorToken}` };
    const without = { public: {}, key: operator, operator: signed, audit: signed }[config.access ?? 'public'];
    const { status } = await desk.inject({ method, url, headers: without }, isOperator);
    assert.equal(
      status === 401 || ((config.access === 'operator' || config.access === 'audit') && status === 403),
      (config.access ?? 'public') !== 'public',
      `${method} ${path} gives ${status}`,
    );
  }
});

test('every answer carries the id of the request, its own or one that the gateway makes', async () => {
  const made = new Set<unknown>();
  for (const at of cases()) {
    const answer = await send(at, { headers: { 'x-request-id': 'mine-7' } });
    assert.equal(answer.headers['x-request-id'], 'mine-7', at.path);
    const other = await send(at, { headers: { 'x-request-id': 'no spaces, please' } });
    made.add(other.headers['x-request-id']);
  }
  assert.equal(made.size, cases().length);
});

test('all that is not hidden is documented under a name of its own, with its answers and errors', async () => {
  for (const isOperator of [false, true]) await documents(isOperator);
});

async function documents(isOperator: boolean): Promise<void> {
  interface Operation {
    readonly operationId: string;
    readonly summary: string;
    readonly responses: object;
  }
  const { body } = await desk.inject({ method: 'GET', url: '/openapi.json' }, isOperator);
  const { paths } = body as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  const published = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ place: `${method} ${path}`, operation })),
  );
  const expected = desk
    .routes(isOperator)
    .filter(({ schema, method }) => schema !== undefined && !('hide' in schema) && method !== 'HEAD')
    .map(({ method, url }) => `${String(method).toLowerCase()} ${url.replaceAll(/:([A-Za-z]+)/g, '{$1}')}`);
  assert.deepEqual(published.map(({ place }) => place).sort(), expected.sort());
  assert.equal(new Set(published.map(({ operation }) => operation.operationId)).size, published.length);
  for (const { place, operation } of published) {
    assert.ok(operation.summary.length > 0, place);
    assert.match(JSON.stringify(operation.responses), /#\/components\/schemas\/Error/, place);
  }
}

test('what operators name belongs to traders: the numbers of the canary are refused by their name', async () => {
  const calls = [
    ['POST', '/v1/operator/accounts', { accountId: canaryMaker, name: 'A' }, 'accountId'],
    [
      'POST',
      '/v1/operator/instruments',
      { instrumentId: canaryInstrument(0), symbol: 'A', priceDecimals: 0, quantityDecimals: 0 },
      'instrumentId',
    ],
    ['POST', '/v1/operator/keys', { keyId: 'a', accountIds: [7, canaryTaker] }, 'accountIds'],
    ['PATCH', '/v1/operator/keys/a', { accountIds: [canaryTaker] }, 'accountIds'],
    ['PUT', '/v1/operator/mode', { mode: 'halted', accountId: canaryTaker }, 'accountId'],
    ['POST', `/v1/operator/accounts/${canaryMaker}/kill`, {}, 'id'],
    ['PUT', `/v1/operator/accounts/${canaryTaker}/tier`, { tier: 1 }, 'id'],
    [
      'PUT',
      `/v1/operator/accounts/${canaryTaker}/limits`,
      { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 },
      'id',
    ],
  ] as const;
  for (const [method, path, body, field] of calls) {
    const answer = await send({ method, path, isOperator: true }, { body: JSON.stringify(body) });
    const { error } = answer.body as { readonly error?: { readonly code: string; readonly field?: string } };
    assert.deepEqual([answer.status, error?.code, error?.field], [400, 'invalidField', field], path);
  }
});

test('a key that may do nothing, or that everybody could sign with, is not made', async () => {
  const keys = '/v1/operator/keys';
  const calls = [
    ['POST', keys, { keyId: 'a', accountIds: [7], permissions: [] }, 'permissions'],
    ['PATCH', `${keys}/a`, { permissions: [] }, 'permissions'],
    ['POST', keys, { keyId: 'a', accountIds: [7], publicKey: '00'.repeat(32) }, 'publicKey'],
    ['POST', keys, { keyId: 'a', accountIds: [7], publicKey: `01${'00'.repeat(31)}` }, 'publicKey'],
  ] as const;
  for (const [method, path, body, field] of calls) {
    const answer = await send({ method, path, isOperator: true }, { body: JSON.stringify(body) });
    const { error } = answer.body as { readonly error?: { readonly field?: string } };
    assert.deepEqual([answer.status, error?.field], [400, field], JSON.stringify(body));
  }
});
