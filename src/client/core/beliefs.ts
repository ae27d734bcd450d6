/**
 * Whether what one replica claims of terms is believed, against what the others of its site say. A leader serves in a
 * term that a majority of the voters has entered, and no replica lowers its term; so a claim is wrong where a majority,
 * asked after it, names lower terms.
 */
import type { ReplicaLink } from './link.ts';

/** That a replica leads, or has led, in a term of a cluster; and since when this is claimed. */
export interface LeadershipClaim {
  readonly site: string | undefined;
  readonly instance: number;
  readonly term: number;
  readonly claimedUs: number;
}

/** The lowest term that such a majority names: no leader of a lower one serves. Undefined where the claim holds. */
export function contradiction(
  links: readonly ReplicaLink[],
  { site, instance, term, claimedUs }: LeadershipClaim,
): number | undefined {
  let voters = 0;
  let contradicting = 0;
  let lowest = term;
  for (const link of links) {
    if (link.site !== site || (link.isReady && !link.isVoter)) continue;
    voters += 1;
    const isNews = link.isReady && link.instance === instance && link.termAskedUs > claimedUs;
    if (!isNews || link.ownTerm === 0 || link.ownTerm >= term) continue;
    contradicting += 1;
    lowest = Math.min(lowest, link.ownTerm);
  }
  return contradicting * 2 > voters ? lowest : undefined;
}
