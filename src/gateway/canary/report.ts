/** What a watcher says of the exchange, and when it is believed. */

/**
 * How an exchange may fail a caller: it answers what must not come; too late; not at all, though a replica is reached;
 * or no replica is reached.
 */
export const canaryFaults = ['wrong', 'late', 'silent', 'crash'] as const;
export type CanaryFault = (typeof canaryFaults)[number];

/**
 * Of one round. `refused`: by a mode or a limit of the exchange, or because the canary was not founded; `unjudged`: the
 * watcher itself could not ask, or lost the place (another generation of the exchange, events that were forgotten).
 */
export const canaryResults = ['right', 'refused', 'unjudged', ...canaryFaults] as const;
export type CanaryResult = (typeof canaryResults)[number];

export interface CanaryReport {
  readonly watcher: number;
  /** Of the last round; absent before the first. */
  readonly result?: CanaryResult | undefined;
  /** What was found, where that is not right. */
  readonly text: string;
  /** Which replica answered last; 0: none. */
  readonly leaderId: number;
  /** Rounds by their results. */
  readonly rounds: Readonly<Record<CanaryResult, number>>;
  /** How long answers to commands took lately. */
  readonly p50Ms: number;
  readonly maxMs: number;
  /** The last time of each fault. */
  readonly faults: readonly { readonly fault: CanaryFault; readonly agoMs: number; readonly text: string }[];
  /** Replicas that the watcher does not reach. */
  readonly unreached: readonly number[];
}

/** A report, and the watcher that gave it. */
export interface HeardReport {
  /** The party that has proven itself, such as "gateway/1". */
  readonly source: string;
  readonly report: CanaryReport;
  /** Since the report arrived. */
  readonly ageMs: number;
}

/** What is believed: two parties have found the same fault, within this time. */
export interface CanaryBelief {
  readonly fault: CanaryFault;
  readonly sources: readonly string[];
  readonly text: string;
}
const watchersToBelieve = 2;
const faultMsMax = 5_000;

/** What parties agree on; one alone may itself be what is wrong. */
export function believed(heard: readonly HeardReport[]): CanaryBelief[] {
  return canaryFaults.flatMap((fault) => {
    const found = heard.flatMap(({ source, report, ageMs }) => {
      const last = report.faults.find((each) => each.fault === fault);
      return last !== undefined && last.agoMs + ageMs <= faultMsMax ? [{ source, text: last.text }] : [];
    });
    const sources = [...new Set(found.map(({ source }) => source))].toSorted();
    return sources.length < watchersToBelieve ? [] : [{ fault, sources, text: found[0]!.text }];
  });
}
