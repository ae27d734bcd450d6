/**
 * What it costs an order where the machines of an exchange are: three replicas in one place, in three zones, and in
 * three regions; and beside them a second site that follows from a region. Hosts are network namespaces of one machine,
 * and a router delays what passes between two places.
 */
import { fileURLToPath } from 'node:url';
import { clientHost, replicaHosts, standbyHost } from '../../chaos/lab/host-configuration.ts';
import { Lab } from '../../chaos/lab/lab.ts';
import type { Percentiles } from '../load/latencies.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const secondsStandard = 5;
const rounds = 3;
/** Beside the one that is measured. */
const lightLoad = { sdkPerSecond: 20, httpPerSecond: 1 };
const callerFile = fileURLToPath(new URL('../load/far-caller.worker.ts', import.meta.url));

/** How far places are from each other, there and back. */
interface Placement {
  readonly name: string;
  readonly replicasMs: number;
  readonly secondSiteMs: number;
}

const placements: readonly Placement[] = [
  { name: 'one place, second site beside it', replicasMs: 0, secondSiteMs: 0 },
  { name: 'zonal: replicas in three zones, 1 ms', replicasMs: 1, secondSiteMs: 0 },
  { name: 'regional: one place, second site 16 ms away', replicasMs: 0, secondSiteMs: 16 },
  { name: 'regional: one place, second site 40 ms away', replicasMs: 0, secondSiteMs: 40 },
  { name: 'stretched: replicas in three regions, 16 ms', replicasMs: 16, secondSiteMs: 0 },
  { name: 'stretched: replicas in three regions, 40 ms', replicasMs: 40, secondSiteMs: 0 },
];

export const placementSuite: Suite = {
  workload: `three replicas with disk durability and a second site on hosts of their own; one SDK client beside the leader sends one command after the other; ${rounds} rounds, medians`,
  leftOut:
    'gateway; the way to the target through which the second site follows, a folder that both see; disks and processors of their own for each machine; loss and jitter of a real way',
  run: measurePlacements,
};

async function measurePlacements(options: BenchOptions): Promise<SuiteReport> {
  const { seconds = secondsStandard, only, progress } = options;
  const chosen = placements.filter(({ name }) => only.every((word) => name.includes(word)));
  const measured = new Map<string, Percentiles[]>(chosen.map(({ name }) => [name, []]));
  const lab = await Lab.start({ hasBackup: true, hasSecondSite: true, ...lightLoad });
  try {
    for (let round = 1; round <= rounds; round++)
      for (const placement of chosen) {
        progress(`round ${round}: ${placement.name}`);
        measured.get(placement.name)!.push(await measure(lab, placement, seconds));
      }
  } finally {
    await lab.end();
  }
  const rows = Object.fromEntries(
    [...measured].map(([name, found]) => [
      name,
      {
        'p50 ms': median(found.map(({ p50Us }) => p50Us)) / 1_000,
        'p99 ms': median(found.map(({ p99Us }) => p99Us)) / 1_000,
        'commands/s of one caller': median(found.map(({ count }) => count)) / seconds,
      },
    ]),
  );
  return { tables: [{ title: 'One order at a time', rows }], results: rows };
}

async function measure(lab: Lab, placement: Placement, seconds: number): Promise<Percentiles> {
  await place(lab, placement);
  await lab.whole();
  const config = lab.configFile(clientHost);
  const out = await lab.hosts.run(clientHost, process.execPath, callerFile, config, String(seconds));
  return JSON.parse(lastLine(out)) as Percentiles;
}

/** Half of the way in each direction. */
async function place({ hosts }: Lab, { replicasMs, secondSiteMs }: Placement): Promise<void> {
  const bent = (ms: number) => (ms === 0 ? null : { delayMs: ms / 2 });
  for (const from of replicaHosts) {
    const others = replicaHosts.filter((to) => to !== from);
    await hosts.bend(
      others.map((to) => [from, to] as const),
      bent(replicasMs),
    );
    const bothWays = [
      [from, standbyHost],
      [standbyHost, from],
    ] as const;
    await hosts.bend(bothWays, bent(secondSiteMs));
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
