/**
 * A client on a host of its own: places one order after the other, and says of each when it was acknowledged, by the
 * monotonic clock that all processes of a machine share. On a line of input it asks for every acknowledged order, and
 * ends.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfiguration } from '../ops/configuration/load.ts';
import { connectToExchange } from '../ops/exchange-client.ts';
import { instrumentId, prepareMarket } from './orders.ts';

/** Between an acknowledgement and the next order. */
const pauseMs = 2;
const commandTimeoutMs = 60_000;
const accountId = 701;
const order = { accountId, instrumentId, side: 'buy', priceTicks: 10_000, quantityLots: 1 } as const;

const [config] = process.argv.slice(2) as [string];
const client = await connectToExchange(loadConfiguration({ config }), {
  commandTimeoutMs,
  connectTimeoutMs: commandTimeoutMs,
});
await prepareMarket(client);

let isEnding = false;
createInterface(process.stdin).once('line', () => {
  isEnding = true;
});

const orderIds = new Map<string, number>();
for (let n = 0; !isEnding; n++) {
  const clientOrderId = `probe-${n}`;
  const { ok, orderId, repeated } = await client.placeOrder({ ...order, clientOrderId });
  if (!ok || repeated) throw new Error(`Order ${clientOrderId} was refused, or had been placed before.`);
  orderIds.set(clientOrderId, orderId);
  console.log(
    JSON.stringify({ atMs: Number(process.hrtime.bigint()) / 1e6, leaderId: client.status.leaderId }),
  );
  await client.cancelOrder({ accountId, clientOrderId });
  await sleep(pauseMs);
}

let lost = 0;
for (const [clientOrderId, orderId] of orderIds) {
  const row = await client.order({ accountId, clientOrderId });
  if (row?.orderId !== orderId) lost += 1;
}
const doubled = orderIds.size - new Set(orderIds.values()).size;
console.log(JSON.stringify({ acknowledged: orderIds.size, lost, doubled }));
await client.close({ keepSession: true });
process.exit(0);
