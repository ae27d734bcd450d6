import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { outcome } from '../../protocol/events.ts';
import { refused } from '../../protocol/messages.ts';
import { Group, type Node, stepUs } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

function traderAt(group: Group, node: Node): WireClient {
  const caller = group.connect(node);
  caller.open(1);
  group.step(100);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(100);
  return caller;
}

test('the disks of a majority are full: soon no commands are taken, and it goes on when there is space', () => {
  const group = new Group(3, { durability: 'disk', segmentBytes: 65_536, frameBytes: 1_024 });
  const leader = group.leader();
  const client = traderAt(group, leader);
  const followers = group.followers();
  for (const { disk } of followers) disk.capacityBytes = disk.usedBytes;
  group.until(() => {
    if (leader.running.sequencer.ring.count === 0) client.place(1, 100);
    return !leader.running.serving;
  }, 'that nobody serves');
  assert.equal(leader.counters.of('commitsStalled'), 1);
  assert.ok(leader.log.warnings.some((text) => /nothing is committed/.test(text)));
  const applied = leader.running.state.engine.lastSeq;
  const stamped = leader.running.log.journal.nextSeq - 1;
  group.step(100);
  client.takeAll(refused);
  client.place(1, 100);
  group.step(5_000_000 / stepUs);
  assert.equal(client.takeAll(refused)[0]?.code, ReplyCode.notLeader, 'it is refused at once');
  assert.equal(leader.running.state.engine.lastSeq, applied);
  for (const { disk } of followers) disk.capacityBytes = Number.MAX_SAFE_INTEGER;
  const next = group.leader();
  assert.equal(next.counters.of('commitsStalled'), 0);
  assert.equal(
    next.running.state.engine.lastSeq,
    stamped,
    'what was stamped was carried out, what waited was not',
  );
  const later = group.connect(next);
  later.open(2);
  group.step(1_000);
  later.takeOpened();
  later.place(1, 100);
  group.step(1_000);
  assert.equal(later.takeAll(outcome).at(-1)?.code, OutcomeCode.ok);
});
