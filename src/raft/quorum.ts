/**
 * The arithmetic of majorities, simple and joint (Ongaro 2014, §4.3): pure functions over arrays indexed by replica id.
 * A joint configuration decides only what both of its halves decide; an empty half agrees with everything.
 */

/** The two halves of a configuration; `outgoing` is empty outside of a change. */
export interface Quorum {
  readonly voters: readonly number[];
  readonly outgoing: readonly number[];
}

export const VoteResult = { pending: 0, won: 1, lost: 2 } as const;
export type VoteResult = (typeof VoteResult)[keyof typeof VoteResult];

/** One answer to a vote request. */
export const Vote = { none: 0, granted: 1, refused: 2 } as const;
export type Vote = (typeof Vote)[keyof typeof Vote];

/** Replicas that make a majority of `voters`. */
function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * The largest value that a majority of each half has reached; `values` is indexed by replica id. Used for indices,
 * rounds and times alike. Infinity when both halves are empty. @hot
 */
export function quorumValue(quorum: Quorum, values: ArrayLike<number>): number {
  return Math.min(majorityValue(quorum.voters, values), majorityValue(quorum.outgoing, values));
}

/** What the answers in `votes` (a Vote per replica id) amount to. */
export function voteResult(quorum: Quorum, votes: ArrayLike<number>): VoteResult {
  const incoming = majorityVote(quorum.voters, votes);
  const outgoing = majorityVote(quorum.outgoing, votes);
  if (incoming === VoteResult.lost || outgoing === VoteResult.lost) return VoteResult.lost;
  return incoming === VoteResult.won && outgoing === VoteResult.won ? VoteResult.won : VoteResult.pending;
}

/** What the answers amount to where every voter must agree. */
export function unanimousResult(voters: readonly number[], votes: ArrayLike<number>): VoteResult {
  if (voters.some((id) => votes[id] === Vote.refused)) return VoteResult.lost;
  return voters.every((id) => votes[id] === Vote.granted) ? VoteResult.won : VoteResult.pending;
}

/** For so few voters, counting for each of them is cheaper than sorting, and allocates nothing. */
function majorityValue(voters: readonly number[], values: ArrayLike<number>): number {
  if (voters.length === 0) return Number.POSITIVE_INFINITY;
  const needed = majorityOf(voters.length);
  let best = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < voters.length; n++) {
    const value = values[voters[n]!]!;
    if (value <= best) continue;
    let reached = 0;
    for (let m = 0; m < voters.length; m++) if (values[voters[m]!]! >= value) reached++;
    if (reached >= needed) best = value;
  }
  return best;
}

function majorityVote(voters: readonly number[], votes: ArrayLike<number>): VoteResult {
  if (voters.length === 0) return VoteResult.won;
  const needed = majorityOf(voters.length);
  let granted = 0;
  let refused = 0;
  for (const id of voters) {
    if (votes[id] === Vote.granted) granted++;
    else if (votes[id] === Vote.refused) refused++;
  }
  if (granted >= needed) return VoteResult.won;
  return voters.length - refused < needed ? VoteResult.lost : VoteResult.pending;
}
