import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import * as protocol from '../../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../../protocol/events.ts';
import { modeRow } from '../../protocol/messages.ts';
import { beginSite, killAccount, Mode, ModeScope, openDue, setMode } from '../../protocol/mode-commands.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = protocol.Side;
const { ok, modeCancelOnly, modeReadOnly, modeHalted, cancelling } = OutcomeCode;
const day = { timeInForce: protocol.TimeInForce.day };

/** Two instruments and accounts; account 1 has an order in each instrument. */
function desk(limits: { readonly cancelsMax?: number } = {}): EngineDesk {
  const made = new EngineDesk(new Engine(limits));
  made.open(1);
  for (const id of [1, 2]) {
    made.instrument(id);
    made.account(id);
  }
  for (const instrumentId of [1, 2])
    made.place(1, buy, 5, 90, { instrumentId, clientOrderId: `o${instrumentId}` });
  return made;
}

const codeOf = (events: readonly DecodedEvent[]): unknown => events.at(-1)?.['code'];
const mode = (at: EngineDesk, accountId: number, values: object): DecodedEvent[] =>
  at.next(setMode, accountId, values);
const cancel = (at: EngineDesk, orderId: number): unknown =>
  codeOf(at.next(protocol.cancelOrder, 1, { orderId }));
const replace = (at: EngineDesk, orderId: number): unknown =>
  codeOf(at.next(protocol.replaceOrder, 1, { orderId, quantityLots: 4, priceTicks: 90 }));
const massCancel = (at: EngineDesk, instrumentId = 0): unknown =>
  codeOf(at.next(protocol.massCancel, 1, { instrumentId }));

const scopes = { exchange: [0, 0], instrument: [0, 1], account: [1, 0] } as const;
for (const [scope, [accountId, instrumentId]] of Object.entries(scopes)) {
  test(`each mode of the ${scope} refuses what it says, from its seq on, and leaves orders in the book`, () => {
    const codes = { cancelOnly: modeCancelOnly, readOnly: modeReadOnly, halted: modeHalted };
    for (const [name, code] of Object.entries(codes)) {
      const at = desk();
      const value = Mode[name as keyof typeof codes];
      const [changed] = mode(at, accountId, { instrumentId, mode: value, reason: 'bad data' });
      assert.equal(changed?.['reasonText'], 'bad data');
      const [refused, outcome] = at.place(1, sell, 1, 90);
      assert.deepEqual([outcome?.['code'], outcome?.['orderId']], [code, 0], name);
      assert.deepEqual(
        [refused?.name, refused?.['mode'], refused?.['reasonText']],
        ['modeRefused', value, 'bad data'],
      );
      assert.equal(replace(at, 1), code, name);
      const mayCancel = name === 'cancelOnly';
      assert.equal(massCancel(at, 1), mayCancel ? ok : code, name);
      assert.equal(cancel(at, 1), mayCancel ? OutcomeCode.orderNotOpen : code, name);
      mode(at, accountId, { instrumentId, mode: Mode.open });
      assert.equal(cancel(at, 1), mayCancel ? OutcomeCode.orderNotOpen : ok, name);
      assert.equal(codeOf(at.place(1, sell, 1, 95)), ok, name);
    }
  });
}

test('the mode of one instrument or account stops no other', () => {
  const at = desk();
  mode(at, 0, { instrumentId: 1, mode: Mode.halted });
  mode(at, 1, { mode: Mode.cancelOnly });
  assert.equal(codeOf(at.place(2, sell, 1, 99, { instrumentId: 2 })), ok);
  assert.equal(codeOf(at.place(2, sell, 1, 99)), modeHalted);
  assert.equal(codeOf(at.place(1, sell, 1, 99, { instrumentId: 2 })), modeCancelOnly);
});

test('orders of a stopped account wait in the book, and others trade with them', () => {
  const at = desk();
  mode(at, 1, { mode: Mode.halted });
  assert.equal(at.place(2, sell, 5, 90).at(-1)?.['orderStatus'], OrderStatus.filled);
});

