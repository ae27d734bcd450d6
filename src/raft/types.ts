/** What the consensus core needs from its surroundings, and what it tells them: plain calls, no sockets, no files. */

import type { Cut } from '../protocol/cut.ts';
import type { RaftMessage } from '../protocol/datagrams.ts';
import type { JoinToken, Member } from '../protocol/roster.ts';

export const Role = { follower: 0, preCandidate: 1, candidate: 2, leader: 3 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** The commit rule: `memory`, a majority holds it; `disk`, a majority has flushed it. */
export type Durability = 'memory' | 'disk';

/**
 * The voters and the learners. `outgoing` is the old half of a joint configuration, empty outside of a change. The
 * roster says how members are reached; of it consensus reads only which voter is to lead (preference.ts).
 */
export interface Configuration {
  readonly voters: readonly number[];
  readonly outgoing: readonly number[];
  readonly learners: readonly number[];
  /** Voters of the old half that become learners when the joint configuration is left. */
  readonly learnersNext: readonly number[];
  /** Records of members, in order of their ids; members of which none is known yet have none. */
  readonly roster: readonly Member[];
  /** Machines that may become members, in order of their ids. */
  readonly tokens: readonly JoinToken[];
  /** Where this generation of the cluster begins; none in the first one. Consensus never reads it. */
  readonly cut?: Cut | undefined;
}

/** The log as the core sees it: the journal in production. All calls are synchronous. */
export interface RaftLog {
  /** First index that is still held; everything before is in the snapshot. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Highest index, never above lastIndex, up to which everything is flushed. */
  readonly durableIndex: number;
  /** Term of the frame, or of the snapshot at firstIndex - 1; 0 at index 0; -1 where it is not known. @hot */
  termAt(index: number): number;
  /** Removes everything after `index`; `durableIndex` is at most `index` from then on. */
  truncateAfter(index: number): void;
}

/** The frames of a received `append`, checked by the caller (checksum, contiguous indices). */
export interface IncomingFrames {
  readonly count: number;
  /** Term of the n-th frame, n from 0. */
  termOf(n: number): number;
  /** Appends the n-th frame to the log; false when the journal cannot take it (a full disk). */
  append(n: number): boolean;
}

/** What a replica has made of the log up to a frame: 32 bits each over its events, and over its frames. */
export interface Digest {
  readonly index: number;
  readonly events: number;
  readonly log: number;
}

/** The leader's word that a replica made something else of the log than the majority, whose digest it is. */
export interface Verdict extends Digest {
  /** The last index at which the two agreed; 0: not known. */
  readonly agreedIndex: number;
  /** A replica of the majority. */
  readonly soundId: number;
}

/** What must survive a restart besides the log. */
export interface HardState {
  readonly term: number;
  /** The candidate that this replica voted for in `term`; 0 is none. */
  readonly votedFor: number;
  /** True from an unclean boot, a blank start or a damaged journal until the rejoin is granted and reached. */
  readonly recovering: boolean;
  /** The number of this life of the replica. It grows at each start; one that lost its disk takes it from its clock. */
  readonly incarnation: number;
  /** The life before this one, as the folder knows it; 0 is none. */
  readonly previousIncarnation: number;
  /** Whether anything may have been promised in this life. One in which nothing was goes on after a start. */
  readonly hasBegun: boolean;
  /** The highest incarnation heard of each replica, by id; 0 is none. */
  readonly heard: Float64Array;
  /** The epoch of a later generation of the cluster that was heard of; 0 is none. */
  readonly epochSeen: number;
}

/** What the core tells the replica. Messages are reused: a receiver copies what it keeps. */
export interface RaftOutput {
  /** Send a message without frames to `message.to`; 0 is every other member of the configuration. */
  send(message: RaftMessage): void;
  /**
   * Send an append that carries the frames after `message.index` up to `lastIndex`, in as many datagrams as they need
   * (the replica sets index, logTerm and frameCount of each). With lastIndex = message.index it is a heartbeat.
   */
  sendAppend(message: RaftMessage, lastIndex: number): void;
  /** Must be durable when it returns. */
  persist(state: HardState): void;
  /** A member knows of a life of this replica that its folder does not: it is recovering from now on. */
  outlived(incarnation: number): void;
  /**
   * The role has changed, for this reason. For the log only: what follows from a role comes with {@link changed}, once
   * the entry of the core ends.
   */
  transition(role: Role, term: number, reason: string): void;
  /** Role, term or known leader has changed. A new leader appends its first frame now, through the replica. */
  changed(role: Role, term: number, leaderId: number): void;
  /**
   * The log of this replica ends before the leader's begins: fetch the newest snapshot from `from`, or from another
   * replica that has one as new. Repeated until `snapshotInstalled`, at most once per election time-out.
   */
  fetchSnapshot(from: number): void;
  /** This replica was recovering and is a full member again. */
  recovered(): void;
  /** Leader: so far a member has applied the log, and these are its digests. @hot */
  reported(from: number, index: number, events: number, log: number): void;
  /** The leader found that this replica's state differs from that of the majority. */
  diverged(verdict: Verdict): void;
}

/** What is said of commands that processes died on. */
export interface DeathListener {
  /** Leader: a member died on command `seq`, and has never applied one above `appliedBefore`. */
  died(memberId: number, seq: number, appliedBefore: number): void;
  /** The leader knows a replica whose state has command `seq`, on which this one died. */
  appliedElsewhere(seq: number, soundId: number): void;
}

/**
 * Why a state is not used: it differs from that of the majority; reports differ, and no majority is known; it has a
 * command that the log voids; or it stops before a command on which processes died.
 */
export type Doubt = 'difference' | 'dispute' | 'void' | 'command';

/** What is said of how members are. */
export interface ConditionListener {
  /** Leader: a member says how it is, as far as it knows; `isResting`: it is to get no leadership for a while. */
  memberIs(memberId: number, values: readonly (number | undefined)[], isResting: boolean): void;
}

/** What replicas ask and answer of their clocks. */
export interface ClockListener {
  /** Another replica asks what the clock of this machine shows. */
  clockAsked(from: number, askedUs: number): void;
  /**
   * A wall clock, and of a leader the exchange's time, showed this between the question, at `askedUs` of the own
   * monotonic clock, and now.
   */
  clockShows(from: number, askedUs: number, wallUs: number, exchangeUs: number): void;
}

export interface RaftOptions {
  readonly id: number;
  readonly durability: Durability;
  readonly state: HardState;
  /** The configuration at the snapshot; later ones come through `configurationAppended`. Without a log: no voters. */
  readonly configuration: Configuration;
  /** Whether the replica knew at its start that its cluster has had a leader, and which cluster it is. */
  readonly hasJoined: boolean;
  /** A later generation of the cluster has begun: this log, and what was promised with it, counts for nothing. */
  readonly isSuperseded: boolean;
  /** It votes and stores, has no engine and never leads (decision 27). */
  readonly isWitness: boolean;
  /** Index up to which the log is known to be committed (the snapshot's). */
  readonly commitIndex: number;
  /** A leader that was silent for so long is suspect, whatever was seen of it before. */
  readonly electionTimeoutUs: number;
  /** A leader that was silent for less is not suspect, however steady it was before. */
  readonly electionTimeoutUsMin: number;
  readonly heartbeatUs: number;
  /** Largest random wait between a broken tether to the leader and the pre-vote. */
  readonly tetherDelayUs: number;
  /** Frames that the leader may have in flight beyond the commit index. */
  readonly windowFrames: number;
  /** `manual`: starts an election only on an operator's order or at the leader's request. */
  readonly failover: 'automatic' | 'manual';
}

/** What a leader knows of another member, for status. Indices are 0 while nothing is known. */
export interface ReplicaProgress {
  readonly matchedIndex: number;
  /** Flushed there, and matching. */
  readonly durableIndex: number;
  /** When its last answer came, in the caller's time. */
  readonly lastHeardUs: number;
  readonly state: 'following' | 'catchingUp' | 'needsSnapshot' | 'recovering';
}
