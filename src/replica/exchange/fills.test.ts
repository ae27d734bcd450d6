/** The memory of executions against a plain list of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '../../protocol/commands.ts';
import { eventAt, Liquidity, orderExecuted, trade } from '../../protocol/events.ts';
import { noEvent } from '../../protocol/messages.ts';
import { setU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { RememberedFills } from './fills.ts';

interface Execution {
  readonly seq: number;
  readonly n: number;
  readonly account: number;
  readonly instrument: number;
  readonly isTaker: boolean;
}

const makerFrom = 8;
const takerFrom = makerFrom + orderExecuted.size;
const view = new DataView(new ArrayBuffer(takerFrom + orderExecuted.size));
const words = new Int32Array(view.buffer);

/** The event of an execution, as the engine writes it. */
function eventOf({ seq, n, account, instrument, isTaker }: Execution): ReturnType<typeof orderExecuted.read> {
  const header = { sessionId: 2 ** 32 - 1 - account, seq, timeUs: seq * 2, accountId: 100 + account, n };
  const tradeId = seq * 4 + n - (isTaker ? 1 : 0);
  const quantities = { quantityLots: 2 ** 40 + 3, remainingLots: 2 ** 33 + account };
  const amounts = { ...quantities, priceTicks: 7, side: isTaker ? Side.buy : Side.sell, reserved2: 0 };
  const clientOrderId = account % 2 === 0 ? '' : `the-order-${n}-of-${account}`.slice(0, 20);
  const ids = { orderId: 2 ** 34 + seq + n, tradeId, instrumentId: 10 + instrument, clientOrderId };
  const liquidity = isTaker ? Liquidity.taker : Liquidity.maker;
  return { ...header, ...amounts, ...ids, liquidity };
}

function note(fills: RememberedFills, maker: Execution, taker: Execution): void {
  orderExecuted.write(view, makerFrom, eventOf(maker));
  orderExecuted.write(view, takerFrom, eventOf(taker));
  fills.note(words, makerFrom / 4, takerFrom / 4, maker.account, taker.account, maker.instrument);
}

/** Trades of `accounts`, most of them of the first one: each is the execution of its maker, then of its taker. */
function draw(random: Random, seq: number, accounts: number): [Execution, Execution][] {
  const instrument = random.below(3);
  const account = () => (random.chance(0.7) ? 0 : random.below(accounts));
  return Array.from({ length: random.below(3) }, (_, k) => [
    { seq, n: 2 + k * 3, account: account(), instrument, isTaker: false },
    { seq, n: 3 + k * 3, account: account(), instrument, isTaker: true },
  ]);
}

function walk(fills: RememberedFills, account: number, seq: number, n: number, limit: number): string[] {
  const into = new Float64Array(limit);
  const count = fills.after(account, seq, n, into, limit);
  return Array.from(into.subarray(0, count), (position) => `${fills.seq(position)}.${fills.n(position)}`);
}

test('executions of an account are found from any place on, in order, as long as they are remembered', () => {
  const random = new Random(5);
  const fills = new RememberedFills(256, 40);
  const all: Execution[] = [];
  assert.equal(fills.rememberedFromSeq, 41);
  for (let seq = 41; seq < 1_500; seq++) {
    for (const trade of draw(random, seq, 80)) {
      note(fills, ...trade);
      all.push(...trade);
    }
    const held = all.slice(-256);
    const from: number = fills.rememberedFromSeq;
    assert.ok(
      all.every((each) => each.seq < from || held.includes(each)),
      'all since then are held',
    );
    assert.equal(from, all.length > 256 ? all[all.length - 257]!.seq + 1 : 41);
    const account = random.chance(0.5) ? 0 : random.below(90);
    const after = random.below(seq + 2);
    const afterN = random.pick([0, 3, 0xffff_ffff]);
    const expected = held
      .filter((each) => each.account === account)
      .filter((each) => each.seq > after || (each.seq === after && each.n > afterN))
      .map((each) => `${each.seq}.${each.n}`);
    assert.deepEqual(walk(fills, account, after, afterN, 9), expected.slice(0, 9));
    if (seq % 100 === 0) assert.deepEqual(walk(fills, account, after, afterN, 256), expected);
    checkTrades(fills, held, random.below(4));
  }
});

function checkTrades(fills: RememberedFills, held: readonly Execution[], instrument: number): void {
  const into = new Float64Array(8);
  const count = fills.lastTrades(instrument, into, 8);
  const expected = held.filter((each) => each.isTaker && each.instrument === instrument).slice(-8);
  const found = [...into.subarray(0, count)]
    .reverse()
    .map((position) => `${fills.seq(position)}.${fills.n(position)}`);
  assert.deepEqual(
    found,
    expected.map((each) => `${each.seq}.${each.n}`),
  );
}

