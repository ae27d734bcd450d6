/**
 * `npm run sim`: runs seeds and reports. Many seeds: `--seeds N [--from S] [--minutes M] [--profile NAME] [--json]`; one
 * seed with everything that happens in it: `--seed S --trace`. Ends with a code other than 0 when something was wrong.
 */
import { parseArgs } from 'node:util';
import { type ProfileName, profileNames } from './profiles.ts';
import { type RunOptions, type RunResult, runSeed } from './run.ts';

const seedsDefault = 100;

const usage = `usage: npm run sim -- [--seeds N] [--from S] [--minutes M] [--profile NAME] [--json]
       npm run sim -- --seed S [--profile NAME] [--trace] [--json]
profiles: ${profileNames.join(', ')}; without one each seed draws its own`;

interface Arguments {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly profile: ProfileName | undefined;
  readonly isTraced: boolean;
  readonly isJson: boolean;
}

function parse(): Arguments | string {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      minutes: { type: 'string' },
      profile: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return usage;
  const single = values.seed !== undefined;
  const from = Number(values.seed ?? values.from ?? 1);
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const seedsWithoutCount = values.minutes === undefined ? seedsDefault : Number.MAX_SAFE_INTEGER;
  const seeds = single ? 1 : Number(values.seeds ?? seedsWithoutCount);
  if (!Number.isSafeInteger(from) || from < 0)
    return `--seed and --from take an integer of 0 or more.\n${usage}`;
  if (!Number.isSafeInteger(seeds) || seeds < 1) return `--seeds takes an integer of 1 or more.\n${usage}`;
  if (!(minutes > 0)) return `--minutes takes a number above 0.\n${usage}`;
  if (values.trace && !single) return `--trace goes with --seed.\n${usage}`;
  const profile = profileNames.find((name) => name === values.profile);
  if (values.profile !== undefined && profile === undefined) return `There is no such profile.\n${usage}`;
  return { from, seeds, minutes, profile, isTraced: values.trace, isJson: values.json };
}

function main(): number {
  const given = parse();
  if (typeof given === 'string') {
    console.error(given);
    return 2;
  }
  const startedMs = performance.now();
  const deadlineMs = startedMs + given.minutes * 60_000;
  const sum = { seeds: 0, virtualSeconds: 0, commands: 0, acknowledged: 0, elections: 0 };
  const faults: Record<string, number> = {};
  const violations: { seed: number; checker: string; what: string }[] = [];
  for (let n = 0; n < given.seeds && performance.now() < deadlineMs; n++) {
    const seed = given.from + n;
    const options: RunOptions = {
      seed,
      ...(given.profile === undefined ? {} : { profile: given.profile }),
      ...(given.isTraced ? { sink: (line: string) => console.log(line) } : {}),
    };
    const result = runSeed(options);
    sum.seeds += 1;
    sum.virtualSeconds += result.virtualSeconds;
    sum.commands += result.commands;
    sum.acknowledged += result.acknowledged;
    sum.elections += result.elections;
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    for (const { checker, what } of result.violations) violations.push({ seed, checker, what });
    if (!given.isJson) report(result, given.profile);
  }
  const virtualSeconds = Math.round(sum.virtualSeconds * 10) / 10;
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  // A trace must be the same each time, so it has no line about how long it took.
  if (!given.isTraced) console.log(JSON.stringify({ ...sum, virtualSeconds, faults, violations, seconds }));
  return violations.length === 0 ? 0 : 1;
}

function report(result: RunResult, profile: ProfileName | undefined): void {
  if (result.violations.length === 0) return;
  const again = `npm run sim -- --seed ${result.seed}${profile === undefined ? '' : ` --profile ${profile}`} --trace`;
  console.log(
    `seed ${result.seed} (${result.profile}, ${result.size} replicas, ${result.durability}): see ${again}`,
  );
  for (const { checker, what } of result.violations) console.log(`  ${checker}: ${what}`);
}

process.exitCode = main();
