import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitNames } from '../../ops/availability/expected.ts';
import { failuresAYear } from '../../ops/configuration/availability-keys.ts';
import { loadConfiguration } from '../../ops/configuration/load.ts';
import { faultNamed, faults } from '../faults/all.ts';
import type { Fault } from '../faults/fault.ts';
import { failureTable } from './failure-table.ts';
import { scenariosOf } from './measured-waits.ts';
import { Results } from './results.ts';

test('what hurts most comes first: severity times how often it comes in a year', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const results = new Results(join(folder, 'results.jsonl'));
  const { availability } = loadConfiguration({}).configuration;
  const rates = ['power', 'process', 'operator'] as const;
  const [seldom = 'power', , often = 'operator'] = rates.toSorted(
    (a, b) => failuresAYear(availability, a) - failuresAYear(availability, b),
  );
  const grave: Fault = { ...faultNamed('leader-killed'), name: 'grave', severity: 4, rate: seldom };
  const slight: Fault = { ...faultNamed('leader-killed'), name: 'slight', severity: 2, rate: often };
  const graver: Fault = { ...grave, name: 'graver', severity: 5, rate: often };
  const strike = {
    sdkGapMs: 5,
    httpGapMs: 6,
    heldMs: 1234,
    detectedMs: 7,
    alarmMs: 8,
    wholeMs: 9,
    proof: '',
  };
  const made = [grave, slight, graver];
  results.add({
    scenarios: made.map(({ name }) => ({ name, strikes: [strike], problems: [] })),
    problems: [],
  });
  const rows = failureTable(made, results, availability)
    .split('\n')
    .filter((line) => /`(grave|slight|graver)` \|$/.test(line));
  const expected = made
    .map(({ name, severity, rate }) => ({ name, severity, times: failuresAYear(availability, rate) }))
    .toSorted((a, b) => b.severity * b.times - a.severity * a.times)
    .map(({ name, severity, times }) => `${severity} | ${times} | ${severity * times} | \`${name}\` |`);
  assert.equal(expected[0]!.includes('graver'), true);
  assert.deepEqual(
    rows.map((row) => row.split(' | ').slice(-4).join(' | ')),
    expected,
  );
  assert.ok(rows.every((row) => row.includes(' | 1234 / 1234 | ')));
});

test('docs/FMEA.md has each fault once, as it is in the code, or says that it was not made', () => {
  const written = readFileSync(new URL('../../../docs/FMEA.md', import.meta.url), 'utf8').split('\n');
  for (const { name, component, failure, effect, mitigation, severity } of faults) {
    const rows = written.filter((line) => line.endsWith(` \`${name}\` |`));
    if (rows.length === 0) {
      assert.ok(
        written.some((line) => line.startsWith(`| \`${name}\` | `)),
        name,
      );
      continue;
    }
    const [row = ''] = rows;
    assert.equal(rows.length, 1, name);
    assert.ok(row.startsWith(`| ${component} | ${failure} | `), `${name}: ${row}`);
    for (const text of [effect, mitigation]) assert.ok(row.includes(` | ${text} | `), `${name}: ${text}`);
    assert.equal(row.split(' | ').at(-4), `${severity}`, name);
  }
});

test('hooks get a notice of each fault, or it says why not', () => {
  for (const { name, alarm, unalarmed } of faults) {
    assert.notEqual(alarm === undefined, unalarmed === undefined, name);
    assert.notEqual(unalarmed, '', name);
  }
});

test('the table names the notice that is expected, or why there is none, and what else hooks got', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const results = new Results(join(folder, 'results.jsonl'));
  const notices = [
    { kind: 'leaderChanged', afterMs: 8 },
    { kind: 'memberLost', afterMs: 11 },
  ];
  const strike = { sdkGapMs: 5, httpGapMs: 6, detectedMs: 7, alarmMs: 8, wholeMs: 9, proof: '', notices };
  const silent = { ...strike, alarmMs: null, notices: [] };
  const made = [faultNamed('leader-killed'), faultNamed('end-of-day')];
  const scenarios = made.map(({ name, alarm }) => ({
    name,
    strikes: alarm === undefined ? [silent] : [strike, { ...strike, notices: [] }],
    problems: [],
  }));
  results.add({ scenarios, problems: [] });
  const { availability } = loadConfiguration({}).configuration;
  const text = failureTable(made, results, availability);
  assert.match(
    text,
    / \| leaderChanged: 8 \/ 8 Also: memberLost 11 \/ 11 \(1 of 2 times\) \| .*`leader-killed`/,
  );
  assert.match(text, / \| An operator orders it, and sees its end\. \| .*`end-of-day`/);
});

/** Why a wait for a take-over is no part of what availability is reckoned from. */
const notReckoned: Readonly<Record<string, string>> = {
  'leader-stopped-10000ms': 'the same wait as that of 2,000 ms',
  'leader-heap-grows': 'the leader hands over in good order, as where an operator orders it',
  'leader-killed-in-memory': 'a setting that the reckoning does not know',
  'leader-killed-with-witness': 'a cluster that the reckoning does not know',
  'site-switch': 'a site is no part of a cluster',
};

test('each fault after which orders wait for a take-over counts in availability, or there is a reason why not', () => {
  const reckoned = new Set(Object.values(scenariosOf).flat());
  for (const { name, severity, rate } of faults) {
    if (severity !== 3 || !waitNames.some((wait) => wait === rate)) continue;
    assert.notEqual(reckoned.has(name), name in notReckoned, name);
  }
  for (const name of Object.keys(notReckoned)) faultNamed(name);
});
