/**
 * How long no order is answered when the leader dies: orders flow at a steady rate through the SDK while the leader's
 * process is killed with SIGKILL, or halted with SIGSTOP, each time after the cluster is whole again. All times are of
 * CLOCK_MONOTONIC, so the phases between the kill and the first acknowledgement come from the replicas' own logs. At
 * the end the orders are counted: those acknowledged against those that the engines have run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { monotonicUs } from '../cluster/clocks.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { type LogEntry, shownEntries } from '../cluster/log-book.ts';
import { assertAgreement, createMarket, ordersExecuted } from '../load/book-flow.ts';
import { spread } from '../load/latencies.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport, Table } from '../report/suite.ts';

const killsStandard = 50;
const stopsStandard = 5;
const rateStandard = 10_000;
/** The dead replica starts again after this: on machines of their own, its start does not slow the others. */
const restartMsStandard = 1_000;
const settleMs = 200;
const gapTimeoutMs = 30_000;
const slowMsStandard = 100;
/** What is shown of the logs around a slow kill. */
const shownBeforeUs = 20_000;
const shownAfterUs = 30_000;

/** One death of a leader; times in milliseconds after it. */
interface LeaderDeath {
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly leaderId: number;
  readonly nextLeaderId: number;
  /** First acknowledgement of the next leader. */
  readonly gapMs: number;
  /** The longest that one order waited. */
  readonly worstOrderMs: number;
  /**
   * The client's connection breaks; a follower notices; the next leader has its votes; it serves. NaN where the logs do
   * not say.
   */
  readonly brokenMs: number;
  readonly detectedMs: number;
  readonly electedMs: number;
  readonly servesMs: number;
  /** From the election to readiness, as the leader counts it. */
  readonly promotionMs: number;
  readonly terms: number;
  readonly log: readonly LogEntry[];
  readonly atUs: number;
}

export const failoverSuite: Suite = {
  workload:
    'three replicas, memory durability, backoff; one SDK client sends at a steady rate; the leader dies again and again',
  leftOut: 'gateway and supervisor; the dead replica is started again after 1 s (--restart-ms), not at once',
  run: runFailover,
};

async function runFailover(options: BenchOptions): Promise<SuiteReport> {
  const { kills = killsStandard, rate = rateStandard, restartMs = restartMsStandard } = options;
  const { slowMs = slowMsStandard } = options;
  const stops = options.only.includes('kill') ? 0 : Math.min(stopsStandard, kills);
  const { replicas = 3, durability = 'memory', idle = 'backoff' } = options;
  const cluster = await LocalCluster.start({ replicas, durability, idle, restartMs });
  try {
    const client = await cluster.connect({ windowCommandsMax: steadyWindow });
    client.on('warning', (text) => cluster.log.add('client', monotonicUs(), text));
    await createMarket(client);
    const load = new SteadyLoad(client, rate);
    const deaths: LeaderDeath[] = [];
    const killCount = options.only.includes('stop') ? 0 : kills;
    for (let n = 0; n < killCount + stops; n++) {
      const death = await strike(cluster, client, load, n < killCount ? 'SIGKILL' : 'SIGSTOP');
      deaths.push(death);
      options.progress(`${n + 1} of ${killCount + stops}: ${death.gapMs.toFixed(1)} ms`);
      if (options.showSlow && death.signal === 'SIGKILL' && death.gapMs > slowMs) showSlow(n + 1, death);
    }
    await cluster.whole();
    await load.end();
    const checked = await checkOrders(cluster, client, load);
    await client.close();
    return reportOf(deaths, checked, load, rate, slowMs);
  } finally {
    await cluster.stop();
  }
}

/** Waits until the cluster is whole, and takes its leader away in the midst of the flow. */
async function strike(
  cluster: LocalCluster,
  client: Client,
  load: SteadyLoad,
  signal: 'SIGKILL' | 'SIGSTOP',
): Promise<LeaderDeath> {
  await cluster.whole();
  await sleep(settleMs);
  const leader = await cluster.whole();
  load.takeWorst();
  const failedOver = Promise.withResolvers<{ atUs: number; leaderId: number; term: number }>();
  client.once('failover', ({ leaderId, term, gapMs }) => {
    const atUs = monotonicUs();
    cluster.log.add(
      'client',
      atUs,
      `first acknowledgement of replica ${leaderId}, term ${term}; own gap ${gapMs} ms`,
    );
    failedOver.resolve({ atUs, leaderId, term });
  });
  const watch = watchAttachment(cluster, client, leader.replicaId);
  const atUs = monotonicUs();
  cluster.signal(leader.replicaId, signal);
  cluster.log.add('bench', atUs, `${signal} to replica ${leader.replicaId}, leader of term ${leader.term}`);
  const timeout = sleep(gapTimeoutMs, undefined, { ref: false });
  const next = await Promise.race([failedOver.promise, timeout]);
  clearInterval(watch);
  if (next === undefined)
    throw new Error(`Nobody took over within ${gapTimeoutMs / 1_000} s.\n${recent(cluster, atUs)}`);
  // The orders of the gap are answered, and the lines of the logs have come.
  await sleep(settleMs);
  if (signal === 'SIGSTOP') cluster.signal(leader.replicaId, 'SIGCONT');
  const statuses = await cluster.statuses();
  const promotionUs = statuses.find(({ replicaId }) => replicaId === next.leaderId)?.counters.promotionUs;
  const log = cluster.log.between(atUs - shownBeforeUs, next.atUs + shownAfterUs);
  const after = log.filter((entry) => entry.atUs >= atUs && entry.source.startsWith('replica'));
  const msOf = (entry: LogEntry | undefined): number =>
    entry?.isExact === true ? (entry.atUs - atUs) / 1_000 : Number.NaN;
  const ofNext = after.filter(({ source }) => source === `replica ${next.leaderId}`);
  return {
    signal,
    leaderId: leader.replicaId,
    nextLeaderId: next.leaderId,
    gapMs: (next.atUs - atUs) / 1_000,
    worstOrderMs: load.takeWorst() / 1_000,
    brokenMs: msOf(log.find((entry) => entry.atUs >= atUs && entry.source === 'client')),
    detectedMs: msOf(after.find(({ text }) => /lost its leader|asks for votes/.test(text))),
    electedMs: msOf(ofNext.findLast(({ text }) => /is elected/.test(text))),
    servesMs: msOf(ofNext.findLast(({ text }) => /leads/.test(text))),
    promotionMs: (promotionUs ?? Number.NaN) / 1_000,
    terms: next.term - leader.term,
    log,
    atUs,
  };
}

