/**
 * How long no order is accepted when another site begins to write: by a planned switch, there and back, and by a
 * promotion after every process of the site that wrote was killed. Orders flow at a steady rate through the SDK. After
 * the switches the orders are counted, and the states of both sites compared.
 */
import { strict as assert } from 'node:assert';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type siteNames, TestSites } from '../../chaos/test-sites.ts';
import type { Client } from '../../client/index.ts';
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { type ScratchCluster, sameHashes } from '../../ops/drills/scratch-cluster.ts';
import { monotonicUs } from '../cluster/clocks.ts';
import { createMarket, ordersExecuted } from '../load/book-flow.ts';
import { spread } from '../load/latencies.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';

const rateStandard = 5_000;
const switchesStandard = 20;
const promotionsStandard = 5;
const settleMs = 1_000;
const pollMs = 1;
const outcomeTimeoutMs = 60_000;

type SiteName = (typeof siteNames)[number];

export const sitesSuite: Suite = {
  workload:
    'two sites of three replicas and the target between them on one machine; one SDK client sends at a steady rate; the other site is switched to, there and back, and promoted after every process of the one that writes was killed',
  leftOut: 'gateway; the way between sites; the time that a person takes; machines of their own',
  run: measureSites,
};

async function measureSites({
  kills,
  rate = rateStandard,
  only,
  progress,
}: BenchOptions): Promise<SuiteReport> {
  const tables: Table[] = [];
  const results: Record<string, object> = { rate: { perSecond: rate } };
  if (!only.includes('promotion')) {
    const switches = await measured((sites) =>
      switchSites(sites, kills ?? switchesStandard, { rate, progress }),
    );
    tables.push(switches.table);
    results['switch'] = switches.result;
  }
  if (!only.includes('switch')) {
    const count = kills ?? promotionsStandard;
    const promotions = await measured((sites) => promoteSites(sites, count, { rate, progress }));
    tables.push(promotions.table);
    results['promotion'] = promotions.result;
  }
  return { tables, results };
}

interface OrderRate {
  readonly rate: number;
  readonly progress: BenchOptions['progress'];
}

interface Measured {
  readonly table: Table;
  readonly result: object;
}

async function measured(run: (sites: TestSites) => Promise<Measured>): Promise<Measured> {
  const sites = await TestSites.open({ prepare: createMarket });
  try {
    return await run(sites);
  } finally {
    await sites.end();
  }
}

function session({ loaded }: ScratchCluster): Promise<Client> {
  const window = { windowCommandsMax: steadyWindow, commandTimeoutMs: outcomeTimeoutMs };
  return connectToExchange(loaded, { feed: 'own', ...window });
}

/** Another one than this. */
function otherThan(name: SiteName): SiteName {
  return name === 'north' ? 'south' : 'north';
}

async function switchSites(
  sites: TestSites,
  count: number,
  { rate, progress }: OrderRate,
): Promise<Measured> {
  const client = await session(sites.north);
  const load = new SteadyLoad(client, rate);
  const gaps: number[] = [];
  const opened: number[] = [];
  let writes: SiteName = 'north';
  for (let n = 0; n < count; n++) {
    await sleep(settleMs);
    load.takeGap();
    const to = otherThan(writes);
    const { gapMs } = await sites[writes].run('site', 'switch', to);
    await acceptedAfter(load, monotonicUs());
    writes = to;
    gaps.push(load.takeGap() / 1_000);
    opened.push(Number(gapMs));
    progress(`switch ${n + 1} of ${count}: ${gaps.at(-1)!.toFixed(0)} ms, load ${loadavg()[0]!.toFixed(1)}`);
  }
  await load.end();
  await sites.level(otherThan(writes));
  await sites.assertSame();
  const hashes = await sameHashes(sites.north, client, [...sites.idsOf.north, ...sites.idsOf.south]);
  const executed = await ordersExecuted(client);
  await client.close();
  const { count: acknowledged, repeated } = load.orderIds;
  assert.ok(
    executed === acknowledged && repeated === 0 && load.unknown === 0,
    `${acknowledged} orders were acknowledged, ${executed} were run, ${repeated} were given twice, ${load.unknown} are in doubt`,
  );
  const gap = spread(gaps);
  const rows = {
    'no order accepted, ms': gap,
    'the other site open, ms (command)': spread(opened),
  };
  const title = `${count} switches under ${rate} orders/s: ${acknowledged} orders, none lost or doubled, ${load.refused} refused meanwhile`;
  const counted = {
    acknowledged,
    refused: load.refused,
    states: new Set(hashes.map((row) => row.stateHash)).size,
  };
  return { table: { title, rows }, result: { gapMs: gap, openMs: spread(opened), counted } };
}

async function promoteSites(
  sites: TestSites,
  count: number,
  { rate, progress }: OrderRate,
): Promise<Measured> {
  const firstMs: number[] = [];
  const stepMs: number[] = [];
  let writes: SiteName = 'north';
  for (let n = 0; n < count; n++) {
    const next = otherThan(writes);
    const client = await session(sites[next]);
    const load = new SteadyLoad(client, rate);
    await sleep(settleMs);
    await sites[writes].kill();
    const orderedUs = monotonicUs();
    const promoting = sites[next].run('site', 'promote', next, '--yes');
    firstMs.push(((await acceptedAfter(load, orderedUs)) - orderedUs) / 1_000);
    const { steps } = (await promoting) as { readonly steps: readonly { readonly ms: number }[] };
    stepMs.push(steps.at(-1)!.ms);
    progress(
      `promotion ${n + 1} of ${count}: ${firstMs.at(-1)!.toFixed(0)} ms, of the command ${JSON.stringify(steps)}, load ${loadavg()[0]!.toFixed(1)}`,
    );
    await load.end();
    await client.close();
    await sites[writes].run('site', 'return');
    sites[writes].start();
    await sites.level(writes);
    writes = next;
  }
  const first = spread(firstMs);
  const rows = {
    'first order after the command, ms': first,
    'from the decision to cancels, ms (command)': spread(stepMs),
  };
  const title = `${count} promotions, every process of the other site killed under ${rate} orders/s`;
  return { table: { title, rows }, result: { firstMs: first, stepMs: spread(stepMs) } };
}

/** When the first order behind that time was accepted. */
async function acceptedAfter(load: SteadyLoad, afterUs: number): Promise<number> {
  const endUs = afterUs + outcomeTimeoutMs * 1_000;
  while (load.acceptedUs === Number.POSITIVE_INFINITY || load.acceptedUs < afterUs) {
    if (monotonicUs() > endUs) throw new Error(`No order was accepted for ${outcomeTimeoutMs / 1_000} s.`);
    await sleep(pollMs);
  }
  return load.acceptedUs;
}
