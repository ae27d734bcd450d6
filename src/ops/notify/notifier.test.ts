import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { Failure } from '../failure.ts';
import type { Notice } from './notice.ts';
import type { HeardSide } from './side-report.ts';
import { Watchers } from './testing/watchers.ts';

afterEach(() => mock.timers.reset());

/** What arrived, as short words. */
function words(arrived: readonly Notice[]): string[] {
  return arrived.map(({ kind, subject, state, value }) =>
    [kind, subject, state === 'happens' ? value : state].filter((word) => word !== '').join(' '),
  );
}

test('each event is told once for the cluster, whichever replicas see it', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(2, 1);
  await watchers.pass(3_000);
  watchers.change(3, { isDiskFull: true });
  await watchers.pass(3_000);
  watchers.change(3, { isDiskFull: false });
  await watchers.pass(3_000);
  assert.deepEqual(words(arrived), [
    'leaderChanged 2',
    'membersChanged voters 1, 2, 3; learners none',
    'diskFull replica 3 begins',
    'diskFull replica 3 ends',
  ]);
});

test('the next leader tells what the last one could not, and nothing twice', async () => {
  const arrived: Notice[] = [];
  let isDown = false;
  const take = (notice: Notice): void => {
    if (isDown) throw new Failure('it is down');
    arrived.push(notice);
  };
  const watchers = new Watchers({ pager: take });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  isDown = true;
  watchers.change(2, { isParked: true });
  await watchers.pass(2_000);
  watchers.change(2, { isParked: false });
  await watchers.pass(2_000);
  watchers.kill(1);
  watchers.lead(3, 2);
  await watchers.pass(500);
  isDown = false;
  await watchers.pass(90_000);
  assert.deepEqual(words(arrived).slice(2).toSorted(), [
    'leaderChanged 3',
    'memberLost replica 1 begins',
    'stateDiffers replica 2 begins',
    'stateDiffers replica 2 ends',
  ]);
  assert.deepEqual(
    words(arrived).filter((word) => word.startsWith('stateDiffers')),
    ['stateDiffers replica 2 begins', 'stateDiffers replica 2 ends'],
    'those of a kind are in order',
  );
  assert.equal(new Set(arrived.map(({ id }) => id)).size, arrived.length);
});

test('a replica that lost its ledger and leads takes over what the others have before it sends', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.change(2, { isDiskFull: true });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  const before = arrived.length;
  watchers.kill(1);
  watchers.lead(0, 1);
  watchers.start(1);
  watchers.lead(1, 2);
  await watchers.pass(10_000);
  assert.deepEqual(words(arrived.slice(before)), ['leaderChanged 1']);
  assert.equal(arrived.at(-1)!.number, 2);
});

test('a notice leaves once a majority has it, so that no failover loses it', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  watchers.change(1, { isDiskFull: true });
  await watchers.pass(500, { areApart: true });
  assert.equal(words(arrived).includes('diskFull replica 1 begins'), false, 'no other replica has it yet');
  await watchers.pass(4_000, { areApart: true });
  assert.ok(words(arrived).includes('diskFull replica 1 begins'), 'it does not wait for ever');
});

test('without a leader the lowest of those that see each other tells, and says what it cannot see', async () => {
  const arrived: (readonly [number, Notice])[] = [];
  const watchers = new Watchers({ pager: (notice, from) => void arrived.push([from, notice]) });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  watchers.kill(1);
  watchers.lead(0, 1);
  await watchers.pass(1_000);
  assert.equal(
    arrived.some(([, { kind }]) => kind === 'quorumLost'),
    false,
    'an election takes a moment',
  );
  await watchers.pass(750);
  const lost = arrived.filter(([, { kind }]) => kind === 'quorumLost');
  assert.deepEqual(
    lost.map(([from, { state }]) => [from, state]),
    [[2, 'begins']],
  );
  assert.match(
    lost[0]![1].text,
    /Replicas 2, 3 answer, replica 1 does not; what replica 2 cannot reach it cannot see/,
  );
  watchers.lead(3, 2);
  await watchers.pass(6_000);
  assert.deepEqual(
    arrived.filter(([, { kind }]) => kind === 'quorumLost').map(([from, { state }]) => [from, state]),
    [
      [2, 'begins'],
      [3, 'ends'],
    ],
  );
});

test('the last of three says at once that no majority is left, and no later ledger makes it two', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(3, 1);
  await watchers.pass(3_000);
  for (const id of [1, 2]) {
    watchers.kill(id);
    watchers.notifier(3).gone(id);
  }
  watchers.lead(0, 1);
  await watchers.pass(1_250);
  assert.deepEqual(words(arrived).slice(2), ['quorumLost begins']);
  watchers.start(1);
  watchers.start(2);
  watchers.lead(1, 2);
  await watchers.pass(6_000);
  const told = words(arrived).filter((word) => word.startsWith('quorumLost'));
  assert.deepEqual(told, ['quorumLost begins', 'quorumLost ends']);
});