test('a mass cancel of an account with an order that may not be cancelled is refused whole', () => {
  const at = desk();
  mode(at, 0, { instrumentId: 2, mode: Mode.readOnly });
  assert.equal(massCancel(at), modeReadOnly);
  assert.equal(massCancel(at, 1), ok);
  assert.equal(massCancel(at), modeReadOnly);
  mode(at, 0, { instrumentId: 2, mode: Mode.open });
  assert.equal(massCancel(at), ok);
});

test('a repeat is answered as before in every mode, and what a mode refused can be sent again', () => {
  const at = desk();
  mode(at, 0, { mode: Mode.halted });
  const order = { clientOrderId: 'o1', instrumentId: 1 };
  const repeat = at.place(1, buy, 5, 90, order).at(-1)!;
  assert.deepEqual([repeat['code'], repeat['repeated'], repeat['orderId']], [ok, 1, 1]);
  assert.equal(codeOf(at.place(1, buy, 5, 90, { clientOrderId: 'new' })), modeHalted);
  mode(at, 0, { mode: Mode.open });
  const placed = at.place(1, buy, 5, 90, { clientOrderId: 'new' }).at(-1)!;
  assert.deepEqual([placed['code'], placed['repeated']], [ok, 0]);
});

test('the day ends in every mode but that of an exchange that is halted', () => {
  const at = desk();
  at.place(1, buy, 5, 80, day);
  mode(at, 0, { mode: Mode.halted });
  assert.equal(codeOf(at.next(protocol.endDay, 0, {})), modeHalted);
  assert.deepEqual(at.send(protocol.endDay, {}), []);
  mode(at, 0, { mode: Mode.readOnly });
  const [outcome] = at.next(protocol.endDay, 0, {}).slice(-1);
  assert.deepEqual([outcome?.['code'], outcome?.['count']], [ok, 1]);
});

test('cancel on disconnect holds in every mode', () => {
  const at = new EngineDesk(new Engine());
  at.open(1, 1);
  at.instrument(1);
  at.account(1);
  at.place(1, buy, 5, 90);
  mode(at, 0, { mode: Mode.halted });
  const [cancelled] = at.send(protocol.expireDisconnect, { targetSessionId: at.sessionId });
  assert.equal(cancelled?.['reason'], CancelReason.disconnect);
});

test('a staged opening opens by the command of the leader, at its stamped time and not before', () => {
  const at = desk();
  mode(at, 0, { mode: Mode.cancelOnly, openAfterMs: 2_000, reason: 'a look' });
  assert.deepEqual(at.send(openDue, {}), []);
  assert.equal(codeOf(at.place(2, sell, 1, 99)), modeCancelOnly);
  at.timeUs += 2_000_000;
  assert.equal(codeOf(at.place(2, sell, 1, 99)), modeCancelOnly, 'time alone changes nothing');
  const [opened, ...others] = at.send(openDue, {});
  assert.deepEqual(
    [opened?.name, opened?.['mode'], opened?.['scope']],
    ['modeChanged', Mode.open, ModeScope.exchange],
  );
  assert.deepEqual([others, opened?.['reasonText']], [[], '']);
  assert.equal(codeOf(at.place(2, sell, 1, 99)), ok);
});

test('a mode that is set again forgets when the one before was to open', () => {
  const at = desk();
  mode(at, 0, { mode: Mode.cancelOnly, openAfterMs: 1 });
  mode(at, 0, { mode: Mode.halted });
  at.timeUs += 2_000_000;
  assert.deepEqual(at.send(openDue, {}), []);
  assert.equal(codeOf(at.place(2, sell, 1, 99)), modeHalted);
});

test('what a mode cannot be about is refused in words', () => {
  const at = desk();
  assert.equal(codeOf(mode(at, 1, { instrumentId: 1, mode: Mode.halted })), OutcomeCode.invalidCombination);
  assert.equal(codeOf(mode(at, 0, { mode: Mode.open, openAfterMs: 5 })), OutcomeCode.invalidCombination);
  assert.equal(codeOf(mode(at, 0, { instrumentId: 9, mode: Mode.halted })), OutcomeCode.unknownInstrument);
  assert.equal(codeOf(mode(at, 9, { mode: Mode.halted })), OutcomeCode.unknownAccount);
  assert.equal(codeOf(at.next(killAccount, 9, {})), OutcomeCode.unknownAccount);
});

