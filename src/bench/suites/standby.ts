/**
 * What a standby site costs the one that writes: the processor time of its leader's core thread for each order, and the
 * latency of orders at a steady rate. Each round measures an exchange that has a standby, as that follows, while it is
 * stopped, and while the way to it is gone, and beside these another exchange that has none. While the latter is
 * measured, a standby of its own kind follows what the first exchange had shipped before, put into a folder once more:
 * all share the processors of one machine, so the work of a standby is there in both cases.
 */
import { strict as assert } from 'node:assert';
import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedNames, TestSites } from '../../chaos/test-sites.ts';
import type { Client } from '../../client/index.ts';
import { loadBackupKey } from '../../ops/backup-process/targets.ts';
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { ScratchCluster } from '../../ops/drills/scratch-cluster.ts';
import { threadsMs } from '../cluster/processor-time.ts';
import { createMarket } from '../load/book-flow.ts';
import { ChainFeed } from '../load/chain-feed.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const rateStandard = 5_000;
const secondsStandard = 10;
const roundsStandard = 5;
/** From the first order of a phase on, so long nothing is counted. */
const warmMs = 1_000;
const settleMs = 1_000;
const outcomeTimeoutMs = 60_000;
const controlName = 'no standby';
const controlIds = [1, 2, 3];
const echoIds = [11, 12, 13];

/** What of the standby is as it should be while the exchange is measured. */
const cases = ['standby that follows', 'standby that is stopped', 'standby out of reach'] as const;
type Case = (typeof cases)[number];

interface Phase {
  readonly coreUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const standbySuite: Suite = {
  workload:
    'an exchange with a standby site beside it, and one without, of three replicas each, in turn under one SDK client at a steady rate; while the latter is measured, another standby follows what the first exchange had shipped',
  leftOut: 'gateway; the delay of a way between sites (placement); machines of their own',
  run: measureStandby,
};

async function measureStandby({
  kills: rounds = roundsStandard,
  seconds = secondsStandard,
  rate = rateStandard,
  only,
  progress,
}: BenchOptions): Promise<SuiteReport> {
  const chosen = cases.filter((name) => only.every((word) => name.includes(word)));
  const found = new Map<string, Phase[]>([...chosen, controlName].map((name) => [name, []]));
  const measured = await Measured.open();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const name of chosen) found.get(name)!.push(await measured.beside(name, rate, seconds));
      found.get(controlName)!.push(await measured.control(rate, seconds));
      progress(`round ${round} of ${rounds}, load ${loadavg()[0]!.toFixed(1)}`);
    }
  } finally {
    await measured.end();
  }
  const control = found.get(controlName)!;
  const rows = Object.fromEntries(
    [...found].map(([name, phases]) => {
      const times = (of: (phase: Phase) => number): number =>
        median(phases.map((phase, n) => of(phase) / of(control[n]!)));
      return [
        name,
        {
          'core thread, µs an order': median(phases.map(({ coreUs }) => coreUs)),
          'times the control': times(({ coreUs }) => coreUs),
          'p50 ms': median(phases.map(({ p50Ms }) => p50Ms)),
          'p99 ms': median(phases.map(({ p99Ms }) => p99Ms)),
          'p99, times the control': times(({ p99Ms }) => p99Ms),
        },
      ];
    }),
  );
  const title = `${rounds} rounds of ${seconds} s at ${rate} orders/s: medians, and medians of the ratios of each round`;
  return { tables: [{ title, rows }], results: rows };
}

class Measured {
  readonly #sites: TestSites;
  readonly #alone: ScratchCluster;
  /** The standby that follows what was shipped before. */
  readonly #echo: ScratchCluster;
  readonly #feed: ChainFeed;
  readonly #clients: readonly [Client, Client];
  /** Objects that were shipped while the standby followed last. */
  #fed = { from: 0, to: 0 };

  private constructor(
    sites: TestSites,
    clusters: { readonly alone: ScratchCluster; readonly echo: ScratchCluster },
    feed: ChainFeed,
    clients: readonly [Client, Client],
  ) {
    this.#sites = sites;
    this.#alone = clusters.alone;
    this.#echo = clusters.echo;
    this.#feed = feed;
    this.#clients = clients;
  }

