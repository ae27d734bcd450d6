/** Answers to the orders of an operator. */

export interface OperatorAnswer {
  readonly ok: boolean;
  readonly text: string;
  /** The order waits for a second person; `text` says what it does, and nothing was done yet. */
  readonly needsSecond?: boolean;
  /** Nothing was done: the order is for the leader, which this replica is not, or not yet. */
  readonly isForLeader?: boolean;
  /** It is accepted and not done yet: how it ended, once that is known. The operator gets that in place of `text`. */
  readonly end?: () => OperatorAnswer | undefined;
}

export const accepted = (text: string): OperatorAnswer => ({ ok: true, text });
export const refused = (text: string): OperatorAnswer => ({ ok: false, text });
/** Refuses what only `force` may do; `loss` says what would be lost. */
export const asksForForce = (loss: string): OperatorAnswer =>
  refused(`${loss} Repeat the order with "force": true if that is meant.`);

/** Where two persons must mean it; `loss` says what comes of it. */
export const asksForSecond = (loss: string): OperatorAnswer => ({ ok: false, text: loss, needsSecond: true });

/** Refuses what another replica, or this one in a moment, carries out as the leader. */
export const asksForLeader = (text: string): OperatorAnswer => ({ ok: false, text, isForLeader: true });

/** What a replica that is not the leader, or not yet, answers to an order for the leader. */
export function whoLeads(replicaId: number, leaderId: number): string {
  if (leaderId === 0) return 'No leader is known. Wait for an election.';
  return leaderId === replicaId
    ? 'This replica is elected and does not serve yet. Try again in a moment.'
    : `Replica ${replicaId} does not lead. Ask replica ${leaderId}.`;
}
