/** What must hold of witnesses among the members (decision 27), in words for an operator where it does not. */
import { type Member, MemberRole, withEngine } from '../../protocol/roster.ts';
import type { Configuration } from '../../raft/types.ts';

type VotersAndRoster = Pick<Configuration, 'voters' | 'roster'>;

export function isWitness({ roster }: Pick<Configuration, 'roster'>, id: number): boolean {
  return withEngine([id], roster).length === 0;
}

/** Why these may not be the voters together; undefined where they may. */
export function witnessProblem({ voters, roster }: VotersAndRoster): string | undefined {
  const engines = withEngine(voters, roster);
  const witnesses = voters.filter((id) => !engines.includes(id));
  if (witnesses.length < engines.length || witnesses.length === 0) return undefined;
  return (
    `The voters would be ${voters.join(', ')}, and of these ${witnesses.join(', ')} would be witnesses: there must be more replicas ` +
    'with an engine than witnesses. Add a replica with an engine first, let a new machine take the place of the one that ' +
    'goes ("lockstep members replace"), or remove the witness.'
  );
}

/** Why a machine cannot be taken for this; undefined where it can. */
export function kindProblem({ replicaId, role: said }: Member, role: number): string | undefined {
  const isOne = said === MemberRole.witness;
  if (isOne === (role === MemberRole.witness)) return undefined;
  return isOne
    ? `Replica ${replicaId} says that it is a witness, which has no engine. Take it as one, with the role "witness", or start it with a blank folder and without "role": "witness" in its file.`
    : `Replica ${replicaId} says that it is no witness. Start it with a blank folder and "role": "witness" in its entry of "replicas", or take it with another role.`;
}
