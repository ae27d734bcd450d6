// One question, asked through the SDK, over HTTP and on the command line, with arguments that are wrong in each way:
// all of them say the same of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, InvalidArgumentError, LockstepError, QueryFailedError } from '../src/client/index.ts';
import { type AnswerWord, bid, Faces, type Json, ofRows, saidBy, symbols } from './testing/faces.ts';

let faces: Faces;
let client: Client;
before(async () => {
  faces = await Faces.open();
  ({ client } = faces);
});
after(() => faces.close());

const byHttp = (...asked: Parameters<Faces['byHttp']>): Promise<AnswerWord> => faces.byHttp(...asked);

async function bySdk(ask: () => Promise<unknown>): Promise<AnswerWord> {
  try {
    const found = (await ask()) as Json | readonly unknown[] | undefined;
    if (found === undefined) return 'unknown';
    if (Array.isArray(found)) return ofRows(found);
    const { fills, orders, ok, code } = found as Json;
    if (fills !== undefined || orders !== undefined) return ofRows((fills ?? orders) as readonly unknown[]);
    if (ok === undefined) return 'rows';
    return ok === true ? 'done' : saidBy(String(code));
  } catch (error) {
    if (error instanceof InvalidArgumentError) return 'refused';
    if (error instanceof QueryFailedError && error.isUnknown) return 'unknown';
    return error instanceof LockstepError ? saidBy(error.code) : String(error);
  }
}

async function byCommand(...words: readonly string[]): Promise<AnswerWord> {
  const { code, err } = await faces.exchange.run(...words);
  if (code === 0) return 'done';
  if (code === 2) return 'refused';
  return /There is no |not exist|no such/i.test(err) ? 'unknown' : 'refused';
}

interface Asked {
  readonly what: string;
  readonly sdk: AnswerWord;
  readonly http: AnswerWord;
}

/** Values that no number has to be, and numbers that are none of an account, a price or a quantity. */
const wrongValues: readonly unknown[] = [null, '', '1', 'x', true, [], {}, -1, 1.5, 2 ** 32, 2 ** 53, 0];

function shown(value: unknown): string {
  return JSON.stringify(value);
}

/** Asks both, and notes what each says. */
function asking(table: Asked[]) {
  return async (what: string, sdk: () => Promise<unknown>, ...http: Parameters<Faces['byHttp']>) => {
    table.push({ what, sdk: await bySdk(sdk), http: await byHttp(...http) });
  };
}

/** Throws where faces differ, with all rows that do. */
function agree(table: readonly Asked[]): void {
  const differ = table.filter(({ sdk, http }) => sdk !== http);
  assert.deepEqual(differ, [], `${differ.length} of ${table.length} differ`);
}

test('orders with a wrong field are refused alike, and none is placed', async () => {
  const table: Asked[] = [];
  const { accountId, instrumentId, ...common } = bid;
  const askWith = async (what: string, change: Json): Promise<void> => {
    const sdk = await bySdk(() => client.placeOrder({ ...bid, ...change } as never));
    const body = { ...common, symbol: symbols[instrumentId], ...change };
    table.push({ what, sdk, http: await byHttp('POST', `/v1/orders?accountId=${accountId}`, body) });
  };
  const words = ['side', 'type', 'timeInForce', 'selfMatch', 'clientOrderId'];
  for (const field of ['priceTicks', 'quantityLots', ...words])
    for (const value of wrongValues) {
      // A text of one character is a client order id, and 2^32 is a quantity.
      if (field === 'clientOrderId' && ['1', 'x'].includes(value as string)) continue;
      if (field === 'quantityLots' && value === 2 ** 32) continue;
      await askWith(`${field} ${shown(value)}`, { [field]: value });
    }
  for (const field of ['quantity', 'stopPrice', 'accountID', '__proto__x'])
    await askWith(field, { [field]: 1 });
  for (const id of ['a b', 'é', 'x'.repeat(21), 'x'.repeat(36), 'x'.repeat(300)])
    await askWith(`clientOrderId ${id.slice(0, 40)}`, { clientOrderId: id });
  for (const body of [null, 'buy', 7]) {
    const sdk = await bySdk(() => client.placeOrder(body as never));
    table.push({ what: `body ${shown(body)}`, sdk, http: await byHttp('POST', '/v1/orders', body) });
    for (const ask of [() => client.fills(body as never), () => client.order(body as never)])
      assert.equal(await bySdk(ask), 'refused');
  }
  await askWith('a market order with a price', { type: 'market' });
  await askWith('post-only at once', { type: 'postOnly', timeInForce: 'immediateOrCancel' });
  const placed = table.filter(({ sdk, http }) => sdk === 'done' || http === 'done');
  assert.deepEqual(placed, []);
  agree(table);
});

