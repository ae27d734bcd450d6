/**
 * Orders through a quorum of replicas on this machine, over the SDK's binary session. `core` is the SDK's session
 * without an event loop: what a client that polls its socket sees, and what the exchange itself takes. `sdk` is
 * `connect()` on Node's event loop, wake-ups included. Replicas and load share the processors of this machine.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdleStrategy } from '../../io/sockets/settings.ts';
import type { Durability } from '../../raft/types.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { processorMs } from '../cluster/processor-time.ts';
import { assertAgreement, buyOrder, createMarket, ordersExecuted, sellOrder } from '../load/book-flow.ts';
import { CoreLoad, type OpenLoopResult } from '../load/core-load.ts';
import { Latencies, type Percentiles } from '../load/latencies.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';

const phaseSeconds = 4;
const warmUpSeconds = 2;
/**
 * More than the closed orders that an engine remembers: its stores have their lasting size, and its code is compiled.
 */
const warmUpOrders = 1_200_000;
const fullWindowSeconds = 10;
const inFlightStandard = 4_096;
const rates = [10_000, 50_000, 100_000, 200_000] as const;
const idleSeconds = 5;
const slowFollowerRate = 5_000;
/** A slowed follower runs and stands still in turn, each for so long. */
const slowedTurnUs = 10_000;

interface Case {
  readonly kind: 'core' | 'sdk' | 'slowFollower' | 'idle';
  readonly durability: Durability;
  readonly idle: IdleStrategy;
  readonly replicas: number;
}

export interface QuorumResult extends Percentiles {
  readonly maxPerSecond: number;
  readonly openLoop: readonly OpenLoopResult[];
}

const standard = { durability: 'memory', idle: 'yield', replicas: 3 } as const;
const cases: readonly Case[] = [
  ...(['memory', 'disk'] as const).flatMap((durability) =>
    (['yield', 'backoff', 'spin'] as const).map((idle) => ({
      kind: 'core' as const,
      durability,
      idle,
      replicas: 3,
    })),
  ),
  { ...standard, kind: 'core', replicas: 5 },
  { ...standard, kind: 'core', durability: 'disk', replicas: 5 },
  { ...standard, kind: 'sdk' },
  { ...standard, kind: 'sdk', durability: 'disk' },
  { ...standard, kind: 'slowFollower' },
  ...(['yield', 'backoff', 'spin'] as const).map((idle) => ({ ...standard, kind: 'idle' as const, idle })),
];

export const quorumSuite: Suite = {
  workload:
    'two accounts trade one lot at one price; one order at a time, then at fixed times (latency from the intended time), ' +
    'then with a full window; replicas and load on this machine',
  leftOut:
    'gateway, HTTP and authentication of requests; the first 1.2 M orders, while code is compiled and stores grow; a network',
  run: runQuorum,
};

async function runQuorum(options: BenchOptions): Promise<SuiteReport> {
  const chosen = chosenCases(options);
  const latencyRows: Record<string, Record<string, string | number>> = {};
  const openRows: Record<string, Record<string, string | number>> = {};
  const followerRows: Record<string, Record<string, string | number>> = {};
  const idleRows: Record<string, Record<string, string | number>> = {};
  const all: Record<string, object> = {};
  for (const one of chosen) {
    const name = nameOf(one);
    options.progress(name);
    if (one.kind === 'idle') {
      const shares = await measureIdle(one);
      idleRows[name] = { 'leader, % of a core': shares.leader, 'follower, % of a core': shares.follower };
      all[name] = shares;
    } else if (one.kind === 'slowFollower') {
      const result = await measureSlowFollower(one, options);
      for (const [state, { p50Us, p99Us, p999Us }] of Object.entries(result.states)) {
        followerRows[state] = { 'p50 µs': p50Us, 'p99 µs': p99Us, 'p99.9 µs': p999Us };
      }
      all[name] = result;
    } else {
      const result = await measureOrders(one, options);
      const { p50Us, p99Us, p999Us, maxUs, maxPerSecond } = result;
      latencyRows[name] = {
        'p50 µs': p50Us,
        'p99 µs': p99Us,
        'p99.9 µs': p999Us,
        'max µs': maxUs,
        'orders/s, full window': maxPerSecond,
      };
      for (const open of result.openLoop) {
        openRows[`${name}, ${open.perSecond.toLocaleString('en')}/s`] = {
          'p50 µs': open.p50Us,
          'p99 µs': open.p99Us,
          'p99.9 µs': open.p999Us,
          'max µs': open.maxUs,
          sustained: open.sustained ? 'yes' : 'no',
        };
      }
      all[name] = result;
    }
  }
  const tables: Table[] = [
    { title: 'One order at a time, and with a full window', rows: latencyRows },
    { title: 'Open loop: latency from the intended time of sending', rows: openRows },
    { title: `A follower that stands still, at ${slowFollowerRate} orders/s`, rows: followerRows },
    { title: `Nothing to do for ${idleSeconds} s`, rows: idleRows },
  ].filter(({ rows }) => Object.keys(rows).length > 0);
  return { tables, results: { ...headline(chosen, all), cases: all } };
}

