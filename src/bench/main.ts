/**
 * The measurements: `npm run bench -- SUITE [--json] [--keep]`. Each suite prints its workload, the machine, what is
 * left out and its tables; with `--json` the last line is one object. `compare` and `show` print what was kept.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ParseArgsConfig } from 'node:util';
import { programOptions, refuseCommandLine } from '../sim/program-options.ts';
import { writeFigures } from './report/figures.ts';
import { machine, machineText } from './report/machine.ts';
import { comparison, comparisons, keep, keptRuns, lastTables } from './report/record.ts';
import type { BenchOptions, Suite, SuiteReport } from './report/suite.ts';
import { tableText } from './report/table.ts';
import { electionsSuite } from './suites/elections.ts';
import { failoverSuite } from './suites/failover.ts';
import { fairnessSuite } from './suites/fairness.ts';
import { hooksSuite } from './suites/hooks.ts';
import { httpSuite } from './suites/http.ts';
import { pathSuite } from './suites/path.ts';
import { peersSuite } from './suites/peers.ts';
import { placementSuite } from './suites/placement.ts';
import { quorumSuite } from './suites/quorum.ts';
import { recoverySuite } from './suites/recovery.ts';
import { sitesSuite } from './suites/sites.ts';
import { soakSuite } from './suites/soak.ts';
import { standbySuite } from './suites/standby.ts';

const engineSuite: Suite = {
  workload: 'commands that were written beforehand, applied by the engine alone, on one core',
  leftOut: 'journal, network, consensus, sessions',
  run: async ({ recordedFile }) => {
    await engineProcess('load');
    const alone = await engineProcess('onePiece', recordedFile);
    const asReplica = await engineProcess('asReplica');
    return {
      tables: [...alone.tables, ...asReplica.tables],
      results: { ...alone.results, ...asReplica.results },
    };
  },
};

/** Runs engine-process.ts to its end; returns what it found. */
async function engineProcess(
  task: 'load' | 'onePiece' | 'asReplica',
  recordedFile?: string,
): Promise<SuiteReport> {
  const given = recordedFile === undefined ? [] : [recordedFile];
  const child = fork(new URL('./suites/engine-process.ts', import.meta.url), [task, ...given]);
  let found: SuiteReport = { tables: [], results: {} };
  child.on('message', (message) => (found = message as SuiteReport));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0)
    throw new Error(`The process that measures the engine ended with ${code}; see its message above.`);
  return found;
}

/** Add a suite by adding it here. */
const suites: Readonly<Record<string, Suite>> = {
  engine: engineSuite,
  quorum: quorumSuite,
  path: pathSuite,
  failover: failoverSuite,
  elections: electionsSuite,
  recovery: recoverySuite,
  http: httpSuite,
  fairness: fairnessSuite,
  hooks: hooksSuite,
  peers: peersSuite,
  soak: soakSuite,
  sites: sitesSuite,
  placement: placementSuite,
  standby: standbySuite,
};

const usage = `npm run bench -- SUITE… [options]      suites: ${Object.keys(suites).join(', ')}
npm run bench -- compare [SUITE…]       the last kept run beside the one before, number by number
npm run bench -- show [SUITE…]          the tables of the last kept runs, in Markdown
npm run bench -- show --write           the same into docs/PERFORMANCE.md

  --json            one object on the last line
  --keep            append the result to bench/kept
  --only A,B        only the cases that have all these words
  --seconds N       length of each measured phase
  --minutes N       length of the soak, and of each case of elections
  --kills N         deaths of the leader (failover); switches, promotions (sites); rounds (standby)
  --rate N          orders per second (failover, elections, recovery, hooks, sites, standby)
  --in-flight N     orders without an answer at the highest rate (quorum, soak)
  --commands N      commands to replay (recovery)
  --recorded FILE   orders as Bitstamp records them, packed by gzip (engine)
  --replicas N      1, 3 or 5
  --durability D    memory or disk
  --idle I          spin, yield or backoff
  --tls             HTTPS in place of HTTP (http)
  --signing S       hmac or ed25519 (http)
  --restart-ms N    a killed replica starts again after this (failover)
  --show-slow       the merged logs around each slow kill (failover)
  --slow-ms N       what is slow, 100 ms without it (failover)`;

