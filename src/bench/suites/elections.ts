/**
 * What happens though nothing is wrong: orders flow at a steady rate for minutes, first on a machine that does nothing
 * else, then with every processor kept busy by two other programs. No process dies, so each new term is a false
 * election, and each notice of a hook or finding of the canary a false alarm; hand-overs by a leader that is worse than
 * its followers, or whose flush does not return, are counted beside them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs } from '../cluster/clocks.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { type FalseAlarms, FalseAlarmWatch } from '../cluster/false-alarms.ts';
import { shownEntries } from '../cluster/log-book.ts';
import { assertAgreement, createMarket } from '../load/book-flow.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const minutesStandard = 10;
const rateStandard = 1_000;
const programsPerProcessor = 2;
const lookMs = 1_000;
/** Long enough for a notice of the start that its kind holds back. */
const settleMs = 15_000;
const startMsMax = 60_000;
/** What is shown of the logs before something that must not be. */
const shownBeforeUs = 3_000_000;
/** Why a replica stood, as it says itself, where a leader gave its place away (gray, or a flush does not return). */
const handOverReason = 'its leader hands over';
const cases = ['idle', 'busy'] as const;

interface Counted extends FalseAlarms {
  readonly minutes: number;
  /** But for the hand-overs, each of which begins a term too. */
  readonly elections: number;
  readonly handOvers: number;
  readonly orders: number;
  /** The longest that one order waited. */
  readonly worstOrderMs: number;
  /** Of the machine in the last minute of the case: what else ran. */
  readonly load: number;
}

export const electionsSuite: Suite = {
  workload: `three replicas, memory durability where none is named, backoff, a gateway, two watchers of the canary and a hook; one SDK client sends at a steady rate for minutes; idle, and beside ${programsPerProcessor} busy programs for each processor`,
  leftOut: 'supervisor; nothing dies and nothing is cut off',
  run: runElections,
};

async function runElections(options: BenchOptions): Promise<SuiteReport> {
  const { minutes = minutesStandard, rate = rateStandard, only } = options;
  const counted: Partial<Record<(typeof cases)[number], Counted>> = {};
  for (const each of cases)
    if (only.every((word) => each.includes(word))) counted[each] = await count(each, minutes, rate, options);
  const rows = Object.fromEntries(Object.entries(counted).map(([name, row]) => [name, { ...row }]));
  return {
    tables: [{ title: `False elections and alarms under ${rate} orders/s`, rows }],
    results: { rate, ...counted },
  };
}

async function count(
  what: (typeof cases)[number],
  minutes: number,
  rate: number,
  options: BenchOptions,
): Promise<Counted> {
  const { replicas = 3, durability = 'memory', idle = 'backoff' } = options;
  const alarms = await FalseAlarmWatch.open();
  const busy: ChildProcess[] = [];
  let cluster: LocalCluster | undefined;
  try {
    cluster = await LocalCluster.start({ replicas, durability, idle, keys: alarms.keys });
    const client = await cluster.connect({ windowCommandsMax: steadyWindow });
    await createMarket(client);
    await alarms.watch(cluster);
    await settled(alarms);
    if (what === 'busy')
      for (let n = 0; n < programsPerProcessor * cpus().length; n++) busy.push(busyProgram());
    const load = new SteadyLoad(client, rate);
    await alarms.begin();
    const { term: firstTerm } = await cluster.whole();
    const shown = { minutes: await passed(what, minutes, cluster, alarms, options) };
    const counts = { ...(await alarms.count()), load: Math.round(loadavg()[0]! * 10) / 10 };
    for (const program of busy) program.kill('SIGKILL');
    const worstOrderMs = Math.round(load.takeWorst() / 1_000);
    const { term } = await cluster.whole();
    await load.end();
    const statuses = await cluster.statuses();
    const handedOver = statuses.flatMap((status) =>
      status.elections.filter((each) => each.term > firstTerm && each.reason === handOverReason),
    );
    const handOvers = new Set(handedOver.map((each) => each.term)).size;
    // While the watchers' orders come the state does not hold still for a hash.
    await cluster.stopAllButReplicas();
    await assertAgreement(cluster, client);
    await client.close();
    const elections = term - firstTerm - handOvers;
    return { ...shown, elections, handOvers, ...counts, orders: load.sent, worstOrderMs };
  } finally {
    for (const program of busy) program.kill('SIGKILL');
    await cluster?.stop();
    alarms.close();
  }
}

/** Waits until all that watches has begun, and what it says of the start is over. */
async function settled(alarms: FalseAlarmWatch): Promise<void> {
  const deadlineMs = performance.now() + startMsMax;
  while (!(await alarms.isWatching())) {
    if (performance.now() > deadlineMs)
      throw new Error(`The watchers of the canary did not begin within ${startMsMax / 1_000} s.`);
    await sleep(lookMs);
  }
  await sleep(settleMs);
}

/** Lets the time pass, and shows what was raised, with the logs before it. Gives the minutes that it was. */
async function passed(
  what: (typeof cases)[number],
  minutes: number,
  cluster: LocalCluster,
  alarms: FalseAlarmWatch,
  { progress }: BenchOptions,
): Promise<number> {
  const startMs = performance.now();
  const passedMinutes = (): number => (performance.now() - startMs) / 60_000;
  let shown = 0;
  while (passedMinutes() < minutes) {
    await sleep(lookMs);
    progress(`${what}: ${passedMinutes().toFixed(1)} of ${minutes} minutes`);
    const { raised } = alarms;
    if (raised.length === shown) continue;
    const nowUs = monotonicUs();
    const at = `${new Date().toISOString()}, after ${passedMinutes().toFixed(1)} minutes, load ${loadavg()[0]}`;
    console.log(`\n${at}:\n${shownEntries(cluster.log.between(nowUs - shownBeforeUs, nowUs), nowUs)}`);
    shown = raised.length;
  }
  return Math.round(passedMinutes() * 10) / 10;
}

/** Takes all of one processor that it is given. */
function busyProgram(): ChildProcess {
  return spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });
}
