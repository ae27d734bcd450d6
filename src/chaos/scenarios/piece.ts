/** Some faults, made again and again on one exchange under load, and what each cost. */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventKind } from '../../ops/configuration/event-kinds.ts';
import { messageOf } from '../../ops/failure.ts';
import type { Fault, StrikeStage } from '../faults/fault.ts';
import type { Account } from '../lab/agent-orders.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import { Lab, type LabOptions } from '../lab/lab.ts';
import type { LogLine, ProcessLog } from '../lab/process-log.ts';
import { monotonicMs } from '../monotonic.ts';

const calmMs = 1_500;
/** Clients' answers after which they count as served again. */
const answersAfter = 10;
/** A notice that has not come so long after the exchange is whole again does not come. */
const alarmMsMax = 10_000;
const alarmPollMs = 50;
/** What is over holds so long, about, before it is said. */
const noticeEndsMsMax = 40_000;

/** One time. */
export interface StrikeFigures {
  readonly sdkGapMs: number;
  readonly httpGapMs: number;
  /** The longest time in which the clients' own process had no turn; results of before do not say it. */
  readonly clientsStoodMs?: number;
  /** The longest gap with the SDK, less the time in it in which that process had no turn. */
  readonly sdkNetGapMs?: number;
  /** Until some process said the first word about it; null where none did. */
  readonly detectedMs: number | null;
  /** Until the alarm that is expected; null where it did not come, or none is. */
  readonly alarmMs: number | null;
  /** From the end of the fault until each replica could have failed again; null where the next one came before. */
  readonly wholeMs: number | null;
  readonly proof: string;
}

export interface Scenario {
  readonly name: string;
  readonly strikes: StrikeFigures[];
  /** Why it has not passed; empty: it has. */
  readonly problems: string[];
}

/** Scenarios that share an exchange, and so an account. */
export interface ScenarioPiece {
  readonly scenarios: readonly Scenario[];
  /** Undefined where the exchange could not be asked any more. */
  readonly account?: Account;
  readonly problems: readonly string[];
  /** Processes that wanted a processor of the machine, on average of its last minute; older results lack it. */
  readonly load?: number;
}

export interface PieceOptions {
  readonly repeats: number;
  /** Called with each step, for a person who waits. */
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

const together = ' + ';

/** Of faults that are made at once. */
export function nameOf(faults: readonly Fault[]): string {
  return faults.map(({ name }) => name).join(together);
}

/** Each of those that are made at once counts. */
export function faultsMade(scenarios: readonly Scenario[]): number {
  return scenarios.reduce((sum, { name, strikes }) => sum + strikes.length * name.split(together).length, 0);
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
      const { name, alarm } = fault;
      const scenario: Scenario = { name, strikes: [], problems: [] };
      scenarios.push(scenario);
      const goesOn = await attempt(lab, scenario, progress, async () => {
        for (let n = 1; n <= repeats; n++) {
          progress(`${name}, ${n} of ${repeats}`);
          scenario.strikes.push(await strikeOnce(lab, [fault], asMeasured(fault)));
        }
      });
      if (!goesOn) return false;
      if (alarm !== undefined && scenario.strikes.some(({ alarmMs }) => alarmMs === null))
        scenario.problems.push(`no hook got a notice of ${alarm}`);
    }
    return true;
  });
}

/** Makes a scenario and notes why it has not passed. False where nothing more can be shown: it has left no exchange. */
export async function attempt(
  lab: Pick<Lab, 'whole'>,
  { name, problems }: Scenario,
  progress: (step: string) => void,
  strike: () => Promise<void>,
): Promise<boolean> {
  try {
    await strike();
    return true;
  } catch (error) {
    problems.push(messageOf(error));
    progress(`${name} has failed: ${messageOf(error)}`);
  }
  try {
    await lab.whole();
    return true;
  } catch {
    return false;
  }
}

/** Strikes, judges the exchange, and ends the lab. `strikeAll` says whether the exchange can still be asked. */
export async function judged(
  lab: Lab,
  scenarios: readonly Scenario[],
  progress: (step: string) => void,
  strikeAll: () => Promise<boolean>,
): Promise<ScenarioPiece> {
  try {
    if (!(await strikeAll())) return { scenarios, problems: [], load: load() };
    progress('is judged');
    const account = await lab.account();
    return { scenarios, account, problems: problemsOf(account), load: load() };
  } catch (error) {
    return { scenarios, problems: [messageOf(error)], load: load() };
  } finally {
    await lab.end();
  }
}

function load(): number {
  return Math.round(loadavg()[0]! * 10) / 10;
}

