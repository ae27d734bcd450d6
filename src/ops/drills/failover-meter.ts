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

/** What the meter needs of a session. */
export interface MeteredSession {
  readonly status: Pick<Client['status'], 'term'>;
  cancelOrder(order: typeof harmless): Promise<{ readonly seq: number }>;
  close(): Promise<void>;
}

export interface SessionGap {
  readonly gapMs: number;
  /** Sequence numbers of the two commands whose acknowledgements are its ends. */
  readonly lastSeq: number;
  readonly firstSeq: number;
}

/**
 * What was lost between the two ends, at least: a leader that goes on from less stamps its first commands with sequence
 * numbers that were acknowledged already.
 */
export function lostBetween({ gapMs, lastSeq, firstSeq }: SessionGap): {
  readonly rpoSeqs: number;
  readonly rpoMs: number;
} {
  const rpoSeqs = Math.max(0, lastSeq + 1 - firstSeq);
  return { rpoSeqs, rpoMs: rpoSeqs === 0 ? 0 : Math.round(gapMs) };
}

export class FailoverMeter {
  readonly #session: MeteredSession;
  readonly #nowMs: () => number;
  readonly #term: number;
  readonly #gap = Promise.withResolvers<SessionGap>();
  readonly #warm = Promise.withResolvers<void>();
  #acknowledged = 0;
  #lastMs = 0;
  #lastSeq = 0;
  #isOver = false;

  private constructor(session: MeteredSession, nowMs: () => number) {
    this.#session = session;
    this.#nowMs = nowMs;
    this.#term = session.status.term;
    this.#gap.promise.catch(() => undefined);
  }

  /** Opens a session and sends until `end`; a text says why there is none. */
  static async open(loaded: Loaded): Promise<FailoverMeter | string> {
    try {
      const client = await connectToExchange(loaded, { feed: 'own', commandTimeoutMs, connectTimeoutMs });
      return await FailoverMeter.begin(client, () => performance.now());
    } catch (error) {
      if (error instanceof LockstepError) return error.message;
      throw error;
    }
  }

  /** Sends through a session until `end`; `nowMs` is a clock that never runs back. */
  static async begin(session: MeteredSession, nowMs: () => number): Promise<FailoverMeter> {
    const meter = new FailoverMeter(session, nowMs);
    for (let n = 0; n < commandsInFlight; n++) void meter.#send();
    try {
      await meter.#warm.promise;
      return meter;
    } catch (error) {
      // A session that is left open keeps its process.
      await meter.end();
      throw error;
    }
  }

  /** The gap, once the next leader has acknowledged something. */
  get gap(): Promise<SessionGap> {
    return this.#gap.promise;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#session.close();
  }

  async #send(): Promise<void> {
    try {
      while (!this.#isOver) {
        const { seq } = await this.#session.cancelOrder(harmless);
        this.#note(this.#nowMs(), seq);
      }
    } catch (error) {
      this.#warm.reject(error);
      this.#gap.reject(error);
    }
  }

  #note(nowMs: number, seq: number): void {
    if (++this.#acknowledged === warmUpCommands) this.#warm.resolve();
    if (this.#session.status.term === this.#term) {
      this.#lastMs = nowMs;
      this.#lastSeq = seq;
    } else {
      const gapMs = Math.round((nowMs - this.#lastMs) * microsecondsPerMs) / microsecondsPerMs;
      this.#gap.resolve({ gapMs, lastSeq: this.#lastSeq, firstSeq: seq });
    }
  }
}
