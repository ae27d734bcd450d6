/**
 * `npm run sim:mutants`: does the simulator find defects? Plants each one of the catalogue into a copy of the sources
 * and runs the simulator there. Ends with a code other than 0 when one survives, when one has no place in the sources
 * any more, or when something is reported in the sources as they are.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOptions, refuseCommandLine } from '../program-options.ts';
import { mutants } from './catalog.ts';
import { idleCheckers } from './checkers.ts';
import { ProofLedger } from './ledger.ts';
import { documentOf, lineOf, lineOfClean } from './report.ts';
import { isGood, type RoundOptions, runRound } from './round.ts';

const jobsMax = 16;
const root = join(import.meta.dirname, '../../..');
const document = join(root, 'docs/MUTANTS.md');

const usage = `usage: npm run sim:mutants -- [--mutant NAME]… [--seeds N] [--jobs N] [--json] [--write-docs] [--list]
                            [--ledger FILE] [--minutes M]
  --mutant      only the mutants whose names hold NAME
  --seeds       seeds after which a mutant has survived, instead of what the catalogue says
  --jobs        simulators that run at a time; 1 where not given
  --ledger      a file that keeps what is found, so that a round can be done in pieces on the same sources
  --minutes     begins with no other mutant after that time
  --write-docs  writes the table to docs/MUTANTS.md, if all is well`;

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
  const chosen = mutants.filter(({ name }) => wanted.some((part) => name.includes(part)));
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > jobsMax)
    return refuseCommandLine(`--jobs takes 1 to ${jobsMax}.`, usage);
  if (seedsMax !== undefined && (!Number.isSafeInteger(seedsMax) || seedsMax < 1)) {
    return refuseCommandLine('--seeds takes an integer of 1 or more.', usage);
  }
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  if (!(minutes > 0)) return refuseCommandLine('--minutes takes a number above 0.', usage);
  if (chosen.length === 0) return refuseCommandLine('No mutant has such a name; --list shows all.', usage);
  const writesDocs = values['write-docs'];
  if (writesDocs && (chosen.length < mutants.length || seedsMax !== undefined)) {
    return refuseCommandLine(
      '--write-docs writes down a whole round: it goes with neither --mutant nor --seeds.',
      usage,
    );
  }
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
  if (!isGood(round) || idle.length > 0) return 1;
  if (writesDocs) writeFileSync(document, documentOf(round));
  return 0;
}

// Ended by a person: the copies of the sources are removed on the way out.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exitCode = await main();