/** How faults are made. */
export interface StrikePace {
  /** So long before them the exchange is whole; null: they strike as soon as some replica leads. */
  readonly calmMs: number | null;
  readonly holdMs: number;
  /** The next faults strike while the exchange recovers from these. */
  readonly isFollowedAtOnce?: boolean;
  /** Notices that are waited for. */
  readonly alarms: readonly EventKind[];
}

/** What the exchange saw of the faults before is forgotten, so that its numbers, and its notice, are its own. */
function asMeasured({ holdMs, measuredHoldMs = holdMs, alarm }: Fault): StrikePace {
  return { calmMs, holdMs: measuredHoldMs, alarms: alarm === undefined ? [] : [alarm] };
}

async function stageOf(lab: Lab, calmMs: number | null): Promise<StrikeStage> {
  if (calmMs !== null) {
    await lab.whole();
    await lab.answered(answersAfter);
    await sleep(calmMs);
  }
  const leader = await lab.leader();
  return { lab, leader, followers: replicaHosts.filter((host) => host !== leader) };
}

/**
 * Waits until what is about to be noticed is not noticed already. A replica that died with an open notice never ends
 * it: then the wait is over, too.
 */
async function noticesEnd(log: ProcessLog, kinds: readonly EventKind[]): Promise<void> {
  const endMs = monotonicMs() + noticeEndsMsMax;
  while (kinds.some((kind) => log.isOpen(kind)) && monotonicMs() < endMs) await sleep(alarmPollMs);
}

/** The last of the alarms that are expected; undefined where one did not come, or none is. */
async function alarmOf(lab: Lab, fromMs: number, kinds: readonly EventKind[]): Promise<LogLine | undefined> {
  const found = (): LogLine[] => kinds.flatMap((kind) => lab.log.noticeSince(fromMs, kind) ?? []);
  for (const endMs = monotonicMs() + alarmMsMax; found().length < kinds.length && monotonicMs() < endMs; )
    await sleep(alarmPollMs);
  const alarms = found();
  if (alarms.length < kinds.length) return undefined;
  return alarms.toSorted((a, b) => b.atMs - a.atMs)[0];
}

export async function strikeOnce(
  lab: Lab,
  faults: readonly Fault[],
  { calmMs, holdMs, alarms, isFollowedAtOnce = false }: StrikePace,
): Promise<StrikeFigures> {
  await noticesEnd(lab.log, alarms);
  const stage = await stageOf(lab, calmMs);
  const fromMs = monotonicMs();
  const mark = (what: string): void => lab.log.mark(`${nameOf(faults)}: ${what}`);
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
    await sleep(Math.max(0, fromMs + holdMs - monotonicMs()));
  } finally {
    for (const fault of struck) await fault.undo(stage);
  }
  const undoneMs = monotonicMs();
  mark('is undone');
  await lab.answered(answersAfter);
  if (!isFollowedAtOnce) await lab.whole();
  const wholeMs = isFollowedAtOnce ? null : Math.round(monotonicMs() - undoneMs);
  const { sdkMs, httpMs, sdkFromMs, httpFromMs, stoodMs, sdkNetMs } = await lab.gaps(fromMs);
  mark(
    `is over; the longest gap with the SDK was ${Math.round(sdkMs)} ms from ${Math.round(sdkFromMs - fromMs)} ms on, ` +
      `over HTTP ${Math.round(httpMs)} ms from ${Math.round(httpFromMs - fromMs)} ms on`,
  );
  const noticed = lab.log.noticedSince(fromMs);
  const alarmed = await alarmOf(lab, fromMs, alarms);
  return {
    sdkGapMs: Math.round(sdkMs),
    httpGapMs: Math.round(httpMs),
    clientsStoodMs: Math.round(stoodMs),
    sdkNetGapMs: Math.round(sdkNetMs),
    detectedMs: noticed === undefined ? null : Math.round(noticed.atMs - fromMs),
    alarmMs: alarmed === undefined ? null : Math.round(alarmed.atMs - fromMs),
    wholeMs,
    proof: proofs.join('; '),
  };
}

export function problemsOf(account: Account): string[] {
  const { lost, doubled, refused, streamMissed, streamMissedFirst, streamDoubled, violations } = account;
  const { wrongSignature = 0 } = refused;
  const problems = [
    lost > 0 && `${lost} acknowledged orders are lost`,
    doubled > 0 && `${doubled} orders ran twice`,
    wrongSignature > 0 && `${wrongSignature} orders were signed rightly and got wrongSignature`,
    streamMissed > 0 &&
      `the reader of the stream missed fills of ${streamMissed} orders, first of ${streamMissedFirst}`,
    streamDoubled > 0 && `the reader of the stream saw ${streamDoubled} fills twice`,
    ...violations.map(({ checker, what }) => `${checker}: ${what}`),
  ];
  return problems.filter((problem) => problem !== false);
}
