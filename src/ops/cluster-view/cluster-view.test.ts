import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newMember } from '../../protocol/roster.ts';
import { noMembers } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { type CounterName, counter, counterNames } from '../../replica/counters.ts';
import type { SeenElection } from '../../replica/ports.ts';
import { detailsText, warningsText } from '../cli/seeing/cluster-text.ts';
import type { StatusAnswer } from '../clients/control-client.ts';
import { standardReplicas } from '../configuration/replicas.ts';
import { nothingSeen, type SeenByProcess, statusOf } from '../health/status.ts';
import type { HookStanding } from '../notify/dispatcher.ts';
import { clusterReport } from './cluster-view.ts';

const replicas = standardReplicas(3);
const voters = [1, 2, 3];
const members = { ...noMembers, voters };

interface Given {
  readonly counters?: Partial<Record<CounterName, number>>;
  readonly seen?: Partial<SeenByProcess>;
  readonly aheadMs?: number;
  readonly version?: string;
}

/** Replica `id` as it answers; replica 1 leads unless a test says otherwise. */
function answerOf(
  id: number,
  { counters = {}, seen = {}, aheadMs = 0, version = '1.0.0' }: Given = {},
): StatusAnswer {
  const values = new Float64Array(counterNames.length);
  const all: Partial<Record<CounterName, number>> = {
    cycles: 1,
    role: id === 1 ? Role.leader : Role.follower,
    serving: id === 1 ? 1 : 0,
    leaderId: 1,
    term: 4,
    instance: 7,
    voters: 0b111,
    peersHeard: 0b111 - 2 ** (id - 1),
    commitIndex: 100,
    leaderCommitIndex: 100,
    appliedIndex: 100,
    appliedTimeUs: 5_000_000,
    ...counters,
  };
  for (const [name, value] of Object.entries(all)) values[counter[name as CounterName]] = value;
  const identity = {
    clusterId: 1,
    replicaId: id,
    pid: 1,
    startedTicks: '1',
    version,
    configHash: 'abc',
    lagFramesMax: 10_000,
    startedAtMs: 0,
  };
  const status = statusOf(identity, (slot) => values[slot]!, 1_000, { members, ...seen });
  return { replica: replicas[id - 1]!, status, clockAheadMs: aheadMs, clockErrorMs: 1 };
}

const away = (id: number): StatusAnswer => ({ replica: replicas[id - 1]!, error: 'not running' });

test('a sound cluster has every pair, no lag, and nothing that is degraded or not seen', () => {
  const report = clusterReport(1, [answerOf(1), answerOf(2), answerOf(3)]);
  assert.equal(report.leaderId, 1);
  assert.equal(report.reachability.length, 6);
  assert.ok(report.reachability.every(({ isHeard }) => isHeard === true));
  assert.deepEqual(
    report.members.map(({ id, role, votes, lag }) => [id, role, votes, lag?.frames]),
    voters.map((id) => [id, 'voter', true, 0]),
  );
  assert.deepEqual(
    report.degraded.filter(({ what }) => what !== 'placement'),
    [],
  );
  assert.deepEqual(report.unseen, []);
});

test('who is where, and in which epoch, is in the report: as the log says, else as the configuration does', () => {
  const [own] = replicas;
  const moved = { host: '10.9.9.9', udpPort: 1, tcpPort: 2, controlPort: 3, controlHost: '10.8.8.8' };
  const logged = { ...members, roster: [newMember({ replicaId: 2, ...moved })] };
  const seen = { members: logged };
  const report = clusterReport(1, [
    answerOf(1, { counters: { epoch: 3 }, seen }),
    answerOf(2, { counters: { epoch: 2 }, seen }),
    away(3),
  ]);
  assert.equal(report.epoch, 3);
  assert.deepEqual(
    report.members.map(({ epoch }) => epoch),
    [3, 2, null],
  );
  const places = report.members.map(({ host, tcpPort, udpPort, controlHost, controlPort }) => [
    ...[host, tcpPort, udpPort, controlHost, controlPort],
  ]);
  const { host, tcpPort, udpPort, controlPort } = own!;
  assert.deepEqual(places.slice(0, 2), [
    [host, tcpPort, udpPort, host, controlPort],
    ['10.9.9.9', 2, 1, '10.8.8.8', 3],
  ]);
  assert.equal(places[2]![4], replicas[2]!.controlPort, 'also of one that does not answer');
  const leaderless = { role: Role.follower, serving: 0, leaderId: 0, epoch: 4 };
  assert.equal(clusterReport(1, [answerOf(1, { counters: leaderless }), away(2), away(3)]).epoch, 4);
});

