import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { apiKey, Desk } from '../testing/desk.ts';
import { tableOf } from '../testing/key-table.ts';
import { SmallExchange } from '../testing/small-exchange.ts';
import { Authenticator } from './authentication.ts';
import { CoreError } from './refusals.ts';
import { SignatureKey } from './signature.ts';

const nowMs = 1_700_000_000_000;
const content = 'POST\n/v1/orders?x=1\n{"a":1}';
const ownKey = new SignatureKey(apiKey.secret);
const signed = (timestamp: string, what: string = content) => ({
  key: apiKey.keyId,
  timestamp,
  signature: ownKey.sign({ timestamp, content: what }),
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CoreError);
    return error.code;
  }
  return 'ok';
}

const address = '127.0.0.1';

test('a signature is the HMAC-SHA-256 of the timestamp and what is asked', () => {
  const expected = createHmac('sha256', Buffer.from(apiKey.secret, 'hex'))
    .update('1700000000000\nPOST\n/v1/orders?x=1\n{"a":1}')
    .digest('hex');
  const timestamp = '1700000000000';
  assert.equal(ownKey.sign({ timestamp, content }), expected);
  assert.equal(ownKey.hasSigned({ timestamp, content }, expected.toUpperCase()), true);
});

test('whatever the secret and the text, the signature is what HMAC-SHA-256 gives', () => {
  const hexadecimal = fc
    .uint8Array({ minLength: 1, maxLength: 150, size: 'max' })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'é'.repeat(70_000), 'x'.repeat(50_000)),
  );
  fc.assert(
    fc.property(
      fc.array(hexadecimal, { minLength: 1, maxLength: 3 }),
      fc.array(body, { minLength: 1 }),
      (secrets, bodies) => {
        const keys = secrets.map((secret) => ({ secret, key: new SignatureKey(secret) }));
        for (const text of bodies) {
          for (const { secret, key } of keys) {
            const signature = key.sign({ timestamp: '1', content: `POST\n/\n${text}` });
            const hmac = createHmac('sha256', Buffer.from(secret, 'hex')).update(`1\nPOST\n/\n${text}`);
            assert.equal(signature, hmac.digest('hex'));
          }
        }
      },
    ),
  );
});

test('what was signed must be what arrived: each other part is refused', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const check = (credentials: Parameters<typeof keys.authenticate>[0]) =>
    codeOf(() => keys.authenticate(credentials, content, nowMs, address));
  const good = signed(String(nowMs));
  assert.equal(check(good), 'ok');
  assert.equal(check({ ...good, key: 'mallory' }), 'wrongSignature');
  for (const other of [content.replace('POST', 'PUT'), content.replace('x=1', 'x=2'), `${content} `, '']) {
    assert.equal(check(signed(String(nowMs), other)), 'wrongSignature');
  }
  for (const signature of ['', 'zz', good.signature.slice(1), `${good.signature}00`]) {
    assert.equal(check({ ...good, signature }), 'wrongSignature');
  }
});

test('how long a request is valid is part of what is signed, and later it is refused', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const check = (signedWith: string | undefined, sent: string | undefined, ageMs = 0) => {
    const timestamp = String(nowMs - ageMs);
    const signature = ownKey.sign({ timestamp, validMs: signedWith, content });
    return codeOf(() =>
      keys.authenticate({ key: apiKey.keyId, timestamp, validMs: sent, signature }, content, nowMs, address),
    );
  };
  const text = `${nowMs}+700.n-1\nPOST\n/v1/orders?x=1\n{"a":1}`;
  const expected = createHmac('sha256', Buffer.from(apiKey.secret, 'hex')).update(text).digest('hex');
  assert.equal(ownKey.sign({ timestamp: String(nowMs), validMs: '700', nonce: 'n-1', content }), expected);
  assert.equal(check('700', '700', 700), 'ok');
  assert.equal(check('700', '700', -700), 'ok');
  assert.equal(check('700', '700', 701), 'deadlinePassed');
  assert.equal(check('9999999', '9999999', 5001), 'staleTimestamp');
  for (const [signedWith, sent] of [
    ['700', undefined],
    ['700', '7000'],
    [undefined, '700'],
  ])
    assert.equal(check(signedWith, sent), 'wrongSignature');
  for (const odd of ['', '0', '-1', '1.5', '007', '1e3', ' 7', '10000000', '700, 800'])
    assert.equal(check(odd, odd), 'invalidField', odd);
});

