/**
 * Orders by the ten thousand: several sessions that always have as many on the way as they may, more than a leader
 * takes. It keeps what was accepted, up to which command, and what was refused.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, encodeCommand, type Outcome } from '../client/index.ts';

/** A buyer and a seller at one price trade; what has no counterpart rests. */
export interface FloodingAccount {
  readonly accountId: number;
  readonly side: 'buy' | 'sell';
}

/** What became of the orders of an account. */
export class FloodTally {
  accepted = 0;
  /** Of the last command that was accepted. */
  lastSeq = 0;
  refused = 0;
  #refusal: Outcome | undefined;

  note(outcome: Outcome): void {
    if (outcome.ok) {
      this.accepted++;
      this.lastSeq = Math.max(this.lastSeq, outcome.seq);
    } else {
      this.refused++;
      this.#refusal = outcome;
    }
  }

  lastRefusal(): Outcome | undefined {
    return this.#refusal;
  }
}

/** Of the SDK's window. */
const perSession = 4_000;
const priceTicks = 10_000;
const pauseMs = 20;

export class OrderFlood {
  readonly #tallies = new Map<number, FloodTally>();
  readonly #orders: readonly { readonly tally: FloodTally; readonly bytes: Uint8Array }[];
  #isOn = true;
  #waiting = 0;

  constructor(clients: readonly Client[], instrumentId: number, accounts: readonly FloodingAccount[]) {
    this.#orders = accounts.map(({ accountId, side }) => {
      const tally = new FloodTally();
      this.#tallies.set(accountId, tally);
      const order = { accountId, instrumentId, side, priceTicks, quantityLots: 1 } as const;
      return { tally, bytes: encodeCommand({ command: 'placeOrder', ...order }) };
    });
    for (const client of clients) {
      for (let n = 0; n < perSession; n++) this.#send(client, n);
    }
  }

  /** Orders without an answer. */
  get waiting(): number {
    return this.#waiting;
  }

  tally(accountId: number): FloodTally {
    return this.#tallies.get(accountId)!;
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isOn = false;
  }

  /** Sends nothing more, and holds once everything has its answer. */
  async end(): Promise<void> {
    this.stop();
    while (this.#waiting > 0) await sleep(pauseMs);
  }

  /** One order, and the next of its kind once it is answered. */
  #send(client: Client, n: number): void {
    const { tally, bytes } = this.#orders[n % this.#orders.length]!;
    this.#waiting++;
    client.submitWith(bytes, (outcome) => {
      this.#waiting--;
      if (outcome !== undefined) tally.note(outcome);
      if (this.#isOn) this.#send(client, n);
    });
  }
}
