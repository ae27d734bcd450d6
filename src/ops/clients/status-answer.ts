/**
 * What a replica says of itself at `GET /status`, as all that ask for it take it: JSON Schema and the check that Ajv
 * makes beforehand follow from it. Commands decide by a status whether a machine may be stopped, removed or given up,
 * so none of its fields is believed unseen. Replicas of other releases are understood: keys that are not here are kept
 * and not looked at, words that are not known mean none of the known ones, and what an earlier release does not say is
 * filled in.
 */
import { memberRoleNames, preferenceNames } from '../../protocol/roster.ts';
import { type CounterName, counterNames } from '../../replica/counters.ts';
import type { ShownMember } from '../../replica/members/membership-view.ts';
import { breakerStates } from '../breaker-states.ts';
import { messageOf } from '../failure.ts';
import { nothingSeen, type ReplicaStatus, type SeenByProcess } from '../health/status.ts';
import { problemOf } from '../json/made-check.ts';
import { count, cut, may, must, several, words } from '../json/message-fields.ts';
import {
  anyNumber,
  anything,
  byName,
  flag,
  type Loose,
  nullable,
  open,
  record,
  type SchemaKey,
  type ValueOfSchema,
  type ValueSchema,
  word,
} from '../json/schema.ts';
import { heardCanaryOf, heardSideOf, revokedSetSchema } from '../notify/report-schemas.ts';
import { validate } from './generated/status-check.ts';

const entriesMax = 65_536;
const number = anyNumber();
const list = <T>(schema: ValueSchema<T>): ValueSchema<T[]> => several(schema, entriesMax);
const ids = list(count);

/** Counters by which commands decide: without one of these a status says too little. */
const neededCounters = [
  'leaderCommitIndex',
  'lastLogTerm',
  'appliedTimeUs',
  'stampedSeq',
  'snapshotIndex',
  'founding',
  'instance',
  'epoch',
  'writingSite',
  'standby',
  'siteEpoch',
  'openingHeld',
  'siteSeq',
  'lastTimeUs',
  'commitsStalled',
  'parked',
  'stateDisputed',
  'diedOnSeq',
  'stoppedBeforeSeq',
  'snapshotsFailed',
  'damagedRecords',
] as const satisfies readonly CounterName[];

const counters = open(
  Object.fromEntries(
    counterNames.map((name) => [
      name,
      neededCounters.some((needed) => needed === name) ? must(number) : may(number),
    ]),
  ) as Readonly<Record<CounterName, SchemaKey<number>>>,
);
/** Those of an earlier release lack what it does not count yet. */
const nothingCounted = Object.fromEntries(counterNames.map((name) => [name, 0]));

const place = {
  site: must(words),
  zone: must(words),
  rack: must(words),
  power: must(words),
  switch: must(words),
};
const member: ValueSchema<Loose<ShownMember>> = open({
  id: must(count),
  role: must(word(memberRoleNames)),
  votes: must(flag(false)),
  host: must(words),
  udpPort: must(count),
  tcpPort: must(count),
  controlPort: must(count),
  controlHost: must(words),
  preference: must(word(preferenceNames)),
  replaces: must(count),
  ...place,
  release: must(words),
  fingerprint: must(words),
});
const token = open({
  replicaId: must(count),
  role: must(word(memberRoleNames)),
  replaces: must(count),
  expiresAtMs: must(number),
  key: must(words),
});
const range = open({ used: must(count), least: must(count), most: must(count) });
/** The settings are checked where they come to be a configuration file: as one. */
const joining = open({
  clusterUuid: must(words),
  authorities: must(list(words)),
  settings: must(anything() as ValueSchema<NonNullable<ReplicaStatus['joining']>['settings']>),
});
const progress = open({
  memberId: must(count),
  behindFrames: must(number),
  behindBytes: must(number),
  silentUs: must(number),
  state: must(word(['following', 'catchingUp', 'needsSnapshot', 'recovering'])),
});
const condition = open({
  memberId: must(count),
  values: must(record(number, entriesMax)),
  gray: must(list(words)),
});
const election = open({
  term: must(count),
  leaderId: must(count),
  formerId: must(count),
  reason: must(words),
  gapUs: must(number),
  wallUs: must(number),
});
const wouldBe = open({
  number: must(count),
  kind: must(word(['election', 'handOver'])),
  leaderId: must(count),
  term: must(count),
  reason: must(words),
  wallUs: must(number),
  outcome: must(word(['open', 'cameBack', 'replaced', 'unknown'])),
  afterUs: must(number),
});
const flushes = open({
  count: must(count),
  medianUs: must(number),
  p99Us: must(number),
  maxUs: must(number),
});
const stop = open({
  scope: must(word(['exchange', 'instrument', 'account'])),
  id: must(count),
  mode: must(words),
  reason: must(words),
  opensAtUs: must(number),
});
const hook = open({
  name: must(words),
  breaker: must(word(breakerStates)),
  waiting: must(count),
  waitingSinceMs: must(number),
  delivered: must(count),
  failed: must(count),
  givenUp: must(count),
  error: must(words),
});
const held = open({ epoch: must(count), leftMs: must(number), reason: must(words) });

