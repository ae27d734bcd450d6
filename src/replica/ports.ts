/**
 * The ports of a replica: everything that it needs from a machine. `io/` has them for real ones, `sim/` for virtual
 * ones; the code above cannot tell which it runs on.
 */
import type { TradingStop } from '../engine/trading-stops.ts';
import type { Cut } from '../protocol/cut.ts';
import type { Drop } from '../protocol/datagrams.ts';
import type { ConnectionRole, KeyGrant } from '../protocol/messages.ts';
import type { KnownKeys } from '../protocol/parties.ts';
import type { MemberRoleName } from '../protocol/roster.ts';
import type { Configuration } from '../raft/types.ts';
import type { LongWorks } from '../std/long-work.ts';
import type { OperatorAnswer } from './answers.ts';

export type { TradingStop } from '../engine/trading-stops.ts';
export type { Region, Storage } from '../journal/storage.ts';
export type { OperatorAnswer } from './answers.ts';

/** Time, read once per duty cycle. */
export interface Clock {
  /** Microseconds that never run back, from any origin: for time-outs. */
  nowUs(): number;
  /** Microseconds since 1970 as the machine believes: for stamps. It may jump. */
  wallUs(): number;
}

/** What the witness of a third place has granted this replica (sites/lease-ledger.ts). */
export interface SiteLeasePort {
  /** The epoch of the grant; 0: nothing was granted. */
  readonly epoch: number;
  /** Whether it is good now, by a clock that goes on while the machine sleeps. @hot */
  isGood(): boolean;
}

/** Where the grant is written for the replica. */
export interface SiteLeaseMemory {
  grant(epoch: number, untilUs: number): void;
}

/** Unreliable datagrams between replicas; loss, repetition and reordering are normal. */
export interface Datagrams {
  /** How many came that no peer's address has sent; they are not received. */
  readonly strangers: number;
  /** Where a received datagram is until the next call of `receive`. */
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
  /** SHA-256 of its certificate, where the log of the cluster and no authority vouches for it. */
  readonly fingerprint?: Uint8Array | undefined;
}

/** What happens on connections; the receiver must not keep `bytes`. */
export interface ConnectionHandler {
  /**
   * A connection is open: both sides have proven their identities, and the caller may ask this side. Nothing is
   * received before.
   */
  opened(connection: number, peer: ProvenPeer): void;
  /**
   * `bytes[from, to)` wait. Returns how many are consumed; the rest is offered again with more, or at the next poll.
   */
  received(connection: number, bytes: Uint8Array, view: DataView, from: number, to: number): number;
  /**
   * The connection is gone, by either side, or a called connection did not come about; not called for a connection that
   * `close` ended.
   */
  closed(connection: number): void;
  /** Whom this side believes has changed; links of those that it believes no more are closed. */
  reconsidered?(): void;
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
  /** Hands queued bytes to the system; called once at the end of a duty cycle. @hot */
  flush(): void;
  /** Ends a connection after its queued bytes have left; `closed` is not called. */
  close(connection: number): void;
  /** From now on these keys are believed beside those that are certified. */
  believe(known: KnownKeys): void;
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
  configured(replicaId: number): MemberAddress | undefined;
  /** From now on a replica is reached there; undefined: nowhere. */
  place(replicaId: number, address: MemberAddress | undefined): void;
}

/**
 * Seals of datagrams: a datagram opens at the peers that hold the key of its sender, once, as it was sent. In `bytes`
 * it is behind `sealHeaderBytes`, and `sealTagBytes` follow it. In place of a peer 0 means all of them.
 */
export interface DatagramSeals {
  /** The replica that has sealed the datagram that was opened last. */
  readonly from: number;
  /** Datagrams that peers have sealed for this replica since the start, as their numbers say, and that have opened. */
  readonly datagramsSent: number;
  readonly datagramsCame: number;
  /** Seals `bytes[sealHeaderBytes, plainTo)`; returns the bytes of the datagram, 0 where there is no key. @hot */
  seal(peerId: number, bytes: Uint8Array, view: DataView, plainTo: number): number;
  /** Opens `bytes[0, length)` where it is. @hot */
  open(bytes: Uint8Array, view: DataView, length: number): Drop;
  /** The newest key for a peer: it is used from {@link use} on. */
  offer(peerId: number): KeyGrant;
  isOffered(peerId: number, keyId: number): boolean;
  /** The peer holds this key; false where there is a newer one. */
  use(peerId: number, keyId: number): boolean;
  /** The key for a peer is used no more; the next offer is of another. */
  replace(peerId: number): void;
  /** Holds a key of a peer; false where it cannot. */
  take(peerId: number, grant: KeyGrant): boolean;
  /** Nothing of a peer opens any more, nor is anything sealed for it alone. */
  forget(peerId: number): void;
}

