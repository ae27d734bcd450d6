/**
 * The breakers around what lies outside of the cluster, one for each name: where half of the calls of ten seconds
 * failed, none is made for a minute, and then one to try. A call that hangs is given up and counts as failed.
 */
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  handleAll,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { Failure } from '../failure.ts';

const windowMs = 10_000;
/** Just below a half, for the library opens above its threshold. */
const failedShare = 0.499;
/** Fewer calls than this say nothing. */
const callsMin = 3;
const restMs = 60_000;

export type BreakerState = 'closed' | 'halfOpen' | 'open';

/** The call was not made, since the last ones failed. */
export class RestingError extends Failure {}

type Breaker = ReturnType<typeof circuitBreaker>;

export class Breakers {
  readonly #breakers = new Map<string, Breaker>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const breaker = new SamplingBreaker({
        threshold: failedShare,
        duration: windowMs,
        minimumRps: (callsMin * 1_000) / windowMs,
      });
      this.#breakers.set(name, circuitBreaker(handleAll, { halfOpenAfter: restMs, breaker }));
    }
  }

  stateOf(name: string): BreakerState {
    const { state } = this.#breakers.get(name)!;
    if (state === CircuitState.Closed) return 'closed';
    return state === CircuitState.HalfOpen ? 'halfOpen' : 'open';
  }

  /** Makes a call; throws its error, or a Failure where it took too long or was not made. */
  async run<T>(name: string, timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const policy = wrap(this.#breakers.get(name)!, timeout(timeoutMs, TimeoutStrategy.Aggressive));
    try {
      return await policy.execute(({ signal }) => call(signal));
    } catch (error) {
      if (error instanceof TaskCancelledError)
        throw new Failure(`${name} does not end within ${timeoutMs / 1_000} s`);
      if (error instanceof BrokenCircuitError)
        throw new RestingError(`${name} failed again and again and is left in peace for ${restMs / 1_000} s`);
      throw error;
    }
  }
}
