/**
 * The ports of a replica: everything that it needs from a machine. `io/` has them for real ones, `sim/` for virtual
 * ones; the code above cannot tell which it runs on.
 */
import type { ConnectionRole } from '../protocol/messages.ts';
import type { Configuration } from '../raft/types.ts';

export type { Region, Storage } from '../journal/storage.ts';

/** Time, read once per duty cycle. */
export interface Clock {
  /** Microseconds that never run back, from any origin: for time-outs. */
  nowUs(): number;
  /** Microseconds since 1970 as the machine believes: for stamps. It may jump. */
  wallUs(): number;
}

/** Unreliable datagrams between replicas; loss, repetition and reordering are normal. */
export interface Datagrams {
  /** Where a received datagram stands until the next call of `receive`. */
  readonly received: Uint8Array;
  readonly receivedView: DataView;
  /** Bytes of the next waiting datagram, copied to `received`; 0 when none waits. @hot */
  receive(): number;
  /** Sends `bytes[0, length)` to a replica; 0 is all others (multicast, or one by one). Errors are losses. @hot */
  send(to: number, bytes: Uint8Array, length: number): void;
}

/** The other side of a connection, as it has proven to be. */
export interface ProvenPeer {
  /** A PartyKind of `trust`. */
  readonly kind: number;
  /** Its number among those of its kind: of a replica its id. */
  readonly id: number;
  /** A ConnectionRole: what the connection is for. */
  readonly role: number;
}

/** What happens on connections; the receiver must not keep `bytes`. */
export interface ConnectionHandler {
  /**
   * A connection is open: both sides have proven who they are, and the one that called may call for this. Before it
   * nothing is received.
   */
  opened(connection: number, peer: ProvenPeer): void;
  /**
   * `bytes[from, to)` wait. Returns how many are consumed; the rest is offered again with more, or at the next poll.
   */
  received(connection: number, bytes: Uint8Array, view: DataView, from: number, to: number): number;
  /**
   * The connection is gone, by whichever side, or one that was called did not come about; not called for one that
   * `close` ended.
   */
  closed(connection: number): void;
}

/** Ordered byte streams: sessions, tethers, fetches. Connections are small integers, reused after they closed. */
export interface Connections {
  /** Handles everything that waits on all connections; returns how much there was. @hot */
  poll(handler: ConnectionHandler): number;
  /** Whether it has an address for a replica; one without cannot be called. */
  knows(replicaId: number): boolean;
  /**
   * Starts to connect to a replica for a role; `opened` by that very replica, or `closed`, follows. -1 without an
   * address, or when none is free.
   */
  connect(replicaId: number, role: ConnectionRole): number;
  /** Queues all of `bytes[from, to)`, or nothing (false) when the output buffer has no room. @hot */
  send(connection: number, bytes: Uint8Array, from: number, to: number): boolean;
  /** Free bytes of the output buffer. @hot */
  room(connection: number): number;
  /** Hands what is queued to the system; called once at the end of a duty cycle. @hot */
  flush(): void;
  /** Ends a connection after what was queued; `closed` is not called. */
  close(connection: number): void;
}

/** Where a replica is reached: a name or an IPv4 address, and its ports. */
export interface MemberAddress {
  readonly host: string;
  readonly udpPort: number;
  readonly tcpPort: number;
}

/** The addresses of other replicas, for datagrams and connections. */
export interface Addresses {
  /** Where the configuration file has a replica; all of these are placed at the start. */
  seed(replicaId: number): MemberAddress | undefined;
  /** From now on a replica is reached there; undefined: nowhere. */
  place(replicaId: number, address: MemberAddress | undefined): void;
}

/** Keyed hashes: what proves that a datagram belongs to the cluster. */
export interface Keys {
  /** Writes the seal of `bytes[0, length)` behind it, sealBytes long. @hot */
  seal(bytes: Uint8Array, length: number): void;
  /** Whether the seal behind `bytes[0, length)` is right. @hot */
  isSealed(bytes: Uint8Array, length: number): boolean;
}

/** Counters that other threads and processes read; slots are named in `counters.ts`. */
export interface Counters {
  set(slot: number, value: number): void;
  add(slot: number, value: number): void;
}

/** Who the members are, and what is known of them. */
export type Membership = Configuration;

/** Orders of the operator, from the control thread; polled once per cycle. */
export interface Control {
  /** The next order that waits. */
  next(): ControlOrder | undefined;
  /** Its answer. */
  reply(order: ControlOrder, ok: boolean, text: string): void;
  /** The members are others, or something else is known of them. */
  showMembers(members: Membership): void;
}

/**
 * `number` tells orders apart; `replicaId` is the target of a transfer or of a membership change, 0 is none. `force`:
 * do it although something is lost by it.
 */
export interface ControlOrder {
  readonly number: number;
  readonly kind:
    | 'transferLeadership'
    | 'takeSnapshot'
    | 'startElection'
    | 'acceptLoss'
    | 'endDay'
    | 'addLearner'
    | 'addVoter'
    | 'removeReplica'
    /** The state of `replicaId` is right, and the others are rebuilt from it. */
    | 'chooseState'
    /** Only what it would lead to is answered; the process ends itself. */
    | 'stop';
  readonly replicaId: number;
  readonly force: boolean;
}

/** Lines for a person: rare events only. `fields` are plain values. */
export interface Log {
  info(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** Everything together. */
export interface Ports {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly connections: Connections;
  readonly addresses: Addresses;
  readonly keys: Keys;
  readonly storage: import('../journal/storage.ts').Storage;
  readonly counters: Counters;
  readonly control: Control;
  readonly log: Log;
}
