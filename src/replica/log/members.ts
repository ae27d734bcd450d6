/**
 * The members that this replica can call. The log says who they are; the configuration file says where. A member
 * without an address is reported once and not called: nothing in a log may end a replica.
 */
import { membersOf } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';
import type { Ports } from '../ports.ts';

/** Highest id that fits into a set of replicas in one number. */
const maskedIdMax = 53;

/** A set of replicas as a number: bit n - 1 is replica n. Higher ids are left out. */
export function maskOf(ids: Iterable<number>): number {
  let mask = 0;
  for (const id of new Set(ids)) if (id <= maskedIdMax) mask += 2 ** (id - 1);
  return mask;
}

export class Members {
  readonly #raft: Pick<Raft, 'configuration' | 'id'>;
  readonly #ports: Pick<Ports, 'connections' | 'log'>;
  #configuration: Configuration | undefined;
  #callable: readonly number[] = [];
  #unknown: readonly number[] = [];
  /** As masks: the voters (of both halves in a change), the learners. */
  votersMask = 0;
  learnersMask = 0;
  unknownMask = 0;

  constructor(raft: Pick<Raft, 'configuration' | 'id'>, ports: Pick<Ports, 'connections' | 'log'>) {
    this.#raft = raft;
    this.#ports = ports;
  }

  /** The other members with an address. */
  callable(): readonly number[] {
    const { configuration } = this.#raft;
    if (configuration !== this.#configuration) this.#look(configuration);
    return this.#callable;
  }

  #look(configuration: Configuration): void {
    this.#configuration = configuration;
    const others = membersOf(configuration).filter((id) => id !== this.#raft.id);
    const before = this.#unknown;
    this.#callable = others.filter((id) => this.#ports.connections.knows(id));
    this.#unknown = others.filter((id) => !this.#ports.connections.knows(id));
    this.votersMask = maskOf([...configuration.voters, ...configuration.outgoing]);
    this.learnersMask = maskOf(configuration.learners);
    this.unknownMask = maskOf(this.#unknown);
    for (const member of this.#unknown) {
      if (before.includes(member)) continue;
      this.#ports.log.warn(
        'a member has no address in the configuration file and is not called: name it under "replicas"',
        { member },
      );
    }
  }
}
