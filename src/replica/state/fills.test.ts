/** The memory of executions against a plain list of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventAt, Liquidity, orderExecuted, trade } from '../../protocol/events.ts';
import { noEvent } from '../../protocol/messages.ts';
import { setU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { Fills } from './fills.ts';

interface Execution {
  readonly seq: number;
  readonly n: number;
  readonly account: number;
  readonly instrument: number;
  readonly isTaker: boolean;
}

const view = new DataView(new ArrayBuffer(orderExecuted.size + 8));
const words = new Int32Array(view.buffer);

function note(fills: Fills, { seq, n, account, instrument, isTaker }: Execution): void {
  const header = { sessionId: 1, seq, timeUs: seq * 2, accountId: 100 + account, n };
  const amounts = { quantityLots: 3, remainingLots: 0, priceTicks: 7, side: 1, reserved2: 0 };
  const ids = { orderId: seq + n, tradeId: seq * 4 + n, instrumentId: 10 + instrument, clientOrderId: 'c' };
  const liquidity = isTaker ? Liquidity.taker : Liquidity.maker;
  orderExecuted.write(view, 8, { ...header, ...amounts, ...ids, liquidity });
  fills.note(words, 2, account, instrument);
}

/** Executions of `accounts`, most of them of the first one. */
function draw(random: Random, seq: number, accounts: number): Execution[] {
  const instrument = random.below(3);
  return Array.from({ length: 2 * random.below(3) }, (_, k) => ({
    seq,
    n: 2 + Math.floor(k / 2) * 3 + (k % 2),
    account: random.chance(0.7) ? 0 : random.below(accounts),
    instrument,
    isTaker: k % 2 === 1,
  }));
}

function walk(fills: Fills, account: number, seq: number, n: number, limit: number): string[] {
  const found: string[] = [];
  let position = fills.first(account, seq, n);
  for (; position >= 0 && found.length < limit; position = fills.next(position))
    found.push(`${fills.seq(position)}.${fills.n(position)}`);
  return found;
}

test('executions of an account are found from any place on, in order, as long as they are remembered', () => {
  const random = new Random(5);
  const fills = new Fills(256, 40);
  const all: Execution[] = [];
  assert.equal(fills.rememberedFromSeq, 41);
  for (let seq = 41; seq < 1_500; seq++) {
    for (const execution of draw(random, seq, 80)) {
      note(fills, execution);
      all.push(execution);
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
    if (seq % 100 === 0) assert.deepEqual(walk(fills, account, after, afterN, 1e9), expected);
    checkTrades(fills, held, random.below(4));
  }
});

function checkTrades(fills: Fills, held: readonly Execution[], instrument: number): void {
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
  const fills = new Fills(max, 0);
  const last = max + max / 2;
  for (let seq = 1; seq <= last; seq++) {
    setU53(view, 8 + eventAt.seq, seq);
    fills.note(words, 2, 0, 0);
  }
  const random = new Random(1);
  // From the newest one back, this would be some 50,000,000,000 steps.
  for (let n = 0; n < 100_000; n++) {
    const seq = last - random.below(max - 1);
    if (fills.seq(fills.first(0, seq - 1, noEvent)) !== seq) assert.fail(`seq ${seq} is not found`);
  }
});

test('an execution comes back as the event that it was, and its trade as the public one before it', () => {
  const fills = new Fills(4, 0);
  note(fills, { seq: 9, n: 2, account: 1, instrument: 2, isTaker: false });
  note(fills, { seq: 9, n: 3, account: 0, instrument: 2, isTaker: true });
  const out = new DataView(new ArrayBuffer(256));
  fills.write(out, 8, fills.first(1, 0, 0));
  assert.equal(orderExecuted.check(out, 8, 248), 0);
  const { seq, n, accountId, clientOrderId } = orderExecuted.read(out, 8);
  assert.deepEqual(
    { seq, n, accountId, clientOrderId },
    { seq: 9, n: 2, accountId: 101, clientOrderId: 'c' },
  );
  fills.writeTrade(out, 8, fills.first(0, 0, 0));
  assert.equal(trade.check(out, 8, 248), 0);
  const { version: _, ...public_ } = { version: 0, ...trade.read(out, 8) };
  assert.deepEqual(public_, {
    sessionId: 0,
    seq: 9,
    timeUs: 18,
    accountId: 0,
    n: 1,
    tradeId: 39,
    quantityLots: 3,
    instrumentId: 12,
    priceTicks: 7,
    aggressorSide: 1,
    reserved2: 0,
  });
});

test('after a snapshot nothing is remembered but what comes', () => {
  const fills = new Fills(16, 0);
  note(fills, { seq: 1, n: 0, account: 0, instrument: 0, isTaker: true });
  fills.restart(50);
  assert.equal(fills.rememberedFromSeq, 51);
  assert.equal(fills.first(0, 0, 0), -1);
  assert.equal(fills.lastTrades(0, new Float64Array(4), 4), 0);
  note(fills, { seq: 51, n: 0, account: 0, instrument: 0, isTaker: true });
  assert.deepEqual(walk(fills, 0, 0, 0, 9), ['51.0']);
});
