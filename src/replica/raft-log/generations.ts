/**
 * This log and other generations of its cluster: where a member belongs to a later one this log is over, and an
 * operator may have the next one begin from it, or its folder given up.
 */
import type { Journal } from '../../journal/journal.ts';
import type { StateFile } from '../../journal/state-file.ts';
import { instanceNumber } from '../../protocol/foundation.ts';
import { membersOf } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import { Role } from '../../raft/types.ts';
import type { LogGenerations, SnapshotPosition } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import { generationsAheadMax, type Introductions } from '../peers/introductions.ts';
import type { Tethers } from '../peers/tether.ts';
import type { Ports } from '../ports.ts';
import { firstPosition } from './next-generation.ts';
import type { Transitions } from './transitions.ts';

/** The log that it is about. */
interface GenerationsLog {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly journal: Journal;
  readonly raft: Raft;
  readonly instance: number;
  readonly epoch: number;
  readonly introductions: Introductions;
  readonly peers: Pick<Tethers, 'reaches'>;
}

export class Generations implements LogGenerations {
  readonly #log: GenerationsLog;
  readonly #stateFile: StateFile;
  readonly #transitions: Transitions;

  constructor(log: GenerationsLog, stateFile: StateFile, transitions: Transitions) {
    this.#log = log;
    this.#stateFile = stateFile;
    this.#transitions = transitions;
  }

  get isSuperseded(): boolean {
    return this.#log.raft.isSuperseded;
  }

  /**
   * A replica with this id belongs to another generation. Only a member of the own one is believed: it may be the only
   * survivor, a spare too. That holds where this generation lives too: an operator took it for gone, and two must not
   * trade on.
   */
  readonly hear = (from: number, epoch: number): void => {
    const { raft, epoch: own } = this.#log;
    if (own === 0 || epoch <= Math.max(own, raft.epochSeen) || !membersOf(raft.configuration).includes(from))
      return;
    if (epoch <= Math.max(own, raft.epochSeen) + generationsAheadMax) this.end(epoch);
  };

  end(epoch: number): void {
    const { raft, epoch: own } = this.#log;
    if (epoch <= raft.epochSeen) return;
    this.#transitions.superseded(own, epoch);
    raft.supersede(epoch);
  }

  refusal(): string | undefined {
    const { raft } = this.#log;
    if (raft.role === Role.leader) return 'This replica leads: its cluster lives.';
    if (!raft.followsLeader) return undefined;
    return `Replica ${raft.leaderId} leads and is heard: the cluster lives.`;
  }

  longer(): string | undefined {
    const { introductions, peers } = this.#log;
    const longer = introductions.longerLog((id) => peers.reaches(id));
    if (longer === undefined) return undefined;
    return `Replica ${longer.replicaId} holds more (up to frame ${longer.lastIndex}): let the generation begin there.`;
  }

  next(others: readonly number[]): SnapshotPosition {
    const { journal, raft, options, ports, epoch } = this.#log;
    const { replicaId, seed } = options;
    // A clock that was set back gives no earlier one.
    const instance = Math.max(this.#log.instance + 1, instanceNumber(ports.clock.wallUs(), seed));
    // A cluster that has had no leader yet has no epoch, and its first one is 1.
    const later = Math.max(1, epoch, raft.epochSeen) + 1;
    return firstPosition(journal, raft.configuration, { replicaId, others, instance, epoch: later });
  }

  replaceFolder(nextInstance: number, epochSeen = this.#log.raft.epochSeen): boolean {
    return this.#stateFile.save({ ...this.#stateFile.state, nextInstance, epochSeen });
  }
}
