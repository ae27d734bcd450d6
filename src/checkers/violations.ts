/** What checkers say: which of them, and what it saw that must not be. */

export interface Violation {
  readonly checker: string;
  readonly what: string;
}

/** Where a checker reports; the run goes on, so that one defect shows all of its traces. */
export type Report = (checker: string, what: string) => void;

/** Violations of one run that are kept; a broken run would otherwise report without end. */
const violationsMax = 20;

/** Collects what checkers report. */
export class Violations {
  readonly found: Violation[] = [];
  /** Where it is set, no others are listened to any more. */
  only: ReadonlySet<string> | undefined;

  readonly report: Report = (checker, what) => {
    const isNew = !this.found.some((known) => known.checker === checker && known.what === what);
    if (this.only?.has(checker) === false) return;
    if (isNew && this.found.length < violationsMax) this.found.push({ checker, what });
  };
}
