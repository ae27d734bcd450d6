/** Results in words, for a person. */
import type { Fault } from '../faults/fault.ts';
import type { Result, Strike } from './scenario.ts';

export function listText(faults: readonly Fault[]): string {
  const width = Math.max(...faults.map(({ name }) => name.length));
  const lines = faults.map(
    ({ name, component, failure }) => `${name.padEnd(width)}  ${component}: ${failure}`,
  );
  return `Run some with "npm run chaos -- NAME…", all with "npm run chaos -- --all":\n${lines.join('\n')}`;
}

/** The value below which this part of 100 lies, and one at least. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

export function numbersOf(
  strikes: readonly Strike[],
  name: 'sdkGapMs' | 'httpGapMs' | 'detectedMs' | 'wholeMs',
): string {
  const values = strikes.map((strike) => strike[name]).filter((value) => value !== null);
  if (values.length === 0) return 'none';
  return [50, 90, 100].map((percent) => percentile(values, percent)).join(' / ');
}

export function resultText(result: Result): string {
  const { scenario, strikes, acknowledged, lost, doubled, refused, unknown, problems } = result;
  const gaps = (['sdkGapMs', 'httpGapMs', 'detectedMs', 'wholeMs'] as const).map((name) =>
    numbersOf(strikes, name),
  );
  return [
    `${scenario}: ${problems.length === 0 ? 'passed' : 'FAILED'}, ${strikes.length} times`,
    `  p50 / p90 / max in ms: gap with the SDK ${gaps[0]}, over HTTP ${gaps[1]}; noticed after ${gaps[2]}; whole again after ${gaps[3]}`,
    `  orders: ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${refusedText(refused)}; ` +
      `${unknown.executed + unknown.notExecuted} without an answer, of which ${unknown.executed} had run`,
    `  shown by the host: ${strikes.at(-1)?.proof ?? 'nothing'}`,
    ...problems.map((problem) => `  ${problem}`),
  ].join('\n');
}

function refusedText(refused: Result['refused']): string {
  const codes = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  return codes.length === 0 ? '0 refused' : `refused: ${codes.join(', ')}`;
}
