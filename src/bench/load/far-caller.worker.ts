/**
 * A program beside a cluster on hosts: `FILE SECONDS` connects with the SDK as that configuration says, sends one
 * command after the other, and prints the percentiles of their times as JSON. Sent commands change nothing.
 */
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { loadConfiguration } from '../../ops/configuration/load.ts';
import { Latencies } from './latencies.ts';

const warmUps = 100;
const microsecondsPerMs = 1_000;
/** An order that cannot be there: its cancel is refused, and acknowledged like any other command. */
const harmless = { accountId: 1, orderId: Number.MAX_SAFE_INTEGER };

const [config = '', seconds = '5'] = process.argv.slice(2);
const client = await connectToExchange(loadConfiguration({ config }), { feed: 'own' });
for (let n = 0; n < warmUps; n++) await client.cancelOrder(harmless);
const latencies = new Latencies();
const endMs = performance.now() + Number(seconds) * 1_000;
while (performance.now() < endMs) {
  const startedMs = performance.now();
  await client.cancelOrder(harmless);
  latencies.record((performance.now() - startedMs) * microsecondsPerMs);
}
console.log(JSON.stringify(latencies.percentiles));
await client.close();
