/**
 * `npm run sim`: runs seeds and reports. Many seeds: `--seeds N [--from S] [--minutes M] [--profile NAME] [--json]`;
 * one seed with everything that happens in it: `--seed S --trace`. Ends with a code other than 0 when something was
 * wrong.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { type ProfileName, profileNames } from './faults/profiles.ts';
import { programOptions, refuseCommandLine } from './program-options.ts';
import { type RunOptions, type RunResult, runSeed } from './runs/run.ts';
import { commandOf, shrink } from './runs/shrink.ts';
import { addRun, emptySummary, roundTenths } from './runs/summary.ts';

const seedsDefault = 100;

const usage = `usage: npm run sim -- [--seeds N] [--from S] [--minutes M] [--profile NAME] [--json] [--history FILE]
       npm run sim -- --seed S [--profile NAME] [--faults N,N,…|none] [--safety-us T] [--trace] [--history FILE]
profiles: ${profileNames.join(', ')}; without one each seed takes its turn
--history writes every call of every client as a line of JSON; --faults lets only these faults of the seed happen`;

interface Arguments {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly profile: ProfileName | undefined;
  readonly faults: ReadonlySet<number> | undefined;
  readonly safetyUs: number | undefined;
  readonly history: string | undefined;
  readonly isTraced: boolean;
  readonly isJson: boolean;
}

function parse(): Arguments {
  const { values } = programOptions(usage, {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string' },
    minutes: { type: 'string' },
    profile: { type: 'string' },
    faults: { type: 'string' },
    'safety-us': { type: 'string' },
    history: { type: 'string' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const single = values.seed !== undefined;
  const from = Number(values.seed ?? values.from ?? 1);
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const seedsWithoutCount = values.minutes === undefined ? seedsDefault : Number.MAX_SAFE_INTEGER;
  const seeds = single ? 1 : Number(values.seeds ?? seedsWithoutCount);
  if (!Number.isSafeInteger(from) || from < 0)
    return refuseCommandLine('--seed and --from take an integer of 0 or more.', usage);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    return refuseCommandLine('--seeds takes an integer of 1 or more.', usage);
  if (!(minutes > 0)) return refuseCommandLine('--minutes takes a number above 0.', usage);
  const isOfOne = values.trace || values.faults !== undefined || values['safety-us'] !== undefined;
  if (isOfOne && !single)
    return refuseCommandLine('--trace, --faults and --safety-us go with --seed.', usage);
  const profile = profileNames.find((name) => name === values.profile);
  if (values.profile !== undefined && profile === undefined)
    return refuseCommandLine('There is no such profile.', usage);
  const numbers = values.faults === 'none' ? [] : values.faults?.split(',').map(Number);
  if (numbers?.some((number) => !Number.isSafeInteger(number)) === true)
    return refuseCommandLine('--faults takes numbers with commas between them, or none.', usage);
  const safetyUs = values['safety-us'] === undefined ? undefined : Number(values['safety-us']);
  if (safetyUs !== undefined && !(safetyUs >= 0))
    return refuseCommandLine('--safety-us takes microseconds.', usage);
  const faults = numbers === undefined ? undefined : new Set(numbers);
  const { history } = values;
  return {
    from,
    seeds,
    minutes,
    profile,
    faults,
    safetyUs,
    history,
    isTraced: values.trace,
    isJson: values.json,
  };
}

function main(): number {
  const given = parse();
  const startedMs = performance.now();
  const deadlineMs = startedMs + given.minutes * 60_000;
  const summary = emptySummary();
  const file = given.history === undefined ? undefined : openSync(given.history, 'w');
  for (let n = 0; n < given.seeds && performance.now() < deadlineMs; n++) {
    const options: RunOptions = {
      seed: given.from + n,
      ...(given.profile === undefined ? {} : { profile: given.profile }),
      ...(given.faults === undefined ? {} : { onlyFaults: given.faults }),
      ...(given.safetyUs === undefined ? {} : { safetyUs: given.safetyUs }),
    };
    const result = runSeed({
      ...options,
      ...(file === undefined ? {} : { historySink: (line: string) => void writeSync(file, `${line}\n`) }),
      ...(given.isTraced ? { sink: (line: string) => console.log(line) } : {}),
    });
    addRun(summary, result);
    if (!given.isJson && result.violations.length > 0) report(options, result, given.isTraced);
  }
  if (file !== undefined) closeSync(file);
  summary.seconds = roundTenths((performance.now() - startedMs) / 1_000);
  // A trace must be the same each time, so it has no line about how long it took.
  if (!given.isTraced) console.log(JSON.stringify(summary));
  return summary.violations.length === 0 ? 0 : 1;
}

function report(options: RunOptions, result: RunResult, isTraced: boolean): void {
  const { seed, profile, size, durability, violations } = result;
  console.log(`seed ${seed} (${profile}, ${size} replicas, ${durability}): see ${commandOf(options)}`);
  for (const { checker, what } of violations) console.log(`  ${checker}: ${what}`);
  if (isTraced) return;
  const shrunk = shrink(options, result);
  console.log(
    `  ${shrunk.result.struck.length} of ${result.struck.length} faults are enough: ${shrunk.command}`,
  );
  for (const { number, kind, atUs } of shrunk.result.struck)
    console.log(`    fault ${number} at ${atUs} us: ${kind}`);
}

process.exitCode = main();
