/** Which versions of the engine and of records the members have, and what is missing until all can go over. Pure. */
import type { ShownMember } from '../../replica/members/membership-view.ts';
import type { ReplicaStatus, VersionRange } from '../health/status.ts';

/** Whether the members have the newest engine that the leader has. */
export interface VersionStanding {
  readonly inForce: number;
  /** That of the leader; the one in force where there is none newer. */
  readonly wanted: number;
  /** Why the switch would be refused now, a sentence each. */
  readonly missing: readonly string[];
}

/** What a member says of its versions; null where it does not answer, or is of a release that does not say it. */
export function versionsIn(
  statuses: readonly ReplicaStatus[],
  { id }: Pick<ShownMember, 'id'>,
): { readonly engine: VersionRange | null; readonly wire: VersionRange | null } {
  const status = statuses.find(({ replicaId }) => replicaId === id);
  return { engine: status?.engine ?? null, wire: status?.wire ?? null };
}

export function versionStanding(leader: ReplicaStatus, statuses: readonly ReplicaStatus[]): VersionStanding {
  const { used: inForce = 0, most: wanted = 0 } = leader.engine ?? {};
  const missing = leader.members.flatMap((member) => {
    const status = statuses.find(({ replicaId }) => replicaId === member.id);
    if (status === undefined) return [`Replica ${member.id} does not answer: start it, or remove it.`];
    if ((status.engine?.most ?? 0) >= wanted) return [];
    return [
      `Replica ${member.id} runs release ${status.version}, which has no version ${wanted} of the engine: start the new release there.`,
    ];
  });
  return { inForce, wanted, missing: wanted > inForce ? missing : [] };
}

/** `1`, or `1 (1-2)`: the one that is used, and those that it has. */
export function rangeText(range: VersionRange | null): string {
  if (range === null) return '-';
  const { used, least, most } = range;
  return least === most ? `${used}` : `${used} (${least}-${most})`;
}
