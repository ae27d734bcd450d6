/**
 * What holds in the cluster, as one replica sees it by its own facts and by those that the others sent it. Pure. What
 * it cannot see it leaves open: of a replica that does not answer nothing begins and nothing ends but its absence, and
 * that as a leader hears it.
 */

import { believed, type CanaryFault } from '../../gateway/canary/report.ts';
import type { TradingStop } from '../../replica/ports.ts';
import type { EventKind } from '../configuration/event-kinds.ts';
import { idsIn } from '../replica-sets.ts';
import type { ReplicaFacts } from './facts.ts';
import type { NoticeFacts } from './notice.ts';
import { type HeardSide, newestSides, sideKinds } from './side-report.ts';

/** One thing that holds. */
export interface Condition {
  readonly kind: EventKind;
  readonly subject: string;
  /** Another value is another event. */
  readonly value: string;
  readonly text: string;
  readonly facts: NoticeFacts;
  /** Since when it holds, by the steady clock, where that was seen before this replica sent. */
  readonly sinceMs?: number | undefined;
}

/** What another replica said last. */
export interface PeerView {
  readonly facts: ReplicaFacts;
  /** How far its clock is ahead, in milliseconds, and how far off that may be. */
  readonly clockAheadMs: number;
  readonly clockErrorMs: number;
}

export interface ClusterView {
  readonly own: ReplicaFacts;
  /** Those that answered a moment ago, by id. */
  readonly peers: ReadonlyMap<number, PeerView>;
  readonly stopped: readonly TradingStop[];
  /** A replica that is further behind is not warm. */
  readonly lagFramesMax: number;
  readonly hasBackup: boolean;
  /** The configuration names sites. */
  readonly hasSites: boolean;
  readonly failingHooks: readonly string[];
  /** Hooks of which this sender does not know yet whether they fail: another sender may have found that they do. */
  readonly untriedHooks: readonly string[];
  /** Since when this replica knows no leader, by the steady clock, where it knew one before. */
  readonly leaderlessSinceMs?: number | undefined;
}

export interface Judged {
  readonly conditions: readonly Condition[];
  /** Whether it could not be seen if this still holds. */
  isOpen(kind: EventKind, subject: string): boolean;
}

const clockDifferenceMsMax = 500;

export function judge(view: ClusterView): Judged {
  const { own, peers } = view;
  const members = idsIn(own.voters).concat(idsIn(own.learners));
  const seen: ReadonlyMap<number, ReplicaFacts> = new Map([
    [own.replicaId, own],
    ...[...peers].map(([id, { facts }]) => [id, facts] as const),
  ]);
  const sides = newestSides([...seen.values()].flatMap(({ sides: heard = [] }) => heard));
  const conditions = [
    ...ofCluster(view, members, [...seen.values()]),
    ...[...seen.values()].flatMap((facts) => ofReplica(facts, view.lagFramesMax)),
    ...ofClocks(view),
    ...ofBackup(view, [...seen.values()]),
    ...ofSites(view, [...seen.values()]),
    ...ofDrills([...seen.values()]),
    ...ofCanary([...seen.values()]),
    ...ofParked([...seen.values()]),
    ...sides.flatMap(ofSide),
    ...view.stopped.map(ofStopped),
    ...view.failingHooks.map((name) => ({
      kind: 'hookFailing' as const,
      subject: hookSubject(name),
      value: '',
      text: `The hook ${name} failed again and again; its notices wait. "lockstep notify" shows why.`,
      facts: { hook: name },
    })),
  ];
  const mute = new Set(members.filter((id) => !seen.has(id)).map(subjectOf));
  const untried = new Set(view.untriedHooks.map(hookSubject));
  const heardSides = new Set(sides.map(({ source }) => source));
  return {
    conditions,
    isOpen: (kind, subject) => {
      if (kind === 'hookFailing') return untried.has(subject);
      if (kind === 'commandParked') return mute.size > 0;
      const isOfSide = !subject.startsWith('replica ') && (sideKinds as readonly string[]).includes(kind);
      if (isOfSide) return !heardSides.has(subject);
      // Without a leader a tether alone says that a member is heard: one whose machine stands still keeps its tether.
      return mute.has(subject) && (kind !== 'memberLost' || own.leaderId === 0);
    },
  };
}

function hookSubject(name: string): string {
  return `hook ${name}`;
}

function subjectOf(replicaId: number): string {
  return `replica ${replicaId}`;
}

