/**
 * A long run at half the highest rate: memory, files and latency must stay as they are. Each minute is cut into slices
 * of one second, between which memory is read; snapshots and the removal of old journal go on as they do in production.
 */
import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import { LocalCluster } from '../cluster/cluster.ts';
import { ownMemoryBytes } from '../cluster/processor-time.ts';
import { assertAgreement, createMarket, ordersExecuted } from '../load/book-flow.ts';
import { CoreLoad } from '../load/core-load.ts';
import { spread } from '../load/latencies.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const minutesStandard = 5;
const inFlightStandard = 4_096;
const warmUpSeconds = 5;
const sliceSeconds = 1;
/** Snapshots come often enough that files reach their lasting size within a minute. */
const keys = { snapshot: { everyMegabytes: 64 }, journal: { segmentMegabytes: 16 } };

interface Sample {
  readonly atMinutes: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  readonly p99Ms: number;
}

export const soakSuite: Suite = {
  workload:
    'three replicas, memory durability; orders at half the highest rate, for minutes; a snapshot each 64 MB of journal',
  leftOut: 'gateway; memory is what the replicas own, without pages of mapped files',
  run: runSoak,
};

async function runSoak(options: BenchOptions): Promise<SuiteReport> {
  const { minutes = minutesStandard, inFlight = inFlightStandard } = options;
  const { durability = 'memory', idle = 'yield', replicas = 3 } = options;
  const cluster = await LocalCluster.start({ durability, idle, replicas, keys });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    await client.close();
    const load = new CoreLoad(cluster);
    const highest = load.fullWindow(inFlight, warmUpSeconds);
    const rate = options.rate ?? Math.round(highest / 2);
    load.openLoop(rate, warmUpSeconds);
    const samples = await sampled(cluster, load, rate, minutes, options);
    load.close();
    await cluster.whole();
    const checker = await cluster.connect();
    await assertAgreement(cluster, checker);
    assert.equal(await ordersExecuted(checker), load.sent, 'every order that was sent has run once');
    await checker.close();
    return reportOf(samples, rate, load.sent);
  } finally {
    await cluster.stop();
  }
}

async function sampled(
  cluster: LocalCluster,
  load: CoreLoad,
  rate: number,
  minutes: number,
  { progress }: BenchOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startMs = performance.now();
  const sum = (of: (id: number) => number): number => cluster.ids.reduce((total, id) => total + of(id), 0);
  while (performance.now() - startMs < minutes * 60_000) {
    const { p99Us } = load.openLoop(rate, sliceSeconds);
    await turn();
    samples.push({
      atMinutes: (performance.now() - startMs) / 60_000,
      memoryBytes: sum((id) => ownMemoryBytes(cluster.pidOf(id))),
      fileBytes: sum((id) => cluster.fileBytes(id)),
      p99Ms: p99Us / 1_000,
    });
    progress(`${samples.at(-1)!.atMinutes.toFixed(1)} of ${minutes} minutes`);
  }
  return samples;
}

function reportOf(samples: readonly Sample[], rate: number, orders: number): SuiteReport {
  const part = Math.max(1, Math.floor(samples.length / 10));
  const first = samples.slice(0, part);
  const last = samples.slice(-part);
  const median = (list: readonly Sample[], of: (sample: Sample) => number): number =>
    spread(list.map(of)).p50;
  // Rings, heaps and pools fill first; growth is judged from the middle on.
  const late = samples.slice(Math.floor(samples.length / 2));
  const results = {
    minutes: Math.round(samples.at(-1)!.atMinutes * 10) / 10,
    rate,
    orders,
    rssSlopeBytesPerMinute: Math.round(slope(late, ({ memoryBytes }) => memoryBytes)),
    memoryFirstBytes: median(first, ({ memoryBytes }) => memoryBytes),
    memoryLastBytes: median(last, ({ memoryBytes }) => memoryBytes),
    p99FirstMs: median(first, ({ p99Ms }) => p99Ms),
    p99LastMs: median(last, ({ p99Ms }) => p99Ms),
    fileBytesFirst: median(first, ({ fileBytes }) => fileBytes),
    fileBytesLast: median(last, ({ fileBytes }) => fileBytes),
    fileBytesMax: Math.max(...samples.map(({ fileBytes }) => fileBytes)),
  };
  const rows = Object.fromEntries(Object.entries(results).map(([name, value]) => [name, { value }]));
  return { tables: [{ title: 'Soak: first and last tenth, all replicas together', rows }], results };
}

/** Least squares: growth per minute. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = mean(samples.map(({ atMinutes }) => atMinutes));
  const meanOf = mean(samples.map(of));
  let above = 0;
  let below = 0;
  for (const sample of samples) {
    const distance = sample.atMinutes - meanAt;
    above += distance * (of(sample) - meanOf);
    below += distance * distance;
  }
  return below === 0 ? 0 : above / below;
}
