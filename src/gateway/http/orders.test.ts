import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { LockstepError } from '../../client/index.ts';
import { Desk, type GatewayAnswer, operatorToken } from '../testing/desk.ts';

const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' } as const;
let desk: Desk;

before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

function errorOf(answer: GatewayAnswer): Readonly<Record<string, unknown>> {
  const { error } = answer.body as { readonly error?: Readonly<Record<string, unknown>> };
  assert.ok(error !== undefined, JSON.stringify(answer.body));
  assert.equal(typeof error['message'], 'string');
  assert.equal(typeof error['hint'], 'string');
  return error;
}

function refuses(
  answer: GatewayAnswer,
  status: number,
  code: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const error = errorOf(answer);
  assert.equal(error['code'], code);
  assert.equal(answer.status, status);
  for (const [name, value] of Object.entries(details)) assert.equal(error[name], value);
}

/** The last command that the exchange received, without its request. */
function lastReceived(): [name: string, command: object] {
  const [name, command] = desk.exchange.received.at(-1) ?? ['', {}];
  const { request: _request, ...rest } = command as { readonly request?: unknown };
  return [name, rest];
}

test('an order is placed in exact ticks and lots, and answered in both', async () => {
  const { status, body } = await desk.signed('POST', '/v1/orders', {
    body: { ...order, clientOrderId: 'one' },
  });
  assert.equal(status, 201);
  const [, sent] = lastReceived();
  assert.deepEqual(sent, {
    accountId: 7,
    instrumentId: 1,
    side: 'buy',
    type: 'limit',
    priceTicks: 23_647,
    quantityLots: 50_000_000,
    timeInForce: 'goodTillCancel',
    selfMatch: 'allow',
    clientOrderId: 'one',
  });
  assert.deepEqual(
    { remaining: body['remaining'], remainingLots: body['remainingLots'], symbol: body['symbol'] },
    { remaining: '0.50000000', remainingLots: 50_000_000, symbol: 'BTC-USD' },
  );
  const shown = await desk.signed('GET', `/v1/orders/${body['orderId']}`);
  assert.deepEqual(
    [shown.body['price'], shown.body['priceTicks'], shown.body['clientOrderId']],
    ['236.47', 23_647, 'one'],
  );
});

test('the same client order id is the same order, also when it is sent again', async () => {
  const body = { ...order, clientOrderId: 'twice' };
  const first = await desk.signed('POST', '/v1/orders', { body });
  const second = await desk.signed('POST', '/v1/orders', { body });
  assert.deepEqual([first.status, second.status], [201, 200]);
  assert.deepEqual(second.body, { ...first.body, repeated: true });
});

test('another order under the same client order id is refused, and the first one named', async () => {
  const first = await desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId: 'taken' } });
  const { orderId } = first.body;
  const ordersBefore = desk.exchange.orders.size;
  for (const change of [{ quantity: '0.6' }, { price: '1' }, { side: 'sell' }, { symbol: 'ETH-USD' }]) {
    const other = await desk.signed('POST', '/v1/orders', {
      body: { ...order, ...change, clientOrderId: 'taken' },
    });
    const ask = `/v1/orders/${String(orderId)}?accountId=7`;
    refuses(other, 409, 'clientOrderIdTaken', { orderId, clientOrderId: 'taken', ask });
    assert.equal('outcome' in errorOf(other), false);
  }
  assert.equal(desk.exchange.orders.size, ordersBefore);
});

test('failure 18: an order without an id of its own is placed once, however often its signed bytes arrive', async () => {
  const ordersBefore = desk.exchange.orders.size;
  const timestamp = String(Date.now());
  const first = await desk.signed('POST', '/v1/orders', { body: order, timestamp });
  assert.equal(first.status, 201);
  assert.equal(String(first.body['clientOrderId']).length, 20);
  const copy = await desk.signed('POST', '/v1/orders', { body: order, timestamp });
  refuses(copy, 409, 'repeatedRequest', { orderId: first.body['orderId'] });
  const shown = await desk.signed('GET', String(errorOf(copy)['ask']));
  assert.equal(shown.body['orderId'], first.body['orderId']);
  const other = await desk.signed('POST', '/v1/orders', {
    body: order,
    timestamp: String(Number(timestamp) - 1),
  });
  assert.notEqual(other.body['orderId'], first.body['orderId']);
  assert.equal(desk.exchange.orders.size, ordersBefore + 2);
});

