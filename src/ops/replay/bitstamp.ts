/**
 * Order events of Bitstamp as comma-separated values (the layout of the R package ob-analytics): id, timestamp,
 * exchange.timestamp, price, volume, action, direction. A created order is placed with its volume; a deleted order
 * with a volume left is cancelled; all else (changed, deleted with nothing left) follows from matching.
 */
import { type FlowAction, type FlowFormat, linesOf, malformed, scaled } from './flow.ts';

const columns = 'id,timestamp,exchange.timestamp,price,volume,action,direction';
/** The volume is counted in 10^-8 of a coin. */
const volumeDecimals = 8;
const instrument = {
  instrumentId: 1001,
  symbol: 'BTC-USD',
  priceDecimals: 2,
  quantityDecimals: volumeDecimals,
};

export const readBitstamp: FlowFormat = async function* (file, name) {
  let started = false;
  for await (const { text, number } of linesOf(file)) {
    if (!started) {
      if (text !== columns) throw malformed(name, 'line 1', `the columns must be "${columns}"`, 'bitstamp');
      started = true;
      yield { kind: 'instrument', instrument };
      continue;
    }
    const action = actionOf(text);
    if (action === 'malformed')
      throw malformed(name, `line ${number}`, `"${text.slice(0, 80)}" cannot be read`, 'bitstamp');
    if (action !== undefined) yield action;
  }
};

function actionOf(line: string): FlowAction | undefined | 'malformed' {
  const [orderId = '', , , price = '', volume = '', action, direction] = line.split(',');
  const isGood = /^\d{1,20}$/.test(orderId) && /^\d+(\.\d+)?$/.test(price) && /^\d+$/.test(volume);
  if (!isGood || (direction !== 'bid' && direction !== 'ask')) return 'malformed';
  if (action === 'created') {
    const side = direction === 'bid' ? 'buy' : 'sell';
    const quantity = scaled(volume, volumeDecimals);
    return {
      kind: 'place',
      instrumentId: instrument.instrumentId,
      orderId,
      side,
      price,
      quantity,
      takesOnly: false,
    };
  }
  if (action === 'deleted') return volume === '0' ? undefined : { kind: 'cancel', orderId };
  return action === 'changed' ? undefined : 'malformed';
}