test('failure 4: a kill cancels all orders of an account and lets none in after it', () => {
  const at = desk();
  const events = at.next(killAccount, 1, { reason: 'runs wild' });
  const cancelled = events.filter(({ name }) => name === 'orderCancelled');
  assert.deepEqual(
    cancelled.map((event) => event['reason']),
    [CancelReason.killed, CancelReason.killed],
  );
  assert.deepEqual([codeOf(events), events.at(-1)?.['count']], [ok, 2]);
  assert.equal(codeOf(at.place(1, buy, 1, 50)), modeHalted);
  assert.equal(codeOf(at.place(2, buy, 1, 50)), ok);
});

test('failure 14: a kill holds at once where the account has more orders than one command cancels', () => {
  const at = desk({ cancelsMax: 2 });
  for (let n = 0; n < 6; n++) at.place(1, buy, 1, 95);
  assert.equal(at.next(killAccount, 1, {}).at(-1)?.['count'], 8);
  at.place(2, sell, 10, 90);
  const engine = at.engine as Engine;
  for (let n = 0; engine.isSweeping && n < 9; n++) {
    const events = at.send(protocol.continueCancels, {});
    assert.ok(events.every(({ name }) => name !== 'orderExecuted'));
  }
  assert.equal(engine.isSweeping, false);
  engine.invariants();
});

test('a kill does not wait for a mass cancel that goes on, and both are whole', () => {
  const at = desk({ cancelsMax: 2 });
  const engine = at.engine as Engine;
  for (let n = 0; n < 6; n++) at.place(1, buy, 1, 95);
  for (let n = 0; n < 5; n++) at.place(1, buy, 1, 85, { instrumentId: 2 });
  const massCancelNumber = at.commandNumber + 1;
  at.next(protocol.massCancel, 1, { instrumentId: 1 });
  assert.equal(massCancel(at), cancelling);
  at.next(killAccount, 1, {});
  assert.equal(at.next(killAccount, 1, {}).at(-1)?.['code'], ok, 'twice is no harm');
  const restored = Engine.restore(snapshotOf(engine), { cancelsMax: 2 })!;
  assert.equal(restored.stateHash(), engine.stateHash());
  const events: DecodedEvent[] = [];
  for (let n = 0; engine.isSweeping && n < 20; n++) {
    events.push(...at.send(protocol.continueCancels, {}));
    engine.invariants();
  }
  const outcome = events.find(({ name }) => name === 'outcome');
  assert.deepEqual([outcome?.['commandNumber'], outcome?.['count']], [massCancelNumber, 7]);
  assert.equal(engine.isSweeping, false);
  assert.equal(at.next(killAccount, 1, {}).at(-1)?.['count'], 0);
});

test('modes, their reasons and times come back from a snapshot', () => {
  const at = desk();
  const engine = at.engine as Engine;
  mode(at, 0, { instrumentId: 2, mode: Mode.readOnly, reason: 'a look' });
  mode(at, 2, { mode: Mode.cancelOnly, openAfterMs: 5_000 });
  const restored = Engine.restore(snapshotOf(engine))!;
  assert.equal(restored.stateHash(), engine.stateHash());
  assert.equal(restored.opensAtUs, engine.opensAtUs);
  const again = new EngineDesk(restored);
  again.sessionId = at.sessionId;
  again.commandNumber = at.commandNumber;
  assert.equal(codeOf(again.place(1, sell, 1, 99, { instrumentId: 2 })), modeReadOnly);
  assert.equal(codeOf(again.place(2, sell, 1, 99)), modeCancelOnly);
  assert.deepEqual(
    rowsOf(restored).map((row) => [row.scope, row.instrumentId, row.mode, row.reasonText]),
    [
      [ModeScope.exchange, 0, Mode.open, ''],
      [ModeScope.account, 0, Mode.cancelOnly, ''],
      [ModeScope.instrument, 2, Mode.readOnly, 'a look'],
    ],
  );
});