test('a replica that was removed and runs on does not say that no replica leads', async () => {
  const arrived: (readonly [number, Notice])[] = [];
  const watchers = new Watchers({ pager: (notice, from) => void arrived.push([from, notice]) });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  watchers.lead(2, 2);
  watchers.change(1, { leaderId: 0, isServing: false, voters: 0b110 });
  await watchers.pass(6_000, { areApart: true });
  assert.deepEqual(
    arrived.filter(([from, { kind }]) => from === 1 && kind === 'quorumLost'),
    [],
  );
});

test('what one says that was cut off, hooks included, is not sent once the leader knows better', async () => {
  const arrived: (readonly [number, Notice])[] = [];
  let isCut = false;
  const watchers = new Watchers({
    pager: (notice, from) => {
      if (isCut && from === 3) throw new Failure('it is not reached');
      arrived.push([from, notice]);
    },
  });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  isCut = true;
  watchers.change(3, { leaderId: 0 });
  await watchers.pass(6_000, { areApart: true });
  assert.equal(watchers.notifier(3).ledger.newest('quorumLost', '')?.state, 'begins');
  isCut = false;
  watchers.change(3, { leaderId: 1 });
  await watchers.pass(10_000);
  assert.equal(watchers.notifier(1).ledger.newest('quorumLost', '')?.state, 'ends');
  assert.deepEqual(
    arrived.filter(([, { kind }]) => kind === 'quorumLost'),
    [],
  );
});

test('an endpoint that fails for ten minutes gets each notice once and in order, and holds up no other hook', async () => {
  const arrived: Record<string, Notice[]> = { good: [], bad: [] };
  let calls = 0;
  let isDown = true;
  const watchers = new Watchers({
    good: (notice) => void arrived['good']!.push(notice),
    bad: (notice) => {
      calls++;
      if (isDown) throw new Failure('it answers with status 500');
      arrived['bad']!.push(notice);
    },
  });
  watchers.lead(1, 1);
  for (let minute = 0; minute < 10; minute++) {
    watchers.change(2, { isDiskFull: minute % 2 === 0 });
    await watchers.pass(60_000);
  }
  const ofDisks = (name: string): string[] =>
    words(arrived[name]!).filter((word) => word.startsWith('diskFull'));
  assert.equal(ofDisks('good').length, 10);
  assert.equal(
    watchers
      .notifier(1)
      .standing()
      .find(({ name }) => name === 'bad')!.breaker,
    'open',
  );
  assert.ok(calls < 40, `it is left in peace: ${calls} calls`);
  assert.ok(words(arrived['good']!).includes('hookFailing hook bad begins'));
  isDown = false;
  await watchers.pass(120_000);
  assert.deepEqual(ofDisks('bad'), ofDisks('good'));
  assert.equal(new Set(arrived['bad']!.map(({ id }) => id)).size, arrived['bad']!.length);
  assert.ok(words(arrived['good']!).includes('hookFailing hook bad ends'));
});

test('a hook that fails is no news to the next sender, nor over, before that one has tried it', async () => {
  const arrived: Notice[] = [];
  let isDown = true;
  const watchers = new Watchers({
    good: (notice) => void arrived.push(notice),
    bad: () => (isDown ? Promise.reject(new Error('refused')) : Promise.resolve()),
  });
  watchers.lead(1, 1);
  for (let minute = 0; minute < 6; minute++) {
    watchers.change(2, { isDiskFull: minute % 2 === 0 });
    await watchers.pass(60_000);
  }
  const ofHooks = (): string[] => words(arrived).filter((word) => word.startsWith('hookFailing'));
  assert.deepEqual(ofHooks(), ['hookFailing hook bad begins']);
  for (const leader of [2, 3, 1]) {
    watchers.lead(leader, leader + 1);
    await watchers.pass(180_000);
  }
  assert.deepEqual(ofHooks(), ['hookFailing hook bad begins']);
  isDown = false;
  await watchers.pass(180_000);
  assert.deepEqual(ofHooks(), ['hookFailing hook bad begins', 'hookFailing hook bad ends']);
});

test('one that never answers holds up itself alone, and no process that ends', async () => {
  const arrived: Notice[] = [];
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const watchers = new Watchers({
    hanging: () => new Promise(() => undefined),
    good: (notice) => void arrived.push(notice),
  });
  watchers.lead(1, 1);
  await watchers.pass(5_000);
  assert.equal(arrived.length, 2);
  assert.ok(timers() > before, 'it is waited for');
  watchers.kill(1);
  await watchers.pass(250);
  assert.equal(timers(), before, 'nothing waits for it any more');
});

