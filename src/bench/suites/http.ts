/**
 * Order entry and reads of the book through one gateway, over HTTP with signed requests: what the gateway takes at
 * most, and how long an order takes at a fixed rate. Each order has its own client order id, so none is a repeat.
 * Requests are made and signed before they are due: that is work of the traders' machines.
 */
import { strict as assert } from 'node:assert';
import { defaultRateLimits } from '../../gateway/admission/rates.ts';
import { findKeys } from '../../ops/configuration/keys.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { assertAgreement, createMarket, marketSymbol, ordersExecuted } from '../load/book-flow.ts';
import { gatewayReady } from '../load/gateway-ready.ts';
import { HttpLoad, type HttpTally } from '../load/http-load.ts';
import { ed25519Key, type Signing, signedRequest } from '../load/signed-requests.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const secondsStandard = 8;
const warmUpSeconds = 4;
const connections = 64;
const fixedRateStandard = 5_000;
/** More than a gateway takes: a run at full speed ends by its time. A signature of Ed25519 takes longer to make. */
const perSecondMax = { hmac: 40_000, ed25519: 10_000 } as const;
/** Orders are signed for a few seconds at a time, since a gateway takes no timestamp that is more than 5 s away. */
const pieceSecondsMax = { hmac: 4, ed25519: 1 } as const;
const path = '/v1/orders';
/** One key and one address send all that the gateway takes. */
const withoutRates = Object.fromEntries(Object.keys(defaultRateLimits).map((name) => [name, 1_000_000]));

export const httpSuite: Suite = {
  workload: `${connections} connections that each wait for their answer; orders that trade at one price, as fast as answers come and then at fixed times; reads of the book`,
  leftOut: 'TLS without --tls, a network, and the signing of requests, which are made before they are due',
  run: runHttp,
};

async function runHttp(options: BenchOptions): Promise<SuiteReport> {
  const { seconds = secondsStandard, durability = 'memory', idle = 'backoff', replicas = 3 } = options;
  const rate = options.rate ?? fixedRateStandard;
  const { isSecure, signing } = options;
  const cluster = await LocalCluster.start({ durability, idle, replicas, isSecure, limits: withoutRates });
  const orders = new HttpLoad(201);
  const reads = new HttpLoad(200);
  try {
    const client = await cluster.connect();
    await createMarket(client);
    cluster.startGateway();
    await gatewayReady(`${isSecure ? 'https' : 'http'}://127.0.0.1:${cluster.gatewayPort}`);
    await orders.open(cluster.gatewayPort, connections, isSecure);
    const signer = new Signer(
      signing === 'ed25519' ? await ed25519Key(cluster, client, 1) : firstKey(cluster),
    );
    const atFull = async (wanted: number): Promise<HttpTally> => {
      for (const piece of pieces(wanted, signing))
        await orders.atFull(signer.orders(perSecondMax[signing] * piece), piece);
      return orders.take();
    };
    const warmUp = await atFull(warmUpSeconds);
    const full = await atFull(seconds);
    for (const piece of pieces(seconds, signing)) await orders.atRate(signer.orders(rate * piece), rate);
    const fixed = orders.take();
    orders.close();
    await reads.open(cluster.gatewayPort, connections, isSecure);
    await reads.atFull(bookReads(), warmUpSeconds / 2);
    reads.take();
    await reads.atFull(bookReads(), seconds);
    const read = reads.take();
    await assertAgreement(cluster, client);
    const accepted = warmUp.answers + full.answers + fixed.answers;
    assert.equal(await ordersExecuted(client), accepted, 'every order that was accepted ran, and no other');
    await client.close();
    return report(full, fixed, rate, read);
  } finally {
    orders.close();
    reads.close();
    await cluster.stop();
  }
}

function report(full: HttpTally, fixed: HttpTally, rate: number, read: HttpTally): SuiteReport {
  const rows = {
    'orders, as many as it takes': row(full),
    [`orders at ${rate}/s, from the time at which each was due`]: row(fixed),
    'reads of the book, as many as it takes': row(read),
  };
  const results = {
    ordersPerSecond: full.perSecond,
    rate,
    p50Ms: inMs(fixed.latencies.p50Us),
    p99Ms: inMs(fixed.latencies.p99Us),
    p999Ms: inMs(fixed.latencies.p999Us),
    p50AtFullMs: inMs(full.latencies.p50Us),
    p99AtFullMs: inMs(full.latencies.p99Us),
    readsPerSecond: read.perSecond,
    readP99Ms: inMs(read.latencies.p99Us),
  };
  return { tables: [{ title: 'One gateway', rows }], results };
}

function row({ perSecond, latencies }: HttpTally): Readonly<Record<string, number>> {
  const { p50Us, p99Us, p999Us, maxUs } = latencies;
  const times = {
    'p50 ms': inMs(p50Us),
    'p99 ms': inMs(p99Us),
    'p99.9 ms': inMs(p999Us),
    'max ms': inMs(maxUs),
  };
  return { 'requests/s': perSecond, ...times };
}

function inMs(us: number): number {
  return Math.round(us) / 1_000;
}

/** Lengths that together are `seconds`. */
function pieces(seconds: number, signing: BenchOptions['signing']): number[] {
  const count = Math.ceil(seconds / pieceSecondsMax[signing]);
  return Array.from({ length: count }, () => seconds / count);
}

function* bookReads(): Generator<string> {
  const request = `GET /v1/instruments/${marketSymbol}/book HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
  for (;;) yield request;
}

/** Makes signed orders, each with a number of its own. */
class Signer {
  #made = 0;
  readonly #signing: Signing;

  constructor(signing: Signing) {
    this.#signing = signing;
  }

  /** Requests to be sent within the next seconds. */
  orders(count: number): Iterator<string> {
    const timestamp = String(Date.now() + (1_000 * pieceSecondsMax.hmac) / 2);
    return Array.from({ length: Math.round(count) }, () => this.#order(timestamp)).values();
  }

  #order(timestamp: string): string {
    const n = this.#made++;
    const body = JSON.stringify({
      symbol: marketSymbol,
      side: n % 2 === 0 ? 'buy' : 'sell',
      priceTicks: 10_000,
      quantityLots: 1,
      clientOrderId: `h${n}`,
    });
    return signedRequest(this.#signing, { method: 'POST', path, body, timestamp });
  }
}

function firstKey({ loaded }: LocalCluster): Signing {
  return findKeys(loaded.configuration, loaded.dataFolder)!.apiKeys[0]!;
}
