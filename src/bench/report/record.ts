/**
 * Kept results: `bench/kept/<kind of machine>.jsonl`, one run a line, oldest first. Runs are compared with the last
 * kept one of the same command on the same kind of machine, number by number.
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
  /** As they were printed. */
  readonly tables: readonly Table[];
}

const file = fileURLToPath(new URL(`../../../bench/kept/${machineKind}.jsonl`, import.meta.url));

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

const columnsMax = 120;

/** In two lines where one would be too long for a document. */
function titleOf(title: string, command: string, at: string): string {
  const first = `${title} (\`npm run bench -- ${command}\`,`;
  const last = `${at})`;
  return `${first}${first.length + last.length < columnsMax ? ' ' : '\n'}${last}`;
}

/** The tables of the last kept run of each command, titles with the time of the run. */
export function lastTables(suites: readonly string[]): Table[] {
  const last = new Map<string, KeptRun>();
  for (const run of keptRuns()) {
    if (suites.length === 0 || suites.includes(run.suite)) last.set(run.command, run);
  }
  return [...last.values()].flatMap(({ tables, command, at }) =>
    tables.map(({ title, rows }) => ({ title: titleOf(title, command, at), rows })),
  );
}

/** The last two kept runs of each command beside each other; a single run is shown alone. */
export function comparisons(suites: readonly string[]): Table[] {
  const runs = keptRuns().filter(({ suite }) => suites.length === 0 || suites.includes(suite));
  return [...new Set(runs.map(({ command }) => command))].map((command) => {
    const alike = runs.filter((run) => run.command === command);
    return comparison(alike.at(-1)!, alike.at(-2));
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
