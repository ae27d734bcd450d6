/**
 * `npm run fuzz`: runs every fuzzer, or one, and prints a line for each. Ends with a code other than 0 when a case
 * failed, after the command that repeats it.
 */
import { randomInt } from 'node:crypto';
import { programOptions, refuseCommandLine } from '../sim/program-options.ts';
import { canaries, fuzzerNamed, fuzzers } from './registry.ts';
import type { FuzzResult } from './run.ts';
import { runWatched } from './watched.ts';

const minutesDefault = 2;
const seedsMax = 2 ** 32;

const usage = `usage: npm run fuzz -- [NAME] [--minutes M] [--seed N] [--cases N] [--json]
  --minutes  of all fuzzers together; without it ${minutesDefault}, or no limit where --cases is given
  --seed     of the first case, each further one has the next number; without it one is drawn
  --cases    of each fuzzer, at most
names: ${fuzzers.map(({ name }) => name).join(', ')}
       ${canaries.map(({ name }) => name).join(', ')} (broken on purpose, to see a failure)`;

interface Arguments {
  readonly names: readonly string[];
  readonly seed: number;
  readonly casesMax: number;
  readonly millisecondsMax: number;
  readonly isJson: boolean;
}

function parse(): Arguments {
  const { values, positionals } = programOptions(
    usage,
    {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      cases: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    { takesWords: true },
  );
  const unknown = positionals.find((name) => fuzzerNamed(name) === undefined);
  if (unknown !== undefined) return refuseCommandLine(`There is no fuzzer "${unknown}".`, usage);
  const seed = Number(values.seed ?? randomInt(seedsMax));
  if (!Number.isSafeInteger(seed) || seed < 0)
    return refuseCommandLine('--seed takes an integer of 0 or more.', usage);
  const casesMax = Number(values.cases ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(casesMax) || casesMax < 1)
    return refuseCommandLine('--cases takes an integer of 1 or more.', usage);
  const withoutMinutes = values.cases === undefined ? minutesDefault : Number.POSITIVE_INFINITY;
  const minutes = Number(values.minutes ?? withoutMinutes);
  if (!(minutes > 0)) return refuseCommandLine('--minutes takes a number above 0.', usage);
  const names = positionals.length > 0 ? positionals : fuzzers.map(({ name }) => name);
  const millisecondsMax = (minutes * 60_000) / names.length;
  return { names, seed, casesMax, millisecondsMax, isJson: values.json };
}

async function main(): Promise<number> {
  const given = parse();
  const { names, isJson, ...order } = given;
  const results: FuzzResult[] = [];
  for (const name of names) {
    const result = await runWatched({ name, ...order });
    results.push(result);
    if (!isJson) console.log(lineOf(result, order.seed));
  }
  if (isJson) console.log(JSON.stringify({ seed: order.seed, results }));
  return results.every(({ failure }) => failure === undefined) ? 0 : 1;
}

function lineOf({ name, iterations, seconds, failure }: FuzzResult, seed: number): string {
  const verdict = failure === undefined ? 'ok' : 'FAILED';
  const line = `${verdict.padEnd(6)} ${name.padEnd(22)} ${iterations} iterations, ${seconds} s`;
  if (failure === undefined) return line;
  return [
    line,
    `  seed ${seed}, iteration ${failure.iteration}; again: npm run fuzz -- ${name} --seed ${failure.seed} --cases 1`,
    `  ${failure.text.replaceAll('\n', '\n  ')}`,
  ].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