const flags = {
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  kills: { type: 'string' },
  rate: { type: 'string' },
  'in-flight': { type: 'string' },
  commands: { type: 'string' },
  recorded: { type: 'string' },
  replicas: { type: 'string' },
  durability: { type: 'string' },
  idle: { type: 'string' },
  tls: { type: 'boolean', default: false },
  signing: { type: 'string' },
  'restart-ms': { type: 'string' },
  'show-slow': { type: 'boolean', default: false },
  'slow-ms': { type: 'string' },
  write: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

type Values = ReturnType<typeof parse>['values'];

function parse() {
  return programOptions(usage, flags, { takesWords: true });
}

function number(values: Values, name: keyof Values): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value > 0 || (value === 0 && name === 'restart-ms')) return value;
  return refuseCommandLine(`--${name}: ${String(text)} is not a number above 0`, usage);
}

function word<T extends string>(values: Values, name: keyof Values, allowed: readonly T[]): T | undefined {
  const text = values[name];
  if (text === undefined || allowed.includes(text as T)) return text as T | undefined;
  return refuseCommandLine(`--${name}: ${String(text)} is none of ${allowed.join(', ')}`, usage);
}

function optionsOf(values: Values): BenchOptions {
  return {
    only: values.only.split(',').filter((text) => text !== ''),
    seconds: number(values, 'seconds'),
    minutes: number(values, 'minutes'),
    kills: number(values, 'kills'),
    rate: number(values, 'rate'),
    inFlight: number(values, 'in-flight'),
    commands: number(values, 'commands'),
    recordedFile: values.recorded,
    replicas: number(values, 'replicas'),
    durability: word(values, 'durability', ['memory', 'disk']),
    idle: word(values, 'idle', ['spin', 'yield', 'backoff']),
    isSecure: values.tls,
    signing: word(values, 'signing', ['hmac', 'ed25519']) ?? 'hmac',
    restartMs: number(values, 'restart-ms'),
    showSlow: values['show-slow'],
    slowMs: number(values, 'slow-ms'),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    },
  };
}

async function runSuite(name: string, values: Values): Promise<void> {
  const suite = suites[name]!;
  console.log(`\n# ${name}\n`);
  console.log(`Workload: ${suite.workload}.\nMachine:  ${machineText}.\nLeft out: ${suite.leftOut}.`);
  const { tables, results } = await suite.run(optionsOf(values));
  for (const table of tables) console.log(`\n${tableText(table)}`);
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const run = { suite: name, at, command: commandOf(name), machine, results, tables };
  const before = keptRuns().findLast((kept) => kept.suite === name && kept.command === run.command);
  if (before !== undefined) console.log(`\n${tableText(comparison(run, before))}`);
  // A suite that lacks its tools gives nothing.
  if (values.keep && Object.keys(results).length > 0) keep(run);
  if (values.json) console.log(`\n${JSON.stringify({ suite: name, at, machine, ...results })}`);
}

/** The suite with the options that change what is measured; a file's place is none of them. */
function commandOf(name: string): string {
  const silent = ['--json', '--keep', '--show-slow', '--recorded'];
  const given = process.argv.slice(2);
  const shown = given.filter(
    (text, at) =>
      (text.startsWith('--') ? !silent.includes(text) : !(text in suites)) && given[at - 1] !== '--recorded',
  );
  return [name, ...shown].join(' ');
}

async function main(): Promise<void> {
  const { values, positionals } = parse();
  if (positionals.length === 0) {
    console.log(usage);
    return;
  }
  const [first, ...others] = positionals;
  if (first === 'show' && values.write) {
    writeFigures();
    return;
  }
  if (first === 'compare' || first === 'show') {
    const tables = first === 'compare' ? comparisons(others) : lastTables(others);
    for (const table of tables) console.log(`\n${tableText(table)}`);
    if (tables.length === 0)
      console.log('Nothing was kept on this kind of machine yet: add --keep to a run.');
    return;
  }
  const unknown = positionals.filter((name) => !(name in suites));
  if (unknown.length > 0) refuseCommandLine(`no suite is called ${unknown.join(', ')}`, usage);
  for (const name of positionals) await runSuite(name, values);
}

// Ends through `exit`, so that what was started is ended too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

try {
  await main();
} catch (error) {
  console.error(error);
  // A load that failed may still have timers and connections.
  process.exit(1);
}
