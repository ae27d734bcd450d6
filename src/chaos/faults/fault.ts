/** What a fault is: what it does and how that is undone, how the host itself shows it, and what must be survived. */
import type { FailureName } from '../../ops/configuration/availability-keys.ts';
import type { EventKind } from '../../ops/configuration/event-kinds.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabOptions } from '../lab/lab-options.ts';
import { EndlessWait, until } from '../waits.ts';

/** Where a fault strikes. */
export interface StrikeStage {
  readonly lab: Lab;
  /** The host of the replica that leads, and those of the others. */
  readonly leader: number;
  readonly followers: readonly number[];
  /** In which it leads. */
  readonly term: number;
  /** The fault begins now: until here it was prepared, and what is said of that is no notice of it. */
  readonly struck: () => void;
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
  /** The notice that hooks of the exchange get. */
  readonly alarm?: EventKind;
  /** Without an alarm: why hooks get none. */
  readonly unalarmed?: string;
  /** What a process says that has noticed it, where the lab itself gives others a reason to warn. */
  readonly sign?: RegExp;
  /** No replica could send that notice before it is undone. */
  readonly isNoticedAfterwards?: boolean;
  /** For so long it holds, at least; in a scenario of its own until its notice has come, too. */
  readonly holdMs: number;
  /** So long instead in a scenario of its own: its alarm comes only then, or so long is what is measured. */
  readonly measuredHoldMs?: number;
  /** A replica has less than it had: until others gave that back, no other one may lose any. */
  readonly spoilsDisk?: boolean;
  /** The log does not reach back to the beginning any more: the checkers cannot judge an exchange that had it. */
  readonly cutsLog?: boolean;
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

/** Why hooks hear nothing of it. */
export const orderedBySomeone = 'An operator orders it, and sees its end.';
export const overAtOnce = 'It is over before anyone could act.';
/** `memberRecovering` counts after 5 s. */
export const soonMended = 'A recovery counts once it takes 5 s, and this one seldom does.';

/** A lab whose orders are acknowledged once a majority has them in memory. */
export const inMemory = { durability: 'memory' } as const;

/** Polls what a host shows until it is as it should be: some faults show only once a process has started. */
export async function shows(what: string, look: () => Promise<string | undefined>): Promise<string> {
  let seen: string | undefined;
  try {
    await until(what, async () => {
      seen = await look();
      return seen !== undefined;
    });
  } catch (error) {
    if (!(error instanceof EndlessWait)) throw error;
    throw new Error(`The fault did not take effect: ${what} was not seen.`);
  }
  return seen!;
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
