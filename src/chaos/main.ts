/**
 * `npm run chaos`: breaks an exchange of real processes on hosts of their own, under load, and judges it. Without a
 * name it lists what it can break. It needs root.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../ops/configuration/load.ts';
import { programOptions, refuseCommandLine } from '../sim/program-options.ts';
import { msPerMinute } from '../std/units.ts';
import { faultNamed, faults } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';
import { fileSystems } from './hosts/disk.ts';
import { HostLedger } from './hosts/ledger.ts';
import { labRefusal } from './lab/lab.ts';
import type { LabOptions } from './lab/lab-options.ts';
import { serverProgram } from './lab/server-program.ts';
import { monotonicMs } from './monotonic.ts';
import { degradationPlan } from './scenarios/degradation-plan.ts';
import { failureTable } from './scenarios/failure-table.ts';
import { measuredWaitsText } from './scenarios/measured-waits.ts';
import { hasPassed, runPiece, type ScenarioPiece } from './scenarios/piece.ts';
import { piecesOf } from './scenarios/pieces.ts';
import { hunt, huntText, plantedBug, plantedBugs } from './scenarios/planted-bugs.ts';
import { powerCuts } from './scenarios/power-cuts.ts';
import { Results } from './scenarios/results.ts';
import { soak } from './scenarios/soak.ts';
import { listText, pieceText } from './scenarios/words.ts';

const standardResults = fileURLToPath(
  new URL('../../node_modules/.cache/lockstep-chaos.jsonl', import.meta.url),
);

const documents = fileURLToPath(new URL('../../docs', import.meta.url));
const measuredFile = fileURLToPath(new URL('../ops/availability/measured.ts', import.meta.url));
const cutsPerPiece = 75;
const soakMinutes = 10;

const usage = `usage: npm run chaos -- NAME… [--repeat N]        these failures, N times each (3)
       npm run chaos -- --all [--repeat N] [--minutes M]  all of them; what the results have already is left out, and
                                                  after M minutes no other piece is begun
       npm run chaos -- --soak [--minutes M] [--seed S]   failures drawn at random, two and three at a time
       npm run chaos -- --power-cuts N [--seed S]         so many power cuts in all, on both file systems in turn
       npm run chaos -- --planted NAME|all        planted bugs, each of which must be found
       npm run chaos -- --write-docs [--config FILE]      docs/FMEA.md and docs/DEGRADATION.md from the results
  --results FILE   where results are kept and added up; --all keeps them without it too
  --recorded FILE  order flow of a recorded day
  --log FILE       what the processes of the exchange write
  --json           results as JSON
Without anything it lists the failures. Exit code 1: a scenario failed; 2: a command line with a mistake.`;

const { values, positionals } = programOptions(
  usage,
  {
    repeat: { type: 'string', default: '3' },
    all: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    'power-cuts': { type: 'string' },
    planted: { type: 'string', multiple: true },
    'write-docs': { type: 'boolean', default: false },
    config: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    results: { type: 'string' },
    log: { type: 'string' },
    recorded: { type: 'string' },
    'recorded-per-second': { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
  { takesWords: true },
);

function wholeNumber(
  name: 'repeat' | 'minutes' | 'seed' | 'power-cuts' | 'recorded-per-second',
  otherwise?: number,
): number {
  const value = Number(values[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 1)
    return refuseCommandLine(`--${name} takes an integer of 1 or more.`, usage);
  return value;
}

const given: LabOptions = {
  ...(values.log !== undefined && { logFile: values.log }),
  ...(values.recorded !== undefined && {
    recorded: { file: resolve(values.recorded), perSecond: wholeNumber('recorded-per-second') },
  }),
};

/** Its hosts run what servers run; made once, where a lab is wanted. */
let lab = given;

function progress(step: string): void {
  if (!values.json) console.error(step);
}

function show(piece: ScenarioPiece): void {
  console.log(values.json ? JSON.stringify(piece) : pieceText(piece));
  if (!hasPassed(piece)) process.exitCode = 1;
}

/** Those that this machine can show; the others are named with the reason. */
function possible(wanted: readonly Fault[]): Fault[] {
  return wanted.filter(({ name, refusal }) => {
    const reason = refusal?.();
    if (reason !== undefined) console.error(`${name} is left out. ${reason}`);
    return reason === undefined;
  });
}