test('what is too old is given up, and that is told once', async () => {
  const arrived: Record<string, Notice[]> = { good: [], bad: [] };
  const watchers = new Watchers(
    {
      good: (notice) => void arrived['good']!.push(notice),
      bad: () => {
        throw new Failure('it is down');
      },
    },
    { giveUpMs: 120_000 },
  );
  watchers.lead(1, 1);
  await watchers.pass(600_000);
  const told = arrived['good']!.filter(({ kind }) => kind === 'noticesGivenUp');
  assert.ok(told.length === 1, `${told.length}`);
  assert.match(told[0]!.text, /notices to the hook bad were given up/);
  assert.ok(watchers.warnings.some((text) => /leaderChanged-1 to the hook bad is given up/.test(text)));
});

test('memory is bounded: beyond that the oldest are given up, and what is known to hold is kept', async () => {
  const bad = (): never => {
    throw new Failure('it is down');
  };
  const watchers = new Watchers({ bad }, { ledgerLimits: { entriesMax: 40, waitingMax: 20 } });
  watchers.change(3, { isDiskFull: true });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  for (let n = 0; n < 100; n++) {
    watchers.stopped =
      n % 2 === 0 ? [{ scope: 'account', id: n, mode: 'halted', reason: '', opensAtUs: 0 }] : [];
    await watchers.pass(1_000);
  }
  const { ledger } = watchers.notifier(1);
  assert.ok(ledger.waiting('bad').count <= 20);
  assert.equal(ledger.newest('diskFull', 'replica 3')?.state, 'begins');
  assert.ok(watchers.warnings.some((text) => text.includes('is given up')));
});

test('a mode is told with its reason, another one as another event, and its end', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) }, { on: ['modeChanged'] });
  watchers.lead(1, 1);
  const stop = async (mode: string, reason = 'drill'): Promise<void> => {
    watchers.stopped =
      mode === '' ? [] : [{ scope: 'exchange', id: 0, mode: mode as 'halted', reason, opensAtUs: 0 }];
    await watchers.pass(3_000);
  };
  await stop('halted');
  await stop('halted', 'order 17 is wrong');
  await stop('halted', 'order 18 is wrong');
  await stop('cancelOnly');
  await stop('');
  assert.deepEqual(
    arrived.map(({ state, value }) => [state, value]),
    [
      ['begins', 'halted'],
      ['begins', 'halted'],
      ['begins', 'halted'],
      ['begins', 'cancelOnly'],
      ['ends', ''],
    ],
  );
  assert.equal(arrived[0]!.text, 'The exchange is in mode halted: drill.');
});

test('what comes within one look is told one by one: voided commands, spares, fence commands, certificates', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  const before = arrived.length;
  // The process died on the next one before it could look, and passes over all of them when it starts.
  watchers.change(1, { voided: [40, 41, 44] });
  watchers.change(2, { voided: [40] });
  watchers.change(1, {
    spares: [
      { number: 1, spareId: 4, memberId: 2 },
      { number: 2, spareId: 5, memberId: 3 },
    ],
  });
  const fenced = { kind: 'fenceRan', subject: 'replica 3', facts: {}, severity: 'warning' } as const;
  for (const [value, agoMs] of [
    ['first', 0],
    ['at once', 0],
    ['by a clock that was set back', 60_000],
  ] as const)
    watchers.notifier(1).note({ ...fenced, value, text: value }, watchers.nowMs - agoMs);
  await watchers.pass(3_000);
  const ends = (of: string, endsAtMs: number) => ({ of, endsAtMs });
  watchers.change(3, { certificates: [ends('links', 5)] });
  await watchers.pass(3_000);
  watchers.change(3, { certificates: [ends('links', 5), ends('control.tls', 6)] });
  await watchers.pass(3_000);
  watchers.change(3, { certificates: [ends('links', 7), ends('control.tls', 6)] });
  await watchers.pass(3_000);
  const of = (wanted: string) => arrived.slice(before).filter(({ kind }) => kind === wanted);
  const valuesOf = (wanted: string) => of(wanted).map(({ value }) => value);
  assert.deepEqual(valuesOf('commandVoided'), ['40', '41', '44']);
  assert.deepEqual(valuesOf('spareGivenVote'), ['4 for 2', '5 for 3']);
  assert.deepEqual(valuesOf('fenceRan'), ['first', 'at once', 'by a clock that was set back']);
  assert.deepEqual(
    of('certificateEnding').map(({ text }) => text.includes('control.tls at')),
    [false, true],
    'another certificate is news, another time of the same one is none',
  );
  assert.equal(new Set(arrived.map(({ id }) => id)).size, arrived.length);
});

