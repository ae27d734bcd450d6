/** Some faults, made again and again on one exchange under load, and what each cost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../ops/failure.ts';
import type { Fault, StrikeStage } from '../faults/fault.ts';
import type { Account } from '../lab/agent-orders.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import { Lab, type LabOptions } from '../lab/lab.ts';
import type { LogLine } from '../lab/process-log.ts';
import { monotonicMs } from '../monotonic.ts';

/** What the exchange saw of the fault before is forgotten. */
const calmMs = 1_500;
/** Clients' answers after which they count as served again. */
const answersAfter = 10;
/** A notice that has not come so long after the exchange is whole again does not come. */
const alarmMsMax = 10_000;
const alarmPollMs = 50;

/** One time. */
export interface StrikeFigures {
  readonly sdkGapMs: number;
  readonly httpGapMs: number;
  /** Until some process said the first word about it; null where none did. */
  readonly detectedMs: number | null;
  /** Until the alarm that is expected; null where it did not come, or none is. */
  readonly alarmMs: number | null;
  /** From the end of the fault until each replica could have failed again. */
  readonly wholeMs: number;
  readonly proof: string;
}

export interface Scenario {
  readonly name: string;
  readonly strikes: readonly StrikeFigures[];
  /** Why it has not passed; empty: it has. */
  readonly problems: readonly string[];
}

/** Scenarios that share an exchange, and so an account. */
export interface ScenarioPiece {
  readonly scenarios: readonly Scenario[];
  /** Undefined where the exchange could not be asked any more. */
  readonly account?: Account;
  readonly problems: readonly string[];
}

export interface PieceOptions {
  readonly repeats: number;
  /** Called with each step, for a person who waits. */
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

export function hasPassed({ scenarios, problems }: ScenarioPiece): boolean {
  return problems.length === 0 && scenarios.every((scenario) => scenario.problems.length === 0);
}

/** All of the faults need the same lab. */
export async function runPiece(
  faults: readonly Fault[],
  { repeats, progress = () => undefined, lab: options = {} }: PieceOptions,
): Promise<ScenarioPiece> {
  progress('starts');
  const lab = await Lab.start({ ...faults[0]?.lab, ...options });
  const scenarios: Scenario[] = [];
  return judged(lab, scenarios, progress, async () => {
    for (const fault of faults) {
      const strikes: StrikeFigures[] = [];
      const problems: string[] = [];
      scenarios.push({ name: fault.name, strikes, problems });
      try {
        for (let n = 1; n <= repeats; n++) {
          progress(`${fault.name}, ${n} of ${repeats}`);
          strikes.push(await strikeOnce(lab, fault));
        }
      } catch (error) {
        problems.push(messageOf(error));
        progress(`${fault.name} has failed: ${messageOf(error)}`);
        // What the next one needs; without it nothing more can be shown.
        try {
          await lab.whole();
        } catch {
          return false;
        }
      }
      if (fault.alarm !== undefined && strikes.some(({ alarmMs }) => alarmMs === null))
        problems.push(`no hook got a notice of ${fault.alarm}`);
    }
    return true;
  });
}

/** Strikes, judges the exchange, and ends the lab. `strikeAll` says whether the exchange can still be asked. */
export async function judged(
  lab: Lab,
  scenarios: readonly Scenario[],
  progress: (step: string) => void,
  strikeAll: () => Promise<boolean>,
): Promise<ScenarioPiece> {
  try {
    if (!(await strikeAll())) return { scenarios, problems: [] };
    progress('is judged');
    const account = await lab.account();
    return { scenarios, account, problems: problemsOf(account) };
  } catch (error) {
    return { scenarios, problems: [messageOf(error)] };
  } finally {
    await lab.end();
  }
}

async function stageOf(lab: Lab): Promise<StrikeStage> {
  await lab.whole();
  await lab.answered(answersAfter);
  await sleep(calmMs);
  const leader = await lab.leader();
  return { lab, leader, followers: replicaHosts.filter((host) => host !== leader) };
}

/** The last of the alarms that are expected; undefined where one did not come, or none is. */
async function alarmOf(lab: Lab, fromMs: number, faults: readonly Fault[]): Promise<LogLine | undefined> {
  const kinds = faults.flatMap(({ alarm }) => alarm ?? []);
  const found = (): LogLine[] => kinds.flatMap((kind) => lab.log.noticeSince(fromMs, kind) ?? []);
  for (const endMs = monotonicMs() + alarmMsMax; found().length < kinds.length && monotonicMs() < endMs; )
    await sleep(alarmPollMs);
  const alarms = found();
  if (alarms.length < kinds.length) return undefined;
  return alarms.toSorted((a, b) => b.atMs - a.atMs)[0];
}

export async function strikeOnce(lab: Lab, ...faults: readonly Fault[]): Promise<StrikeFigures> {
  const stage = await stageOf(lab);
  const fromMs = monotonicMs();
  const names = faults.map(({ name }) => name).join(' + ');
  const mark = (what: string): void => lab.log.mark(`${names}: ${what}`);
  mark(`strikes, replica ${stage.leader} leads`);
  const struck: Fault[] = [];
  const proofs: string[] = [];
  try {
    for (const fault of faults) {
      struck.unshift(fault);
      await fault.strike(stage);
      proofs.push(await fault.proof(stage));
    }
    mark('is shown');
    const holdMs = Math.max(...faults.map((fault) => fault.holdMs));
    await sleep(Math.max(0, fromMs + holdMs - monotonicMs()));
  } finally {
    for (const fault of struck) await fault.undo(stage);
  }
  const undoneMs = monotonicMs();
  mark('is undone');
  await lab.answered(answersAfter);
  await lab.whole();
  const wholeMs = monotonicMs() - undoneMs;
  const { sdkMs, httpMs, sdkFromMs, httpFromMs } = await lab.gaps(fromMs);
  mark(
    `is over; the longest gap with the SDK was ${Math.round(sdkMs)} ms from ${Math.round(sdkFromMs - fromMs)} ms on, ` +
      `over HTTP ${Math.round(httpMs)} ms from ${Math.round(httpFromMs - fromMs)} ms on`,
  );
  const noticed = lab.log.noticedSince(fromMs);
  const alarmed = await alarmOf(lab, fromMs, faults);
  return {
    sdkGapMs: Math.round(sdkMs),
    httpGapMs: Math.round(httpMs),
    detectedMs: noticed === undefined ? null : Math.round(noticed.atMs - fromMs),
    alarmMs: alarmed === undefined ? null : Math.round(alarmed.atMs - fromMs),
    wholeMs: Math.round(wholeMs),
    proof: proofs.join('; '),
  };
}

export function problemsOf(account: Account): string[] {
  const { lost, doubled, refused, streamMissed, streamDoubled, violations } = account;
  const { wrongSignature = 0 } = refused;
  const problems = [
    lost > 0 && `${lost} acknowledged orders are lost`,
    doubled > 0 && `${doubled} orders ran twice`,
    wrongSignature > 0 && `${wrongSignature} orders were signed rightly and got wrongSignature`,
    streamMissed > 0 && `the reader of the stream missed fills of ${streamMissed} orders`,
    streamDoubled > 0 && `the reader of the stream saw ${streamDoubled} fills twice`,
    ...violations.map(({ checker, what }) => `${checker}: ${what}`),
  ];
  return problems.filter((problem) => problem !== false);
}
