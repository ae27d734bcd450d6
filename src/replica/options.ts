/** The options of a replica at its start. Plain data, so that it can cross into the core thread. */
import type { EngineLimits } from '../engine/engine.ts';
import {
  commandBytesMax,
  eventBytesMax,
  frameBytesMax,
  recordBytesMax,
  replicasMax,
} from '../protocol/limits.ts';
import type { Member } from '../protocol/roster.ts';
import { assert } from '../std/assert.ts';

/** What clients of another site hear of one. */
export interface SiteAddress {
  readonly name: string;
  /** URLs, with a space between. */
  readonly gateways: string;
}

export interface ReplicaOptions {
  readonly clusterId: number;
  readonly replicaId: number;
  /** It votes and keeps frames, has no engine and never leads (decision 27). */
  readonly isWitness?: boolean;
  /** Ids of the voters of a cluster that this replica founds. Without `bootstrap` they say nothing: the log does. */
  readonly founders: readonly number[];
  /** True only when the whole cluster starts for the first time; a blank replica of a living cluster must say false. */
  readonly bootstrap: boolean;
  /** When a frame counts as stored: a majority holds it in memory, or has flushed it. */
  readonly durability: 'memory' | 'disk';
  readonly failover: 'automatic' | 'manual';
  /** What loses data or stops the exchange is carried out once a second operator has confirmed it. */
  readonly twoPersons: boolean;
  /** Seed of this replica's randomness (election time-outs). */
  readonly seed: number;

  /** A leader that was silent for so long is suspect; one that was silent for less than the shortest time is not. */
  readonly electionTimeoutUs: number;
  readonly electionTimeoutUsMin: number;
  readonly heartbeatUs: number;
  /** Longest random wait between a broken tether to the leader and the pre-vote. */
  readonly tetherDelayUs: number;
  /** A voter that is silent for so long is gone: a spare takes its place, where there is one. */
  readonly spareAfterUs: number;
  /** Frames in flight beyond the commit index. */
  readonly windowFrames: number;

  /** Bytes of one frame, header included: what fits the network's datagrams. */
  readonly frameBytes: number;
  readonly segmentBytes: number;
  /** Journal bytes after which a new snapshot is due. */
  readonly snapshotEveryBytes: number;
  /** Bytes of a snapshot that are copied, hashed or sealed at a time: the core does nothing else meanwhile. */
  readonly snapshotStepBytes: number;
  /** Bytes of commands that may wait to be stamped. */
  readonly commandRingBytes: number;
  /** Bytes of recent events that are kept for sessions that resume. */
  readonly eventRingBytes: number;
  /** Executions that are kept to be asked for; a power of two. */
  readonly fillsMax: number;
  /** Whether the engine asks for the memory of all orders at the start (EngineOptions `reserved`). */
  readonly reservesOrders: boolean;
  /** Limits of the engine that are others than the protocol's; the same at all replicas. */
  readonly engineLimits?: Partial<EngineLimits>;
  /** The newest version of the engine that it runs, where that is not this release's. */
  readonly engineVersion?: number;
  /** From how many open orders and positions on the engine looks ahead (EngineOptions `looksAheadFrom`). */
  readonly looksAheadFrom?: number;
  readonly connectionsMax: number;
  /**
   * Hash of what the configuration files of all members should say alike; the introduction carries it. May be empty.
   */
  readonly configHash: string;
  /** How this replica is reached and where it is, as it tells the others. Without it their files alone say it. */
  readonly description?: Member;
  /** Number of this cluster among the sites of its exchange, from 1 on; left out or 0: there are no others. */
  readonly site?: number;
  /** All sites, in the order of their numbers, by which clients hear where trading goes on. */
  readonly sites?: readonly SiteAddress[];
  /** A site that begins to write opens by itself after so long; left out or 0: by an operator's command. */
  readonly openAfterMs?: number;
  /**
   * A standstill for longer than `afterUs` leaves a doubt whether another site was promoted meanwhile, which ends by
   * itself after `withinUs` (sites/site-doubt.ts); left out: it leaves none.
   */
  readonly siteDoubt?: { readonly afterUs: number; readonly withinUs: number };
  /** In `memory` mode, how often the journal is flushed in the background; in `disk` mode it is flushed at once. */
  readonly backgroundFlushUs: number;

