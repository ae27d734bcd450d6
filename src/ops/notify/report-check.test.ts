import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { areFacts, isReport, isSideReport } from './report-check.ts';
import { type ReportName, reports } from './report-schemas.ts';
import { quietFactsOf } from './testing/facts.ts';

test('a report is taken as its schema says: around each bound, without each key, with unknown keys', () => {
  for (const [name, { json }] of Object.entries(reports) as [ReportName, (typeof reports)[ReportName]][]) {
    const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(json);
    let taken = 0;
    let refused = 0;
    tryAroundBounds(json, (report) => {
      const isTaken = isReport(name, report);
      assert.equal(isTaken, accepts(report), `${name} ${JSON.stringify(report)?.slice(0, 300)}`);
      if (isTaken) taken++;
      else refused++;
    });
    assert.ok(taken > 20 && refused > 20, `${name}: ${taken} taken, ${refused} refused`);
    assert.equal(isReport(name, undefined), false, 'an absent body is no report');
  }
});

test('what a later release says beside the known keys is passed over', () => {
  const facts = JSON.parse(JSON.stringify(quietFactsOf(1, { site: { writtenMs: 1, alarms: [] } })));
  assert.ok(areFacts({ ...facts, later: [], site: { ...facts.site, later: 1 } }));
});

test('a process says each condition once', () => {
  const condition = { kind: 'breakerOpen', text: '' };
  const report = { program: 'dns', conditions: [condition] };
  assert.ok(isSideReport(report));
  const twice = { ...report, conditions: [condition, condition] };
  assert.equal(isSideReport(twice), false);
  const heard = { source: 'dns', ageMs: 0, conditions: twice.conditions };
  assert.equal(areFacts({ ...quietFactsOf(1), sides: [heard] }), false);
});
