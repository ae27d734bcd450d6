import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatusAnswer } from '../../clients/control-client.ts';
import { ownClockText } from './cluster-text.ts';

const answers = (...aheadMs: readonly (number | undefined)[]): StatusAnswer[] =>
  aheadMs.map((clockAheadMs) =>
    clockAheadMs === undefined ? { error: 'not running' } : { status: {}, clockAheadMs, clockErrorMs: 1 },
  ) as unknown as StatusAnswer[];

test('a machine of an operator whose clock is off hears so, and not where one replica is off', () => {
  assert.match(
    ownClockText(answers(3_600_010, 3_600_000, undefined)),
    /is 3600 s behind those of the replicas/,
  );
  assert.match(ownClockText(answers(-5_000, -5_001, -5_002)), /is 5 s ahead of those of the replicas/);
  for (const right of [answers(0, 3, 3_600_000), answers(0, -3_600_000, 2), answers(undefined), answers()])
    assert.equal(ownClockText(right), '');
});
