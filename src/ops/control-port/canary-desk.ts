/** What watchers have said to this replica of their canaries. Bounded by the number of watchers. */
import type { CanaryReport, HeardReport } from '../../gateway/canary/report.ts';

/** A watcher that was not heard for longer is forgotten. */
const heardMsMax = 15_000;

interface Heard {
  readonly source: string;
  readonly report: CanaryReport;
  readonly atMs: number;
}

export class CanaryDesk {
  /** By the number of the watcher. */
  readonly #heard = new Map<number, Heard>();
  readonly #nowMs: () => number;
  readonly #isStandby: () => boolean;

  /** `isStandby`: this site takes no orders, so what watchers find of it says nothing. */
  constructor(nowMs: () => number = () => performance.now(), isStandby: () => boolean = () => false) {
    this.#nowMs = nowMs;
    this.#isStandby = isStandby;
  }

  /** Takes a report; a text says why it is not taken. `source` is the party that has proven itself. */
  take(source: string, report: CanaryReport): string | undefined {
    const { watcher } = report;
    const before = this.#heard.get(watcher);
    const isOther = before !== undefined && before.source !== source;
    if (isOther && this.#nowMs() - before.atMs <= heardMsMax)
      return (
        `Watcher ${watcher} is ${before.source}, and two in one instrument would trade with each other. Give this one ` +
        'another number (key canary.watcher, or --watcher), and found its canary with "lockstep watch --found".'
      );
    this.#heard.set(watcher, { source, report, atMs: this.#nowMs() });
    return undefined;
  }

  /** The last reports, by the number of the watcher. */
  heard(): HeardReport[] {
    if (this.#isStandby()) return [];
    const nowMs = this.#nowMs();
    return [...this.#heard.values()]
      .filter(({ atMs }) => nowMs - atMs <= heardMsMax)
      .map(({ source, report, atMs }) => ({ source, report, ageMs: Math.round(nowMs - atMs) }))
      .toSorted((a, b) => a.report.watcher - b.report.watcher);
  }
}
