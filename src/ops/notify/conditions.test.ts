import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClusterView, judge } from './conditions.ts';
import type { ReplicaFacts } from './facts.ts';
import { areFacts } from './report-check.ts';
import { quietFactsOf, reportOfWatcher } from './testing/facts.ts';

/** Of a replica in a cluster that serves. */
function factsOf(replicaId: number, more: Partial<ReplicaFacts> = {}): ReplicaFacts {
  return quietFactsOf(replicaId, { term: 3, leaderId: 1, isServing: replicaId === 1, heard: 0b111, ...more });
}

/** What replica 1 sees; clocks by how far they are ahead. */
function viewOf(
  own: ReplicaFacts,
  others: readonly ReplicaFacts[],
  aheadMs: readonly number[] = [],
): ClusterView {
  const peers = new Map(
    others.map((facts, at) => [facts.replicaId, { facts, clockAheadMs: aheadMs[at] ?? 0, clockErrorMs: 1 }]),
  );
  const hooks = { failingHooks: [], untriedHooks: [] };
  return { own, peers, stopped: [], lagFramesMax: 10_000, hasBackup: false, hasSites: false, ...hooks };
}

const kindsIn = (view: ClusterView): string[] =>
  judge(view).conditions.map(({ kind, subject }) => `${kind} ${subject}`.trim());

test('nothing is wrong in a sound cluster', () => {
  assert.deepEqual(kindsIn(viewOf(factsOf(1), [factsOf(2), factsOf(3)])), []);
});

test('each thing that a replica says of itself is a condition of that replica', () => {
  const bad: Partial<ReplicaFacts> = {
    isRecovering: true,
    isManual: true,
    isDiskFull: true,
    isMemoryShort: true,
    isBusy: true,
    isParked: true,
    lagFrames: 20_000,
    crashLoops: ['gateway'],
    certificates: [{ of: 'links', endsAtMs: 0 }],
  };
  assert.deepEqual(
    kindsIn(viewOf(factsOf(1), [factsOf(2, bad), factsOf(3)])),
    [
      'memberRecovering',
      'memberBehind',
      'failoverManual',
      'diskFull',
      'memoryShort',
      'processorsBusy',
      'stateDiffers',
      'crashLoop',
      'certificateEnding',
    ].map((kind) => `${kind} replica 2`),
  );
});

test('a leader goes by what it hears: a member that answers at its control port alone is lost', () => {
  assert.deepEqual(kindsIn(viewOf(factsOf(1, { heard: 0b011 }), [factsOf(2), factsOf(3)])), [
    'memberLost replica 3',
  ]);
});

test('of a replica that does not answer nothing ends but its absence', () => {
  const { isOpen } = judge(viewOf(factsOf(1), [factsOf(2)]));
  assert.deepEqual(
    [isOpen('diskFull', 'replica 3'), isOpen('memberLost', 'replica 3'), isOpen('diskFull', 'replica 2')],
    [true, false, false],
  );
});

test('a lost member that is silent is not back because no replica leads', () => {
  const leaderless = { leaderId: 0, isServing: false };
  const judged = (others: readonly ReplicaFacts[]) => judge(viewOf(factsOf(2, leaderless), others));
  assert.equal(judged([]).isOpen('memberLost', 'replica 3'), true, 'its tether is open, it says nothing');
  assert.equal(judged([factsOf(3, leaderless)]).isOpen('memberLost', 'replica 3'), false, 'it answers');
  assert.equal(judged([]).isOpen('memberLost', 'replica 4'), false, 'it is no member any more');
});

test('a leader that commits nothing, and a state without a majority, are told of', () => {
  const stalled = { isStalled: true, isServing: false };
  assert.deepEqual(kindsIn(viewOf(factsOf(1, stalled), [factsOf(2), factsOf(3)])), ['commitsStalled']);
  assert.deepEqual(kindsIn(viewOf(factsOf(1), [factsOf(2, { isDisputed: true }), factsOf(3)])), [
    'stateDisputed',
  ]);
});

test('the machine whose clock differs is the one that most others contradict, the own one among them', () => {
  const kinds = (...aheadMs: number[]): string[] =>
    kindsIn(viewOf(factsOf(1), [factsOf(2), factsOf(3)], aheadMs));
  assert.deepEqual(kinds(0, 36_000), ['clockDiffers replica 3']);
  assert.deepEqual(kinds(36_000, 36_001), ['clockDiffers replica 1']);
  assert.deepEqual(kinds(-400, 400), []);
});

