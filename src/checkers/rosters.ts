/**
 * A replica goes by the members that its log has, and by no others, also behind a snapshot; and it calls them where the
 * log says, no longer than it says so.
 */
import type { Report } from './violations.ts';

/** Within so many duty cycles, and this time, it goes by what its log says now. */
const cyclesMax = 20;
const lateUsMax = 20_000;

interface Late {
  readonly sinceUs: number;
  cycles: number;
}

/** Watches by which configuration each replica calls the members. */
export class RostersChecker {
  readonly #report: Report;
  readonly #late = new Map<number, Late>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A duty cycle of a replica has ended; whether it goes by the configuration in force. */
  cycled(replicaId: number, isCurrent: boolean, nowUs: number): void {
    if (isCurrent) {
      this.#late.delete(replicaId);
      return;
    }
    const late = this.#late.get(replicaId) ?? { sinceUs: nowUs, cycles: 0 };
    this.#late.set(replicaId, late);
    late.cycles += 1;
    if (late.cycles <= cyclesMax || nowUs - late.sinceUs <= lateUsMax) return;
    this.#late.delete(replicaId);
    this.#report(
      'rosters',
      `replica ${replicaId} calls the members by a configuration that is not in force any more`,
    );
  }
}

/** A configuration by which a replica goes: its place in the log, or the end of the snapshot that holds it. */
export interface PlacedMembers {
  readonly index: number;
  /** The configuration as bytes in text. */
  readonly members: string;
}

/** What is committed in one cluster: all changes up to a frame. */
interface CommittedMembers {
  readonly changes: PlacedMembers[];
  upTo: number;
}

export class MembersChecker {
  readonly #report: Report;
  /** By instance of the cluster. */
  readonly #committed = new Map<number, CommittedMembers>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Up to this frame the changes of a cluster are known; those behind it are to be reported next. */
  knownTo(instance: number): number {
    return this.#of(instance).upTo;
  }

  /** A replica holds these changes, all that are committed from the known ones on up to `upTo`. */
  committed(instance: number, changes: readonly PlacedMembers[], upTo: number): void {
    const known = this.#of(instance);
    known.changes.push(...changes);
    known.upTo = Math.max(known.upTo, upTo);
  }

  /** A replica goes by this configuration; false where it is not known yet whether that is right. */
  goesBy(replicaId: number, instance: number, { index, members }: PlacedMembers): boolean {
    const known = this.#of(instance);
    if (index > known.upTo) return false;
    const right = known.changes.findLast((change) => change.index <= index);
    if (right === undefined || right.members === members) return true;
    this.#report(
      'members',
      `replica ${replicaId} goes by other members at frame ${index} than the log has since frame ${right.index}`,
    );
    return true;
  }

  #of(instance: number): CommittedMembers {
    let known = this.#committed.get(instance);
    if (known === undefined) {
      known = { changes: [], upTo: 0 };
      this.#committed.set(instance, known);
    }
    return known;
  }
}
