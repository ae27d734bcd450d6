/**
 * A gateway at twice its capacity in new orders of one trader: what becomes of the cancels, orders, queries and reports
 * of another one, beside what they take without that load. The gateway knows no rates here, or it would refuse most of
 * the flood by them.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRateLimits } from '../../gateway/admission/rates.ts';
import { findKeys } from '../../ops/configuration/keys.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import type { Attack } from '../load/attacker.worker.ts';
import { createMarket, marketSymbol } from '../load/book-flow.ts';
import { gatewayReady } from '../load/gateway-ready.ts';
import { HttpLoad, type HttpTally } from '../load/http-load.ts';
import { type Signing, signedRequest } from '../load/signed-requests.ts';
import type { BenchOptions, SuitePart } from '../report/suite.ts';

export const overloadName = 'twice the capacity in new orders';

const withoutRates = Object.fromEntries(Object.keys(defaultRateLimits).map((name) => [name, 1_000_000]));
const floodKey = { keyId: 'flood', secret: 'f1'.repeat(32), accountIds: [2] };
const floodConnections = 256;
const leadMs = 1_000;
/** More than a gateway takes. */
const perSecondMax = 40_000;

interface Kind {
  readonly perSecond: number;
  readonly status: number;
  request(signing: Signing, n: number): string;
}

const now = (): string => String(Date.now());

/** What the other trader asks meanwhile, the first to be refused last. */
const kinds: Readonly<Record<string, Kind>> = {
  cancels: {
    perSecond: 100,
    status: 200,
    request: (signing, n) =>
      signedRequest(signing, {
        method: 'DELETE',
        path: '/v1/orders?accountId=1',
        timestamp: now(),
        nonce: `c${n}`,
      }),
  },
  orders: {
    perSecond: 20,
    status: 201,
    request: (signing, n) => {
      const order = { symbol: marketSymbol, side: 'buy', priceTicks: 10_000, quantityLots: 1 };
      const body = JSON.stringify({ ...order, clientOrderId: `o${n}` });
      return signedRequest(signing, {
        method: 'POST',
        path: '/v1/orders?accountId=1',
        body,
        timestamp: now(),
      });
    },
  },
  queries: {
    perSecond: 20,
    status: 200,
    request: (signing) =>
      signedRequest(signing, { method: 'GET', path: '/v1/account?accountId=1', timestamp: now() }),
  },
  reports: {
    perSecond: 20,
    status: 200,
    request: (signing) =>
      signedRequest(signing, { method: 'GET', path: '/v1/orders?accountId=1', timestamp: now() }),
  },
};

export async function overload(options: BenchOptions, seconds: number): Promise<SuitePart> {
  const { durability = 'memory', idle = 'backoff', replicas = 3 } = options;
  const apiKeys = [floodKey];
  const cluster = await LocalCluster.start({ durability, idle, replicas, apiKeys, limits: withoutRates });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    cluster.startGateway();
    await gatewayReady(`http://127.0.0.1:${cluster.gatewayPort}`);
    const { configuration, dataFolder } = cluster.loaded;
    const own = findKeys(configuration, dataFolder)!.apiKeys.find(({ keyId }) => keyId !== floodKey.keyId)!;
    const perSecond = await capacity(cluster.gatewayPort, seconds);
    const alone = await member(cluster.gatewayPort, own, seconds);
    const flood = fork(new URL('../load/attacker.worker.ts', import.meta.url), { serialization: 'advanced' });
    const tally = once(flood, 'message');
    const { port, operatorPort } = configuration.gateway;
    const attack: Attack = {
      ...{ kind: 'orders', port, operatorPort, symbol: marketSymbol, accountId: 2, key: floodKey },
      ...{ perSecond: 2 * perSecond, connections: floodConnections, seconds: seconds + (2 * leadMs) / 1_000 },
    };
    flood.send(attack);
    await sleep(leadMs);
    const beside = await member(cluster.gatewayPort, own, seconds);
    const [{ sent, statuses }] = (await tally) as [{ sent: number; statuses: object }];
    await client.close();
    const rows = Object.fromEntries(
      Object.keys(kinds).map((name) => [name, row(alone.get(name)!, beside.get(name)!)]),
    );
    const title = `A trader beside ${2 * perSecond} orders/s of another one, twice what this gateway takes`;
    return { table: { title, rows }, results: { perSecond, sent, statuses, ...rows } };
  } finally {
    await cluster.stop();
  }
}

/** Orders in a second that a gateway takes at most. */
async function capacity(port: number, seconds: number): Promise<number> {
  const load = new HttpLoad(201);
  try {
    await load.open(port, 64);
    await load.atFull(floodOrders(perSecondMax * seconds), seconds);
    load.take();
    await load.atFull(floodOrders(perSecondMax * seconds), seconds);
    return load.take().perSecond;
  } finally {
    load.close();
  }
}

let made = 0;

function* floodOrders(count: number): Generator<string> {
  for (let n = 0; n < count; n++) {
    const order = { symbol: marketSymbol, side: made % 2 === 0 ? 'buy' : 'sell', priceTicks: 5_000 };
    const body = JSON.stringify({ ...order, quantityLots: 1, clientOrderId: `f${made++}` });
    yield signedRequest(floodKey, {
      method: 'POST',
      path: '/v1/orders?accountId=2',
      body,
      timestamp: now(),
    });
  }
}

async function member(port: number, signing: Signing, seconds: number): Promise<Map<string, HttpTally>> {
  const measured = Object.entries(kinds).map(async ([name, kind]) => {
    const load = new HttpLoad(kind.status, true);
    try {
      await load.open(port, 8);
      await load.atRate(requests(kind, signing, seconds), kind.perSecond);
      return [name, load.take()] as const;
    } finally {
      load.close();
    }
  });
  return new Map(await Promise.all(measured));
}

function* requests({ perSecond, request }: Kind, signing: Signing, seconds: number): Generator<string> {
  for (let n = 0; n < perSecond * seconds; n++) yield request(signing, made++);
}

function row(alone: HttpTally, beside: HttpTally): Record<string, number> {
  return {
    'p50 ms, alone': inMs(alone.latencies.p50Us),
    'p99 ms, alone': inMs(alone.latencies.p99Us),
    'p50 ms': inMs(beside.latencies.p50Us),
    'p99 ms': inMs(beside.latencies.p99Us),
    'times alone': Math.round((10 * beside.latencies.p99Us) / alone.latencies.p99Us) / 10,
    'refused %': Math.round((1_000 * beside.refused) / beside.answers) / 10,
  };
}

function inMs(us: number): number {
  return Math.round(us) / 1_000;
}