/** Counters that other threads and processes read; slots are named in `counters.ts`. */
export interface Counters {
  set(slot: number, value: number): void;
  add(slot: number, value: number): void;
}

/** Which replicas are members, and what is known of them. */
export type Membership = Configuration;

/** A change of the leader, as one replica has seen it. */
export interface SeenElection {
  readonly term: number;
  readonly leaderId: number;
  /** The leader before; 0: none was known. */
  readonly formerId: number;
  /** Why the new leader stood, where this replica is it; elsewhere what this replica saw of it. */
  readonly reason: string;
  /** From the moment in which this replica counted the leader as lost until it knew the next leader. */
  readonly gapUs: number;
  /** When it knew it, by the clock of its machine, in microseconds since 1970. */
  readonly wallUs: number;
}

/** A spare that a leader gave the place of a voter. */
export interface GivenVote {
  readonly spareId: number;
  readonly memberId: number;
}

/** How far another member is, as the leader knows. */
export interface SeenProgress {
  readonly memberId: number;
  /** Frames and bytes of the leader's log that it has not acknowledged. */
  readonly behindFrames: number;
  readonly behindBytes: number;
  /** Since its last answer. */
  readonly silentUs: number;
  readonly state: 'following' | 'catchingUp' | 'needsSnapshot' | 'recovering';
}

/** What the machine gives its replica, over the last seconds, in thousandths; undefined: not known. */
export interface MachineLoad {
  /** Time in which the core thread waited for a processor. */
  readonly starvedPermille: number | undefined;
  /** Of the bound of its heap the core thread uses so much, and of the disk of the data folder is used so much. */
  readonly heapPermille: number | undefined;
  readonly diskPermille: number | undefined;
}

/** How a member is, as its leader knows (log/gray-signals.ts). */
export interface SeenCondition {
  readonly memberId: number;
  /** By the names of the signals; undefined: not known. */
  readonly values: Readonly<Record<string, number | undefined>>;
  /** In words, by what the member is worse than another one; empty: by nothing. */
  readonly gray: readonly string[];
}

/** What automatic failover would have done, where failover is manual. */
export interface WouldBe {
  /** Of this process; an entry that comes again says more of the same. */
  readonly number: number;
  readonly kind: 'election' | 'handOver';
  /** The leader, and its term. */
  readonly leaderId: number;
  readonly term: number;
  readonly reason: string;
  /** By the clock of its machine, in microseconds since 1970. */
  readonly wallUs: number;
  /**
   * `cameBack`: the leader was not gone. `replaced`: another leadership began. `unknown`: the process ended first.
   */
  readonly outcome: 'open' | 'cameBack' | 'replaced' | 'unknown';
  /** How long after it; 0 while that is open. */
  readonly afterUs: number;
}

/** A machine with a join token that is no member yet, and why. */
export interface Applicant {
  readonly replicaId: number;
  readonly why: string;
}

/** Orders of the operator, from the control thread; polled once per cycle. */
export interface Control extends LongWorks {
  /** The next order that waits. */
  next(): OperatorControlOrder | undefined;
  /** Its answer. */
  reply(order: OperatorControlOrder, answer: OperatorAnswer): void;
  /** The members are others, or something else is known of them. */
  showMembers(members: Membership): void;
  /** What of the exchange is not open has changed. */
  showStopped(stopped: readonly TradingStop[]): void;
  showElection(election: SeenElection): void;
  /** A voided command was passed over; called for each, in their order. */
  showVoided(seq: number): void;
  /** This leader gave a spare the vote of a member; called for each. */
  showSpare(given: GivenVote): void;
  /** Empty where this replica does not lead. */
  showProgress(progress: readonly SeenProgress[]): void;
  /** What the control thread knows of the machine. */
  readonly machine: MachineLoad;
  /** How the members are that this leader has heard of; empty where it does not lead. */
  showConditions(conditions: readonly SeenCondition[]): void;
  showWouldBe(would: WouldBe): void;
  /** These machines wait, as their leader sees it. */
  showApplicants(applicants: readonly Applicant[]): void;
}

