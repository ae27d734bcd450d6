/** The state of the spares, as the leader sees them, in the words of commands. Pure. */
import type { ReplicaStatus } from '../health/status.ts';

export interface SpareStanding {
  /** Spares that could take a place at once, and those that could not. */
  readonly ready: readonly number[];
  readonly notReady: readonly number[];
  /** Voters that are silent, and for how long. */
  readonly silent: readonly { readonly id: number; readonly silentMs: number }[];
  /** From so much silence on a voter is gone. */
  readonly afterMs: number;
}

/** A voter that has been silent for less is not worth a line. */
const silentMsMin = 2_000;

/**
 * By the status of the leader; undefined where the log names no spare. `ownAfterMs`: the bound of the file here, for a
 * leader that does not say its own.
 */
export function spareStanding(
  { members, progress, joining }: Pick<ReplicaStatus, 'members' | 'progress'> & Partial<ReplicaStatus>,
  ownAfterMs: number,
): SpareStanding | undefined {
  const spares = members.filter(({ role, votes }) => role === 'spare' && !votes).map(({ id }) => id);
  if (spares.length === 0) return undefined;
  const isReady = (id: number): boolean =>
    progress.some(
      ({ memberId, state, silentUs }) =>
        memberId === id && state === 'following' && silentUs / 1_000 < silentMsMin,
    );
  const voters = members.filter(({ votes, role }) => votes && role !== 'witness').map(({ id }) => id);
  return {
    ready: spares.filter(isReady),
    notReady: spares.filter((id) => !isReady(id)),
    silent: progress
      .map(({ memberId, silentUs }) => ({ id: memberId, silentMs: Math.round(silentUs / 1_000) }))
      .filter(({ id, silentMs }) => voters.includes(id) && silentMs >= silentMsMin),
    // What it says of its settings was not looked at.
    afterMs: Number(joining?.settings?.timing?.spareAfterMs) || ownAfterMs,
  };
}

/** A sentence each. */
export function sparesText({ ready, notReady, silent, afterMs }: SpareStanding): string[] {
  const bound = `${afterMs / 1_000} s`;
  const waits = silent.map(({ id, silentMs }) => {
    const left = Math.ceil((afterMs - silentMs) / 1_000);
    const silence = `Replica ${id} votes and is silent for ${Math.floor(silentMs / 1_000)} s`;
    if (ready.length === 0) return `${silence}, and no spare can take its place.`;
    return left > 0 ? `${silence}: a spare takes its place in ${left} s.` : `${silence}.`;
  });
  return [
    ...ready.map(
      (id) => `Replica ${id} is a spare: it takes the place of a voter that is silent for ${bound}.`,
    ),
    ...notReady.map(
      (id) => `Replica ${id} is a spare and takes no place now: it does not answer, or has not caught up.`,
    ),
    ...waits,
  ];
}