test('a nonce is part of what is signed, and stands behind the time', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const timestamp = String(nowMs);
  const check = (signedWith: string | undefined, sent: string | undefined) => {
    const signature = ownKey.sign({ timestamp, nonce: signedWith, content });
    return codeOf(() =>
      keys.authenticate({ key: apiKey.keyId, timestamp, nonce: sent, signature }, content, nowMs, address),
    );
  };
  const text = `${timestamp}.n-1\nPOST\n/v1/orders?x=1\n{"a":1}`;
  const expected = createHmac('sha256', Buffer.from(apiKey.secret, 'hex')).update(text).digest('hex');
  assert.equal(ownKey.sign({ timestamp, nonce: 'n-1', content }), expected);
  assert.equal(check('n-1', 'n-1'), 'ok');
  assert.equal(check('x'.repeat(36), 'x'.repeat(36)), 'ok');
  for (const [signedWith, sent] of [
    ['n-1', undefined],
    [undefined, 'n-1'],
    ['n-1', 'n-2'],
    ['n-1', 'N-1'],
  ])
    assert.equal(check(signedWith, sent), 'wrongSignature');
  for (const odd of ['', 'x'.repeat(37), 'a b', 'é', 'a\nb']) assert.equal(check(odd, odd), 'invalidField');
  // A nonce cannot be moved into the time.
  const signature = ownKey.sign({ timestamp, nonce: 'n-1', content });
  const moved = { key: apiKey.keyId, timestamp: `${timestamp}.n-1`, signature };
  assert.equal(
    codeOf(() => keys.authenticate(moved, content, nowMs, address)),
    'staleTimestamp',
  );
});

test('a timestamp has one form', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const code = (timestamp: string): string =>
    codeOf(() => keys.authenticate(signed(timestamp), content, nowMs, address));
  for (const timestamp of [`0${nowMs}`, ` ${nowMs}`, `+${nowMs}`, `${nowMs}.0`])
    assert.equal(code(timestamp), 'staleTimestamp', timestamp);
});

test('a refusal does not tell whether a key exists', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const refusal = (key: string, timestamp: string, signature: string): string => {
    try {
      keys.authenticate({ key, timestamp, signature }, content, nowMs, address);
    } catch (error) {
      assert.ok(error instanceof CoreError);
      return JSON.stringify([error.code, error.message, error.hint, error.details]);
    }
    return 'passed';
  };
  for (const timestamp of [String(nowMs), `0${nowMs}`, String(nowMs - 6000), 'now', '']) {
    for (const signature of [new SignatureKey('cd'.repeat(32)).sign({ timestamp, content }), '', 'zz']) {
      const known = refusal(apiKey.keyId, timestamp, signature);
      assert.equal(known, refusal('mallory', timestamp, signature));
      assert.notEqual(known, 'passed');
    }
  }
});

test('a timestamp may be off by the window, in both directions, and no more', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const check = (timestamp: string) =>
    codeOf(() => keys.authenticate(signed(timestamp), content, nowMs, address));
  assert.equal(check(String(nowMs - 5000)), 'ok');
  assert.equal(check(String(nowMs + 5000)), 'ok');
  for (const timestamp of [
    String(nowMs - 5001),
    String(nowMs + 5001),
    '',
    'now',
    '1e12',
    '-1',
    '1700000000000.5',
  ]) {
    assert.equal(check(timestamp), 'staleTimestamp', timestamp);
  }
});