test('an account with a million executions is not walked through: a hundred thousand places are found at once', () => {
  const max = 1 << 20;
  const fills = new RememberedFills(max, 0);
  const last = (max + max / 2) / 2;
  for (let seq = 1; seq <= last; seq++) {
    setU53(view, makerFrom + eventAt.seq, seq);
    fills.note(words, makerFrom / 4, takerFrom / 4, 0, 0, 0);
  }
  const random = new Random(1);
  const into = new Float64Array(3);
  // From the newest one back, this would be some 50,000,000,000 steps.
  for (let n = 0; n < 100_000; n++) {
    const seq = last - 1 - random.below(max / 2 - 2);
    assert.equal(fills.after(0, seq - 1, noEvent, into, 3), 3);
    assert.deepEqual([...into], [seq * 2 - 2, seq * 2 - 1, seq * 2], `the executions from seq ${seq} on`);
  }
});

/** A memory of executions that counts each read of its words. */
function countedFills(max: number): { fills: RememberedFills; reads: () => number } {
  const plain = globalThis.Int32Array;
  let reads = 0;
  const counting = function counting(length: number): Int32Array {
    return new Proxy(new plain(length), {
      get: (words, name) => {
        reads++;
        return Reflect.get(words, name, words) as unknown;
      },
      set: (words, name, value) => Reflect.set(words, name, value, words),
    });
  };
  globalThis.Int32Array = counting as unknown as typeof Int32Array;
  try {
    return { fills: new RememberedFills(max, 0), reads: () => reads };
  } finally {
    globalThis.Int32Array = plain;
  }
}

test('the last trades of an instrument are read without a look at the trades of others', () => {
  const { fills, reads } = countedFills(1 << 14);
  const rare = 3;
  const all: Execution[] = [];
  for (let seq = 1; seq <= 10_000; seq++) {
    const instrument = seq % 1_000 === 0 ? rare : seq % 2;
    const maker = { seq, n: 2, account: 0, instrument, isTaker: false };
    const taker = { seq, n: 3, account: 1, instrument, isTaker: true };
    note(fills, maker, taker);
    all.push(maker, taker);
  }
  const before = reads();
  for (const instrument of [rare, 0]) checkTrades(fills, all.slice(-(1 << 14)), instrument);
  const each = (reads() - before) / 2;
  assert.ok(each > 0 && each <= 8 * 8, `${each} words are read for eight trades`);
});

test('executions come back as the events that they were, and their trade as the public one before them', () => {
  const fills = new RememberedFills(4, 0);
  const out = new DataView(new ArrayBuffer(256));
  const into = new Float64Array(1);
  for (let seq = 5; seq < 12; seq++) {
    const maker = { seq, n: 2, account: seq, instrument: 2, isTaker: false };
    const taker = { seq, n: 3, account: 0, instrument: 2, isTaker: true };
    note(fills, maker, taker);
    for (const execution of [maker, taker]) {
      assert.equal(fills.after(execution.account, seq - 1, noEvent, into, 1), 1);
      fills.write(out, 8, into[0]!);
      assert.equal(orderExecuted.check(out, 8, 248), 0);
      assert.deepEqual(orderExecuted.read(out, 8), eventOf(execution));
      assert.equal(fills.orderId(into[0]!), eventOf(execution).orderId);
      assert.equal(fills.instrumentId(into[0]!), 12);
    }
    fills.writeTrade(out, 8, into[0]!);
    assert.equal(trade.check(out, 8, 248), 0);
    const { tradeId, timeUs, quantityLots, instrumentId, priceTicks } = eventOf(maker);
    const own = { seq, timeUs, tradeId, quantityLots, instrumentId, priceTicks };
    const expected = { ...own, sessionId: 0, accountId: 0, n: 1, aggressorSide: Side.buy, reserved2: 0 };
    assert.deepEqual(trade.read(out, 8), expected);
  }
});

test('after a snapshot nothing is remembered but what comes', () => {
  const fills = new RememberedFills(16, 0);
  const at = (seq: number): [Execution, Execution] => [
    { seq, n: 0, account: 0, instrument: 0, isTaker: false },
    { seq, n: 1, account: 0, instrument: 0, isTaker: true },
  ];
  note(fills, ...at(1));
  fills.restart(50);
  assert.equal(fills.rememberedFromSeq, 51);
  assert.deepEqual(walk(fills, 0, 0, 0, 9), []);
  assert.equal(fills.lastTrades(0, new Float64Array(4), 4), 0);
  note(fills, ...at(51));
  assert.deepEqual(walk(fills, 0, 0, 0, 9), ['51.0', '51.1']);
});
