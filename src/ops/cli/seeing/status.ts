/** `lockstep status`: which replica leads, which follow, how far behind; once, or redrawn until it is stopped. */
import type { Command } from 'commander';
import { believed, type HeardReport } from '../../../gateway/canary/report.ts';
import { elsewhereText, idleLeaderText } from '../../../gateway/exchange/health.ts';
import {
  idleLeaderOf,
  leaderOf,
  reached,
  type StatusAnswer,
  statusOfMembers,
} from '../../clients/control-client.ts';
import { latestLeader } from '../../clients/leader-orders.ts';
import { clusterReport } from '../../cluster-view/cluster-view.ts';
import { spareStanding, sparesText } from '../../cluster-view/spare-standing.ts';
import type { Loaded } from '../../configuration/load.ts';
import { ExitCode, Failure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import type { ChildState } from '../../supervisor/child.ts';
import { readUpFile, type UpFile } from '../../supervisor/cluster-folder.ts';
import { addCommand, addJsonOption, type CommonOptions, defaultsHint, loadRunning } from '../command.ts';
import { duration, type Terminal, table } from '../terminal.ts';
import { detailsText, ownClockText, warningsText } from './cluster-text.ts';
import { certificatesText, type ServedCertificate, servedCertificates } from './served-certificates.ts';

const redrawMs = 500;
const clearScreen = '\u001b[H\u001b[2J';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly details?: boolean;
  readonly json?: boolean;
}

export function registerStatus(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'status', 'show role, term, progress and restarts of every replica'))
    .option('--watch', 'redraw until Ctrl-C')
    .option('--details', 'who hears whom, how far each is behind, clocks, flushes, and the last elections')
    .action(async (options: StatusOptions) => {
      for (;;) {
        const given = loadRunning(options);
        const { configuration, answers: all } = await statusOfMembers(given.configuration);
        const answers = withoutFormer(all);
        const loaded = { ...given, configuration };
        const up = readUpFile(loaded.dataFolder);
        const leader = leaderOf(answers);
        const head = headOf(loaded, leader, leader === undefined ? absenceOf(loaded, answers) : '');
        const certificates = await servedCertificates(loaded.configuration, answers);
        const report = clusterReport(loaded.configuration.clusterId, answers);
        const spares = leader && spareStanding(leader, loaded.configuration.timing.spareAfterMs);
        const text = [
          statusText(loaded, answers, up),
          ...(spares === undefined ? [] : sparesText(spares)),
          options.details ? `\n${detailsText(report)}` : '',
          warningsText(report),
          ownClockText(answers),
          canaryText(answers),
          certificatesText(certificates, Date.now()),
        ]
          .filter((part) => part !== '')
          .join('\n');
        const shown = certificates.map(shownCertificate);
        const canary = { watchers: canariesOf(answers), believed: believed(canariesOf(answers)) };
        const json = { ...statusJson(loaded, answers, up), cluster: report, certificates: shown, canary };
        // The failure says the head, and with --json all else too, in one object.
        if (leader === undefined && followingLeader(answers) === undefined && !options.watch) {
          if (!options.json) terminal.print(text);
          const hint = reached(answers).length === 0 ? defaultsHint(loaded) : '';
          throw new Failure(head + hint, ExitCode.failed, json);
        }
        const clear = options.watch && terminal.isScreen ? clearScreen : '';
        terminal.print(options.json ? JSON.stringify(json) : `${clear}${head}\n\n${text}`);
        if (!options.watch) return;
        await new Promise((resolve) => setTimeout(resolve, redrawMs));
      }
    });
}

/** Without those of the file that are no members and do not answer: machines that were replaced. */
function withoutFormer(answers: readonly StatusAnswer[]): readonly StatusAnswer[] {
  const leader = leaderOf(answers) ?? followingLeader(answers);
  const ids = new Set(leader?.members.map(({ id }) => id));
  return ids.size === 0
    ? answers
    : answers.filter((answer) => 'status' in answer || ids.has(answer.replica.id));
}

/** What each watcher said to a replica last. */
function canariesOf(answers: readonly StatusAnswer[]): readonly HeardReport[] {
  const newest = new Map<string, HeardReport>();
  for (const each of reached(answers).flatMap(({ canaries }) => canaries)) {
    const key = `${each.source} ${each.report.watcher}`;
    if (each.ageMs < (newest.get(key)?.ageMs ?? Number.POSITIVE_INFINITY)) newest.set(key, each);
  }
  return [...newest.values()];
}