test('a refusal says whether the signature was wrong, also where the time is refused first', () => {
  const keys = new Authenticator(tableOf([apiKey]), 5000);
  const isUnsigned = (timestamp: number, what: string): unknown => {
    try {
      keys.authenticate(signed(String(timestamp), what), content, nowMs, address);
    } catch (error) {
      return (error as CoreError).isUnsigned;
    }
    return undefined;
  };
  assert.deepEqual(
    [nowMs, 1].map((timestamp) => [content, 'other'].map((what) => isUnsigned(timestamp, what))),
    [
      [undefined, true],
      [false, true],
    ],
  );
});

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

test('private routes ask for a signature, public ones do not', async () => {
  const privateRoutes = [
    ['GET', '/v1/orders'],
    ['GET', '/v1/orders/1'],
    ['GET', '/v1/positions'],
    ['GET', '/v1/account'],
    ['POST', '/v1/orders'],
    ['PATCH', '/v1/orders/1'],
    ['DELETE', '/v1/orders'],
    ['DELETE', '/v1/orders/by-client-id/x'],
  ] as const;
  for (const [method, path] of privateRoutes) assert.equal((await desk.call(method, path)).status, 401, path);
  const publicPaths = [
    '/v1/instruments',
    '/v1/instruments/BTC-USD/book',
    '/v1/instruments/BTC-USD/trades',
    '/v1/cluster',
  ];
  for (const path of [...publicPaths, '/health/live', '/docs', '/docs/', '/openapi.json', '/']) {
    assert.equal((await desk.get(path)).status, 200, path);
  }
  assert.equal(desk.exchange.received.length, 0);
});

