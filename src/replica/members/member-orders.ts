/**
 * Orders that change the members, looked at before they are accepted: whether the machine is reached, what the exchange
 * could bear afterwards, and what is lost. A member that is to vote begins as a learner; the leader gives it the vote
 * once it has caught up (member-plans.ts).
 */
import { frameHeaderBytes } from '../../protocol/frames.ts';
import { isJoined, type Member, MemberRole, Preference } from '../../protocol/roster.ts';
import { type ConfigurationChange, configurationBytes, membersOf } from '../../raft/configuration.ts';
import { isAverse } from '../../raft/preference.ts';
import type { Configuration } from '../../raft/types.ts';
import { accepted, asksForForce, asksForSecond, refused } from '../answers.ts';
import type { ReplicaOptions } from '../options.ts';
import { isSameAddress } from '../peers/callable-members.ts';
import type { OperatorMemberOrder, OperatorMemberOrderKind } from '../ports.ts';
import { createToken, openTokens, withdrawToken } from './join-tokens.ts';
import type { Decision, OperatedLog } from './operated-log.ts';
import { isVoting, placeProblem, roleOf, witnessPlanProblem } from './places.ts';
import { lossOf } from './redundancy.ts';
import { isWitness, kindProblem, witnessProblem } from './witnesses.ts';

/** Of changes that take nothing away. */
const unforced = { force: false };

type Decide = (log: OperatedLog, order: OperatorMemberOrder) => Decision | string;

const decisions: Readonly<Record<OperatorMemberOrderKind, Decide>> = {
  addMember: add,
  removeMember: remove,
  replaceMember: replace,
  promoteMember: promote,
  demoteMember: demote,
  preferMember: prefer,
  createToken,
  withdrawToken,
};

/** Decides on one order at its leader. */
export function decideMembership(log: OperatedLog, order: OperatorMemberOrder): Decision {
  const decided = decisions[order.kind](log, order);
  if (typeof decided === 'string') return { answer: refused(decided) };
  const { next } = decided;
  return next === undefined || fitsIntoFrame(log, next) ? decided : { answer: refused(noRoom) };
}

/** While voters change, each may be in two lists. */
const jointBytes = 16;
export const noRoom =
  'What the log says of the members would not fit into a frame any more. Shorten the names of hosts and places, or ' +
  'withdraw join tokens.';

/** Whether the log can carry this, and the joint configuration that may follow it. */
export function fitsIntoFrame(
  { options }: { readonly options: Pick<ReplicaOptions, 'frameBytes'> },
  next: Configuration,
): boolean {
  return frameHeaderBytes + configurationBytes(next) + jointBytes <= options.frameBytes;
}

function add(log: OperatedLog, { replicaId, role = 'voter' }: OperatorMemberOrder): Decision | string {
  const member = newcomer(log, replicaId);
  if (typeof member === 'string') return member;
  const problem =
    kindProblem(member, MemberRole[role]) ?? witnessAmong(log, { replicaId, role: MemberRole[role] });
  if (problem !== undefined) return problem;
  const change = { kind: 'addLearner', replicaId, member: { ...member, role: MemberRole[role] } } as const;
  const then = {
    voter: 'It is given a vote by itself once it has caught up.',
    learner: 'It stores and applies, and has no vote.',
    spare: 'It stores and applies, and takes the place of a voter that is gone.',
    witness:
      'It is given a vote by itself once it has caught up. It keeps frames, has no engine and never leads.',
  }[role];
  return changed(log, [change], `Replica ${replicaId} becomes a member. ${then}`, unforced);
}

/** Why a machine would wait for its vote without an end, as a witness among these members. */
function witnessAmong(
  log: OperatedLog,
  coming: { readonly replicaId: number; readonly role: MemberRole; readonly replaces?: number },
): string | undefined {
  if (coming.role !== MemberRole.witness) return undefined;
  return witnessPlanProblem(log.raft.configuration, [...openTokens(log), { replaces: 0, ...coming }]);
}

