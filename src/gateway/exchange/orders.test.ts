import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { LockstepError } from '../../client/index.ts';
import { readShape } from '../admission/fields.ts';
import { placeShape } from '../admission/orders.ts';
import { ShownKeys } from '../admission/rates.ts';
import { RequestError } from '../admission/refusals.ts';
import { SignatureKey } from '../admission/signature.ts';
import { GatewayCore } from '../core.ts';
import { Metrics } from '../metrics.ts';
import { defaultGatewayLimits } from '../settings.ts';
import { SmallExchange } from '../testing/small-exchange.ts';
import { wideLimits } from '../testing/wide-limits.ts';
import { ExchangeLink } from './link.ts';
import { CommandRefusal } from './outcomes.ts';

const keys = [
  { keyId: 'alice', secret: 'ab'.repeat(32), accountIds: [7, 8] },
  { keyId: 'bob', secret: 'cd'.repeat(32), accountIds: [9] },
] as const;
type KeyId = (typeof keys)[number]['keyId'];
const operatorToken = 'the-operator';
const claim = { source: 'test', address: '127.0.0.1', keyId: undefined, trust: new ShownKeys() };

/** The core of a gateway, without a face. */
class Core {
  readonly exchange = new SmallExchange();
  readonly link: ExchangeLink;
  readonly core: GatewayCore;
  /** Whether the connections of callers are gone. */
  isGone = false;
  #lastMs = 0;

  constructor() {
    this.exchange.hasKeys(keys);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const limits = { ...defaultGatewayLimits, ...wideLimits, turnMsMax: 60_000 };
    const settings = { identity: '/nowhere', replicas: [], apiKeys: keys, operatorToken };
    this.link = new ExchangeLink({ connect: async () => this.exchange }, limits, log);
    const metrics = new Metrics({
      status: () => this.link.status,
      inFlight: this.link.inFlight,
      line: () => this.core.entrance,
      streams: () => ({ sockets: 0, subscriptions: 0, waitingBytes: 0 }),
      isFeedOpen: () => false,
    });
    this.core = new GatewayCore(settings, limits, this.link, metrics);
    this.core.opened();
    this.link.start(metrics, () => undefined);
  }

  async close(): Promise<void> {
    this.core.close();
    await this.link.close();
  }

  arrived() {
    return this.core.arrived(claim, 'order', () => this.isGone);
  }

