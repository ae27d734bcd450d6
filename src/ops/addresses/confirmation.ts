/** Whether a majority follows a leader, or says something else, from what each voter said last. Pure. */

export interface VoterAnswer {
  readonly leaderId: number;
  readonly term: number;
  /** The moment of which it is true: when the voter was asked, less the age of what it knew. */
  readonly asOfMs: number;
}

/**
 * The newest moment at which a majority of the voters followed `ownId` in `term`; undefined where no majority does. A
 * leader of a later term needs the vote of one of them, and so was elected after that moment.
 */
export function confirmedAsOfMs(
  ownId: number,
  term: number,
  voters: readonly number[],
  answers: ReadonlyMap<number, VoterAnswer>,
): number | undefined {
  const following = [...answers].filter(([, answer]) => answer.term === term && answer.leaderId === ownId);
  return majorityAsOfMs(voters, new Map(following.map(([id, { asOfMs }]) => [id, asOfMs])));
}

/** The newest moment that a majority of the voters has reached; `moments` has those of some, and perhaps of others. */
export function majorityAsOfMs(
  voters: readonly number[],
  moments: ReadonlyMap<number, number>,
): number | undefined {
  if (voters.length === 0) return undefined;
  const ofVoters = voters.map((id) => moments.get(id) ?? Number.NEGATIVE_INFINITY);
  const moment = ofVoters.toSorted((a, b) => b - a)[Math.floor(voters.length / 2)]!;
  return Number.isFinite(moment) ? moment : undefined;
}