function canaryText(answers: readonly StatusAnswer[]): string {
  const heard = canariesOf(answers);
  const lines = heard.map(({ source, report: { watcher, result, text, p50Ms, maxMs } }) => {
    const found = text === '' ? '' : ` (${text})`;
    return `canary of ${source}, watcher ${watcher}: ${result ?? 'has begun'}${found}; answers in ${p50Ms} ms, ${maxMs} at most`;
  });
  const agreed = believed(heard).map(
    ({ fault, sources, text }) => `CANARY ${fault.toUpperCase()}: ${sources.join(' and ')} found: ${text}`,
  );
  return [...lines, ...agreed].join('\n');
}

function shownCertificate({ of, expiresAtMs }: ServedCertificate): object {
  return { of, expiresAt: new Date(expiresAtMs).toISOString() };
}

function statusJson(
  { configuration }: Loaded,
  answers: readonly StatusAnswer[],
  up: UpFile | undefined,
): object {
  const leader = leaderOf(answers) ?? followingLeader(answers);
  const commitIndex = knownCommitIndex(answers);
  return {
    ok: leader !== undefined,
    clusterId: configuration.clusterId,
    leaderId: leader?.replicaId ?? 0,
    term: leader?.term ?? 0,
    replicas: answers.map((answer) => ({
      id: answer.replica.id,
      ...('status' in answer
        ? {
            reachable: true,
            ...answer.status,
            commitIndex: commitOf(answer.status),
            lagFrames: lagOf(answer.status, commitIndex),
          }
        : { reachable: false, error: answer.error }),
      ...supervision(up, `replica ${answer.replica.id}`),
    })),
    processes: up?.children ?? [],
  };
}

/** Which replica leads, in one line. */
function headOf({ configuration }: Loaded, leader: ReplicaStatus | undefined, absence: string): string {
  const { clusterId, failover, durability } = configuration;
  const who = leader === undefined ? absence : `replica ${leader.replicaId} leads in term ${leader.term}`;
  return `Cluster ${clusterId}: ${who} (failover ${failover}, durability ${durability})`;
}

/** The leader of a site that follows another one, as it should; undefined where no such leader is there. */
function followingLeader(answers: readonly StatusAnswer[]): ReplicaStatus | undefined {
  const leader = latestLeader(reached(answers));
  const { standby = 0, commitsStalled = 0, stoppedBeforeSeq = 0, parked = 0 } = leader?.counters ?? {};
  return standby !== 0 && commitsStalled + stoppedBeforeSeq + parked === 0 ? leader : undefined;
}

/** Why no replica takes orders. */
function absenceOf({ configuration }: Loaded, answers: readonly StatusAnswer[]): string {
  const idle = idleLeaderOf(answers);
  if (idle !== undefined) return idleLeaderText(idle.replicaId);
  const newest = reached(answers).toSorted((a, b) => b.counters.epoch - a.counters.epoch)[0];
  // Where no site was named, the first one writes.
  const writing = configuration.sites[(newest?.counters.writingSite || 1) - 1];
  if (newest !== undefined && newest.counters.standby !== 0 && writing !== undefined) {
    const { name: site, gateways } = writing;
    const lead = latestLeader(reached(answers));
    const leads = lead === undefined ? 'no replica here leads' : `replica ${lead.replicaId} leads here`;
    return `${elsewhereText({ site, epoch: newest.counters.epoch, gateways })}; ${leads}`;
  }
  const until = configuration.failover === 'manual' ? ' until "lockstep failover" names a leader' : '';
  return `NO LEADER, orders are not served${until}`;
}

/** The table for a person. */
function statusText(
  { dataFolder }: Loaded,
  answers: readonly StatusAnswer[],
  up: UpFile | undefined,
): string {
  const commitIndex = knownCommitIndex(answers);
  const headings = [
    'replica',
    'role',
    'term',
    'commit',
    'applied',
    'lag',
    'unflushed',
    'pid',
    'uptime',
    'restarts',
    'note',
  ];
  const rows = answers.map((answer) =>
    row(answer, commitIndex, supervision(up, `replica ${answer.replica.id}`)),
  );
  const others = (up?.children ?? [])
    .filter(({ name }) => !name.startsWith('replica'))
    .map(({ name, pid, state, restarts }) => `${name}: ${state}, pid ${pid ?? '-'}, restarts ${restarts}`);
  const supervisor =
    up === undefined
      ? `not run by "lockstep up" in ${dataFolder}`
      : `supervisor pid ${up.pid}, gateway ${up.gatewayUrl}`;
  return [table(headings, rows), '', [supervisor, ...others].join('; ')].join('\n');
}

