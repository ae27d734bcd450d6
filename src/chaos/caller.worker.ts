/**
 * A caller in a process of its own, which a test can stop: connects, places orders on request, and reports how they
 * ended.
 */
import { createInterface } from 'node:readline';
import { OutcomeUnknownError } from '../client/errors.ts';
import { connectToExchange } from '../ops/clients/exchange-client.ts';
import { loadConfiguration } from '../ops/configuration/load.ts';
import { instrumentId } from './orders.ts';

const ordersCount = 20;
const [config, timeoutMs] = process.argv.slice(2) as [string, string];
const client = await connectToExchange(loadConfiguration({ config }), {
  commandTimeoutMs: Number(timeoutMs),
});

async function place(n: number): Promise<string> {
  try {
    const { code } = await client.placeOrder({
      accountId: 701,
      instrumentId,
      side: 'buy',
      priceTicks: 10_000,
      quantityLots: 1,
      clientOrderId: `waits-${n}`,
    });
    return code;
  } catch (error) {
    if (error instanceof OutcomeUnknownError) return (await error.settled)?.code ?? error.reason;
    throw error;
  }
}

console.log('connected');
createInterface(process.stdin).once('line', async () => {
  const codes = Array.from({ length: ordersCount }, (_, n) => place(n));
  // Once the turn in which they were placed is over, they are in the socket.
  setImmediate(() => console.log('placed'));
  console.log(JSON.stringify(await Promise.all(codes)));
  await client.close({ keepSession: true });
  process.exit(0);
});
