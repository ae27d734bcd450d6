/**
 * The log under a replica: one sequence of frames (protocol/frames.ts) that all replicas agree on. It numbers and
 * times what its leader appends, and says how much is committed. What holds of every log:
 *
 * - Frames have indices without a gap, commands have sequence numbers without a gap, and time grows with each frame
 *   that has commands.
 * - A committed frame is the same at every replica, and stays so; `commitIndex` never falls. A frame that is not
 *   committed may be truncated, and another may take its index.
 * - At most one replica leads in a term, and terms do not fall. Only the leader appends. Once the frame that it opened
 *   its leadership with is committed, it holds every frame that was committed before.
 * - What is dropped is in a snapshot. A log that begins behind the end of this replica's asks for one
 *   (`LogListener.behind`).
 *
 * `ReplicatedJournal` (Raft over the journal) is the one that runs. Which it is, is decided when a replica is made.
 */

import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import type { Configuration, DeathListener, Digest, Doubt, Verdict } from '../../raft/types.ts';
import type { OperatorAnswer } from '../answers.ts';
import type { ConnectionServer, RoleServer } from '../connections/connection-server.ts';
import type { ReplicaOptions } from '../options.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';

export type { Digest, Verdict };

/** What a snapshot says of the log: where it is, and which its members are there. */
export type SnapshotPosition = Pick<
  SnapshotFile,
  'index' | 'term' | 'founders' | 'instance' | 'epoch' | 'site' | 'configuration'
>;

/** A snapshot on the disk of a replica: the last frame in it, its term, and the SHA-256 of the file. */
export interface HeldSnapshot {
  readonly index: number;
  readonly term: number;
  readonly hash: Uint8Array;
}

/** One that the leader of `leaderTerm` has named: what may be fetched. */
export interface NamedSnapshot extends HeldSnapshot {
  readonly leaderTerm: number;
}

export interface ReplicatedLog {
  /** Serves the connections that the log keeps to the other replicas. */
  readonly peers: RoleServer;
  /** Whether all of these connections are open. */
  readonly hasAllPeers: boolean;
  /** When the log has something to do though nothing comes. @hot */
  readonly deadlineUs: number;

  readonly isLeader: boolean;
  /** This replica asks for votes now. */
  readonly isElecting: boolean;
  readonly term: number;
  /** 0 where it is not known. */
  readonly leaderId: number;
  /** Whether it votes, as far as it knows, and whether it may have lost what it promised. */
  readonly isVoter: boolean;
  readonly isRecovering: boolean;
  /** A leader was known since the start: before, the folder may be of another cluster. */
  readonly hasHadLeader: boolean;
  /** Which cluster it is (protocol/foundation.ts); 0 where it is not known yet. */
  readonly instance: number;
  /** The newest epoch of it that is committed and applied here; 0 where it is not known yet. */
  readonly epoch: number;
  /** Number of the site that writes. */
  readonly writingSite: number;
  readonly voters: readonly number[];
  /** The members as the log has them now. */
  readonly membership: Configuration;

  readonly lastIndex: number;
  readonly commitIndex: number;
  /** The last frame that the state machine may apply: it is committed, and this replica was not removed before. @hot */
  readonly applyLimit: number;
  /** Sequence number of the next command. */
  readonly nextSeq: number;
  /** The exchange's time, as its leader keeps it; what is appended is stamped with it. @hot */
  readonly timeUs: number;
  /** Of the last frame. */
  readonly lastTimeUs: number;

  /** Whether frames with commands may be stored now; frames of the log itself always are. */
  mayStore: boolean;

  /** Takes in what came from the others and from the disk; returns how much. Called first in a cycle. @hot */
  receive(nowUs: number): number;
  /** Answers what came, and hands what was appended to the disk. Called when the leader has appended. @hot */
  flush(): void;
  /** What is not urgent: connections, the state of the disk; and when a client was heard last. */
  housekeep(nowUs: number, clientsHeardUs: number): void;
  /** Clients reach this replica, and not the leader of the term. */
  clientsMissLeader(term: number): void;