test('members are gray as their leader sees it', () => {
  const gray = [{ member: 2, text: 'a flush takes 120 ms, at replica 1 3 ms' }];
  const { conditions } = judge(viewOf(factsOf(1, { gray }), [factsOf(2), factsOf(3)]));
  assert.deepEqual(
    conditions.map(({ kind, subject, text }) => [kind, subject, text]),
    [
      [
        'memberGray',
        'replica 2',
        'Replica 2 is worse than the others: a flush takes 120 ms, at replica 1 3 ms.',
      ],
    ],
  );
  assert.deepEqual(kindsIn(viewOf(factsOf(2), [factsOf(1, { gray }), factsOf(3)])), ['memberGray replica 2']);
});

test('a backup that runs well on one machine is enough', () => {
  const view = (first?: readonly string[], second?: readonly string[]): ClusterView => ({
    ...viewOf(factsOf(1, first && { backup: { writtenMs: 1, alarms: first } }), [
      factsOf(2, second && { backup: { writtenMs: 2, alarms: second } }),
      factsOf(3),
    ]),
    hasBackup: true,
  });
  assert.deepEqual(kindsIn(view(['old'], [])), []);
  assert.deepEqual(
    judge(view(['old'], ['new'])).conditions.map(({ text }) => text),
    ['new'],
  );
  assert.match(judge(view()).conditions[0]!.text, /No machine that answers runs the backup/);
});

test('what a site alarms, and what no person has decided, goes to hooks', () => {
  const view = (site?: ReplicaFacts['site']): ClusterView => ({
    ...viewOf(factsOf(1), [factsOf(2, site && { site }), factsOf(3)]),
    hasSites: true,
  });
  assert.deepEqual(kindsIn(view({ writtenMs: 1, alarms: [] })), []);
  assert.match(judge(view()).conditions[0]!.text, /No machine that answers runs the process of this site/);
  const undecided = { level: 2, text: 'no sign of life' };
  assert.deepEqual(
    judge(view({ writtenMs: 1, alarms: ['behind'], undecided })).conditions.map(({ kind, value, text }) => [
      kind,
      value,
      text,
    ]),
    [
      ['siteBehind', '', 'behind'],
      ['siteUndecided', '2', 'no sign of life'],
    ],
  );
});

test('a drill is overdue where it is so by the reports of every machine', () => {
  const view = (first?: readonly string[], second?: readonly string[]): ClusterView =>
    viewOf(factsOf(1, first && { drills: first }), [factsOf(2, second && { drills: second }), factsOf(3)]);
  assert.deepEqual(kindsIn(view()), []);
  assert.deepEqual(kindsIn(view(['restore'], [])), []);
  assert.deepEqual(kindsIn(view(['restore'], ['restore'])), ['drillOverdue']);
});

test('what another replica sends are facts, or are left out', () => {
  const site = { writtenMs: 1, alarms: [], undecided: { level: 1, text: 'x' } };
  const facts = factsOf(1, { site, backup: { writtenMs: 1, alarms: ['x'] } });
  assert.ok(areFacts(JSON.parse(JSON.stringify(facts))));
  for (const bad of [
    null,
    [],
    { ...facts, term: -1 },
    { ...facts, isServing: 1 },
    { ...facts, crashLoops: [1] },
    { ...facts, certificates: [{}] },
    { ...facts, backup: { writtenMs: 1 } },
    { ...facts, site: { writtenMs: 1, alarms: [], undecided: {} } },
    { ...facts, lagFrames: 'x' },
    { ...facts, gray: [{ member: 1 }] },
    { ...facts, stoppedBefore: -1 },
    { ...facts, sides: [{ source: 'gateway 1', ageMs: 0 }] },
    { ...facts, sides: [{ source: 'gateway 1', ageMs: 0, conditions: [{ kind: 'fault', text: '' }] }] },
  ])
    assert.equal(areFacts(bad), false, JSON.stringify(bad));
});

test('what two watchers found is a condition, whichever replicas they reached; what one found is none', () => {
  const heard = (source: string, fault: 'wrong' | 'late' | 'silent' | 'crash') => ({
    canaries: [{ source, report: reportOfWatcher(1, [fault]), ageMs: 100 }],
  });
  const kinds = { wrong: 'Wrong', late: 'Late', silent: 'Silent', crash: 'Unreached' } as const;
  for (const [fault, word] of Object.entries(kinds) as ['wrong', 'Wrong'][]) {
    const one = factsOf(1, heard('gateway/1', fault));
    assert.deepEqual(kindsIn(viewOf(one, [factsOf(2, heard('gateway/1', fault))])), []);
    const two = factsOf(2, heard('operator/1', fault));
    assert.ok(areFacts(JSON.parse(JSON.stringify(two))));
    assert.deepEqual(kindsIn(viewOf(one, [two])), [`canary${word}`]);
  }
  assert.equal(areFacts({ ...factsOf(2), canaries: [{ source: 'gateway/1', report: {}, ageMs: 0 }] }), false);
});
