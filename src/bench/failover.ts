/**
 * How long nobody is served when the leader dies: orders flow at a steady rate through the SDK while the leader's process
 * is killed with SIGKILL, again and again, each time after the cluster is whole again. The gap is what the client sees,
 * from the broken connection to the first acknowledgement of the next leader; the promotion is what the new leader
 * counts, from its election to its readiness. Lost and doubled orders are counted at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client/index.ts';
import { leaderOf, statusOfAll } from '../ops/cli/control-client.ts';
import { connectToExchange } from '../ops/exchange-client.ts';
import { LeaderKiller } from '../ops/replay/leader-killer.ts';
import { startOwnExchange } from '../ops/replay/own-exchange.ts';

const kills = 20;
const ordersPerSecond = 2_000;
const batchMs = 5;
const instrumentId = 1;
const accountId = 1;
const settleMs = 300;

export async function runFailoverBench(): Promise<void> {
  const exchange = await startOwnExchange();
  const { configuration } = exchange.loaded;
  try {
    const client = await connectToExchange(exchange.loaded, { feed: 'own', commandTimeoutMs: 60_000 });
    await client.createInstrument({ instrumentId, symbol: 'BENCH', priceDecimals: 2, quantityDecimals: 0 });
    await client.createAccount({ accountId, name: 'bench' });
    const load = new SteadyLoad(client);
    const promotionsMs: number[] = [];
    const killer = new LeaderKiller(configuration, kills);
    for (let kill = 1; kill <= kills; kill++) {
      await killer.kill();
      while (client.status.failovers.length < kill) await sleep(10);
      const leader = leaderOf(await statusOfAll(configuration));
      if (leader !== undefined) promotionsMs.push(leader.counters.promotionUs / 1_000);
      await sleep(settleMs);
    }
    const { acknowledged, doubled } = await load.stop();
    const lost = await lostOrders(client, acknowledged);
    const gapsMs = client.status.failovers.map(({ gapMs }) => gapMs);
    console.table({ 'gap, ms': spread(gapsMs), 'promotion, ms': spread(promotionsMs) });
    console.log(
      `${acknowledged.size} orders acknowledged over ${kills} kills; lost ${lost}, doubled ${doubled}`,
    );
    await client.close();
  } finally {
    await exchange.stop();
  }
}

/** Places orders at a fixed rate, whatever happens. */
class SteadyLoad {
  readonly #client: Client;
  readonly #acknowledged = new Map<string, number>();
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #doubled = 0;
  #sent = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#timer = setInterval(() => {
      for (let n = 0; n < (ordersPerSecond * batchMs) / 1_000; n++) this.#place();
    }, batchMs);
  }

  async stop(): Promise<{ acknowledged: Map<string, number>; doubled: number }> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    const orderIds = new Set(this.#acknowledged.values());
    return {
      acknowledged: this.#acknowledged,
      doubled: this.#doubled + this.#acknowledged.size - orderIds.size,
    };
  }

  #place(): void {
    // A window that is full during a gap means that the load waits, not that orders are lost.
    if (this.#pending.size > 3_500) return;
    const clientOrderId = `k${this.#sent++}`;
    const side = this.#sent % 2 === 0 ? 'buy' : 'sell';
    const order = { accountId, instrumentId, side, priceTicks: 100, quantityLots: 1, clientOrderId } as const;
    const placed = this.#client.placeOrder(order).then(({ ok, orderId, repeated }) => {
      if (ok) this.#acknowledged.set(clientOrderId, orderId);
      if (repeated) this.#doubled += 1;
    });
    this.#pending.add(placed);
    void placed.finally(() => this.#pending.delete(placed));
  }
}

async function lostOrders(client: Client, acknowledged: ReadonlyMap<string, number>): Promise<number> {
  let lost = 0;
  for (const [clientOrderId, orderId] of acknowledged) {
    const row = await client.order({ accountId, clientOrderId });
    if (row?.orderId !== orderId) lost += 1;
  }
  return lost;
}

function spread(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    Math.round((sorted[Math.ceil(sorted.length * part) - 1] ?? 0) * 10) / 10;
  return { count: sorted.length, min: at(0.001), p50: at(0.5), p90: at(0.9), max: at(1) };
}
