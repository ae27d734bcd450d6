/**
 * Keeps on disk what automatic failover would have done, over starts of the process, so that an operator can judge by
 * weeks and not by one life of a process. It is no part of the state: where it is lost, the record begins again.
 */
import type { WouldBe } from '../../replica/ports.ts';
import { KeptFile } from '../processes/kept-file.ts';

/** The oldest are forgotten. */
const notesMax = 200;
const lookMs = 1_000;

export interface FailoverNotesParts {
  readonly file: string;
  /** What this process has noted, as in `ReplicaThreads`. */
  readonly noted: () => readonly WouldBe[];
  readonly warn: (text: string) => void;
}

export class FailoverNotes {
  readonly #parts: FailoverNotesParts;
  readonly #kept: KeptFile;
  readonly #before: readonly WouldBe[];
  #written = '';
  #saving: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: FailoverNotesParts) {
    this.#parts = parts;
    this.#kept = new KeptFile(parts.file, 'what automatic failover would have done', parts.warn);
    const found = this.#kept.load(areNotes) ?? [];
    this.#before = found.map((note) => (isUnsettled(note) ? { ...note, outcome: 'unknown' } : note));
  }

  /** The oldest first. */
  get all(): readonly WouldBe[] {
    return [...this.#before, ...this.#parts.noted()].slice(-notesMax);
  }

  start(): void {
    this.#timer = setInterval(() => void this.save(), lookMs).unref();
  }

  /** Writes down what is new, one after the other. */
  save(): Promise<unknown> {
    // Before that there is nothing to write, and the folder may be that of another process that runs.
    if (this.#parts.noted().length === 0) return this.#saving;
    const text = JSON.stringify(this.all);
    if (text === this.#written) return this.#saving;
    this.#written = text;
    this.#saving = this.#saving.then(async () => {
      if (!(await this.#kept.write(text))) this.#written = '';
    });
    return this.#saving;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.save();
  }
}

/** The process that noted it ended before it could say what came of it; of a hand-over nothing more is said. */
function isUnsettled({ kind, outcome }: WouldBe): boolean {
  return kind === 'election' && outcome === 'open';
}

const kinds: readonly unknown[] = ['election', 'handOver'] satisfies WouldBe['kind'][];
const outcomes: readonly unknown[] = [
  'open',
  'cameBack',
  'replaced',
  'unknown',
] satisfies WouldBe['outcome'][];

function areNotes(json: unknown): json is WouldBe[] {
  if (!Array.isArray(json)) return false;
  return json.every((each: unknown) => {
    if (typeof each !== 'object' || each === null) return false;
    const { number, kind, leaderId, term, reason, wallUs, outcome, afterUs } = each as Partial<WouldBe>;
    const areNumbers = [number, leaderId, term, wallUs, afterUs].every(
      (value) => Number.isSafeInteger(value) && value! >= 0,
    );
    return areNumbers && typeof reason === 'string' && kinds.includes(kind) && outcomes.includes(outcome);
  });
}
