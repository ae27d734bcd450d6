/**
 * Measures a change of leader as a client feels it: a session sends commands without a pause, and the gap is the time
 * from the last acknowledgement of the old leader to the first of the next one. The commands change nothing.
 */
import { type Client, LockstepError } from '../../client/index.ts';
import { connectToExchange } from '../clients/exchange-client.ts';
import type { Loaded } from '../configuration/load.ts';

const connectTimeoutMs = 3_000;
const commandTimeoutMs = 15_000;
/** So that the last acknowledgement comes right before the old leader falls silent. */
const commandsInFlight = 4;
/** Until the session answers as fast as it will. */
const warmUpCommands = 200;
const microsecondsPerMs = 1_000;

/** An order that cannot be there: its cancel is refused, and acknowledged like any other command. */
const harmless = { accountId: 1, orderId: Number.MAX_SAFE_INTEGER };

export class FailoverMeter {
  readonly #client: Client;
  readonly #term: number;
  readonly #gap = Promise.withResolvers<number>();
  readonly #warm = Promise.withResolvers<void>();
  #acknowledged = 0;
  #lastMs = 0;
  #isOver = false;

  private constructor(client: Client) {
    this.#client = client;
    this.#term = client.status.term;
    this.#gap.promise.catch(() => undefined);
  }

  /** Opens a session and sends until `end`; a text says why there is none. */
  static async open(loaded: Loaded): Promise<FailoverMeter | string> {
    try {
      const client = await connectToExchange(loaded, { feed: 'own', commandTimeoutMs, connectTimeoutMs });
      const meter = new FailoverMeter(client);
      for (let n = 0; n < commandsInFlight; n++) void meter.#send();
      await meter.#warm.promise;
      return meter;
    } catch (error) {
      if (error instanceof LockstepError) return error.message;
      throw error;
    }
  }

  /** Milliseconds, once the next leader has acknowledged something. */
  get gapMs(): Promise<number> {
    return this.#gap.promise;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#client.close();
  }

  async #send(): Promise<void> {
    try {
      while (!this.#isOver) {
        await this.#client.cancelOrder(harmless);
        this.#note(performance.now());
      }
    } catch (error) {
      this.#warm.reject(error);
      this.#gap.reject(error);
    }
  }

  #note(nowMs: number): void {
    if (++this.#acknowledged === warmUpCommands) this.#warm.resolve();
    if (this.#client.status.term === this.#term) this.#lastMs = nowMs;
    else this.#gap.resolve(Math.round((nowMs - this.#lastMs) * microsecondsPerMs) / microsecondsPerMs);
  }
}
