import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../engine/engine.ts';
import { ReplyCode } from '../../protocol/codes.ts';
import { massCancel, OrderType, placeOrder, Side, TimeInForce } from '../../protocol/commands.ts';
import { OrderStatus, orderExecuted, outcome, trade } from '../../protocol/events.ts';
import { recordBytesMax } from '../../protocol/limits.ts';
import {
  accountRow,
  hashesRow,
  levelRow,
  orderRow,
  QueryKind,
  query,
  queryResult,
} from '../../protocol/messages.ts';
import { fillsRow, placeRow } from '../../protocol/place-rows.ts';
import { EventRing } from '../exchange/event-ring.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { RememberedFills } from '../exchange/fills.ts';
import { StateHashes } from '../exchange/state-hashes.ts';
import { Group } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { writeQueryResult } from './queries.ts';

interface Result {
  readonly values: ReturnType<typeof queryResult.read>;
  readonly view: DataView;
}

function resultsOf(caller: WireClient): Result[] {
  return caller
    .take()
    .filter(({ type }) => type === queryResult.type)
    .map(({ view }) => ({ values: queryResult.read(view, 0), view }));
}

/** A trading exchange: orders a0 to a9 rest at 101 to 110, and five trades at 100 happened. */
function exchange(): { group: Group; caller: WireClient } {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  for (let n = 0; n < 10; n++) caller.place(Side.sell, 101 + n, `a${n}`);
  for (let n = 0; n < 10; n++) caller.place(n % 2 === 0 ? Side.buy : Side.sell, 100);
  group.step(5);
  assert.equal(caller.takeAll(outcome).length, 22);
  return { group, caller };
}

test('each kind of question is answered with its rows', () => {
  const { group, caller } = exchange();
  const ask = (kind: number, values: Parameters<WireClient['ask']>[1] = {}): Result => {
    caller.ask(kind, values);
    group.step(2);
    return resultsOf(caller)[0]!;
  };
  const order = ask(QueryKind.order, { accountId: 1, clientOrderId: 'a3' });
  const row = orderRow.read(order.view, queryResult.size);
  assert.deepEqual([row.priceTicks, row.status, row.clientOrderId], [104, OrderStatus.open, 'a3']);
  const open = ask(QueryKind.openOrders, { accountId: 1, rowsMax: 4 });
  assert.deepEqual([open.values.rowCount, open.values.more], [4, 1]);
  const rest = ask(QueryKind.openOrders, {
    accountId: 1,
    afterId: orderRow.read(open.view, queryResult.size + 3 * orderRow.size).orderId,
  });
  assert.deepEqual([rest.values.rowCount, rest.values.more], [6, 0]);
  const book = ask(QueryKind.book, { instrumentId: 1 });
  assert.equal(book.values.rowCount, 10);
  assert.equal(levelRow.read(book.view, queryResult.size).priceTicks, 101);
  const last = ask(QueryKind.trades, { instrumentId: 1, rowsMax: 2 });
  assert.deepEqual([last.values.rowCount, last.values.more], [2, 1]);
  const ids = [0, 1].map((n) => trade.read(last.view, queryResult.size + n * trade.size).tradeId);
  assert.deepEqual(ids, [4, 5], 'the newest, oldest first');
  assert.equal(
    accountRow.read(ask(QueryKind.account, { accountId: 1 }).view, queryResult.size).openOrders,
    10,
  );
  assert.equal(ask(QueryKind.instruments).values.rowCount, 1);
  for (const values of [
    ask(QueryKind.order, { accountId: 1, clientOrderId: 'none' }),
    ...[QueryKind.book, QueryKind.trades, QueryKind.modes].map((kind) => ask(kind, { instrumentId: 9 })),
    ask(QueryKind.fills, { accountId: 1, instrumentId: 9 }),
  ])
    assert.equal(values.values.code, ReplyCode.unknownSubject);
});

