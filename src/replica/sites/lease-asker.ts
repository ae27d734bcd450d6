/**
 * A replica's side of its site's lease: when it asks the witness, and until when it may count on a grant. It
 * counts from when it sent the question: the witness begins to count after that.
 */
import type { SiteLeaseMemory } from '../ports.ts';
import { countedUs, type LeaseAnswer } from './lease-ledger.ts';

/** Questions in a lease: some may be lost. */
const questionsMin = 4;
/** While nothing was granted yet, and at the least, it asks so often. */
const askUsMin = 20_000;
const firstLengthUs = 400_000;

export class LeaseAsker {
  readonly #memory: SiteLeaseMemory;
  readonly #nowUs: () => number;
  #sentUs = Number.NEGATIVE_INFINITY;
  #lengthUs = firstLengthUs;
  /** Why nothing was granted last; empty where it was. */
  reason = 'The witness has not answered yet.';

  /** @param nowUs a clock that goes on while the machine sleeps. */
  constructor(memory: SiteLeaseMemory, nowUs: () => number) {
    this.#memory = memory;
    this.#nowUs = nowUs;
  }

  /** Whether another question is due. */
  isDue(): boolean {
    return this.#nowUs() - this.#sentUs >= Math.max(askUsMin, this.#lengthUs / questionsMin);
  }

  /** A question leaves now; what is given back goes with its answer. */
  sent(): number {
    this.#sentUs = this.#nowUs();
    return this.#sentUs;
  }

  answered(answer: LeaseAnswer, sentUs: number): void {
    if (!answer.isGranted) {
      this.reason = answer.reason;
      return;
    }
    this.reason = '';
    this.#lengthUs = answer.lengthUs;
    this.#memory.grant(answer.epoch, sentUs + countedUs(answer.lengthUs));
  }

  /** The witness was not reached. */
  failed(reason: string): void {
    this.reason = reason;
  }
}