test('equal orders of one millisecond are as many orders as have a nonce, and the others are refused', async () => {
  const ordersBefore = desk.exchange.orders.size;
  const timestamp = String(Date.now());
  const nonces = ['1', '2', '3', '3', undefined, undefined];
  const answers = await Promise.all(
    nonces.map((nonce) =>
      desk.signed('POST', '/v1/orders', {
        body: order,
        timestamp,
        ...(nonce === undefined ? {} : { nonce }),
      }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201, 409, 201, 409],
  );
  assert.equal(desk.exchange.orders.size, ordersBefore + 4);
  const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body['orderId']);
  assert.equal(new Set(placed).size, 4);
});

test('each change carries what the exchange knows the request by, so that a copy changes nothing', async () => {
  const { body } = await desk.signed('POST', '/v1/orders', { body: order });
  const path = `/v1/orders/${body['orderId']}`;
  const requests: [method: string, path: string, body?: object][] = [
    ['PATCH', path, { price: '9', quantity: '2' }],
    ['PATCH', path, { priceTicks: 9, quantityLots: 2 }],
    ['DELETE', path],
    ['DELETE', `/v1/orders/by-client-id/${body['clientOrderId']}`],
    ['DELETE', '/v1/orders'],
  ];
  for (const [method, at, sent] of requests) {
    const timestamp = String(Date.now() - 3_000);
    const options = { timestamp, nonce: 'once', ...(sent === undefined ? {} : { body: sent }) };
    assert.equal((await desk.signed(method, at, options)).status, 200);
    const [, command] = desk.exchange.received.at(-1) as [
      string,
      { request: { timeMs: number; id: string; validMs: number } },
    ];
    assert.equal(command.request.timeMs, Number(timestamp));
    const { validMs } = command.request;
    assert.ok(
      validMs >= 0 && validMs <= 2_000,
      `valid for ${validMs} ms: until it is as old as a request may be`,
    );
    assert.match(command.request.id, /^[0-9a-f]{16}$/);
    refuses(await desk.signed(method, at, options), 409, 'repeatedRequest');
  }
});

test('what a caller waits for no longer is sent on with the time that it still has', async () => {
  const validMsSent = () => {
    const [, command] = desk.exchange.received.at(-1) as [string, { request: { validMs: number } }];
    return command.request.validMs;
  };
  const place = (validMs: string, ageMs: number) =>
    desk.signed('POST', '/v1/orders', { body: order, validMs, timestamp: String(Date.now() - ageMs) });
  assert.equal((await place('3000', 1_000)).status, 201);
  assert.ok(validMsSent() <= 2_000, `${validMsSent()} ms`);
  // A clock that is ahead lengthens nothing, and no time is longer than that of every request.
  assert.equal((await place('3000', -2_000)).status, 201);
  assert.ok(validMsSent() <= 3_000, `${validMsSent()} ms`);
  assert.equal((await place('60000', 1_000)).status, 201);
  assert.ok(validMsSent() <= 4_000, `${validMsSent()} ms`);
  const sentBefore = desk.exchange.received.length;
  refuses(await place('500', 1_000), 503, 'deadlinePassed');
  refuses(await place('soon', 0), 400, 'invalidField', { field: 'x-lockstep-valid-ms' });
  const headers = { authorization: `Bearer ${operatorToken}`, 'x-lockstep-valid-ms': '500' };
  refuses(await desk.operatorCall('POST', '/v1/operator/end-of-day', { headers }), 400, 'invalidField', {
    field: 'x-lockstep-valid-ms',
  });
  assert.equal(desk.exchange.received.length, sentBefore);
});

test('an operator with the token says when a request was sent, and given up it is not carried out', async () => {
  let accountId = 100;
  const create = (given: Readonly<Record<string, string>>) =>
    desk.operatorCall('POST', '/v1/operator/accounts', {
      headers: { authorization: `Bearer ${operatorToken}`, ...given },
      body: { accountId: ++accountId, name: 'late' },
    });
  const sent = (ageMs: number, validMs?: string) =>
    create({
      'x-lockstep-timestamp': String(Date.now() - ageMs),
      ...(validMs === undefined ? {} : { 'x-lockstep-valid-ms': validMs }),
    });
  const validMsSent = () => (desk.exchange.received.at(-1) as [string, { validMs?: number }])[1].validMs;
  for (const [ageMs, validMs, most] of [
    [1_000, '3000', 2_000],
    [1_000, '60000', 4_000],
    [3_000, undefined, 2_000],
    [-2_000, '3000', 3_000],
  ] as const) {
    assert.equal((await sent(ageMs, validMs)).status, 201);
    const left = validMsSent();
    assert.ok(left !== undefined && left >= 0 && left <= most, `${left} ms are left`);
  }
  const before = desk.exchange.received.length;
  refuses(await sent(1_000, '500'), 503, 'deadlinePassed');
  refuses(await sent(60_000), 401, 'staleTimestamp');
  refuses(await create({ 'x-lockstep-timestamp': 'now' }), 401, 'staleTimestamp');
  refuses(await sent(0, 'soon'), 400, 'invalidField', { field: 'x-lockstep-valid-ms' });
  assert.equal(desk.exchange.received.length, before);
  assert.equal((await create({})).status, 201);
  assert.equal(validMsSent(), undefined, 'without a time it has none');
});

