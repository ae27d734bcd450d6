import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { defaultReplicaOptions, type ReplicaOptions } from '../../../replica/options.ts';
import { Practice } from './warm-up.ts';

const options: ReplicaOptions = {
  ...defaultReplicaOptions,
  clusterId: 9,
  replicaId: 2,
  founders: [1, 2, 3],
  bootstrap: false,
  seed: 1,
};

function practised(options: ReplicaOptions): number {
  const practice = new Practice(options);
  while (!practice.isOver) practice.step();
  return practice.rounds;
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

for (const durability of ['memory', 'disk'] as const) {
  test(`a whole life of a cluster is practised, its failover included (${durability})`, () => {
    const before = openDescriptors();
    assert.ok(practised({ ...options, durability }) >= 1, 'a round came to its end');
    assert.equal(openDescriptors(), before, 'nothing stays open');
  });
}

test('it is practised with the options of any replica: small frames, manual failover, a cluster of one', () => {
  assert.ok(
    practised({ ...options, frameBytes: 1_024, failover: 'manual', founders: [1], replicaId: 1 }) >= 1,
  );
});

test('practice that is given up at any step leaves nothing open', () => {
  const before = openDescriptors();
  for (const steps of [1, 3, 6, 20, 60]) {
    const practice = new Practice(options);
    for (let n = 0; n < steps; n++) practice.step();
    practice.end();
    practice.step();
    assert.ok(practice.isOver);
    assert.equal(openDescriptors(), before, `after ${steps} steps`);
  }
});
