/**
 * `npm run sim:mutants`: does the simulator find defects? Plants each one of the catalogue into a copy of the sources
 * and runs the simulator there. Ends with a code other than 0 when one survives, when one has no place in the sources
 * any more, or when something is reported in the sources as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOptions, refuseCommandLine } from '../program-options.ts';
import { mutants } from './catalog.ts';
import { idleCheckers } from './checkers.ts';
import { ProofLedger } from './ledger.ts';
import { documentOf, lineOf, lineOfClean, rowsIn } from './report.ts';
import { isGood, type RoundOptions, runRound } from './round.ts';

const jobsMax = 16;
const root = join(import.meta.dirname, '../../..');
const document = join(root, 'docs/MUTANTS.md');

const usage = `usage: npm run sim:mutants -- [--mutant NAME]… [--missing] [--seeds N] [--jobs N] [--json]
                            [--write-docs] [--list] [--ledger FILE] [--minutes M]
  --mutant      only the mutants whose names hold NAME
  --missing     only the mutants that docs/MUTANTS.md has no row of
  --seeds       seeds after which a mutant has survived, instead of what the catalogue says
  --jobs        simulators that run at a time; 1 where not given
  --ledger      a file that keeps what is found, so that a round can be done in pieces
  --minutes     begins with no other mutant after that time
  --write-docs  writes what was found to docs/MUTANTS.md, which keeps its other rows`;

type Arguments = Pick<RoundOptions, 'mutants' | 'seedsMax' | 'jobs'> & {
  readonly ledger: string | undefined;
  readonly minutes: number;
  readonly isJson: boolean;
  readonly writesDocs: boolean;
  readonly isList: boolean;
};

function parse(): Arguments {
  const { values } = programOptions(usage, {
    mutant: { type: 'string', multiple: true },
    missing: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    ledger: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  });
  const jobs = Number(values.jobs);
  const seedsMax = values.seeds === undefined ? undefined : Number(values.seeds);
  const wanted = values.mutant ?? [''];
  const rows = values.missing ? rowsIn(readFileSync(document, 'utf8')) : new Map<string, string>();
  const isWanted = (name: string): boolean => wanted.some((part) => name.includes(part)) && !rows.has(name);
  const chosen = mutants.filter(({ name }) => isWanted(name));
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > jobsMax)
    return refuseCommandLine(`--jobs takes 1 to ${jobsMax}.`, usage);
  if (seedsMax !== undefined && (!Number.isSafeInteger(seedsMax) || seedsMax < 1)) {
    return refuseCommandLine('--seeds takes an integer of 1 or more.', usage);
  }
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  if (!(minutes > 0)) return refuseCommandLine('--minutes takes a number above 0.', usage);
  if (chosen.length === 0)
    return refuseCommandLine('No mutant has such a name, or all have rows; --list shows all.', usage);
  const writesDocs = values['write-docs'];
  const { ledger, json: isJson, list: isList } = values;
  return { mutants: chosen, seedsMax, jobs, ledger, minutes, isJson, writesDocs, isList };
}

async function main(): Promise<number> {
  const given = parse();
  const { isJson, writesDocs } = given;
  if (given.isList) {
    for (const { name, defect } of given.mutants) console.log(`${name}: ${defect}`);
    return 0;
  }
  const say = isJson ? () => {} : (line: string) => console.log(line);
  const deadlineMs = performance.now() + given.minutes * 60_000;
  const round = await runRound({
    ...given,
    root,
    ledger: new ProofLedger(root, given.ledger),
    mayGoOn: () => performance.now() < deadlineMs,
    found: (result) => say(lineOf(result)),
    clean: (result) => say(lineOfClean(result)),
  });
  if (isJson) {
    const results = round.mutants.map(({ mutant, ...result }) => ({ name: mutant.name, ...result }));
    console.log(JSON.stringify({ mutants: results, clean: round.clean }));
  }
  const bad = round.mutants.filter(({ verdict }) => verdict !== 'found').length;
  say(`${round.mutants.length - bad} of ${round.mutants.length} mutants were found`);
  if (round.left > 0) say(`${round.left} hunts are left`);
  const idle = given.mutants.length === mutants.length && round.left === 0 ? idleCheckers(round.mutants) : [];
  for (const checker of idle) say(`IDLE      the checker ${checker} has found no mutant`);
  const isClean = round.clean.every(({ finding }) => finding.checkers.length === 0);
  if (writesDocs && isClean)
    writeFileSync(document, documentOf(round, mutants, readFileSync(document, 'utf8')));
  return isGood(round) && idle.length === 0 ? 0 : 1;
}

// Ended by a person: the copies of the sources are removed on the way out.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exitCode = await main();
