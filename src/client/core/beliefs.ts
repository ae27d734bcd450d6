/**
 * Whether what one replica claims of generations and terms is believed, against what the others of its site say. A
 * leader serves in a term that a majority of the voters has entered, and no replica lowers its term; so a claim is
 * wrong where a majority, asked after it, names lower terms. It is the same with generations of the cluster, where that
 * majority names a leader of its own one (replicas that know their generation to be over name none), and where no
 * majority ever named the claimed one.
 */
import type { ReplicaLink } from './link.ts';

/** Where a leader serves: what says how new it is. */
export interface LeaderPlace {
  readonly epoch: number;
  readonly instance: number;
  readonly term: number;
}

/** That a replica leads, or has led, in a place; and since when this is claimed. */
export interface LeadershipClaim extends LeaderPlace {
  readonly site: string | undefined;
  readonly claimedUs: number;
  /** A majority has named this generation: it is believed for good. */
  readonly isBacked?: boolean;
}

/** Whether one is of a lower epoch than another, of an earlier cluster in it, or of an older term of the same. */
export function isBefore(one: LeaderPlace, other: LeaderPlace): boolean {
  if (one.epoch !== other.epoch) return one.epoch < other.epoch;
  return one.instance === other.instance ? one.term < other.term : one.instance < other.instance;
}

/** Whether both are of one generation of one cluster. */
export function isSameCluster(one: LeaderPlace, other: LeaderPlace): boolean {
  return one.epoch === other.epoch && one.instance === other.instance;
}

/** The lowest place that such a majority names: no leader of a lower one serves. Undefined where the claim holds. */
export function contradiction(
  links: readonly ReplicaLink[],
  claim: LeadershipClaim,
): LeaderPlace | undefined {
  let voters = 0;
  let contradicting = 0;
  let lowest: LeaderPlace = claim;
  for (const link of links) {
    if (link.site !== claim.site || !isCounted(link)) continue;
    voters += 1;
    if (!link.isReady || link.ownTerm === 0 || link.termAskedUs <= claim.claimedUs) continue;
    const { epoch, instance, ownTerm: term, leaderId } = link;
    const place = { epoch, instance, term };
    const isOther = !isSameCluster(place, claim);
    if (!isBefore(place, claim) || (isOther && (leaderId === 0 || claim.isBacked === true))) continue;
    contradicting += 1;
    if (isBefore(place, lowest)) lowest = place;
  }
  return contradicting * 2 > voters ? lowest : undefined;
}

/** Whether a majority of the voters of a site, as far as they are known, says that it belongs to a generation. */
export function isNamedByMajority(
  links: readonly ReplicaLink[],
  site: string | undefined,
  place: LeaderPlace,
): boolean {
  const voters = links.filter((link) => link.site === site && isCounted(link));
  const naming = voters.filter((link) => link.isReady && isSameCluster(link, place));
  return naming.length * 2 > voters.length;
}

/** Whether a majority of the voters of its site names a replica as the leader of its cluster. */
export function isFollowedByMajority(links: readonly ReplicaLink[], leader: ReplicaLink): boolean {
  const voters = links.filter((link) => link.site === leader.site && isCounted(link));
  const following = voters.filter(
    (link) => link.isReady && link.leaderId === leader.replicaId && isSameCluster(link, leader),
  );
  return following.length * 2 > voters.length;
}

/** Whether a voter of its site that answers names no leader, or another one than a replica that says it leads. */
export function isDisputed(links: readonly ReplicaLink[], leader: ReplicaLink): boolean {
  return links.some(
    (link) =>
      link !== leader &&
      link.site === leader.site &&
      link.isReady &&
      isCounted(link) &&
      !(link.leaderId === leader.replicaId && isSameCluster(link, leader)),
  );
}

/** A replica that one leader alone has named has no voice about what that leader claims. */
function isCounted(link: ReplicaLink): boolean {
  return link.isBacked && !(link.isReady && !link.isVoter);
}
