/** What a replica runs: how its state machine is made, and what serves the clients of that. */

import type { Configuration } from '../../raft/types.ts';
import type { OperatorAnswer } from '../answers.ts';
import type { RoleServer } from '../connections/connection-server.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { ReplicaOptions } from '../options.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import type { StateMachine } from './state-machine.ts';

/** Whether this replica may serve clients now, and as what. */
export interface ServingView {
  readonly serving: boolean;
  readonly term: number;
  readonly leaderId: number;
  /** Whether it votes, as far as it knows, and whether it may have lost what it promised. */
  readonly isVoter: boolean;
  readonly isRecovering: boolean;
  /** Whether it has known a leader since its start: before, its folder may be of another cluster. */
  readonly hasHadLeader: boolean;
  /** Its site follows another one, which writes: it takes no command of a client. */
  readonly isStandby: boolean;
  /** Its state is in doubt: no client sees anything of it. */
  readonly isParked: boolean;
  /** Which cluster it is (protocol/foundation.ts); 0 where it is not known yet. */
  readonly instance: number;
  /** The newest epoch of it that is applied here; 0 where it is not known yet. */
  readonly epoch: number;
  /** Number of this cluster among the sites of its exchange; 0: there are no others. */
  readonly site: number;
  /** How a site opens that begins to write, what the other sites are called, and how often a leader looks around. */
  readonly options: Pick<ReplicaOptions, 'openAfterMs' | 'sites' | 'heartbeatUs'>;
  /** The frame by which the site before ended what it wrote has opened this one, and this leader took it. */
  readonly isHandedOver: boolean;
  /** The number of the site that writes. */
  readonly log: { readonly writingSite: number };
  /** The members as the log has them now. */
  readonly membership: Configuration;
  /** A client reaches this replica, and not the leader of the term. */
  clientsMissLeader(term: number): void;
}

/**
 * Serves the clients of a state machine at one replica: takes their commands for the sequencer while it leads, and
 * answers what they ask. The leader's own commands (a grace that is over, an end of day) come from here too.
 */
export interface Service {
  /** Serves the connections of clients. */
  readonly clients: RoleServer;
  /** When a client was heard last. */
  readonly heardUs: number;
  /** When it has something to do though nothing comes. @hot */
  readonly deadlineUs: number;
  /** The cycle's work, after what was committed is applied; returns how much. @hot */
  doWork(nowUs: number): number;
  /** Role, term, leader or readiness has changed. */
  leadershipChanged(): void;
  /** Carries out an operator's order that concerns the application; the replica leads and serves. */
  carryOut(order: OperatorControlOrder): OperatorAnswer;
  /** Sets the counters that are its own. */
  publish(): void;
}

export interface Application<S extends StateMachine> {
  /** The state before the first command, or that of a snapshot; undefined where its bytes are of another release. */
  create(options: ReplicaOptions, snapshot: Uint8Array | undefined): S | undefined;
  serve(state: S, sequencer: Sequencer, ports: Ports, view: ServingView): Service;
}
