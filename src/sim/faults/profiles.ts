/** How likely each fault is in each profile of a run. atlas.ts has what comes of them. */

import type { ClientActorOptions } from '../actors/client-actor.ts';
import type { SimulatedClusterOptions } from '../world/machine.ts';

export type FaultKind =
  | 'storm'
  | 'partition'
  | 'isolation'
  | 'asymmetric partition'
  | 'one-way cut'
  | 'mute replica'
  | 'deaf replica'
  | 'reset'
  | 'reconnect storm'
  | 'strangers'
  | 'impostor'
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
  | 'old folder'
  | 'past folder'
  | 'conspiracy'
  | 'figure 8'
  | 'contest'
  | 'stale leader'
  | 'disk full'
  | 'disk full at a write'
  | 'disk refusal'
  | 'slow disk'
  | 'read errors'
  | 'rot'
  | 'snapshot rot'
  | 'clock step'
  | 'clock drift'
  | 'transfer'
  | 'membership'
  | 'edited file'
  | 'grown by file'
  | 'odd order'
  | 'snapshot'
  | 'memory error'
  | 'poison for all'
  | 'poison for one'
  | 'session flood'
  | 'preference'
  | 'hurried changes'
  | 'hand-over cut'
  | 'full newcomer'
  | 'change and snapshot'
  | 'newcomer wiped'
  | 'flush waits'
  | 'late messages';

export type ProfileName =
  | 'calm'
  | 'network'
  | 'crash'
  | 'power'
  | 'disk'
  | 'clock'
  | 'mixed'
  | 'membership'
  | 'files'
  | 'manual'
  | 'old terms'
  | 'old folders'
  | 'overload'
  | 'eviction'
  | 'memory'
  | 'poison'
  | 'witness'
  | 'witness members'
  | 'changes';

/** How often something happens (mean pause between two faults), what, by weight, and what else is special. */
export interface Profile {
  readonly pauseUs: number;
  readonly weights: Weights;
  /** Longest time under faults, where it is not the usual. */
  readonly safetyUsMax?: number;
  /** Machines beyond the first voters, which start blank. */
  readonly spares?: number;
  /** Voters, where the seed shall not draw their number. */
  readonly size?: number;
  /** Before the run, founders whose files differ try to found clusters, in a world of their own. */
  readonly foundsAgainst?: boolean;
  /** At its end it shows what comes of an operator's word on which replica leads, and of a void that one has missed. */
  readonly hasChangeTrials?: boolean;
  /** After the run all members get another release, with another engine. */
  readonly hasUpgrade?: boolean;
  /** Before the run, two sites of an exchange are put through switches and losses, in a world of their own. */
  readonly hasTwoSites?: boolean;
  /** The same, where both write under leases of a third place. */
  readonly hasLeasedSites?: boolean;
  /** Profiles of other clusters: before the run one of them in turn is put through its faults, in its own world. */
  readonly besides?: readonly ProfileName[];
  readonly cluster?: Partial<SimulatedClusterOptions>;
  readonly clients?: Partial<ClientActorOptions>;
}

type Weights = Readonly<Partial<Record<FaultKind, number>>>;

const networkWeights: Weights = {
  storm: 8,
  partition: 12,
  'asymmetric partition': 7,
  isolation: 6,
  'one-way cut': 12,
  'mute replica': 7,
  'deaf replica': 9,
  reset: 4,
  'reconnect storm': 6,
  strangers: 8,
  impostor: 6,
};
const crashWeights: Weights = {
  crash: 6,
  'leader crash': 15,
  contest: 5,
  'stale leader': 5,
  'crash of all': 5,
  'crash loop': 10,
  'rolling restart': 6,
  pause: 6,
  'slow replica': 6,
  transfer: 10,
  snapshot: 4,
};
const powerWeights: Weights = {
  'power cut': 20,
  'power cut of all': 13,
  conspiracy: 10,
  wipe: 5,
  'old folder': 4,
  'slow disk': 5,
  snapshot: 4,
  'rolling restart': 2,
};
const diskWeights: Weights = {
  'disk full': 5,
  'disk full at a write': 5,
  'disk refusal': 5,
  'slow disk': 5,
  'read errors': 6,
  rot: 14,
  'snapshot rot': 13,
  wipe: 8,
  'old folder': 4,
  conspiracy: 5,
  snapshot: 8,
};
const clockWeights: Weights = {
  'clock step': 7,
  'clock drift': 7,
  'leader crash': 3,
  pause: 4,
  transfer: 4,
  'disk refusal': 2,
  'crash loop': 2,
};

