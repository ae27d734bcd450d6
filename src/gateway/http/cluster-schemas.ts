/** The published shape of the report of a cluster. */
import type { ClusterReport } from '../cluster-report.ts';

const text = (description: string) => ({ type: 'string', description });
const number = (description: string) => ({ type: 'number', description });
const seen = (type: string, description: string) => ({ type: [type, 'null'], description });
const listOf = (description: string, properties: object) => ({
  type: 'array',
  description,
  items: { type: 'object', properties, required: Object.keys(properties) },
});

const lag = {
  type: ['object', 'null'],
  description: 'How far it is behind the leader; null where one of the two was not seen.',
  properties: {
    frames: number('Frames that are committed and not applied there.'),
    bytes: seen('number', "Bytes of the leader's log that it has not acknowledged."),
    ms: number('Between the stamps of what it and what the leader has applied.'),
  },
  required: ['frames', 'bytes', 'ms'],
};

export const clusterReportFields = {
  clusterId: number('The cluster.'),
  leaderId: number('The replica that leads and takes orders; 0: none that answers.'),
  term: number('Its term.'),
  epoch: number(
    'How often a generation of the exchange has begun, as the leader says, else any that answers.',
  ),
  members: listOf('The replicas.', {
    id: number('Its number.'),
    error: text('Why it did not answer; empty where it did.'),
    state: seen('string', 'leader, follower, candidate, pre-candidate or starting.'),
    role: text('voter, learner, spare, witness, or no member.'),
    votes: { type: 'boolean', description: 'Whether its vote counts now.' },
    isRecovering: seen('boolean', 'It counts in no majority, because it may have lost something.'),
    site: text('Where it stands.'),
    zone: text('Its zone.'),
    rack: text('Its rack.'),
    host: text('Where sessions and its peers reach it; empty where that is not known.'),
    tcpPort: number('Its port for sessions.'),
    udpPort: number('Its port for its peers.'),
    controlHost: text('Where its control port is reached.'),
    controlPort: number('That port.'),
    version: seen('string', 'Its release.'),
    engineVersion: seen('number', 'The version of the engine that is in force there; 0: it has none.'),
    engineVersionMost: seen('number', 'The newest engine that it has.'),
    wireVersion: seen('number', 'The version of the records that it writes.'),
    configHash: seen('string', 'Hash of what all should be configured to alike.'),
    term: seen('number', 'Its term.'),
    epoch: seen('number', 'The generation of the exchange that it is in.'),
    lag,
    clockAheadMs: seen('number', "How far its clock is ahead of the gateway's."),
    clockErrorMs: seen('number', 'How far off that may be.'),
    flushP99Ms: seen('number', 'Of its last 1,024 flushes of the journal.'),
    flushMaxMs: seen('number', 'The longest of these.'),
    datagramsSent: seen('number', 'In its life.'),
    datagramsReceived: seen('number', 'In its life.'),
    datagramsRefused: seen('number', 'Of these, those that could not be opened or read.'),
    framesResent: seen('number', 'Frames that it sent again, because they were lost or late.'),
  }),
  reachability: listOf('Each pair in each direction.', {
    from: number('The replica that sends.'),
    to: number('The replica that hears it, or does not.'),
    isHeard: seen('boolean', 'null where `to` did not answer.'),
  }),
  elections: listOf('The last changes of the leader, at most 100, the oldest first.', {
    term: number('The term.'),
    leaderId: number('Who was elected.'),
    formerId: number('The leader before; 0: none was known.'),
    reason: text('Why it campaigned; empty where it does not answer.'),
    gapMs: number('How long no leader was known.'),
    atMs: number('When, in milliseconds since 1970.'),
  }),
  degraded: listOf('The faults of this moment.', {
    what: text('Such as "memberLost".'),
    subject: text('Such as "replica 3"; empty for the cluster.'),
    severity: text('info, warning or critical.'),
    text: text('The fault, and what to do.'),
  }),
  unseen: {
    type: 'array',
    items: { type: 'string' },
    description: 'What this gateway could not see, a sentence each.',
  },
} as const;

export const clusterReportExample: ClusterReport = {
  clusterId: 1,
  leaderId: 1,
  term: 4,
  epoch: 1,
  members: [
    {
      id: 1,
      error: '',
      state: 'leader',
      role: 'voter',
      votes: true,
      isRecovering: false,
      site: 'one',
      zone: 'a',
      rack: '',
      host: '10.90.1.11',
      tcpPort: 7201,
      udpPort: 7101,
      controlHost: '10.90.1.11',
      controlPort: 7301,
      version: '0.1.0',
      engineVersion: 1,
      engineVersionMost: 1,
      wireVersion: 5,
      configHash: '0011223344556677',
      term: 4,
      epoch: 1,
      lag: { frames: 0, bytes: null, ms: 0 },
      clockAheadMs: 0.4,
      clockErrorMs: 0.3,
      flushP99Ms: 1.9,
      flushMaxMs: 4.2,
      datagramsSent: 91_004,
      datagramsReceived: 90_871,
      datagramsRefused: 0,
      framesResent: 2,
    },
  ],
  reachability: [{ from: 2, to: 1, isHeard: true }],
  elections: [
    { term: 4, leaderId: 1, formerId: 2, reason: 'its tether broke', gapMs: 3.1, atMs: 1_700_000_000_000 },
  ],
  degraded: [],
  unseen: [],
};
