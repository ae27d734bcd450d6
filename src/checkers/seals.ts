/** The key by which a replica seals for all members is replaced when one that holds it is a member no more. */
import { membersOf } from '../raft/configuration.ts';
import type { Configuration } from '../raft/types.ts';
import type { Report } from './violations.ts';

/** Replicas look at the members once in a millisecond, by clocks that may be slow. */
const lateUs = 1_100;

/** Whom a replica takes for the members, and since when. */
interface SeenMembers {
  readonly configuration: Configuration;
  readonly members: readonly number[];
  readonly sinceUs: number;
  /** It has looked at them since. */
  isLookedAt: boolean;
}

export class SealsChecker {
  readonly #report: Report;
  readonly #seen = new Map<number, SeenMembers>();
  /** Replicas that have taken a key for all, by the replica that made it and the number of the key. */
  readonly #holders = new Map<string, Set<number>>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A process begins: it has no key of an earlier one. */
  started(replicaId: number): void {
    this.#seen.delete(replicaId);
  }

  /** A duty cycle of a replica has ended, which goes by this configuration and no longer by another one. */
  cycled(replicaId: number, configuration: Configuration, nowUs: number): void {
    const seen = this.#seen.get(replicaId);
    if (seen?.configuration !== configuration) {
      const members = membersOf(configuration);
      this.#seen.set(replicaId, { configuration, members, sinceUs: nowUs, isLookedAt: false });
    } else if (nowUs - seen.sinceUs >= lateUs) seen.isLookedAt = true;
  }

  /** A replica has taken the key by which another one seals for all. */
  taken(replicaId: number, ownerId: number, keyId: number): void {
    const key = `${ownerId} ${keyId}`;
    const holders = this.#holders.get(key) ?? new Set();
    this.#holders.set(key, holders.add(replicaId));
  }

  /** A replica seals a datagram for all by this key. */
  sealed(ownerId: number, keyId: number): void {
    const seen = this.#seen.get(ownerId);
    if (seen?.isLookedAt !== true) return;
    const key = `${ownerId} ${keyId}`;
    const stranger = [...(this.#holders.get(key) ?? [])].find((id) => !seen.members.includes(id));
    if (stranger === undefined) return;
    this.#holders.delete(key);
    this.#report(
      'seals',
      `replica ${ownerId} seals for all by a key that replica ${stranger} holds, which is no member since ${seen.sinceUs} us`,
    );
  }
}
