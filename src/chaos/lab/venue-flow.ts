/** A recorded order flow of a real venue at a fixed rate, beside the other clients, and what became of its orders. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { ReplayInput } from '../../ops/replay/input.ts';
import { ReplayNames } from '../../ops/replay/names.ts';
import { Replay } from '../../ops/replay/run.ts';
import { monotonicMs } from '../monotonic.ts';

const perSecond = 100;
const tickMs = 10;

export interface VenueAccount {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
}

export class VenueFlow {
  readonly #flow: Replay;
  readonly #sending: Promise<void>;
  #isEnding = false;

  private constructor(flow: Replay, file: string) {
    this.#flow = flow;
    this.#sending = this.#send(new ReplayInput(file, 'bitstamp', undefined));
    // What went wrong is thrown at the end, to the caller that asks for the account.
    this.#sending.catch(() => undefined);
  }

  /** @param client with feed `all`, for this flow alone. */
  static async start(client: Client, file: string): Promise<VenueFlow> {
    const flow = new Replay(client, await ReplayNames.findFree(client));
    await flow.prepare();
    return new VenueFlow(flow, file);
  }

  /** Sends no more, and asks the exchange for every order. */
  async end(): Promise<VenueAccount> {
    this.#isEnding = true;
    await this.#sending;
    await this.#flow.drain();
    await this.#flow.verify();
    const { accepted, lost } = this.#flow.counts;
    return { acknowledged: accepted, lost, doubled: this.#flow.doubled };
  }

  async #send(input: ReplayInput): Promise<void> {
    const fromMs = monotonicMs();
    for await (const action of input.actions()) {
      while (!this.#isEnding && this.#flow.counts.commands >= ((monotonicMs() - fromMs) * perSecond) / 1_000)
        await sleep(tickMs);
      if (this.#isEnding) return;
      await this.#flow.send(action);
    }
  }
}
