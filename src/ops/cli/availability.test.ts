import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AvailabilityReport } from './availability.ts';
import { cluster, following, leading } from './testing/paper-cluster.ts';

const hourMs = 3_600_000;

test('availability shows budgets, what was spent of them, what may be expected, and what is not seen', async (context) => {
  const { run, replicas } = await cluster(context, [leading, following, following]);
  const nowMs = Date.now();
  // For two seconds two of three knew no leader, an hour ago; a third one was away for an hour.
  const lostMs = nowMs - hourMs;
  const later = { fromMs: lostMs + 2_000, toMs: nowMs + hourMs };
  replicas[0]!.knewLeader = [{ fromMs: lostMs - hourMs, toMs: lostMs }, later];
  replicas[1]!.knewLeader = [{ fromMs: lostMs - hourMs, toMs: lostMs }, later];
  replicas[2]!.knewLeader = [{ fromMs: lostMs - hourMs, toMs: nowMs + hourMs }];
  const { code, json, text } = await run('availability', '--json');
  assert.equal(code, 0);
  const report = json() as unknown as AvailabilityReport;
  assert.deepEqual(report.outages, [{ fromMs: lostMs, toMs: lostMs + 2_000 }]);
  assert.deepEqual(
    report.windows.map(({ spentMs }) => spentMs),
    [2_000, 2_000, 2_000, 2_000],
  );
  assert.equal(report.windows[0]!.budgetMs['99.999'], 864);
  assert.equal(report.windows[0]!.leftMs, 8_640 - 2_000);
  assert.deepEqual([report.isKept, report.sinceMs, report.unseen], [true, lostMs - hourMs, []]);
  assert.ok(report.expected.parts.length > 5 && report.expected.percent > 99);
  assert.match(text, /Promised: 99.99 %\. In the windows below it is KEPT/);
  assert.match(text, /Most of it is: /);
});

test('a promise that is broken is said to be, and by how much', async (context) => {
  const { run, replicas } = await cluster(context, [leading, following, following]);
  const nowMs = Date.now();
  for (const replica of replicas)
    replica.knewLeader = [
      { fromMs: nowMs - 2 * hourMs, toMs: nowMs - hourMs },
      { fromMs: nowMs - hourMs / 2, toMs: nowMs + hourMs },
    ];
  const { text } = await run('availability');
  assert.match(text, /it is BROKEN/);
  assert.match(text, /day .* 30\.0 min +BROKEN by 29\.9 min/);
});
