import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundingProblem } from './configuration.ts';
import { readConfiguration } from './reading.ts';

test('a cluster is founded with more replicas than witnesses', () => {
  const problemOf = (...roles: readonly string[]): string | undefined =>
    foundingProblem(readConfiguration({ replicas: roles.map((role) => ({ role })) }).configuration);
  assert.equal(problemOf('replica', 'replica', 'witness'), undefined);
  assert.match(problemOf('replica', 'witness', 'witness') ?? '', /^replicas: 2 of 3 are witnesses/);
  assert.match(problemOf('witness') ?? '', /^replicas: 1 of 1 are witnesses/);
});