const granted = open({
  epoch: must(count),
  site: must(count),
  promisedEpoch: must(count),
  promisedSite: must(count),
  lengthUs: must(number),
  waitMs: must(number),
});

/** As it comes: without what is filled in. */
type SaidStatus = Omit<ReplicaStatus, keyof SeenByProcess | 'wallMs' | 'counters'> &
  Partial<Pick<ReplicaStatus, Exclude<keyof SeenByProcess, 'members'> | 'wallMs'>> &
  Pick<ReplicaStatus, 'members'> & { readonly counters: Readonly<Partial<Record<CounterName, number>>> };

const status: ValueSchema<Loose<SaidStatus>> = open({
  pid: must(count),
  startedTicks: must(words),
  clusterId: must(count),
  replicaId: must(count),
  version: must(words),
  engine: may(range),
  wire: may(range),
  configHash: must(words),
  uptimeSeconds: must(number),
  role: must(word(['leader', 'follower', 'candidate', 'pre-candidate', 'starting'])),
  term: must(count),
  leaderId: must(count),
  serving: must(flag(false)),
  recovering: must(flag(false)),
  epoch: must(count),
  superseded: must(flag(false)),
  cut: must(nullable(cut)),
  commitIndex: must(count),
  appliedIndex: must(count),
  appliedSeq: must(count),
  lagFrames: must(nullable(count)),
  lagFramesMax: must(count),
  lastIndex: must(count),
  durableIndex: must(count),
  unflushedFrames: must(count),
  diskFull: must(flag(false)),
  founders: must(ids),
  voters: must(ids),
  learners: must(ids),
  members: must(list(member)),
  tokens: must(list(token)),
  applicants: may(list(open({ replicaId: must(count), why: must(words) }))),
  joining: may(joining),
  placementWarnings: must(list(words)),
  membersWithoutAddress: must(ids),
  peersRefused: must(ids),
  peersDiffering: must(ids),
  wallMs: may(number),
  hears: may(ids),
  progress: may(list(progress)),
  conditions: may(list(condition)),
  elections: may(list(election)),
  knewLeader: may(list(open({ fromMs: must(number), toMs: must(number) }))),
  wouldBe: may(list(wouldBe)),
  flushes: may(flushes),
  stopped: may(list(stop)),
  hooks: may(list(hook)),
  identity: may(open({ endsAtMs: must(number), revoked: must(revokedSetSchema) })),
  sides: may(list(heardSideOf(word))),
  lease: may(open({ held: must(held), granted: must(nullable(granted)) })),
  canaries: may(list(heardCanaryOf(word))),
  counters: must(counters),
});

/** What those read of a status that ask for the members alone. */
const membership = open({ epoch: may(count), members: must(list(member)) });

/** Both, by their names: what the check is made of. */
export const statusAnswers = byName({ status, membership });

/** The status in a text; a sentence that says what is wrong where it is none. */
export function statusIn(text: string): ReplicaStatus | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `what it says of itself is no JSON: ${messageOf(error)}`;
  }
  const answer = { status: json };
  if (validate(answer)) {
    const said = json as SaidStatus;
    const counters = { ...nothingCounted, ...said.counters } as ReplicaStatus['counters'];
    return { ...nothingSeen, wallMs: Date.now(), ...said, counters };
  }
  const [first] = validate.errors ?? [];
  return `what it says of itself cannot be used: ${problemOf(first!, statusAnswers, answer)}`;
}

/** The members that a status names, and the epoch of their log; undefined where it is none. */
export function membershipIn(json: unknown): ValueOfSchema<typeof membership> | undefined {
  return json !== undefined && validate({ membership: json })
    ? (json as ValueOfSchema<typeof membership>)
    : undefined;
}
