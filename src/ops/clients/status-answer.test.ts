import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import { noMembers } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { counter, counterNames } from '../../replica/counters.ts';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { reportOfWatcher } from '../notify/testing/facts.ts';
import { type ReplicaStatus, type SeenByProcess, statusOf } from '../replica-process/status.ts';
import { membershipIn, statusAnswers, statusIn } from './status-answer.ts';

/** Everything that a replica may say, once each. */
const seen: Required<Omit<SeenByProcess, 'joining'>> = {
  members: {
    ...noMembers,
    voters: [1, 2],
    roster: [newMember({ replicaId: 1, host: 'a' })],
    tokens: [{ replicaId: 4, role: MemberRole.voter, replaces: 0, expiresAtMs: 5, key: new Uint8Array(32) }],
    cut: { epoch: 2, index: 5, term: 3, seq: 9, timeUs: 1, terms: [{ term: 3, index: 1 }] },
  },
  progress: [{ memberId: 2, behindFrames: 0, behindBytes: 0, silentUs: 0.5, state: 'following' }],
  conditions: [{ memberId: 2, values: { flushUs: 1, lagUs: undefined }, gray: ['slow'] }],
  elections: [{ term: 1, leaderId: 1, formerId: 0, reason: 'first', gapUs: 0, wallUs: 1 }],
  knewLeader: [{ fromMs: 1, toMs: 2 }],
  wouldBe: [
    {
      ...{ number: 1, kind: 'election', leaderId: 1, term: 1, reason: 'silent', wallUs: 1 },
      ...{ outcome: 'open', afterUs: 0 },
    } as const,
  ],
  flushes: { count: 1, medianUs: 1.5, p99Us: 2, maxUs: 3 },
  stopped: [{ scope: 'exchange', id: 0, mode: 'halted', reason: 'test', opensAtUs: 0 }],
  hooks: [
    {
      ...{ name: 'pager', breaker: 'closed', waiting: 0, waitingSinceMs: 0 },
      ...{ delivered: 1, failed: 0, givenUp: 0, error: '' },
    } as const,
  ],
  sides: [{ source: 'dns of replica 1', ageMs: 1, conditions: [{ kind: 'breakerOpen', text: 'it rests' }] }],
  canaries: [{ source: 'gateway/1', ageMs: 1, report: reportOfWatcher(1, ['late']) }],
  lease: {
    held: { epoch: 1, leftMs: 5.5, reason: '' },
    granted: { epoch: 1, site: 1, promisedEpoch: 0, promisedSite: 0, lengthUs: 5, waitMs: 1 },
  },
  applicants: [{ replicaId: 5, why: 'no such token' }],
};
const identity = {
  ...{ clusterId: 1, replicaId: 1, pid: 1, startedTicks: '1', version: '0.1.0', configHash: 'ab' },
  ...{ lagFramesMax: 10_000, startedAtMs: 0 },
};
const values = new Map<number, number>([
  [counter.cycles, 1],
  [counter.role, Role.leader],
  [counter.leaderCommitIndex, -1],
]);

/** As it comes out of the socket. */
function said(change: object = {}): Record<string, unknown> {
  const status = statusOf(identity, (slot) => values.get(slot) ?? 0, 1_000, seen);
  const joining = { clusterUuid: 'u', authorities: ['a'], settings: { clusterId: 1 } };
  return JSON.parse(JSON.stringify({ ...status, joining, ...change }));
}
const textOf = (change: object = {}): string => JSON.stringify(said(change));
const refused = (text: string): string => {
  const found = statusIn(text);
  assert.equal(typeof found, 'string', `${text.slice(0, 80)} is refused`);
  return found as string;
};

test('what a replica says of itself is taken as it is, and every key of it is declared', () => {
  const found = statusIn(textOf());
  assert.deepEqual(found, said(), String(found).slice(0, 300));
  const keysOf = (json: unknown): string[] => Object.keys((json as { properties: object }).properties);
  const { status } = statusAnswers.json['properties'] as { readonly status: Record<string, unknown> };
  assert.deepEqual(keysOf(status).toSorted(), Object.keys(said()).toSorted());
  const inside = status['properties'] as Record<string, { readonly items?: object } & object>;
  for (const [key, value] of Object.entries(said())) {
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
  const { hears: _, wallMs: __, flushes: ___, counters, ...less } = said() as unknown as ReplicaStatus;
  const { peersHeard: ____, ...counted } = counters;
  const earlier = statusIn(JSON.stringify({ ...less, counters: counted }));
  assert.ok(typeof earlier === 'object', String(earlier));
  assert.deepEqual([earlier.hears, earlier.flushes.count, earlier.counters.peersHeard], [undefined, 0, 0]);
  assert.equal(Object.keys(earlier.counters).length, counterNames.length);
  const progress = [{ ...seen.progress[0], state: 'resting', since: 5 }];
  const later = statusIn(textOf({ role: 'observer', progress, newest: { deep: [1] } }));
  assert.ok(typeof later === 'object', String(later));
  assert.deepEqual([later.role, later.progress[0]!.state], ['observer', 'resting']);
});

test('those that ask for the members alone take them from a whole status, or from none', () => {
  assert.deepEqual(membershipIn(said())?.members.length, 2);
  for (const json of [undefined, null, {}, { members: {} }, { members: [{ id: 1 }] }])
    assert.equal(membershipIn(json), undefined);
});
