/** A replica calls the members where its log says, and no longer than it says so. */
import type { Report } from './violations.ts';

/** Within so many duty cycles, and this time, it goes by what its log says now. */
const cyclesMax = 20;
const lateUsMax = 20_000;

interface Late {
  readonly sinceUs: number;
  cycles: number;
}

/** Watches by which configuration each replica calls the members. */
export class RostersChecker {
  readonly #report: Report;
  readonly #late = new Map<number, Late>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A duty cycle of a replica has ended; whether it goes by the configuration in force. */
  cycled(replicaId: number, isCurrent: boolean, nowUs: number): void {
    if (isCurrent) {
      this.#late.delete(replicaId);
      return;
    }
    const late = this.#late.get(replicaId) ?? { sinceUs: nowUs, cycles: 0 };
    this.#late.set(replicaId, late);
    late.cycles += 1;
    if (late.cycles <= cyclesMax || nowUs - late.sinceUs <= lateUsMax) return;
    this.#late.delete(replicaId);
    this.#report(
      'rosters',
      `replica ${replicaId} calls the members by a configuration that is not in force any more`,
    );
  }
}
