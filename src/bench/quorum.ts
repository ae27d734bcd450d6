/**
 * Orders through a quorum of three replicas on this machine, over the SDK's binary session: the time of one order at a
 * time from the call to its outcome, and the rate with many in flight. Everything runs on the same processors: three
 * replicas, an idle gateway and this load. HTTP is left out. The replicas' state hashes are compared afterwards.
 */
import { strict as assert } from 'node:assert';
import { build as buildHistogram, type Histogram } from 'hdr-histogram-js';
import type { Client } from '../client/index.ts';
import { connectToExchange } from '../ops/exchange-client.ts';
import { startOwnExchange } from '../ops/replay/own-exchange.ts';

const instrumentId = 1;
const accountId = 1;
const warmUpOrders = 3_000;
const singleOrders = 10_000;
const inFlight = 2_048;
const rateSeconds = 5;

/** What one case gives, times in microseconds. */
export interface QuorumResult {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxPerSecond: number;
}

export async function runQuorumBench(): Promise<void> {
  const results: Record<string, QuorumResult> = {};
  for (const durability of ['memory', 'disk'] as const) {
    for (const idle of ['backoff', 'yield'] as const) {
      results[`${durability}, ${idle}`] = await measure({ durability, idle });
    }
  }
  console.table(results);
}

async function measure(configuration: Readonly<Record<string, unknown>>): Promise<QuorumResult> {
  const exchange = await startOwnExchange(configuration);
  try {
    const client = await connectToExchange(exchange.loaded, { feed: 'own', commandTimeoutMs: 30_000 });
    await client.createInstrument({ instrumentId, symbol: 'BENCH', priceDecimals: 2, quantityDecimals: 0 });
    await client.createAccount({ accountId, name: 'bench' });
    await oneAtATime(client, warmUpOrders);
    const histogram = await oneAtATime(client, singleOrders);
    const maxPerSecond = await manyInFlight(client);
    await assertAgreement(client, exchange.loaded.configuration.replicas.length);
    await client.close();
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1_000;
    return { p50Us: at(50), p99Us: at(99), p999Us: at(99.9), maxPerSecond: Math.round(maxPerSecond) };
  } finally {
    await exchange.stop();
  }
}

/** Nanoseconds of each order, from the call to its outcome. */
async function oneAtATime(client: Client, count: number): Promise<Histogram> {
  const histogram = buildHistogram({ lowestDiscernibleValue: 1, highestTrackableValue: 60e9 });
  for (let n = 0; n < count; n++) {
    const started = process.hrtime.bigint();
    const { ok } = await client.placeOrder(orderOf(n));
    histogram.recordValue(Number(process.hrtime.bigint() - started));
    assert.ok(ok);
  }
  return histogram;
}

/** Outcomes per second with a full window. */
async function manyInFlight(client: Client): Promise<number> {
  let sent = 0;
  let done = 0;
  const startedMs = performance.now();
  const endMs = startedMs + rateSeconds * 1_000;
  await new Promise<void>((resolve) => {
    const place = (): void => {
      sent += 1;
      client.placeOrder(orderOf(sent)).then(() => {
        done += 1;
        if (performance.now() < endMs) place();
        else if (done === sent) resolve();
      });
    };
    for (let n = 0; n < inFlight; n++) place();
  });
  return (done * 1_000) / (performance.now() - startedMs);
}

/** Alternating sides at one price: every second order trades, so the book stays small. */
function orderOf(n: number): Parameters<Client['placeOrder']>[0] {
  const side = n % 2 === 0 ? 'buy' : 'sell';
  return { accountId, instrumentId, side, priceTicks: 10_000, quantityLots: 10 };
}

async function assertAgreement(client: Client, replicas: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const ids = Array.from({ length: replicas }, (_, n) => n + 1);
    const rows = await Promise.all(ids.map((id) => client.hashes({ from: id })));
    if (new Set(rows.map(({ appliedSeq }) => appliedSeq)).size > 1) continue;
    assert.equal(new Set(rows.map(({ stateHash }) => stateHash)).size, 1, 'all replicas have the same state');
    return;
  }
  throw new Error('The replicas did not reach the same command.');
}