/** Notes, to a millisecond, when the session is attached to another leader. */
function watchAttachment(cluster: LocalCluster, client: Client, oldLeaderId: number): NodeJS.Timeout {
  let noted = oldLeaderId;
  return setInterval(() => {
    const { leaderId, pending } = client.status;
    if (leaderId === noted) return;
    noted = leaderId;
    const text = leaderId === 0 ? 'attached to no replica' : `attached to replica ${leaderId}`;
    cluster.log.add('client', monotonicUs(), `${text}; ${pending} orders without an answer`);
  }, 1);
}

function recent(cluster: LocalCluster, atUs: number): string {
  return shownEntries(cluster.log.between(atUs - shownBeforeUs, Number.POSITIVE_INFINITY), atUs);
}

interface Checked {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly stateHash: string;
}

/** Counts what was acknowledged against what the engines have run; throws when they do not agree. */
async function checkOrders(cluster: LocalCluster, client: Client, load: SteadyLoad): Promise<Checked> {
  const stateHash = await assertAgreement(cluster, client);
  const executed = await ordersExecuted(client);
  const { count, repeated } = load.orderIds;
  const lost = Math.max(0, count - executed) + repeated;
  const doubled = Math.max(0, executed - count - load.unknown);
  if (lost > 0 || doubled > 0 || load.refused > 0) {
    throw new Error(
      `${count} orders were acknowledged, ${executed} were run: ${lost} lost, ${doubled} doubled; ` +
        `${load.refused} refused, ${load.unknown} unknown.`,
    );
  }
  return { acknowledged: count, lost, doubled, stateHash };
}

function showSlow(number: number, death: LeaderDeath): void {
  const title = `Kill ${number}: replica ${death.leaderId} → ${death.nextLeaderId}, gap ${death.gapMs.toFixed(1)} ms`;
  console.log(`\n${title}\n${shownEntries(death.log, death.atUs)}\n`);
}

function reportOf(
  deaths: readonly LeaderDeath[],
  checked: Checked,
  load: SteadyLoad,
  rate: number,
  slowMs: number,
): SuiteReport {
  const killed = deaths.filter(({ signal }) => signal === 'SIGKILL');
  const stopped = deaths.filter(({ signal }) => signal === 'SIGSTOP');
  const of = (list: readonly LeaderDeath[], value: (death: LeaderDeath) => number) =>
    spread(list.map(value).filter((ms) => !Number.isNaN(ms)));
  const figures = {
    gapMs: of(killed, ({ gapMs }) => gapMs),
    brokenConnectionMs: of(killed, ({ brokenMs }) => brokenMs),
    detectionMs: of(killed, ({ detectedMs }) => detectedMs),
    electionMs: of(killed, ({ electedMs, detectedMs }) => electedMs - detectedMs),
    promotionMs: of(killed, ({ promotionMs }) => promotionMs),
    firstAcknowledgementMs: of(killed, ({ gapMs, servesMs }) => gapMs - servesMs),
    worstOrderMs: of(killed, ({ worstOrderMs }) => worstOrderMs),
  };
  const stopGapMs = of(stopped, ({ gapMs }) => gapMs);
  const named: Record<string, (typeof figures)['gapMs']> = {
    'gap: kill → first acknowledgement': figures.gapMs,
    'kill → connection of the client breaks': figures.brokenConnectionMs,
    'detection: kill → noticed': figures.detectionMs,
    'election: noticed → elected': figures.electionMs,
    'promotion: elected → serves': figures.promotionMs,
    'serves → first acknowledgement': figures.firstAcknowledgementMs,
    'longest wait of one order': figures.worstOrderMs,
    [`gap after SIGSTOP (${stopped.length})`]: stopGapMs,
  };
  const rows = Object.fromEntries(Object.entries(named).filter(([, { max }]) => !Number.isNaN(max)));
  const tables: Table[] = [
    { title: `${killed.length} kills of the leader under ${rate} orders/s, ms`, rows },
    {
      title: 'Orders',
      rows: {
        all: {
          acknowledged: checked.acknowledged,
          lost: checked.lost,
          doubled: checked.doubled,
          unknown: load.unknown,
          [`gaps > ${slowMs} ms`]: killed.filter(({ gapMs }) => gapMs > slowMs).length,
          'elections > 1 term': killed.filter(({ terms }) => terms > 1).length,
        },
      },
    },
  ];
  const { lost, doubled, acknowledged, stateHash } = checked;
  // A phase that the logs do not show is left out.
  const measured = Object.entries({ ...figures, stopGapMs }).filter(([, { max }]) => !Number.isNaN(max));
  const results = {
    kills: killed.length,
    rate,
    ...Object.fromEntries(measured),
    slow: killed.filter(({ gapMs }) => gapMs > slowMs).length,
    acknowledged,
    lost,
    doubled,
    unknown: load.unknown,
    stateHash,
  };
  return { tables, results };
}
