/** Which replica is to lead next, by what all of them say of themselves. Pure. */
import { hasState, reached, type StatusAnswer } from '../../clients/control-client.ts';
import type { ReplicaStatus } from '../../health/status.ts';

const ranks = { prefer: 0, normal: 1, never: 2 } as const;

/** Whether a replica could lead: it has a vote and an engine, and could store what comes. */
export function mayLead(status: ReplicaStatus): boolean {
  const { replicaId, voters, recovering, diskFull } = status;
  return voters.includes(replicaId) && hasState(status) && !recovering && !diskFull;
}

/** What holds a replica up that applies nothing, and so could serve nothing; undefined where nothing does. */
export function heldUpBy({ counters }: ReplicaStatus): string | undefined {
  if (counters.stoppedBeforeSeq > 0)
    return `stops before command ${counters.stoppedBeforeSeq}, see "lockstep void list"`;
  return counters.parked === 0 ? undefined : 'has a state that differs, see "lockstep diverged"';
}

/** In which order two replicas are asked, where nothing else decides: one that applies nothing comes last. */
export function byUse(a: ReplicaStatus, b: ReplicaStatus): number {
  return Number(heldUpBy(a) !== undefined) - Number(heldUpBy(b) !== undefined);
}

/**
 * The follower that the members' preferences name first, of several the one that has most of the log. One that applies
 * nothing comes last.
 */
export function successorOf(
  answers: readonly StatusAnswer[],
  { replicaId, members }: ReplicaStatus,
): ReplicaStatus | undefined {
  const rankOf = (id: number): number =>
    ranks[members.find((member) => member.id === id)?.preference ?? 'normal'];
  return reached(answers)
    .filter((status) => status.replicaId !== replicaId && mayLead(status))
    .toSorted(
      (a, b) => byUse(a, b) || rankOf(a.replicaId) - rankOf(b.replicaId) || b.durableIndex - a.durableIndex,
    )[0];
}
