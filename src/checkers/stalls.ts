/** A leader that gets nothing committed takes no orders: callers are refused, in place of waiting without an end. */
import type { Report } from './violations.ts';

/** In election time-outs: after three it stops, and what it does once in a while may come late. */
const patienceTimeouts = 4;
const lateUsMax = 100_000;
/** A longer time between two cycles was a pause of the process. */
const pauseUsMin = 50_000;

/** A replica at the end of a duty cycle. */
export interface CommitView {
  readonly serving: boolean;
  readonly commitIndex: number;
  readonly lastIndex: number;
  readonly electionTimeoutUs: number;
}

interface Wait {
  commitIndex: number;
  atUs: number;
  waitedUs: number;
}

export class StallsChecker {
  readonly #report: Report;
  readonly #waits = new Map<number, Wait>();

  constructor(report: Report) {
    this.#report = report;
  }

  cycled(replicaId: number, view: CommitView, nowUs: number): void {
    const { serving, commitIndex, lastIndex, electionTimeoutUs } = view;
    if (!serving || commitIndex >= lastIndex) {
      this.#waits.delete(replicaId);
      return;
    }
    const wait = this.#waits.get(replicaId);
    if (wait === undefined || wait.commitIndex !== commitIndex) {
      this.#waits.set(replicaId, { commitIndex, atUs: nowUs, waitedUs: 0 });
      return;
    }
    wait.waitedUs += Math.min(nowUs - wait.atUs, pauseUsMin);
    wait.atUs = nowUs;
    if (wait.waitedUs <= patienceTimeouts * electionTimeoutUs + lateUsMax) return;
    this.#waits.delete(replicaId);
    this.#report(
      'stalls',
      `replica ${replicaId} serves, and has committed nothing behind frame ${commitIndex} for ${wait.waitedUs} us`,
    );
  }
}
