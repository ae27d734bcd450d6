/** The counters that a replica publishes in shared memory. */

/** Numbers that go up and down, and marks. */
const standing = [
  'role',
  'term',
  'leaderId',
  'commitIndex',
  'leaderCommitIndex',
  'lastIndex',
  'lastLogTerm',
  'durableIndex',
  'firstIndex',
  'appliedIndex',
  'appliedSeq',
  'appliedTimeUs',
  'engineVersion',
  'stampedSeq',
  'serving',
  'recovering',
  'ringUsedPermille',
  'sessions',
  'connections',
  'snapshotIndex',
  // Sets of replicas: bit n - 1 is replica n.
  'founders',
  'voters',
  'learners',
  'membersWithoutAddress',
  'peersRefused',
  'peersDiffering',
  'peersHeard',
  'founding',
  'instance',
  'epoch',
  'writingSite',
  'standby',
  // Of whether another site was promoted over this one, by its number.
  'siteDoubt',
  // Published in the other order: what is read with an epoch is not from before it.
  'siteEpoch',
  'openingHeld',
  'siteSeq',
  'superseded',
  'lastTimeUs',
  'promotionUs',
  'diskFull',
  'diskStandsStill',
  'clockAheadUs',
  'commitsStalled',
  'parked',
  'stateDisputed',
  'diedOnSeq',
  'stoppedBeforeSeq',
  'commandsVoided',
  'ordersNotedUs',
  'coreThread',
  'nowUs',
] as const;

/** What only grows during the life of a process. */
export const totalNames = [
  'snapshotsTaken',
  'snapshotsFetched',
  'snapshotsFailed',
  'snapshotsForged',
  'elections',
  // Spares that this leader gave a vote.
  'sparesGivenVote',
  'framesAppended',
  'commandsApplied',
  'eventsEmitted',
  'datagramsReceived',
  'datagramsSent',
  'datagramsWithoutKey',
  'datagramsStrangeSource',
  'datagramsUnknownKey',
  'datagramsRepeated',
  'datagramsForged',
  'datagramsBadCluster',
  'datagramsBadVersion',
  'datagramsOtherFoundation',
  'datagramsOtherInstance',
  'datagramsOtherAgreement',
  'datagramsMalformed',
  'framesBadChecksum',
  'framesResent',
  'messagesMalformed',
  'connectionsRefused',
  'attachesRefused',
  'linksMalformed',
  'linksForged',
  'linksOtherCluster',
  'linksNotCertified',
  'linksWrongParty',
  'linksRefused',
  'linksCut',
  'commandsRefused',
  'queries',
  'damagedRecords',
  'rebuilds',
  'grayHandOvers',
  // What automatic failover would have done, where it is manual; and elections of these while the leader was not gone.
  'failoversWithheld',
  'failoversNeedless',
  'cycles',
  'busyCycles',
] as const;

/** A counter's slot is its place in this list. */
export const counterNames = [...standing, ...totalNames] as const;

export type CounterName = (typeof counterNames)[number];

/** The slot of each counter. */
export const counter = Object.fromEntries(counterNames.map((name, slot) => [name, slot])) as Readonly<
  Record<CounterName, number>
>;
