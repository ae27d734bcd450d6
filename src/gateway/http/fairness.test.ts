import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type HeldRequests, LateRefusals } from '../admission/late-refusals.ts';
import type { GatewayLimits } from '../settings.ts';
import { Desk } from '../testing/desk.ts';
import { type HeldConnection, ReadingTurns } from './reading-turns.ts';

async function open(t: TestContext, limits: Partial<GatewayLimits>): Promise<Desk> {
  const desk = await Desk.open({ limits });
  t.after(() => desk.close());
  return desk;
}

const order = { symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' };

function codeOf({ body }: { readonly body: Readonly<Record<string, unknown>> }): unknown {
  return (body['error'] as { readonly code?: string } | undefined)?.code;
}

test('a key beyond its rate gets 429 with what to wait, and its cancels still pass', async (t) => {
  const desk = await open(t, { keyRequestsPerSecond: 1, keyRequestsBurst: 3 });
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await desk.signed('POST', '/v1/orders', { body: order }));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 2, `${answers.map(({ status }) => status)}`);
  const { headers } = refused[0]!;
  assert.equal(codeOf(refused[0]!), 'rateExceeded');
  assert.match(headers.get('retry-after')!, /^[1-3]$/);
  assert.equal(headers.get('ratelimit-policy'), '"key";q=1;w=1');
  assert.match(headers.get('ratelimit')!, /^"key";r=0;t=[1-3]$/);
  assert.equal((await desk.signed('DELETE', '/v1/orders')).status, 200);
  const metrics = await desk.metrics();
  assert.match(metrics, /lockstep_gateway_shed_total\{kind="order",reason="key"\} [2-9]/);
});