test('an instrument that is not there is unknown to each question', async () => {
  const table: Asked[] = [];
  const ask = asking(table);
  for (const instrumentId of [1, 99]) {
    const symbol = symbols[instrumentId];
    const of = `of instrument ${instrumentId}`;
    await ask(`book ${of}`, () => client.book(instrumentId, 5), 'GET', `/v1/instruments/${symbol}/book`);
    await ask(
      `trades ${of}`,
      () => client.trades(instrumentId, 5),
      'GET',
      `/v1/instruments/${symbol}/trades`,
    );
    const filter = { accountId: 1, instrumentId };
    await ask(`fills ${of}`, () => client.fills(filter), 'GET', `/v1/fills?symbol=${symbol}`);
    await ask(
      `executions ${of}`,
      async () => [(await client.executions({ ...filter, fromSeq: 0 }).next()).value],
      ...(['GET', `/v1/fills?symbol=${symbol}&fromSeq=0`] as const),
    );
    await ask(
      `an order ${of}`,
      () => client.placeOrder({ ...bid, instrumentId, timeInForce: 'immediateOrCancel', priceTicks: 1 }),
      'POST',
      '/v1/orders',
      { symbol, side: 'buy', priceTicks: 1, quantityLots: 1, timeInForce: 'immediateOrCancel' },
    );
    await ask(
      `mode ${of}`,
      () => client.setMode({ mode: 'open', instrumentId }),
      'PUT',
      '/v1/operator/mode',
      {
        ...{ mode: 'open', symbol },
      },
    );
  }
  await ask(
    'mass cancel',
    () => client.massCancel({ accountId: 1, instrumentId: 99 }),
    'DELETE',
    '/v1/orders?symbol=NONE',
  );
  agree(table);
  assert.ok(table.some(({ what, sdk }) => what === 'trades of instrument 99' && sdk === 'unknown'));
});

