/** What a replica says of itself: its counters, and the words that a person and a script ask for first. Pure. */

import { engineVersionLeast, engineVersion as newestEngine } from '../../engine/engine-version.ts';
import type { HeardReport } from '../../gateway/canary/report.ts';
import type { FlushTimes } from '../../io/disk/flush-requests.ts';
import type { Cut } from '../../protocol/cut.ts';
import { WIRE_VERSION, WIRE_VERSION_LEAST, WIRE_VERSION_MOST } from '../../protocol/layout.ts';
import { noMembers } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { type CounterName, counter, counterNames } from '../../replica/counters.ts';
import {
  type ShownMember,
  type ShownToken,
  shownMembers,
  shownTokens,
} from '../../replica/members/membership-view.ts';
import { placementWarnings } from '../../replica/peers/placement.ts';
import type {
  Applicant,
  Membership,
  SeenCondition,
  SeenElection,
  SeenProgress,
  TradingStop,
  WouldBe,
} from '../../replica/ports.ts';
import type { RevokedSet } from '../../trust/revoked-set.ts';
import type { LeaderSpan } from '../availability/budget.ts';
import type { agreedSettings } from '../configuration/load.ts';
import type { LeaseStanding } from '../grants/site-leases.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import type { HeardSide } from '../notify/side-report.ts';
import type { ProcessIdentity } from '../processes/process-identity.ts';
import { idsIn } from '../replica-sets.ts';

export type RoleWord = 'leader' | 'follower' | 'candidate' | 'pre-candidate' | 'starting';

/** Versions that a release has, and the one that it uses. */
export interface VersionRange {
  readonly used: number;
  readonly least: number;
  readonly most: number;
}

/** The answer of `GET /status`. */
export interface ReplicaStatus extends ProcessIdentity {
  readonly clusterId: number;
  readonly replicaId: number;
  readonly version: string;
  /** Of the engine: used is the version in force there, 0 for a witness; an earlier release does not say it. */
  readonly engine?: VersionRange;
  /** Of records: the one that it writes, and those that it reads. */
  readonly wire?: VersionRange;
  readonly configHash: string;
  readonly uptimeSeconds: number;
  readonly role: RoleWord;
  readonly term: number;
  /** 0: no leader is known. */
  readonly leaderId: number;
  /** The leader takes sessions. */
  readonly serving: boolean;
  readonly recovering: boolean;
  /** The number of this generation of the cluster; 0 where it is not known yet. */
  readonly epoch: number;
  /** A later generation has begun without this replica: it comes back blank. */
  readonly superseded: boolean;
  /** Where this generation was cut off from the one before; null in the first one. */
  readonly cut: Cut | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly appliedSeq: number;
  /** Frames that the leader has committed and that are not applied here yet; null where no leader is heard. */
  readonly lagFrames: number | null;
  /** Further behind it is not warm: the key limits.lagFramesMax. */
  readonly lagFramesMax: number;
  readonly lastIndex: number;
  readonly durableIndex: number;
  /** Frames that are written and not flushed yet. */
  readonly unflushedFrames: number;
  readonly diskFull: boolean;
  /** As the log of this replica says; `founders` are those of the first frame, for ever. */
  readonly founders: readonly number[];
  readonly voters: readonly number[];
  readonly learners: readonly number[];
  /** The members with all that the log says of them. */
  readonly members: readonly ShownMember[];
  /** Join tokens that a machine may use now. */
  readonly tokens: readonly ShownToken[];
  /** Machines with a join token that wait, and why, as their leader sees it. */
  readonly applicants: readonly Applicant[];
  /** What a machine needs to join. */
  readonly joining: JoiningFacts | undefined;
  /** What the failure of one place would take away, a sentence each. */
  readonly placementWarnings: readonly string[];
  /** Members of which neither the log nor the configuration file has an address. */
  readonly membersWithoutAddress: readonly number[];
  /**
   * Replicas that belong to another foundation, or must be configured as this one and are not: neither hears the other.
   */
  readonly peersRefused: readonly number[];
  /** Replicas that are configured otherwise in what may differ; the log says in what. */
  readonly peersDiffering: readonly number[];
  /** By the clock of its machine, in milliseconds since 1970. */
  readonly wallMs: number;
  /** The members that it hears; a replica of an earlier release does not say it. */
  readonly hears?: readonly number[];
  /** How far the others are, where it leads. */
  readonly progress: readonly SeenProgress[];
  /** How the members are, where it leads (docs/GRAY.md). */
  readonly conditions: readonly SeenCondition[];
  /** The last changes of the leader that its process has seen, at most 100, the oldest first. */
  readonly elections: readonly SeenElection[];
  /** When it knew a leader, over starts of its process; a replica of an earlier release does not say it. */
  readonly knewLeader?: readonly LeaderSpan[];
  /** What automatic failover would have done, where it is manual; a replica of an earlier release does not say it. */
  readonly wouldBe?: readonly WouldBe[];
  /** How long flushes of its journal took lately. */
  readonly flushes: FlushTimes;
  /** What is not open, as it has applied it. */
  readonly stopped: readonly TradingStop[];
  /** The state of hooks; empty where none is configured. */
  readonly hooks: readonly HookStanding[];
  /** Its own certificate, and those that it takes for revoked; a replica of an earlier release does not say it. */
  readonly identity?: IdentityStanding;
  /** What processes beside the replicas said of themselves; absent in what an earlier release says. */
  readonly sides?: readonly HeardSide[];
  /** The lease of its site; absent where none is configured, and from a replica of an earlier release. */
  readonly lease?: LeaseStanding;
  /** What watchers said to this replica of their canaries a moment ago. */
  readonly canaries: readonly HeardReport[];
  readonly counters: Readonly<Record<CounterName, number>>;
}

