/**
 * What an operator may ask of a running replica. An order is checked against everything that it will need before it is
 * accepted; the answer says what comes of it, or why it is refused. Where something would be lost it asks for `force`.
 */
import { endDay } from '../../protocol/commands.ts';
import { Role } from '../../raft/types.ts';
import type { ControlOrder } from '../ports.ts';
import { type Answer, accepted, asksForForce, refused } from './answers.ts';
import { decideMembership } from './membership-orders.ts';
import type { OperatedReplica } from './operated-replica.ts';

/** Executes one order and answers it; returns 1, the work done. */
export function executeOrder(replica: OperatedReplica, order: ControlOrder): number {
  const { ok, text } = carryOut(replica, order);
  const { kind, replicaId, force } = order;
  replica.ports.log.info(`the operator's order is ${ok ? 'accepted' : 'refused'}`, {
    order: kind,
    ...(replicaId !== 0 && { target: replicaId }),
    ...(force && { force }),
    answer: text,
  });
  replica.ports.control.reply(order, ok, text);
  return 1;
}

function carryOut(replica: OperatedReplica, order: ControlOrder): Answer {
  switch (order.kind) {
    case 'transferLeadership':
      return transferLeadership(replica, order.replicaId);
    case 'takeSnapshot':
      return takeSnapshot(replica);
    case 'startElection':
      return startElection(replica);
    case 'acceptLoss':
      return acceptLoss(replica, order.force);
    case 'endDay':
      return orderEndOfDay(replica);
    case 'addLearner':
    case 'addVoter':
    case 'removeReplica':
      return changeMembers(replica, order.kind, order);
    case 'stop':
      return stopping(replica);
  }
}

function transferLeadership(replica: OperatedReplica, target: number): Answer {
  const { raft, options } = replica;
  if (raft.role !== Role.leader) return notLeading(replica);
  const to = target === 0 ? raft.successor : target;
  if (to === 0) return refused('No other voter answers and has caught up, so none can take over.');
  const reason = raft.transferLeadership(to);
  if (reason !== undefined) return refused(reason);
  const withinMs = options.electionTimeoutUs / 1_000;
  return accepted(
    `Replica ${to} is asked to take over. If it does not within ${withinMs} ms, this replica goes on leading.`,
  );
}

function takeSnapshot({ raft, snapshots, applier }: OperatedReplica): Answer {
  const { appliedIndex } = applier;
  if (appliedIndex === 0)
    return refused('This replica has applied nothing yet, so there is no state to save.');
  if (appliedIndex <= snapshots.snapshotIndex) {
    return accepted(`The snapshot up to frame ${snapshots.snapshotIndex} holds everything that is applied.`);
  }
  snapshots.request();
  const what = `A snapshot of what is applied, frame ${appliedIndex} or later, is written in the background.`;
  if (raft.role !== Role.leader) return accepted(what);
  return accepted(
    `${what} This replica leads: it copies its state at once, and orders wait meanwhile. A follower does it without that.`,
  );
}

function startElection({ raft, options }: OperatedReplica): Answer {
  const reason = raft.startElection();
  if (reason !== undefined) return refused(reason);
  const { voters, outgoing } = raft.configuration;
  const others = [...new Set([...voters, ...outgoing])].filter((id) => id !== options.replicaId);
  if (others.length === 0) return accepted('This replica is the only voter: it leads now.');
  return accepted(
    `This replica stands for election and asks replicas ${others.join(', ')}. It leads once a majority of the voters ` +
      'agrees; see its status.',
  );
}

function acceptLoss(replica: OperatedReplica, force: boolean): Answer {
  const { raft, options } = replica;
  if (raft.isRecovering && raft.followsLeader && !force) {
    return asksForForce(
      `Replica ${raft.leaderId} leads and lets this replica return by itself once it has caught up; nothing need be lost.`,
    );
  }
  // What a replica holds that may vote again is safe: it wins the election.
  const isLostWithThis = (id: number): boolean => !raft.isSound(id);
  const longer = raft.isRecovering ? replica.introductions.longerLog(isLostWithThis) : undefined;
  if (longer !== undefined && !force) {
    return asksForForce(
      `Replica ${longer.replicaId} holds more (up to frame ${longer.lastIndex}). Where it is recovering, accept the loss ` +
        'there first; where it votes, its frames are kept.',
    );
  }
  if (replica.founders.length === 0) {
    return refused(
      'This replica has no log, so it knows no members and has no vote to take back. Where the cluster is new, stop it and ' +
        'start it once with --bootstrap; where it lives, it gets its log from the leader.',
    );
  }
  const reason = raft.acceptLoss();
  if (reason !== undefined) return refused(reason);
  const electors = raft.isFounding
    ? `all founders (${replica.founders.join(', ')}) run and may vote: the cluster has had no leader yet`
    : 'a majority of the voters runs and may vote';
  return accepted(
    `Replica ${options.replicaId} votes again from here on. What it acknowledged and has lost is given up. A leader is ` +
      `elected once ${electors}.`,
  );
}

function orderEndOfDay(replica: OperatedReplica): Answer {
  if (!replica.serving && replica.raft.role === Role.leader)
    return refused(
      'This replica leads and takes no commands now: it has just taken over, or nothing is committed.',
    );
  if (!replica.serving) return notLeading(replica);
  const header = { sessionId: 0, commandNumber: 0, accountId: 0, deadlineMs: 0 };
  if (!replica.sequencer.pushOwn(endDay, header)) return refused('The ring of commands is full. Try again.');
  return accepted('The day ends with the next frame: orders that are good for the day are cancelled.');
}

function changeMembers(
  replica: OperatedReplica,
  kind: 'addLearner' | 'addVoter' | 'removeReplica',
  { replicaId, force }: ControlOrder,
): Answer {
  const { raft, sequencer } = replica;
  if (raft.role !== Role.leader) return notLeading(replica);
  const { next, answer } = decideMembership(replica, { kind, replicaId }, force);
  if (next === undefined) return answer;
  return sequencer.appendConfiguration(next)
    ? answer
    : refused('The journal takes no frame: the disk is full or does not flush. Nothing was changed.');
}

function stopping(replica: OperatedReplica): Answer {
  const { raft, options } = replica;
  const stops = `Replica ${options.replicaId} stops.`;
  if (raft.role !== Role.leader) return accepted(stops);
  const others = raft.configuration.voters.filter((id) => id !== options.replicaId);
  const counting = others.filter((id) => raft.counts(id));
  const majority = Math.floor(raft.configuration.voters.length / 2) + 1;
  if (counting.length >= majority) return accepted(`${stops} It leads: the others elect a new leader.`);
  return accepted(
    `${stops} It leads, and without it ${counting.length} of ${raft.configuration.voters.length} voters count, fewer than ` +
      `the majority of ${majority}: orders are not served until it, or another voter, is back.`,
  );
}

function notLeading(replica: OperatedReplica): Answer {
  const { leaderId } = replica;
  return refused(
    leaderId === 0
      ? 'No leader is known. Wait for an election.'
      : leaderId === replica.options.replicaId
        ? 'This replica is elected and does not serve yet. Try again in a moment.'
        : `Replica ${replica.options.replicaId} does not lead. Ask replica ${leaderId}.`,
  );
}
