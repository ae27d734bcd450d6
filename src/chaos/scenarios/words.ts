/** Results in words, for a person. */
import type { Fault } from '../faults/fault.ts';
import {
  type FirstNotice,
  faultsMade,
  hasPassed,
  type Scenario,
  type ScenarioPiece,
  type StrikeFigures,
} from './piece.ts';

export function listText(faults: readonly Fault[]): string {
  const width = Math.max(...faults.map(({ name }) => name.length));
  const lines = faults.map(
    ({ name, component, failure }) => `${name.padEnd(width)}  ${component}: ${failure}`,
  );
  return `Run some with "npm run chaos -- NAME…", all with "npm run chaos -- --all":\n${lines.join('\n')}`;
}

/** The value below which this part of 100 lies, and one at least; undefined without any. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

export type StrikeNumber = Exclude<keyof StrikeFigures, 'proof' | 'clientsStoodMs' | 'notices'>;

export function numbersOf(
  strikes: readonly StrikeFigures[],
  name: StrikeNumber,
  percents: readonly number[],
): string {
  const values = strikes.map((strike) => strike[name]).filter((value) => value != null);
  if (values.length === 0) return '–';
  return percents.map((percent) => percentile(values, percent)).join(' / ');
}

/** Which notices hooks got, each with p50 and max of its times, and how often where that is not each time. */
export function noticesText(
  strikes: readonly StrikeFigures[],
  isMeant: (notice: FirstNotice) => boolean = () => true,
): string {
  const seen = strikes.flatMap(({ notices = [] }) => notices).filter(isMeant);
  return [...Map.groupBy(seen, ({ kind }) => kind)]
    .map(([kind, each]) => {
      const times = each.map(({ afterMs }) => afterMs);
      const often = each.length < strikes.length ? ` (${each.length} of ${strikes.length} times)` : '';
      return `${kind} ${percentile(times, 50)} / ${percentile(times, 100)}${often}`;
    })
    .join(', ');
}

export function pieceText(piece: ScenarioPiece): string {
  const { scenarios, account, problems } = piece;
  const lines = scenarios.map(scenarioText);
  lines.push(`${faultsMade(scenarios)} faults`);
  if (account !== undefined) {
    const { acknowledged, lost, lostWithSite, doubled, refused, unknown, streamGaps } = account;
    const open = unknown.executed + unknown.notExecuted;
    lines.push(
      `orders: ${acknowledged} acknowledged, ${lost} lost, ${lostWithSite} gone with a site that lists them, ${doubled} doubled, ${refusedText(refused)}; ` +
        `${open} without an answer, of which ${unknown.executed} had run; ${streamGaps} gaps of the stream`,
    );
    if (account.isJudged === false)
      lines.push('the log was cut, or went on at another site: the checkers have not judged it');
  }
  lines.push(...problems, hasPassed(piece) ? 'passed' : 'FAILED');
  return lines.join('\n');
}

function scenarioText({ name, strikes, problems }: Scenario): string {
  const numbers = (which: StrikeNumber): string => numbersOf(strikes, which, [50, 90, 100]);
  return [
    `${name}, ${strikes.length} times${problems.length === 0 ? '' : ', FAILED'}`,
    `  p50 / p90 / max in ms: gap with the SDK ${numbers('sdkGapMs')}, over HTTP ${numbers('httpGapMs')}, ` +
      `with the SDK but for what the clients' own process stood still ${numbers('sdkNetGapMs')}; ` +
      `until the undo began ${numbers('sdkGapBeforeUndoMs')}, over HTTP ${numbers('httpGapBeforeUndoMs')}, ` +
      `but for the clients' process ${numbers('sdkNetGapBeforeUndoMs')}; ` +
      `noticed after ${numbers('detectedMs')}; whole again after ${numbers('wholeMs')}`,
    `  notices to hooks, p50 / max in ms: ${noticesText(strikes) || 'none'}`,
    `  shown by the host: ${strikes.at(-1)?.proof ?? 'nothing'}`,
    ...problems.map((problem) => `  ${problem}`),
  ].join('\n');
}

function refusedText(refused: NonNullable<ScenarioPiece['account']>['refused']): string {
  const codes = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return codes.length === 0 ? '0 refused' : `refused: ${codes.join(', ')}`;
}