/** All scenarios that have not been made so often yet, in pieces; what has been made is kept. */
async function runAll(repeats: number, minutes: number): Promise<void> {
  const endMs = monotonicMs() + minutes * msPerMinute;
  const results = new Results(values.results ?? standardResults);
  const lacking = possible(faults).filter(({ name }) => results.strikesOf(name).length < repeats);
  const pieces = piecesOf(lacking);
  for (const [n, piece] of pieces.entries()) {
    if (monotonicMs() >= endMs) return progress(`${pieces.length - n} pieces are left`);
    const part = `piece ${n + 1} of ${pieces.length}`;
    const result = await runPiece(piece, {
      repeats,
      lab,
      progress: (step) => progress(`${part}: ${step}`),
    });
    results.add(result);
    show(result);
  }
}

/** So many cuts in all, on both file systems in turn, so many on one exchange; what has been made is kept. */
async function cutPower(cuts: number): Promise<void> {
  const results = new Results(values.results ?? standardResults);
  const names = fileSystems.map((fileSystem) => `power cut on ${fileSystem}`);
  for (let seed = wholeNumber('seed'); ; seed++) {
    const made = names.map((name) => results.strikesOf(name).length);
    const left = cuts - made.reduce((sum, count) => sum + count, 0);
    if (left <= 0) break;
    const fileSystem = fileSystems[made.indexOf(Math.min(...made))]!;
    const each = { cuts: Math.min(cutsPerPiece, left), seed, fileSystem, progress, lab };
    const piece = await powerCuts(each);
    results.add(piece);
    show(piece);
    if (!hasPassed(piece)) break;
  }
}

/** Some planted bugs, or all of them; each must be found. */
async function huntAll(names: readonly string[]): Promise<void> {
  const wanted = names.includes('all') ? Object.keys(plantedBugs) : names;
  for (const name of wanted) plantedBug(name);
  for (const name of wanted) {
    const found = await hunt(name, (step) => progress(`${name}: ${step}`), lab);
    console.log(values.json ? JSON.stringify(found) : huntText(found));
    if (found.foundBy === undefined) process.exitCode = 1;
  }
}

function writeDocs(): void {
  const file = values.results ?? standardResults;
  const results = new Results(file);
  if (results.isEmpty)
    throw new Error(`${file} has no results, so there is nothing to write. Make some first, with --all.`);
  const { availability } = loadConfiguration(
    values.config === undefined ? {} : { config: values.config },
  ).configuration;
  const text = failureTable(faults, results, availability);
  writeFileSync(measuredFile, measuredWaitsText(results));
  writeFileSync(join(documents, 'FMEA.md'), text);
  writeFileSync(join(documents, 'DEGRADATION.md'), degradationPlan());
}

async function main(): Promise<void> {
  const { planted = [] } = values;
  const repeats = wholeNumber('repeat');
  const seed = wholeNumber('seed');
  const isRun = values.all || planted.length > 0 || values.soak || values['power-cuts'] !== undefined;
  if (positionals.length === 0 && !isRun && !values['write-docs']) return console.log(listText(faults));
  if (values['write-docs']) {
    if (isRun || positionals.length > 0)
      refuseCommandLine('--write-docs writes what the results have, and runs nothing: give it alone.', usage);
    return writeDocs();
  }
  const chosen = positionals.map(faultNamed);
  const refusal = labRefusal();
  if (refusal !== undefined) throw new Error(refusal);
  lab = { ...given, program: serverProgram() };
  if (values.soak) {
    for await (const piece of soak({ minutes: wholeNumber('minutes', soakMinutes), seed, progress, lab }))
      keep(piece);
  }
  if (values.all) await runAll(repeats, wholeNumber('minutes', Number.MAX_SAFE_INTEGER));
  if (planted.length > 0) await huntAll(planted);
  if (values['power-cuts'] !== undefined) await cutPower(wholeNumber('power-cuts'));
  for (const piece of piecesOf(possible(chosen))) {
    keep(await runPiece(piece, { repeats, progress, lab }));
  }
}

/** Of what is not made up to a number, results are kept where a file is named. */
function keep(piece: ScenarioPiece): void {
  if (values.results !== undefined) new Results(values.results).add(piece);
  show(piece);
}

const interrupted = 130;
// A second one does not end it half way.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void HostLedger.close().finally(() => process.exit(interrupted)));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
