import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../client/index.ts';
import { DrillSteps } from '../standing/drill-report.ts';
import { lostBetween } from './failover-meter.ts';
import { compared, refuseLoss } from './switchover.ts';

/** An exchange whose commands come so fast that no replica says what its state is. */
function busy(commandsBetween: number): Pick<Client, 'hashes' | 'cancelOrder'> {
  let seq = 0;
  return {
    hashes: () => new Promise<never>(() => undefined),
    cancelOrder: async () => {
      seq += 1 + commandsBetween;
      return { ok: false, seq } as never;
    },
  };
}

test('a drill of a busy exchange goes on without the comparison of states, and says so', async () => {
  const steps = new DrillSteps(() => undefined);
  assert.deepEqual(await compared(busy(5), [1, 11], steps, 10), []);
  assert.match(steps.steps.at(-1)!.step, /NOT compared: commands came all the time/);
});

test('states that are of one moment are compared', async () => {
  const steps = new DrillSteps(() => undefined);
  const row = { appliedSeq: 7, stateHash: 'abc' };
  const client = { ...busy(5), hashes: async () => row as never };
  assert.deepEqual(
    (await compared(client, [1, 11], steps)).map(({ place, seq }) => [place, seq]),
    [
      ['replica 1', 7],
      ['replica 11', 7],
    ],
  );
});

test('a drill whose successor stamps what was acknowledged already has lost that, and fails where nothing may be lost', () => {
  const gap = { gapMs: 40.4, lastSeq: 17, firstSeq: 18 };
  assert.deepEqual(lostBetween(gap), { rpoSeqs: 0, rpoMs: 0 });
  refuseLoss(gap);
  const lossy = { ...gap, firstSeq: 15 };
  assert.deepEqual(lostBetween(lossy), { rpoSeqs: 3, rpoMs: 40 });
  assert.throws(() => refuseLoss(lossy), /stamped seq 15, and 17 was acknowledged before/);
});