test('the lag is in frames, in bytes as the leader knows, and in time', () => {
  const progress = [
    { memberId: 2, behindFrames: 12, behindBytes: 4_096, silentUs: 0, state: 'following' },
  ] as const;
  const { members: reports } = clusterReport(1, [
    answerOf(1, { seen: { progress } }),
    answerOf(2, { counters: { appliedIndex: 90, appliedTimeUs: 4_250_000 } }),
    answerOf(3),
  ]);
  assert.deepEqual(reports[1]!.lag, { frames: 10, bytes: 4_096, ms: 750 });
  assert.equal(reports[2]!.lag!.bytes, null, 'the leader said nothing of it');
});

test('of a replica that does not answer it is said that it is not seen, and what it hears is unknown', () => {
  const report = clusterReport(1, [answerOf(1, { counters: { peersHeard: 0b010 } }), answerOf(2), away(3)]);
  const heard = (from: number, to: number): boolean | null | undefined =>
    report.reachability.find((pair) => pair.from === from && pair.to === to)?.isHeard;
  assert.deepEqual([heard(3, 1), heard(3, 2), heard(1, 3)], [false, true, null], 'each direction by itself');
  const third = report.members[2]!;
  assert.deepEqual(
    [third.error, third.state, third.lag, third.flushP99Ms],
    ['not running', null, null, null],
  );
  assert.match(report.unseen[0]!, /Replica 3 does not answer here \(not running\).*is not seen from here/);
  assert.ok(report.degraded.some(({ what, subject }) => what === 'memberLost' && subject === 'replica 3'));
});

test('without a leader the lag is unknown, and that another part may go on is said', () => {
  const lost = { role: Role.follower, serving: 0, leaderId: 0 };
  const report = clusterReport(1, [answerOf(1, { counters: lost }), away(2), away(3)]);
  assert.equal(report.leaderId, 0);
  assert.equal(report.members[0]!.lag, null);
  assert.ok(report.degraded.some(({ what, severity }) => what === 'quorumLost' && severity === 'critical'));
  assert.match(report.unseen.at(-1)!, /whether another part of the cluster goes on, is not seen from here/);
});

test('a replica of an earlier release that says less is shown as far as it is known', () => {
  const older = answerOf(2);
  assert.ok('status' in older);
  const { hears: _, wallMs: __, progress: ___, ...status } = older.status;
  const { peersHeard: ____, ...counters } = status.counters;
  const answer = { ...older, status: { ...nothingSeen, wallMs: 0, ...status, counters } } as StatusAnswer;
  const report = clusterReport(1, [answerOf(1), answer, answerOf(3)]);
  assert.equal(report.reachability.find(({ from, to }) => from === 1 && to === 2)?.isHeard, null);
  assert.equal(report.reachability.find(({ from, to }) => from === 2 && to === 1)?.isHeard, true);
});

test('an election is shown once, as the one that was elected saw it', () => {
  const election = (term: number, leaderId: number, reason: string, gapUs: number): SeenElection => ({
    term,
    leaderId,
    formerId: 3,
    reason,
    gapUs,
    wallUs: 2_000,
  });
  const report = clusterReport(1, [
    answerOf(1, {
      seen: { elections: [election(3, 2, 'mine', 9), election(4, 1, 'its tether broke', 3_100)] },
    }),
    answerOf(2, { seen: { elections: [election(4, 1, 'mine too', 9_000), election(5, 3, 'x', 100)] } }),
    answerOf(3),
  ]);
  assert.deepEqual(
    report.elections.map(({ term, reason, gapMs }) => [term, reason, gapMs]),
    [
      [3, 'as replica 1 saw it: mine', 0],
      [4, 'its tether broke', 3.1],
      [5, 'as replica 2 saw it: x', 0.1],
    ],
  );
});

