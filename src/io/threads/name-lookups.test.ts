import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameLookups } from './name-lookups.ts';

test('a name is looked up once a second, however often it is asked for, and told when it has another address', async () => {
  let nowMs = 0;
  let address = '10.0.0.1';
  const asked: number[] = [];
  const heard: string[] = [];
  const failed: string[] = [];
  const lookups = new NameLookups(
    async (host) => {
      asked.push(nowMs);
      if (host !== 'r1.test' || address === '') throw new Error('ENOTFOUND');
      return address;
    },
    () => nowMs,
    (host, found) => heard.push(`${host} ${found}`),
    (host) => failed.push(host),
  );
  for (; nowMs < 3_000; nowMs += 20) await lookups.ask('r1.test');
  assert.deepEqual([asked, heard], [[0, 1_000, 2_000], ['r1.test 10.0.0.1']]);
  address = '10.0.0.2';
  for (; nowMs < 4_000; nowMs += 20) await lookups.ask('r1.test');
  address = '';
  for (; nowMs < 6_000; nowMs += 20) await lookups.ask('r1.test');
  for (; nowMs < 8_000; nowMs += 20) await lookups.ask('r2.test');
  assert.deepEqual(heard, ['r1.test 10.0.0.1', 'r1.test 10.0.0.2']);
  assert.deepEqual(failed, ['r2.test'], 'once, and not of a name that has an address');
});
