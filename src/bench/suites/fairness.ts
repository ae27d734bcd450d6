/**
 * What one caller can do to the others of a gateway: an honest customer sends orders at a low, fixed rate over kept
 * connections, while a process attacks. The control of each attack is a process that burns as much of the processors
 * and sends nothing, since all of them share one machine here.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findKeys } from '../../ops/configuration/keys.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import type { Attack, AttackTally } from '../load/attacker.worker.ts';
import { createMarket, marketSymbol } from '../load/book-flow.ts';
import { gatewayReady } from '../load/gateway-ready.ts';
import { HttpLoad, type HttpTally } from '../load/http-load.ts';
import { signedRequest } from '../load/signed-requests.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';
import { killSwitch, killSwitchName } from './kill-switch.ts';
import { massCancel, massCancelName } from './mass-cancel.ts';
import { overload, overloadName } from './overload.ts';

const secondsStandard = 8;
const honestPerSecond = 100;
const honestConnections = 8;
/** An attack has begun by then. */
const leadMs = 500;
/** A gateway that meets a kind of attack for the first time compiles what it needs for it. */
const warmUpSeconds = 3;
const attackerKey = { keyId: 'attacker', secret: 'a7'.repeat(32), accountIds: [2] };
const path = '/v1/orders?accountId=1';

type Case = Pick<Attack, 'kind' | 'perSecond' | 'connections' | 'isScattered'>;

/** The attacks by name. */
const cases: Readonly<Record<string, Case>> = {
  'one key, 10,000 orders/s': { kind: 'orders', perSecond: 10_000, connections: 64 },
  'wrong signatures, 5,000/s, 16 KB each': { kind: 'signatures', perSecond: 5_000, connections: 64 },
  'wrong signatures, 5,000/s, of 500 addresses': {
    kind: 'signatures',
    perSecond: 5_000,
    connections: 500,
    isScattered: true,
  },
  'trades, 5,500/s': { kind: 'trades', perSecond: 5_500, connections: 64 },
  'metrics, 500/s on one connection': { kind: 'metrics', perSecond: 500, connections: 1 },
  '61 connections that never read': { kind: 'unread', perSecond: 1, connections: 61 },
  '1,024 streams without a key': { kind: 'streams', perSecond: 1, connections: 1_024 },
  '4,096 idle connections': { kind: 'idle', perSecond: 1, connections: 4_096 },
};

export const fairnessSuite: Suite = {
  workload: `a customer with ${honestPerSecond} orders/s on ${honestConnections} connections, beside one process that attacks the gateway`,
  leftOut: 'a network, TLS; attacker, customer, gateway and replicas share one machine',
  run: runFairness,
};

async function runFairness(options: BenchOptions): Promise<SuiteReport> {
  const { seconds = secondsStandard, only } = options;
  const chosen = Object.entries(cases).filter(([name]) => only.every((word) => name.includes(word)));
  const tables: Table[] = [];
  const results: Record<string, object> = {};
  if (chosen.length > 0) {
    const rows = await besideAttackers(options, chosen, seconds, results);
    tables.push({ title: 'A customer beside one attacker', rows });
  }
  if (only.every((word) => overloadName.includes(word))) {
    options.progress(overloadName);
    const found = await overload(options, seconds);
    tables.push(found.table);
    results[overloadName] = found.results;
  }
  if (only.every((word) => killSwitchName.includes(word))) {
    options.progress(killSwitchName);
    const found = await killSwitch(options);
    tables.push(found.table);
    results[killSwitchName] = found.results;
  }
  if (only.every((word) => massCancelName.includes(word))) {
    options.progress(massCancelName);
    const found = await massCancel(options);
    tables.push(found.table);
    results[massCancelName] = found.results;
  }
  return { tables, results };
}

