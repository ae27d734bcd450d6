/**
 * The breakers around what lies outside of the cluster (hooks, object stores, name servers), one for each name: where
 * half of the last calls failed, none is made for a while, and then one to try. A call that hangs is given up and
 * counts as failed. What a person has ordered, such as a fence command, has its time-out and no breaker: it is tried
 * when it is asked for.
 */
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { BreakerState } from './breaker-states.ts';
import { Failure } from './failure.ts';

const windowMs = 10_000;
/** Just below a half, for the library opens above its threshold. */
const failedShare = 0.499;
/** Fewer calls than this say nothing. */
const callsMin = 3;

export interface BreakerSettings {
  /** For so long no call is made, once it is open. */
  readonly restMs: number;
  /** Calls take so long that a window of time holds too few of them: so many that fail in a row open it. */
  readonly failuresMax?: number;
}

const usualSettings: BreakerSettings = { restMs: 60_000 };

/** The call was not made, since the last ones failed. */
export class RestingError extends Failure {}

type Breaker = ReturnType<typeof circuitBreaker>;

export class Breakers {
  readonly #breakers = new Map<string, Breaker>();
  readonly #restMs: number;

  constructor(names: Iterable<string>, { restMs, failuresMax }: BreakerSettings = usualSettings) {
    this.#restMs = restMs;
    for (const name of names) {
      const breaker =
        failuresMax === undefined
          ? new SamplingBreaker({
              threshold: failedShare,
              duration: windowMs,
              minimumRps: (callsMin * 1_000) / windowMs,
            })
          : new ConsecutiveBreaker(failuresMax);
      this.#breakers.set(name, circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker }));
    }
  }

  stateOf(name: string): BreakerState {
    const { state } = this.#breakers.get(name)!;
    if (state === CircuitState.Closed) return 'closed';
    return state === CircuitState.HalfOpen ? 'halfOpen' : 'open';
  }

  /**
   * Makes a call; throws its error, or a Failure where it took too long or was not made. With `ending` a call that
   * hangs is given up at once, and keeps no process waiting.
   */
  async run<T>(
    name: string,
    timeoutMs: number,
    call: (signal: AbortSignal) => Promise<T>,
    ending?: AbortSignal,
  ): Promise<T> {
    const policy = wrap(this.#breakers.get(name)!, timeout(timeoutMs, TimeoutStrategy.Aggressive));
    try {
      return await policy.execute(({ signal }) => call(signal), ending);
    } catch (error) {
      if (error instanceof TaskCancelledError)
        throw new Failure(`${name} does not end within ${timeoutMs / 1_000} s`);
      if (error instanceof BrokenCircuitError)
        throw new RestingError(
          `${name} failed again and again and is left in peace for ${this.#restMs / 1_000} s`,
        );
      throw error;
    }
  }
}
