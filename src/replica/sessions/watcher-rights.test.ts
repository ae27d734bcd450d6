import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { cancelOrder, endDay, massCancel, replaceOrder } from '../../protocol/commands.ts';
import { outcome } from '../../protocol/events.ts';
import { attach, attached, FeedKind, QueryKind, queryResult, refused } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

const own = canaryInstrument(3);
const watcherId = 3;

/** An exchange with a canary and a trader, and a watcher with an open session. */
function stage() {
  const group = new Group(1);
  const leader = group.leader();
  const operator = group.connect(leader);
  operator.open(1);
  group.step(3);
  operator.takeOpened();
  for (const account of [1, canaryMaker, canaryTaker]) operator.createAccount(account);
  for (const instrument of [1, own, canaryInstrument(4)]) operator.createInstrument(instrument);
  operator.place(1, 100, 'of-trader');
  group.step(3);
  operator.take();
  return { group, leader, operator, watcher: opened(group, leader) };
}

function opened(group: Group, leader: Node): WireClient {
  const watcher = group.call(leader, { kind: PartyKind.watcher, id: watcherId });
  group.step();
  watcher.open(2);
  group.step(3);
  watcher.takeOpened();
  return watcher;
}

test('a watcher trades with the canary in its own instrument, and reads what came of it', () => {
  const { group, watcher } = stage();
  watcher.place(2, 100, 'm', canaryMaker, own);
  watcher.place(1, 100, 't', canaryTaker, own);
  watcher.command(massCancel, { accountId: canaryMaker, instrumentId: own, side: 0 });
  group.step(3);
  assert.deepEqual(
    watcher.takeAll(outcome).map(({ code }) => code),
    [0, 0, 0],
  );
  for (const kind of [QueryKind.openOrders, QueryKind.positions, QueryKind.account, QueryKind.fills])
    watcher.ask(kind, { accountId: canaryTaker });
  watcher.ask(QueryKind.order, { accountId: canaryMaker, clientOrderId: 'm' });
  for (const kind of [QueryKind.book, QueryKind.trades]) watcher.ask(kind, { instrumentId: own });
  group.step(20);
  assert.deepEqual(
    watcher.takeAll(queryResult).map(({ code }) => code),
    Array(7).fill(ReplyCode.ok),
  );
});

test('what else a watcher sends is refused before it is in the log', () => {
  const { group, leader, operator, watcher } = stage();
  const { lastSeq } = leader.running.state.engine;
  const change = { orderId: 1, quantityLots: 1, priceTicks: 1, clientOrderId: '' };
  const tries: readonly (() => void)[] = [
    () => watcher.place(1, 100, 'x', 1, 1),
    () => watcher.place(1, 100, 'x', 1, own),
    () => watcher.place(1, 100, 'x', canaryMaker, 1),
    () => watcher.place(1, 100, 'x', canaryMaker, canaryInstrument(4)),
    () => watcher.cancel('of-trader', 1),
    () => watcher.command(replaceOrder, { accountId: 1, ...change }),
    () => watcher.massCancel(1),
    () => watcher.massCancel(canaryMaker),
    () => watcher.createAccount(7),
    () => watcher.createAccount(canaryMaker),
    () => watcher.createInstrument(7),
    () => watcher.command(endDay, { accountId: canaryMaker }),
    () => watcher.setMode(1, 0),
    () => watcher.command(endDay, {}),
  ];
  for (const send of tries) {
    send();
    watcher.sent -= 1;
    group.step(3);
    assert.deepEqual(
      watcher.takeAll(refused).map(({ code }) => code),
      [ReplyCode.notAuthorized],
      `${send}`,
    );
  }
  assert.equal(leader.running.state.engine.lastSeq, lastSeq);
  operator.cancel('of-trader', 1);
  group.step(3);
  assert.equal(operator.takeAll(outcome).at(-1)?.code, OutcomeCode.ok, 'the order is still there');
  watcher.command(cancelOrder, { accountId: canaryMaker, orderId: 1, clientOrderId: '', reserved2: 0 });
  group.step(3);
  assert.deepEqual(
    watcher.takeAll(outcome).map(({ code }) => code),
    [OutcomeCode.unknownOrder],
  );
});

test('a watcher reads nothing of traders, of keys, of the audit trail or of the state', () => {
  const { group, watcher } = stage();
  const asked: readonly [number, object][] = [
    ...[QueryKind.order, QueryKind.openOrders, QueryKind.positions, QueryKind.account, QueryKind.fills].map(
      (kind) => [kind, { accountId: 1, afterId: 0 }] as [number, object],
    ),
    ...[QueryKind.book, QueryKind.trades].flatMap((kind) =>
      [1, canaryInstrument(4)].map((instrumentId) => [kind, { instrumentId }] as [number, object]),
    ),
    ...[QueryKind.instruments, QueryKind.modes, QueryKind.keys, QueryKind.hashes, QueryKind.audit].map(
      (kind) => [kind, {}] as [number, object],
    ),
  ];
  for (const [kind, subject] of asked) {
    watcher.ask(kind, subject);
    group.step(20);
    const answers = watcher.takeAll(queryResult).map(({ code, rowCount }) => [code, rowCount]);
    assert.deepEqual(answers, [[ReplyCode.notAuthorized, 0]], `${kind} ${JSON.stringify(subject)}`);
  }
  assert.equal(new Set(Object.values(QueryKind)).size, 12, "a new question is not a watcher's to ask");
});

test('a watcher hears no events of others', () => {
  const { group, operator, watcher } = stage();
  for (const sessionId of [0, watcher.sessionId]) {
    watcher.attach(sessionId, 0, FeedKind.all);
    group.step(3);
    const answers = watcher.take();
    assert.deepEqual(
      answers.filter(({ type }) => type === attached.type),
      [],
    );
    const [answer] = answers.filter(({ type }) => type === refused.type);
    const { code, subject } = refused.read(answer!.view, 0);
    assert.deepEqual([code, subject], [ReplyCode.notAuthorized, attach.type]);
  }
  operator.place(1, 50, 'another');
  group.step(3);
  assert.deepEqual(watcher.take(), []);
});
