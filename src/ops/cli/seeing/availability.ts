/** `lockstep availability`: what is promised, what has been spent of it, and what may be expected. */
import type { Command } from 'commander';
import {
  budgetMs,
  budgetPercents,
  type LeaderSpan,
  outages,
  spentMs,
  type WindowName,
  windowNames,
  windowsMs,
} from '../../availability/budget.ts';
import { type Expectation, expectation } from '../../availability/expected.ts';
import { measuredWaits } from '../../availability/measured.ts';
import { leaderOf, reached, type StatusAnswer, statusOfMembers } from '../../clients/control-client.ts';
import type { ConfigurationFile } from '../../configuration/configuration.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';

interface AvailabilityOptions extends CommonOptions {
  readonly json?: boolean;
}

interface WindowReport {
  readonly window: WindowName;
  /** By percent. */
  readonly budgetMs: Readonly<Record<string, number>>;
  readonly spentMs: number;
  /** Of the promise; below 0 it is broken. */
  readonly leftMs: number;
}

export interface AvailabilityReport {
  readonly targetPercent: number;
  /** The promise was kept in each window, as far as it was seen. */
  readonly isKept: boolean;
  /** Since when the replicas that answer remember; 0: not at all. */
  readonly sinceMs: number;
  readonly windows: readonly WindowReport[];
  /** What was too long ago is not among them. */
  readonly outages: readonly LeaderSpan[];
  readonly expected: Expectation;
  /** Replicas that do not answer: what they saw is missing. */
  readonly unseen: readonly number[];
}

export function registerAvailability(program: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(
      program,
      'availability',
      'show the promised availability, how it was kept, and what to expect',
    ),
  ).action(async (options: AvailabilityOptions) => {
    const { configuration, answers } = await statusOfMembers(loadRunning(options).configuration);
    const report = availabilityReport(configuration, answers, Date.now());
    tell(terminal, options.json, { ok: true, ...report }, availabilityText(report));
  });
}

export function availabilityReport(
  { availability, replicas, sites }: ConfigurationFile,
  answers: readonly StatusAnswer[],
  nowMs: number,
): AvailabilityReport {
  const statuses = reached(answers);
  const source = leaderOf(answers) ?? statuses[0];
  const voters = source?.voters ?? replicas.map(({ id }) => id);
  const ofVoters = statuses.filter(({ replicaId }) => voters.includes(replicaId));
  const known = ofVoters.map(({ knewLeader = [] }) => knewLeader);
  const found = outages(known, voters.length, nowMs);
  const sinceMs = Math.min(...known.flatMap((spans) => spans[0]?.fromMs ?? []));
  const target = availability.targetPercent;
  const windows = windowNames.map((window): WindowReport => {
    const windowMs = windowsMs[window];
    const spent = spentMs(found, windowMs, nowMs);
    const budgets = [...new Set([...budgetPercents, target])].map((percent) => [
      percent,
      Math.round(budgetMs(percent, windowMs)),
    ]);
    return {
      window,
      budgetMs: Object.fromEntries(budgets) as Record<string, number>,
      spentMs: spent,
      leftMs: Math.round(budgetMs(target, windowMs) - spent),
    };
  });
  const layout = { voters: Math.max(1, voters.length), hasOtherSite: sites.length > 1 };
  return {
    targetPercent: Number(target),
    isKept: windows.every(({ leftMs }) => leftMs >= 0),
    sinceMs: Number.isFinite(sinceMs) ? sinceMs : 0,
    windows,
    outages: found,
    expected: expectation(availability, layout, measuredWaits),
    unseen: answers.flatMap((answer) => ('error' in answer ? [answer.replica.id] : [])),
  };
}

export function availabilityText(report: AvailabilityReport): string {
  const { targetPercent, isKept, sinceMs, windows, expected, unseen } = report;
  const percents = Object.keys(windows[0]!.budgetMs);
  const since =
    sinceMs === 0
      ? 'No replica that answers remembers any time.'
      : `Seen since ${new Date(sinceMs).toISOString()}.`;
  const parts = expected.parts.toSorted((a, b) => b.downMsAYear - a.downMsAYear);
  return [
    `Promised: ${targetPercent} %. In the windows below it is ${isKept ? 'KEPT' : 'BROKEN'}, as far as it was seen. ${since}`,
    ...unseen.map((id) => `not seen: replica ${id} does not answer, so what it saw is missing.`),
    '',
    table(
      [
        'window',
        ...percents.map((percent) => `may stand at ${percent} %`),
        'has stood',
        `left of ${targetPercent} %`,
      ],
      windows.map(({ window, budgetMs: budgets, spentMs: spent, leftMs }) => [
        window,
        ...percents.map((percent) => timeText(budgets[percent]!)),
        timeText(spent),
        leftMs < 0 ? `BROKEN by ${timeText(-leftMs)}` : timeText(leftMs),
      ]),
    ),
    '',
    `To be expected: ${expected.percent.toFixed(4)} %, ${timeText(expected.downMsAYear)} a year: the promise ${expected.holds ? 'HOLDS' : 'DOES NOT HOLD'}. ` +
      `Most of it is: ${expected.largest}.`,
    '',
    table(
      ['part', 'stands in for it', 'failures a year', 'stands a year', 'from'],
      parts.map(({ name, redundancy, failuresAYear, downMsAYear, from }) => [
        name,
        redundancy,
        rateText(failuresAYear),
        timeText(downMsAYear),
        from,
      ]),
    ),
  ].join('\n');
}

/** Seldom things are not never. */
function rateText(aYear: number): string {
  return aYear === 0 || aYear >= 0.1 ? aYear.toFixed(1) : String(Number(aYear.toPrecision(2)));
}

/** `75,300` → `1.3 min` */
function timeText(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`;
}