export interface IdentityStanding {
  readonly endsAtMs: number;
  readonly revoked: RevokedSet;
}

/** Public things of the cluster, for a machine that is to join it. */
export interface JoiningFacts {
  readonly clusterUuid: string;
  /** Certificates of the authorities: DER in base64. */
  readonly authorities: readonly string[];
  /** What the files of all members should say alike. */
  readonly settings: ReturnType<typeof agreedSettings>;
}

/** What stays the same during the life of a process. */
export interface ReplicaIdentity extends ProcessIdentity {
  readonly clusterId: number;
  readonly replicaId: number;
  readonly version: string;
  readonly configHash: string;
  readonly startedAtMs: number;
  readonly lagFramesMax: number;
}

/** What the process knows beside the counters. */
export type SeenByProcess = Pick<
  ReplicaStatus,
  | 'progress'
  | 'conditions'
  | 'elections'
  | 'knewLeader'
  | 'wouldBe'
  | 'flushes'
  | 'stopped'
  | 'hooks'
  | 'identity'
  | 'sides'
  | 'canaries'
  | 'lease'
  | 'applicants'
  | 'joining'
> & {
  readonly members: Membership;
};

/** Also what a replica of an earlier release does not say. */
export const nothingSeen: Omit<SeenByProcess, 'members'> = {
  progress: [],
  conditions: [],
  elections: [],
  wouldBe: [],
  flushes: { count: 0, medianUs: 0, p99Us: 0, maxUs: 0 },
  stopped: [],
  applicants: [],
  joining: undefined,
  hooks: [],
  sides: [],
  canaries: [],
};

/** Reads one counter by its slot. */
export type CounterReader = (slot: number) => number;

export function statusOf(
  identity: ReplicaIdentity,
  read: CounterReader,
  nowMs: number,
  { members = noMembers, ...seen }: Partial<SeenByProcess> = {},
): ReplicaStatus {
  const { startedAtMs, ...who } = identity;
  const counters = Object.fromEntries(counterNames.map((name, slot) => [name, read(slot)])) as Record<
    CounterName,
    number
  >;
  return {
    ...who,
    engine: { used: counters.engineVersion, least: engineVersionLeast, most: newestEngine },
    wire: { used: WIRE_VERSION, least: WIRE_VERSION_LEAST, most: WIRE_VERSION_MOST },
    uptimeSeconds: Math.max(0, Math.round((nowMs - startedAtMs) / 1_000)),
    role: roleWord(counters.role, counters.cycles),
    term: counters.term,
    leaderId: counters.leaderId,
    serving: counters.serving !== 0,
    recovering: counters.recovering !== 0,
    epoch: counters.epoch,
    superseded: counters.superseded !== 0,
    cut: members.cut ?? null,
    commitIndex: counters.commitIndex,
    appliedIndex: counters.appliedIndex,
    appliedSeq: counters.appliedSeq,
    lagFrames: lagFrames(read),
    lastIndex: counters.lastIndex,
    durableIndex: counters.durableIndex,
    unflushedFrames: Math.max(0, counters.lastIndex - counters.durableIndex),
    diskFull: counters.diskFull !== 0,
    founders: idsIn(counters.founders),
    voters: idsIn(counters.voters),
    learners: idsIn(counters.learners),
    members: shownMembers(members),
    tokens: shownTokens(members),
    placementWarnings: placementWarnings(members),
    membersWithoutAddress: idsIn(counters.membersWithoutAddress),
    peersRefused: idsIn(counters.peersRefused),
    peersDiffering: idsIn(counters.peersDiffering),
    wallMs: nowMs,
    hears: idsIn(counters.peersHeard),
    ...nothingSeen,
    ...seen,
    counters,
  };
}

/** How many frames the engine is behind what the leader has committed; null where no leader is heard. */
export function lagFrames(read: CounterReader): number | null {
  const commitIndex = leaderCommitIndex(read);
  return commitIndex === null ? null : Math.max(0, commitIndex - read(counter.appliedIndex));
}

/** What the leader said to be committed; null where no leader is heard, and before the first duty cycle. */
export function leaderCommitIndex(read: CounterReader): number | null {
  const index = read(counter.leaderCommitIndex);
  return index < 0 || read(counter.cycles) === 0 ? null : index;
}

/** Before the first duty cycle a replica reads its journal and has no role yet. */
function roleWord(role: number, cycles: number): RoleWord {
  if (cycles === 0) return 'starting';
  if (role === Role.leader) return 'leader';
  if (role === Role.candidate) return 'candidate';
  return role === Role.preCandidate ? 'pre-candidate' : 'follower';
}

export function isLeading(read: CounterReader): boolean {
  return read(counter.cycles) > 0 && read(counter.role) === Role.leader && read(counter.serving) !== 0;
}
