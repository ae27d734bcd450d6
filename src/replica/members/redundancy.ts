/** What a cluster of other voters could bear, as its leader sees the members now. */
import type { Raft } from '../../raft/raft.ts';

/** Fewer voters than this bear no failure. */
const bearingVotersMin = 3;

type SeenMembers = Pick<Raft, 'configuration' | 'counts'>;

/** What a change to these voters takes away that stood before; undefined where it takes nothing. */
export function lossOf(raft: SeenMembers, voters: readonly number[]): string | undefined {
  const before = raft.configuration.voters;
  const bearable = bearableOf(raft, voters);
  const isFewer = voters.length < before.length;
  if (bearable < 0) {
    const counting = voters.filter((id) => raft.counts(id));
    return (
      `Of the voters ${voters.join(', ')} that there would be only ${counting.join(', ')} would count, and a majority is ` +
      `${majorityOf(voters)}: the exchange would stop at once.`
    );
  }
  if (isFewer && voters.length === 1) {
    return (
      `Replica ${voters[0]} would be the only voter: what is acknowledged from then on has no second copy, and the ` +
      'exchange stops when it stops.'
    );
  }
  if (isFewer && voters.length < bearingVotersMin) {
    return `Only the voters ${voters.join(', ')} would be left: the exchange would stop when one of them fails.`;
  }
  if (bearable === 0 && bearableOf(raft, before) > 0) {
    const away = voters.filter((id) => !raft.counts(id));
    return `With replica ${away.join(', ')} away the exchange would stop when one more of the voters fails.`;
  }
  return undefined;
}

/** Voters that count now beyond a majority: so many may fail. Less than 0: there is no majority. */
export function bearableOf(raft: Pick<Raft, 'counts'>, voters: readonly number[]): number {
  return voters.filter((id) => raft.counts(id)).length - majorityOf(voters);
}

function majorityOf(voters: readonly number[]): number {
  return Math.floor(voters.length / 2) + 1;
}
