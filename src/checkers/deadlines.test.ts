/** The checker of deadlines is fed histories in which a command is taken in time, a little late, and too late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { outcome } from '../protocol/events.ts';
import { DeadlinesChecker } from './deadlines.ts';
import { Violations } from './violations.ts';

const view = new DataView(new ArrayBuffer(256));
const waitsUs = 1_000_000;

interface Story {
  /** After how long its leader stamps it. */
  readonly afterUs: number;
  readonly code?: number;
  /** Another leader, whose frame was lost, stamped the same seq then. */
  readonly otherUs?: number;
}

function found({ afterUs, code = OutcomeCode.ok, otherUs }: Story): string {
  const violations = new Violations();
  const deadlines = new DeadlinesChecker(violations.report);
  deadlines.submitted(1, 9, 500, waitsUs);
  for (const replicaId of [1, 2, 3]) deadlines.reached(replicaId, false, 3, { atUs: 0, timeUs: 41_000 });
  if (otherUs !== undefined) deadlines.reached(2, true, 5, { atUs: 500 + otherUs, timeUs: 777_000 });
  deadlines.reached(1, true, 6, { atUs: 500 + afterUs, timeUs: 42_002 });
  deadlines.reached(3, false, 6, { atUs: 20_000_000, timeUs: 42_002 });
  deadlines.applied(4, 42_001, 7, 3);
  const zero = outcome.read(new DataView(new ArrayBuffer(outcome.size)), 0);
  outcome.write(view, 0, { ...zero, sessionId: 7, seq: 4, timeUs: 42_001, commandNumber: 3, code });
  deadlines.answered(1, 9, 7, view, 0);
  return violations.found.map(({ checker, what }) => `${checker}: ${what}`).join();
}

test('a command that is taken in time, or as late as clocks may part, is right', () => {
  for (const afterUs of [0, waitsUs, waitsUs + 25_000]) assert.equal(found({ afterUs }), '');
});

test('a command that is taken after its caller gave it up is found', () => {
  assert.match(found({ afterUs: waitsUs + 27_000 }), /deadlines: seq 4 was taken 27000 us after client 1/);
});

test('what was refused did not run, whenever it came', () => {
  assert.equal(found({ afterUs: 9_000_000, code: OutcomeCode.deadlinePassed }), '');
});

test('the stamp of a frame that was lost does not count', () => {
  assert.equal(found({ afterUs: 10, otherUs: 9_000_000 }), '');
  assert.match(found({ afterUs: 9_000_000, otherUs: 10 }), /was taken 8000000 us after/);
});
