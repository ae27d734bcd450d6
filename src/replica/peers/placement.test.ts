import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Member, newMember } from '../../protocol/roster.ts';
import { placementWarnings } from './placement.ts';

const inZones = (zones: readonly string[], kind: 'zone' | 'rack' = 'zone') => {
  const voters = zones.map((_, n) => n + 1);
  const roster: Member[] = zones.map((zone, n) =>
    newMember({ replicaId: n + 1, host: `10.0.0.${n}`, [kind]: zone }),
  );
  return placementWarnings({ voters, roster });
};

test('failure 11: a majority in one zone is told, with the others that there are', () => {
  const [warning, ...more] = inZones(['a', 'a', 'a', 'b', 'c']);
  assert.match(warning!, /The voters 1, 2, 3 stand in zone a, a majority of the 5, though there are b, c/);
  assert.match(warning!, /no zone has more than 2/);
  assert.deepEqual(more, []);
});

test('failure 11: all voters in one rack are told', () => {
  assert.match(
    inZones(['r', 'r', 'r'], 'rack').join(),
    /^All voters stand in rack r, a majority of the 3: when/,
  );
});

test('a zone without which the others have no majority is told, also where it has none itself', () => {
  const [warning, ...more] = inZones(['a', 'a', 'b', 'c']);
  assert.match(
    warning!,
    /The voters 1, 2 stand in zone a, so many of the 4 that the others have no majority/,
  );
  assert.deepEqual(more, []);
});

test('of two voters none can be spread: another one is to be added', () => {
  const [warning] = inZones(['a', '']);
  assert.match(
    warning!,
    /^The voter 1 stands in zone a, .*With 2 voters each of them is needed: add one in another zone\.$/,
  );
});

test('voters that are spread, and one voter alone, are well placed', () => {
  assert.deepEqual(inZones(['a', 'b', 'c']), []);
  assert.deepEqual(inZones(['a', 'a', 'b', 'b', 'c']), []);
  assert.deepEqual(inZones(['a']), []);
});

test('where no voter names a zone nothing is said of zones; where some do, the others are asked to', () => {
  assert.deepEqual(inZones(['', '', '']), []);
  assert.match(inZones(['a', 'b', '']).join(), /^No zone is known of the voters 3/);
});
