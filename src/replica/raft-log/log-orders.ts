/** The orders of an operator that concern leadership and members. */
import { isAverse } from '../../raft/preference.ts';
import { Vote } from '../../raft/quorum.ts';
import { Role } from '../../raft/types.ts';
import {
  accepted,
  asksForLeader,
  asksForSecond,
  type OperatorAnswer,
  refused,
  whoLeads,
} from '../answers.ts';
import { maySwitchEngine } from '../members/engine-switch.ts';
import { decideMembership } from '../members/member-orders.ts';
import type { OperatedLog } from '../members/operated-log.ts';
import type { OperatorControlOrder, OperatorMemberOrder } from '../ports.ts';

export function carryOut(log: OperatedLog, order: OperatorControlOrder): OperatorAnswer {
  switch (order.kind) {
    case 'transferLeadership':
      return transferLeadership(log, order.replicaId);
    case 'startElection':
      return startElection(log);
    case 'addMember':
    case 'removeMember':
    case 'replaceMember':
    case 'promoteMember':
    case 'demoteMember':
    case 'preferMember':
    case 'createToken':
    case 'withdrawToken':
      return changeMembers(log, { ...order, kind: order.kind });
    case 'switchEngine':
      return maySwitchEngine(log);
    case 'stop':
      return stopping(log, order);
    case 'takeSnapshot':
    case 'endDay':
    case 'chooseState':
    case 'noteOrder':
    case 'openSite':
    case 'endEpoch':
    case 'holdOpening':
    case 'beginGeneration':
    case 'leaveGeneration':
    case 'decideVoid':
    case 'showCommand':
      return refused(`The log carries out no ${order.kind}.`);
  }
}

function transferLeadership(log: OperatedLog, target: number): OperatorAnswer {
  const { raft, options } = log;
  if (raft.role !== Role.leader) return notLeading(log);
  const to = target === 0 ? raft.successor() : target;
  if (to === 0) return refused('No other voter answers and has caught up, so none can take over.');
  if (isAverse(raft.configuration, to))
    return refused(
      `Replica ${to} is not to lead, and would hand over again. Allow it first: "lockstep members prefer ${to} normal".`,
    );
  const reason = raft.transferLeadership(to);
  if (reason !== undefined) return refused(reason);
  const withinMs = options.electionTimeoutUs / 1_000;
  return accepted(
    `Replica ${to} is asked to take over. If it does not within ${withinMs} ms, this replica goes on leading.`,
  );
}

function startElection(log: OperatedLog): OperatorAnswer {
  const { raft, options } = log;
  const reason = raft.startElection();
  if (reason !== undefined) return refused(reason);
  const { voters, outgoing } = raft.configuration;
  const others = [...new Set([...voters, ...outgoing])].filter((id) => id !== options.replicaId);
  if (others.length === 0) return accepted('This replica is the only voter: it leads now.');
  const text =
    `This replica stands for election and asks replicas ${others.join(', ')}. It leads once a majority of the voters ` +
    'agrees; see its status.';
  return { ...accepted(text), end: () => endOfElection(log, others) };
}

function endOfElection(
  { raft, options }: OperatedLog,
  others: readonly number[],
): OperatorAnswer | undefined {
  const { leaderId, term } = raft;
  if (leaderId !== 0) return accepted(`Replica ${leaderId} leads now, in term ${term}.`);
  if (raft.isOrdered) return undefined;
  const answers = others.map((id) => `replica ${id} ${answerTexts[raft.answerOf(id)]}`).join(', ');
  const next =
    options.failover === 'manual'
      ? 'Look at "lockstep status" and order it again, here or on another voter.'
      : 'Failover is automatic, so the replicas go on trying.';
  return refused(`This replica stood for election and was not elected: ${answers}. ${next}`);
}

/** By what a voter said. */
const answerTexts: Readonly<Record<Vote, string>> = {
  [Vote.none]: 'did not answer',
  [Vote.granted]: 'agreed',
  [Vote.refused]: 'refused, as it hears a leader or has a longer log',
};

function changeMembers(log: OperatedLog, order: OperatorMemberOrder): OperatorAnswer {
  const { raft } = log;
  if (raft.role !== Role.leader) return notLeading(log);
  const { next, answer } = decideMembership(log, order);
  if (next === undefined || order.isTrial === true) return answer;
  return log.appendConfiguration(next)
    ? answer
    : refused('The journal takes no frame: the disk is full or does not flush. Nothing was changed.');
}

function stopping(log: OperatedLog, { isConfirmed = false }: OperatorControlOrder): OperatorAnswer {
  const { raft, options, peers } = log;
  const { voters } = raft.configuration;
  const leads = raft.role === Role.leader;
  const stops = `Replica ${options.replicaId} stops.`;
  const others = voters.filter((id) => id !== options.replicaId);
  // A follower knows of the others that their processes run.
  const counts = (id: number): boolean =>
    leads ? raft.counts(id) : peers.reaches(id) || peers.isCalledBy(id);
  const counting = others.filter(counts).length;
  const majority = Math.floor(voters.length / 2) + 1;
  const isOneOfMajority = voters.includes(options.replicaId) && counting + 1 >= majority;
  const end =
    `${leads ? 'It leads, and without' : 'Without'} it ${counting} of ${voters.length} voters count, fewer than the majority ` +
    `of ${majority}: orders are not served until it, or another voter, is back.`;
  const endsMajority = counting < majority && isOneOfMajority;
  if (endsMajority && options.twoPersons && !isConfirmed) return asksForSecond(`${stops} ${end}`);
  if (!leads) return accepted(stops);
  if (counting >= majority) return accepted(`${stops} It leads: the others elect a new leader.`);
  return accepted(`${stops} ${end}`);
}

function notLeading({ options, raft }: OperatedLog): OperatorAnswer {
  return asksForLeader(whoLeads(options.replicaId, raft.leaderId));
}
