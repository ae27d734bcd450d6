/** A session connection on this replica, and the session that it speaks for on the leader. */
import { FeedKind } from '../../protocol/messages.ts';
import type { Connection } from '../connections/connection-server.ts';

/** Notices that a connection has yet to get, in bits. */
export const Notice = {
  leadership: 1,
  pressure: 2,
  keys: 4,
  sessionTaken: 8,
  members: 16,
  site: 32,
} as const;

/** Position of a subscriber to whom each event is sent as it comes. */
export const live = -1;

export interface Subscriber {
  readonly connection: Connection;
  /** The session that it speaks for. */
  session: BoundSession | undefined;
  /** An openSession of this connection is under way, with this token. */
  isOpening: boolean;
  tokenLow: number;
  tokenHigh: number;
  feed: FeedKind;
  /** Position of the event ring from which events are still to be sent, or {@link live}. */
  readFrom: number;
  /** It is in the list of those that read from the ring. */
  isReading: boolean;
  /** Notices that found no room yet. */
  notices: number;
  /** Its last turn to ask something long. */
  lastTurn: number;
}

/** A session on the leader; it outlives its connections. */
export interface BoundSession {
  readonly id: number;
  subscriber: Subscriber | undefined;
  /** The newest command number that was taken for stamping in this leadership. */
  lastTaken: number;
}

export function newSubscriber(connection: Connection): Subscriber {
  return {
    connection,
    session: undefined,
    isOpening: false,
    tokenLow: 0,
    tokenHigh: 0,
    feed: FeedKind.none,
    readFrom: live,
    isReading: false,
    notices: 0,
    lastTurn: 0,
  };
}