function remove(log: OperatedLog, order: OperatorMemberOrder): Decision | string {
  const { replicaId } = order;
  const isOwn = replicaId === log.options.replicaId;
  const then = isOwn
    ? 'This replica leads, and hands over to another voter then.'
    : 'Stop its process; it gets nothing more.';
  return changed(
    log,
    [{ kind: 'removeReplica', replicaId }],
    `Replica ${replicaId} is removed. ${then}`,
    order,
  );
}

/** The new one takes the place of the old one in one joint change, once it has caught up. */
function replace(log: OperatedLog, { replicaId, otherId = 0 }: OperatorMemberOrder): Decision | string {
  const { raft } = log;
  const { configuration } = raft;
  if (replicaId === otherId) return `Replica ${replicaId} cannot take its own place. Name another replica.`;
  if (!membersOf(configuration).includes(replicaId)) return notMember(configuration, replicaId);
  if (configuration.voters.includes(otherId))
    return `Replica ${otherId} votes already. Remove replica ${replicaId} instead.`;
  const rivalry = placeProblem(configuration, openTokens(log), replicaId, otherId);
  if (rivalry !== undefined) return rivalry;
  const isMember = membersOf(configuration).includes(otherId);
  const said = isMember ? roleOf(configuration, otherId) : log.introductions.described(otherId)?.role;
  const before = roleOf(configuration, replicaId);
  const role = isVoting(before) ? (said === MemberRole.witness ? said : MemberRole.voter) : before;
  const plan = { role, replaces: replicaId };
  const voteless = witnessAmong(log, { replicaId: otherId, ...plan });
  if (voteless !== undefined) return voteless;
  const text =
    `Replica ${otherId} takes the place of replica ${replicaId} in one step, by itself, once it has caught up. Until then ` +
    `replica ${replicaId} stays a member.`;
  if (isMember) return described(log, otherId, plan, text);
  const member = newcomer(log, otherId);
  if (typeof member === 'string') return member;
  const problem = kindProblem(member, role);
  if (problem !== undefined) return problem;
  const change = { kind: 'addLearner', replicaId: otherId, member: { ...member, ...plan } } as const;
  return changed(log, [change], text, unforced);
}

function promote(log: OperatedLog, order: OperatorMemberOrder): Decision | string {
  const { replicaId } = order;
  const { configuration } = log.raft;
  const members = membersOf(configuration);
  if (!members.includes(replicaId)) return notMember(configuration, replicaId);
  const plan = configuration.roster.find((member) => member.replicaId === replicaId);
  if (plan !== undefined && members.includes(plan.replaces))
    return (
      `Replica ${replicaId} takes the place of replica ${plan.replaces}, with its vote, by itself once it has caught up. ` +
      `"lockstep members remove ${replicaId}" takes that back.`
    );
  const role = isWitness(configuration, replicaId) ? MemberRole.witness : MemberRole.voter;
  const change = withRole(log, 'addVoter', replicaId, role);
  return changed(log, [change], `Replica ${replicaId} has a vote.`, order);
}

function demote(log: OperatedLog, order: OperatorMemberOrder): Decision | string {
  const { replicaId } = order;
  const { configuration } = log.raft;
  if (!membersOf(configuration).includes(replicaId)) return notMember(configuration, replicaId);
  if (isWitness(configuration, replicaId))
    return `Replica ${replicaId} is a witness, which is of no use without a vote. Remove it instead.`;
  const change = withRole(log, 'addLearner', replicaId, MemberRole.learner);
  const then =
    replicaId === log.options.replicaId ? ' This replica leads, and hands over to another voter then.' : '';
  return changed(
    log,
    [change],
    `Replica ${replicaId} becomes a learner: it stores and applies, and has no vote.${then}`,
    order,
  );
}

function prefer(
  log: OperatedLog,
  { replicaId, preference = 'normal' }: OperatorMemberOrder,
): Decision | string {
  const { configuration } = log.raft;
  if (!membersOf(configuration).includes(replicaId)) return notMember(configuration, replicaId);
  const means = {
    normal: 'may lead as any other',
    never: 'is not to lead while another voter can',
    prefer: 'is to lead when it is well',
  }[preference];
  const senseless = senselessPreference(log, replicaId, preference);
  if (senseless !== undefined) return senseless;
  return described(log, replicaId, { preference: Preference[preference] }, `Replica ${replicaId} ${means}.`);
}

