/**
 * What comes to a replica from other processes of the cluster: what replicas ask and answer each other of notices, what
 * watchers found, what processes beside the replicas hold. JSON Schema and the check that Ajv makes beforehand follow
 * from it. Keys of a later release are passed over, so that its processes and those of this one understand each other.
 */
import {
  type CanaryReport,
  canaryFaults,
  canaryResults,
  type HeardReport,
} from '../../gateway/canary/report.ts';
import { watchersMax } from '../../protocol/canary.ts';
import { replicaIdMax } from '../../protocol/limits.ts';
import type { WouldBe } from '../../replica/ports.ts';
import { type RevokedSet, revokedHashLetters } from '../../trust/revoked-set.ts';
import { breakerStates } from '../breaker-states.ts';
import { kindNames } from '../configuration/event-kinds.ts';
import { count, knownWord, may, must, several, some, type WordKind, words } from '../json/message-fields.ts';
import {
  anyText,
  anything,
  byName,
  choice,
  flag,
  integer,
  type Loose,
  open,
  plain,
  record,
  type SchemaKey,
  type ValueOfSchema,
  type ValueSchema,
} from '../json/schema.ts';
import type { ReplicaFacts } from './facts.ts';
import { type Notice, type NoticeEntry, noticeTextMax } from './notice.ts';
import { type HeardSide, type SideReport, sideKinds, sidePrograms, sideTextMax } from './side-report.ts';

const listMax = 64;
const sidesMax = 256;
const repliesMax = 256;
const canaryTextMax = 400;
const entriesMax = 1_000;

const rounds = open(
  Object.fromEntries(canaryResults.map((result) => [result, must(some)])) as Readonly<
    Record<(typeof canaryResults)[number], SchemaKey<number>>
  >,
);

function canaryOf(wordOf: WordKind): ValueSchema<Loose<CanaryReport>> {
  const fault = open({
    fault: must(wordOf(canaryFaults)),
    agoMs: must(some),
    text: must(anyText(canaryTextMax)),
  });
  return open({
    watcher: must(integer(1, watchersMax, 1)),
    result: may(wordOf(canaryResults)),
    text: must(anyText(canaryTextMax)),
    leaderId: must(some),
    rounds: must(rounds),
    p50Ms: must(some),
    maxMs: must(some),
    faults: must(several(fault, repliesMax)),
    unreached: must(several(some, repliesMax)),
  });
}
const canary = canaryOf(knownWord);

export function heardCanaryOf(wordOf: WordKind): ValueSchema<Loose<HeardReport>> {
  return open({ source: must(words), ageMs: must(count), report: must(canaryOf(wordOf)) });
}

export const revokedSetSchema: ValueSchema<Loose<RevokedSet>> = open({
  count: must(count),
  hash: must(anyText(revokedHashLetters)),
});

function conditionsOf(wordOf: WordKind) {
  const condition = open({ kind: must(wordOf(sideKinds)), text: must(anyText(sideTextMax)) });
  return {
    breaker: may(wordOf(breakerStates)),
    revoked: may(revokedSetSchema),
    conditions: must(several(condition, sideKinds.length)),
  };
}
const side: ValueSchema<Loose<SideReport>> = open({
  program: must(knownWord(sidePrograms)),
  ...conditionsOf(knownWord),
});

export function heardSideOf(wordOf: WordKind): ValueSchema<Loose<HeardSide>> {
  return open({ source: must(anyText(sideTextMax)), ageMs: must(some), ...conditionsOf(wordOf) });
}

const withheld: ValueSchema<Loose<WouldBe>> = open({
  number: must(count),
  kind: must(choice(['election', 'handOver'], 'election')),
  leaderId: must(count),
  term: must(count),
  reason: must(words),
  wallUs: must(count),
  outcome: must(choice(['open', 'cameBack', 'replaced', 'unknown'], 'open')),
  afterUs: must(count),
});

const standing = { writtenMs: must(count), alarms: must(several(words, listMax)) };
const facts: ValueSchema<Loose<ReplicaFacts>> = open({
  replicaId: must(count),
  instance: must(count),
  term: must(count),
  leaderId: must(count),
  isServing: must(flag(false)),
  voters: must(count),
  learners: must(count),
  heard: must(count),
  spares: may(several(open({ number: must(count), spareId: must(count), memberId: must(count) }), listMax)),
  isRecovering: must(flag(false)),
  isDiskFull: must(flag(false)),
  isMemoryShort: may(flag(false)),
  isBusy: may(flag(false)),
  isParked: must(flag(false)),
  isDisputed: must(flag(false)),
  stoppedBefore: may(count),
  voided: may(several(count, listMax)),
  isStalled: must(flag(false)),
  lagFrames: may(count),
  wallMs: must(count),
  crashLoops: must(several(words, listMax)),
  certificates: must(several(open({ of: must(words), endsAtMs: must(count) }), listMax)),
  isManual: may(flag(false)),
  withheld: may(several(withheld, listMax)),
  gray: may(several(open({ member: must(count), text: must(words) }), listMax)),
  canaries: may(several(heardCanaryOf(knownWord), listMax)),
  sides: may(several(heardSideOf(knownWord), sidesMax)),
  backup: may(open(standing)),
  drills: may(several(words, listMax)),
  site: may(open({ ...standing, undecided: may(open({ level: must(count), text: must(words) })) })),
});

const short = anyText(noticeTextMax);
const notice: ValueSchema<Loose<Notice>> = open({
  id: must(short),
  kind: must(choice(kindNames, kindNames[0]!)),
  subject: must(short),
  number: must(count),
  order: must(count),
  state: must(choice(['begins', 'ends', 'happens'], 'happens')),
  value: must(short),
  severity: must(choice(['info', 'warning', 'critical'], 'info')),
  text: must(short),
  facts: must(record(plain(noticeTextMax), 32)),
  atMs: must(count),
  reporter: must(count),
});
const entry: ValueSchema<Loose<NoticeEntry>> = open({
  notice: must(notice),
  hooks: must(several(short, 32)),
  settled: must(record(choice(['delivered', 'givenUp'], 'delivered'), 32)),
});

/** What one replica asks another of notices. */
const question = open({
  /** The replica that asks. */
  from: must(integer(1, replicaIdMax, 1)),
  /** Of the ledger that is asked, as it was named last; another one is asked from its beginning. */
  life: must(words),
  since: must(count),
});
/** Its entries are looked at one by one, since each may be left out alone. */
const answer = open({
  life: must(words),
  version: must(count),
  isWhole: may(flag(false)),
  facts: must(facts),
  entries: must(several(anything(), entriesMax)),
});

export const reports = { question, answer, entry, facts, canary, side };
export type ReportName = keyof typeof reports;
export type ReportOf<N extends ReportName> = ValueOfSchema<(typeof reports)[N]>;

/** All of them, by their names: what the check is made of. */
export const reportsSchema = byName(reports);
