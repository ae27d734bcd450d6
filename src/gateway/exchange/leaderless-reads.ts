/** Reads while no replica leads: any replica that answers gives what it has applied. */
import type { ExchangeReads, GatewayExchange } from '../ports.ts';

const anyReplica = { from: 'any' } as const;

/** The same reads, which do not wait for a leader. */
export function leaderlessReads(exchange: GatewayExchange): ExchangeReads {
  return {
    order: (name) => exchange.order(name, anyReplica),
    openOrdersPage: (filter) => exchange.openOrdersPage(filter, anyReplica),
    fills: (filter) => exchange.fills(filter, anyReplica),
    positions: (accountId) => exchange.positions(accountId, anyReplica),
    book: (instrumentId, levels) => exchange.book(instrumentId, levels, anyReplica),
    trades: (instrumentId, count) => exchange.trades(instrumentId, count, anyReplica),
    instruments: () => exchange.instruments(anyReplica),
    account: (accountId) => exchange.account(accountId, anyReplica),
    keys: (afterChange) => exchange.keys(afterChange, anyReplica),
    modes: (filter) => exchange.modes(filter, anyReplica),
    audit: (afterNumber) => exchange.audit(afterNumber, anyReplica),
    hashes: (options = anyReplica) => exchange.hashes(options),
  };
}
