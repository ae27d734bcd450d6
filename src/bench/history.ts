/**
 * Kept results: `bench/history/<kind of machine>.jsonl`, one run a line, oldest first. Runs are compared with the last kept
 * one of the same suite on the same kind of machine, number by number.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineKind } from './machine.ts';
import type { Table } from './suite.ts';

export interface KeptRun {
  readonly suite: string;
  /** UTC, to the second. */
  readonly at: string;
  /** What the command line chose beside the suite. */
  readonly command: string;
  readonly machine: object;
  readonly results: object;
}

const file = fileURLToPath(new URL(`../../bench/history/${machineKind}.jsonl`, import.meta.url));

export function keep(run: KeptRun): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(run)}\n`);
}

/** All kept runs of this kind of machine, oldest first. */
export function keptRuns(): KeptRun[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as KeptRun);
}

/** The last two kept runs of each suite beside each other; a single run is shown alone. */
export function comparisons(suites: readonly string[]): Table[] {
  const runs = keptRuns();
  const names = suites.length > 0 ? suites : [...new Set(runs.map(({ suite }) => suite))];
  return names.flatMap((suite) => {
    const ofSuite = runs.filter((run) => run.suite === suite);
    const last = ofSuite.at(-1);
    if (last === undefined) return [];
    const before = ofSuite.slice(0, -1).findLast(({ command }) => command === last.command);
    return [comparison(last, before)];
  });
}

/** `now` beside `before`: each number by its path, and the change in per cent. */
export function comparison(now: KeptRun, before: KeptRun | undefined): Table {
  const old = new Map(before === undefined ? [] : numbersOf(before.results));
  const rows: Record<string, Record<string, string | number>> = {};
  for (const [path, value] of numbersOf(now.results)) {
    const was = old.get(path);
    const change = was === undefined || was === 0 ? '' : signed((value / was - 1) * 100);
    rows[path] = was === undefined ? { now: value } : { now: value, before: was, change };
  }
  const since = before === undefined ? 'nothing kept before' : `before: ${before.at}`;
  return { title: `${now.suite}: ${now.command} (${now.at}; ${since})`, rows };
}

function signed(percent: number): string {
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

/** Every number inside, with the path to it. */
function numbersOf(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    numbersOf(inner, path === '' ? name : `${path}.${name}`),
  );
}
