/**
 * How long a replica needs to come back: from its journal, from a snapshot, from its peers when it has nothing; and
 * what a snapshot costs the orders of that time. Times are of the whole process, from its start to its service, less
 * the time that a start with an empty journal takes.
 */
import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveOrder } from '../../ops/orders/control-orders.ts';
import { LocalCluster, type LocalClusterOptions } from '../cluster/cluster.ts';
import { OrderThread } from '../cluster/order-thread.ts';
import { assertAgreement, createMarket } from '../load/book-flow.ts';
import { CoreLoad } from '../load/core-load.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const commandsStandard = 3_000_000;
const restingOrders = 1_000_000;
const inFlight = 4_096;
/** As many closed orders as an engine remembers, so that its stores grow no more while latency is measured. */
const warmUpOrders = 1_200_000;
const loadPerSecond = 10_000;
const secondsStandard = 5;
const snapshotTimeoutMs = 60_000;
/** No snapshot comes by itself. */
const withoutSnapshots = { keys: { snapshot: { everyMegabytes: 1_048_576 } } };

type Figures = Record<string, number>;

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<Figures>>> = {
  replay: measureReplay,
  snapshot: measureSnapshot,
  catchUp: measureCatchUp,
};

export const recoverySuite: Suite = {
  workload:
    'a killed replica starts with a journal of many commands, then with a snapshot of 1 M resting orders; ' +
    'a wiped follower of three catches up under 10,000 orders/s; a follower takes a snapshot under the same rate',
  leftOut: 'the start of Node and of an empty replica, which is measured first and taken off',
  run: runRecovery,
};

async function runRecovery(options: BenchOptions): Promise<SuiteReport> {
  const results: Figures = {};
  for (const [name, measure] of Object.entries(parts)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    options.progress(name);
    Object.assign(results, await measure(options));
  }
  const rows = Object.fromEntries(Object.entries(results).map(([name, value]) => [name, { value }]));
  return { tables: [{ title: 'Recovery', rows }], results };
}

/** Milliseconds from the start of a single replica to its service. */
async function startMs(cluster: LocalCluster): Promise<number> {
  const startedMs = performance.now();
  cluster.startReplica(1);
  await cluster.whole();
  return performance.now() - startedMs;
}

async function killSingle(cluster: LocalCluster): Promise<void> {
  cluster.signal(1, 'SIGKILL');
  await cluster.ended(1);
}

/** Starts a single replica, and measures a start with nothing to read. */
async function startSingle(
  options: LocalClusterOptions,
): Promise<{ cluster: LocalCluster; blankMs: number }> {
  const cluster = await LocalCluster.start({ ...options, replicas: 1 });
  const client = await cluster.connect();
  await createMarket(client);
  await client.close();
  await killSingle(cluster);
  const blankMs = await startMs(cluster);
  return { cluster, blankMs };
}

async function stateHash(cluster: LocalCluster): Promise<string> {
  const client = await cluster.connect();
  const hash = await assertAgreement(cluster, client);
  await client.close({ keepSession: true });
  return hash;
}

/** Hashes cover sessions, and the one that asks is a session of its own: books, positions and orders are compared. */
async function economicHash(cluster: LocalCluster): Promise<string> {
  const client = await cluster.connect();
  const { economicHash: hash } = await client.hashes();
  await client.close();
  return String(hash);
}

async function measureReplay({ commands = commandsStandard }: BenchOptions): Promise<Figures> {
  const { cluster, blankMs } = await startSingle(withoutSnapshots);
  try {
    const load = new CoreLoad(cluster);
    load.count(commands, inFlight);
    load.close();
    const before = await economicHash(cluster);
    await killSingle(cluster);
    const replayMs = (await startMs(cluster)) - blankMs;
    assert.equal(await economicHash(cluster), before, 'the replay ends in the state before');
    return {
      replayCommands: commands,
      replayPerSecond: Math.round((commands / replayMs) * 1_000),
      blankStartMs: Math.round(blankMs),
    };
  } finally {
    await cluster.stop();
  }
}

async function measureSnapshot(options: BenchOptions): Promise<Figures> {
  const single = await loadOfSnapshot();
  return { ...single, ...(await tradeDuringSnapshot(options)) };
}

