/**
 * How the whole cluster is, from what each replica says of itself. Pure. A replica that does not answer is shown as
 * not seen: nothing is concluded from its silence but that.
 */
import type {
  ClusterReport,
  Degradation,
  ElectionReport,
  MemberLag,
  MemberReport,
  PairReport,
} from '../../gateway/cluster-report.ts';
import type { ShownMember } from '../../replica/members/membership-view.ts';
import type { RevokedSet } from '../../trust/revoked-set.ts';
import { leaderOf, reached, type StatusAnswer } from '../clients/control-client.ts';
import { type EventKind, kindOf } from '../configuration/event-kinds.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { judge } from '../notify/conditions.ts';
import { grayIn, type ReplicaFacts } from '../notify/facts.ts';
import { endingSoon, newestSides } from '../notify/side-report.ts';

const electionsMax = 100;

type WayToMember = Pick<MemberReport, 'host' | 'tcpPort' | 'udpPort' | 'controlHost' | 'controlPort'>;

export function clusterReport(clusterId: number, answers: readonly StatusAnswer[]): ClusterReport {
  const statuses = reached(answers);
  const leader = leaderOf(answers);
  const members = membersOf(answers, leader ?? statuses[0]);
  return {
    clusterId,
    leaderId: leader?.replicaId ?? 0,
    term: leader?.term ?? Math.max(0, ...statuses.map(({ term }) => term)),
    epoch: leader?.epoch ?? Math.max(0, ...statuses.map(({ epoch }) => epoch)),
    members: members.map(({ id, member }) => memberReport(id, member, answers, leader)),
    reachability: pairs(
      members.map(({ id }) => id),
      statuses,
    ),
    elections: electionsOf(statuses),
    degraded: degradations(answers, leader),
    unseen: unseen(answers, leader),
  };
}

interface Known {
  readonly id: number;
  /** As the log says; undefined where no replica that answers knows it as a member. */
  readonly member: ShownMember | undefined;
}

function membersOf(answers: readonly StatusAnswer[], source: ReplicaStatus | undefined): Known[] {
  const logged = source?.members ?? [];
  const ids = new Set([...logged.map(({ id }) => id), ...answers.map(({ replica }) => replica.id)]);
  return [...ids]
    .toSorted((a, b) => a - b)
    .map((id) => ({ id, member: logged.find((each) => each.id === id) }));
}

function memberReport(
  id: number,
  member: ShownMember | undefined,
  answers: readonly StatusAnswer[],
  leader: ReplicaStatus | undefined,
): MemberReport {
  const answer = answers.find(({ replica }) => replica.id === id);
  const status = answer !== undefined && 'status' in answer ? answer.status : undefined;
  const place = member ?? answer?.replica;
  const counters = status?.counters;
  return {
    id,
    error: status !== undefined ? '' : answer !== undefined && 'error' in answer ? answer.error : 'not asked',
    state: status?.role ?? null,
    role: member?.role ?? 'no member',
    votes: member?.votes ?? false,
    isRecovering: status?.recovering ?? null,
    site: place?.site ?? '',
    zone: place?.zone ?? '',
    rack: place?.rack ?? '',
    ...reachedAt(member, answer?.replica),
    version: status?.version ?? null,
    // A replica of an earlier release does not say them.
    engineVersion: status?.engine?.used ?? null,
    engineVersionMost: status?.engine?.most ?? null,
    wireVersion: status?.wire?.used ?? null,
    configHash: status?.configHash ?? null,
    term: status?.term ?? null,
    epoch: status?.epoch ?? null,
    lag: status === undefined || leader === undefined ? null : lagOf(status, leader),
    clockAheadMs: rounded(answer !== undefined && 'status' in answer ? answer.clockAheadMs : undefined),
    clockErrorMs: rounded(answer !== undefined && 'status' in answer ? answer.clockErrorMs : undefined),
    flushP99Ms: status === undefined ? null : status.flushes.p99Us / 1_000,
    flushMaxMs: status === undefined ? null : status.flushes.maxUs / 1_000,
    datagramsSent: counters?.datagramsSent ?? null,
    datagramsReceived: counters?.datagramsReceived ?? null,
    datagramsRefused: counters === undefined ? null : refusedOf(counters),
    framesResent: counters?.framesResent ?? null,
  };
}