/** What is committed, as the leader or any replica that hears it knows; null where none that answers does. */
function knownCommitIndex(answers: readonly StatusAnswer[]): number | null {
  const known = reached(answers).flatMap(({ appliedIndex, lagFrames }) =>
    lagFrames === null ? [] : [appliedIndex + lagFrames],
  );
  return known.length === 0 ? null : Math.max(...known);
}

/** A recovering replica that hears no leader knows of no frame whether it is committed. */
function commitOf({ recovering, commitIndex }: ReplicaStatus): number | null {
  return recovering && commitIndex === 0 ? null : commitIndex;
}

/** A replica that has lost its leader is behind what the others know. */
function lagOf({ appliedIndex }: ReplicaStatus, commitIndex: number | null): number | null {
  return commitIndex === null ? null : Math.max(0, commitIndex - appliedIndex);
}

function named(what: string, ids: readonly number[]): string {
  return ids.length === 0 ? '' : `${what} ${ids.join(' and ')}`;
}

/** What a replica is in its own log, where that is no voter. */
function membershipOf({ replicaId, voters, learners, counters }: ReplicaStatus): string {
  if (counters.founding !== 0) return 'waits for all founders';
  if (voters.length === 0) return 'has no log yet';
  if (learners.includes(replicaId)) return 'learner';
  return voters.includes(replicaId) ? '' : 'no member';
}

interface Supervision {
  readonly restarts?: number;
  readonly state?: ChildState;
  readonly pid?: number | undefined;
}

/** What the supervisor knows of a process that does not answer. */
const stateWords: Readonly<Partial<Record<ChildState, string>>> = {
  waiting: 'died, is started again soon',
  'crash loop': 'CRASH LOOP, see its log',
  stopped: 'stopped',
};

function supervision(up: UpFile | undefined, name: string): Supervision {
  const child = up?.children.find((candidate) => candidate.name === name);
  return child === undefined ? {} : { restarts: child.restarts, state: child.state, pid: child.pid };
}

function noteOfLeader({ role, serving, counters }: ReplicaStatus): string {
  if (role !== 'leader' || serving) return '';
  if (counters.commitsStalled !== 0) return 'takes no orders';
  return counters.standby === 0 ? 'not serving yet' : 'leads a site that follows';
}

function row(
  answer: StatusAnswer,
  commitIndex: number | null,
  { restarts, state, pid }: Supervision,
): (string | number)[] {
  const restartsShown = restarts ?? '-';
  if ('error' in answer) {
    const note = stateWords[state ?? 'running'] ?? answer.error;
    return [answer.replica.id, '-', '-', '-', '-', '-', '-', pid ?? '-', '-', restartsShown, note];
  }
  const { status } = answer;
  const notes = [
    noteOfLeader(status),
    status.superseded
      ? `generation ${status.epoch} is over: return it blank`
      : status.recovering
        ? 'recovering, does not vote'
        : '',
    status.counters.parked !== 0 ? 'PARKED: its state DIFFERS, see "lockstep diverged"' : '',
    status.counters.stateDisputed !== 0 ? 'no majority AGREES on the state, see "lockstep diverged"' : '',
    status.diskFull ? 'DISK FULL' : '',
    status.counters.stoppedBeforeSeq > 0
      ? `STOPS before command ${status.counters.stoppedBeforeSeq}, see "lockstep void list"`
      : '',
    status.counters.diedOnSeq > 0 ? `died on command ${status.counters.diedOnSeq}` : '',
    status.counters.damagedRecords > 0 ? `${status.counters.damagedRecords} damaged records` : '',
    status.leaderId === 0 ? 'knows no leader' : '',
    membershipOf(status),
    named('has no address of replica', status.membersWithoutAddress),
    named('does NOT HEAR replica', status.peersRefused),
    named('configured otherwise than replica', status.peersDiffering),
  ].filter((note) => note !== '');
  return [
    status.replicaId,
    status.role,
    status.term,
    commitOf(status) ?? 'unknown',
    status.appliedIndex,
    lagOf(status, commitIndex) ?? 'unknown',
    status.unflushedFrames,
    status.pid,
    duration(status.uptimeSeconds),
    restartsShown,
    notes.join(', '),
  ];
}