async function besideAttackers(
  options: BenchOptions,
  chosen: readonly (readonly [string, Case])[],
  seconds: number,
  results: Record<string, object>,
): Promise<Table['rows']> {
  const { durability = 'memory', idle = 'backoff', replicas = 3 } = options;
  const cluster = await LocalCluster.start({ durability, idle, replicas, apiKeys: [attackerKey] });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    cluster.startGateway();
    await gatewayReady(`http://127.0.0.1:${cluster.gatewayPort}`);
    const customer = new Customer(cluster);
    await customer.measure(2);
    const rows: Record<string, Record<string, number>> = {};
    for (const [name, attack] of chosen) {
      options.progress(name);
      await beside(cluster, customer, attack, warmUpSeconds);
      const attacked = await beside(cluster, customer, attack, seconds);
      const spin: Case = { kind: 'spin', perSecond: 100 * attacked.attacker.share, connections: 0 };
      const control = await beside(cluster, customer, spin, seconds);
      rows[name] = row(attacked, control.honest);
      results[name] = { ...rows[name], answers: attacked.attacker.statuses };
    }
    await client.close();
    return rows;
  } finally {
    await cluster.stop();
  }
}

interface Beside {
  readonly honest: HttpTally;
  readonly attacker: AttackTally;
}

async function beside(
  cluster: LocalCluster,
  customer: Customer,
  what: Case,
  seconds: number,
): Promise<Beside> {
  const { port, operatorPort } = cluster.loaded.configuration.gateway;
  const { keyId, secret } = attackerKey;
  const whose = { symbol: marketSymbol, accountId: 2, key: { keyId, secret } };
  const lasting = { seconds: seconds + (2 * leadMs) / 1_000 };
  const attack: Attack = { ...what, ...whose, ...lasting, port, operatorPort };
  const child = fork(new URL('../load/attacker.worker.ts', import.meta.url), { serialization: 'advanced' });
  const tally = once(child, 'message') as Promise<[AttackTally]>;
  child.send(attack);
  await sleep(leadMs);
  const honest = await customer.measure(seconds);
  const [attacker] = await tally;
  return { honest, attacker };
}

function row({ honest, attacker }: Beside, control: HttpTally): Record<string, number> {
  const p99Us = honest.latencies.p99Us / control.latencies.p99Us;
  return {
    'p50 ms': inMs(honest.latencies.p50Us),
    'p99 ms': inMs(honest.latencies.p99Us),
    refused: honest.refused,
    'p99 ms, control': inMs(control.latencies.p99Us),
    'times the control': Math.round(10 * p99Us) / 10,
    'sent by the attacker': attacker.sent,
    'and refused': Object.entries(attacker.statuses).reduce(
      (sum, [status, count]) => (status.startsWith('2') ? sum : sum + count),
      0,
    ),
  };
}

function inMs(us: number): number {
  return Math.round(us) / 1_000;
}

/** Orders of the first key, each signed when it is due; connections are its own for each measurement. */
class Customer {
  readonly #cluster: LocalCluster;
  #made = 0;

  constructor(cluster: LocalCluster) {
    this.#cluster = cluster;
  }

  async measure(seconds: number): Promise<HttpTally> {
    const load = new HttpLoad(201, true);
    try {
      await load.open(this.#cluster.gatewayPort, honestConnections);
      await load.atRate(this.#orders(honestPerSecond * seconds), honestPerSecond);
      return load.take();
    } finally {
      load.close();
    }
  }

  *#orders(count: number): Generator<string> {
    const { configuration, dataFolder } = this.#cluster.loaded;
    const { keyId, secret } = findKeys(configuration, dataFolder)!.apiKeys.find(
      (key) => key.keyId !== attackerKey.keyId,
    )!;
    for (let n = 0; n < count; n++) {
      const side = this.#made % 2 === 0 ? 'buy' : 'sell';
      const order = { symbol: marketSymbol, side, priceTicks: 10_000, quantityLots: 1 };
      const body = JSON.stringify({ ...order, clientOrderId: `f${this.#made++}` });
      const timestamp = String(Date.now());
      yield signedRequest({ keyId, secret }, { method: 'POST', path, body, timestamp });
    }
  }
}
