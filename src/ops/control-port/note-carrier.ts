/**
 * Brings what was ordered at this replica to the leader, which puts it into the log: to the own core where that leads,
 * else to the control port of the leader, with the identity of this replica.
 */
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { counter } from '../../replica/counters.ts';
import { shownMembers } from '../../replica/members/membership-view.ts';
import type { OperatorOrderNote } from '../../replica/ports.ts';
import type { Loaded } from '../configuration/load.ts';
import { type RenewedGiver, sendOrder } from '../orders/control-orders.ts';

interface CarrierParts {
  readonly machine: Pick<ReplicaThreads, 'order' | 'counters' | 'members'>;
  readonly loaded: Loaded;
  readonly replicaId: number;
  /** This replica, as it shows itself to others. */
  readonly itself: RenewedGiver;
}

/** Whether a leader has taken the note; whether it is committed the audit trail shows. */
export async function carryNote(
  { machine, loaded, replicaId, itself }: CarrierParts,
  note: OperatorOrderNote,
): Promise<boolean> {
  const leaderId = machine.counters[counter.leaderId]!;
  if (leaderId === replicaId) {
    const { ok } = await machine.order({ kind: 'noteOrder', replicaId: 0, force: false, note });
    return ok;
  }
  const { configuration } = loaded;
  const known = machine.members === undefined ? [] : shownMembers(machine.members);
  const member = known.find(({ id, host }) => id === leaderId && host !== '');
  const leader =
    member === undefined
      ? configuration.replicas.find(({ id }) => id === leaderId)
      : {
          ...member,
          controlHost: member.controlHost || undefined,
          fingerprint: member.fingerprint || undefined,
        };
  if (leader === undefined) return false;
  try {
    const { ok = false } = await sendOrder(itself.current, configuration, leader, 'note', note);
    return ok;
  } catch {
    // The carrier sends it again, to the replica that leads then.
    return false;
  }
}
