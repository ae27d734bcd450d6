/** The replicas that run: the exchange over Raft and the journal, and a witness of it. */
import type { Exchange } from './exchange/exchange.ts';
import type { ReplicaOptions } from './options.ts';
import type { Ports } from './ports.ts';
import { findReplicatedJournal, type ReplicatedJournal } from './raft-log/replicated-journal.ts';
import { Replica } from './replica.ts';
import { exchangeApplication } from './sessions/exchange-service.ts';
import { witnessApplication } from './witness/witness-service.ts';
import type { WitnessState } from './witness/witness-state.ts';

export type ExchangeReplica = Replica<Exchange, ReplicatedJournal>;
export type Witness = Replica<WitnessState, ReplicatedJournal>;
/** What a process of a member runs. */
export type MemberReplica = ExchangeReplica | Witness;

/** Recovers from its disk; throws ReplicaFault with what to do when the disk cannot be used. */
export function startExchangeReplica(options: ReplicaOptions, ports: Ports): ExchangeReplica {
  return new Replica(options, ports, findReplicatedJournal, exchangeApplication);
}

/** Like {@link startExchangeReplica}, with options that say that it is a witness. */
export function startWitness(options: ReplicaOptions, ports: Ports): Witness {
  return new Replica(options, ports, findReplicatedJournal, witnessApplication);
}
