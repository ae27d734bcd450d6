/** One fault, made again and again on one exchange under load, and what it cost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Stage } from '../faults/fault.ts';
import type { Account } from '../lab/agent-orders.ts';
import { Lab, type LabOptions, replicaHosts } from '../lab/lab.ts';
import { monotonicMs } from '../monotonic.ts';

/** What the exchange saw of the fault before is forgotten. */
const calmMs = 1_500;
/** Clients' answers after which they count as served again. */
const answersAfter = 10;

/** One time. */
export interface Strike {
  readonly sdkGapMs: number;
  readonly httpGapMs: number;
  /** Until some process said the first word about it; null where none did. */
  readonly detectedMs: number | null;
  /** Until the alarm that is expected, after the fault began; null where it did not come, or none is. */
  readonly alarmMs: number | null;
  /** From the end of the fault until each replica could have failed again. */
  readonly wholeMs: number;
  readonly proof: string;
}

export interface Result extends Account {
  readonly scenario: string;
  readonly strikes: readonly Strike[];
  /** Why it has not passed; empty: it has. */
  readonly problems: readonly string[];
}

export interface RunOptions {
  readonly repeats: number;
  /** Called with each step, for a person who waits. */
  readonly progress?: (step: string) => void;
  readonly lab?: LabOptions;
}

export async function runScenario(
  fault: Fault,
  { repeats, progress = () => undefined, lab: options = {} }: RunOptions,
): Promise<Result> {
  const strikes: Strike[] = [];
  progress('starts');
  const lab = await Lab.start({ ...fault.lab, ...options });
  try {
    for (let n = 1; n <= repeats; n++) {
      progress(`${n} of ${repeats}`);
      strikes.push(await strikeOnce(lab, fault));
    }
    progress('is judged');
    const account = await lab.account();
    return { scenario: fault.name, ...account, strikes, problems: problemsOf(fault, account, strikes) };
  } finally {
    await lab.end();
  }
}

export async function stageOf(lab: Lab): Promise<Stage> {
  await lab.whole();
  await lab.answered(answersAfter);
  await sleep(calmMs);
  const leader = await lab.leader();
  return { lab, leader, followers: replicaHosts.filter((host) => host !== leader) };
}

export async function strikeOnce(lab: Lab, fault: Fault): Promise<Strike> {
  const stage = await stageOf(lab);
  const fromMs = monotonicMs();
  await fault.strike(stage);
  const proof = await fault.proof(stage);
  await sleep(Math.max(0, fromMs + fault.holdMs - monotonicMs()));
  await fault.undo(stage);
  const undoneMs = monotonicMs();
  await lab.answered(answersAfter);
  await lab.whole();
  const wholeMs = monotonicMs() - undoneMs;
  const { sdkMs, httpMs } = await lab.gaps(fromMs);
  const noticed = lab.log.noticedSince(fromMs);
  const { alarm } = fault;
  const alarmed = alarm && lab.log.firstSince(fromMs, ({ text }) => alarm.test(text));
  return {
    sdkGapMs: Math.round(sdkMs),
    httpGapMs: Math.round(httpMs),
    detectedMs: noticed === undefined ? null : Math.round(noticed.atMs - fromMs),
    alarmMs: alarmed === undefined ? null : Math.round(alarmed.atMs - fromMs),
    wholeMs: Math.round(wholeMs),
    proof,
  };
}

function problemsOf(fault: Fault, account: Account, strikes: readonly Strike[]): string[] {
  const problems = [
    account.lost > 0 && `${account.lost} acknowledged orders are lost`,
    account.doubled > 0 && `${account.doubled} orders ran twice`,
    account.streamMissed > 0 && `the reader of the stream missed fills of ${account.streamMissed} orders`,
    account.streamDoubled > 0 && `the reader of the stream saw ${account.streamDoubled} fills twice`,
    ...account.violations.map(({ checker, what }) => `${checker}: ${what}`),
    ...strikes.map(
      ({ alarmMs }, n) =>
        fault.alarm !== undefined && alarmMs === null && `no process said ${fault.alarm} (${n + 1})`,
    ),
  ];
  return problems.filter((problem) => problem !== false);
}
