/**
 * When a process that died is started again: soon the first time, then later and later, and slowly once it dies in a
 * loop. A state machine over time and the ends of the process; it starts nothing itself.
 */

export interface RestartLimits {
  /** Wait before the first restart, so that a start does not take the processor from an election; then it doubles. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** A life this long forgives everything before it. */
  readonly stableMs: number;
  /** So many deaths within `loopWindowMs` are a crash loop. */
  readonly loopDeaths: number;
  readonly loopWindowMs: number;
  /** Wait between the tries in a crash loop. */
  readonly loopDelayMs: number;
}

export const defaultRestartLimits: RestartLimits = {
  delayMsMin: 100,
  delayMsMax: 10_000,
  stableMs: 60_000,
  loopDeaths: 8,
  loopWindowMs: 60_000,
  loopDelayMs: 30_000,
};

export interface RestartDecision {
  /** Start it again after this. */
  readonly delayMs: number;
  readonly crashLoop: boolean;
  /** True for the death that made it a crash loop: the moment to tell a person. */
  readonly enteredLoop: boolean;
}

export class RestartPolicy {
  readonly #limits: RestartLimits;
  #startedAtMs = 0;
  /** Times of the deaths that still count for a crash loop; at most `loopDeaths`. */
  #deathsMs: number[] = [];
  /** Restarts since the last stable life. */
  #tries = 0;
  #inLoop = false;

  constructor(limits: RestartLimits = defaultRestartLimits) {
    this.#limits = limits;
  }

  started(nowMs: number): void {
    this.#startedAtMs = nowMs;
  }

  /**
   * `hopeless`: it said itself that it cannot run like this (a wrong configuration), so it counts as a loop at once.
   */
  died(nowMs: number, hopeless = false): RestartDecision {
    const { delayMsMin, delayMsMax, stableMs, loopDeaths, loopWindowMs, loopDelayMs } = this.#limits;
    const wasInLoop = this.#inLoop;
    if (nowMs - this.#startedAtMs >= stableMs) {
      this.#tries = 0;
      this.#deathsMs = [];
      this.#inLoop = false;
    }
    this.#deathsMs = this.#deathsMs.filter((atMs) => nowMs - atMs < loopWindowMs).slice(1 - loopDeaths);
    this.#deathsMs.push(nowMs);
    if (hopeless || this.#deathsMs.length >= loopDeaths) this.#inLoop = true;
    const tries = this.#tries++;
    const backOffMs = Math.min(delayMsMax, delayMsMin * 2 ** tries);
    return {
      delayMs: this.#inLoop ? loopDelayMs : backOffMs,
      crashLoop: this.#inLoop,
      enteredLoop: this.#inLoop && !wasInLoop,
    };
  }
}
