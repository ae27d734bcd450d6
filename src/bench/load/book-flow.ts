/**
 * The orders of the cluster suites: one account buys and sells at one price in turn, so that every second order trades
 * and the book stays small. No other orders are placed, so the engine's order ids must be 1 to N, and what one side
 * bought and left in the book must be what was sent: that is how a lost or a doubled order shows.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, encodeCommand, QueryFailedError } from '../../client/index.ts';
import { placeOrder } from '../../protocol/commands.ts';
import { openOrdersPerAccountMax } from '../../protocol/limits.ts';
import type { LocalCluster } from '../cluster/cluster.ts';

const instrumentId = 1;
export const marketSymbol = 'BENCH';
const buyer = 1;
const seller = 2;
const priceTicks = 10_000;
const agreementTries = 500;
const hashTries = 20;

/** Two commands, encoded once. */
export const buyOrder = orderBytes(buyer, 'buy');
export const sellOrder = orderBytes(seller, 'sell');

/** A buy below every other order of these suites; `moveResting` changes its price. */
export const restingOrder = orderBytes(buyer, 'buy');
const restingView = new DataView(restingOrder.buffer);
const restingLevels = 5_000;

/** Gives the n-th resting order its price, one of 5,000. @hot */
export function moveResting(n: number): void {
  restingView.setUint32(placeOrder.at.priceTicks, 1 + (n % restingLevels), true);
}

function orderBytes(accountId: number, side: 'buy' | 'sell'): Uint8Array {
  return encodeCommand({
    command: 'placeOrder',
    accountId,
    instrumentId,
    side,
    priceTicks,
    quantityLots: 1,
  });
}

/** The instrument and the two accounts. */
export async function createMarket(client: Client): Promise<void> {
  const outcomes = [
    await client.createInstrument({
      instrumentId,
      symbol: marketSymbol,
      priceDecimals: 2,
      quantityDecimals: 0,
    }),
    await client.createAccount({ accountId: buyer, name: 'buyer', openOrdersMax: openOrdersPerAccountMax }),
    await client.createAccount({ accountId: seller, name: 'seller', openOrdersMax: openOrdersPerAccountMax }),
  ];
  for (const { ok, text } of outcomes) assert.ok(ok, text);
}

/** Orders that the engine has run: what was bought and what rests, doubled for what was sold to it. */
export async function ordersExecuted(client: Client): Promise<number> {
  const bought = await boughtBy(client, buyer);
  const levels = await client.book(instrumentId, 1);
  let resting = 0;
  for (const { quantityLots } of levels) resting += quantityLots;
  return 2 * bought + resting;
}

async function boughtBy(client: Client, accountId: number): Promise<number> {
  const positions = await client.positions(accountId);
  return positions.find((row) => row.instrumentId === instrumentId)?.boughtLots ?? 0;
}

/** Throws unless all replicas have the same state at the same command; returns its hash. */
export async function assertAgreement(cluster: LocalCluster, client: Client): Promise<string> {
  for (let attempt = 0; attempt < agreementTries; attempt++) {
    const rows = await Promise.all(cluster.ids.map((id) => hashesOf(client, id)));
    if (new Set(rows.map(({ appliedSeq }) => appliedSeq)).size === 1) {
      assert.equal(
        new Set(rows.map(({ stateHash }) => stateHash)).size,
        1,
        'all replicas have the same state',
      );
      return String(rows[0]!.stateHash);
    }
    await sleep(10);
  }
  throw new Error('The replicas did not reach the same command.');
}

/** To hash the state of a long run may take longer than a query; what was hashed in time is not hashed again. */
async function hashesOf(client: Client, id: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.hashes({ from: id });
    } catch (error) {
      if (!(error instanceof QueryFailedError) || attempt === hashTries) throw error;
    }
  }
}

/** Acknowledged order ids, to find one that was given twice: they are 1 to N. */
export class FlowOrderIds {
  #seen = new Uint8Array(1 << 20);
  count = 0;
  /** Acknowledged twice: the first of the two was lost. */
  repeated = 0;
  highest = 0;

  /** @hot */
  add(orderId: number): void {
    if (orderId >= this.#seen.length) this.#grow(orderId);
    this.repeated += this.#seen[orderId];
    this.#seen[orderId] = 1;
    this.count++;
    if (orderId > this.highest) this.highest = orderId;
  }

  #grow(orderId: number): void {
    const seen = new Uint8Array(Math.max(orderId + 1, this.#seen.length * 2));
    seen.set(this.#seen);
    this.#seen = seen;
  }
}
