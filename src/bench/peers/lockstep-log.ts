/** Our own cluster as a replicated log: an entry is an order, written through the SDK on the event loop. */
import { strict as assert } from 'node:assert';
import type { Client } from '../../client/index.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { buyOrder, createMarket, ordersExecuted, sellOrder } from '../load/book-flow.ts';
import type { ComparedLog } from './replicated-log.ts';

export async function startLockstep(durability: 'memory' | 'disk'): Promise<ComparedLog> {
  const cluster = await LocalCluster.start({ durability });
  const client = await cluster.connect({ windowCommandsMax: 4_096 });
  await createMarket(client);
  return new LockstepLog(cluster, client);
}

class LockstepLog implements ComparedLog {
  readonly #cluster: LocalCluster;
  readonly #client: Client;
  #sent = 0;
  #killed = 0;

  constructor(cluster: LocalCluster, client: Client) {
    this.#cluster = cluster;
    this.#client = client;
  }

  write(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.submitWith(this.#sent++ % 2 === 0 ? buyOrder : sellOrder, (outcome, error) => {
        if (outcome?.ok) resolve();
        else reject(error ?? new Error(outcome?.text));
      });
    });
  }

  async killLeader(): Promise<void> {
    this.#killed = this.#client.status.leaderId;
    assert.ok(this.#killed > 0, 'a replica leads');
    this.#cluster.signal(this.#killed, 'SIGKILL');
  }

  async restart(): Promise<void> {
    await this.#cluster.ended(this.#killed);
    this.#cluster.startReplica(this.#killed);
    await this.#cluster.whole();
  }

  count(): Promise<number> {
    return ordersExecuted(this.#client);
  }

  async stop(): Promise<void> {
    await this.#client.close();
    await this.#cluster.stop();
  }
}