  static async open(): Promise<Measured> {
    const sites = await TestSites.open({ prepare: createMarket });
    const started: ScratchCluster[] = [];
    try {
      const alone = await ScratchCluster.make(join(sites.root, 'alone'), controlIds);
      alone.configure({});
      alone.start();
      started.push(alone);
      // With the first one it has its identities.
      await (await alone.session()).close();
      const client = await session(alone);
      await createMarket(client);
      const echo = await ScratchCluster.make(join(sites.root, 'echo'), echoIds);
      const folder = join(sites.root, 'way-again');
      mkdirSync(folder);
      echo.configure({
        sites: [{ name: 'north' }, { name: 'south' }],
        site: { name: 'south', target: 'way', everyMilliseconds: 50 },
        backup: { verifyHours: 720, folders: [{ name: 'way', folder, keyFile: sites.keyFile }] },
      });
      const feed = new ChainFeed(sites.way, folder, loadBackupKey(sites.keyFile));
      await feed.catchUp(feed.number);
      await echo.run('site', 'seed', '--into', echo.dataFolder);
      for (const name of sharedNames)
        cpSync(join(sites.north.dataFolder, name), join(echo.dataFolder, name), { recursive: true });
      echo.start();
      started.push(echo);
      return new Measured(sites, { alone, echo }, feed, [await session(sites.north), client]);
    } catch (error) {
      await Promise.all(started.map((cluster) => cluster.stop()));
      await sites.end();
      throw error;
    }
  }

  /** The exchange that has a standby, which is so. */
  async beside(name: Case, rate: number, seconds: number): Promise<Phase> {
    const { north, south, way } = this.#sites;
    await this.#sites.level('south');
    const from = this.#feed.number;
    if (name === 'standby that is stopped') await south.kill('SIGSTOP');
    if (name === 'standby out of reach') renameSync(way, `${way}-gone`);
    try {
      return await measure(north, this.#clients[0], rate, seconds);
    } finally {
      if (name === 'standby that is stopped') await south.kill('SIGCONT');
      if (name === 'standby out of reach') renameSync(`${way}-gone`, way);
      await this.#sites.level('south');
      if (name === 'standby that follows') this.#fed = { from, to: this.#feed.number };
    }
  }

  /** The exchange that has none, while another standby follows. */
  async control(rate: number, seconds: number): Promise<Phase> {
    const { from, to } = this.#fed;
    await this.#feed.catchUp(from);
    await this.#echoIsLevel();
    const ended = new AbortController();
    const feeding = this.#feed.replay(to, ended.signal);
    const phase = await measure(this.#alone, this.#clients[1], rate, seconds);
    ended.abort();
    await feeding;
    await this.#echoIsLevel();
    return phase;
  }

  async #echoIsLevel(): Promise<void> {
    await this.#echo.until('the other standby is level', async () =>
      (await this.#echo.statuses()).some(({ appliedSeq }) => appliedSeq >= this.#feed.seq),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all([this.#alone.stop(), this.#echo.stop()]);
    await this.#sites.end();
  }
}

function session({ loaded }: ScratchCluster): Promise<Client> {
  const window = { windowCommandsMax: steadyWindow, commandTimeoutMs: outcomeTimeoutMs };
  return connectToExchange(loaded, { feed: 'own', ...window });
}

async function measure(
  cluster: ScratchCluster,
  client: Client,
  rate: number,
  seconds: number,
): Promise<Phase> {
  await sleep(settleMs);
  const leader = (await cluster.statuses()).find(({ serving }) => serving);
  assert.ok(leader !== undefined, 'a replica serves');
  const load = new SteadyLoad(client, rate);
  await sleep(warmMs);
  load.latencies.reset();
  const before = threadsMs(leader.pid);
  await sleep(seconds * 1_000);
  const after = threadsMs(leader.pid);
  const { count, p50Us, p99Us } = load.latencies.percentiles;
  await load.end();
  assert.ok(load.refused === 0 && load.unknown === 0, `${load.refused} refused, ${load.unknown} unknown`);
  // Of its threads the core is the busiest by far.
  const coreMs = Math.max(...[...after].map(([thread, ms]) => ms - (before.get(thread) ?? 0)));
  return { coreUs: (coreMs * 1_000) / count, p50Ms: p50Us / 1_000, p99Ms: p99Us / 1_000 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
