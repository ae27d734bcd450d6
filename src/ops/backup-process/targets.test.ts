import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TargetError } from '../../backup/targets/target.ts';
import { targetGuard } from './targets.ts';

test('a target that is left in peace says why', async () => {
  const guard = targetGuard('store');
  const fail = (): Promise<never> => Promise.reject(new TargetError('It refuses the connection.'));
  for (let n = 0; n < 3; n++) await assert.rejects(guard.run(1_000, fail), /^TargetError: It refuses/);
  await assert.rejects(
    guard.run(1_000, fail),
    /store failed again and again .*\. It refuses the connection\./,
  );
});
