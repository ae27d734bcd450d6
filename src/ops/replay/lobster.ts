/**
 * Message files of LOBSTER (lobsterdata.com): time, type, order id, size, price in 1/10,000 dollar, direction. New
 * orders, partial and whole cancellations are sent as they are; an execution of a visible order is sent as the order
 * that takes it, because the file does not show that one. Hidden executions, crosses and halts are left out.
 */
import { basename } from 'node:path';
import { type FlowAction, type FlowFormat, linesOf, malformed, scaled } from './flow.ts';

const priceDecimals = 4;
const instrumentId = 1002;

/** Types of message. */
const submission = '1';
const partialCancellation = '2';
const deletion = '3';
const visibleExecution = '4';
const halt = '7';
const leftOut = new Set(['5', '6', halt]);

export const readLobster: FlowFormat = async function* (file, name) {
  const symbol = /^([A-Z]{1,8})_/.exec(basename(name))?.[1] ?? 'LOBSTER';
  yield { kind: 'instrument', instrument: { instrumentId, symbol, priceDecimals, quantityDecimals: 0 } };
  let taker = 0;
  for await (const { text, number } of linesOf(file)) {
    const [time = '', type = '', orderId = '', size = '', price = '', direction = ''] = text.split(',');
    const isGood =
      /^\d+(\.\d+)?$/.test(time) &&
      /^\d{1,18}$/.test(orderId) &&
      /^\d+$/.test(size) &&
      // A halt has a code in place of its price.
      (type === halt ? /^-?\d+$/ : /^\d+$/).test(price) &&
      (direction === '1' || direction === '-1');
    const action = isGood ? actionOf(type, orderId, size, price, direction === '1', taker) : 'malformed';
    if (action === 'malformed')
      throw malformed(name, `line ${number}`, `"${text.slice(0, 80)}" cannot be read`, 'lobster');
    if (type === visibleExecution) taker += 1;
    if (action !== undefined) yield action;
  }
};

function actionOf(
  type: string,
  orderId: string,
  size: string,
  ticks: string,
  isBuy: boolean,
  taker: number,
): FlowAction | undefined | 'malformed' {
  const price = scaled(ticks, priceDecimals);
  switch (type) {
    case submission:
      return {
        kind: 'place',
        instrumentId,
        orderId,
        side: isBuy ? 'buy' : 'sell',
        price,
        quantity: size,
        takesOnly: false,
      };
    case partialCancellation:
      return { kind: 'reduce', instrumentId, orderId, quantity: size };
    case deletion:
      return { kind: 'cancel', orderId };
    case visibleExecution: {
      const side = isBuy ? 'sell' : 'buy';
      return {
        kind: 'place',
        instrumentId,
        orderId: `x${taker}`,
        side,
        price,
        quantity: size,
        takesOnly: true,
      };
    }
    default:
      return leftOut.has(type) ? undefined : 'malformed';
  }
}