test('orders are shown, replaced and cancelled by either id', async () => {
  await desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId: 'a/b' } });
  const path = '/v1/orders/by-client-id/a%2Fb';
  const found = await desk.signed('GET', path);
  assert.equal(found.body['clientOrderId'], 'a/b');
  const replaced = await desk.signed('PATCH', path, { body: { price: '240.00', quantity: '1.25' } });
  assert.equal(replaced.status, 200);
  assert.deepEqual(lastReceived(), [
    'replaceOrder',
    { accountId: 7, orderId: found.body['orderId'], priceTicks: 24_000, quantityLots: 125_000_000 },
  ]);
  assert.equal(replaced.body['remaining'], '1.25000000');
  const cancelled = await desk.signed('DELETE', `/v1/orders/${found.body['orderId']}?accountId=7`);
  assert.deepEqual([cancelled.status, cancelled.body['status']], [200, 'cancelled']);
  const ended = await desk.signed('GET', path);
  assert.deepEqual([found.body['cancelReason'], ended.body['cancelReason']], [undefined, 'requested']);
  refuses(
    await desk.signed('PATCH', '/v1/orders/999', { body: { price: '1', quantity: '1' } }),
    404,
    'unknownOrder',
  );
  refuses(await desk.signed('GET', '/v1/orders/abc'), 400, 'invalidField', { field: 'id' });
});

test('an order that came through another gateway is answered in decimals too', async () => {
  const other = { accountId: 7, instrumentId: 1, side: 'buy', priceTicks: 1234, quantityLots: 5 } as const;
  const { orderId } = await desk.exchange.placeOrder({ ...other, clientOrderId: 'elsewhere' });
  const { status, body } = await desk.signed('DELETE', `/v1/orders/${orderId}`);
  assert.deepEqual([status, body['symbol'], body['remaining']], [200, 'BTC-USD', '0.00000000']);
});

test('a mass cancel passes its filter on, and refuses one that it does not know', async () => {
  const { status, body } = await desk.signed('DELETE', '/v1/orders?symbol=ETH-USD&side=sell');
  assert.deepEqual([status, body['count']], [200, 3]);
  assert.deepEqual(lastReceived(), ['massCancel', { accountId: 7, instrumentId: 2, side: 'sell' }]);
  const sentBefore = desk.exchange.received.length;
  refuses(await desk.signed('DELETE', '/v1/orders?symbols=ETH-USD'), 400, 'invalidField', {
    field: 'symbols',
  });
  assert.equal(desk.exchange.received.length, sentBefore);
});

test('positions and account are shown in the units of people', async () => {
  const { body } = await desk.signed('GET', '/v1/positions');
  assert.deepEqual(body['positions'], [
    {
      symbol: 'BTC-USD',
      position: '-1.00000000',
      positionLots: -100_000_000,
      bought: '0.50000000',
      boughtLots: 50_000_000,
      sold: '1.50000000',
      soldLots: 150_000_000,
    },
  ]);
  assert.equal((await desk.signed('GET', '/v1/account')).body['name'], 'alice');
  refuses(await desk.signed('GET', '/v1/account?accountId=8'), 422, 'unknownAccount');
  refuses(await desk.signed('GET', '/v1/account?accountId=9'), 403, 'accountNotAllowed', {
    field: 'accountId',
  });
});

test('a refusal of the exchange carries its code and its outcome', async () => {
  desk.exchange.nextCode = 'outsidePriceBand';
  const answer = await desk.signed('POST', '/v1/orders', { body: order });
  refuses(answer, 422, 'outsidePriceBand');
  assert.equal((errorOf(answer)['outcome'] as { readonly ok: boolean }).ok, false);
  refuses(await desk.signed('DELETE', '/v1/orders/999'), 404, 'unknownOrder');
});

