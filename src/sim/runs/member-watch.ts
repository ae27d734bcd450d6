/** Reads the members from the logs of replicas, for the checker of that. */
import type { MembersChecker, PlacedMembers } from '../../checkers/rosters.ts';
import { configurationBytes, writeConfiguration } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import type { MemberReplica } from '../../replica/exchange-replica.ts';
import { configurationChanges } from '../../replica/raft-log/startup.ts';

interface SeenMembers {
  readonly configuration: Configuration;
  readonly index: number;
  isJudged: boolean;
}

export class MemberWatch {
  readonly #checker: MembersChecker;
  /** What each replica goes by, its place in the log, and whether it was found right or wrong. */
  readonly #seen = new Map<number, SeenMembers>();

  constructor(checker: MembersChecker) {
    this.#checker = checker;
  }

  /** A duty cycle of a replica has ended. */
  cycled(replicaId: number, { log }: MemberReplica): void {
    const { raft, journal, instance } = log;
    const { configuration, commitIndex } = raft;
    let seen = this.#seen.get(replicaId);
    if (instance === 0 || (seen?.configuration === configuration && seen.isJudged)) return;
    if (seen?.configuration !== configuration) {
      // Where the journal has no change, the snapshot before it has them all.
      const index = configurationChanges(journal, 0).at(-1)?.index ?? journal.firstIndex - 1;
      seen = { configuration, index, isJudged: false };
      this.#seen.set(replicaId, seen);
    }
    if (seen.index > commitIndex) return;
    const from = this.#checker.knownTo(instance);
    if (journal.firstIndex <= from + 1 && commitIndex > from) {
      const isCommitted = (change: { readonly index: number }): boolean => change.index <= commitIndex;
      const changes = configurationChanges(journal, from).filter(isCommitted).map(placed);
      this.#checker.committed(instance, changes, commitIndex);
    }
    seen.isJudged = this.#checker.goesBy(replicaId, instance, placed(seen));
  }
}

function placed({ index, configuration }: Pick<SeenMembers, 'index' | 'configuration'>): PlacedMembers {
  const bytes = new Uint8Array(configurationBytes(configuration));
  writeConfiguration(configuration, bytes, 0);
  return { index, members: Buffer.from(bytes).toString('hex') };
}
