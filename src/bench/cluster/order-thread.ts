/**
 * Gives an order of the operator while the event loop of this process stands still, as it does during a measured loop:
 * another thread does it. The answer is not read.
 */
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Loaded } from '../../ops/configuration/load.ts';
import type { OperatorOrder } from '../../ops/orders/order-words.ts';

export interface ThreadOrder {
  readonly replicaId: number;
  readonly order: OperatorOrder;
}

export class OrderThread {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** A thread that is ready to give orders. */
  static async start(loaded: Loaded): Promise<OrderThread> {
    const entry = new URL(`./order.worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(entry, { workerData: loaded });
    await once(worker, 'message');
    return new OrderThread(worker);
  }

  give(replicaId: number, order: OperatorOrder): void {
    this.#worker.postMessage({ replicaId, order } satisfies ThreadOrder);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
