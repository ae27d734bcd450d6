/** What a suite of measurements is, and what it gives: tables for a person and one object for programs. */

/** Rows of one table: a name, and values by column. */
export interface Table {
  readonly title: string;
  readonly rows: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
}

export interface SuiteReport {
  readonly tables: readonly Table[];
  /** Figures by name, as JSON; comparisons go by the paths of its numbers. */
  readonly results: object;
}

/** What one measurement of a suite of several gives. */
export interface SuitePart {
  readonly table: Table;
  readonly results: object;
}

export interface Suite {
  /** What runs, in a sentence. */
  readonly workload: string;
  /** What is not in the figures. */
  readonly leftOut: string;
  /** Throws when the work was not done rightly: a fast wrong answer is no result. */
  run(options: BenchOptions): Promise<SuiteReport>;
}

/** The options of the command line. */
export interface BenchOptions {
  /** Words that choose cases: a case runs when it has all of them. */
  readonly only: readonly string[];
  readonly seconds: number | undefined;
  readonly minutes: number | undefined;
  readonly kills: number | undefined;
  /** Orders per second. */
  readonly rate: number | undefined;
  readonly inFlight: number | undefined;
  readonly commands: number | undefined;
  /** Of recorded orders (engine). */
  readonly recordedFile: string | undefined;
  readonly replicas: number | undefined;
  readonly durability: 'memory' | 'disk' | undefined;
  readonly idle: 'spin' | 'yield' | 'backoff' | undefined;
  /** HTTPS in place of HTTP (http). */
  readonly isSecure: boolean;
  /** What signs the orders (http). */
  readonly signing: 'hmac' | 'ed25519';
  readonly restartMs: number | undefined;
  /** Show the logs around each kill with a longer gap than `slowMs`. */
  readonly showSlow: boolean;
  readonly slowMs: number | undefined;
  /** Shows the progress of a long run. */
  progress(text: string): void;
}
