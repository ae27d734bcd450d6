/** How the replicas of a cluster are, as one machine finds them when it asks each; what it cannot see is null. */

/** How far a member is behind its leader. */
export interface MemberLag {
  /** Frames that are committed and not applied there. */
  readonly frames: number;
  /** Bytes of the leader's log that it has not acknowledged; null where the leader was not asked, or is this one. */
  readonly bytes: number | null;
  /** Between the stamps of what it and what the leader has applied. */
  readonly ms: number;
}

export interface MemberReport {
  readonly id: number;
  /** Why it did not answer; empty where it did. */
  readonly error: string;
  /** leader, follower, candidate, pre-candidate, starting; null where it did not answer. */
  readonly state: string | null;
  /** voter, learner or spare, as the log says. */
  readonly role: string;
  readonly votes: boolean;
  readonly isRecovering: boolean | null;
  readonly site: string;
  readonly zone: string;
  readonly rack: string;
  /** Where it is reached, as the log says, else the configuration: for sessions, by its peers, at its control port. */
  readonly host: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly controlHost: string;
  readonly controlPort: number;
  readonly version: string | null;
  /** The version of the engine that is in force there, and the newest that it has; 0 for a witness. */
  readonly engineVersion: number | null;
  readonly engineVersionMost: number | null;
  /** That of the records that it writes. */
  readonly wireVersion: number | null;
  readonly configHash: string | null;
  readonly term: number | null;
  readonly epoch: number | null;
  readonly lag: MemberLag | null;
  /** Of its clock, before (positive) the one that asks, and how far off that may be. */
  readonly clockAheadMs: number | null;
  readonly clockErrorMs: number | null;
  readonly flushP99Ms: number | null;
  readonly flushMaxMs: number | null;
  /** Datagrams that it sent, received, and refused, in its life; frames that it sent again. */
  readonly datagramsSent: number | null;
  readonly datagramsReceived: number | null;
  readonly datagramsRefused: number | null;
  readonly framesResent: number | null;
}

export interface PairReport {
  readonly from: number;
  readonly to: number;
  /** Whether `to` hears `from`; null where `to` did not answer. */
  readonly isHeard: boolean | null;
}

export interface ElectionReport {
  readonly term: number;
  readonly leaderId: number;
  readonly formerId: number;
  /** Why it stood; empty where no replica that answers knows. */
  readonly reason: string;
  /** How long the replicas knew no leader, as the elected one saw it, else the first that did. */
  readonly gapMs: number;
  readonly atMs: number;
}

export interface Degradation {
  readonly what: string;
  readonly subject: string;
  readonly severity: string;
  readonly text: string;
}

export interface ClusterReport {
  readonly clusterId: number;
  /** 0: none that answers leads. */
  readonly leaderId: number;
  readonly term: number;
  /** The generation of the exchange, as the leader says, else the newest that a replica which answers is in. */
  readonly epoch: number;
  readonly members: readonly MemberReport[];
  readonly reachability: readonly PairReport[];
  /** At most 100, the oldest first. */
  readonly elections: readonly ElectionReport[];
  readonly degraded: readonly Degradation[];
  /** What could not be seen from where it was asked, a sentence each. */
  readonly unseen: readonly string[];
}
