/** The replica that runs: the exchange over Raft and the journal. */
import type { Exchange } from './exchange/exchange.ts';
import { findReplicatedJournal, type ReplicatedJournal } from './log/replicated-journal.ts';
import type { ReplicaOptions } from './options.ts';
import type { Ports } from './ports.ts';
import { Replica } from './replica.ts';
import { exchangeApplication } from './sessions/exchange-service.ts';

export type ExchangeReplica = Replica<Exchange, ReplicatedJournal>;

/** Recovers from its disk; throws ReplicaFault with what to do when the disk cannot be used. */
export function startExchangeReplica(options: ReplicaOptions, ports: Ports): ExchangeReplica {
  return new Replica(options, ports, findReplicatedJournal, exchangeApplication);
}