/**
 * `number` tells orders apart; `replicaId` is the target of a transfer or of a membership change, 0 is none. `force`:
 * do it although something is lost by it.
 */
export interface OperatorControlOrder {
  readonly number: number;
  readonly kind:
    | 'transferLeadership'
    | 'switchEngine'
    | 'takeSnapshot'
    | 'startElection'
    | 'endDay'
    /** The state of `replicaId` is right, and the others are rebuilt from it. */
    | 'chooseState'
    /** The command `seq`, on which processes died, is voided. */
    | 'decideVoid'
    /** What the command `seq` says. */
    | 'showCommand'
    | OperatorMemberOrderKind
    /** By the process of a replica: `note` goes into the audit trail. */
    | 'noteOrder'
    /** `site` is to write from here on. */
    | 'openSite'
    /** Another site writes in `epoch`, which is later than that of this log: it is over. */
    | 'endEpoch'
    /** The exchange of a site that began to write may open, or not: `opening`. */
    | 'holdOpening'
    /** Another generation of the cluster begins from this log, and `others` come back to it. The process ends. */
    | 'beginGeneration'
    /** The folder is given up for the generation that begins with `cut`. The process ends. */
    | 'leaveGeneration'
    /** Only what it would lead to is answered; the process ends itself. */
    | 'stop';
  readonly replicaId: number;
  readonly force: boolean;
  /** The operator who gives it, by the number in the certificate; absent: the process itself. */
  readonly operatorId?: number;
  /** Only say whether it would be accepted: of orders that change members or begin a generation. */
  readonly isTrial?: boolean;
  /** A second operator has confirmed it. */
  readonly isConfirmed?: boolean;
  readonly note?: OperatorOrderNote;
  /** In `decideVoid` and `showCommand`. */
  readonly seq?: number;
  /** In `replaceMember` the one that takes the place of `replicaId`, in `createToken` the one whose place is taken. */
  readonly otherId?: number;
  readonly others?: readonly number[];
  readonly cut?: Cut;
  /** In `createToken`: the public half of the token, and how long it is open. */
  readonly key?: Uint8Array;
  readonly lifeMs?: number;
  /** In `addMember` and `createToken`. */
  readonly role?: MemberRoleName;
  /** In `openSite`: see replica/sites/site-change.ts. */
  readonly site?: { readonly site: number; readonly epoch: number; readonly seq: number };
  /** In `holdOpening`: for the site that began to write in this epoch; `reason` is for people. */
  readonly opening?: { readonly epoch: number; readonly isHeld: boolean; readonly reason: string };
  /** In `endEpoch`. */
  readonly epoch?: number;
  /** In `preferMember`. */
  readonly preference?: 'normal' | 'never' | 'prefer';
}

/** An order at a control port, as the audit trail shows it (`auditRow`); `operatorId` 0 is the replica itself. */
export interface OperatorOrderNote {
  readonly operatorId: number;
  readonly replicaId: number;
  readonly givenUs: number;
  readonly entryKind: number;
  readonly outcome: number;
  readonly subject: number;
  readonly count: number;
  readonly source: string;
  readonly action: string;
}

/** Orders that change the members. */
export type OperatorMemberOrderKind =
  | 'addMember'
  | 'removeMember'
  | 'replaceMember'
  | 'promoteMember'
  | 'demoteMember'
  | 'preferMember'
  | 'createToken'
  | 'withdrawToken';

export type OperatorMemberOrder = OperatorControlOrder & { readonly kind: OperatorMemberOrderKind };

/** Lines for a person: rare events only. `fields` are plain values. */
export interface Log {
  info(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** Everything together. */
export interface Ports {
  /** Absent where the site writes without a lease. */
  readonly siteLease?: SiteLeasePort | undefined;
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  readonly connections: Connections;
  readonly addresses: Addresses;
  readonly seals: DatagramSeals;
  readonly storage: import('../journal/storage.ts').Storage;
  readonly counters: Counters;
  readonly control: Control;
  readonly log: Log;
}
