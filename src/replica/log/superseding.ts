/** When a member belongs to a later generation of the cluster, the log of this replica is over. */
import { isVoter } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Transitions } from './transitions.ts';

export class Superseding {
  readonly #log: { readonly epoch: number; readonly raft: Raft };
  readonly #transitions: Transitions;

  constructor(log: { readonly epoch: number; readonly raft: Raft }, transitions: Transitions) {
    this.#log = log;
    this.#transitions = transitions;
  }

  /** A replica with this id belongs to another generation. Only a voter of the own one is believed. */
  readonly hear = (from: number, epoch: number): void => {
    const { raft, epoch: own } = this.#log;
    if (own === 0 || epoch <= own || epoch <= raft.epochSeen || !isVoter(raft.configuration, from)) return;
    this.#transitions.superseded(own, epoch);
    raft.supersede(epoch);
  };
}
