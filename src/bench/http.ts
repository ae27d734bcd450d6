/**
 * Order entry and reads of the book through one gateway, over HTTP with signed requests. autocannon sends them from this
 * process; signing them is a part of its work. Each order is signed with its own client order id, so none is a repeat.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { signedHeaders } from '../gateway/http/signature.ts';
import { findKeys } from '../ops/configuration/keys.ts';
import { Cluster } from './cluster/cluster.ts';
import { assertAgreement, createMarket, marketSymbol, ordersExecuted } from './load/book-flow.ts';
import type { BenchOptions, Report, Suite } from './suite.ts';

const secondsStandard = 8;
const warmUpSeconds = 3;
const connections = 64;
const readyTimeoutMs = 30_000;
const path = '/v1/orders';

export const httpSuite: Suite = {
  workload: `${connections} connections that each wait for their answer; orders that trade at one price, then reads of the book`,
  leftOut: 'TLS and a network; autocannon signs and sends on the same processors',
  run: runHttp,
};

async function runHttp(options: BenchOptions): Promise<Report> {
  const { seconds = secondsStandard, durability = 'memory', idle = 'backoff', replicas = 3 } = options;
  const cluster = await Cluster.start({ durability, idle, replicas });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    cluster.startGateway();
    const url = `http://127.0.0.1:${cluster.gatewayPort}`;
    await ready(url);
    const orders = new Orders(cluster, url);
    await orders.send(warmUpSeconds);
    const entry = await orders.send(seconds);
    const reads = await autocannon({
      url: `${url}/v1/instruments/${marketSymbol}/book`,
      connections,
      duration: seconds,
    });
    assert.equal(reads.non2xx + reads.errors, 0, 'every read is answered');
    await sleep(500);
    await assertAgreement(cluster, client);
    const executed = await ordersExecuted(client);
    // What was under way when the time was over may have run without being counted.
    const uncounted = executed - orders.accepted;
    assert.ok(
      uncounted >= 0 && uncounted <= 2 * connections,
      `${executed} orders ran, ${orders.accepted} were accepted`,
    );
    await client.close();
    const results = {
      ordersPerSecond: Math.round(entry.requests.average),
      p50Ms: entry.latency.p50,
      p99Ms: entry.latency.p99,
      readsPerSecond: Math.round(reads.requests.average),
      readP99Ms: reads.latency.p99,
    };
    const rows = {
      'order entry': {
        'requests/s': results.ordersPerSecond,
        'p50 ms': results.p50Ms,
        'p99 ms': results.p99Ms,
      },
      'reads of the book': {
        'requests/s': results.readsPerSecond,
        'p50 ms': reads.latency.p50,
        'p99 ms': results.readP99Ms,
      },
    };
    return { tables: [{ title: 'One gateway', rows }], results };
  } finally {
    await cluster.stop();
  }
}

async function ready(url: string): Promise<void> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`The gateway was not ready in ${readyTimeoutMs / 1_000} s.`);
}

/** Signed orders, each with a number of its own. */
class Orders {
  accepted = 0;
  #sent = 0;
  readonly #url: string;
  readonly #keyId: string;
  readonly #secret: string;

  constructor({ loaded }: Cluster, url: string) {
    const key = findKeys(loaded.configuration, loaded.dataFolder)!.apiKeys[0]!;
    this.#url = url;
    this.#keyId = key.keyId;
    this.#secret = key.secret;
  }

  async send(seconds: number): Promise<autocannon.Result> {
    const result = await autocannon({
      url: this.#url,
      connections,
      duration: seconds,
      requests: [{ method: 'POST', path, setupRequest: (request) => this.#signed(request) }],
    });
    assert.equal(result.non2xx + result.errors, 0, 'every order is accepted');
    this.accepted += result['2xx'];
    return result;
  }

  #signed(request: autocannon.Request): autocannon.Request {
    const n = this.#sent++;
    const body = JSON.stringify({
      symbol: marketSymbol,
      side: n % 2 === 0 ? 'buy' : 'sell',
      priceTicks: 10_000,
      quantityLots: 1,
      clientOrderId: `h${n}`,
    });
    const timestamp = String(Date.now());
    const signature = signedHeaders(this.#keyId, this.#secret, {
      timestamp,
      method: 'POST',
      pathWithQuery: path,
      body,
    });
    return { ...request, body, headers: { 'content-type': 'application/json', ...signature } };
  }
}