function ofCluster(
  { own, leaderlessSinceMs }: ClusterView,
  members: readonly number[],
  seen: readonly ReplicaFacts[],
): Condition[] {
  const found: Condition[] = [];
  const { replicaId, leaderId } = own;
  const leader = seen.find((each) => each.leaderId === each.replicaId && each.term >= own.term);
  const answering = seen.map((each) => each.replicaId);
  if (leaderId === 0 && leader === undefined) {
    const silent = members.filter((id) => !answering.includes(id));
    found.push({
      kind: 'quorumLost',
      subject: '',
      value: '',
      text:
        `No replica leads, so no orders are taken. ${listed(answering)} ${answering.length === 1 ? 'answers' : 'answer'}` +
        `${silent.length === 0 ? '' : `, ${listed(silent).toLowerCase()} ${silent.length === 1 ? 'does' : 'do'} not`}; what replica ${replicaId} cannot ` +
        'reach it cannot see. A majority of the voters must run and reach each other.',
      facts: { answering: answering.join(','), silent: silent.join(',') },
      sinceMs: leaderlessSinceMs,
    });
  }
  if (leader?.isStalled === true)
    found.push(
      condition(
        'commitsStalled',
        '',
        `Replica ${leader.replicaId} leads, and nothing is committed, so it takes no orders. Check the disks of all replicas.`,
      ),
    );
  if (seen.some(({ isDisputed }) => isDisputed))
    found.push(
      condition(
        'stateDisputed',
        '',
        'No majority of the replicas agrees on the state, so no orders are taken: see "lockstep diverged".',
      ),
    );
  for (const { member, text } of leader?.gray ?? [])
    found.push(
      condition('memberGray', subjectOf(member), `Replica ${member} is worse than the others: ${text}.`, {
        member,
      }),
    );
  const heard = idsIn(own.heard);
  for (const id of members) {
    const isHeard =
      leaderId === replicaId ? heard.includes(id) : heard.includes(id) || answering.includes(id);
    if (id === replicaId || isHeard) continue;
    found.push(
      condition(
        'memberLost',
        subjectOf(id),
        `Replica ${id} is not heard by replica ${replicaId}. Start it, or mend the network between them.`,
        { member: id },
      ),
    );
  }
  return found;
}

function ofReplica(facts: ReplicaFacts, lagFramesMax: number): Condition[] {
  const { replicaId: id, crashLoops, certificates } = facts;
  const subject = subjectOf(id);
  const found: Condition[] = [];
  const add = (holds: boolean, kind: EventKind, text: string): void => {
    if (holds) found.push(condition(kind, subject, text, { member: id }));
  };
  add(
    facts.isRecovering,
    'memberRecovering',
    `Replica ${id} is recovering: it stores and applies, and counts in no majority.`,
  );
  add(
    (facts.lagFrames ?? 0) > lagFramesMax,
    'memberBehind',
    `Replica ${id} is more than ${lagFramesMax} frames behind the leader: it could not take over at once.`,
  );
  add(
    facts.isManual === true,
    'failoverManual',
    `Failover of replica ${id} is manual: it takes over on an operator's order alone. "lockstep failover --review" says what it would have done.`,
  );
  add(facts.isDiskFull, 'diskFull', `The disk of replica ${id} is full. Give its journal space.`);
  add(
    facts.isMemoryShort === true,
    'memoryShort',
    `The machine of replica ${id} uses more of its memory than limits.memoryPercentMax allows. See what else runs there.`,
  );
  add(
    facts.isBusy === true,
    'processorsBusy',
    `The processors of the machine of replica ${id} are more than 90 % busy. See what else runs there, and who sends so much.`,
  );
  add(
    facts.isParked,
    'stateDiffers',
    `The state of replica ${id} differs from that of the majority, and is being replaced: see "lockstep diverged".`,
  );
  if (crashLoops.length > 0)
    found.push({
      ...condition(
        'crashLoop',
        subject,
        `On the machine of replica ${id} ${crashLoops.join(' and ')} dies again and again. Its log says why.`,
        { member: id },
      ),
      value: crashLoops.join(),
    });
  if (certificates.length > 0) {
    const ends = certificates.map(({ of, endsAtMs }) => `${of} at ${new Date(endsAtMs).toISOString()}`);
    found.push(
      condition(
        'certificateEnding',
        subject,
        `Certificates of replica ${id} end: ${ends.join(', ')}. Renew them: "lockstep certificates renew" for links, new files for control.tls.`,
        { member: id },
      ),
    );
  }
  return found;
}

/** The clocks on which most agree are right: each machine is compared with the median. */
function ofClocks({ own, peers }: ClusterView): Condition[] {
  const clocks = [
    { id: own.replicaId, aheadMs: 0, errorMs: 0 },
    ...[...peers].map(([id, { clockAheadMs, clockErrorMs }]) => ({
      id,
      aheadMs: clockAheadMs,
      errorMs: clockErrorMs,
    })),
  ];
  if (clocks.length < 2) return [];
  const sorted = clocks.map(({ aheadMs }) => aheadMs).toSorted((a, b) => a - b);
  const middleMs = sorted[Math.floor((sorted.length - 1) / 2)]!;
  return clocks.flatMap(({ id, aheadMs, errorMs }) => {
    const differenceMs = Math.round(aheadMs - middleMs);
    if (Math.abs(differenceMs) - errorMs <= clockDifferenceMsMax) return [];
    const way = differenceMs > 0 ? 'ahead of' : 'behind';
    const text = `The clock of replica ${id} is ${Math.abs(differenceMs)} ms ${way} those of the others. See to its time service.`;
    return [condition('clockDiffers', subjectOf(id), text, { member: id, differenceMs })];
  });
}

