/** The fault atlas: what can happen to a cluster, and how likely it is in each profile of a run. */
import type { ClusterOptions } from './machine.ts';
import type { MemberOptions } from './member.ts';

export type FaultKind =
  | 'storm'
  | 'partition'
  | 'isolation'
  | 'one-way cut'
  | 'reset'
  | 'reconnect storm'
  | 'strangers'
  | 'crash'
  | 'leader crash'
  | 'crash of all'
  | 'crash loop'
  | 'rolling restart'
  | 'pause'
  | 'slow replica'
  | 'power cut'
  | 'power cut of all'
  | 'wipe'
  | 'conspiracy'
  | 'figure 8'
  | 'contest'
  | 'stale leader'
  | 'disk full'
  | 'disk full at a write'
  | 'disk refusal'
  | 'slow disk'
  | 'rot'
  | 'snapshot rot'
  | 'clock step'
  | 'clock drift'
  | 'transfer'
  | 'membership'
  | 'snapshot'
  | 'session flood';

export type ProfileName =
  | 'calm'
  | 'network'
  | 'crash'
  | 'power'
  | 'disk'
  | 'clock'
  | 'mixed'
  | 'membership'
  | 'manual'
  | 'old terms'
  | 'overload'
  | 'eviction';

/** How often something happens (mean pause between two faults), what, by weight, and what else is special. */
export interface Profile {
  readonly pauseUs: number;
  readonly weights: Readonly<Partial<Record<FaultKind, number>>>;
  /** Longest time under faults, where it is not the usual. */
  readonly safetyUsMax?: number;
  /** Machines beyond the first voters, which start blank. */
  readonly spares?: number;
  readonly cluster?: Partial<ClusterOptions>;
  readonly members?: Partial<MemberOptions>;
}

const networkWeights = {
  storm: 4,
  partition: 3,
  isolation: 3,
  'one-way cut': 3,
  reset: 2,
  'reconnect storm': 2,
  strangers: 3,
} as const;
const crashWeights = {
  crash: 4,
  'leader crash': 4,
  contest: 3,
  'stale leader': 3,
  'crash of all': 1,
  'crash loop': 2,
  'rolling restart': 2,
  pause: 3,
  'slow replica': 3,
  transfer: 2,
  snapshot: 2,
} as const;
const powerWeights = { 'power cut': 4, 'power cut of all': 3, conspiracy: 4, crash: 1, snapshot: 1 } as const;
const diskWeights = {
  'disk full': 2,
  'disk full at a write': 3,
  'disk refusal': 2,
  'slow disk': 3,
  rot: 4,
  'snapshot rot': 3,
  wipe: 2,
  conspiracy: 3,
  crash: 1,
  snapshot: 3,
} as const;
const clockWeights = { 'clock step': 4, 'clock drift': 4, 'leader crash': 1, pause: 1 } as const;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  calm: { pauseUs: 300_000, weights: { transfer: 2, snapshot: 2, reset: 2 }, safetyUsMax: 900_000 },
  network: { pauseUs: 60_000, weights: networkWeights },
  crash: { pauseUs: 80_000, weights: crashWeights },
  power: { pauseUs: 90_000, weights: powerWeights },
  disk: { pauseUs: 80_000, weights: diskWeights },
  clock: { pauseUs: 80_000, weights: clockWeights },
  mixed: {
    pauseUs: 60_000,
    weights: { ...networkWeights, ...crashWeights, ...powerWeights, ...diskWeights, ...clockWeights },
  },
  membership: {
    pauseUs: 50_000,
    weights: {
      membership: 12,
      'leader crash': 2,
      crash: 2,
      isolation: 2,
      transfer: 2,
      snapshot: 2,
      pause: 1,
    },
    spares: 1,
  },
  manual: {
    pauseUs: 120_000,
    weights: { 'leader crash': 4, crash: 2, isolation: 2, transfer: 2, pause: 2 },
    cluster: { failover: 'manual' },
  },
  'old terms': {
    pauseUs: 80_000,
    weights: { 'figure 8': 8, 'leader crash': 1, isolation: 1 },
    cluster: { frameBytes: 1_024, windowFrames: 64, electionTimeoutUs: 40_000, heartbeatUs: 8_000 },
    members: { pauseUsMax: 4_000, burstMax: 12 },
    safetyUsMax: 700_000,
  },
  overload: {
    pauseUs: 40_000,
    weights: { isolation: 3, 'slow disk': 3, 'slow replica': 3, 'leader crash': 1 },
    safetyUsMax: 400_000,
    cluster: { commandRingBytes: 131_072, windowFrames: 4, frameBytes: 4_096 },
    members: { windowCommandsMax: 1_024, burstMax: 1_000, pauseUsMax: 120_000 },
  },
  eviction: {
    pauseUs: 150_000,
    weights: { 'session flood': 4, 'leader crash': 1, reset: 2 },
    safetyUsMax: 500_000,
  },
};

export const profileNames = Object.keys(profiles) as readonly ProfileName[];
