/**
 * Orders that open and withdraw join tokens. Only the public half of a token is in the log: its secret half signs the
 * key of one machine, and never leaves the operator and that machine.
 */
import { replicaIdMax } from '../../protocol/limits.ts';
import { type JoinToken, joinTokensMax, MemberRole, type MemberRoleName } from '../../protocol/roster.ts';
import { changesNothing, membersOf } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { accepted } from '../answers.ts';
import type { OperatorMemberOrder } from '../ports.ts';
import type { Decision, OperatedLog } from './operated-log.ts';
import { placeProblem, roleName, roleOf, rolePlaceProblem, witnessPlanProblem } from './places.ts';

/** One machine may become a member by itself, with a key of its own that the token's secret half has signed. */
export function createToken(
  log: OperatedLog,
  { replicaId, otherId = 0, role: asked, key, lifeMs = 0 }: OperatorMemberOrder,
): Decision | string {
  const { configuration } = log.raft;
  const members = membersOf(configuration);
  const open = openTokens(log);
  const id = replicaId || freeId(log);
  if (key === undefined || id === 0) return 'Every number of a replica is taken. Remove a member first.';
  if (members.includes(id))
    return `Replica ${id} is a member already, and a new machine takes an id that no member has.`;
  if (open.some((token) => token.replicaId === id))
    return `A join token for replica ${id} is open. Withdraw it first, or take another id.`;
  if (otherId !== 0 && !members.includes(otherId))
    return changesNothing(configuration, { kind: 'removeReplica', replicaId: otherId })!;
  const role = roleFor(configuration, otherId, asked);
  const problem =
    otherId === 0
      ? undefined
      : (placeProblem(configuration, open, otherId, id) ?? rolePlaceProblem(configuration, otherId, role));
  if (problem !== undefined) return problem;
  const coming = { replicaId: id, role, replaces: otherId };
  const voteless =
    role === MemberRole.witness ? witnessPlanProblem(configuration, [...open, coming]) : undefined;
  if (voteless !== undefined) return voteless;
  if (open.length >= joinTokensMax)
    return `${open.length} join tokens are open, and no more fit: for replica ${open.map((token) => token.replicaId).join(', ')}. Use or withdraw one of them.`;
  const expiresAtMs = Math.floor(log.timeUs / 1_000) + lifeMs;
  const token = { key, ...coming, expiresAtMs };
  const next = log.raft.describeMembers(configuration.roster, [...open, token]);
  if (typeof next === 'string') return next;
  const place = otherId === 0 ? '' : `, in the place of replica ${otherId}`;
  const text = `One machine may join as replica ${id}, as ${roleName(role)}${place}.`;
  return { next, answer: accepted(text) };
}

/** What the machine is to be: where nothing is said, what the member is whose place it takes. */
function roleFor(
  configuration: Configuration,
  otherId: number,
  asked: MemberRoleName | undefined,
): MemberRole {
  if (asked !== undefined) return MemberRole[asked];
  return otherId === 0 ? MemberRole.voter : roleOf(configuration, otherId);
}

/** The number that follows all that are known; 0 where there is none. */
function freeId({ raft, founders, introductions }: OperatedLog): number {
  const { tokens } = raft.configuration;
  const taken = [...membersOf(raft.configuration), ...founders, ...introductions.describedIds];
  const last = Math.max(0, ...taken, ...tokens.map((token) => token.replicaId));
  if (last < replicaIdMax) return last + 1;
  return Array.from({ length: replicaIdMax }, (_, n) => n + 1).find((id) => !taken.includes(id)) ?? 0;
}

export function withdrawToken(log: OperatedLog, { replicaId }: OperatorMemberOrder): Decision | string {
  const { roster, tokens } = log.raft.configuration;
  if (!tokens.some((token) => token.replicaId === replicaId))
    return `No join token for replica ${replicaId} is open: there was none, or it was used or has expired.`;
  const next = log.raft.describeMembers(
    roster,
    tokens.filter((token) => token.replicaId !== replicaId),
  );
  if (typeof next === 'string') return next;
  return { next, answer: accepted(`The join token for replica ${replicaId} cannot be used any more.`) };
}

/** Those that are not over by the exchange's time; only its leader knows it. */
export function openTokens({ raft, timeUs }: Pick<OperatedLog, 'raft' | 'timeUs'>): readonly JoinToken[] {
  return raft.configuration.tokens.filter(({ expiresAtMs }) => timeUs < expiresAtMs * 1_000);
}
