import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFindings } from './names.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  r1: ['10.0.0.1'],
  r2: ['10.0.0.2', '10.1.0.2'],
};

const findingsOf = (...hosts: string[]) =>
  nameFindings(
    hosts.map((host, at) => ({ id: at + 1, host })),
    async (host) => names[host] ?? Promise.reject(new Error('not known')),
  );

test('a host that is a name has one address: two are told of, and none is wrong', async () => {
  const [two, none, ...others] = await findingsOf('r1', 'r2', 'r3');
  assert.deepEqual([two?.grade, none?.grade, others], ['warning', 'wrong', []]);
  assert.match(two!.text, /replica 2, r2, has 2 addresses: 10\.0\.0\.2, 10\.1\.0\.2/);
  assert.match(none!.text, /replica 3, r3, has no address: not known/);
});

test('an address is one by itself', async () => {
  assert.deepEqual(await nameFindings([{ id: 1, host: '127.0.0.1' }]), []);
});
