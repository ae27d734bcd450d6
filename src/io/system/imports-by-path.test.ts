import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importByPath } from './imports-by-path.ts';

test('files of the program are imported by their paths, and packages as ever; what is not there is named', async () => {
  const before = await import('../../std/crc32.ts');
  importByPath();
  const { crc32 } = await import('../../std/crc32.ts');
  assert.equal(crc32, before.crc32, 'a file is loaded once');
  const { SharedCounters } = await import('./counters.ts');
  assert.equal(typeof SharedCounters, 'function');
  const { pino } = await import('pino');
  assert.equal(typeof pino, 'function');
  // A path that is made here: the compiler knows that there is no such file.
  const missing = ['.', 'not-there.ts'].join('/');
  await assert.rejects(import(missing), /not-there\.ts/);
});
