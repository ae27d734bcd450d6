/**
 * The members that this replica can call. The log says who they are; the configuration file says where. A member without
 * an address is told once and left alone: nothing in a log may end a replica.
 */
import { membersOf } from '../raft/configuration.ts';
import type { Raft } from '../raft/raft.ts';
import type { Configuration } from '../raft/types.ts';
import type { Ports } from './ports.ts';

export class Members {
  readonly #raft: Pick<Raft, 'configuration' | 'id'>;
  readonly #ports: Pick<Ports, 'connections' | 'log'>;
  #configuration: Configuration | undefined;
  #callable: readonly number[] = [];
  #unknown: readonly number[] = [];

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

  /** Members without an address. */
  get unknown(): readonly number[] {
    return this.#unknown;
  }

  #look(configuration: Configuration): void {
    this.#configuration = configuration;
    const others = membersOf(configuration).filter((id) => id !== this.#raft.id);
    const before = this.#unknown;
    this.#callable = others.filter((id) => this.#ports.connections.knows(id));
    this.#unknown = others.filter((id) => !this.#ports.connections.knows(id));
    for (const member of this.#unknown) {
      if (before.includes(member)) continue;
      this.#ports.log.warn(
        'a member has no address in the configuration file and is not called: name it under "replicas"',
        { member },
      );
    }
  }
}
