import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from '../../protocol/commands.ts';
import { pressure } from '../../protocol/messages.ts';
import { Group } from '../testing/group.ts';

test('pressure is told when it comes and goes, also to those who come later', () => {
  const group = new Group(3);
  const leader = group.leader();
  const busy = group.connect(leader);
  busy.open(1);
  group.step(3);
  busy.takeOpened();
  busy.createAccount();
  busy.createInstrument();
  group.step(3);
  busy.take();
  const idle = group.connect(leader);
  idle.take();
  for (const { datagrams } of group.followers()) datagrams.isCutOff = true;
  const { ring } = leader.running.sequencer;
  for (let n = 0; n < 1_000 && ring.usedPermille < 900; n++) {
    while (busy.side.room > placeOrder.size) busy.place(1, 50);
    group.step();
  }
  assert.ok(leader.running.serving && ring.usedPermille >= 900);
  const told = idle.takeAll(pressure).map(({ usedPermille }) => usedPermille);
  const marks = told.map((usedPermille) => Math.floor(usedPermille / 100));
  assert.equal(marks.at(-1), 9);
  assert.equal(new Set(marks).size, told.length, 'once at each mark');
  assert.ok(marks.every((mark) => mark >= 7));
  const late = group.connect(leader);
  late.attach(busy);
  group.step();
  assert.ok((late.takeAll(pressure)[0]?.usedPermille ?? 0) >= 900);
  group.until(() => !leader.running.serving, 'the leader stepping down');
  group.step(2);
  assert.equal(idle.takeAll(pressure).at(-1)?.usedPermille, 0, 'the ring of one who does not lead is empty');
});

test('pressure goes mark by mark, and what is told of a mark holds until the next one', () => {
  const group = new Group(3);
  const leader = group.leader();
  const idle = group.connect(leader);
  const { ring } = leader.running.sequencer;
  const used: number[] = [];
  Object.defineProperty(ring, 'usedPermille', { get: () => used[0] });
  const told = (permille: number): number[] => {
    used[0] = permille;
    group.step();
    return idle.takeAll(pressure).map(({ usedPermille }) => usedPermille);
  };
  assert.deepEqual([690, 700, 799, 650, 805].map(told), [[], [700], [], [], [805]]);
  assert.deepEqual([950, 801, 799, 701].map(told), [[950], [], [800], []]);
  // At 700 reports are still turned away: the next notice takes that back.
  assert.deepEqual([699, 700, 600, 599].map(told), [[700], [], [], [599]]);
  assert.deepEqual([1_000, 0].map(told), [[1_000], [0]]);
});