test('failure 20: an unknown outcome says so, and says how to find out', async () => {
  desk.exchange.before = () => {
    throw new LockstepError('outcomeUnknown', 'no outcome came in time');
  };
  const answer = await desk.signed('POST', '/v1/orders', { body: order });
  desk.exchange.before = () => undefined;
  refuses(answer, 504, 'outcomeUnknown');
  const { ask, clientOrderId } = errorOf(answer);
  refuses(await desk.signed('GET', String(ask)), 404, 'unknownOrder');
  await desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId } });
  assert.equal((await desk.signed('GET', String(ask))).body['clientOrderId'], clientOrderId);
});

test('without a leader commands are refused with the time to come back, and queries go on', async () => {
  desk.exchange.before = () => {
    throw new LockstepError('noLeader', 'no replica leads');
  };
  const answer = await desk.signed('POST', '/v1/orders', { body: order });
  desk.exchange.before = () => undefined;
  refuses(answer, 503, 'noLeader');
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.equal((await desk.signed('GET', '/v1/orders')).status, 200);
});

test('under pressure new orders get 429 with the time to come back, and cancels pass', async () => {
  desk.exchange.pressurePermille = 900;
  const answer = await desk.signed('POST', '/v1/orders', { body: order });
  const cancel = await desk.signed('DELETE', '/v1/orders');
  desk.exchange.pressurePermille = 0;
  refuses(answer, 429, 'exchangeBusy');
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.equal(cancel.status, 200);
});

test('bad bodies are told apart and name the field', async () => {
  const place = (body: unknown, headers = {}) => desk.signed('POST', '/v1/orders', { body, headers });
  refuses(await place('{"symbol":'), 400, 'malformedJson');
  refuses(await place({ ...order, sied: 'buy' }), 400, 'invalidField', { field: 'sied' });
  refuses(await place({ ...order, price: 236.47 }), 400, 'invalidField', { field: 'price' });
  refuses(await place({ ...order, quantity: '0.000000001' }), 400, 'invalidField', { field: 'quantity' });
  refuses(await place({ ...order, symbol: 'NONE' }), 404, 'unknownInstrument', { field: 'symbol' });
  refuses(await place({ ...order, clientOrderId: 'x'.repeat(17_000) }), 413, 'bodyTooLarge');
  refuses(await place(order, { 'content-type': 'text/plain' }), 415, 'unsupportedMediaType');
  refuses(await place(undefined), 400, 'invalidField');
  refuses(await desk.get('/v1/nothing'), 404, 'unknownRoute');
});

test('what is no request gets an error of the one shape too', async () => {
  refuses(await desk.get('/v1/orders/%zz'), 404, 'unknownRoute');
  refuses(await desk.get(`/v1/orders/${'9'.repeat(200)}`), 404, 'unknownRoute');
  const { hostname, port } = new URL(desk.gateway.url);
  for (const [bytes, status, code] of [
    ['\x16\x03\x01 hello', 400, 'malformedHttp'],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headersTooLarge'],
  ] as const) {
    const socket = connect(Number(port), hostname);
    socket.write(bytes);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    refuses({ status, headers: new Headers(), body: JSON.parse(body) }, status, code);
  }
});

test('no garbage in a signed body does more than an error of the one shape', async () => {
  const sentBefore = desk.exchange.received.length;
  const bodies = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.json(),
    fc.constant('{"__proto__":{"side":1}}'),
  );
  await fc.assert(
    fc.asyncProperty(
      bodies,
      fc.constantFrom('POST /v1/orders', 'PATCH /v1/orders/1'),
      async (body, route) => {
        const [method = '', path = ''] = route.split(' ');
        const answer = await desk.signed(method, path, { body: body.toWellFormed() });
        assert.equal(answer.status, 400);
        errorOf(answer);
      },
    ),
    { numRuns: 60 },
  );
  assert.equal(desk.exchange.received.length, sentBefore);
  assert.equal((await desk.get('/health/live')).status, 200);
});

test('an order that has traded says for how much, exactly, and at which price on average', async () => {
  const { orderId } = (await desk.signed('POST', '/v1/orders', { body: order })).body;
  const row = desk.exchange.orders.get(Number(orderId));
  assert.ok(row !== undefined);
  const traded = { filledLots: 30_000_000, remainingLots: 20_000_000, filledValue: 2n ** 60n };
  desk.exchange.orders.set(Number(orderId), { ...row, ...traded, averagePriceTicks: 0 });
  const { body } = await desk.signed('GET', `/v1/orders/${orderId}`);
  assert.deepEqual(
    [body['filled'], body['filledValue'], body['averagePrice']],
    ['0.30000000', '115292150.4606846976', '384307168.2022823253'],
  );
  const fresh = await desk.signed('POST', '/v1/orders', { body: order });
  assert.deepEqual([fresh.body['filledValue'], 'averagePrice' in fresh.body], ['0.0000000000', false]);
});