test('while a member stays gray another reason is another event, and another figure of the same one is none', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) }, { on: ['memberGray'] });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  const flush = (us: number): string => `its flushes take ${us} us, those of replica 2 take 300 us`;
  for (const text of [
    flush(900),
    flush(1_200),
    `${flush(1_100)}, and it lost 40 of 1000 datagrams`,
    flush(950),
  ]) {
    watchers.change(1, { gray: [{ member: 3, text }] });
    await watchers.pass(6_000);
  }
  watchers.change(1, { gray: [] });
  await watchers.pass(6_000);
  assert.deepEqual(
    arrived.map(({ state, text }) => [state, text.includes('datagrams')]),
    [
      ['begins', false],
      ['begins', true],
      ['begins', false],
      ['ends', false],
    ],
  );
});

test('failure 8: a clock that jumps gives nothing up', async () => {
  const bad = (): never => {
    throw new Failure('it is down');
  };
  const watchers = new Watchers({ bad }, { giveUpMs: 60_000 });
  watchers.lead(1, 1);
  await watchers.pass(3_000);
  watchers.nowMs += 36_000_000;
  await watchers.pass(250);
  assert.equal(watchers.notifier(1).standing()[0]!.givenUp, 0);
});

test('a fence command that one replica heard of, and a voided command that all see, are each sent once', async () => {
  const arrived: (readonly [number, Notice])[] = [];
  const watchers = new Watchers({ pager: (notice, from) => void arrived.push([from, notice]) });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  const before = arrived.length;
  const fenced = { kind: 'fenceRan', subject: 'replica 3', value: 'done', facts: {} } as const;
  watchers.notifier(2).note({ ...fenced, text: 'off', severity: 'warning' }, watchers.nowMs);
  for (const id of [1, 2, 3]) watchers.change(id, { voided: [40] });
  await watchers.pass(3_000);
  watchers.kill(1);
  watchers.lead(2, 2);
  await watchers.pass(12_000);
  watchers.notifier(2).note({ ...fenced, value: 'failed', text: 'on', severity: 'critical' }, watchers.nowMs);
  await watchers.pass(3_000);
  const told = arrived.slice(before).map(([, notice]) => notice);
  const of = (wanted: string) =>
    told.filter(({ kind }) => kind === wanted).map(({ value, severity }) => [value, severity]);
  assert.deepEqual(of('commandVoided'), [['40', 'critical']]);
  assert.deepEqual(of('fenceRan'), [
    ['done', 'warning'],
    ['failed', 'critical'],
  ]);
  assert.ok(arrived.slice(before).every(([from]) => from === 1 || from === 2));
});

test('what a process beside the replicas says begins and ends with its word, and not with its silence', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  const says = (...kinds: ('breakerOpen' | 'addressFailing')[]): HeardSide => ({
    source: 'dns of replica 3',
    breaker: kinds.length === 0 ? 'closed' : 'open',
    conditions: kinds.map((kind) => ({ kind, text: `${kind} there` })),
    ageMs: 10,
  });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  watchers.change(2, { sides: [says('breakerOpen')] });
  watchers.change(3, { sides: [{ ...says(), ageMs: 5_000 }] });
  await watchers.pass(3_000);
  watchers.change(2, { sides: [] });
  watchers.change(3, { sides: [] });
  await watchers.pass(3_000);
  watchers.kill(1);
  watchers.lead(2, 2);
  await watchers.pass(12_000);
  watchers.change(3, { sides: [says()] });
  await watchers.pass(3_000);
  assert.deepEqual(
    words(arrived).filter((word) => word.startsWith('breakerOpen')),
    ['breakerOpen dns of replica 3 begins', 'breakerOpen dns of replica 3 ends'],
  );
});

test('a command on which replicas died is one event, however many died, and ends when none stops there', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(1, 1);
  await watchers.pass(8_000);
  watchers.change(2, { stoppedBefore: 77 });
  await watchers.pass(1_000);
  watchers.change(3, { stoppedBefore: 77 });
  await watchers.pass(2_000);
  watchers.change(2, { stoppedBefore: 0 });
  await watchers.pass(2_000);
  watchers.kill(3);
  await watchers.pass(12_000);
  const parked = () => words(arrived).filter((word) => word.startsWith('commandParked'));
  assert.deepEqual(parked(), ['commandParked command 77 begins'], 'the one that may stop there is not seen');
  watchers.start(3);
  watchers.change(3, { leaderId: 1, term: 1 });
  await watchers.pass(6_000);
  assert.deepEqual(parked(), ['commandParked command 77 begins', 'commandParked command 77 ends']);
});
