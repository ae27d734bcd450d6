import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../../raft/types.ts';
import { counter, counterNames } from '../../../replica/counters.ts';
import { msPerHour } from '../../../std/units.ts';
import type { LeaderSpan } from '../../availability/budget.ts';
import type { StatusAnswer } from '../../clients/control-client.ts';
import { readConfiguration } from '../../configuration/reading.ts';
import { nothingSeen, statusOf } from '../../health/status.ts';
import { availabilityReport, availabilityText } from './availability.ts';

const { configuration } = readConfiguration({});
const nowMs = 1_000 * msPerHour;

/** Replica `id` as it answers; replica 1 leads. */
function answerOf(id: number, knewLeader: readonly LeaderSpan[]): StatusAnswer {
  const values = new Float64Array(counterNames.length);
  values[counter.cycles] = 1;
  values[counter.role] = id === 1 ? Role.leader : Role.follower;
  values[counter.serving] = id === 1 ? 1 : 0;
  values[counter.voters] = 0b111;
  const identity = {
    clusterId: 1,
    replicaId: id,
    pid: 1,
    startedTicks: '1',
    version: '',
    configHash: '',
    lagFramesMax: 10_000,
  };
  const seen = { ...nothingSeen, knewLeader };
  const status = statusOf({ ...identity, startedAtMs: 0 }, (slot) => values[slot]!, nowMs, seen);
  return { replica: configuration.replicas[id - 1]!, status, clockAheadMs: 0, clockErrorMs: 0 };
}

/** An hour with a leader, so long without one, and a leader from then on. */
function without(fromMs: number, ms: number): LeaderSpan[] {
  return [
    { fromMs: fromMs - msPerHour, toMs: fromMs },
    { fromMs: fromMs + ms, toMs: nowMs },
  ];
}

test('what was spent is when no majority knew a leader; budgets and what may be expected stand beside it', () => {
  const lostMs = nowMs - msPerHour;
  const answers = [
    answerOf(1, without(lostMs, 2_000)),
    answerOf(2, without(lostMs, 2_500)),
    answerOf(3, without(lostMs + 5_000, 600_000)),
  ];
  const report = availabilityReport(configuration, answers, nowMs);
  assert.deepEqual(report.outages, [{ fromMs: lostMs, toMs: lostMs + 2_000 }]);
  assert.deepEqual(
    report.windows.map(({ spentMs }) => spentMs),
    [2_000, 2_000, 2_000, 2_000],
  );
  const [day] = report.windows;
  assert.deepEqual([day?.budgetMs['99.99'], day?.budgetMs['99.999'], day?.leftMs], [8_640, 864, 6_640]);
  assert.deepEqual([report.isKept, report.sinceMs, report.unseen], [true, lostMs - msPerHour, []]);
  assert.match(availabilityText(report), /Promised: 99.99 %\. In the windows below it is KEPT/);
  assert.match(availabilityText(report), new RegExp(`Most of it is: ${report.expected.largest}`));
});

test('a promise that is broken is said to be, and by how much', () => {
  const answers = [1, 2, 3].map((id) => answerOf(id, without(nowMs - msPerHour, msPerHour / 2)));
  const text = availabilityText(availabilityReport(configuration, answers, nowMs));
  assert.match(text, /it is BROKEN/);
  assert.match(text, /^day .* 30\.0 min +BROKEN by 29\.9 min$/m);
});

test('a replica that does not answer is named, and nothing is concluded from its silence', () => {
  const silent: StatusAnswer = { replica: configuration.replicas[2]!, error: 'no answer' };
  const one = answerOf(1, without(nowMs - msPerHour, 1_000));
  const report = availabilityReport(configuration, [one, answerOf(2, []), silent], nowMs);
  assert.deepEqual([report.outages, report.unseen], [[], [3]]);
  assert.match(availabilityText(report), /replica 3 does not answer/);
  const none = availabilityReport(configuration, [silent], nowMs);
  assert.deepEqual([none.sinceMs, none.isKept], [0, true]);
  assert.match(availabilityText(none), /No replica that answers remembers any time/);
});
