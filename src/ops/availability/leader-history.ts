/**
 * Keeps on disk when this replica knew a leader, over starts of its process. The exchange reckons from it what it has
 * spent of its budgets. It is no part of the state: where it is lost, the record begins again.
 */
import type { SeenElection } from '../../replica/ports.ts';
import { KeptFile } from '../processes/kept-file.ts';
import type { LeaderSpan } from './budget.ts';

/** The oldest are forgotten. */
const spansMax = 200;
const lookMs = 1_000;
/** A process that is killed knew its leader up to so long after what the file says. */
const saveMs = 5_000;
const usPerMs = 1_000;

export interface LeaderHistoryParts {
  readonly file: string;
  /** As in `ReplicaThreads`. */
  readonly elections: () => readonly SeenElection[];
  readonly leaderId: () => number;
  readonly wallMs: () => number;
  readonly warn: (text: string) => void;
}

export class LeaderHistory {
  readonly #parts: LeaderHistoryParts;
  readonly #spans: LeaderSpan[];
  /** The election that was looked at last. */
  #seen: SeenElection | undefined;
  /** A leader has been known in this life. */
  #isOpen = false;
  #savedMs = 0;
  readonly #kept: KeptFile;
  #saving: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LeaderHistoryParts) {
    this.#parts = parts;
    this.#kept = new KeptFile(parts.file, 'when a leader was known', parts.warn);
    this.#spans = this.#kept.load(areSpans)?.slice(-spansMax) ?? [];
  }

  /** The oldest first. */
  get spans(): readonly LeaderSpan[] {
    return this.#spans;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), lookMs).unref();
  }

  /** Writes down how long the leader is known by now. */
  look(): void {
    const { elections, leaderId, wallMs } = this.#parts;
    const seen = elections();
    for (const election of seen.slice(this.#seen === undefined ? 0 : seen.indexOf(this.#seen) + 1))
      this.#follow(election);
    this.#seen = seen.at(-1);
    const nowMs = wallMs();
    if (this.#isOpen && leaderId() !== 0) this.#extend(nowMs);
    // Before that there is nothing to write, and the folder may be that of another process that runs.
    if (this.#isOpen && Math.abs(nowMs - this.#savedMs) >= saveMs) void this.save();
  }

  /** One after the other. */
  save(): Promise<unknown> {
    this.#savedMs = this.#parts.wallMs();
    this.#saving = this.#saving.then(() => this.#kept.write(JSON.stringify(this.#spans)));
    return this.#saving;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.look();
    if (this.#isOpen) await this.save();
  }

  #follow({ wallUs, gapUs }: SeenElection): void {
    const knownMs = Math.floor(wallUs / usPerMs);
    const gapMs = Math.ceil(gapUs / usPerMs);
    // One leader after the other, without a time between them.
    if (this.#isOpen && gapMs === 0) return this.#extend(knownMs);
    if (this.#isOpen) this.#endsAt(knownMs - gapMs);
    this.#isOpen = true;
    const fromMs = Math.max(knownMs, this.#spans.at(-1)?.toMs ?? 0);
    this.#spans.push({ fromMs, toMs: fromMs });
    if (this.#spans.length > spansMax) this.#spans.shift();
  }

  /** A clock that was set back takes nothing away. */
  #extend(toMs: number): void {
    const last = this.#spans.pop()!;
    this.#spans.push({ fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) });
  }

  #endsAt(toMs: number): void {
    const last = this.#spans.pop()!;
    this.#spans.push(toMs < last.fromMs ? last : { fromMs: last.fromMs, toMs });
  }
}

function areSpans(json: unknown): json is LeaderSpan[] {
  if (!Array.isArray(json)) return false;
  let lastMs = 0;
  return json.every((each: unknown) => {
    if (typeof each !== 'object' || each === null) return false;
    const { fromMs, toMs } = each as Partial<LeaderSpan>;
    const isSpan =
      Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && fromMs! >= lastMs && toMs! >= fromMs!;
    lastMs = toMs ?? 0;
    return isSpan;
  });
}
