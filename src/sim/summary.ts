/** What many runs come to, in one object that is the same for a single process and for a campaign. */
import type { RunResult } from './run.ts';

export interface Summary {
  seeds: number;
  virtualSeconds: number;
  commands: number;
  acknowledged: number;
  elections: number;
  /** How often each kind happened. */
  readonly faults: Record<string, number>;
  readonly violations: { readonly seed: number; readonly checker: string; readonly what: string }[];
  seconds: number;
}

export function emptySummary(): Summary {
  const counts = { seeds: 0, virtualSeconds: 0, commands: 0, acknowledged: 0, elections: 0 };
  return { ...counts, faults: {}, violations: [], seconds: 0 };
}

/** Adds one run. */
export function addRun(summary: Summary, result: RunResult): void {
  summary.seeds += 1;
  summary.virtualSeconds = roundTenths(summary.virtualSeconds + result.virtualSeconds);
  summary.commands += result.commands;
  summary.acknowledged += result.acknowledged;
  summary.elections += result.elections;
  for (const [kind, count] of Object.entries(result.faults))
    summary.faults[kind] = (summary.faults[kind] ?? 0) + count;
  for (const { checker, what } of result.violations)
    summary.violations.push({ seed: result.seed, checker, what });
}

export function roundTenths(value: number): number {
  return Math.round(value * 10) / 10;
}
