/**
 * How often leadership moves though nothing is wrong: orders flow at a steady rate for minutes, first on a machine that
 * does nothing else, then with every processor kept busy by two other programs. No process dies, so each new term is a
 * false election; hand-overs by a leader that is worse than its followers are counted beside them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalCluster } from '../cluster/cluster.ts';
import { assertAgreement, createMarket } from '../load/book-flow.ts';
import { SteadyLoad, steadyWindow } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const minutesStandard = 10;
const rateStandard = 1_000;
const programsPerProcessor = 2;
const lookMs = 1_000;
const cases = ['idle', 'busy'] as const;

interface Counted {
  readonly minutes: number;
  /** But for the hand-overs, each of which begins a term too. */
  readonly elections: number;
  readonly handOvers: number;
  readonly orders: number;
  /** The longest that one order waited. */
  readonly worstOrderMs: number;
}

export const electionsSuite: Suite = {
  workload: `three replicas, memory durability, backoff; one SDK client sends at a steady rate for minutes; idle, and beside ${programsPerProcessor} busy programs for each processor`,
  leftOut: 'gateway and supervisor; nothing dies and nothing is cut off',
  run: runElections,
};

async function runElections(options: BenchOptions): Promise<SuiteReport> {
  const { minutes = minutesStandard, rate = rateStandard, only } = options;
  const counted: Partial<Record<(typeof cases)[number], Counted>> = {};
  for (const each of cases)
    if (only.every((word) => each.includes(word))) counted[each] = await count(each, minutes, rate, options);
  const rows = Object.fromEntries(Object.entries(counted).map(([name, row]) => [name, { ...row }]));
  return {
    tables: [{ title: `False elections under ${rate} orders/s`, rows }],
    results: { rate, ...counted },
  };
}

async function count(
  what: (typeof cases)[number],
  minutes: number,
  rate: number,
  options: BenchOptions,
): Promise<Counted> {
  const { replicas = 3, durability = 'memory', idle = 'backoff', progress } = options;
  const cluster = await LocalCluster.start({ replicas, durability, idle });
  const busy: ChildProcess[] = [];
  try {
    const client = await cluster.connect({ windowCommandsMax: steadyWindow });
    await createMarket(client);
    const { term: firstTerm } = await cluster.whole();
    if (what === 'busy')
      for (let n = 0; n < programsPerProcessor * cpus().length; n++) busy.push(busyProgram());
    const load = new SteadyLoad(client, rate);
    const startMs = performance.now();
    const passedMinutes = (): number => (performance.now() - startMs) / 60_000;
    while (passedMinutes() < minutes) {
      await sleep(lookMs);
      progress(`${what}: ${passedMinutes().toFixed(1)} of ${minutes} minutes`);
    }
    const shown = { minutes: Math.round(passedMinutes() * 10) / 10 };
    for (const program of busy) program.kill('SIGKILL');
    const worstOrderMs = Math.round(load.takeWorst() / 1_000);
    const { term } = await cluster.whole();
    await load.end();
    await assertAgreement(cluster, client);
    const statuses = await cluster.statuses();
    const handOvers = statuses.reduce((sum, { counters }) => sum + counters.grayHandOvers, 0);
    await client.close();
    return { ...shown, elections: term - firstTerm - handOvers, handOvers, orders: load.sent, worstOrderMs };
  } finally {
    for (const program of busy) program.kill('SIGKILL');
    await cluster.stop();
  }
}

/** Takes all of one processor that it is given. */
function busyProgram(): ChildProcess {
  return spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });
}
