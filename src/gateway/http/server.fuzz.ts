/** Fuzzes the routes: a short session of requests that are nearly right, signed for the most part. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { FuzzingDesk, operatorToken } from '../testing/fuzzing-desk.ts';

const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '1.5', clientOrderId: 'a' };
const limits = { orderLotsMax: 5, openOrdersMax: 1, priceBandBasisPoints: 10 };

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly isOperator?: boolean;
}

const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/orders', body: order },
  { method: 'POST', path: '/v1/orders', body: { ...order, side: 'sell', type: 'market', price: undefined } },
  { method: 'GET', path: '/v1/orders?accountId=7' },
  { method: 'GET', path: '/v1/orders/1' },
  { method: 'PATCH', path: '/v1/orders/1', body: { price: '236.48', quantity: '2' } },
  { method: 'PATCH', path: '/v1/orders/by-client-id/a', body: { priceTicks: 5, quantityLots: 9 } },
  { method: 'DELETE', path: '/v1/orders/by-client-id/a?accountId=7' },
  { method: 'DELETE', path: '/v1/orders?symbol=BTC-USD&side=buy' },
  { method: 'GET', path: '/v1/positions' },
  { method: 'GET', path: '/v1/account?accountId=7' },
  { method: 'GET', path: '/v1/instruments' },
  { method: 'GET', path: '/v1/instruments/BTC-USD/book?levels=3' },
  { method: 'GET', path: '/v1/instruments/BTC-USD/trades?limit=3' },
  { method: 'GET', path: '/v1/cluster' },
  { method: 'GET', path: '/v1/stream' },
  {
    method: 'POST',
    path: '/v1/operator/accounts',
    body: { accountId: 7, name: 'A', ...limits },
    isOperator: true,
  },
  { method: 'PUT', path: '/v1/operator/accounts/7/limits', body: limits, isOperator: true },
  { method: 'POST', path: '/v1/operator/end-of-day', isOperator: true },
  {
    method: 'POST',
    path: '/v1/operator/instruments',
    body: { instrumentId: 9, symbol: 'X', priceDecimals: 2, quantityDecimals: 8 },
    isOperator: true,
  },
];
const madeKey = { keyId: 'k', accountIds: [7], permissions: ['read'], networks: ['192.0.2.0/24'], tier: 1 };
const operatorRoutes: readonly Omit<Route, 'isOperator'>[] = [
  { method: 'POST', path: '/v1/operator/keys', body: madeKey },
  { method: 'POST', path: '/v1/operator/keys', body: { ...madeKey, publicKey: '5a'.repeat(32) } },
  { method: 'POST', path: '/v1/operator/keys', body: { keyId: 'p', accountIds: [7], programId: 1 } },
  { method: 'PATCH', path: '/v1/operator/keys/other', body: { permissions: ['trade'], expiresAtMs: 4e15 } },
  { method: 'PATCH', path: '/v1/operator/keys/other', body: { permissions: [], networks: [] } },
  { method: 'POST', path: '/v1/operator/keys/other/rotate', body: { graceMs: 5 } },
  { method: 'DELETE', path: '/v1/operator/keys/other' },
  { method: 'PUT', path: '/v1/operator/mode', body: { mode: 'halted', accountId: 7, reason: 'r' } },
  {
    method: 'PUT',
    path: '/v1/operator/mode',
    body: { mode: 'cancelOnly', symbol: 'BTC-USD', openAfterMs: 5 },
  },
  { method: 'POST', path: '/v1/operator/accounts/7/kill', body: { reason: 'r' } },
  {
    method: 'PUT',
    path: '/v1/operator/tiers/1',
    body: { name: 'pro', ordersPerSecondMax: 1, ordersPerDayMax: 2 },
  },
  { method: 'PUT', path: '/v1/operator/accounts/7/tier', body: { tier: 1 } },
  { method: 'GET', path: '/v1/operator/audit?after=1' },
];
const allRoutes: readonly Route[] = [
  ...routes,
  ...operatorRoutes.map((route) => ({ ...route, isOperator: true })),
];
const odd = ['?', '&', '=', '/', '%', '%2F', '%00', '%zz', '..', '__proto__=1', 'accountId=8', '+', '%E2%82'];

let opened: Promise<FuzzingDesk> | undefined;

async function run(random: Random): Promise<void> {
  opened ??= FuzzingDesk.open();
  const desk = await opened;
  desk.clear();
  for (let n = random.between(1, 5); n > 0; n--) await request(random, desk);
}

async function request(random: Random, desk: FuzzingDesk): Promise<void> {
  const { method, path, body, isOperator = false } = random.pick(allRoutes);
  const url = random.chance(0.3) ? mutatedPath(random, path) : path;
  const text = body === undefined && random.chance(0.9) ? '' : bodyText(random, body);
  const payload = random.chance(0.05) ? Buffer.from(mutated(random, Buffer.from(text))) : Buffer.from(text);
  const headers: Record<string, string> = {
    ...desk.signature(method, url, payload.toString()),
    ...(isOperator ? { authorization: `Bearer ${operatorToken}` } : {}),
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
  };
  if (random.chance(0.1)) spoilHeader(random, headers);
  const { status } = await desk.inject(
    { method, url, headers, ...(text === '' ? {} : { payload }) },
    isOperator,
  );
  assert.ok(status >= 200 && status < 500, `${method} ${url} gives ${status}`);
}

function bodyText(random: Random, body: unknown): string {
  if (random.chance(0.4)) return JSON.stringify(body) ?? '';
  const json = JSON.stringify(mutatedJson(random, body ?? {})) ?? '';
  return random.chance(0.2) ? mutatedText(random, json) : json;
}

/** Only what a request line can hold: visible ASCII, and a slash at its start. */
function mutatedPath(random: Random, path: string): string {
  const at = random.below(path.length + 1);
  const text = random.chance(0.5) ? random.pick(odd) : encodeURIComponent(oddText(random).toWellFormed());
  const changed = random.chance(0.5)
    ? path.slice(0, at) + text + path.slice(at + random.below(3))
    : `${path}${path.includes('?') ? '&' : '?'}${text}=${text}`;
  return `/${changed
    .replaceAll(/[^!-~]/g, '')
    .replace(/^\/+/, '')
    .slice(0, 2_000)}`;
}

function spoilHeader(random: Random, headers: Record<string, string>): void {
  const name = random.pick(Object.keys(headers));
  if (random.chance(0.3)) delete headers[name];
  else headers[name] = mutatedText(random, headers[name] ?? '').replaceAll(/[^\t -~]/g, '');
}

export const httpFuzzer: Fuzzer = {
  name: 'gateway-http',
  property: 'Any request has an answer or an error of the table; what reaches the exchange can be encoded.',
  casesInTests: 150,
  run,
  close: async () => {
    await (await opened)?.close();
    opened = undefined;
  },
};