  credentials(keyId: KeyId, content: string, ms?: number) {
    this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
    const timestamp = String(ms ?? this.#lastMs);
    const { secret } = keys.find((key) => key.keyId === keyId)!;
    return { key: keyId, timestamp, signature: new SignatureKey(secret).sign({ timestamp, content }) };
  }

  /** The signers of requests; each is another one. */
  caller(keyId: KeyId = 'alice', arrival = this.arrived()) {
    return this.core.authenticate(arrival, this.credentials(keyId, 'anything'), 'anything');
  }
}

async function opened(t: { after: (done: () => Promise<void>) => void }): Promise<Core> {
  const core = new Core();
  t.after(() => core.close());
  while (core.link.status === undefined) await new Promise(setImmediate);
  await core.core.instruments.all();
  await keysKnown(core);
  return core;
}

async function keysKnown({ core }: Core): Promise<void> {
  while (!core.healthInput().areKeysKnown) await new Promise(setImmediate);
}

async function refusalOf(action: () => unknown): Promise<RequestError> {
  try {
    await action();
  } catch (error) {
    assert.ok(error instanceof RequestError, String(error));
    return error;
  }
  assert.fail('it was not refused');
}

async function refusesCommand(action: () => unknown, code: string): Promise<CommandRefusal> {
  const refusal = await refusalOf(action);
  assert.ok(refusal instanceof CommandRefusal, refusal.code);
  assert.equal(refusal.code, code);
  return refusal;
}

const body = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' } as const;

test('an order that comes again is placed once: with an id it is answered, without one it is refused', async (t) => {
  const desk = await opened(t);
  const { core, exchange } = desk;
  const named = { ...body, clientOrderId: 'mine' };
  const first = await core.orders.place(desk.caller(), undefined, named);
  const again = await core.orders.place(desk.caller(), undefined, named);
  assert.deepEqual([first.outcome.repeated, again.outcome.repeated], [false, true]);
  assert.equal(again.outcome.orderId, first.outcome.orderId);
  const other = () => core.orders.place(desk.caller(), undefined, { ...named, quantity: '0.6' });
  const taken = await refusesCommand(other, 'clientOrderIdTaken');
  assert.deepEqual(taken.ask, { accountId: 7, orderId: first.outcome.orderId });
  assert.equal(taken.refused, undefined);

  const caller = desk.caller();
  const unnamed = await core.orders.place(caller, undefined, body);
  assert.match(unnamed.outcome.clientOrderId, /^[\w-]{20}$/);
  const copy = await refusesCommand(() => core.orders.place(caller, undefined, body), 'repeatedRequest');
  assert.deepEqual(copy.ask, { accountId: 7, orderId: unnamed.outcome.orderId });
  assert.equal(exchange.orders.size, 2);
});

test('a cancel, a replacement and a mass cancel that come again are refused, and say what to ask', async (t) => {
  const desk = await opened(t);
  const { orders } = desk.core;
  const { outcome } = await orders.place(desk.caller(), undefined, body);
  const { orderId } = outcome;
  const replacing = desk.caller();
  const amounts = { price: '9', quantity: '2' };
  const { instrument } = await orders.replace(replacing, undefined, { orderId }, amounts);
  assert.equal(instrument?.symbol, 'BTC-USD');
  const again = await refusesCommand(
    () => orders.replace(replacing, undefined, { orderId }, amounts),
    'repeatedRequest',
  );
  assert.deepEqual(again.ask, { accountId: 7, orderId });
  const cancelling = desk.caller();
  await orders.cancel(cancelling, undefined, { orderId });
  await refusesCommand(() => orders.cancel(cancelling, undefined, { orderId }), 'repeatedRequest');
  const all = desk.caller();
  assert.equal((await orders.cancelAll(all, 8, { side: 'buy' })).outcome.count, 3);
  const twice = await refusesCommand(() => orders.cancelAll(all, 8, { side: 'buy' }), 'repeatedRequest');
  assert.deepEqual(twice.ask, { accountId: 8 });
});

test('orders of another account look like orders that never were, and no key acts for another account', async (t) => {
  const desk = await opened(t);
  const { orders, accounts } = desk.core;
  const placed = await orders.place(desk.caller('alice'), 8, { ...body, clientOrderId: 'secret' });
  const { orderId } = placed.outcome;
  for (const name of [
    { orderId },
    { orderId: 999 },
    { clientOrderId: 'secret' },
    { clientOrderId: 'never' },
  ]) {
    const asked = [
      () => orders.find(desk.caller('bob'), undefined, name),
      () => orders.cancel(desk.caller('bob'), undefined, name),
      () => orders.replace(desk.caller('bob'), undefined, name, { price: '9', quantity: '2' }),
      () => orders.replace(desk.caller('bob'), undefined, name, { priceTicks: 9, quantityLots: 2 }),
    ];
    for (const one of asked) {
      const { code, details, message } = await refusalOf(one);
      const expected = await refusalOf(() => orders.find(desk.caller('bob'), undefined, { orderId: 12_345 }));
      assert.deepEqual([code, details, message], ['unknownOrder', {}, expected.message]);
    }
  }
  const acts = [
    () => orders.place(desk.caller('bob'), 8, body),
    () => orders.find(desk.caller('bob'), 8, { orderId }),
    () => orders.cancel(desk.caller('bob'), 8, { orderId }),
    () => orders.replace(desk.caller('bob'), 8, { orderId }, { price: '9', quantity: '2' }),
    () => orders.cancelAll(desk.caller('bob'), 8, {}),
    () => accounts.openOrders(desk.caller('bob'), 8, {}),
    () => accounts.fills(desk.caller('bob'), 8, {}),
    () => accounts.positions(desk.caller('bob'), 8),
    () => accounts.account(desk.caller('bob'), 8),
  ];
  for (const one of acts) assert.equal((await refusalOf(one)).code, 'accountNotAllowed');
  assert.equal(desk.exchange.orders.get(orderId)?.status, 'open');
  const { row } = await orders.find(desk.caller('alice'), 8, { orderId });
  assert.equal(row.clientOrderId, 'secret');
  // Whatever a replica answers.
  t.mock.method(desk.exchange, 'order', async () => row);
  const asked = () => orders.find(desk.caller('bob'), undefined, { orderId });
  assert.equal((await refusalOf(asked)).code, 'unknownOrder');
});

test('what was read for another exchange is not sent to this one', async (t) => {
  const desk = await opened(t);
  const { orders, operator } = desk.core;
  const { outcome } = await orders.place(desk.caller(), undefined, body);
  const order = { orderId: outcome.orderId };
  const before = desk.arrived();
  const byOperator = desk.core.authenticateOperator(before, operatorToken, 'test');
  const sentBefore = desk.exchange.received.length;
  desk.exchange.emit('clusterChanged');
  const caller = () => desk.caller('alice', before);
  const commands = [
    () => orders.place(caller(), undefined, body),
    () => orders.cancel(caller(), undefined, order),
    () => orders.replace(caller(), undefined, order, { priceTicks: 9, quantityLots: 2 }),
    () => orders.cancelAll(caller(), undefined, {}),
    () => operator.endDay(byOperator),
  ];
  for (const one of commands) assert.equal((await refusalOf(one)).code, 'exchangeReplaced');
  assert.equal(desk.exchange.received.length, sentBefore);
  await keysKnown(desk);
  assert.equal((await orders.cancelAll(desk.caller(), undefined, {})).outcome.ok, true);
});

test('a request whose caller is gone, or that waited while the gateway stood still, is not sent', async (t) => {
  const desk = await opened(t);
  const { orders, operator } = desk.core;
  const caller = desk.caller();
  const byOperator = desk.core.authenticateOperator(desk.arrived(), operatorToken, 'test');
  desk.isGone = true;
  assert.equal((await refusalOf(() => orders.place(caller, undefined, body))).code, 'callerGone');
  assert.equal((await refusalOf(() => operator.endDay(byOperator))).code, 'callerGone');
  desk.isGone = false;
  const old = desk.core.authenticate(desk.arrived(), desk.credentials('alice', 'x', Date.now() - 3_000), 'x');
  const now = performance.now();
  t.mock.method(performance, 'now', () => now + 120_000);
  assert.equal((await refusalOf(() => orders.cancelAll(old, undefined, {}))).code, 'stoodStill');
  assert.equal((await refusalOf(() => operator.endDay(byOperator))).code, 'stoodStill');
  assert.deepEqual(desk.exchange.received, []);
  assert.equal((await orders.cancelAll(caller, undefined, {})).outcome.ok, true);
});

test('failure 20: of an outcome that is not known the refusal says what to ask', async (t) => {
  const desk = await opened(t);
  const { orders } = desk.core;
  desk.exchange.before = () => {
    throw new LockstepError('outcomeUnknown', 'no outcome came in time');
  };
  const placing = () => orders.place(desk.caller(), undefined, { ...body, clientOrderId: 'lost' });
  const lost = await refusesCommand(placing, 'outcomeUnknown');
  assert.deepEqual(
    [lost.ask, lost.details],
    [{ accountId: 7, clientOrderId: 'lost' }, { clientOrderId: 'lost' }],
  );
  const all = await refusesCommand(() => orders.cancelAll(desk.caller(), 8, {}), 'outcomeUnknown');
  assert.deepEqual(all.ask, { accountId: 8 });
  desk.exchange.before = () => undefined;
  const asked = () => orders.find(desk.caller(), undefined, { clientOrderId: 'lost' });
  assert.equal((await refusalOf(asked)).code, 'unknownOrder');
});

test('a refusal of the exchange carries what the exchange says', async (t) => {
  const desk = await opened(t);
  desk.exchange.nextCode = 'outsidePriceBand';
  const refused = await refusesCommand(
    () => desk.core.orders.place(desk.caller(), undefined, body),
    'outsidePriceBand',
  );
  assert.equal(refused.refused?.outcome.ok, false);
  assert.equal(refused.refused?.instrument?.symbol, 'BTC-USD');
});

/** A face of its own: a line is `KEY TIMESTAMP SIGNATURE place SYMBOL SIDE PRICE QUANTITY` or `… cancel ORDER`. */
async function answerLine({ core }: Core, line: string): Promise<string> {
  const arrival = core.arrived(claim, 'order', () => false);
  const [key = '', timestamp = '', signature = '', ...words] = line.split(' ');
  try {
    const caller = core.authenticate(arrival, { key, timestamp, signature }, words.join(' '));
    const [verb, symbol, side, price, quantity] = words;
    if (verb === 'cancel')
      return said(await core.orders.cancel(caller, undefined, { orderId: Number(symbol) }));
    const order = readShape(placeShape, { symbol, side, price, quantity });
    return order.ok
      ? said(await core.orders.place(caller, undefined, order.value))
      : `refused ${order.field}`;
  } catch (error) {
    return error instanceof RequestError ? `refused ${error.code}` : 'failed';
  }
}

function said({
  outcome,
}: {
  readonly outcome: { readonly status: string; readonly orderId: number };
}): string {
  return `${outcome.status} ${outcome.orderId}`;
}

test('a face of ten lines cannot leave out a rule', async (t) => {
  const desk = await opened(t);
  const ask = (keyId: KeyId, content: string): string => {
    const { key, timestamp, signature } = desk.credentials(keyId, content);
    return `${key} ${timestamp} ${signature} ${content}`;
  };
  const placing = ask('alice', 'place BTC-USD buy 236.47 0.5');
  assert.equal(await answerLine(desk, placing), 'open 1');
  assert.equal(await answerLine(desk, placing), 'refused repeatedRequest');
  assert.equal(await answerLine(desk, placing.replace('0.5', '0.6')), 'refused wrongSignature');
  assert.equal(await answerLine(desk, 'place BTC-USD buy 1 1'), 'refused staleTimestamp');
  assert.equal(
    await answerLine(desk, ask('alice', 'place BTC-USD buy 1 0.000000001')),
    'refused invalidField',
  );
  assert.equal(await answerLine(desk, ask('alice', 'place BTC-USD hold 1 1')), 'refused side');
  assert.equal(await answerLine(desk, ask('bob', 'cancel 1')), 'refused unknownOrder');
  const cancelling = ask('alice', 'cancel 1');
  assert.equal(await answerLine(desk, cancelling), 'cancelled 1');
  assert.equal(await answerLine(desk, cancelling), 'refused repeatedRequest');
  const waiting = answerLine(desk, ask('alice', 'place BTC-USD buy 1 1'));
  desk.exchange.emit('clusterChanged');
  assert.equal(await waiting, 'refused exchangeReplaced');
  assert.equal(desk.exchange.orders.size, 1);
});

test('nothing is asked without a signature, and each failure is counted', async (t) => {
  const { core } = await opened(t);
  const arrival = core.arrived(claim, 'order', () => false);
  assert.equal((await refusalOf(() => core.authenticate(arrival, undefined, ''))).code, 'missingSignature');
  assert.equal(
    (await refusalOf(() => core.authenticateOperator(arrival, 'x', 'test'))).code,
    'wrongOperatorToken',
  );
  const text = await core.metrics.text();
  for (const code of ['missingSignature', 'wrongOperatorToken'])
    assert.match(text, new RegExp(`lockstep_gateway_auth_failures_total{code="${code}"} 1`));
});

test('a request that is late because the gateway stood still is not called wrong', async (t) => {
  const desk = await opened(t);
  const { core } = desk;
  const content = 'x';
  const lateMs = core.timeWindowMs + 300;
  const late = desk.credentials('alice', content, Date.now() - lateMs);
  const arrival = core.arrived(claim, 'order', () => false);
  assert.equal((await refusalOf(() => core.authenticate(arrival, late, content))).code, 'staleTimestamp');
  const until = performance.now() + 1_000;
  while (performance.now() < until);
  core.entrance.look();
  assert.equal((await refusalOf(() => core.authenticate(arrival, late, content))).code, 'stoodStill');
});