  /** Sees what is applied and emitted; for simulation. */
  readonly observer?: Observer;
}

/** Hears every applied command, every event and every change of role. Buffers are only valid during the call. */
export interface Observer {
  applied(seq: number, timeUs: number, view: DataView, at: number, length: number): void;
  /** Instead of `applied`: the command is voided, and was passed over. */
  voided(seq: number, timeUs: number, view: DataView, at: number, length: number): void;
  emitted(view: DataView, at: number): void;
  changed(role: number, term: number, leaderId: number): void;
}

/** Sound values for replicas that share a machine; a caller overrides what it knows better. */
export const defaultReplicaOptions = {
  durability: 'disk',
  failover: 'automatic',
  twoPersons: false,
  electionTimeoutUs: 150_000,
  electionTimeoutUsMin: 75_000,
  heartbeatUs: 20_000,
  tetherDelayUs: 2_000,
  spareAfterUs: 60_000_000,
  windowFrames: 1_024,
  frameBytes: 32_768,
  segmentBytes: 67_108_864,
  snapshotEveryBytes: 268_435_456,
  snapshotStepBytes: 131_072,
  commandRingBytes: 4_194_304,
  eventRingBytes: 67_108_864,
  fillsMax: 1_048_576,
  reservesOrders: false,
  connectionsMax: 256,
  configHash: '',
  backgroundFlushUs: 50_000,
} as const;

/** Throws where options contradict each other or a limit of the protocol. */
export function checkOptions(options: ReplicaOptions): void {
  const { founders, bootstrap, replicaId, frameBytes, commandRingBytes, eventRingBytes } = options;
  const { heartbeatUs, electionTimeoutUs, electionTimeoutUsMin, spareAfterUs } = options;
  assert(new Set(founders).size === founders.length, () => `founders are distinct: ${founders.join(', ')}`);
  assert(
    founders.length <= replicasMax,
    () => `a cluster has at most ${replicasMax} members, not ${founders.length}`,
  );
  assert(
    !bootstrap || founders.includes(replicaId),
    () => `a founder is one of the founders: ${replicaId} of ${founders.join(', ')}`,
  );
  assert(frameBytes <= frameBytesMax, () => `a frame has at most ${frameBytesMax} bytes, not ${frameBytes}`);
  assert(frameBytes >= 1_024, () => `a frame holds at least a few commands: 1024 bytes, not ${frameBytes}`);
  assert(
    commandRingBytes >= 2 * frameBytes,
    () => `the ring of commands holds more than a frame: ${commandRingBytes} bytes, a frame ${frameBytes}`,
  );
  assert(
    commandRingBytes >= 1_024 * commandBytesMax,
    () => `the ring of commands holds a burst: ${1_024 * commandBytesMax} bytes, not ${commandRingBytes}`,
  );
  const burstBytes = 4 * recordBytesMax + 1_024 * eventBytesMax;
  assert(
    eventRingBytes >= burstBytes,
    () => `the ring of events holds a burst: ${burstBytes} bytes, not ${eventRingBytes}`,
  );
  assert(
    heartbeatUs * 3 <= electionTimeoutUsMin && electionTimeoutUsMin <= electionTimeoutUs,
    () =>
      `an election time-out spans three heartbeats: ${electionTimeoutUsMin} to ${electionTimeoutUs} µs, ` +
      `a heartbeat ${heartbeatUs} µs`,
  );
  assert(
    spareAfterUs >= electionTimeoutUs,
    () => `a voter that is only suspect is not gone: ${spareAfterUs} µs, time-out ${electionTimeoutUs} µs`,
  );
}