async function loadOfSnapshot(): Promise<Figures> {
  const { cluster, blankMs } = await startSingle(withoutSnapshots);
  try {
    const load = new CoreLoad(cluster);
    load.rest(restingOrders, inFlight);
    load.close();
    const before = await economicHash(cluster);
    const snapshotWriteMs = await writeSnapshot(cluster, 1);
    await killSingle(cluster);
    const snapshotLoadMs = (await startMs(cluster)) - blankMs;
    assert.equal(await economicHash(cluster), before, 'the snapshot holds the state before');
    return { snapshotWriteMs, snapshotLoadMs: Math.round(snapshotLoadMs) };
  } finally {
    await cluster.stop();
  }
}

/** Milliseconds from the order to the snapshot on disk. */
async function writeSnapshot(cluster: LocalCluster, replicaId: number): Promise<number> {
  const startedMs = performance.now();
  await giveOrder(cluster.loaded, replicaId, 'snapshot');
  await snapshotAfter(cluster, replicaId, 0);
  return Math.round(performance.now() - startedMs);
}

async function snapshotAfter(cluster: LocalCluster, replicaId: number, index: number): Promise<void> {
  const deadlineMs = performance.now() + snapshotTimeoutMs;
  while (performance.now() < deadlineMs) {
    const status = (await cluster.statuses()).find((one) => one.replicaId === replicaId);
    if ((status?.counters.snapshotIndex ?? 0) > index) return;
    await sleep(5);
  }
  throw new Error(`Replica ${replicaId} wrote no snapshot in ${snapshotTimeoutMs / 1_000} s.`);
}

/** The p99 of orders at a fixed rate, before a follower takes a snapshot of 1 M resting orders and while it does. */
async function tradeDuringSnapshot({
  rate = loadPerSecond,
  seconds = secondsStandard,
}: BenchOptions): Promise<Figures> {
  const cluster = await LocalCluster.start(withoutSnapshots);
  try {
    const client = await cluster.connect();
    await createMarket(client);
    await client.close();
    const load = new CoreLoad(cluster);
    load.rest(restingOrders, inFlight);
    load.count(warmUpOrders, inFlight);
    const orders = await OrderThread.start(cluster.loaded);
    const leader = await cluster.whole();
    const follower = cluster.ids.find((id) => id !== leader.replicaId)!;
    load.openLoop(rate, 1);
    const before = load.openLoop(rate, seconds);
    orders.give(follower, 'snapshot');
    const during = load.openLoop(rate, seconds);
    await orders.end();
    await snapshotAfter(cluster, follower, 0);
    load.close();
    await stateHash(cluster);
    return {
      p50BeforeSnapshotUs: before.p50Us,
      p99BeforeSnapshotUs: before.p99Us,
      p50WhileSnapshotUs: during.p50Us,
      p99WhileSnapshotUs: during.p99Us,
      maxBeforeSnapshotUs: before.maxUs,
      maxWhileSnapshotUs: during.maxUs,
    };
  } finally {
    await cluster.stop();
  }
}

/** A follower loses its folder and starts again, while orders flow. */
async function measureCatchUp({
  commands = commandsStandard,
  rate = loadPerSecond,
}: BenchOptions): Promise<Figures> {
  const cluster = await LocalCluster.start();
  try {
    const client = await cluster.connect({ windowCommandsMax: steadyWindow });
    await createMarket(client);
    const bulk = new CoreLoad(cluster);
    bulk.count(commands, inFlight);
    bulk.close();
    const leader = await cluster.whole();
    const follower = cluster.ids.find((id) => id !== leader.replicaId)!;
    const load = new SteadyLoad(client, rate);
    await sleep(1_000);
    cluster.signal(follower, 'SIGKILL');
    await cluster.ended(follower);
    rmSync(cluster.folderOf(follower), { recursive: true });
    const startedMs = performance.now();
    cluster.startReplica(follower);
    await cluster.whole();
    const catchUpMs = performance.now() - startedMs;
    await load.end();
    assert.equal(load.refused + load.unknown + load.orderIds.repeated, 0, 'every order is accepted once');
    await assertAgreement(cluster, client);
    await client.close();
    return { catchUpCommands: commands, catchUpMs: Math.round(catchUpMs) };
  } finally {
    await cluster.stop();
  }
}