/** Why a preference would mean nothing; undefined where it means something. */
function senselessPreference(
  { raft, options }: OperatedLog,
  replicaId: number,
  preference: NonNullable<OperatorMemberOrder['preference']>,
): string | undefined {
  const { configuration } = raft;
  const { voters, roster } = configuration;
  if (preference === 'normal') return undefined;
  if (roster.some((member) => member.replicaId === replicaId && member.role === MemberRole.witness))
    return `Replica ${replicaId} is a witness, and never leads.`;
  if (preference === 'prefer' && !voters.includes(replicaId))
    return `Replica ${replicaId} has no vote, so it cannot lead. Give it one first: "lockstep members promote ${replicaId}".`;
  const successor = roster.find(({ replaces }) => replaces === replicaId);
  if (preference === 'prefer' && successor !== undefined)
    return `Replica ${successor.replicaId} takes the place of replica ${replicaId} once it has caught up. Prefer a replica that stays.`;
  if (preference === 'prefer' && options.failover === 'manual')
    return `Failover is manual: no replica takes over by itself. Hand leadership over: "lockstep failover --to ${replicaId}".`;
  const others = voters.filter((id) => id !== replicaId && !isAverse(configuration, id));
  const canLead = others.filter(
    (id) => !roster.some((member) => member.replicaId === id && member.role === MemberRole.witness),
  );
  if (preference === 'never' && voters.includes(replicaId) && canLead.length === 0)
    return `Replica ${replicaId} is the last voter that may lead. Let another replica lead first: "lockstep members prefer".`;
  return undefined;
}

/** What a machine that is no member yet says of itself, where it and this leader reach each other. */
export function newcomer(log: OperatedLog, id: number): Member | string {
  const { raft, introductions, peers } = log;
  const { configuration } = raft;
  if (membersOf(configuration).includes(id)) {
    return `Replica ${id} is a member already${standing(configuration, id)}. A new machine takes an id that no member has, or takes its place: "lockstep members replace".`;
  }
  const unlike = introductions.refusalOf(id);
  if (unlike !== undefined) return `Replica ${id} has called, and is not heard. ${unlike}`;
  const said = introductions.described(id);
  const way = `Start it with a file that names it and at least one member under "replicas", and a certificate of this cluster.`;
  if (said === undefined || !peers.isCalledBy(id))
    return `Replica ${id} has not called this replica, so it is not known where it is. ${way}`;
  if (!peers.reaches(id)) {
    return (
      `Replica ${id} says that it is at ${said.host} (UDP ${said.udpPort}, TCP ${said.tcpPort}), and this replica does not ` +
      'reach it there. Check its address and the network between them, and try again.'
    );
  }
  const apart = unheard(log, said) ?? apartFrom(log, said);
  if (apart !== undefined) return apart;
  const other = configuration.roster.find(
    (member) =>
      isSameAddress(member, said) ||
      (isJoined(said) && String(member.fingerprint) === String(said.fingerprint)),
  );
  if (other === undefined) return said;
  if (!isSameAddress(other, said))
    return `Replica ${id} has the key of replica ${other.replicaId}. Give it a key of its own.`;
  return (
    `Replica ${id} says that it is at the address of replica ${other.replicaId}. Give it ports of its own, or, where that machine ` +
    `is gone for good, take it out first: "lockstep members remove ${other.replicaId}".`
  );
}

/** What is to become of a member by itself: for a command that was interrupted and is given again. */
function standing(configuration: Configuration, id: number): string {
  const { learners, learnersNext, roster } = configuration;
  const record = roster.find(({ replicaId }) => replicaId === id);
  if (record === undefined || ![...learners, ...learnersNext].includes(id)) return '';
  if (membersOf(configuration).includes(record.replaces))
    return `: it takes the place of replica ${record.replaces} by itself once it has caught up`;
  return isVoting(record.role) ? ': it is given its vote by itself once it has caught up' : '';
}

