/** What the control endpoint of a replica shows and moves. */

import type { GrantAnswer, GrantQuestion } from '../grants/grant-ledger.ts';
import type { LeaseOffice } from '../grants/lease-office.ts';
import type { Health, LeaderHealth } from '../health/health.ts';
import type { CounterReader, ReplicaStatus } from '../health/status.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import type { OperatorDesk } from '../operator-orders/operators.ts';
import type { FenceReport } from '../operator-orders/order-bodies.ts';
import type { OperatorOrderNotes } from '../operator-orders/order-notes.ts';
import type { OperatorReplicaOrder } from '../operator-orders/order-paths.ts';
import type { PromisedAvailability } from './availability-metrics.ts';
import type { CanaryDesk } from './canary-desk.ts';
import type { NoticeAnswer, NoticeQuestion } from './notice-peers.ts';
import type { SideDesk } from './side-desk.ts';

export interface OperatorOrderAnswer {
  readonly ok: boolean;
  readonly text: string;
  /** It waits for a second operator; `text` says what it would do. */
  readonly needsSecond?: boolean;
  /** Nothing was done: the order is for the leader, which this replica is not. */
  readonly isForLeader?: boolean;
}

export interface ControlSubject {
  readonly replicaId: number;
  readonly clusterId: number;
  readonly operators: OperatorDesk;
  /** Orders on their way into the audit trail. */
  readonly notes: Pick<OperatorOrderNotes, 'open' | 'refused' | 'count'>;
  readonly read: CounterReader;
  readonly promised: PromisedAvailability;
  /** Of the witness that grants leases to sites; absent at every other replica. */
  readonly leases?: Pick<LeaseOffice, 'ask' | 'promise'> | undefined;
  /** What this replica, where it is a voter, grants to a machine of a gateway that asks for the address. */
  address(question: GrantQuestion): GrantAnswer;
  stalledMs(): number;
  /** Of the certificate of this endpoint; undefined without TLS. */
  certificateExpiresAtMs?(): number | undefined;
  /** Of the certificate for links. */
  identityExpiresAtMs(): number;
  status(): ReplicaStatus;
  live(): Health;
  ready(): Health;
  leads(): LeaderHealth;
  /** The answer to another replica that asks for notices; absent where no hook is configured. */
  notices?(question: NoticeQuestion): NoticeAnswer;
  hooks?(): readonly HookStanding[];
  /** What watchers tell of their canaries. */
  readonly canary: Pick<CanaryDesk, 'take' | 'heard'>;
  /** What processes beside the replicas say of themselves. */
  readonly sides: Pick<SideDesk, 'take' | 'heard'>;
  /** A fence command ran; absent where no hook is configured. */
  fenced?(report: FenceReport, by: string): void;
  /** Operators, by their names, have decided that a command is voided; absent where no hook is configured. */
  voidDecided?(seq: number, by: string): void;
  /** Undefined where no answer came in time, so that the outcome is unknown. */
  order(order: OperatorReplicaOrder): Promise<OperatorOrderAnswer | undefined>;
}