/** The figures that budgets are written for: three replicas, `core`, the first measured strategy. */
function headline(chosen: readonly Case[], all: Readonly<Record<string, object>>): object {
  const first = (wanted: Partial<Case>): object | undefined => {
    const found = chosen.find((one) =>
      Object.entries(wanted).every(([key, value]) => one[key as keyof Case] === value),
    );
    return found === undefined ? undefined : all[nameOf(found)];
  };
  const core = (durability: Durability) =>
    first({ kind: 'core', replicas: 3, durability }) as QuorumResult | undefined;
  const short = (result: QuorumResult | undefined): object | undefined => {
    if (result === undefined) return undefined;
    const { p50Us, p99Us, p999Us, maxPerSecond } = result;
    return { p50Us, p99Us, p999Us, maxPerSecond };
  };
  const figures = {
    memory: short(core('memory')),
    disk: short(core('disk')),
    openLoop: (core('memory') ?? core('disk'))?.openLoop,
    slowFollower: first({ kind: 'slowFollower' }),
    idle: first({ kind: 'idle' }),
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}

function nameOf({ kind, durability, idle, replicas }: Case): string {
  return `${kind}, ${durability}, ${idle}, ${replicas} replicas`;
}

/** Cases that have all the words of `--only`; without words those of `spin` run only where each replica has a core. */
function chosenCases({ only, durability, idle, replicas }: BenchOptions): Case[] {
  const asked = cases.map((one) => ({
    ...one,
    ...(durability !== undefined && { durability }),
    ...(idle !== undefined && { idle }),
    ...(replicas !== undefined && { replicas }),
  }));
  const names = new Set<string>();
  const chosen = asked.filter((one) => {
    const name = nameOf(one);
    if (names.has(name)) return false;
    names.add(name);
    const words = [one.kind, one.durability, one.idle, String(one.replicas)];
    return only.every((word) => words.includes(word));
  });
  if (chosen.length === 0) {
    throw new Error(
      'No case has all these words. Words: core, sdk, slowFollower, idle; memory, disk; spin, yield, backoff; 3, 5.',
    );
  }
  return chosen;
}

async function measureOrders(one: Case, options: BenchOptions): Promise<QuorumResult> {
  const cluster = await LocalCluster.start(one);
  try {
    const client = await cluster.connect();
    await createMarket(client);
    await client.close();
    const { sent, result } =
      one.kind === 'core' ? await throughCore(cluster, options) : await throughSdk(cluster, options);
    await assertDone(cluster, sent);
    return result;
  } finally {
    await cluster.stop();
  }
}

async function throughCore(
  cluster: LocalCluster,
  options: BenchOptions,
): Promise<{ sent: number; result: QuorumResult }> {
  const { seconds = phaseSeconds, inFlight = inFlightStandard } = options;
  const load = new CoreLoad(cluster);
  load.count(warmUpOrders, inFlight);
  load.oneAtATime(warmUpSeconds);
  const single = load.oneAtATime(seconds);
  const openLoop = rates.map((rate) => load.openLoop(rate, seconds));
  const maxPerSecond = load.fullWindow(inFlight, options.seconds ?? fullWindowSeconds);
  load.close();
  return { sent: load.sent, result: { ...single, maxPerSecond, openLoop } };
}

async function throughSdk(
  cluster: LocalCluster,
  options: BenchOptions,
): Promise<{ sent: number; result: QuorumResult }> {
  const { seconds = phaseSeconds, inFlight = inFlightStandard } = options;
  const client = await cluster.connect({ windowCommandsMax: inFlight });
  let sent = 0;
  const submit = (done: () => void): void => {
    client.submitWith(sent++ % 2 === 0 ? buyOrder : sellOrder, (outcome) => {
      assert.ok(outcome?.ok, 'every order is accepted');
      done();
    });
  };
  const latencies = new Latencies();
  const oneAtATime = (forSeconds: number): Promise<void> =>
    new Promise((resolve) => {
      latencies.reset();
      const endMs = performance.now() + forSeconds * 1_000;
      let startedMs = 0;
      const next = (): void => {
        startedMs = performance.now();
        if (startedMs >= endMs) resolve();
        else submit(answered);
      };
      const answered = (): void => {
        latencies.record((performance.now() - startedMs) * 1_000);
        next();
      };
      next();
    });
  const fullWindow = (forSeconds: number): Promise<number> =>
    new Promise((resolve) => {
      const startMs = performance.now();
      const endMs = startMs + forSeconds * 1_000;
      let done = 0;
      let waiting = inFlight;
      const answered = (): void => {
        const nowMs = performance.now();
        done++;
        if (nowMs < endMs) submit(answered);
        else if (--waiting === 0) resolve((done * 1_000) / (nowMs - startMs));
      };
      for (let n = 0; n < inFlight; n++) submit(answered);
    });
  await oneAtATime(Math.min(warmUpSeconds, seconds));
  await oneAtATime(seconds);
  const single = latencies.percentiles;
  await fullWindow(Math.min(warmUpSeconds, seconds));
  const maxPerSecond = Math.round(await fullWindow(options.seconds ?? fullWindowSeconds));
  await client.close();
  return { sent, result: { ...single, maxPerSecond, openLoop: [] } };
}

/** Throws unless all replicas agree, and every order that was sent has run once. */
export async function assertDone(cluster: LocalCluster, sent: number): Promise<void> {
  await cluster.whole();
  const client = await cluster.connect();
  await assertAgreement(cluster, client);
  assert.equal(await ordersExecuted(client), sent, 'every order that was sent has run once');
  await client.close();
}

interface SlowFollowerResult {
  readonly states: Readonly<Record<string, OpenLoopResult>>;
  /** p99 with the follower halted, and slowed, against the p99 before. */
  readonly p99Ratio: number;
  readonly p99RatioSlowed: number;
}

async function measureSlowFollower(one: Case, options: BenchOptions): Promise<SlowFollowerResult> {
  const { seconds = phaseSeconds } = options;
  const cluster = await LocalCluster.start(one);
  try {
    const client = await cluster.connect();
    await createMarket(client);
    await client.close();
    const leader = await cluster.whole();
    const follower = cluster.ids.find((id) => id !== leader.replicaId)!;
    const load = new CoreLoad(cluster);
    load.count(warmUpOrders, inFlightStandard);
    const normal = load.openLoop(slowFollowerRate, seconds);
    cluster.signal(follower, 'SIGSTOP');
    const halted = load.openLoop(slowFollowerRate, seconds);
    cluster.signal(follower, 'SIGCONT');
    let isHalted = false;
    let nextUs = performance.now() * 1_000;
    const slowed = load.openLoop(slowFollowerRate, seconds, () => {
      const nowUs = performance.now() * 1_000;
      if (nowUs < nextUs) return;
      nextUs = nowUs + slowedTurnUs;
      isHalted = !isHalted;
      cluster.signal(follower, isHalted ? 'SIGSTOP' : 'SIGCONT');
    });
    cluster.signal(follower, 'SIGCONT');
    load.close();
    await assertDone(cluster, load.sent);
    return {
      states: { 'all run': normal, 'one halted': halted, 'one slowed to half': slowed },
      p99Ratio: halted.p99Us / normal.p99Us,
      p99RatioSlowed: slowed.p99Us / normal.p99Us,
    };
  } finally {
    await cluster.stop();
  }
}

/** Share of a core that replicas take with nothing to do, in per cent. */
async function measureIdle(one: Case): Promise<{ leader: number; follower: number }> {
  const cluster = await LocalCluster.start(one);
  try {
    const leader = await cluster.whole();
    await sleep(2_000);
    const before = cluster.ids.map((id) => processorMs(cluster.pidOf(id)));
    const startMs = performance.now();
    await sleep(idleSeconds * 1_000);
    const elapsedMs = performance.now() - startMs;
    const share = cluster.ids.map(
      (id, n) => ((processorMs(cluster.pidOf(id)) - before[n]!) / elapsedMs) * 100,
    );
    const followers = share.filter((_, n) => cluster.ids[n] !== leader.replicaId);
    const round = (value: number): number => Math.round(value * 100) / 100;
    return {
      leader: round(share[cluster.ids.indexOf(leader.replicaId)]!),
      follower: round(followers.reduce((sum, value) => sum + value, 0) / followers.length),
    };
  } finally {
    await cluster.stop();
  }
}
