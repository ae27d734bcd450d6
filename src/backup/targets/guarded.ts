/**
 * A target behind a time-out and a circuit breaker: a store that hangs or fails holds its own backup up and nothing
 * else, and is left in peace until it may have recovered.
 */
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { type StoredObject, TakenError, type Target, TargetError } from './target.ts';

export interface GuardSettings {
  /** Longest wait for an answer, and beside it for each megabyte. */
  readonly waitMs: number;
  readonly waitMsPerMegabyte: number;
  /** After so many failures in a row the target is not asked for `restMs`. */
  readonly failuresMax: number;
  readonly restMs: number;
}

export const defaultGuardSettings: GuardSettings = {
  waitMs: 30_000,
  waitMsPerMegabyte: 4_000,
  failuresMax: 3,
  restMs: 10_000,
};

const bytesPerMegabyte = 1_048_576;

export class GuardedTarget implements Target {
  readonly place: string;
  readonly #target: Target;
  readonly #settings: GuardSettings;
  readonly #breaker;

  constructor(target: Target, settings: GuardSettings = defaultGuardSettings) {
    this.#target = target;
    this.#settings = settings;
    this.place = target.place;
    this.#breaker = circuitBreaker(handleAll, {
      halfOpenAfter: settings.restMs,
      breaker: new ConsecutiveBreaker(settings.failuresMax),
    });
  }

  /** Whether it rests, because it failed again and again. */
  get isResting(): boolean {
    return this.#breaker.state === CircuitState.Open;
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.#ask('list', 0, () => this.#target.list(prefix));
  }

  get(name: string, bytes = 0): Promise<Uint8Array | undefined> {
    return this.#ask(`read ${name} from`, bytes, () => this.#target.get(name, bytes));
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask(`write ${name} to`, bytes.length, () => this.#target.put(name, bytes));
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask(`write ${name} to`, bytes.length, () => this.#target.replace(name, bytes));
  }

  async remove(name: string): Promise<void> {
    await this.#ask(`remove ${name} from`, 0, () => this.#target.remove(name));
  }

  async #ask<T>(what: string, bytes: number, act: () => Promise<T>): Promise<T> {
    const { waitMs, waitMsPerMegabyte, failuresMax, restMs } = this.#settings;
    const waits = waitMs + Math.ceil(bytes / bytesPerMegabyte) * waitMsPerMegabyte;
    const policy = wrap(this.#breaker, timeout(waits, TimeoutStrategy.Aggressive));
    // That a name is taken is an answer, and no failure of the target.
    let taken: TakenError | undefined;
    try {
      const result = await policy.execute(async () => {
        try {
          return await act();
        } catch (error) {
          if (!(error instanceof TakenError)) throw error;
          taken = error;
          return undefined;
        }
      });
      if (taken !== undefined) throw taken;
      return result as T;
    } catch (error) {
      if (error instanceof TaskCancelledError)
        throw new TargetError(`Cannot ${what} ${this.place}: it does not answer within ${waits / 1_000} s.`);
      if (error instanceof BrokenCircuitError)
        throw new TargetError(
          `${this.place} failed ${failuresMax} times in a row and is not asked for ${restMs / 1_000} s.`,
        );
      throw error;
    }
  }
}