test('wrong signatures and strangers use up their own rate, not that of a customer at the same address', async (t) => {
  const desk = await open(t, { sourceRequestsPerSecond: 1, sourceRequestsBurst: 20 });
  assert.equal((await desk.signed('POST', '/v1/orders', { body: order })).status, 201);
  const wrong = { headers: { 'x-lockstep-signature': '00'.repeat(32) }, body: order };
  const statuses = [];
  for (let n = 0; n < 8; n++) statuses.push((await desk.signed('POST', '/v1/orders', wrong)).status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  for (let n = 0; n < 30; n++) await desk.get('/v1/instruments/BTC-USD/book');
  const read = await desk.get('/v1/instruments/BTC-USD/book');
  assert.deepEqual([read.status, codeOf(read)], [429, 'rateExceeded']);
  // What costs no more than a refusal is answered; a load balancer needs it.
  assert.equal((await desk.get('/health/ready')).status, 200);
  assert.equal((await desk.get('/v1/time')).status, 200);
});

test('what is beyond its rate is refused by its head alone, before its body has come', async (t) => {
  const desk = await open(t, { sourceRequestsPerSecond: 1, sourceRequestsBurst: 20 });
  const wrong = { headers: { 'x-lockstep-signature': '00'.repeat(32) }, body: order };
  for (let n = 0; n < 8; n++) await desk.signed('POST', '/v1/orders', wrong);
  const head = { ...wrong.headers, 'content-type': 'application/json', 'content-length': '16000' };
  for (let n = 0; n < 3; n++) {
    const caller = await Connection.open(desk);
    caller.ask(desk, head, 'POST', '/v1/orders');
    assert.deepEqual(await caller.statuses(1), [429]);
  }
});

test('a wrong signature is as dear with a timestamp that is refused before it', async (t) => {
  const desk = await open(t, { sourceRequestsPerSecond: 1, sourceRequestsBurst: 20 });
  const stale = { 'x-lockstep-signature': '00'.repeat(32), 'x-lockstep-timestamp': '1' };
  const statuses = [];
  for (let n = 0; n < 8; n++)
    statuses.push((await desk.signed('GET', '/v1/account', { headers: stale })).status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  const other = await open(t, {});
  const { mock } = t.mock.method(ReadingTurns.prototype, 'began');
  const forger = await Connection.open(other);
  for (let n = 1; n <= 2; n++) {
    forger.ask(other, stale);
    await forger.statuses(n);
  }
  assert.equal((mock.calls.at(-1)!.arguments[0] as HeldConnection).hasFailed, true);
});

test('a connection that has shown its key is not held up by what others do in its name', async (t) => {
  const desk = await open(t, { sourceRequestsPerSecond: 1, sourceRequestsBurst: 20 });
  const customer = await Connection.open(desk);
  assert.equal(await customer.status(desk), 200);
  const wrong = { headers: { 'x-lockstep-signature': '00'.repeat(32) } };
  for (let n = 0; n < 8; n++) await desk.signed('GET', '/v1/account', wrong);
  assert.equal((await desk.signed('GET', '/v1/account', wrong)).status, 429);
  for (let n = 0; n < 5; n++) assert.equal(await customer.status(desk), 200);
});

test('connections that name an unproven key are read in turn; public reads and proven keys are not', async (t) => {
  const desk = await open(t, {});
  const { mock } = t.mock.method(ReadingTurns.prototype, 'began');
  for (let n = 0; n < 20; n++) assert.equal((await desk.get('/v1/instruments/BTC-USD/book')).status, 200);
  assert.equal(mock.callCount(), 0, 'a public read names no key');
  const customer = await Connection.open(desk);
  assert.equal(await customer.status(desk), 200);
  const before = mock.callCount();
  assert.equal(await customer.status(desk), 200);
  assert.equal(mock.callCount(), before, 'the key is proven');
  const wrong = { headers: { 'x-lockstep-signature': '00'.repeat(32) } };
  for (let n = 0; n < 3; n++) assert.equal((await desk.signed('GET', '/v1/account', wrong)).status, 401);
  assert.ok(mock.callCount() > before, 'wrong signatures prove nothing');
  const forger = await Connection.open(desk);
  for (let n = 1; n <= 2; n++) {
    forger.ask(desk, wrong.headers);
    assert.equal((await forger.statuses(n))[n - 1], 401);
  }
  const [first, second] = mock.calls.slice(-2).map((call) => call.arguments[0] as HeldConnection);
  assert.equal(first, second);
  assert.equal(second?.hasFailed, true, 'it waits with those whose signatures were wrong');
});

test('a flood gets all its refusals, late ones too, and cancels do not wait behind them', async (t) => {
  const desk = await open(t, { keyRequestsPerSecond: 1, keyRequestsBurst: 1 });
  const callers = await Promise.all(Array.from({ length: 12 }, () => Connection.open(desk)));
  for (const caller of callers) for (let n = 0; n < 14; n++) caller.ask(desk);
  assert.equal((await desk.signed('DELETE', '/v1/orders')).status, 200);
  const statuses = (await Promise.all(callers.map((caller) => caller.statuses(14)))).flat();
  assert.equal(statuses.length, 12 * 14);
  assert.deepEqual(new Set(statuses), new Set([200, 429]));
});

test('what is turned away since too much of its key waits comes late, as what a rate refuses', async (t) => {
  const desk = await open(t, { lineCostPerTurn: 1, lineWaitingMax: 2 });
  const senders: string[] = [];
  t.mock.method(LateRefusals.prototype, 'give', (sender: string, _held: HeldRequests, refuse: () => void) => {
    senders.push(sender);
    refuse();
  });
  const caller = await Connection.open(desk);
  for (let n = 0; n < 14; n++) caller.ask(desk);
  const statuses = await caller.statuses(14);
  const refused = statuses.filter((status) => status === 429).length;
  assert.ok(refused > 0 && refused < 14, `${statuses}`);
  assert.equal(senders.length, refused);
  assert.equal(new Set(senders).size, 1);
});

test('a cancel is carried out while a refusal on its connection is late, and a read waits behind it', async (t) => {
  const desk = await open(t, { keyRequestsPerSecond: 1, keyRequestsBurst: 1 });
  const late: (() => void)[] = [];
  t.mock.method(LateRefusals.prototype, 'give', (_sender: string, held: HeldRequests, refuse: () => void) => {
    held.hold();
    late.push(() => {
      refuse();
      held.release();
    });
  });
  const cancelled = new Promise<void>((resolve) => {
    const { massCancel } = desk.exchange;
    desk.exchange.massCancel = (filter) => {
      resolve();
      return massCancel.call(desk.exchange, filter);
    };
  });
  const caller = await Connection.open(desk);
  for (let n = 0; n < 3; n++) caller.ask(desk);
  caller.ask(desk, {}, 'DELETE', '/v1/orders');
  await cancelled;
  assert.equal(late.length, 1, 'the third read was not looked at');
  late[0]!();
  assert.equal(late.length, 2);
  late[1]!();
  assert.deepEqual(await caller.statuses(4), [200, 429, 429, 200]);
});

test('one account has one rate, and cancels are not part of it', async (t) => {
  const desk = await open(t, { accountCommandsPerSecond: 1, accountCommandsBurst: 2 });
  const codes = [];
  for (let n = 0; n < 5; n++) codes.push(codeOf(await desk.signed('POST', '/v1/orders', { body: order })));
  assert.deepEqual(codes.slice(0, 2), [undefined, undefined]);
  assert.ok(codes.includes('rateExceeded'), `${codes}`);
  const other = await desk.signed('POST', '/v1/orders?accountId=8', { body: order });
  assert.equal(other.status, 201, 'another account of the key');
  assert.equal((await desk.signed('DELETE', '/v1/orders')).status, 200);
});

test('one key cannot hold all that may be under way', async (t) => {
  const desk = await open(t, { queriesInFlightMax: 40 });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.exchange.before = () => held;
  // Each limit is another question.
  const strangers = Array.from({ length: 40 }, (_, n) =>
    desk.get(`/v1/instruments/BTC-USD/trades?limit=${n + 1}`),
  );
  assert.equal(codeOf(await Promise.race(strangers)), 'gatewayBusy', 'strangers have their share');
  const customer = desk.signed('GET', '/v1/account');
  await desk.get('/health/live');
  release();
  assert.equal((await customer).status, 200, 'and a customer gets in');
  const statuses = (await Promise.all(strangers)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 200).length, 16);
});

test('wrong signatures from everywhere wait for one question together, beside customers that are served', async (t) => {
  const desk = await Desk.open({ trustedProxies: ['127.0.0.1'] });
  t.after(() => desk.close());
  let asked = 0;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { keys } = desk.exchange;
  desk.exchange.keys = async (afterChange) => {
    asked++;
    await held;
    return keys.call(desk.exchange, afterChange);
  };
  const callers = await Promise.all(Array.from({ length: 100 }, () => Connection.open(desk)));
  const wrong = (n: number) => ({
    'x-lockstep-signature': '00'.repeat(32),
    'x-forwarded-for': `10.0.${n >> 8}.${n % 256}`,
  });
  for (let n = 0; n < 1_500; n++) callers[n % callers.length]!.ask(desk, wrong(n));
  for (let n = 0; n < 20; n++) {
    const headers = { 'x-forwarded-for': '192.0.2.1' };
    assert.equal((await desk.signed('POST', '/v1/orders', { body: order, headers })).status, 201);
  }
  release();
  for (const caller of callers) assert.deepEqual(new Set(await caller.statuses(15)), new Set([401]));
  assert.ok(asked < 100, `the exchange was asked ${asked} times for 1,500 wrong signatures`);
});

test('behind a proxy that is named, the address of a caller is the one that the proxy says', async (t) => {
  const desk = await Desk.open({
    trustedProxies: ['127.0.0.1'],
    limits: { sourceRequestsPerSecond: 1, sourceRequestsBurst: 5 },
  });
  t.after(() => desk.close());
  const from = (address: string) =>
    desk.call('GET', '/v1/instruments', { headers: { 'x-forwarded-for': address } });
  const statuses = [];
  for (let n = 0; n < 8; n++) statuses.push((await from('192.0.2.1')).status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
  assert.equal((await from('192.0.2.2')).status, 200);
  const direct = await open(t, { sourceRequestsPerSecond: 1, sourceRequestsBurst: 5 });
  const forged = [];
  for (let n = 0; n < 8; n++)
    forged.push(
      (await direct.call('GET', '/v1/instruments', { headers: { 'x-forwarded-for': `192.0.2.${n}` } }))
        .status,
    );
  assert.equal(forged.at(-1), 429, 'from any other address the header means nothing');
});

test('on the connection of a proxy no caller uses up what the key of another may ask', async (t) => {
  const desk = await Desk.open({
    trustedProxies: ['127.0.0.1'],
    limits: { keyRequestsPerSecond: 1, keyRequestsBurst: 10 },
  });
  t.after(() => desk.close());
  const proxy = await Connection.open(desk);
  const statuses = [];
  for (let n = 0; n < 8; n++) {
    proxy.ask(desk, { 'x-forwarded-for': '192.0.2.1' });
    await proxy.statuses(2 * n + 1);
    proxy.ask(desk, { 'x-forwarded-for': '192.0.2.2', 'x-lockstep-signature': '00'.repeat(32) });
    statuses.push(...(await proxy.statuses(2 * n + 2)).slice(-2));
  }
  assert.deepEqual(statuses, Array.from({ length: 8 }, () => [200, 401]).flat());
});

/** A connection on which signed reads of an account are sent, one after the other. */
class Connection {
  readonly #socket: Socket;
  readonly #ended = new AbortController();
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#text += text));
    socket.once('close', () => this.#ended.abort(new Error('the connection has ended before all answers')));
  }

  static async open(desk: Desk): Promise<Connection> {
    const { hostname, port } = new URL(desk.gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  ask(desk: Desk, others: Readonly<Record<string, string>> = {}, method = 'GET', path = '/v1/account'): void {
    const headers = { ...desk.signature(method, path), host: 'x', ...others };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** The statuses of so many answers. */
  async statuses(count: number): Promise<number[]> {
    for (;;) {
      const found = [...this.#text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      if (found.length >= count) return found;
      await once(this.#socket, 'data', { signal: this.#ended.signal });
    }
  }

  /** The status of the answer. */
  async status(desk: Desk): Promise<number> {
    this.#text = '';
    this.ask(desk);
    const [status] = await this.statuses(1);
    return status!;
  }
}
