/** Some faults, made again and again on one exchange under load, and what each cost. */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventKind } from '../../ops/configuration/event-kinds.ts';
import { messageOf } from '../../ops/failure.ts';
import type { Fault, StrikeStage } from '../faults/fault.ts';
import type { Account, Gaps } from '../lab/agent-orders.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/lab-options.ts';
import type { LogLine, ProcessLog } from '../lab/process-log.ts';
import { monotonicMs } from '../monotonic.ts';
import { EndlessWait, until } from '../waits.ts';

const calmMs = 1_500;
/** Clients' answers after which they count as served again. */
const answersAfter = 10;

export interface FirstNotice {
  readonly kind: string;
  readonly afterMs: number;
}

/** One time. */
export interface StrikeFigures {
  readonly sdkGapMs: number;
  readonly httpGapMs: number;
  /** The longest time in which the clients' own process had no turn; results of before do not say it. */
  readonly clientsStoodMs?: number;
  /** The longest gap with the SDK, less the time in it in which that process had no turn. */
  readonly sdkNetGapMs?: number;
  /** The same until the undo began: without what that costs. */
  readonly sdkGapBeforeUndoMs?: number;
  readonly httpGapBeforeUndoMs?: number;
  readonly sdkNetGapBeforeUndoMs?: number;
  /** From the strike until the undo began; older results lack it. */
  readonly heldMs?: number;
  /** Until some process said the first word about it; null where none did. */
  readonly detectedMs: number | null;
  /** Until the alarm that is expected; null where it did not come, or none is. */
  readonly alarmMs: number | null;
  /** The first notice of each kind that hooks got until the exchange was whole again; older results lack them. */
  readonly notices?: readonly FirstNotice[];
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
  /** Starts the exchange. */
  readonly start?: (options: LabOptions) => Promise<Lab>;
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

/** All of the faults need the same lab. One that does not start, or is broken, is the reason at each that lacks it. */
export async function runPiece(
  faults: readonly Fault[],
  { repeats, progress = () => undefined, lab: options = {}, start = Lab.start }: PieceOptions,
): Promise<ScenarioPiece> {
  progress('starts');
  const scenarios = faults.map(({ name }): Scenario => ({ name, strikes: [], problems: [] }));
  let lab: Lab;
  try {
    lab = await start({ ...faults[0]?.lab, ...options });
  } catch (error) {
    progress(`has no exchange: ${messageOf(error)}`);
    for (const { problems } of scenarios) problems.push(`not made: no exchange starts: ${messageOf(error)}`);
    return { scenarios, problems: [], load: load() };
  }
  return judged(lab, scenarios, progress, async () => {
    for (const [n, fault] of faults.entries()) {
      const { name, alarm } = fault;
      const scenario = scenarios[n]!;
      const goesOn = await attempt(lab, scenario, progress, async () => {
        for (let time = 1; time <= repeats; time++) {
          progress(`${name}, ${time} of ${repeats}`);
          const figures = await strikeOnce(lab, [fault], asMeasured(fault));
          scenario.strikes.push(figures);
          // A notice that does not come was waited for long enough.
          if (alarm !== undefined && figures.alarmMs === null) break;
        }
      });
      scenario.problems.push(...alarmProblems(fault, scenario));
      if (!goesOn) {
        for (const { problems } of scenarios.slice(n + 1))
          problems.push(`not made: ${name} has left no exchange`);
        return false;
      }
    }
    return true;
  });
}

/** A notice that is expected and did not come. */
export function alarmProblems(
  { alarm }: Pick<Fault, 'alarm'>,
  { strikes }: Pick<Scenario, 'strikes'>,
): string[] {
  const isMissed = alarm !== undefined && strikes.some(({ alarmMs }) => alarmMs === null);
  return isMissed ? [`no hook got a notice of ${alarm}`] : [];
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

async function stageOf(lab: Lab, calmMs: number | null): Promise<Omit<StrikeStage, 'struck'>> {
  if (calmMs !== null) {
    await lab.whole();
    await lab.answered(answersAfter);
    await sleep(calmMs);
  }
  const { replicaId: leader, term } = await lab.leading();
  return { lab, leader, term, followers: replicaHosts.filter((host) => host !== leader) };
}

/**
 * Waits until what is about to be noticed is not noticed already. A replica that died with an open notice never ends
 * it: then the wait is over, too.
 */
async function noticesEnd(log: ProcessLog, kinds: readonly EventKind[]): Promise<void> {
  await comesTrue('notices end', () => !kinds.some((kind) => log.isOpen(kind)));
}

/** The last of the alarms that are expected; undefined where one does not come, or none is expected. */
async function alarmOf(
  { lab, term }: StrikeStage,
  fromMs: number,
  kinds: readonly EventKind[],
): Promise<LogLine | undefined> {
  // The number of such a notice is the term of the new leader: one of the leader of before may come late.
  const numberOf = (kind: EventKind): number => (kind === 'leaderChanged' ? term + 1 : 0);
  const found = (): LogLine[] =>
    kinds.flatMap((kind) => lab.log.noticeSince(fromMs, kind, numberOf(kind)) ?? []);
  if (!(await comesTrue('hooks are notified', () => found().length === kinds.length))) return undefined;
  return found().toSorted((a, b) => b.atMs - a.atMs)[0];
}

/** Whether it comes at all, however slow the machine is. */
async function comesTrue(what: string, isDone: () => boolean): Promise<boolean> {
  try {
    await until(what, isDone);
    return true;
  } catch (error) {
    if (error instanceof EndlessWait) return false;
    throw error;
  }
}

/** What shows that faults took effect, and the alarm that came meanwhile. */
interface HeldFaults {
  readonly proof: string;
  readonly alarmed: LogLine | undefined;
  /** Until the undo began. */
  readonly gaps: Gaps;
  readonly heldMs: number;
}

/** Makes faults, holds them, and undoes each, whatever became of the others. */
async function held(stage: StrikeStage, faults: readonly Fault[], holding: HoldPlan): Promise<HeldFaults> {
  const { fromMs, holdMs, alarms, shown } = holding;
  const struck: Fault[] = [];
  const proofs: string[] = [];
  const problems: unknown[] = [];
  let alarmed: LogLine | undefined;
  let gaps: Gaps | undefined;
  try {
    for (const fault of faults) {
      struck.unshift(fault);
      await fault.strike(stage);
      proofs.push(await fault.proof(stage));
    }
    shown();
    await sleep(Math.max(0, fromMs + holdMs - monotonicMs()));
    alarmed = await alarmOf(stage, fromMs, alarms);
    gaps = await stage.lab.gaps(fromMs);
  } catch (error) {
    problems.push(error);
  }
  const heldMs = monotonicMs() - fromMs;
  for (const fault of struck) {
    try {
      await fault.undo(stage);
    } catch (error) {
      problems.push(error);
    }
  }
  if (problems.length > 0) throw problems[0];
  return { proof: proofs.join('; '), alarmed, gaps: gaps!, heldMs };
}

interface HoldPlan extends Pick<StrikePace, 'holdMs' | 'alarms'> {
  readonly fromMs: number;
  /** Called once each fault has shown that it took effect. */
  readonly shown: () => void;
}

export async function strikeOnce(
  lab: Lab,
  faults: readonly Fault[],
  { calmMs, holdMs, alarms, isFollowedAtOnce = false }: StrikePace,
): Promise<StrikeFigures> {
  await noticesEnd(lab.log, alarms);
  const found = await stageOf(lab, calmMs);
  const fromMs = monotonicMs();
  let struckMs = fromMs;
  const struck = (): void => {
    struckMs = monotonicMs();
  };
  const stage = { ...found, struck };
  const mark = (what: string): void => lab.log.mark(`${nameOf(faults)}: ${what}`);
  mark(`strikes, replica ${stage.leader} leads`);
  // On a busy machine a notice takes longer, and once its fault is undone it might not come any more.
  const isNoticedAfterwards = faults.some((fault) => fault.isNoticedAfterwards === true);
  const shown = (): void => mark('is shown');
  const holding = { fromMs, holdMs, alarms: isNoticedAfterwards ? [] : alarms, shown };
  const { proof, alarmed: alarmedMeanwhile, gaps: before, heldMs } = await held(stage, faults, holding);
  const undoneMs = monotonicMs();
  mark('is undone');
  await lab.answered(answersAfter);
  if (!isFollowedAtOnce) await lab.whole();
  const wholeMs = isFollowedAtOnce ? null : Math.round(monotonicMs() - undoneMs);
  const { sdkMs, httpMs, sdkFromMs, httpFromMs, stoodMs, sdkNetMs } = await lab.gaps(fromMs);
  mark(
    `is over; the longest gap with the SDK was ${Math.round(sdkMs)} ms from ${Math.round(sdkFromMs - fromMs)} ms on, ` +
      `over HTTP ${Math.round(httpMs)} ms from ${Math.round(httpFromMs - fromMs)} ms on; ` +
      `until the undo began ${Math.round(before.sdkMs)} and ${Math.round(before.httpMs)} ms`,
  );
  const noticed = lab.log.noticedSince(
    struckMs,
    faults.map(({ sign }) => sign),
  );
  const alarmed = isNoticedAfterwards ? await alarmOf(stage, fromMs, alarms) : alarmedMeanwhile;
  return {
    sdkGapMs: Math.round(sdkMs),
    httpGapMs: Math.round(httpMs),
    clientsStoodMs: Math.round(stoodMs),
    sdkNetGapMs: Math.round(sdkNetMs),
    sdkGapBeforeUndoMs: Math.round(before.sdkMs),
    httpGapBeforeUndoMs: Math.round(before.httpMs),
    sdkNetGapBeforeUndoMs: Math.round(before.sdkNetMs),
    heldMs: Math.round(heldMs),
    detectedMs: noticed === undefined ? null : Math.round(noticed.atMs - struckMs),
    alarmMs: alarmed === undefined ? null : Math.round(alarmed.atMs - fromMs),
    notices: lab.log
      .firstNotices(fromMs)
      .map(({ kind, atMs }) => ({ kind, afterMs: Math.round(atMs - fromMs) })),
    wholeMs,
    proof,
  };
}

/** Refusals that say that something is wrong with an order, which nothing is. */
const neverRightly = [
  'wrongSignature',
  'unknownKey',
  'accountNotAllowed',
  'unknownAccount',
  'unknownInstrument',
  'clientOrderIdTaken',
  'invalidField',
];

export function problemsOf(account: Account): string[] {
  const { lost, doubled, refused, violations } = account;
  const { streamMissed, streamMissedFirst, streamDoubled, streamBook } = account;
  const wrongly = neverRightly.flatMap((code) =>
    refused[code] === undefined ? [] : [`${refused[code]} orders were rightly made and got ${code}`],
  );
  const problems = [
    lost > 0 && `${lost} acknowledged orders are lost`,
    doubled > 0 && `${doubled} orders ran twice`,
    ...wrongly,
    streamMissed > 0 &&
      `the reader of the stream missed fills of ${streamMissed} orders, first of ${streamMissedFirst}`,
    streamBook !== undefined && streamBook,
    streamDoubled > 0 && `the reader of the stream saw ${streamDoubled} fills twice`,
    ...violations.map(({ checker, what }) => `${checker}: ${what}`),
  ];
  return problems.filter((problem) => problem !== false);
}