test('accounts and orders that are not there are told alike', async () => {
  const table: Asked[] = [];
  const ask = asking(table);
  for (const accountId of [1, 99]) {
    const query = `?accountId=${accountId}`;
    const of = `of account ${accountId}`;
    await ask(`account ${of}`, () => client.account(accountId), 'GET', `/v1/account${query}`);
    await ask(`open orders ${of}`, () => client.openOrders(accountId), 'GET', `/v1/orders${query}`);
    await ask(`positions ${of}`, () => client.positions(accountId), 'GET', `/v1/positions${query}`);
    await ask(`fills ${of}`, () => client.fills({ accountId }), 'GET', `/v1/fills${query}`);
    const byId = `/v1/orders/by-client-id/there${query}`;
    await ask(`order ${of}`, () => client.order({ accountId, clientOrderId: 'there' }), 'GET', byId);
  }
  const lost = { accountId: 99, ...{ priceTicks: 1, quantityLots: 1 } };
  await ask('order', () => client.placeOrder({ ...bid, accountId: 99 }), 'POST', '/v1/orders?accountId=99', {
    ...{ symbol: 'ACME', side: 'buy', priceTicks: 1, quantityLots: 1 },
  });
  for (const orderId of [1, 999_999]) {
    const path = `/v1/orders/${orderId}?accountId=99`;
    await ask(`show ${orderId}`, () => client.order({ accountId: 99, orderId }), 'GET', path);
    await ask(`cancel ${orderId}`, () => client.cancelOrder({ accountId: 99, orderId }), 'DELETE', path);
    await ask(`change ${orderId}`, () => client.replaceOrder({ ...lost, orderId }), 'PATCH', path, {
      ...{ priceTicks: 1, quantityLots: 1 },
    });
  }
  await ask('kill', () => client.killAccount({ accountId: 99 }), 'POST', '/v1/operator/accounts/99/kill', {});
  await ask(
    'tier',
    () => client.assignTier({ accountId: 99, tier: 1 }),
    'PUT',
    '/v1/operator/accounts/99/tier',
    { tier: 1 },
  );
  const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
  await ask(
    'limits',
    () => client.setLimits({ accountId: 99, ...limits }),
    'PUT',
    '/v1/operator/accounts/99/limits',
    limits,
  );
  agree(table);
});

test('numbers of questions that are none are refused alike', async () => {
  const table: Asked[] = [];
  const askBoth = asking(table);
  const ask = (what: string, sdk: () => Promise<unknown>, path: string) => askBoth(what, sdk, 'GET', path);
  for (const value of ['', 'x', -1, 1.5, 2 ** 53, 0, null, 1]) {
    const text = encodeURIComponent(String(value ?? 'null'));
    const wrong = value as number;
    await ask(`account ${text}`, () => client.account(wrong), `/v1/account?accountId=${text}`);
    await ask(`orders ${text}`, () => client.openOrders(wrong), `/v1/orders?accountId=${text}`);
    await ask(`positions ${text}`, () => client.positions(wrong), `/v1/positions?accountId=${text}`);
    await ask(`levels ${text}`, () => client.book(1, wrong), `/v1/instruments/ACME/book?levels=${text}`);
    await ask(`last ${text}`, () => client.trades(1, wrong), `/v1/instruments/ACME/trades?limit=${text}`);
    const page = { accountId: 1, limit: wrong };
    await ask(`limit ${text}`, () => client.openOrdersPage(page), `/v1/orders?limit=${text}`);
    await ask(`fills ${text}`, () => client.fills(page), `/v1/fills?limit=${text}`);
    const ofOrder = { accountId: 1, orderId: wrong };
    await ask(`order ${text}`, () => client.order(ofOrder), `/v1/orders/${text === '' ? '%20' : text}`);
    if (value !== 1) await ask(`fills of ${text}`, () => client.fills(ofOrder), `/v1/fills?orderId=${text}`);
    const from = { accountId: 1, fromSeq: wrong };
    await ask(`from ${text}`, () => client.fills(from), `/v1/fills?fromSeq=${text}`);
    const later = { accountId: 1, fromSeq: 1_000_000 };
    await ask('from a seq to come', () => client.fills(later), '/v1/fills?fromSeq=1000000');
    const behind = { accountId: 1, afterN: wrong };
    await ask(`lone place ${text}`, () => client.fills(behind), `/v1/fills?afterN=${text}`);
  }
  agree(table);
});

interface AskedOfThree extends Asked {
  readonly command: AnswerWord;
}

/** Asks all three; without the SDK it has no part in it. */
function askingThree(table: AskedOfThree[]) {
  return async (
    words: readonly string[],
    sdk: (() => Promise<unknown>) | undefined,
    ...http: Parameters<Faces['byHttp']>
  ) => {
    const overHttp = await byHttp(...http);
    const bySession = sdk === undefined ? overHttp : await bySdk(sdk);
    table.push({ what: words.join(' '), sdk: bySession, http: overHttp, command: await byCommand(...words) });
  };
}

