/** What many runs come to, in one object that is the same for a single process and for a campaign. */
import type { RunResult } from './run.ts';

export interface SimulationSummary {
  seeds: number;
  virtualSeconds: number;
  commands: number;
  acknowledged: number;
  elections: number;
  /** How often each kind happened. */
  readonly faults: Record<string, number>;
  /** How often each of the staged cases was played. */
  readonly staged: Record<string, number>;
  readonly violations: { readonly seed: number; readonly checker: string; readonly what: string }[];
  seconds: number;
}

export function emptySummary(): SimulationSummary {
  const counts = { seeds: 0, virtualSeconds: 0, commands: 0, acknowledged: 0, elections: 0 };
  return { ...counts, faults: {}, staged: {}, violations: [], seconds: 0 };
}

/** Adds one run. */
export function addRun(summary: SimulationSummary, result: RunResult): void {
  summary.seeds += 1;
  summary.virtualSeconds = roundTenths(summary.virtualSeconds + result.virtualSeconds);
  summary.commands += result.commands;
  summary.acknowledged += result.acknowledged;
  summary.elections += result.elections;
  addCounts(summary.faults, result.faults);
  addCounts(summary.staged, result.staged);
  for (const { checker, what } of result.violations)
    summary.violations.push({ seed: result.seed, checker, what });
}

function addCounts(to: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [kind, count] of Object.entries(counts)) to[kind] = (to[kind] ?? 0) + count;
}

export function roundTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