test('a copied change is refused by every gateway of the exchange, and by one that has started again', async (t) => {
  const exchange = new SmallExchange();
  exchange.hasKeys([apiKey]);
  const open = async (): Promise<Desk> => {
    const gateway = await Desk.open({}, async () => exchange);
    t.after(() => gateway.close());
    while ((await gateway.signed('GET', '/v1/orders')).status !== 200);
    return gateway;
  };
  const first = await open();
  const order = { symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' };
  const { body } = await first.signed('POST', '/v1/orders', { body: order });
  const requests: [method: string, path: string, sent?: object][] = [
    ['PATCH', `/v1/orders/${body['orderId']}`, { price: '9', quantity: '1' }],
    ['DELETE', '/v1/orders?side=buy'],
    ['POST', '/v1/orders', { ...order, price: '2.00' }],
  ];
  const copies = requests.map(([method, path, sent]) => {
    const timestamp = String(Date.now());
    return (desk: Desk) =>
      desk.signed(method, path, { timestamp, ...(sent === undefined ? {} : { body: sent }) });
  });
  for (const copy of copies) assert.ok((await copy(first)).status < 300);
  const second = await open();
  await first.close();
  const again = await open();
  const placed = exchange.orders.size;
  for (const gateway of [second, again]) {
    for (const copy of copies) {
      const answer = await copy(gateway);
      const { error } = answer.body as { readonly error: { readonly code: string } };
      assert.deepEqual([answer.status, error.code], [409, 'repeatedRequest']);
    }
  }
  assert.equal(exchange.orders.size, placed);
});

test('a copied read is answered for as long as its signer has said, at any gateway', async () => {
  const path = '/v1/orders';
  const read = async (validMs: string | undefined, ageMs: number): Promise<unknown> => {
    const timestamp = String(Date.now() - ageMs);
    const headers = desk.signature('GET', path, { timestamp, ...(validMs !== undefined && { validMs }) });
    const first = await desk.call('GET', path, { headers });
    const copy = await desk.call('GET', path, { headers });
    assert.equal(copy.status, first.status);
    return (copy.body['error'] as { readonly code: string } | undefined)?.code ?? copy.status;
  };
  assert.equal(await read(undefined, 1_000), 200);
  assert.equal(await read('100', 1_000), 'deadlinePassed');
  assert.equal(await read(undefined, 60_000), 'staleTimestamp');
});

test('the operator needs the token, and a gateway without one takes nobody for the operator', async () => {
  const path = '/v1/operator/accounts';
  const account = { accountId: 8, name: 'bob', openOrdersMax: 5 };
  assert.equal((await desk.operatorCall('POST', path, { body: account })).status, 401);
  const wrong = await desk.operatorCall('POST', path, {
    body: account,
    headers: { authorization: 'Bearer the-operato' },
  });
  assert.equal(wrong.status, 401);
  assert.equal((await desk.operator('POST', path, account)).status, 201);
  assert.deepEqual(desk.exchange.received.at(-1), ['createAccount', account]);

  const closed = await Desk.open({ operatorToken: '' });
  const refused = await closed.operatorCall('POST', path, {
    body: account,
    headers: { authorization: 'Bearer ' },
  });
  await closed.close();
  assert.equal(refused.status, 403);
});

/** What was sent to the exchange, without what was refused here: that is for the audit. */
const changes = () => desk.exchange.received.filter(([name]) => name !== 'reportAudit');

test('the operator creates instruments, sets limits and ends the day', async () => {
  const instrument = { instrumentId: 9, symbol: 'NEW', priceDecimals: 1, quantityDecimals: 0 };
  assert.equal((await desk.operator('POST', '/v1/operator/instruments', instrument)).status, 201);
  assert.equal((await desk.get('/v1/instruments/NEW/book')).status, 200);
  const all = { orderLotsMax: 0, openOrdersMax: 3, priceBandBasisPoints: 500 };
  assert.equal((await desk.operator('PUT', '/v1/operator/accounts/8/limits', all)).status, 200);
  assert.deepEqual(desk.exchange.received.at(-1), ['setLimits', { accountId: 8, ...all }]);
  const tier = { name: 'pro', ordersPerSecondMax: 5, ordersPerDayMax: 9 };
  // What is left out would be set to nothing.
  for (const [path, body] of [
    ['/v1/operator/accounts/8/limits', all],
    ['/v1/operator/tiers/1', tier],
  ] as const) {
    for (const left of Object.keys(body)) {
      const refused = await desk.operator('PUT', path, { ...body, [left]: undefined });
      assert.deepEqual(
        [refused.status, (refused.body['error'] as { readonly field: string }).field],
        [400, left],
      );
    }
  }
  assert.equal(changes().at(-1)?.[0], 'setLimits');
  // What is answered with success holds: a limit above that of the exchange is none.
  for (const limits of [
    { openOrdersMax: 1_048_577 },
    { orderLotsMax: 2 ** 40 + 1 },
    { priceBandBasisPoints: 2 ** 32 },
  ]) {
    const [field] = Object.keys(limits);
    for (const [method, path, body] of [
      ['PUT', '/v1/operator/accounts/8/limits', { ...all, ...limits }],
      ['POST', '/v1/operator/accounts', { accountId: 9, name: 'eve', ...limits }],
    ] as const) {
      const refused = await desk.operator(method, path, body);
      assert.deepEqual(
        [refused.status, (refused.body['error'] as { readonly field: string }).field],
        [400, field],
      );
    }
  }
  assert.equal((await desk.operator('POST', '/v1/operator/end-of-day')).body['count'], 2);
  const { body } = await desk.operator('GET', '/v1/operator/hashes');
  assert.equal((body['replicas'] as unknown[]).length, 3);
});

test('a text that names no network is refused before anything of a key is made or changed', async () => {
  const keys = '/v1/operator/keys';
  assert.equal((await desk.operator('POST', keys, { keyId: 'placed', accountIds: [7] })).status, 201);
  const made = changes().length;
  for (const [method, path, body] of [
    ['POST', keys, { keyId: 'astray', accountIds: [7] }],
    ['PATCH', `${keys}/placed`, { accountIds: [8] }],
  ] as const) {
    for (const network of ['300.1.1.1/8', '192.0.2.0/33', '192.0.2.0/', '2001:db8::/65', 'localhost']) {
      const refused = await desk.operator(method, path, { ...body, networks: ['192.0.2.0/24', network] });
      const { field } = refused.body['error'] as { readonly field: string };
      assert.deepEqual([refused.status, field], [400, 'networks'], `${method} ${network}`);
    }
  }
  assert.equal(changes().length, made);
});
