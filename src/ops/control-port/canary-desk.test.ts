import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportOfWatcher } from '../notify/testing/facts.ts';
import { CanaryDesk } from './canary-desk.ts';

test('the newest report of each watcher is kept for a while, and no two parties have one number', () => {
  let nowMs = 0;
  const desk = new CanaryDesk(() => nowMs);
  assert.equal(desk.take('gateway/1', reportOfWatcher(1)), undefined);
  nowMs = 1_000;
  assert.equal(desk.take('gateway/1', reportOfWatcher(1, ['wrong'])), undefined);
  assert.equal(desk.take('operator/1', reportOfWatcher(2)), undefined);
  assert.match(desk.take('gateway/2', reportOfWatcher(1))!, /Watcher 1 is gateway\/1.*--watcher/);
  nowMs = 1_500;
  assert.deepEqual(
    desk.heard().map(({ source, report, ageMs }) => [source, report.watcher, report.faults.length, ageMs]),
    [
      ['gateway/1', 1, 1, 500],
      ['operator/1', 2, 0, 500],
    ],
  );
  nowMs = 17_000;
  assert.deepEqual(desk.heard(), []);
  assert.equal(desk.take('gateway/2', reportOfWatcher(1)), undefined, 'the one before is gone');
});

test('of a site that takes no orders nothing is heard', () => {
  let isStandby = false;
  const desk = new CanaryDesk(
    () => 0,
    () => isStandby,
  );
  desk.take('gateway/1', reportOfWatcher(1, ['silent']));
  assert.equal(desk.heard().length, 1);
  isStandby = true;
  assert.deepEqual(desk.heard(), []);
});
