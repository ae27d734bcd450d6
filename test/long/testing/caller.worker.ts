// The process on the callers' host: orders over HTTP at a fixed rate, and the question which host has an address,
// again and again. It takes orders as lines of JSON, and answers each with a line.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpFlow, market } from '../../../src/chaos/lab/http-flow.ts';
import { StreamFlow } from '../../../src/chaos/lab/stream-flow.ts';
import { monotonicMs } from '../../../src/chaos/monotonic.ts';
import { ArpNeighbours } from '../../../src/io/system/neighbours.ts';
import { networkCard } from '../../../src/io/system/network-card.ts';
import { readPrefixedAddress } from '../../../src/io/system/prefixed-address.ts';
import { connectToExchange } from '../../../src/ops/clients/exchange-client.ts';
import { loadConfiguration } from '../../../src/ops/configuration/load.ts';
import type { CallerOrder, CallerSettings, Holding } from './caller-orders.ts';

const waitMs = 120_000;
const arpEveryMs = 20;
/** Fills that the stream has not sent after so long are missing. */
const fillsMs = 20_000;

const settings = JSON.parse(process.argv[2]!) as CallerSettings;
const loaded = loadConfiguration({ config: settings.config });
const operator = await connectToExchange(loaded, { commandTimeoutMs: waitMs, connectTimeoutMs: waitMs });
const { instrumentId, symbol } = market;
await operator.createInstrument({ instrumentId, symbol, priceDecimals: 2, quantityDecimals: 0 });
for (const accountId of [market.buyerId, market.sellerId])
  await operator.createAccount({ accountId, name: `caller-${accountId}` });

const flow = new HttpFlow({ ...settings, identity: '', sdkPerSecond: 0 });
const stream = new StreamFlow({ ...settings, identity: '', sdkPerSecond: 0 });
const holdings: Holding[] = [];
if (settings.watched !== undefined) watch(settings.watched);

/** Notes which host says that it has the address, and when that was first and last. */
function watch(watched: string): void {
  const card = networkCard('eth0')!;
  const address = readPrefixedAddress(`${watched}/32`)!;
  const neighbours = new ArpNeighbours(card);
  setInterval(() => {
    for (const claim of neighbours.claims()) {
      if (Buffer.compare(claim.address, address.bytes) !== 0) continue;
      const hardware = Buffer.from(claim.hardware).toString('hex');
      const last = holdings.at(-1);
      if (last?.hardware === hardware) last.lastMs = monotonicMs();
      else holdings.push({ hardware, firstMs: monotonicMs(), lastMs: monotonicMs() });
    }
    neighbours.ask(address);
  }, arpEveryMs);
}

async function answer(order: CallerOrder): Promise<unknown> {
  switch (order.what) {
    case 'trade':
      void flow.trade();
      stream.start();
      return null;
    case 'since':
      return flow.times.since(order.fromMs);
    case 'unknown':
      return flow.unknown;
    case 'holdings':
      return holdings;
    case 'end': {
      await flow.rest();
      const { filled, ...account } = await flow.account(operator);
      for (const endMs = monotonicMs() + fillsMs; monotonicMs() < endMs && stream.missed(filled).length > 0; )
        await sleep(arpEveryMs);
      stream.end();
      return { ...account, streamMissed: stream.missed(filled).length, streamDoubled: stream.doubled };
    }
  }
}

for await (const line of createInterface(process.stdin)) {
  const said = await answer(JSON.parse(line) as CallerOrder).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);
