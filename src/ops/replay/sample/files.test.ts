import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBitstamp } from '../bitstamp.ts';
import type { FlowFormat } from '../flow.ts';
import { readItch50 } from '../itch50.ts';
import { FlowExchange } from '../testing/flow-exchange.ts';
import { bitstampSample, itch50Sample, lobsterSample } from './files.ts';

const options = { orders: 2_000, seed: 5, levels: 5, before: 100 };

async function carryOut(
  format: FlowFormat,
  pieces: Iterable<string | Uint8Array>,
  quantityDecimals = 0,
): Promise<FlowExchange> {
  async function* file(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Buffer.from(piece as string);
  }
  const exchange = new FlowExchange(quantityDecimals);
  for await (const action of format(file(), 'sample')) exchange.carryOut(action);
  return exchange;
}

test('the same options give the same file, another seed another one', () => {
  const text = (seed: number): string => [...bitstampSample({ ...options, seed })].join('');
  assert.equal(text(5), text(5));
  assert.notEqual(text(5), text(6));
});

test('bitstamp: what the file says was filled trades, market orders among it, and all rests are cancelled', async () => {
  const rows = [...bitstampSample(options)];
  const { trades, remarks } = await carryOut(readBitstamp, rows, 8);
  const takers = rows.filter((row) => row.includes(',0,deleted,')).map((row) => row.split(',')[0]!);
  assert.ok(trades.length > 100);
  for (const { taker } of trades) assert.ok(takers.includes(taker));
  assert.ok(rows.some((row) => row.includes(',999999999.00,')) && rows.some((row) => row.includes(',0.00,')));
  assert.deepEqual(remarks, []);
});

test('itch50: each execution hits the order that it names, and the file ends', async () => {
  const { trades, notes, remarks } = await carryOut(readItch50, itch50Sample(options));
  assert.ok(trades.length > 100);
  for (const { maker, named } of trades) assert.equal(maker, named);
  assert.deepEqual(Object.keys(notes).sort(), ['hiddenExecutions']);
  assert.deepEqual(remarks, []);
});

test('lobster: the two parts have a line for each other, of all types of message', () => {
  const long = { ...options, orders: 30_000, levels: 1 };
  const messages = [...lobsterSample('message', long)];
  assert.equal(messages.length, [...lobsterSample('orderbook', long)].length);
  assert.deepEqual([...new Set(messages.map((line) => line.split(',')[1]))].sort().join(''), '1234567');
});
