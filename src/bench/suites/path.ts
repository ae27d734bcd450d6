/**
 * Where the time goes in one order's life: from the client's call over leader and follower to the outcome, step by
 * step. Phases with and without the recording take turns, so that its own price shows. The steps must add up to the
 * whole that the client measures, or the suite fails.
 */
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import type { Durability } from '../../raft/types.ts';
import { performanceToMonotonicUs } from '../cluster/clocks.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { createMarket } from '../load/book-flow.ts';
import { CoreLoad } from '../load/core-load.ts';
import { missingForRecording, PerfRecording } from '../path/recording.ts';
import { type PathFigures, summary } from '../path/summary.ts';
import {
  type OrderPath,
  type OrderTimes,
  type PathThreads,
  type ReplicaThreadIds,
  splitOrders,
} from '../path/trace.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';
import { assertDone } from './quorum.ts';

/** How long it is measured, and what comes before. */
export interface PathPhases {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly warmUpOrders: number;
}

/** As in `quorum`: code is compiled, and stores have their lasting size. */
const usualPhases: PathPhases = { rounds: 4, seconds: 0.5, warmUpSeconds: 2, warmUpOrders: 1_200_000 };
const warmUpInFlight = 4_096;
const durabilities: readonly Durability[] = ['memory', 'disk'];

export const pathSuite: Suite = {
  workload:
    'one order at a time through the core session, 3 replicas; `perf` records who sends, receives, flushes',
  leftOut: 'gateway, HTTP, a network; the first 1.2 M orders',
  run: runPath,
};

async function runPath(options: BenchOptions): Promise<SuiteReport> {
  const missing = missingForRecording();
  if (missing !== undefined) {
    console.log(`Skipped: ${missing}.`);
    return { tables: [], results: {} };
  }
  const tables: Table[] = [];
  const results: Record<string, PathFigures> = {};
  for (const durability of durabilities) {
    const words = [durability, options.durability].filter((word) => word !== undefined);
    if (!options.only.every((word) => words.includes(word as Durability))) continue;
    options.progress(durability);
    const { seconds = usualPhases.seconds } = options;
    const { plain, orders, paths } = await recordPaths(durability, { ...usualPhases, seconds });
    const { tables: own, figures } = summary(durability, plain, orders, paths);
    tables.push(...own);
    results[durability] = figures;
  }
  return { tables, results };
}

export interface RecordedPaths {
  /** Orders that were not recorded. */
  readonly plain: readonly OrderTimes[];
  readonly orders: readonly OrderTimes[];
  /** Of each of `orders`; undefined where not all its calls were seen. */
  readonly paths: readonly (OrderPath | undefined)[];
}

/** Gives orders to a cluster of its own, and finds the path of each that was recorded. */
export async function recordPaths(
  durability: Durability,
  { rounds, seconds, warmUpSeconds, warmUpOrders }: PathPhases,
): Promise<RecordedPaths> {
  const plain: OrderTimes[] = [];
  const recordings: { recording: PerfRecording; orders: OrderTimes[] }[] = [];
  const cluster = await LocalCluster.start({ durability, idle: 'yield' });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    await client.close();
    const load = new CoreLoad(cluster);
    load.count(warmUpOrders, warmUpInFlight);
    load.oneAtATime(warmUpSeconds);
    const threads = await threadsOf(cluster);
    for (let round = 0; round < rounds; round++) {
      plain.push(...timesOf(load, seconds));
      const recording = await PerfRecording.start();
      const orders: OrderTimes[] = [];
      recordings.push({ recording, orders });
      orders.push(...timesOf(load, seconds));
      await recording.stop();
    }
    load.close();
    await assertDone(cluster, load.sent);
    await cluster.stop();
    const paths: (OrderPath | undefined)[] = [];
    for (const { recording, orders } of recordings) {
      paths.push(...splitOrders(await recording.calls(), orders, threads, durability));
    }
    return { plain, orders: recordings.flatMap(({ orders }) => orders), paths };
  } finally {
    for (const { recording } of recordings) recording.remove();
    await cluster.stop();
  }
}

function timesOf(load: CoreLoad, seconds: number): OrderTimes[] {
  const times: number[] = [];
  load.oneAtATime(seconds, (calledUs, outcomeUs) => {
    times.push(calledUs + performanceToMonotonicUs, outcomeUs + performanceToMonotonicUs);
  });
  return Array.from({ length: times.length / 2 }, (_, n) => ({
    calledUs: times[n * 2]!,
    outcomeUs: times[n * 2 + 1]!,
  }));
}

async function threadsOf(cluster: LocalCluster): Promise<PathThreads> {
  const { replicaId } = await cluster.whole();
  const others = cluster.ids.filter((id) => id !== replicaId);
  const replica = (id: number): ReplicaThreadIds => ({
    core: threadNamed(cluster.pidOf(id), 'core'),
    flusher: threadNamed(cluster.pidOf(id), 'flusher'),
  });
  return { client: process.pid, leader: replica(replicaId), followers: others.map(replica) };
}

function threadNamed(pid: number, name: string): number {
  const tasks = `/proc/${pid}/task`;
  const found = readdirSync(tasks).find((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').trim() === name);
  assert.ok(found !== undefined, `process ${pid} has a thread called ${name}`);
  return Number(found);
}
