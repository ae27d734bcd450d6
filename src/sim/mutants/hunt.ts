/**
 * The hunt for one mutant: runs the simulator over batches of seeds until one of the expected checkers reports, or
 * nothing is left. It is the simulator of `npm run sim`, in a process of its own.
 */
import { spawn } from 'node:child_process';
import type { ProfileName } from '../faults/profiles.ts';

/** Batches are as long as all before, from one seed up to the largest: most mutants show in the first seeds. */
const batchSeedsMax = 48;
/** A batch that takes longer, for each of its seeds, has one that does not end. */
const seedMsMax = 120_000;

/** What happened to the simulator itself, as a checker of its own. */
const simulatorChecker = 'simulator';

export interface Prey {
  /** Reports of these checkers end the hunt; empty: of any. */
  readonly expected: readonly string[];
  readonly profile?: ProfileName | undefined;
  readonly batches: readonly SeedBatch[];
}

/** Seeds that one process runs, one after the other. */
export interface SeedBatch {
  readonly from: number;
  readonly count: number;
}

export interface HuntFinding {
  /** The first seed in which an expected checker reported; 0 when none did. */
  readonly seed: number;
  /** Seeds that were run. */
  readonly seeds: number;
  /** Checkers that reported, those of most seeds first. */
  readonly checkers: readonly string[];
  /** The first report of an expected checker, or else of any. */
  readonly example: string;
  readonly seconds: number;
}

interface SeedReport {
  readonly seed: number;
  readonly checker: string;
  readonly what: string;
}

/** Runs the simulator in `folder`, which holds a copy of the project. */
export async function hunt(folder: string, prey: Prey): Promise<HuntFinding> {
  const startedMs = performance.now();
  const reports: SeedReport[] = [];
  const isExpected = ({ checker }: SeedReport): boolean =>
    prey.expected.length === 0 || prey.expected.includes(checker);
  let seeds = 0;
  for (const batch of prey.batches) {
    reports.push(...(await runSeeds(folder, batch, prey.profile)));
    seeds += batch.count;
    if (reports.some(isExpected)) break;
  }
  const first = reports.find(isExpected);
  return {
    seed: first?.seed ?? 0,
    seeds,
    checkers: byFrequency(reports),
    example: (first ?? reports[0])?.what ?? '',
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
}

/** Growing batches from 1 up to `seedsMax`, and the known seed before them. */
export function batchesUpTo(seedsMax: number, knownSeed?: number): SeedBatch[] {
  const batches: SeedBatch[] = knownSeed === undefined ? [] : [{ from: knownSeed, count: 1 }];
  for (let seeds = 0; seeds < seedsMax; ) {
    const count = Math.min(Math.max(seeds, 1), batchSeedsMax, seedsMax - seeds);
    batches.push({ from: seeds + 1, count });
    seeds += count;
  }
  return batches;
}

/** These seeds and no others, neighbours together. */
export function batchesOf(seeds: Iterable<number>): SeedBatch[] {
  const batches: SeedBatch[] = [];
  for (const seed of [...new Set(seeds)].sort((a, b) => a - b)) {
    const last = batches.at(-1);
    if (last !== undefined && last.from + last.count === seed) {
      batches[batches.length - 1] = { from: last.from, count: last.count + 1 };
    } else batches.push({ from: seed, count: 1 });
  }
  return batches;
}

/** Checkers by the number of seeds in which they reported. */
function byFrequency(reports: readonly SeedReport[]): string[] {
  const seedsOf = new Map<string, Set<number>>();
  for (const { checker, seed } of reports) {
    seedsOf.set(checker, (seedsOf.get(checker) ?? new Set()).add(seed));
  }
  const entries = [...seedsOf].sort(([, a], [, b]) => b.size - a.size);
  return entries.map(([checker]) => checker);
}

function runSeeds(folder: string, { from, count }: SeedBatch, profile?: ProfileName): Promise<SeedReport[]> {
  const program = ['src/sim/main.ts', '--json', '--from', String(from), '--seeds', String(count)];
  if (profile !== undefined) program.push('--profile', profile);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    let isOverdue = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const deadline = setTimeout(() => {
      isOverdue = true;
      child.kill('SIGKILL');
    }, seedMsMax * count);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.on('error', reject);
    child.on('close', () => {
      process.off('exit', kill);
      clearTimeout(deadline);
      const reports = isOverdue ? undefined : readReports(output);
      const why = isOverdue ? `a run of ${count} seeds does not end` : errorLine(complaint);
      resolve(reports ?? [{ seed: from, checker: simulatorChecker, what: why }]);
    });
  });
}

/** The violations in the simulator's last line; undefined when it died before it wrote one. */
function readReports(output: string): SeedReport[] | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return undefined;
  return (JSON.parse(line) as { readonly violations: SeedReport[] }).violations;
}

function errorLine(complaint: string): string {
  return (
    complaint.split('\n').find((line) => /Error/.test(line)) ?? 'it ended without a word about its seeds'
  );
}
