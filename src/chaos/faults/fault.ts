/** What a fault is: what it does and how that is undone, how the host itself shows it, and what must be survived. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureName } from '../../ops/configuration/availability-keys.ts';
import type { EventKind } from '../../ops/configuration/event-kinds.ts';
import type { Lab, LabOptions } from '../lab/lab.ts';
import { monotonicMs } from '../monotonic.ts';

/** Where a fault strikes. */
export interface StrikeStage {
  readonly lab: Lab;
  /** The host of the replica that leads, and those of the others. */
  readonly leader: number;
  readonly followers: readonly number[];
}

export type FaultSeverity = 1 | 2 | 3 | 4 | 5;

export interface Fault {
  readonly name: string;
  readonly component: string;
  readonly failure: string;
  /** The effect on traders. */
  readonly effect: string;
  readonly mitigation: string;
  /** 1: nothing is noticed; 5: traders wait as long as it lasts. */
  readonly severity: FaultSeverity;
  /** Which rate of the configuration says how often it comes (`availability.failuresInTenYears`). */
  readonly rate: FailureName;
  /** The notice that hooks of the exchange get; undefined where there is nothing to be noticed. */
  readonly alarm?: EventKind;
  /** For so long it holds, at least. */
  readonly holdMs: number;
  /** So long instead in a scenario of its own: its alarm comes only then, or so long is what is measured. */
  readonly measuredHoldMs?: number;
  /** A replica has less than it had: until others gave that back, no other one may lose any. */
  readonly spoilsDisk?: boolean;
  /** It is not made together with others. */
  readonly isAlone?: boolean;
  /** What the lab must be like for it. */
  readonly lab?: LabOptions;
  /** Why this machine cannot show it. */
  readonly refusal?: () => string | undefined;
  strike(stage: StrikeStage): Promise<void>;
  /** What shows inside a host that it took effect; fails where it did not. */
  proof(stage: StrikeStage): Promise<string>;
  undo(stage: StrikeStage): Promise<void>;
}

/** A lab whose orders are acknowledged once a majority has them in memory. */
export const inMemory = { durability: 'memory' } as const;

/** However slow the machine is: some faults show only once a process has started. */
const proofMsMax = 120_000;
const proofPollMs = 25;

/** Polls what a host shows until it is as it should be; fails with what it showed last. */
export async function shows(what: string, look: () => Promise<string | undefined>): Promise<string> {
  for (const endMs = monotonicMs() + proofMsMax; monotonicMs() < endMs; await sleep(proofPollMs)) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`The fault did not take effect: ${what} was not seen.`);
}

/** What a command that must fail inside a host said. */
export async function fails(what: string, command: () => Promise<string>): Promise<string> {
  return shows(what, async () => {
    try {
      await command();
      return undefined;
    } catch (error) {
      return `${what}: ${(error as Error).message.split('\n').at(-1)}`;
    }
  });
}
