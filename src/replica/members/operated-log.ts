/** What an operator's order needs of the log. */
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';
import type { OperatorAnswer } from '../answers.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Introductions } from '../peers/introductions.ts';
import type { Tethers } from '../peers/tether.ts';
import type { Ports } from '../ports.ts';

export interface OperatedLog {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly raft: Raft;
  readonly introductions: Introductions;
  readonly peers: Pick<Tethers, 'reaches' | 'isCalledBy' | 'hears'>;
  readonly journal: { readonly lastIndex: number; readonly lastTerm: number };
  /** The founding voters of its cluster; none before it has a log. */
  readonly founders: readonly number[];
  /** The epoch of its generation; 0 where it is not known yet. */
  readonly epoch: number;
  /** The exchange's time at its leader, in microseconds since 1970. */
  readonly timeUs: number;
  appendConfiguration(configuration: Configuration): boolean;
}

/** `next` is the configuration to append; without it the order is refused, and `answer` says why. */
export interface Decision {
  readonly next?: Configuration;
  readonly answer: OperatorAnswer;
}
