/**
 * The hashes of the engine's state, to compare replicas by. They are made step by step, a cycle each, so that
 * the largest state stops nothing; where commands keep coming in between, there is no answer.
 */
import type { Engine, Hashes } from '../../engine/engine.ts';

/** Attempts that commands may end before an asker is sent away. */
const attemptsMax = 4;

export class StateHashes {
  #engine: Engine | undefined;
  #seq = 0;
  #steps: Generator<undefined, Hashes> | undefined;
  #found: Hashes | undefined;
  #attempts = 0;

  /**
   * The hashes after the last command; `busy`: ask again in the next cycle; `changing`: the state does not hold still.
   */
  ask(engine: Engine): Hashes | 'busy' | 'changing' {
    const isSame = engine === this.#engine && engine.lastSeq === this.#seq;
    if (isSame && this.#found !== undefined) return this.#found;
    if (!isSame || this.#steps === undefined) {
      this.#attempts += 1;
      this.#steps = undefined;
      this.#found = undefined;
      if (this.#attempts > attemptsMax) {
        this.#attempts = 0;
        return 'changing';
      }
      this.#engine = engine;
      this.#seq = engine.lastSeq;
      this.#steps = engine.hashSteps();
    }
    const { done, value } = this.#steps.next();
    if (done !== true) return 'busy';
    this.#found = value;
    this.#steps = undefined;
    this.#attempts = 0;
    return value;
  }
}
