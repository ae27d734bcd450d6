/** A reconnect storm on a running exchange, from a thread of its own. */
import { Worker } from 'node:worker_threads';
import { operatorOfTests, type TestExchange } from './exchange.ts';

/** What the storm counts. */
export const stormCounters = ['connected', 'welcomed', 'sessionsOpened', 'garbage', 'loiterers'] as const;

/** The orders for its thread. */
export interface StormOrder {
  readonly replicas: readonly { readonly id: number; readonly tcpPort: number }[];
  readonly gatewayPort: number;
  /** At once, on each port. */
  readonly callersEach: number;
  /** The folder of an identity that may open sessions. */
  readonly identity: string;
  /** A number of 32 bits for each of {@link stormCounters}. */
  readonly counts: SharedArrayBuffer;
  readonly seed: number;
}

export class Storm {
  readonly #worker: Worker;
  readonly #counts = new SharedArrayBuffer(stormCounters.length * 4);

  constructor(exchange: TestExchange, callersEach: number) {
    const { replicas, gateway } = exchange.loaded.configuration;
    const order: StormOrder = {
      replicas: replicas.map(({ id, tcpPort }) => ({ id, tcpPort })),
      gatewayPort: gateway.port,
      callersEach,
      identity: exchange.identity(operatorOfTests),
      counts: this.#counts,
      seed: 5,
    };
    this.#worker = new Worker(new URL('./storm.worker.ts', import.meta.url), { workerData: order });
  }

  count(name: (typeof stormCounters)[number]): number {
    return Atomics.load(new Int32Array(this.#counts), stormCounters.indexOf(name));
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