const kindOfFault: Readonly<Record<CanaryFault, EventKind>> = {
  wrong: 'canaryWrong',
  late: 'canaryLate',
  silent: 'canarySilent',
  crash: 'canaryUnreached',
};

/** What two watchers have found, whichever replicas they have reached. */
function ofCanary(seen: readonly ReplicaFacts[]): Condition[] {
  return believed(seen.flatMap(({ canaries = [] }) => canaries)).map(({ fault, sources, text }) =>
    condition(kindOfFault[fault], '', `The canaries of ${sources.join(' and ')} found: ${text}.`, {
      watchers: sources.join(','),
    }),
  );
}

/** One for each command, however many replicas died on it. */
function ofParked(seen: readonly ReplicaFacts[]): Condition[] {
  const stopped = Map.groupBy(
    seen.filter(({ stoppedBefore = 0 }) => stoppedBefore > 0),
    ({ stoppedBefore }) => stoppedBefore!,
  );
  return [...stopped].map(([seq, replicas]) => {
    const ids = replicas.map(({ replicaId }) => replicaId);
    const text =
      `Processes of ${listed(ids).toLowerCase()} died on command ${seq}, so nothing is applied there from it on. ` +
      'Where no voter has applied it, it is voided; else see "lockstep void list".';
    return condition('commandParked', `command ${seq}`, text, { seq, replicas: ids.join(',') });
  });
}

function ofSide({ source, conditions }: HeardSide): Condition[] {
  return conditions.map(({ kind, text }) => condition(kind, source, text));
}

/** Another machine may have taken the backup over: one machine without an alarm is enough. */
function ofBackup({ hasBackup }: ClusterView, seen: readonly ReplicaFacts[]): Condition[] {
  const standings = seen.flatMap(({ replicaId, backup }) =>
    backup === undefined ? [] : [{ replicaId, ...backup }],
  );
  if (!hasBackup || standings.some(({ alarms }) => alarms.length === 0)) return [];
  const newest = standings.toSorted((a, b) => b.writtenMs - a.writtenMs)[0];
  const text =
    newest?.alarms.join(' ') ??
    'No machine that answers runs the backup that is configured. Start it: "lockstep backup run".';
  return [condition('backupBehind', '', text, { machineOf: newest?.replicaId ?? 0 })];
}

/** Reports are on the machines where drills were run: a drill is overdue when it is at all of them. */
function ofDrills(seen: readonly ReplicaFacts[]): Condition[] {
  const known = seen.flatMap(({ drills }) => (drills === undefined ? [] : [drills]));
  const [fewest] = known.toSorted((a, b) => a.length - b.length);
  return fewest === undefined || fewest.length === 0 ? [] : [condition('drillOverdue', '', fewest.join(' '))];
}

/** The process of a site runs on one machine; the newest word counts. */
function ofSites({ hasSites }: ClusterView, seen: readonly ReplicaFacts[]): Condition[] {
  if (!hasSites) return [];
  const [newest] = seen
    .flatMap(({ replicaId, site }) => (site === undefined ? [] : [{ replicaId, ...site }]))
    .toSorted((a, b) => b.writtenMs - a.writtenMs);
  const facts = { machineOf: newest?.replicaId ?? 0 };
  const silent = 'No machine that answers runs the process of this site. Start it: "lockstep site follow".';
  const text = newest === undefined ? silent : newest.alarms.join(' ');
  const found = text === '' ? [] : [condition('siteBehind', '', text, facts)];
  const question = newest?.undecided;
  if (question !== undefined)
    found.push({ ...condition('siteUndecided', '', question.text, facts), value: String(question.level) });
  return found;
}

function ofStopped({ scope, id, mode, reason, opensAtUs }: TradingStop): Condition {
  const what =
    scope === 'exchange' ? 'The exchange' : `${scope === 'instrument' ? 'Instrument' : 'Account'} ${id}`;
  const why = reason === '' ? '' : `: ${reason}`;
  const opens = opensAtUs === 0 ? '' : ` It opens at ${new Date(opensAtUs / 1_000).toISOString()}.`;
  return {
    kind: 'modeChanged',
    subject: scope === 'exchange' ? scope : `${scope} ${id}`,
    value: mode,
    text: `${what} is in mode ${mode}${why}.${opens}`,
    facts: { scope, id, mode, reason },
  };
}

function condition(kind: EventKind, subject: string, text: string, facts: NoticeFacts = {}): Condition {
  return { kind, subject, value: '', text, facts };
}

function listed(ids: readonly number[]): string {
  return `Replica${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
}
