/** What an operator's order needs of the replica that carries it out. */
import type { Raft } from '../../raft/raft.ts';
import type { Introductions } from '../log/introductions.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { Applier } from '../state/applier.ts';

export interface OperatedReplica {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly raft: Raft;
  readonly introductions: Introductions;
  readonly sequencer: Sequencer;
  readonly applier: Applier;
  readonly snapshots: Snapshots;
  /** The founding voters of its cluster; none before it has a log. */
  readonly founders: readonly number[];
  /** Whether it leads and takes commands. */
  readonly serving: boolean;
  /** 0 where no leader is known. */
  readonly leaderId: number;
}
