/** What processes beside the replicas have said to this one. Bounded by a number of sources. */
import type { Party } from '../../trust/parties.ts';
import { type HeardSide, type SideReport, sourceOf } from '../notify/side-report.ts';

/** One that was not heard for longer is forgotten. */
const heardMsMax = 20_000;
const sourcesMax = 256;

export class SideDesk {
  readonly #heard = new Map<string, { readonly report: SideReport; readonly atMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** `party` has proven itself. A text says why the report is not taken. */
  take(party: Party, report: SideReport): string | undefined {
    const source = sourceOf(party, report);
    this.#forget();
    if (!this.#heard.has(source) && this.#heard.size >= sourcesMax)
      return `More than ${sourcesMax} processes report here already.`;
    this.#heard.set(source, { report, atMs: this.#nowMs() });
    return undefined;
  }

  /** What each said last. */
  heard(): HeardSide[] {
    this.#forget();
    const nowMs = this.#nowMs();
    return [...this.#heard].map(([source, { report, atMs }]) => {
      const { breaker, revoked, conditions } = report;
      return {
        source,
        ...(breaker !== undefined && { breaker }),
        ...(revoked !== undefined && { revoked }),
        conditions,
        ageMs: Math.round(nowMs - atMs),
      };
    });
  }

  #forget(): void {
    for (const [source, { atMs }] of this.#heard)
      if (this.#nowMs() - atMs > heardMsMax) this.#heard.delete(source);
  }
}
