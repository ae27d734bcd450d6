/**
 * Which replicas of a site are to end because another site writes in a later epoch: their site was taken for lost,
 * another one was promoted in its place, and they go on.
 */

/** What a replica says of itself. */
export interface HeldReplica {
  readonly replicaId: number;
  readonly role: string;
  readonly term: number;
  readonly epoch: number;
}

/**
 * All of a site that goes on in an epoch before this one, also where it serves no client, as it has no lease. Its
 * newest leader comes first: where that refuses, since its log may know the later epoch, the others are left too.
 */
export function outlived(replicas: readonly HeldReplica[], epoch: number): number[] {
  const newest = Math.max(0, ...replicas.map(({ term }) => term));
  const leader = replicas.find(({ role, term }) => role === 'leader' && term === newest);
  if (leader === undefined || leader.epoch >= epoch) return [];
  const others = replicas.filter((replica) => replica !== leader && replica.epoch < epoch);
  return [leader, ...others].map(({ replicaId }) => replicaId);
}