/** Between this leader and a new machine no datagrams come through, in words. */
function unheard({ introductions, options, peers }: OperatedLog, said: Member): string | undefined {
  const { replicaId: id, host, udpPort } = said;
  const where = options.description;
  const then = 'Check its UDP port and what the network lets through, and try again.';
  if (introductions.contactsOf(id)?.hears(options.replicaId) !== true)
    return `Datagrams do not reach replica ${id} where it says that it is: ${host}, UDP port ${udpPort}. ${then}`;
  if (peers.hears(id)) return undefined;
  const at = where === undefined ? '' : ` at ${where.host}, UDP port ${where.udpPort}`;
  return `Datagrams of replica ${id} do not reach this replica${at}. ${then}`;
}

/** A voter that a new machine does not reach, or that does not reach it, in words; those that are away are left out. */
function apartFrom({ raft, introductions, options }: OperatedLog, said: Member): string | undefined {
  const { voters, roster } = raft.configuration;
  const { replicaId: id, host, udpPort, tcpPort } = said;
  const contacts = introductions.contactsOf(id);
  const then =
    'Each voter and a new machine must reach each other: check the network between the two, and try again.';
  for (const voter of voters) {
    if (voter === options.replicaId || !raft.counts(voter)) continue;
    const at = roster.find(({ replicaId }) => replicaId === voter)?.host;
    if (contacts?.reaches(voter) !== true)
      return `Replica ${id} does not reach replica ${voter}${at === undefined ? '' : ` at ${at}`}. ${then}`;
    if (!contacts.isCalledBy(voter))
      return (
        `Replica ${voter} does not reach replica ${id} where that says that it is: ${host} (UDP ${udpPort}, TCP ${tcpPort}). ` +
        then
      );
    if (!contacts.hears(voter))
      return `Datagrams of replica ${voter} do not reach replica ${id} where that says that it is: ${host}, UDP port ${udpPort}. ${then}`;
    if (introductions.contactsOf(voter)?.hears(id) !== true)
      return `Datagrams of replica ${id} do not reach replica ${voter}${at === undefined ? '' : ` at ${at}`}. ${then}`;
  }
  return undefined;
}

/** The change with its record, where there is one. */
function withRole(
  { raft }: OperatedLog,
  kind: ConfigurationChange['kind'],
  replicaId: number,
  role: MemberRole,
): ConfigurationChange {
  const record = raft.configuration.roster.find((member) => member.replicaId === replicaId);
  return record === undefined
    ? { kind, replicaId }
    : { kind, replicaId, member: { ...record, role, replaces: 0 } };
}

function described(
  { raft }: OperatedLog,
  replicaId: number,
  values: Partial<Member>,
  text: string,
): Decision | string {
  const { roster } = raft.configuration;
  if (!roster.some((member) => member.replicaId === replicaId))
    return `How replica ${replicaId} is reached is not in the log yet: it must have called the leader once. Start it first.`;
  const next = raft.describeMembers(
    roster.map((member) => (member.replicaId === replicaId ? { ...member, ...values } : member)),
  );
  return typeof next === 'string' ? next : { next, answer: accepted(text) };
}

function changed(
  log: OperatedLog,
  changes: readonly ConfigurationChange[],
  text: string,
  { force, isConfirmed = false }: Pick<OperatorMemberOrder, 'force' | 'isConfirmed'>,
): Decision | string {
  const next = log.raft.changeConfiguration(changes);
  if (typeof next === 'string') return next;
  const problem = witnessProblem(next);
  if (problem !== undefined) return problem;
  const loss = lossOf(log.raft, next.voters);
  if (loss !== undefined && !force) return { answer: asksForForce(loss) };
  if (loss !== undefined && log.options.twoPersons && !isConfirmed)
    return { answer: asksForSecond(`${text} ${loss}`) };
  const { voters } = next;
  const isEven = changes.some(({ kind }) => kind === 'addVoter') && voters.length % 2 === 0;
  const parts = [
    text,
    `Voters are ${voters.join(', ')} from here on, once a majority of them holds this change.`,
    ...(isEven ? [`${voters.length} voters bear no more failures than ${voters.length - 1}.`] : []),
    ...(loss === undefined ? [] : [`Forced: ${loss}`]),
  ];
  return { next, answer: accepted(parts.join(' ')) };
}

function notMember(configuration: Configuration, id: number): string {
  return `Replica ${id} is not a member. Members are ${membersOf(configuration).join(', ')}.`;
}
