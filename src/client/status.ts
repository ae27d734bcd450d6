/** What a client says of itself: its events, and its ways to the replicas. */
import type { TradingPlace } from './core/link.ts';
import type { ExchangeEvent } from './words.ts';

/** A change of the serving leader. */
export interface Failover {
  readonly term: number;
  readonly leaderId: number;
  /** Milliseconds from the loss of the old leader to the first acknowledgement of the new one. */
  readonly gapMs: number;
  /** Commands that were sent again. */
  readonly resent: number;
}

/** The events between these sequence numbers cannot be sent any more: ask for the state instead. */
export interface EventsLost {
  readonly afterSeq: number;
  readonly appliedSeq: number;
}

/** The events of a client. */
export interface ClientEvents {
  event: [event: ExchangeEvent];
  failover: [failover: Failover];
  /** How full the leader's ring of waiting commands is, 0 to 1000. */
  pressure: [usedPermille: number];
  /** The exchange has applied so many changes of API keys; see `keys`. */
  keysChanged: [changes: number];
  eventsLost: [lost: EventsLost];
  /**
   * Another cluster answers at the addresses of the one before: nothing of it holds any more, neither orders nor
   * instruments nor seqs. The client goes on with a new session; what had no outcome is unknown (`sessionLost`).
   */
  clusterChanged: [];
  warning: [text: string];
}

export interface ConnectionStatus {
  readonly replicaId: number;
  readonly address: string;
  readonly state: 'waiting' | 'connecting' | 'ready';
  /** It serves our session. */
  readonly isLeader: boolean;
  /** It leads and takes no commands: it has just been elected, or gets nothing committed. */
  readonly leadsIdle: boolean;
  /** The newest term that listeners were called for. */
  readonly term: number;
}

export interface ClientStatus {
  /** As `exchangeId` of the client. */
  readonly exchangeId: number;
  /** 0 while a new session is being opened. */
  readonly sessionId: number;
  /** 0 while no replica serves us. */
  readonly leaderId: number;
  readonly term: number;
  /** Commands without an outcome. */
  readonly pending: number;
  /** Outcomes received. */
  readonly acknowledged: number;
  readonly failovers: readonly Failover[];
  readonly pressurePermille: number;
  readonly connections: readonly ConnectionStatus[];
  /** The site that takes orders, where those replicas that answer follow it; its gateways as far as they know. */
  readonly tradesAt: TradingPlace | undefined;
}