/** The log knows where a member is; of one that the log does not place the configuration says it. */
function reachedAt(member: ShownMember | undefined, replica: ReplicaAddress | undefined): WayToMember {
  const place = member !== undefined && member.host !== '' ? member : replica;
  const { host = '', tcpPort = 0, udpPort = 0, controlHost = '', controlPort = 0 } = place ?? {};
  return { host, tcpPort, udpPort, controlHost: controlHost || host, controlPort };
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}

function refusedOf(counters: ReplicaStatus['counters']): number {
  return (
    counters.datagramsWithoutKey +
    counters.datagramsStrangeSource +
    counters.datagramsUnknownKey +
    counters.datagramsRepeated +
    counters.datagramsForged +
    counters.datagramsMalformed
  );
}

/** Against the leader's own words: the two were asked at nearly the same time. */
function lagOf(status: ReplicaStatus, leader: ReplicaStatus): MemberLag {
  const bytes = leader.progress.find(({ memberId }) => memberId === status.replicaId)?.behindBytes;
  const behindUs = leader.counters.appliedTimeUs - status.counters.appliedTimeUs;
  return {
    frames: Math.max(0, leader.commitIndex - status.appliedIndex),
    bytes: bytes ?? null,
    ms: Math.max(0, Math.round(behindUs / 1_000)),
  };
}

function pairs(ids: readonly number[], statuses: readonly ReplicaStatus[]): PairReport[] {
  return ids.flatMap((to) => {
    const hearer = statuses.find(({ replicaId }) => replicaId === to);
    return ids
      .filter((from) => from !== to)
      .map((from) => ({ from, to, isHeard: hearer?.hears?.includes(from) ?? null }));
  });
}

/** Each term once: as the one that was elected saw it, for it knows why it stood; else as another one did. */
function electionsOf(statuses: readonly ReplicaStatus[]): ElectionReport[] {
  const byTerm = new Map<number, ElectionReport>();
  for (const { replicaId, elections } of statuses) {
    for (const { term, leaderId, formerId, reason, gapUs, wallUs } of elections) {
      const known = byTerm.get(term);
      const own = leaderId === replicaId;
      if (known !== undefined && !own) continue;
      const because = reason === '' ? (known?.reason ?? '') : reason;
      byTerm.set(term, {
        term,
        leaderId,
        formerId,
        reason: own || because === '' ? because : `as replica ${replicaId} saw it: ${because}`,
        gapMs: Math.round(gapUs / 100) / 10,
        atMs: Math.floor(wallUs / 1_000),
      });
    }
  }
  return [...byTerm.values()].toSorted((a, b) => a.term - b.term).slice(-electionsMax);
}

function degradations(answers: readonly StatusAnswer[], leader: ReplicaStatus | undefined): Degradation[] {
  const statuses = reached(answers);
  const source = leader ?? statuses[0];
  if (source === undefined) return [];
  const views = answers.flatMap((answer) =>
    'status' in answer && answer.status !== source
      ? [
          [
            answer.replica.id,
            {
              facts: factsOf(answer.status),
              clockAheadMs: answer.clockAheadMs - aheadOf(answers, source),
              clockErrorMs: answer.clockErrorMs,
            },
          ] as const,
        ]
      : [],
  );
  const judged = judge({
    own: factsOf(source),
    peers: new Map(views),
    stopped: source.stopped,
    lagFramesMax: source.lagFramesMax,
    hasBackup: false,
    hasSites: false,
    failingHooks: source.hooks.filter(({ breaker }) => breaker !== 'closed').map(({ name }) => name),
    untriedHooks: [],
  });
  const found = judged.conditions.map(({ kind, subject, text }) => degradation(kind, subject, text));
  const differs = (what: string, values: readonly string[], text: string): Degradation[] =>
    new Set(values).size > 1 ? [{ what, subject: '', severity: 'warning', text }] : [];
  return [
    ...found,
    ...differs(
      'versionsDiffer',
      statuses.map(({ version }) => version),
      `The replicas run different releases: ${listed(statuses, ({ version }) => version)}. Finish the upgrade.`,
    ),
    ...differs(
      'configurationsDiffer',
      statuses.map(({ configHash }) => configHash),
      `The configurations of the replicas differ: ${listed(statuses, ({ configHash }) => configHash)}. The log of each says in what.`,
    ),
    ...differs(
      'hooksDiffer',
      statuses.map(hooksOf),
      `Not all replicas have the same hooks (key notify), and each may have to send: ${listed(statuses, hooksOf)}.`,
    ),
    ...revocationsDiffer(statuses),
    ...source.placementWarnings.map((text) => ({
      what: 'placement',
      subject: '',
      severity: 'warning',
      text,
    })),
  ];
}

