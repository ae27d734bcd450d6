/** The thread of an {@link OrderThread}: gives the orders that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Loaded } from '../../ops/configuration/load.ts';
import { giveOrder } from '../../ops/orders/control-orders.ts';
import type { ThreadOrder } from './order-thread.ts';

parentPort!.on('message', ({ replicaId, order }: ThreadOrder) => {
  void giveOrder(workerData as Loaded, replicaId, order);
});
parentPort!.postMessage('ready');
