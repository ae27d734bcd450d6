/**
 * A stream of orders for tests of whole exchanges, which remembers what was acknowledged and asks for it afterwards.
 */
import assert from 'node:assert/strict';
import type { Client } from '../client/index.ts';

export const instrumentId = 7;
const accountIds = [701, 702, 703];
const inFlight = 2_000;

/** Creates the instrument and the accounts. */
export async function prepareMarket(client: Client): Promise<void> {
  await client.createInstrument({ instrumentId, symbol: 'TEST', priceDecimals: 2, quantityDecimals: 0 });
  for (const accountId of accountIds) await client.createAccount({ accountId, name: `test-${accountId}` });
}

/** What the exchange acknowledged. */
export class OrderStream {
  /** Order id by client order id. */
  readonly acknowledged = new Map<
    string,
    { readonly accountId: number; readonly orderId: number; readonly seq: number }
  >();
  readonly #prefix: string;
  #sent = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Sends `count` orders, many in flight; resolves when each has its outcome. */
  async send(client: Client, count: number): Promise<void> {
    for (let left = count; left > 0; left -= inFlight) {
      const batch = Array.from({ length: Math.min(left, inFlight) }, () => this.#place(client, this.#sent++));
      await Promise.all(batch);
    }
  }

  /** Every acknowledged order is known under its own id, and every id was given once. */
  async verify(client: Client): Promise<void> {
    const orderIds = new Set<number>();
    for (const [clientOrderId, { accountId, orderId }] of this.acknowledged) {
      const row = await client.order({ accountId, clientOrderId });
      assert.equal(row?.orderId, orderId, `order ${clientOrderId} was acknowledged`);
      assert.ok(!orderIds.has(orderId), `order id ${orderId} was given once`);
      orderIds.add(orderId);
    }
  }

  get lastSeq(): number {
    return Math.max(0, ...[...this.acknowledged.values()].map(({ seq }) => seq));
  }

  async #place(client: Client, number: number): Promise<void> {
    const accountId = accountIds[number % accountIds.length]!;
    const side = number % 2 === 0 ? 'buy' : 'sell';
    const away = (number * 7) % 50;
    const priceTicks = 10_000 + (side === 'buy' ? 5 - away : away - 5);
    const clientOrderId = `${this.#prefix}-${number}`;
    const order = {
      accountId,
      instrumentId,
      side,
      priceTicks,
      quantityLots: 1 + (number % 9),
      clientOrderId,
    } as const;
    const { ok, orderId, seq, repeated } = await client.placeOrder(order);
    assert.ok(ok && !repeated);
    this.acknowledged.set(clientOrderId, { accountId, orderId, seq });
  }
}
