/** A reconnect storm on a running exchange, from a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { TestExchange } from './exchange.ts';

/** What the storm counts. */
export const stormCounters = ['connected', 'welcomed', 'sessionsOpened', 'garbage', 'loiterers'] as const;

/** The orders for its thread. */
export interface StormOrder {
  readonly replicaPorts: readonly number[];
  readonly gatewayPort: number;
  /** At once, on each port. */
  readonly callersEach: number;
  readonly clusterId: number;
  readonly sessionKey: string;
  /** A number of 32 bits for each of {@link stormCounters}. */
  readonly counts: SharedArrayBuffer;
  readonly seed: number;
}

export class Storm {
  readonly #worker: Worker;
  readonly #counts = new SharedArrayBuffer(stormCounters.length * 4);

  constructor({ loaded, keys }: TestExchange, callersEach: number) {
    const { replicas, gateway, clusterId } = loaded.configuration;
    const order: StormOrder = {
      replicaPorts: replicas.map(({ tcpPort }) => tcpPort),
      gatewayPort: gateway.port,
      callersEach,
      clusterId,
      sessionKey: Buffer.from(keys.session).toString('hex'),
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