  /** Opens a leadership with a frame, by whose commit everything before is committed; false: no room now. */
  open(): boolean;
  /** Leader: begins the next epoch, in which this site writes; false: no room now. */
  openEpoch(site: number): boolean;
  /** A leader's frames of the log itself, such as the end of a change of members. @hot */
  appendOwn(): void;
  /** Commands that the log voids. */
  readonly voids: LogVoids;

  /** Whether another frame may be on its way now. @hot */
  canAppend(): boolean;
  /**
   * Room for a frame of up to `bytes`, header included, in `view`: its offset, -1 where there is none now. Its commands
   * are written from the offset + frameHeaderBytes on. @hot
   */
  reserve(bytes: number): number;
  /** Where frames are built; it may be another one after each `reserve`. @hot */
  readonly view: DataView;
  /** Appends the reserved frame: `length` bytes, header included, with `count` commands. @hot */
  append(length: number, count: number): void;
  /** Like `append`, of a frame that is stamped already, by another site; the time is behind `lastTimeUs`. */
  appendStamped(length: number, count: number, timeUs: number): void;
  /** Whether there would be room for a frame. */
  hasRoom(): boolean;

  /**
   * Finds a committed frame for the state machine, which reads each once, in order; valid until the log next changes.
   * @hot
   */
  read(index: number): boolean;
  readonly foundView: DataView;
  readonly foundAt: number;
  readonly foundLength: number;

  /** What members say of the state that they have made of the log. */
  readonly reports: StateReports;
  /** Leader: asks a voter that has caught up to take over, 0 is any of them; why not, where it cannot be. */
  handOver(memberId: number): string | undefined;

  /** Term of a frame; -1 where it is not known. */
  termAt(index: number): number;
  /** What a person may want to know of it. */
  readonly facts: LogFacts;
  /** Bytes of the frames after `index`. */
  bytesSince(index: number): number;
  /** What is in a snapshot of the state after the frame at `index`, the one that was read last. */
  positionAt(index: number): SnapshotPosition;
  /** Frames before `index` are in a snapshot, and may go. */
  dropBefore(index: number): void;
  /** Which snapshots of its members the leader has named. */
  readonly names: SnapshotNames;
  /** What a snapshot from a peer is good for. */
  useOf(snapshot: SnapshotFile): 'install' | 'keep' | 'none';
  /** Begins again behind a snapshot, which is durable. */
  install(snapshot: SnapshotFile): void;

  /** The founding voters; none where there is no log. */
  readonly founders: readonly number[];
  readonly generations: LogGenerations;

  /** Carries out an operator's order that concerns leadership and members. */
  carryOut(order: OperatorControlOrder): OperatorAnswer;
  /** Sets the counters that are the log's. */
  publish(): void;
  /** Ends in good order. Nothing may be called afterwards. */
  close(): void;
}

/** The log and other generations of its cluster. */
export interface LogGenerations {
  /** Whether a later generation has begun without this log. */
  readonly isSuperseded: boolean;
  /** A later epoch has begun elsewhere, without this log: it is over. */
  end(epoch: number): void;
  /** Why this log cannot be left for another generation now; undefined where it can. */
  refusal(): string | undefined;
  /** Another replica that is reached and holds more, in words; undefined where none is known. */
  longer(): string | undefined;
  /** What the snapshot says with which the next generation begins behind this log; `others` come back blank. */
  next(others: readonly number[]): SnapshotPosition;
  /**
   * What the folder is to be at the next start (journal/state-file.ts), and which epoch was heard of; false:
   * the disk does not flush. The process must end then.
   */
  replaceFolder(nextInstance: number, epochSeen?: number): boolean;
}

export interface SnapshotNames {
  /** This replica holds this snapshot now; undefined: none, or none that it vouches for. */
  hold(snapshot: HeldSnapshot | undefined): void;
  /** What the present leader has named of what this member holds. */
  of(memberId: number): NamedSnapshot | undefined;
  /** Whether the present leader names what was named so. */
  isNamed(snapshot: NamedSnapshot): boolean;
}

