/**
 * Sessions in a process of their own that always have as many orders on the way as they may, until the process
 * ends; on request it says how many orders wait, and what became of the others.
 */

import { type FloodingAccount, OrderFlood } from '../../chaos/order-flood.ts';
import type { Client } from '../../client/index.ts';
import { connectToExchange } from '../../ops/clients/exchange-client.ts';
import { loadConfiguration } from '../../ops/configuration/load.ts';

export interface FloodOrder {
  readonly config: string;
  readonly sessions: number;
  readonly instrumentId: number;
  readonly accounts: readonly FloodingAccount[];
}

export interface FloodReport {
  readonly waiting: number;
  readonly accepted: number;
  readonly refused: number;
}

const commandTimeoutMs = 120_000;

async function connected({ config, sessions }: FloodOrder): Promise<Client[]> {
  const loaded = loadConfiguration({ config });
  const options = { feed: 'own', commandTimeoutMs } as const;
  return Promise.all(Array.from({ length: sessions }, () => connectToExchange(loaded, options)));
}

let flood: OrderFlood | undefined;
let asked: FloodOrder | undefined;

/** An order begins; anything else asks for the report. */
process.on('message', (message: FloodOrder | 'report') => {
  if (message !== 'report') {
    asked = message;
    void connected(message).then((clients) => {
      flood = new OrderFlood(clients, message.instrumentId, message.accounts);
      process.send?.('begun');
    });
    return;
  }
  const tallies = (asked?.accounts ?? []).map(({ accountId }) => flood!.tally(accountId));
  const sum = (of: 'accepted' | 'refused'): number => tallies.reduce((total, tally) => total + tally[of], 0);
  const report: FloodReport = {
    waiting: flood?.waiting ?? 0,
    accepted: sum('accepted'),
    refused: sum('refused'),
  };
  process.send?.(report);
});
