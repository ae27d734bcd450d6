import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HealthInput, idleLeaderOf, leadershipOf, readiness, wordsOf } from './health.ts';

const status = {
  sessionId: 5,
  leaderId: 2,
  term: 3,
  pending: 0,
  acknowledged: 9,
  failovers: [{ gapMs: 12.5 }],
  pressurePermille: 0,
  connections: [],
};
const healthy: HealthInput = {
  status,
  isReached: true,
  areKeysKnown: true,
  roundTripAgeMs: 10,
  roundTripAgeMsMax: 3000,
  heapUsedPermille: 200,
  loopUsedPermille: 300,
  usePermilleMax: 900,
  isClosing: false,
};

test('ready needs a session, a leader, a fresh round trip, room and an open gateway: each on its own', () => {
  assert.equal(readiness(healthy).ok, true);
  const cases: [string, Partial<HealthInput>][] = [
    ['session', { status: { ...status, sessionId: 0 } }],
    ['replicas', { isReached: false }],
    ['leader', { status: { ...status, leaderId: 0 } }],
    ['roundTrip', { roundTripAgeMs: 3001 }],
    ['roundTrip', { roundTripAgeMs: Number.POSITIVE_INFINITY }],
    ['memory', { heapUsedPermille: 901 }],
    ['cpu', { loopUsedPermille: 901 }],
    ['open', { isClosing: true }],
  ];
  for (const [check, change] of cases) {
    const { ok, checks } = readiness({ ...healthy, ...change });
    assert.equal(ok, false, check);
    const failed = Object.entries(checks).filter(([, found]) => !found.ok);
    assert.deepEqual(
      failed.map(([name]) => name),
      [check],
    );
  }
});

test('a gateway that reaches no replica does not say that none leads', () => {
  assert.deepEqual(leadershipOf(undefined, false), {
    mode: 'unreachable',
    leaderId: 0,
    term: 0,
    failovers: 0,
  });
  assert.equal(leadershipOf(undefined, true).mode, 'readOnly');
  const led = { mode: 'readWrite', leaderId: 2, term: 3, failovers: 1, lastGapMs: 12.5 };
  assert.deepEqual(leadershipOf(status, true), led);
  const unled = { ...status, leaderId: 0 };
  assert.match(
    wordsOf(leadershipOf(unled, true), undefined),
    /^replicas answer this gateway, and none of them leads: reads are answered, commands refused \(read-only\)$/,
  );
  assert.match(wordsOf(leadershipOf(unled, false), undefined), /^this gateway reaches no replica/);
  const { checks } = readiness({ ...healthy, status: unled, isReached: false });
  assert.match(checks['leader']!.found, /does not know/);
});

test('a leader that gets nothing committed is named, and of two the one of the newer term', () => {
  const way = (replicaId: number, term: number) => ({ replicaId, term, state: 'ready', leadsIdle: true });
  const stuck = {
    ...status,
    leaderId: 0,
    connections: [way(1, 3), { ...way(2, 5), leadsIdle: false }, way(3, 4)],
  };
  assert.equal(idleLeaderOf(stuck)?.replicaId, 3);
  assert.equal(idleLeaderOf({ ...stuck, leaderId: 2 }), undefined, 'another one serves');
  const { ok, checks } = readiness({ ...healthy, status: stuck });
  assert.equal(ok, false);
  assert.match(
    checks['leader']!.found,
    /^replica 3 leads, and nothing is committed.*check the disks of all replicas$/,
  );
});

test('where another site takes orders the gateway names it, and where its gateways are', () => {
  const tradesAt = { site: 'south', epoch: 2, gateways: ['https://a.example.com', 'https://b.example.com'] };
  const connections = [{ replicaId: 1, term: 3, state: 'ready', leadsIdle: true }];
  const { ok, checks } = readiness({ ...healthy, status: { ...status, leaderId: 0, connections, tradesAt } });
  assert.equal(ok, false);
  assert.equal(
    checks['leader']!.found,
    'site south takes orders, in epoch 2, and this one follows it; send them to a gateway of that site: ' +
      'https://a.example.com, https://b.example.com',
  );
});
