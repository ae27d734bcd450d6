/** Files of a made-up market, in each format that a replay reads. */
import { Market, type MarketEvent } from './market.ts';

export interface SampleOptions {
  /** Orders that the file places. */
  readonly orders: number;
  readonly seed: number;
  /** lobster: levels of each side that the two files show; what happens below them is left out. */
  readonly levels: number;
  /** lobster: orders that were placed before the file begins. */
  readonly before: number;
}

/** Order events of Bitstamp. Each execution is caused by an order of its own, sometimes by a market order. */
export function* bitstampSample({ orders, seed }: SampleOptions): Generator<string> {
  const market = new Market(seed);
  const dayMs = Date.UTC(2024, 0, 2);
  yield 'id,timestamp,exchange.timestamp,price,volume,action,direction\n';
  let executions = 0;
  while (market.placed < orders) {
    const { kind, timeNs, order, lots } = market.step();
    const timeMs = dayMs + Math.floor(timeNs / 1_000_000);
    const row = (
      id: number,
      isBuy: boolean,
      price: string,
      volume: number,
      action: 'created' | 'changed' | 'deleted',
    ): string =>
      `${id},${timeMs},${timeMs},${price},${volume * coinLots},${action},${isBuy ? 'bid' : 'ask'}\n`;
    const price = (order.priceTicks / 100).toFixed(2);
    if (kind === 'submit') yield row(order.id, order.isBuy, price, lots, 'created');
    else if (kind === 'cancel') yield row(order.id, order.isBuy, price, lots, 'deleted');
    else if (kind === 'execute') {
      executions += 1;
      const taker = market.nextId();
      const isBuy = !order.isBuy;
      const marketPrice = isBuy ? '999999999.00' : '0.00';
      const takerPrice = executions % marketOrderEvery === 0 ? marketPrice : price;
      yield row(taker, isBuy, takerPrice, lots, 'created');
      yield row(order.id, order.isBuy, price, order.lots, order.lots === 0 ? 'deleted' : 'changed');
      yield row(taker, isBuy, takerPrice, 0, 'deleted');
    } else if (kind === 'reduce') {
      // Bitstamp has no reductions: the trader cancels and places the rest, which goes to the end of the queue.
      yield row(order.id, order.isBuy, price, lots + order.lots, 'deleted');
      yield row(market.replace(order), order.isBuy, price, order.lots, 'created');
    }
  }
}

/** A lot of the market in 10^-8 of a coin. */
const coinLots = 1_000_000;
const marketOrderEvery = 4;

/** The message file of LOBSTER, or its book file. */
export function* lobsterSample(part: 'message' | 'orderbook', options: SampleOptions): Generator<string> {
  const market = new Market(options.seed);
  while (market.placed < options.before) market.step();
  const last = market.placed + options.orders;
  let shown = lobsterRow(market, options.levels);
  while (market.placed < last) {
    const event = market.step();
    const row = lobsterRow(market, options.levels);
    const isSeen = row !== shown || event.order.id === 0;
    shown = row;
    if (isSeen) yield part === 'orderbook' ? row : lobsterMessage(event);
  }
}

const lobsterTypes = { submit: 1, reduce: 2, cancel: 3, execute: 4, hidden: 5, cross: 6, halt: 7, resume: 7 };

function lobsterMessage({ kind, timeNs, order, lots }: MarketEvent): string {
  const time = `${Math.floor(timeNs / 1e9)}.${String(timeNs % 1e9).padStart(9, '0')}`;
  const type = lobsterTypes[kind];
  if (kind === 'halt' || kind === 'resume') return `${time},${type},0,0,${kind === 'halt' ? -1 : 1},-1\n`;
  const id = kind === 'cross' ? -1 : order.id;
  return `${time},${type},${id},${lots},${order.priceTicks * 100},${order.isBuy ? 1 : -1}\n`;
}

function lobsterRow(market: Market, levels: number): string {
  const columns: number[] = [];
  const sells = market.sells.prices();
  const buys = market.buys.prices();
  for (let n = 0; n < levels; n++) {
    for (const [isBuy, prices] of [
      [false, sells],
      [true, buys],
    ] as const) {
      const price: number | undefined = prices.next().value ?? undefined;
      if (price === undefined) columns.push(isBuy ? -9_999_999_999 : 9_999_999_999, 0);
      else
        columns.push(
          price * 100,
          market
            .side(isBuy)
            .level(price)
            .reduce((sum, { lots }) => sum + lots, 0),
        );
    }
  }
  return `${columns.join(',')}\n`;
}

const itchStock = 'SAMPLE';
const itchLocate = 1;

/** Messages of ITCH 5.0, from the start of messages to their end. */
export function* itch50Sample({ orders, seed }: SampleOptions): Generator<Uint8Array> {
  const market = new Market(seed);
  let timeNs = 0;
  let matches = 0;
  const message = (
    type: string,
    ...fields: readonly (readonly [bytes: number, value: number | string])[]
  ): Uint8Array => itchMessage(type, timeNs, fields);
  yield message('S', [1, 'O']);
  yield message(
    'R',
    [8, itchStock],
    [1, 'Q'],
    [1, 'N'],
    [4, 100],
    [1, 'N'],
    [1, 'C'],
    [2, ''],
    [1, 'P'],
    [1, 'N'],
    [1, 'N'],
    [1, '1'],
    [1, 'N'],
    [4, 0],
    [1, 'N'],
  );
  while (market.placed < orders) {
    const event = market.step();
    const { kind, order, lots } = event;
    const price = order.priceTicks * 100;
    timeNs = event.timeNs;
    const side = order.isBuy ? 'B' : 'S';
    if (kind === 'submit')
      yield message('A', [8, order.id], [1, side], [4, lots], [8, itchStock], [4, price]);
    else if (kind === 'cancel') yield message('D', [8, order.id]);
    else if (kind === 'reduce' && order.id % 3 === 0) {
      const id = market.replace(order);
      yield message('U', [8, order.id], [8, id], [4, order.lots], [4, price]);
    } else if (kind === 'reduce') yield message('X', [8, order.id], [4, lots]);
    else if (kind === 'execute') yield message('E', [8, order.id], [4, lots], [8, ++matches]);
    else if (kind === 'hidden')
      yield message('P', [8, 0], [1, side], [4, lots], [8, itchStock], [4, price], [8, ++matches]);
    else if (kind === 'cross')
      yield message('Q', [8, lots], [8, itchStock], [4, price], [8, ++matches], [1, 'I']);
    else yield message('H', [8, itchStock], [1, kind === 'halt' ? 'H' : 'T'], [1, ''], [4, '']);
  }
  yield message('S', [1, 'C']);
}

/** One message behind its length: type, stock locate, tracking number, time, then the fields. */
function itchMessage(
  type: string,
  timeNs: number,
  fields: readonly (readonly [bytes: number, value: number | string])[],
): Uint8Array {
  const size = 11 + fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const bytes = Buffer.alloc(2 + size);
  bytes.writeUInt16BE(size, 0);
  bytes.write(type, 2, 'latin1');
  bytes.writeUInt16BE(type === 'S' ? 0 : itchLocate, 3);
  bytes.writeUIntBE(timeNs, 7, 6);
  let at = 13;
  for (const [length, value] of fields) {
    if (typeof value === 'string') bytes.write(value.padEnd(length), at, 'latin1');
    else if (length === 8) bytes.writeBigUInt64BE(BigInt(value), at);
    else bytes.writeUIntBE(value, at, length);
    at += length;
  }
  return bytes;
}
