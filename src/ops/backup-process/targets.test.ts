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

test('a target that does not answer is told as that, whatever was wrong with it before', async () => {
  const guard = targetGuard('store');
  const hang = (): Promise<never> => new Promise(() => undefined);
  await assert.rejects(
    guard.run(1_000, () => Promise.reject(new TargetError('It is full.'))),
    /It is full/,
  );
  const late = { name: 'TargetError', message: 'store does not end within 0.001 s.' };
  for (let n = 0; n < 2; n++) await assert.rejects(guard.run(1, hang), late);
  await assert.rejects(
    guard.run(1, hang),
    /store failed again .* for 10 s\. store does not end within 0\.001 s\.$/,
  );
});