function hooksOf({ hooks }: ReplicaStatus): string {
  const names = hooks.map(({ name }) => name).toSorted();
  return names.length === 0 ? 'has none' : `has ${names.join(' and ')}`;
}

/** What one machine takes for revoked another one may still believe. */
function revocationsDiffer(statuses: readonly ReplicaStatus[]): Degradation[] {
  const sides = newestSides(statuses.flatMap(({ sides: heard = [] }) => heard));
  const known = [
    ...statuses.map(({ replicaId, identity }) => [`replica ${replicaId}`, identity?.revoked] as const),
    ...sides.map(({ source, revoked }) => [source, revoked] as const),
  ].filter((each): each is readonly [string, RevokedSet] => each[1] !== undefined);
  if (new Set(known.map(([, { hash }]) => hash)).size < 2) return [];
  const each = known.map(
    ([of, { count, hash }]) => `${of} knows ${count === 0 ? 'none' : `${count} (${hash})`}`,
  );
  const text =
    `Not all take the same certificates for revoked: ${each.join(', ')}. Take revoked.json of the authority's folder to each ` +
    'machine that lacks some: "lockstep certificates authorities --revoked FILE".';
  return [{ what: 'revocationsDiffer', subject: '', severity: 'warning', text }];
}

function aheadOf(answers: readonly StatusAnswer[], { replicaId }: ReplicaStatus): number {
  const answer = answers.find(({ replica }) => replica.id === replicaId);
  return answer !== undefined && 'status' in answer ? answer.clockAheadMs : 0;
}

function degradation(kind: EventKind, subject: string, text: string): Degradation {
  return { what: kind, subject, severity: kindOf(kind).severity, text };
}

function listed(statuses: readonly ReplicaStatus[], of: (status: ReplicaStatus) => string): string {
  return statuses.map((status) => `replica ${status.replicaId} ${of(status)}`).join(', ');
}

function factsOf(status: ReplicaStatus): ReplicaFacts {
  const { counters, replicaId, term, leaderId, serving, recovering, diskFull, lagFrames, wallMs } = status;
  return {
    replicaId,
    instance: counters.instance,
    term,
    leaderId,
    isServing: status.role === 'leader' && serving,
    voters: counters.voters,
    learners: counters.learners,
    heard: counters.peersHeard ?? counters.voters,
    isRecovering: recovering,
    isDiskFull: diskFull,
    isParked: counters.parked !== 0,
    isDisputed: counters.stateDisputed !== 0,
    isStalled: counters.commitsStalled !== 0,
    ...(lagFrames !== null && { lagFrames }),
    // A replica of an earlier release does not say it.
    gray: grayIn(status.conditions ?? []),
    wallMs,
    sides: status.sides ?? [],
    ...(counters.stoppedBeforeSeq > 0 && { stoppedBefore: counters.stoppedBeforeSeq }),
    crashLoops: [],
    // A replica of an earlier release does not say it.
    certificates: status.identity
      ? endingSoon([{ of: 'links', endsAtMs: status.identity.endsAtMs }], wallMs)
      : [],
  };
}

function unseen(answers: readonly StatusAnswer[], leader: ReplicaStatus | undefined): string[] {
  const silent = answers.flatMap((answer) =>
    'error' in answer
      ? [
          `Replica ${answer.replica.id} does not answer here (${answer.error}): how it is, and whom it hears, is not seen from here.`,
        ]
      : [],
  );
  const noLeader =
    'No replica that answers leads and takes orders: how far behind each one is, and whether another part of the ' +
    'cluster goes on, is not seen from here.';
  return leader === undefined ? [...silent, noLeader] : silent;
}
