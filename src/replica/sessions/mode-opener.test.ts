/** Modes that end by themselves, on replicas that come and go. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { Side } from '../../protocol/commands.ts';
import { modeRefused, outcome } from '../../protocol/events.ts';
import { refused } from '../../protocol/messages.ts';
import { Mode, openDue } from '../../protocol/mode-commands.ts';
import { Group } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

const inAMomentMs = 300;

function trading(group: Group): WireClient {
  const caller = group.connect(group.leader());
  caller.open(1);
  group.until(() => group.leader().running.state.engine.lastSeq > 0);
  group.step(5);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(20);
  caller.take();
  return caller;
}

const isOpen = (group: Group): boolean => group.leader().running.state.engine.mode === Mode.open;

test('a leader opens what is to open when the time has come, and not before', () => {
  const group = new Group(1);
  const caller = trading(group);
  caller.setMode(Mode.cancelOnly, inAMomentMs);
  group.until(() => !isOpen(group));
  const { engine } = group.leader().running.state;
  const { opensAtUs } = engine;
  caller.place(Side.buy, 100);
  group.step(5);
  const [stopped] = caller.take().filter(({ type }) => type === modeRefused.type);
  assert.equal(modeRefused.read(stopped!.view, 0).reasonText, 'a reason');
  group.until(() => isOpen(group));
  assert.ok(engine.lastTimeUs >= opensAtUs);
  caller.place(Side.buy, 100);
  group.step(5);
  assert.equal(caller.takeAll(outcome)[0]?.code, OutcomeCode.ok);
});

test('what is to open opens at the next leader where the one before has died', () => {
  const group = new Group(3);
  const caller = trading(group);
  caller.setMode(Mode.halted, inAMomentMs);
  group.until(() => !isOpen(group));
  group.leader().crash();
  group.until(() => isOpen(group));
  assert.equal(group.leader().running.state.engine.openings, 1);
});

test('every replica shows its main thread what is not open, also one that comes back', () => {
  const group = new Group(3);
  const caller = trading(group);
  caller.setMode(Mode.cancelOnly, 0);
  const isShown = (): boolean => group.nodes.every(({ control }) => control.stopped.length === 1);
  group.until(isShown);
  const [stopped] = group.leader().control.stopped;
  assert.deepEqual(stopped, {
    scope: 'exchange',
    id: 0,
    mode: 'cancelOnly',
    reason: 'a reason',
    opensAtUs: 0,
  });
  const [follower] = group.followers();
  follower!.crash();
  follower!.control.stopped = [];
  follower!.start();
  group.until(isShown);
  caller.setMode(Mode.open, 0);
  group.until(() => group.nodes.every(({ control }) => control.stopped.length === 0));
});

test('a mode without an end stays', () => {
  const group = new Group(1);
  const caller = trading(group);
  caller.setMode(Mode.halted, 0);
  group.until(() => !isOpen(group));
  group.step(500);
  assert.equal(isOpen(group), false);
});

test('the day of an exchange that is halted does not end, and the operator learns why', () => {
  const group = new Group(1);
  const caller = trading(group);
  const { control } = group.leader();
  caller.setMode(Mode.halted, 0);
  group.until(() => !isOpen(group));
  control.give('endDay');
  group.step(2);
  assert.match(control.replies.at(-1)!.text, /halted/);
});

test('a client cannot say that the time has come', () => {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  group.step(2);
  caller.take();
  caller.send(openDue, emptyHeader);
  group.step();
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.malformed);
});
