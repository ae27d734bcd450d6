/** Whether a majority follows a leader, from what each voter said last. Pure. */

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
  const moments = voters
    .map((id) => answers.get(id))
    .filter((answer) => answer !== undefined && answer.term === term && answer.leaderId === ownId)
    .map((answer) => answer!.asOfMs)
    .toSorted((a, b) => b - a);
  return voters.length === 0 ? undefined : moments[Math.floor(voters.length / 2)];
}