/** Everything that needs no special cluster, now and then, in most profiles. */
const everything = Object.fromEntries(
  Object.keys({ ...networkWeights, ...crashWeights, ...powerWeights, ...diskWeights, ...clockWeights }).map(
    (kind) => [kind, 1],
  ),
) as Weights;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  calm: {
    pauseUs: 60_000,
    weights: { transfer: 4, snapshot: 2, reset: 1, 'rolling restart': 2, strangers: 4 },
    safetyUsMax: 900_000,
    hasTwoSites: true,
  },
  network: { pauseUs: 16_000, weights: { ...everything, ...networkWeights } },
  crash: { pauseUs: 19_000, weights: { ...everything, ...crashWeights } },
  power: { pauseUs: 26_000, weights: { ...everything, ...powerWeights } },
  disk: { pauseUs: 16_000, weights: { ...everything, ...diskWeights } },
  clock: { pauseUs: 16_000, weights: { ...everything, ...clockWeights } },
  mixed: {
    pauseUs: 12_000,
    weights: {
      ...everything,
      'snapshot rot': 2,
      partition: 2,
      isolation: 2,
      'mute replica': 2,
      'leader crash': 5,
      wipe: 2,
      'power cut': 3,
    },
  },
  membership: {
    pauseUs: 32_000,
    weights: {
      membership: 12,
      'leader crash': 3,
      crash: 2,
      isolation: 2,
      transfer: 3,
      snapshot: 2,
      pause: 1,
    },
    spares: 1,
    besides: ['changes'],
  },
  files: {
    pauseUs: 30_000,
    weights: {
      'edited file': 12,
      'grown by file': 6,
      'odd order': 14,
      membership: 8,
      partition: 3,
      'leader crash': 2,
      'crash of all': 2,
      isolation: 2,
      snapshot: 3,
    },
    spares: 2,
    foundsAgainst: true,
    hasUpgrade: true,
  },
  manual: {
    pauseUs: 120_000,
    weights: { 'leader crash': 4, crash: 2, isolation: 2, transfer: 2, pause: 2 },
    cluster: { failover: 'manual' },
    hasLeasedSites: true,
    besides: ['witness', 'witness members'],
  },
  'old terms': {
    pauseUs: 80_000,
    weights: { 'figure 8': 8, 'leader crash': 1, isolation: 1 },
    cluster: {
      frameBytes: 1_024,
      windowFrames: 64,
      electionTimeoutUs: 40_000,
      electionTimeoutUsMin: 20_000,
      heartbeatUs: 5_000,
    },
    clients: { pauseUsMax: 4_000, burstMax: 12 },
    safetyUsMax: 700_000,
  },
  'old folders': {
    pauseUs: 300_000,
    weights: { 'old folder': 12, 'past folder': 6, 'leader crash': 1, 'clock step': 1, snapshot: 1 },
    cluster: { electionTimeoutUs: 40_000, electionTimeoutUsMin: 20_000, heartbeatUs: 5_000 },
    clients: { pauseUsMax: 8_000 },
    safetyUsMax: 2_400_000,
  },
  overload: {
    pauseUs: 18_000,
    weights: {
      storm: 8,
      isolation: 3,
      'slow disk': 3,
      'slow replica': 4,
      'leader crash': 1,
      'mute replica': 2,
    },
    safetyUsMax: 900_000,
    cluster: { commandRingBytes: 131_072, windowFrames: 4, frameBytes: 4_096 },
    clients: { windowCommandsMax: 1_024, burstMax: 1_000, pauseUsMax: 80_000 },
  },
  eviction: {
    pauseUs: 100_000,
    weights: { 'session flood': 4, 'leader crash': 1, reset: 2, 'reconnect storm': 2 },
    safetyUsMax: 500_000,
  },
  memory: {
    pauseUs: 24_000,
    weights: {
      'memory error': 16,
      'leader crash': 3,
      crash: 2,
      'crash of all': 1,
      'power cut': 1,
      isolation: 2,
      partition: 2,
      'mute replica': 1,
      storm: 2,
      transfer: 3,
      snapshot: 4,
      pause: 2,
      'slow replica': 1,
      wipe: 1,
    },
  },
  poison: {
    pauseUs: 60_000,
    weights: {
      'poison for all': 8,
      'poison for one': 8,
      'leader crash': 3,
      crash: 3,
      'crash of all': 2,
      'power cut': 2,
      isolation: 2,
      partition: 2,
      storm: 1,
      transfer: 3,
      snapshot: 4,
      pause: 2,
      wipe: 1,
    },
  },
  witness: {
    pauseUs: 22_000,
    weights: {
      storm: 1,
      partition: 6,
      isolation: 10,
      'asymmetric partition': 1,
      'one-way cut': 5,
      'mute replica': 1,
      'deaf replica': 1,
      reset: 1,
      crash: 5,
      'leader crash': 14,
      'crash of all': 3,
      'crash loop': 1,
      'rolling restart': 1,
      pause: 4,
      'slow replica': 1,
      'power cut': 8,
      'power cut of all': 4,
      wipe: 4,
      'slow disk': 1,
      rot: 1,
      transfer: 4,
      snapshot: 6,
    },
    size: 3,
    cluster: { witnessIds: [3] },
  },
  'witness members': {
    pauseUs: 32_000,
    weights: {
      membership: 12,
      'leader crash': 4,
      crash: 1,
      isolation: 3,
      transfer: 3,
      snapshot: 3,
      pause: 1,
    },
    safetyUsMax: 900_000,
    size: 3,
    spares: 2,
    cluster: { witnessIds: [3, 5] },
  },
  changes: {
    pauseUs: 30_000,
    weights: {
      membership: 8,
      'hurried changes': 10,
      preference: 6,
      'hand-over cut': 6,
      'full newcomer': 4,
      'change and snapshot': 5,
      'newcomer wiped': 3,
      'flush waits': 4,
      'late messages': 4,
      'poison for all': 3,
      'asymmetric partition': 3,
      'leader crash': 3,
      isolation: 2,
      pause: 1,
      'clock step': 1,
      'slow replica': 1,
    },
    spares: 2,
    hasChangeTrials: true,
  },
};

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

const beside = new Set(Object.values(profiles).flatMap(({ besides = [] }) => besides));

/** Those that consecutive seeds go through. */
export const profilesInTurn: readonly ProfileName[] = profileNames.filter((name) => !beside.has(name));

/** Whose world is run beside that of a seed: all in turn; undefined where there is none. */
export function besideOf(profile: ProfileName, seed: number): ProfileName | undefined {
  const { besides = [] } = profiles[profile];
  return besides[Math.floor(seed / profilesInTurn.length) % besides.length];
}
