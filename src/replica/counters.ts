/** Names of the counters that a replica publishes in shared memory; a counter's slot is its place in this list. */
export const counterNames = [
  'role',
  'term',
  'leaderId',
  'commitIndex',
  'lastIndex',
  'lastLogTerm',
  'durableIndex',
  'firstIndex',
  'appliedIndex',
  'appliedSeq',
  'appliedTimeUs',
  'stampedSeq',
  'serving',
  'recovering',
  'ringUsedPermille',
  'sessions',
  'connections',
  'snapshotIndex',
  'snapshotsTaken',
  'snapshotsFetched',
  'elections',
  'framesAppended',
  'commandsApplied',
  'eventsEmitted',
  'datagramsReceived',
  'datagramsSent',
  'datagramsBadSeal',
  'datagramsBadCluster',
  'datagramsBadVersion',
  'datagramsOtherFoundation',
  'datagramsOtherAgreement',
  'datagramsMalformed',
  'framesBadChecksum',
  'framesResent',
  'messagesMalformed',
  'connectionsRefused',
  'commandsRefused',
  'queries',
  'promotionUs',
  'diskFull',
  'damagedRecords',
  'cycles',
  'busyCycles',
  'nowUs',
] as const;

export type CounterName = (typeof counterNames)[number];

/** The slot of each counter. */
export const counter = Object.fromEntries(counterNames.map((name, slot) => [name, slot])) as Readonly<
  Record<CounterName, number>
>;
