/**
 * A recorded order flow of a real venue at a fixed rate, beside the other clients, and what became of its orders. At
 * the end of the file it begins again, under other names.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { ReplayInput } from '../../ops/replay/input.ts';
import { ReplayNames } from '../../ops/replay/names.ts';
import { Replay } from '../../ops/replay/run.ts';
import { monotonicMs } from '../monotonic.ts';

const tickMs = 10;

export interface VenueAccount {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
}

export interface VenueOptions {
  readonly file: string;
  readonly perSecond: number;
}

export class VenueFlow {
  readonly #client: Client;
  readonly #options: VenueOptions;
  /** One for each time that the file was begun. */
  readonly #flows: Replay[] = [];
  readonly #sending: Promise<void>;
  #isEnding = false;

  private constructor(client: Client, options: VenueOptions, first: Replay) {
    this.#client = client;
    this.#options = options;
    this.#sending = this.#send(first);
    // What went wrong is thrown at the end, to the caller that asks for the account.
    this.#sending.catch(() => undefined);
  }

  /** @param client with feed `all`, for this flow alone. */
  static async start(client: Client, options: VenueOptions): Promise<VenueFlow> {
    return new VenueFlow(client, options, await newFlow(client));
  }

  /** Sends no more, and asks the exchange for every order. */
  async end(): Promise<VenueAccount> {
    this.#isEnding = true;
    await this.#sending;
    const account = { acknowledged: 0, lost: 0, doubled: 0 };
    for (const flow of this.#flows) {
      await flow.drain();
      await flow.verify();
      account.acknowledged += flow.counts.accepted;
      account.lost += flow.counts.lost;
      account.doubled += flow.doubled;
    }
    return account;
  }

  async #send(first: Replay): Promise<void> {
    const { file, perSecond } = this.#options;
    const fromMs = monotonicMs();
    let before = 0;
    for (let flow = first; ; flow = await newFlow(this.#client)) {
      this.#flows.push(flow);
      const isEarly = (): boolean =>
        before + flow.counts.commands >= ((monotonicMs() - fromMs) * perSecond) / 1_000;
      for await (const action of new ReplayInput(file, 'bitstamp', undefined).actions()) {
        while (!this.#isEnding && isEarly()) await sleep(tickMs);
        if (this.#isEnding) return;
        await flow.send(action);
      }
      before += flow.counts.commands;
    }
  }
}

async function newFlow(client: Client): Promise<Replay> {
  const flow = new Replay(client, await ReplayNames.findFree(client));
  await flow.prepare();
  return flow;
}
