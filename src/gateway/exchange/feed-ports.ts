/** How the gateway hears events: what is read, and the session that brings it. Tests put their own in its place. */
import type { ExchangeEvent, FillRow, Fills, FillsFilter, LevelRow, ModeRow, Rows } from '../ports.ts';

/** Which events have readers; asked before an event is decoded. */
export interface Readership {
  /** @hot */
  readsBook(instrumentId: number): boolean;
  /** @hot */
  readsTrades(instrumentId: number): boolean;
  /** @hot */
  readsExecutions(accountId: number): boolean;
  readsModes(): boolean;
}

/** What an event session tells: each event once and in order, from its start on. */
export interface EventListener {
  readonly readership: Readership;
  /** An event of this seq came, whether it is read or not. @hot */
  onSeq(seq: number): void;
  /** An event that is read, or a new instrument. */
  onEvent(event: ExchangeEvent): void;
  /** Events up to `lostSeq` may be missing. Where a site was lost, what came behind `cutSeq` is no more. */
  onGap(lostSeq: number, cutSeq?: number): void;
  /** Another exchange answers: what events said of the one before does not hold in it. */
  onReplaced(): void;
  onWarning(text: string): void;
}

/** What readers of events ask for beside them. */
export interface EventReads {
  book(instrumentId: number, levels: number): Promise<Rows<LevelRow>>;
  /** Executions that are remembered. */
  fills(filter: FillsFilter): Promise<Fills<FillRow>>;
  /** Modes: of the exchange, of an account (0: of none), and of the instruments that are not open. */
  modes(accountId: number | undefined): Promise<Rows<ModeRow>>;
}

/** Where a feed is: all events before `seq` have come, or are lost, and those of `seq` up to `n`. */
export interface FeedPosition {
  readonly seq: number;
  readonly n: number;
}

/** Fills, and how far they are whole: what is missing behind that place comes as an event, or is asked for later. */
export interface FillsUpTo extends Fills<FillRow> {
  readonly place: FeedPosition;
}

/**
 * A session that hears all events of the exchange. What is asked of it is asked of the replica that sends the events,
 * behind those that it has sent. So events and answer together are whole: what the answer does not hold comes as an
 * event. It may hold what comes as an event too: an answer overtakes events that wait for room on the connection.
 */
export interface EventSession extends EventReads {
  readonly place: FeedPosition;
  close(): Promise<void>;
}

/** Opens an event session; rejects with a LockstepError when it is not open in time. */
export type OpenEvents = (listener: EventListener) => Promise<EventSession>;
