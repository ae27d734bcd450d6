/** Cancels that go on for several commands, on replicas that come and go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { continueCancels, massCancel, Side } from '../../protocol/commands.ts';
import { orderCancelled, outcome } from '../../protocol/events.ts';
import { refused } from '../../protocol/messages.ts';
import { Group } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

const limits = { engineLimits: { cancelsMax: 4 } };
const orders = 41;

function trading(group: Group): WireClient {
  const caller = group.connect(group.leader());
  caller.open(1);
  group.until(() => group.leader().running.state.engine.lastSeq > 0);
  group.step(5);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  for (let n = 0; n < orders; n++) caller.place(Side.sell, 100 + (n % 3));
  group.step(20);
  caller.take();
  return caller;
}

test('a leader goes on with a mass cancel until it is done, with other commands in between', () => {
  const group = new Group(1, limits);
  const caller = trading(group);
  caller.massCancel();
  group.step(3);
  caller.place(Side.buy, 100);
  group.until(() => !group.leader().running.state.engine.isSweeping);
  group.step(3);
  const outcomes = caller.takeAll(outcome);
  const [placed, cancelled] = outcomes;
  assert.deepEqual(
    [placed?.filledLots, placed?.remainingLots],
    [0, 10],
    'nobody trades with what is cancelled',
  );
  assert.deepEqual([cancelled?.commandType, cancelled?.count, outcomes.length], [massCancel.type, orders, 2]);
});

test('a mass cancel whose leader dies is ended by the next one, and answered once', () => {
  const group = new Group(3, limits);
  const caller = trading(group);
  caller.massCancel();
  const old = group.leader();
  group.until(() => old.running.state.engine.portions > 2);
  const { lastSeq } = old.running.state.engine;
  old.crash();
  const again = group.connect(group.leader());
  again.attach(caller, lastSeq);
  const { engine } = group.leader().running.state;
  group.until(() => !engine.isSweeping);
  group.step(5);
  const outcomes = again.takeAll(outcome);
  assert.deepEqual(
    outcomes.map(({ commandType, count }) => [commandType, count]),
    [[massCancel.type, orders]],
  );
  engine.invariants();
});

test('a client cannot go on with cancels', () => {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  group.step(2);
  caller.take();
  caller.send(continueCancels, emptyHeader);
  group.step();
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.malformed);
  assert.equal(caller.takeAll(orderCancelled).length, 0);
});
