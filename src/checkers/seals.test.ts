import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noMembers } from '../raft/configuration.ts';
import { SealsChecker } from './seals.ts';
import { type Violation, Violations } from './violations.ts';

const all = { ...noMembers, voters: [1, 2], learners: [3] };
const two = { ...noMembers, voters: [1, 2] };
const longUs = 2_000;

function watched(): { checker: SealsChecker; found: readonly Violation[] } {
  const violations = new Violations();
  const checker = new SealsChecker(violations.report);
  checker.cycled(1, all, 0);
  checker.taken(2, 1, 7);
  checker.taken(3, 1, 7);
  return { checker, found: violations.found };
}

test('a key that a former member holds may seal until its owner has looked at the members', () => {
  const { checker, found } = watched();
  checker.cycled(1, all, longUs);
  checker.sealed(1, 7);
  checker.cycled(1, two, longUs);
  checker.sealed(1, 7);
  assert.deepEqual(found, []);
  checker.cycled(1, two, 2 * longUs);
  checker.sealed(1, 7);
  assert.match(
    found.map(({ what }) => what).join(),
    /^replica 1 seals for all by a key that replica 3 holds/,
  );
});

test('another key, one that members alone hold, and a process that has just begun are well', () => {
  const { checker, found } = watched();
  checker.taken(2, 1, 8);
  checker.cycled(1, two, longUs);
  checker.cycled(1, two, 2 * longUs);
  checker.sealed(1, 8);
  checker.started(1);
  checker.sealed(1, 7);
  assert.deepEqual(found, []);
});
