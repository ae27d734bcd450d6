/**
 * The mass cancel of an account with a great many orders, and a customer beside it with one order after the other: in
 * turn into the instrument in which the orders rest, far from them and through them, and into another one. Orders that
 * would trade with what is being cancelled are refused until the way is free (`cancelling`).
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { createMarket } from '../load/book-flow.ts';
import { spread } from '../load/latencies.ts';
import type { BenchOptions, SuitePart } from '../report/suite.ts';

export const massCancelName = 'the mass cancel of an account';

const orders = 300_000;
const ordersInFlight = 1_000;
const accountId = 1;
const customerId = 2;
const instrumentId = 1;
const otherInstrumentId = 2;
/** The orders rest on so many prices. */
const lowest = 1_000;
const prices = 3_000;
const calmMs = 4_000;

interface Customer {
  readonly times: readonly number[];
  /** Orders that would have traded with what is being cancelled, and how many of them were refused for it. */
  readonly crossing: number;
  readonly refused: number;
}

export async function massCancel(options: BenchOptions): Promise<SuitePart> {
  const { durability = 'memory', idle = 'backoff', replicas = 3, progress } = options;
  const cluster = await LocalCluster.start({ durability, idle, replicas });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    const other = { instrumentId: otherInstrumentId, symbol: 'OTHER', priceDecimals: 2, quantityDecimals: 0 };
    assert.ok((await client.createInstrument(other)).ok);
    await rest(client);
    const customer = await cluster.connect({ feed: 'own' });
    progress('before it');
    let isOver = false;
    const calm = sleep(calmMs).then(() => {
      isOver = true;
    });
    const before = await trade(customer, false, () => isOver);
    await calm;
    progress('meanwhile');
    isOver = false;
    const { term } = client.status;
    const startMs = performance.now();
    const cancel = client.massCancel({ accountId }).finally(() => {
      isOver = true;
    });
    const meanwhile = await trade(customer, true, () => isOver);
    const { ok, text, count } = await cancel;
    const answeredMs = Math.round(performance.now() - startMs);
    assert.ok(ok && count === orders, `${text} ${count}`);
    assert.equal(client.status.term, term, 'no election came of it');
    await customer.close();
    await client.close();
    const rows = { before: rowOf(before), meanwhile: rowOf(meanwhile) };
    const title = `A customer beside the mass cancel of ${orders} orders, which was answered after ${answeredMs} ms`;
    return { table: { title, rows }, results: { ...rows, answeredMs } };
  } finally {
    await cluster.stop();
  }
}

/** Places the orders that are cancelled later. */
async function rest(client: Client): Promise<void> {
  let placed = 0;
  const place = async (): Promise<void> => {
    while (placed < orders) {
      const priceTicks = lowest + (placed++ % prices);
      const order = { accountId, instrumentId, side: 'sell', priceTicks, quantityLots: 1 } as const;
      const { ok, text } = await client.placeOrder(order);
      assert.ok(ok, text);
    }
  };
  await Promise.all(Array.from({ length: ordersInFlight }, place));
}

/** One order after the other; before the cancel none of them may trade, since that would take orders away. */
async function trade(customer: Client, crosses: boolean, isOver: () => boolean): Promise<Customer> {
  const times: number[] = [];
  let crossing = 0;
  let refused = 0;
  for (let n = 0; !isOver(); n++) {
    const isCrossing = crosses && n % 4 === 0;
    const startMs = performance.now();
    const { code } = await customer.placeOrder({
      accountId: customerId,
      instrumentId: n % 2 === 0 ? instrumentId : otherInstrumentId,
      side: 'buy',
      priceTicks: isCrossing ? lowest + prices : lowest - 1,
      quantityLots: 1,
      timeInForce: 'immediateOrCancel',
    });
    times.push(performance.now() - startMs);
    if (isCrossing) crossing++;
    if (code === 'cancelling') refused++;
  }
  return { times, crossing, refused };
}

function rowOf({ times, crossing, refused }: Customer): Readonly<Record<string, number>> {
  const { p50, p99, max } = spread(times);
  const orders = times.length;
  return {
    orders,
    'p50 ms': p50,
    'p99 ms': p99,
    'max ms': max,
    'would trade': crossing,
    cancelling: refused,
  };
}