test('what differs between replicas is degraded: releases, clocks, disks', () => {
  const { degraded } = clusterReport(1, [
    answerOf(1),
    answerOf(2, { version: '1.1.0' }),
    answerOf(3, { aheadMs: 36_000, counters: { diskFull: 1 } }),
  ]);
  const found = degraded.map(({ what, subject }) => `${what} ${subject}`.trim());
  for (const what of ['versionsDiffer', 'clockDiffers replica 3', 'diskFull replica 3'])
    assert.ok(found.includes(what), found.join());
});

test('an identity that ends soon is degraded, as of those that hooks hear of', () => {
  const dayMs = 86_400_000;
  const ends = (days: number) => ({
    endsAtMs: 1_000 + days * dayMs,
    revoked: { count: 0, hash: 'e3b0c442' },
  });
  const { degraded } = clusterReport(1, [
    answerOf(1, { seen: { identity: ends(31) } }),
    answerOf(2, { seen: { identity: ends(29) } }),
    answerOf(3),
  ]);
  const ending = degraded.filter(({ what }) => what === 'certificateEnding');
  assert.deepEqual(
    ending.map(({ subject }) => subject),
    ['replica 2'],
  );
  assert.match(
    ending[0]!.text,
    /Certificates of replica 2 end: links at 1970-01-30.*"lockstep certificates renew"/,
  );
});

test('a replica that has no hooks while others do is named: as the leader it would send nothing', () => {
  const counts = { waiting: 0, waitingSinceMs: 0, delivered: 0, failed: 0, givenUp: 0 };
  const pager: HookStanding = { name: 'pager', breaker: 'closed', ...counts, error: '' };
  const hooks = { seen: { hooks: [pager] } };
  const differing = (third: Given) =>
    clusterReport(1, [answerOf(1, hooks), answerOf(2, hooks), answerOf(3, third)]).degraded.filter(
      ({ what }) => what === 'hooksDiffer',
    );
  assert.deepEqual(differing(hooks), []);
  assert.match(differing({})[0]!.text, /replica 2 has pager, replica 3 has none/);
});

test('which machines lack a revocation is said, gateways among them', () => {
  const knows = (count: number, hash: string) => ({ endsAtMs: 1e13, revoked: { count, hash } });
  const gateway = (count: number, hash: string) => [
    { source: 'gateway 1', ageMs: 1, conditions: [], revoked: { count, hash } },
  ];
  const differing = (hashOfGateway: string, identities: readonly ReturnType<typeof knows>[]) => {
    const [first, ...others] = identities;
    const answers = [
      answerOf(1, { seen: { identity: first!, sides: gateway(1, hashOfGateway) } }),
      ...others.map((identity, at) => answerOf(at + 2, { seen: { identity } })),
    ];
    return clusterReport(1, answers).degraded.filter(({ what }) => what === 'revocationsDiffer');
  };
  const [one, none] = [knows(1, 'aa'), knows(0, 'ee')];
  assert.deepEqual(differing('aa', [one, one, one]), []);
  assert.match(
    differing('aa', [one, none, one])[0]!.text,
    /replica 1 knows 1 \(aa\), replica 2 knows none, replica 3 knows 1 \(aa\), gateway 1 knows 1 \(aa\)\. .*--revoked FILE/,
  );
  assert.match(differing('bb', [one, one, one])[0]!.text, /gateway 1 knows 1 \(bb\)/);
});

test('the text names what is wrong, and marks what is not seen', () => {
  const report = clusterReport(1, [answerOf(1, { counters: { peersHeard: 0b010 } }), answerOf(2), away(3)]);
  assert.match(warningsText(report), /^warning: Replica 3 is not heard by replica 1/m);
  assert.match(warningsText(report), /^not seen: Replica 3/m);
  const details = detailsText(report);
  assert.match(details, /replica 1 +- +yes +NO/);
  assert.match(details, /replica 3 +\? +\? +-/);
  assert.match(details, /No change of the leader was seen/);
});
