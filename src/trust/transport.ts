/** What carries the bytes of links: ordered streams between addresses, over which nothing has been proven yet. */

/** What happens on the streams; the receiver must not keep `bytes`. */
export interface TransportHandler {
  /** Whether a caller from a host has a place now; until then it waits, and is asked for again. */
  takesCaller(source: number): boolean;
  /** A connection is open. `replicaId`: the replica whose address was called, 0 for an accepted one. */
  opened(connection: number, replicaId: number): void;
  /**
   * `bytes[from, to)` wait. Returns how many are consumed; the rest is offered again with more, or at the next poll.
   */
  received(connection: number, bytes: Uint8Array, view: DataView, from: number, to: number): number;
  /** The connection is gone, by whichever side; not called for one that `close` or `reset` ended. */
  closed(connection: number): void;
}

/** Connections are small integers, reused after they closed. */
export interface Transport {
  /** Handles everything that waits on all connections; returns how much there was. @hot */
  poll(handler: TransportHandler): number;
  /** Whether it has an address for a replica; one without cannot be called. */
  knows(replicaId: number): boolean;
  /** Starts to connect to a replica; `opened` or `closed` follows. -1 without an address, or when none is free. */
  connect(replicaId: number): number;
  /** Queues all of `bytes[from, to)`, or nothing (false) when the output buffer has no room. @hot */
  send(connection: number, bytes: Uint8Array, from: number, to: number): boolean;
  /** Free bytes of the output buffer. @hot */
  room(connection: number): number;
  /** Hands what is queued to the system. @hot */
  flush(): void;
  /** Ends a connection after what was queued; `closed` is not called. */
  close(connection: number): void;
  /** Ends a connection at once, without what was queued, and frees its place; `closed` is not called. */
  reset(connection: number): void;
  /** The host that an accepted connection comes from: the same number for the same host. */
  source(connection: number): number;
}
