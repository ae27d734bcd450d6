import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { counterNames } from '../../replica/counters.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { membershipIn, statusAnswers, statusIn } from './status-answer.ts';
import { fullStatus } from './testing/full-status.ts';

const textOf = (change: object = {}): string => JSON.stringify(fullStatus(change));
const refused = (text: string): string => {
  const found = statusIn(text);
  assert.equal(typeof found, 'string', `${text.slice(0, 80)} is refused`);
  return found as string;
};

test('what a replica says of itself is taken as it is, and every key of it is declared', () => {
  const found = statusIn(textOf());
  assert.deepEqual(found, fullStatus(), String(found).slice(0, 300));
  const keysOf = (json: unknown): string[] => Object.keys((json as { properties: object }).properties);
  const { status } = statusAnswers.json['properties'] as { readonly status: Record<string, unknown> };
  assert.deepEqual(keysOf(status).toSorted(), Object.keys(fullStatus()).toSorted());
  const inside = status['properties'] as Record<string, { readonly items?: object } & object>;
  for (const [key, value] of Object.entries(fullStatus())) {
    const [first] = Array.isArray(value) ? value : [value];
    if (typeof first !== 'object' || first === null) continue;
    const declared = inside[key]!.items ?? inside[key]!;
    for (const name of Object.keys(first))
      assert.ok(keysOf(declared).includes(name), `${key}.${name} is declared`);
  }
});

test('a status is taken as its schema says: around each bound, without each key, with unknown keys', () => {
  const { status } = statusAnswers.json['properties'] as { readonly status: object };
  const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(status);
  let taken = 0;
  let refusals = 0;
  tryAroundBounds(status as Record<string, unknown>, (json) => {
    if (json === undefined) return;
    const found = statusIn(JSON.stringify(json));
    assert.equal(typeof found === 'object', accepts(JSON.parse(JSON.stringify(json))), String(found));
    if (typeof found === 'object') taken++;
    else refusals++;
  });
  assert.ok(taken > 500 && refusals > 500, `${taken} taken, ${refusals} refused`);
});

test('a status that is broken anywhere is refused with the place and what belongs there', () => {
  assert.match(refused(''), /is no JSON/);
  assert.match(refused('{"replicaId":1'), /is no JSON/);
  assert.match(refused('[]'), /cannot be used: status: \[\] is not an object/);
  assert.match(refused('null'), /cannot be used/);
  assert.match(refused(textOf({ voters: 3 })), /status\.voters: 3 is not a list/);
  assert.match(refused(textOf({ appliedSeq: -1 })), /status\.appliedSeq: -1 is out of range/);
  assert.match(refused(textOf({ members: [{ id: 1 }] })), /status\.members\[0\]\.role: is missing/);
  assert.match(refused(textOf({ counters: {} })), /status\.counters\.leaderCommitIndex: is missing/);
  for (const key of ['serving', 'recovering', 'epoch', 'lastIndex', 'durableIndex'])
    assert.match(refused(textOf({ [key]: undefined })), new RegExp(`status\\.${key}: is missing`));
});

test('replicas of other releases are understood: less, more, and other words', () => {
  const { hears: _, wallMs: __, flushes: ___, counters, ...less } = fullStatus() as unknown as ReplicaStatus;
  const { peersHeard: ____, ...counted } = counters;
  const earlier = statusIn(JSON.stringify({ ...less, counters: counted }));
  assert.ok(typeof earlier === 'object', String(earlier));
  assert.deepEqual([earlier.hears, earlier.flushes.count, earlier.counters.peersHeard], [undefined, 0, 0]);
  assert.equal(Object.keys(earlier.counters).length, counterNames.length);
  const [first] = fullStatus()['progress'] as object[];
  const progress = [{ ...first, state: 'resting', since: 5 }];
  const later = statusIn(textOf({ role: 'observer', progress, newest: { deep: [1] } }));
  assert.ok(typeof later === 'object', String(later));
  assert.deepEqual([later.role, later.progress[0]!.state], ['observer', 'resting']);
});

test('those that ask for the members alone take them from a whole status, or from none', () => {
  assert.deepEqual(membershipIn(fullStatus())?.members.length, 2);
  for (const json of [undefined, null, {}, { members: {} }, { members: [{ id: 1 }] }])
    assert.equal(membershipIn(json), undefined);
});
