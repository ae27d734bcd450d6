/** A session connection on this replica, and the session that it speaks for on the leader. */
import { FeedKind } from '../../protocol/messages.ts';
import type { Connection } from '../connections/connection-server.ts';

/** Notices that a connection has yet to get, in bits. */
export const FeedNotice = {
  leadership: 1,
  pressure: 2,
  keys: 4,
  sessionTaken: 8,
  members: 16,
  site: 32,
} as const;

/** Position of a subscriber that is sent each event as it comes. */
export const live = -1;

/** A class, not a literal, as its numbers grow while it lives (docs/HACKING.md, "Hot paths"). */
export class Subscriber {
  readonly connection: Connection;
  /** The session that it speaks for. */
  session: BoundSession | undefined = undefined;
  /** An openSession of this connection is under way, with this token. */
  isOpening = false;
  tokenLow = 0;
  tokenHigh = 0;
  feed: FeedKind = FeedKind.none;
  /** Position of the event ring from which events are still to be sent, or {@link live}. */
  readFrom = live;
  /** It is in the list of those that read from the ring. */
  isReading = false;
  /** Notices that found no room yet. */
  notices = 0;
  /** Its last turn to ask something long. */
  lastTurn = 0;
  /** The last cycle in which something of it was read, and how many records. */
  readCycle = 0;
  readRecords = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}

/** A session on the leader; it outlives its connections. */
export class BoundSession {
  readonly id: number;
  subscriber: Subscriber | undefined = undefined;
  /** The newest command number that was taken for stamping in this leadership. */
  lastTaken: number;

  constructor(id: number, lastTaken: number) {
    this.id = id;
    this.lastTaken = lastTaken;
  }
}
