/** The report of a cluster as text: what is degraded and what is not seen, always; all else where it is asked for. */
import type { ClusterReport, MemberReport } from '../../../gateway/cluster-report.ts';
import type { StatusAnswer } from '../../clients/control-client.ts';
import { table } from '../terminal.ts';

/** What cannot be seen from here. */
const dark = '?';

/** What is degraded, and what cannot be seen; empty where all is well and seen. */
export function warningsText({ degraded, unseen }: ClusterReport): string {
  return [
    ...degraded.map(({ severity, text }) => `${severity === 'critical' ? 'CRITICAL' : severity}: ${text}`),
    ...unseen.map((text) => `not seen: ${text}`),
  ].join('\n');
}

export function detailsText(report: ClusterReport): string {
  const headings = [
    'replica',
    'place',
    'role',
    'version',
    'engine',
    'wire',
    'config',
    'behind',
    'bytes',
    'ms',
    'clock ms',
    'flush p99 ms',
    'resent',
    'refused',
  ];
  return [
    table(headings, report.members.map(memberRow)),
    '',
    'hears (rows hear columns):',
    hearingTable(report),
    '',
    electionsText(report),
  ].join('\n');
}

/** The version in force, and the newest one that it has. */
function engineText({ engineVersion, engineVersionMost }: MemberReport): string {
  if (engineVersion === null || engineVersionMost === null) return dark;
  return engineVersion === engineVersionMost
    ? `${engineVersion}`
    : `${engineVersion} of ${engineVersionMost}`;
}

function memberRow(member: MemberReport): (string | number)[] {
  const place = [member.site, member.zone, member.rack].filter((part) => part !== '').join('/');
  const { lag, clockAheadMs, clockErrorMs } = member;
  const clock = clockAheadMs === null ? dark : `${clockAheadMs} +- ${clockErrorMs}`;
  return [
    member.id,
    place === '' ? '-' : place,
    member.role,
    member.version ?? dark,
    engineText(member),
    member.wireVersion ?? dark,
    member.configHash?.slice(0, 8) ?? dark,
    lag?.frames ?? dark,
    lag?.bytes ?? (member.state === 'leader' ? '-' : dark),
    lag?.ms ?? dark,
    clock,
    member.flushP99Ms ?? dark,
    member.framesResent ?? dark,
    member.datagramsRefused ?? dark,
  ];
}

function hearingTable({ members, reachability }: ClusterReport): string {
  const ids = members.map(({ id }) => id);
  const words = new Map(
    reachability.map(({ from, to, isHeard }) => [
      `${to} ${from}`,
      isHeard === null ? dark : isHeard ? 'yes' : 'NO',
    ]),
  );
  return table(
    ['', ...ids.map(String)],
    ids.map((to) => [`replica ${to}`, ...ids.map((from) => words.get(`${to} ${from}`) ?? '-')]),
  );
}

function electionsText({ elections }: ClusterReport): string {
  if (elections.length === 0) return 'No change of the leader was seen by the processes that run now.';
  return table(
    ['at', 'term', 'leader', 'before', 'gap ms', 'reason'],
    elections.map(({ atMs, term, leaderId, formerId, gapMs, reason }) => [
      new Date(atMs).toISOString(),
      term,
      leaderId,
      formerId === 0 ? '-' : formerId,
      gapMs,
      reason === '' ? dark : reason,
    ]),
  );
}

/** Signed requests of a machine whose clock is further off may be refused. */
const ownClockMsMax = 1_000;

/** That the clock of this machine is off, as most replicas that answer have it; empty where it is not. */
export function ownClockText(answers: readonly StatusAnswer[]): string {
  const aheadMs = answers
    .flatMap((answer) => ('status' in answer ? [answer.clockAheadMs] : []))
    .toSorted((a, b) => a - b);
  const middleMs = aheadMs[Math.floor((aheadMs.length - 1) / 2)] ?? 0;
  if (Math.abs(middleMs) <= ownClockMsMax) return '';
  const seconds = Math.round(Math.abs(middleMs) / 1_000);
  const way = middleMs > 0 ? 'behind' : 'ahead of';
  return (
    `warning: The clock of this machine is ${seconds} s ${way} those of the replicas that answer: requests that are signed here ` +
    'are refused. See to its time service.'
  );
}
