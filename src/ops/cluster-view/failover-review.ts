/** What automatic failover would have done, as all replicas that answer remember it, for an operator. */

import { reached, type StatusAnswer } from '../clients/control-client.ts';
import { type WithheldFailover, withheldFailovers, withheldText } from '../notify/withheld-failovers.ts';

export function reviewOf(answers: readonly StatusAnswer[]): WithheldFailover[] {
  const statuses = reached(answers);
  const voters = Math.max(0, ...statuses.map((status) => status.voters.length));
  const notes = statuses.flatMap(({ replicaId, wouldBe = [] }) =>
    wouldBe.map((would) => ({ replicaId, would })),
  );
  return withheldFailovers(notes, voters);
}

export function reviewText(failovers: readonly WithheldFailover[]): string {
  if (failovers.length === 0)
    return 'Automatic failover would have done nothing, as far as the replicas that answer remember.';
  const acted = failovers.filter(({ verdict }) => verdict !== 'refused').length;
  const wrong = failovers.filter(({ verdict }) => verdict === 'cameBack').length;
  return [
    ...failovers.map((each) => `${new Date(each.atMs).toISOString()}  ${withheldText(each)}`),
    `Automatic failover would have acted ${acted} times; ${wrong} of them would have been wrong, since the leader came back.`,
  ].join('\n');
}