test('a snapshot with a mode that cannot be is refused', () => {
  const at = desk();
  mode(at, 0, { instrumentId: 2, mode: Mode.readOnly, reason: 'a look' });
  const good = snapshotOf(at.engine as Engine);
  const reasonAt = Buffer.from(good).indexOf('a look');
  for (const [place, value] of [
    [reasonAt - 24, 4],
    [reasonAt - 20, 7],
    [reasonAt - 8, 9],
    [reasonAt, 0xff],
  ] as const) {
    const spoiled = good.slice();
    spoiled[place] = value;
    assert.equal(Engine.restore(spoiled), undefined, `byte ${place - reasonAt}`);
  }
});

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  return bytes;
}

function rowsOf(engine: Engine): ReturnType<typeof modeRow.read>[] {
  const view = new DataView(new ArrayBuffer(16 * modeRow.size));
  const count = engine.queries.writeModeRows(view, 0, {
    accountId: 2,
    instrumentId: 0,
    afterId: 0,
    rowsMax: 16,
  });
  return Array.from({ length: count }, (_, n) => modeRow.read(view, n * modeRow.size));
}

const begin = (at: EngineDesk, values: object): DecodedEvent[] =>
  at.send(beginSite, { epoch: 2, site: 2, isHeld: 1, reason: 'site 2 began', ...values });

test('a site that begins to write takes cancels only, and is not opened by an operator or by time while it is held', () => {
  const at = desk();
  const [changed] = begin(at, {});
  assert.deepEqual(
    [changed?.['mode'], changed?.['opensAtMs'], changed?.['reasonText']],
    [Mode.cancelOnly, 0, 'site 2 began'],
  );
  assert.equal(codeOf(at.place(1, sell, 1, 95)), modeCancelOnly);
  assert.equal(cancel(at, 1), ok);
  for (const values of [{ mode: Mode.open }, { mode: Mode.cancelOnly, openAfterMs: 1 }])
    assert.equal(codeOf(mode(at, 0, values)), OutcomeCode.openingHeld);
  assert.equal(
    codeOf(mode(at, 0, { instrumentId: 1, mode: Mode.open })),
    ok,
    'that of an instrument is another',
  );
  begin(at, { isHeld: 0 });
  assert.equal(codeOf(at.place(1, sell, 1, 95)), modeCancelOnly);
  assert.equal(codeOf(mode(at, 0, { mode: Mode.open })), ok);
  assert.equal(codeOf(at.place(1, sell, 1, 95)), ok);
});

test('a site that may open does so after the set time, or no more where it is held again', () => {
  const at = desk();
  begin(at, {});
  const [released] = begin(at, { isHeld: 0, openAfterMs: 5 });
  assert.notEqual(released?.['opensAtMs'], 0);
  const [held] = begin(at, { openAfterMs: 5 });
  assert.equal(held?.['opensAtMs'], 0);
  begin(at, { isHeld: 0, openAfterMs: 5 });
  at.timeUs += 6_000;
  const [opened] = at.send(openDue, {});
  assert.equal(opened?.['mode'], Mode.open);
  assert.deepEqual(begin(at, {}), [], 'one that is open is stopped by operators alone');
  assert.deepEqual(begin(at, { epoch: 1, site: 1 }), [], 'an earlier epoch is over');
});

test('what an operator has stopped stays stopped when a site begins to write, also when it may open', () => {
  const at = desk();
  mode(at, 0, { mode: Mode.halted, openAfterMs: 5, reason: 'bad data' });
  const [begun] = begin(at, {});
  assert.deepEqual(
    [begun?.['mode'], begun?.['opensAtMs'], begun?.['reasonText']],
    [Mode.halted, 0, 'bad data'],
  );
  assert.deepEqual(begin(at, { isHeld: 0, openAfterMs: 5 }), []);
  at.timeUs += 6_000;
  assert.deepEqual(at.send(openDue, {}), []);
  assert.equal(codeOf(mode(at, 0, { mode: Mode.open })), ok);
  begin(at, { epoch: 3, site: 1 });
  assert.equal(codeOf(mode(at, 0, { mode: Mode.readOnly })), ok);
  assert.deepEqual(
    begin(at, { epoch: 3, site: 1, isHeld: 0, openAfterMs: 5 }),
    [],
    'an operator has taken over',
  );
});
