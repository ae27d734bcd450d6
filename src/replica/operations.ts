/** What an operator may ask of a running replica, and the answers in words. */
import { endDay } from '../protocol/commands.ts';
import { Role } from '../raft/types.ts';
import type { ControlOrder } from './ports.ts';
import type { Replica } from './replica.ts';

/** Executes one order and answers it; returns 1, the work done. */
export function executeOrder(replica: Replica, order: ControlOrder): number {
  const refusal = refusalOf(replica, order);
  replica.ports.control.reply(order, refusal === undefined, refusal ?? 'accepted');
  return 1;
}

/** Does what is asked; a text says why it cannot be done. */
function refusalOf(replica: Replica, order: ControlOrder): string | undefined {
  const { raft, sequencer } = replica;
  switch (order.kind) {
    case 'transferLeadership':
      return raft.transferLeadership(order.replicaId);
    case 'takeSnapshot':
      replica.snapshots.request();
      return undefined;
    case 'startElection':
      return raft.startElection();
    case 'acceptLoss':
      return raft.acceptLoss();
    case 'endDay': {
      if (!replica.serving) return notLeading(replica);
      const header = { sessionId: 0, commandNumber: 0, accountId: 0, deadlineMs: 0 };
      return sequencer.pushOwn(endDay, header) ? undefined : 'the ring of commands is full; try again';
    }
    case 'addLearner':
    case 'addVoter':
    case 'removeReplica': {
      if (raft.role !== Role.leader) return notLeading(replica);
      const change = raft.changeConfiguration([{ kind: order.kind, replicaId: order.replicaId }]);
      if (typeof change === 'string') return change;
      return sequencer.appendConfiguration(change) ? undefined : 'the disk is full';
    }
  }
}

function notLeading(replica: Replica): string {
  const { leaderId } = replica;
  return leaderId === 0
    ? 'no leader is known; wait for an election'
    : `replica ${replica.options.replicaId} does not lead; ask replica ${leaderId}`;
}