test('fills of an account come in their order, of one order or from an event on, and say how far back they are known', () => {
  const { group, caller } = exchange();
  const ask = (values: Parameters<WireClient['ask']>[1]): Result => {
    caller.ask(QueryKind.fills, values);
    group.step(2);
    return resultsOf(caller)[0]!;
  };
  const rowAt = queryResult.size + fillsRow.size;
  const fillsOf = ({ values, view }: Result): ReturnType<typeof orderExecuted.read>[] =>
    Array.from({ length: values.rowCount - 1 }, (_, n) =>
      orderExecuted.read(view, rowAt + n * orderExecuted.size),
    );
  const all = ask({ accountId: 1 });
  const fills = fillsOf(all);
  assert.deepEqual(
    fills.map(({ tradeId }) => tradeId),
    [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
  );
  const scope = fillsRow.read(all.view, queryResult.size);
  assert.deepEqual([all.values.more, scope.rememberedFromSeq, scope.untilSeq], [0, 1, all.values.appliedSeq]);
  const some = ask({ accountId: 1, afterSeq: fills[2]!.seq, afterN: fills[2]!.n, rowsMax: 3 });
  assert.deepEqual([fillsOf(some), some.values.more], [fills.slice(3, 6), 1]);
  const { orderId } = fills[4]!;
  assert.deepEqual(fillsOf(ask({ accountId: 1, afterId: orderId })), [fills[4]]);
  assert.deepEqual(fillsOf(ask({ accountId: 1, instrumentId: 1 })), fills);
  const none = ask({ accountId: 9 });
  assert.deepEqual(
    [none.values.code, fillsOf(none)],
    [ReplyCode.ok, []],
    'an account that is not there has none',
  );
});

test('of many long questions each cycle answers one, and short ones are not held up', () => {
  const { group, caller } = exchange();
  const other = group.connect(group.leader());
  other.take();
  for (let n = 0; n < 10; n++) caller.ask(QueryKind.trades, { instrumentId: 1 });
  for (let n = 0; n < 10; n++) other.ask(QueryKind.account, { accountId: 1 });
  group.step();
  assert.equal(resultsOf(caller).length, 1);
  assert.equal(resultsOf(other).length, 10);
  group.step(9);
  assert.equal(resultsOf(caller).length, 9);
});

test('the hashes of a state are those that the engine gives', () => {
  const { group, caller } = exchange();
  caller.ask(QueryKind.hashes);
  group.step(2);
  const { engine } = group.leader().running.state;
  const { appliedSeq, stateHash, economicHash } = hashesRow.read(
    resultsOf(caller)[0]!.view,
    queryResult.size,
  );
  assert.deepEqual(
    [appliedSeq, stateHash, economicHash],
    [engine.lastSeq, engine.stateHash(), engine.economicHash()],
  );
});

/** An engine with so many resting orders, and commands that come past the log. */
function engineWith(orders: number): {
  exchange: Exchange;
  engine: Engine;
  place: () => void;
  cancelAll: () => void;
} {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  const exchange = group.leader().running.state;
  const { engine } = exchange;
  const ring = new EventRing(1_048_576, 0, new RememberedFills(1_024, 0));
  const view = new DataView(new ArrayBuffer(placeOrder.size));
  const kind = { orderType: OrderType.limit, timeInForce: TimeInForce.goodTillCancel, selfMatch: 0 };
  let commandNumber = 2;
  const nextHeader = () => ({
    sessionId: caller.sessionId,
    commandNumber: ++commandNumber,
    accountId: 1,
    deadlineMs: 0,
  });
  const apply = (): void => engine.apply(view, 0, engine.lastSeq + 1, engine.lastTimeUs + 1, ring);
  const place = (): void => {
    const header = nextHeader();
    const order = { instrumentId: 1, priceTicks: 1 + (commandNumber % 100), quantityLots: 1, side: Side.buy };
    placeOrder.write(view, 0, { ...header, ...order, ...kind, clientOrderId: '' });
    apply();
  };
  const cancelAll = (): void => {
    massCancel.write(view, 0, { ...nextHeader(), instrumentId: 0, side: 0 });
    apply();
  };
  for (let n = 0; n < orders; n++) place();
  return { exchange, engine, place, cancelAll };
}

test('the hashes of a large state are made in steps, and begin again when a command comes between', () => {
  const { engine, place } = engineWith(20_000);
  const hashes = new StateHashes();
  assert.equal(hashes.ask(engine), 'busy');
  place();
  let asked = 0;
  let answer = hashes.ask(engine);
  for (; answer === 'busy'; answer = hashes.ask(engine)) asked += 1;
  assert.ok(asked >= 3, `${asked} steps`);
  assert.deepEqual(answer, { stateHash: engine.stateHash(), economicHash: engine.economicHash() });
  assert.equal(hashes.ask(engine), answer, 'asked again, they are at hand');
});

test('who asks for the hashes of a state that never holds still is sent away, and may ask again', () => {
  const { engine, place } = engineWith(20_000);
  const hashes = new StateHashes();
  let answer = hashes.ask(engine);
  let asked = 1;
  for (; answer === 'busy' && asked < 100; asked++) {
    place();
    answer = hashes.ask(engine);
  }
  assert.equal(answer, 'changing');
  answer = hashes.ask(engine);
  while (answer === 'busy') answer = hashes.ask(engine);
  assert.notEqual(answer, 'changing');
});

test('where a question has cost enough the answer ends, and says how far was looked', () => {
  const { exchange, engine, place, cancelAll } = engineWith(5_000);
  cancelAll();
  place();
  assert.ok(engine.isSweeping);
  const into = new DataView(new ArrayBuffer(recordBytesMax));
  const nothing = new DataView(new ArrayBuffer(query.size));
  const fields = { ...query.read(nothing, 0), kind: QueryKind.openOrders, accountId: 1, rowsMax: 0xffff };
  const found: number[] = [];
  let questions = 0;
  for (let afterId = 0; ; questions++) {
    const hashes = new StateHashes();
    const bytes = writeQueryResult(into, { ...fields, afterId }, nothing, 0, { exchange, hashes });
    const { rowCount, more } = queryResult.read(into, 0);
    if (more === 0) {
      assert.equal(bytes, queryResult.size + rowCount * orderRow.size);
      for (let n = 0; n < rowCount; n++)
        found.push(orderRow.read(into, queryResult.size + n * orderRow.size).orderId);
      break;
    }
    assert.deepEqual([rowCount, bytes], [1, queryResult.size + placeRow.size]);
    const { lookedUntil } = placeRow.read(into, queryResult.size);
    assert.ok(lookedUntil > afterId && placeRow.check(into, queryResult.size, placeRow.size) === 0);
    afterId = lookedUntil;
  }
  assert.deepEqual([found, questions > 0], [[5_001], true]);
});

test('the same hashes, step by step or at once, for an engine with nothing in it', () => {
  const engine = new Engine();
  assert.deepEqual(new StateHashes().ask(engine), {
    stateHash: engine.stateHash(),
    economicHash: engine.economicHash(),
  });
});
