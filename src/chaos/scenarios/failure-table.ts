/** The table of failures and effects (docs/FMEA.md) from results that were measured: what hurts most comes first. */
import { availableParallelism } from 'node:os';
import { type AvailabilitySettings, failuresAYear } from '../../ops/configuration/availability-keys.ts';
import type { Fault } from '../faults/fault.ts';
import type { StrikeFigures } from './piece.ts';
import type { Results } from './results.ts';
import { noticesText, numbersOf, percentile } from './words.ts';

const columns = [
  'component',
  'failure',
  'it lasted, p50 / max, ms',
  'effect on traders',
  'noticed after, p50 / max, ms',
  'notice to hooks after, p50 / max, ms',
  'mitigation',
  'n',
  'load of the machine, least / most',
  'gap with the SDK, p50 / max, ms',
  'gap over HTTP, p50 / max, ms',
  'whole again after, p50 / max, ms',
  'severity',
  'times in a year',
  'severity × times',
  'repeat with `npm run chaos --`',
];

export function failureTable(
  faults: readonly Fault[],
  results: Results,
  settings: AvailabilitySettings,
): string {
  const sum = (of: (account: ReturnType<Results['accounts']>[number]) => number): string =>
    results
      .accounts()
      .reduce((total, account) => total + of(account), 0)
      .toLocaleString('en');
  const made = faults.map(({ name }) => results.strikesOf(name).length).filter((count) => count > 0);
  const rows = faults
    .filter(({ name }) => results.strikesOf(name).length > 0)
    .toSorted((a, b) => productOf(b, settings) - productOf(a, settings))
    .map((fault) => `| ${rowOf(fault, results, settings).join(' | ')} |`);
  return `# Failures and their effects

Written by \`npm run chaos -- --write-docs\` from the runs of the [lab](TESTING.md#the-lab); no number is typed.
Severity: 1 nothing is noticed, 2 answers are late, 3 orders wait for a take-over, 4 orders wait until something is
repaired, 5 traders wait as long as it lasts. How often in a year is the configuration's
(\`availability.failuresInTenYears\`, \`--config FILE\`). Times were measured on one machine that all hosts share, with
everything that runs there: they are upper bounds, and those of a busy machine say little beside those of a quiet one.

Each failure lasts until its notice has come, and as long as the strike itself takes; traders that wait for its end wait
as long. It is noticed with the first line that some process writes about it. A gap is the longest time without any
answer to orders that are sent all the time. The exchange is whole again when each of its replicas could fail again;
that counts from the end of the failure.

| in all runs | |
|---|---|
| scenarios made, of those that there are | ${made.length} of ${faults.length} |
| how often each was made, least / most (n below) | ${Math.min(...made)} / ${Math.max(...made)} |
| exchanges whose orders were all asked for | ${results.accounts().length} |
| of these without the checkers, since their log was cut | ${sum(({ isJudged }) => (isJudged === false ? 1 : 0))} |
| load of the machine meanwhile (mean of a minute, ${availableParallelism()} processors), p50 / max | ${loadText(results)} |
| orders acknowledged | ${sum(({ acknowledged }) => acknowledged)} |
| of these lost | ${sum(({ lost }) => lost)} |
| gone with a site that was lost, and listed by it when it came back | ${sum(({ lostWithSite }) => lostWithSite)} |
| run twice | ${sum(({ doubled }) => doubled)} |
| without an answer over HTTP | ${sum(({ unknown }) => unknown.executed + unknown.notExecuted)} |
| of these run, as the exchange said when it was asked | ${sum(({ unknown }) => unknown.executed)} |
| violations that the checkers found | ${sum(({ violations }) => violations.length)} |

| ${columns.join(' | ')} |
|${columns.map(() => '---').join('|')}|
${rows.join('\n')}

${lackingText(faults, results)}
`;
}

function loadText(results: Results): string {
  const loads = results.loads();
  return loads.length === 0 ? 'not kept' : `${percentile(loads, 50)} / ${percentile(loads, 100)}`;
}

function productOf({ severity, rate }: Fault, settings: AvailabilitySettings): number {
  return severity * failuresAYear(settings, rate);
}

function rowOf(fault: Fault, results: Results, settings: AvailabilitySettings): (string | number)[] {
  const { name, component, failure, effect, mitigation, severity, rate } = fault;
  const strikes = results.strikesOf(name);
  const loads = results.loadsAt(name);
  const times = (['detectedMs', 'sdkGapMs', 'httpGapMs', 'wholeMs'] as const).map((which) =>
    numbersOf(strikes, which, [50, 100]),
  );
  const [noticed = '', ...measured] = times;
  const likelihood = [severity, failuresAYear(settings, rate), productOf(fault, settings)];
  return [
    component,
    failure,
    numbersOf(strikes, 'heldMs', [50, 100]),
    effect,
    noticed,
    noticesOf(fault, strikes),
    mitigation,
    strikes.length,
    loads.length === 0 ? 'not kept' : `${Math.min(...loads)} / ${Math.max(...loads)}`,
    ...measured,
    ...likelihood,
    `\`${name}\``,
  ];
}

/** The notice that is expected, or why there is none, and what else hooks got. */
function noticesOf({ alarm, unalarmed }: Fault, strikes: readonly StrikeFigures[]): string {
  const expected = alarm === undefined ? unalarmed : `${alarm}: ${numbersOf(strikes, 'alarmMs', [50, 100])}`;
  const others = noticesText(strikes, ({ kind }) => kind !== alarm);
  return others === '' ? `${expected}` : `${expected} Also: ${others}`;
}

function lackingText(faults: readonly Fault[], results: Results): string {
  const lines = faults.flatMap(({ name, refusal }) => {
    const problems = new Set(results.problemsOf(name));
    const reason = refusal?.();
    if (problems.size > 0) return [`| \`${name}\` | in some run: ${[...problems].join('; ')} |`];
    if (results.strikesOf(name).length > 0) return [];
    return [`| \`${name}\` | was not made: ${reason ?? 'no run has come to it yet'} |`];
  });
  return lines.length === 0
    ? 'Every scenario was made, and passed.'
    : `## Not passed, or not made\n\nA problem of an exchange is named at each scenario that it went through.\n\n| scenario | why |\n|---|---|\n${lines.join('\n')}`;
}
