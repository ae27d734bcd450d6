/**
 * Order events of Bitstamp as comma-separated values (the layout of the R package ob-analytics): id, timestamp,
 * exchange.timestamp, price, volume, action, direction. A created order is placed with its volume; a deleted order with
 * a volume left is cancelled; all else (changed, deleted with nothing left) follows from matching. The file shows a
 * market order as a limit order whose price means "at any price"; what it leaves is cancelled at once.
 */
import {
  FileTimes,
  type FlowFormat,
  type FlowOrder,
  isTorn,
  linesOf,
  malformed,
  scaled,
  tornRemark,
  unreadable,
} from './flow.ts';

const columns = 'id,timestamp,exchange.timestamp,price,volume,action,direction';
/** The volume is counted in 10^-8 of a coin. */
const volumeDecimals = 8;
/** The price from which on a buy is a market order. A sell is one at 0. */
const marketBuyPrice = 999_999_999;
const instrument = {
  instrumentId: 1001,
  symbol: 'BTC-USD',
  priceDecimals: 2,
  quantityDecimals: volumeDecimals,
};

export const readBitstamp: FlowFormat = async function* (file, name) {
  let started = false;
  /** Market orders that the file has not deleted yet: their rest is gone already. */
  const marketOrders = new Set<string>();
  const times = new FileTimes('line');
  for await (const line of linesOf(file, name, 'bitstamp')) {
    if (!started) {
      if (line.text !== columns)
        throw malformed(name, 'line 1', `the columns must be "${columns}"`, 'bitstamp');
      started = true;
      yield { kind: 'instrument', instrument };
      continue;
    }
    const row = readRow(line.text);
    if (row === undefined) {
      if (!isTorn(line, columns.split(',').length, ['bid', 'ask'])) throw unreadable(name, line, 'bitstamp');
      yield tornRemark(name, line);
      continue;
    }
    times.take(row.time, line.number);
    if (row.action === 'created') {
      const order = orderOf(row);
      if (order.price === undefined) marketOrders.add(row.orderId);
      yield order;
    } else if (row.action === 'deleted' && !marketOrders.delete(row.orderId) && row.volume !== '0') {
      yield { kind: 'cancel', orderId: row.orderId };
    }
  }
  yield* times.remarks(name);
};

interface Row {
  readonly orderId: string;
  /** When it was received, in milliseconds. */
  readonly time: number;
  readonly price: string;
  readonly volume: string;
  readonly action: 'created' | 'changed' | 'deleted';
  readonly direction: 'bid' | 'ask';
}

/** A line's fields, or undefined when it is malformed. The last one is a whole word, so that no torn line is taken. */
function readRow(line: string): Row | undefined {
  const [orderId = '', time = '', exchangeTime = '', price = '', volume = '', action, direction, ...more] =
    line.split(',');
  const isGood =
    /^\d{1,20}$/.test(orderId) &&
    [time, exchangeTime, price].every((field) => /^\d+(\.\d+)?$/.test(field)) &&
    /^\d+$/.test(volume) &&
    more.length === 0;
  if (!isGood || (direction !== 'bid' && direction !== 'ask')) return undefined;
  if (action !== 'created' && action !== 'changed' && action !== 'deleted') return undefined;
  return { orderId, time: Number(time), price, volume, action, direction };
}

function orderOf({ orderId, price, volume, direction }: Row): FlowOrder {
  const isBuy = direction === 'bid';
  const isMarket = isBuy ? Number(price) >= marketBuyPrice : Number(price) === 0;
  return {
    kind: 'place',
    instrumentId: instrument.instrumentId,
    orderId,
    side: isBuy ? 'buy' : 'sell',
    price: isMarket ? undefined : price,
    quantity: scaled(volume, volumeDecimals),
    takes: undefined,
  };
}
