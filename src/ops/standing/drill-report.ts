/** What a drill has shown: kept in the data folder, compared with the objectives, and overdue where none succeeds. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderMode } from '../../io/disk/private-files.ts';
import { msPerDay } from '../../std/units.ts';
import type { DrillKind, ObjectivesSettings } from '../configuration/objectives-keys.ts';
import { Failure, messageOf, orWords } from '../failure.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../processes/process-identity.ts';
import { writeText } from '../supervisor/cluster-folder.ts';
import { loadStandingFile } from './standing-files.ts';

/** Where a state was compared. */
export interface DrillHash {
  readonly place: string;
  readonly seq: number;
  readonly stateHash: string;
}

export interface DrillReport {
  readonly kind: DrillKind;
  readonly startedMs: number;
  /** Everything came about, and the states that must be equal are. */
  readonly ok: boolean;
  /** Why not; empty where it did. */
  readonly failed: string;
  /** What was done, and when it was through, in milliseconds since the beginning. */
  readonly steps: readonly { readonly step: string; readonly ms: number }[];
  /** Until something was acknowledged again. */
  readonly rtoMs?: number;
  /** What was lost: commands, and the time between the last one that was kept and the last one there was. */
  readonly rpoSeqs?: number;
  readonly rpoMs?: number;
  readonly hashes: readonly DrillHash[];
  readonly objectives: Pick<ObjectivesSettings, 'rtoSeconds' | 'rpoMilliseconds'>;
  /** Objectives that were missed, a sentence each. */
  readonly missed: readonly string[];
  /** What runs it; absent once it came to its end. */
  readonly by?: ProcessIdentity;
}

/** It is under way: one that was killed leaves what it had done. */
export function isUnderWay({ by }: Pick<DrillReport, 'by'>): boolean {
  return by !== undefined && isRunning(by);
}

export type DrillResult = Pick<DrillReport, 'rtoMs' | 'rpoSeqs' | 'rpoMs'> & {
  readonly hashes: readonly DrillHash[];
};

const reportsKept = 1_000;

/** Notes the steps of a drill as it goes. */
export class DrillSteps {
  readonly startedMs = Date.now();
  readonly steps: { step: string; ms: number }[] = [];
  /** Called behind each step. */
  onStep: () => void = () => undefined;
  readonly #fromMs = performance.now();
  readonly #said: (line: string) => void;

  constructor(said: (line: string) => void) {
    this.#said = said;
  }

  get ms(): number {
    return Math.round(performance.now() - this.#fromMs);
  }

  /** A step is through; returns when, in milliseconds since the beginning. */
  done(step: string): number {
    const { ms } = this;
    this.steps.push({ step, ms });
    this.#said(`${String(ms).padStart(7)} ms  ${step}`);
    this.onStep();
    return ms;
  }
}

const endedInTheMiddle = 'It was ended before it was through: "steps" of the report says how far it came.';

/** Runs a drill and keeps its report, whatever comes of it: from its beginning on, with each step. */
export async function runDrill(
  kind: DrillKind,
  folder: string,
  objectives: ObjectivesSettings,
  { steps, act }: { readonly steps: DrillSteps; act(): Promise<DrillResult> },
): Promise<DrillReport> {
  let result: DrillResult = { hashes: [] };
  let failed = '';
  const { rtoSeconds, rpoMilliseconds } = objectives;
  const about = { kind, startedMs: steps.startedMs, objectives: { rtoSeconds, rpoMilliseconds } };
  const unfinished = (): void =>
    saveReport(folder, {
      ...{ ...about, ...result, ok: false, failed: endedInTheMiddle, steps: steps.steps, missed: [] },
      by: ownIdentity(),
    });
  unfinished();
  steps.onStep = () => void orWords(unfinished);
  try {
    result = await act();
    failed = differenceIn(result.hashes);
  } catch (error) {
    failed = messageOf(error);
  }
  const report: DrillReport = {
    ...{ ...about, ok: failed === '', failed, steps: steps.steps, ...result },
    missed: missedBy(result, objectives),
  };
  saveReport(folder, report);
  return report;
}

/** All that were compared must be the same state. */
function differenceIn(hashes: readonly DrillHash[]): string {
  const [first] = hashes;
  const other = hashes.find(({ seq, stateHash }) => seq !== first?.seq || stateHash !== first.stateHash);
  if (first === undefined || other === undefined) return '';
  const text = ({ place, seq, stateHash }: DrillHash): string => `${place} has ${stateHash} at seq ${seq}`;
  return `The states differ: ${text(first)}, ${text(other)}.`;
}

function missedBy(
  { rtoMs, rpoMs }: Pick<DrillReport, 'rtoMs' | 'rpoMs'>,
  { rtoSeconds, rpoMilliseconds }: Pick<ObjectivesSettings, 'rtoSeconds' | 'rpoMilliseconds'>,
): string[] {
  const missed: string[] = [];
  if (rtoMs !== undefined && rtoSeconds !== undefined && rtoMs > rtoSeconds * 1_000)
    missed.push(
      `It took ${rtoMs} ms, and the objective is ${rtoSeconds * 1_000} ms (objectives.rtoSeconds).`,
    );
  if (rpoMs !== undefined && rpoMilliseconds !== undefined && rpoMs > rpoMilliseconds)
    missed.push(
      `${rpoMs} ms were lost, and the objective is ${rpoMilliseconds} ms (objectives.rpoMilliseconds).`,
    );
  return missed;
}

function folderOf(dataFolder: string): string {
  return join(dataFolder, 'drills');
}

function saveReport(dataFolder: string, report: DrillReport): void {
  const folder = folderOf(dataFolder);
  const name = `${new Date(report.startedMs).toISOString().replaceAll(':', '-')}-${report.kind}.json`;
  try {
    mkdirSync(folder, { recursive: true, mode: folderMode });
    writeText(join(folder, name), `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (error) {
    throw new Failure(`The report of the drill cannot be kept in ${folder}: ${messageOf(error)}.`);
  }
}

/** The reports that are kept, the oldest first, and of each that is spoiled a sentence. */
export function loadReports(dataFolder: string): {
  readonly reports: readonly DrillReport[];
  readonly spoiled: readonly string[];
} {
  const folder = folderOf(dataFolder);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const reports: DrillReport[] = [];
  const spoiled: string[] = [];
  for (const name of names.toSorted().slice(-reportsKept)) {
    const report = orWords(() => loadStandingFile(join(folder, name), 'drill') as DrillReport | undefined);
    if (typeof report === 'string') spoiled.push(report);
    else if (report !== undefined) reports.push(report);
  }
  return { reports, spoiled };
}

/** The drills that the configuration asks for and that are overdue, a sentence each. */
export function overdueDrills(dataFolder: string, objectives: ObjectivesSettings, nowMs: number): string[] {
  const { drills, drillDays } = objectives;
  if (drills.length === 0) return [];
  const { reports, spoiled } = loadReports(dataFolder);
  const overdue = drills.flatMap((kind) => {
    const last = reports.findLast(
      (report) => report.kind === kind && report.ok && report.missed.length === 0,
    );
    if (last !== undefined && nowMs - last.startedMs <= drillDays * msPerDay) return [];
    const when = last === undefined ? 'never here' : `last at ${new Date(last.startedMs).toISOString()}`;
    return [
      `The drill "${kind}" has succeeded ${when}; it is to every ${drillDays} days. Run it: "lockstep drill ${kind}".`,
    ];
  });
  return [...overdue, ...spoiled];
}
