/**
 * Commands that end the process of each replica that applies them, or of one alone: by an exception, by a signal that
 * shows no cause, or by a hang that the watchdog ends.
 */
import { noteHang, pageIn } from '../../replica/mark/apply-mark.ts';
import type { MachineDisk } from './machine-disk.ts';

export const poisonDeaths = ['exception', 'signal', 'hang'] as const;
export type PoisonDeath = (typeof poisonDeaths)[number];

export interface SimulatedPoison {
  readonly seq: number;
  /** Whose engines do not survive it. */
  readonly victims: ReadonlySet<number>;
  readonly death: PoisonDeath;
}

/** A process has died on a command: as foreseen, but not by itself. */
export class Poisoned extends Error {
  readonly poison: SimulatedPoison;

  constructor(poison: SimulatedPoison) {
    super(`the engine does not survive command ${poison.seq}`);
    this.poison = poison;
  }
}

/** Leaves in the folder what the way of the death leaves there. */
export function leaveMark({ death }: SimulatedPoison, disk: MachineDisk): void {
  const page = pageIn(disk);
  if (death === 'hang') noteHang(page, true);
  // The exception by which it is played was noted; a signal gives no time for that.
  if (death === 'signal') noteHang(page, false);
}
