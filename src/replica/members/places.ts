/**
 * Whose place a machine may take, and what it is there: one machine takes one place, and is what the member before it
 * was. A replacement that is under way, or a join token for one, is not replaced by the next order.
 */
import {
  type JoinToken,
  MemberRole,
  type MemberRoleName,
  memberRoleNames,
  newMember,
} from '../../protocol/roster.ts';
import { isVoter, membersOf } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { isWitness, witnessProblem } from './witnesses.ts';

/** Whether what a member is for needs a vote. */
export function isVoting(role: number): boolean {
  return role === MemberRole.voter || role === MemberRole.witness;
}

/** Why `newId` may not take the place of the member `oldId`; undefined where it may. */
export function placeProblem(
  configuration: Configuration,
  openTokens: readonly JoinToken[],
  oldId: number,
  newId: number,
): string | undefined {
  const members = membersOf(configuration);
  const plans = configuration.roster.filter(({ replaces }) => members.includes(replaces));
  const rival = plans.find(({ replicaId, replaces }) => replaces === oldId && replicaId !== newId);
  if (rival !== undefined)
    return (
      `Replica ${rival.replicaId} is to take the place of replica ${oldId} already. ` +
      `"lockstep members remove ${rival.replicaId}" takes that back.`
    );
  const token = openTokens.find(({ replicaId, replaces }) => replaces === oldId && replicaId !== newId);
  if (token !== undefined)
    return (
      `A join token is open for replica ${token.replicaId} in the place of replica ${oldId}. Use it, or take it back: ` +
      `"lockstep members withdraw ${token.replicaId}".`
    );
  const busy = plans.find(
    ({ replicaId, replaces }) => (replicaId === newId && replaces !== oldId) || replicaId === oldId,
  );
  if (busy === undefined) return undefined;
  return (
    `Replica ${busy.replicaId} is to take the place of replica ${busy.replaces} already, and has not yet. Name other ones, or take ` +
    `that back first: "lockstep members remove ${busy.replicaId}".`
  );
}

/** What the member is that is replaced. */
export function roleOf(configuration: Configuration, id: number): MemberRole {
  if (isVoter(configuration, id)) return isWitness(configuration, id) ? MemberRole.witness : MemberRole.voter;
  const record = configuration.roster.find(({ replicaId }) => replicaId === id);
  return Object.values(MemberRole).find((role) => role === record?.role) ?? MemberRole.learner;
}

/** Why a machine of this role may not take the place of a member; undefined where it may. */
export function rolePlaceProblem(
  configuration: Configuration,
  oldId: number,
  role: MemberRole,
): string | undefined {
  const before = roleOf(configuration, oldId);
  if (role === before || (isVoting(role) && isVoting(before))) return undefined;
  return (
    `Replica ${oldId} is a ${roleName(before)}, and a ${roleName(role)} does not do what it does. Leave the role away, and the new ` +
    `machine becomes a ${roleName(before)} too.`
  );
}

/**
 * Why a witness could never have its vote, also once all others that are under way have theirs: those that have joined,
 * and those for which a token is open. Undefined where it could.
 */
export function witnessPlanProblem(
  configuration: Configuration,
  tokens: readonly Pick<JoinToken, 'replicaId' | 'role' | 'replaces'>[],
): string | undefined {
  const { voters, roster } = configuration;
  const members = membersOf(configuration);
  const coming = tokens.map(({ replicaId, role, replaces }) =>
    newMember({ replicaId, host: '', role, replaces }),
  );
  const all = [...coming, ...roster.filter(({ replicaId }) => members.includes(replicaId))];
  const leaving = all.map(({ replaces }) => replaces);
  const then = [...voters, ...all.filter(({ role }) => isVoting(role)).map(({ replicaId }) => replicaId)];
  return witnessProblem({ voters: [...new Set(then)].filter((id) => !leaving.includes(id)), roster: all });
}

export function roleName(role: MemberRole): MemberRoleName {
  return memberRoleNames.find((name) => MemberRole[name] === role)!;
}