function ofThree(table: readonly AskedOfThree[]): void {
  assert.deepEqual(
    table.filter(({ sdk, http, command }) => sdk !== http || sdk !== command),
    [],
  );
}

test('an operator of modes and of the kill switch is told the same by a command, the SDK and HTTP', async () => {
  const table: AskedOfThree[] = [];
  const ask = askingThree(table);
  const mode = 'cancelOnly';
  const path = '/v1/operator/mode';
  await ask(
    ['mode', 'cancel-only', '--account', '99'],
    () => client.setMode({ mode, accountId: 99 }),
    'PUT',
    path,
    {
      ...{ mode, accountId: 99 },
    },
  );
  await ask(
    ['mode', 'cancel-only', '--instrument', '99'],
    () => client.setMode({ mode, instrumentId: 99 }),
    'PUT',
    path,
    {
      ...{ mode, symbol: 'NONE' },
    },
  );
  await ask(
    ['mode', 'cancel-only', '--account', '0'],
    () => client.setMode({ mode, accountId: 0 }),
    'PUT',
    path,
    {
      ...{ mode, accountId: 0 },
    },
  );
  await ask(
    ['mode', 'open', '--account', '2', '--open-after', '5'],
    () => client.setMode({ mode: 'open', accountId: 2, openAfterMs: 5 }),
    ...(['PUT', path, { mode: 'open', accountId: 2, openAfterMs: 5 }] as const),
  );
  await ask(['mode', 'shut'], () => client.setMode({ mode: 'shut' as never }), 'PUT', path, { mode: 'shut' });
  const reason = 'x'.repeat(65);
  await ask(
    ['mode', 'halted', '--account', '2', '--reason', reason],
    () => client.setMode({ mode: 'halted', accountId: 2, reason }),
    'PUT',
    path,
    {
      ...{ mode: 'halted', accountId: 2, reason },
    },
  );
  await ask(
    ['kill', '99'],
    () => client.killAccount({ accountId: 99 }),
    'POST',
    '/v1/operator/accounts/99/kill',
    {},
  );
  await ask(
    ['kill', '0'],
    () => client.killAccount({ accountId: 0 }),
    'POST',
    '/v1/operator/accounts/0/kill',
    {},
  );
  ofThree(table);
});

test('an operator of keys is told the same by a command and over HTTP, and no key is made', async () => {
  const table: AskedOfThree[] = [];
  const ask = askingThree(table);
  const keys = '/v1/operator/keys';
  const keyId = 'k';
  const past = '2020-01-01T00:00:00Z';
  await ask(['keys', 'add', keyId, '--account', '99'], undefined, 'POST', keys, { keyId, accountIds: [99] });
  await ask(['keys', 'add', keyId, '--account', '1', '--expires', past], undefined, 'POST', keys, {
    ...{ keyId, accountIds: [1], expiresAtMs: Date.parse(past) },
  });
  await ask(['keys', 'add', keyId, '--account', '1', '--permissions', 'fly'], undefined, 'POST', keys, {
    ...{ keyId, accountIds: [1], permissions: ['fly'] },
  });
  await ask(['keys', 'add', keyId], undefined, 'POST', keys, { keyId });
  await ask(['keys', 'show', 'k/../x'], undefined, 'GET', `${keys}/${encodeURIComponent('k/../x')}`);
  await ask(['keys', 'change', 'none', '--tier', '1'], undefined, 'PATCH', `${keys}/none`, { tier: 1 });
  await ask(['keys', 'change', 'none'], undefined, 'PATCH', `${keys}/none`, {});
  await ask(['keys', 'revoke', 'none'], undefined, 'DELETE', `${keys}/none`);
  ofThree(table);
  assert.deepEqual(
    (await client.keys(0)).keys.filter((row) => row.keyId === keyId),
    [],
    'no key was made',
  );
});