export interface LogVoids {
  /** The highest command that the log voids; 0 is none. @hot */
  readonly seqMax: number;
  /** A void is in the log of this replica, or of its leader, and not known to be committed: nothing is applied. @hot */
  readonly isAwaited: boolean;
  /** Whether this command is voided for good. */
  has(seq: number): boolean;
  /** Whether a frame of the log voids it, committed or not. */
  holds(seq: number): boolean;
  /** All that the log voids is voided for good from here on: it ends, and another generation begins behind it. */
  settle(): void;
  /** Index of the newest frame that voids a command; 0: the log holds none behind its snapshot. */
  readonly newestIndex: number;
  /** Whether a frame behind that one opens a site. */
  opensSiteAfter(index: number): boolean;
  /**
   * The members with an engine by each configuration in force since the frame `applied`, the one that was read last.
   * Any of them may have applied what comes after that frame, and shown it: a voter as the leader, a learner to clients
   * that read of any replica. Some may be members no more.
   */
  membersSince(applied: number): readonly number[];
  /** Leader: appends a frame that voids a command; false: no room now. */
  append(seq: number): boolean;
  /** The last frame that an earlier life of this replica may have applied, as a leader shows; -1: not known. @hot */
  readonly earlierIndex: number;
}

export interface LogFacts {
  /** The bytes of a frame, where it is held. */
  copyOf(index: number): Uint8Array | undefined;
  /** The last sequence number up to the frame at `index`; 0 where it is not known. */
  lastSeqOf(index: number): number;
  /** A command in words, and its bytes; undefined where it is not held. */
  describe(seq: number): string | undefined;
  /** Whether a frame of a former leader, which is not known to be committed, opens this epoch or a later one. */
  mayKnowEpoch(epoch: number, known: { readonly commitIndex: number; readonly term: number }): boolean;
}

/** What members let each other know of the state that they have made of the log. */
export interface StateReports {
  /** So far the log is applied, with these digests, which the leader learns; index 0: it learns nothing. @hot */
  applied(index: number, events: number, log: number): void;
  /** Whether this replica applies nothing for this reason: as long as one is left it leads only where no other can. */
  park(doubt: Doubt, isParked: boolean): void;
  /** Leader: lets a member know that its state differs from that of the majority. */
  accuse(memberId: number, verdict: Verdict): void;
  /** Lets the leader know that this replica died on a command, and the highest one that it has ever applied. */
  died(seq: number, appliedBefore: number): void;
  /** Leader: lets a member that died on a command know whose state has it. */
  showState(memberId: number, seq: number, soundId: number): void;
  /** Whether these replicas decide by the newest configuration. */
  isQuorum(ids: ReadonlySet<number>): boolean;
}

/** What the log tells its replica. */
export interface LogListener extends DeathListener {
  /** By which version of its rules the state machine applies commands; 0 where it has none. */
  readonly stateVersion: number;
  /** Role, term or leader has changed: another leadership begins, or none. */
  leadershipChanged(isLeader: boolean): void;
  /** The leader's log begins behind the end of this one: a snapshot is to be fetched, of this peer first. */
  behind(peerId: number): void;
  /** Another epoch of the cluster has begun. */
  epochRaised(): void;
  /** Leader: so far a member has applied the log, with these digests; index 0: it does not say. @hot */
  reported(memberId: number, index: number, events: number, log: number): void;
  /** The leader says that this replica's state differs from that of the majority. */
  diverged(verdict: Verdict): void;
}

/** A log as it was found on the disk, before anything is written there. */
export interface FoundLog<L extends ReplicatedLog> {
  /** The newest snapshot: the state machine begins with it. */
  readonly snapshot: SnapshotFile | undefined;
  /** Opens it; throws ReplicaFault with what to do when the disk cannot be used. */
  start(listener: LogListener, connections: Pick<ConnectionServer, 'call' | 'close'>): L;
}

/** Looks what is on the disk; throws ReplicaFault or ConfigurationFault with what to do where it cannot be used. */
export type FindLog<L extends ReplicatedLog> = (options: ReplicaOptions, ports: Ports) => FoundLog<L>;
