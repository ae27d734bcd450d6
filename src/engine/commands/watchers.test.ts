import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import * as protocol from '../../protocol/commands.ts';
import { Mode, setMode } from '../../protocol/mode-commands.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = protocol.Side;
const { ok, notPermitted, unknownInstrument, unknownOrder, orderNotOpen } = OutcomeCode;
const instrumentId = canaryInstrument(3);
const otherInstrument = canaryInstrument(4);
let engine: Engine;
let operator: EngineDesk;
let watcher: EngineDesk;
let other: EngineDesk;

function openedBy(ownerKind: number, ownerId: number): EngineDesk {
  const desk = new EngineDesk(engine);
  const opened = desk.send(protocol.openSession, { tokenLow: ownerId, ownerKind, ownerId });
  desk.sessionId = opened.at(-1)!['sessionId'] as number;
  return desk;
}

beforeEach(() => {
  engine = new Engine();
  operator = openedBy(PartyKind.operator, 1);
  for (const id of [1, instrumentId, otherInstrument]) operator.instrument(id);
  for (const account of [1, 2, canaryMaker, canaryTaker]) operator.account(account);
  watcher = openedBy(PartyKind.watcher, 3);
  other = openedBy(PartyKind.watcher, 4);
});

const codeOf = (events: readonly DecodedEvent[]): unknown => events.at(-1)?.['code'];

test('a watcher plays a whole round in its instrument, cleans up, and ends its session', () => {
  const named = (clientOrderId: string) => ({ instrumentId, clientOrderId });
  assert.equal(codeOf(watcher.place(canaryMaker, sell, 5, 100, named('m'))), ok);
  const change = { clientOrderId: 'm', quantityLots: 7, priceTicks: 103 };
  assert.equal(codeOf(watcher.next(protocol.replaceOrder, canaryMaker, change)), ok);
  assert.equal(codeOf(watcher.place(canaryTaker, buy, 2, 103, named('t'))), ok);
  assert.equal(codeOf(watcher.next(protocol.cancelOrder, canaryMaker, { clientOrderId: 'm' })), ok);
  assert.equal(codeOf(watcher.next(protocol.cancelOrder, canaryMaker, { clientOrderId: 'm' })), orderNotOpen);
  assert.equal(codeOf(watcher.next(protocol.massCancel, canaryTaker, { instrumentId })), ok);
  assert.equal(codeOf(watcher.next(protocol.closeSession, 0, {})), ok);
});

test('a watcher acts for no account of a trader, whatever the command', () => {
  const [placed] = operator.place(1, sell, 5, 100, { clientOrderId: 'own' });
  const orderId = placed!['orderId'] as number;
  assert.ok(orderId > 0);
  const tried = [
    watcher.place(1, buy, 1, 100),
    watcher.place(1, buy, 1, 100, { instrumentId }),
    watcher.next(protocol.cancelOrder, 1, { orderId }),
    watcher.next(protocol.cancelOrder, 1, { clientOrderId: 'own' }),
    watcher.next(protocol.replaceOrder, 1, { orderId, quantityLots: 1, priceTicks: 100 }),
    watcher.next(protocol.massCancel, 1, { instrumentId }),
    watcher.next(protocol.massCancel, 1, {}),
  ];
  assert.deepEqual(tried.map(codeOf), Array(tried.length).fill(notPermitted));
  const byNumber = watcher.next(protocol.cancelOrder, canaryMaker, { orderId });
  assert.equal(codeOf(byNumber), unknownOrder, 'nor by its number under the name of the canary');
  assert.equal(codeOf(operator.next(protocol.cancelOrder, 1, { orderId })), ok, 'it is still open');
});

test('a watcher gives no order of an operator', () => {
  const { commandsByName } = protocol;
  const tried = [
    watcher.instrument(9),
    watcher.account(9),
    watcher.account(canaryMaker),
    watcher.next(protocol.endDay, 0, {}),
    watcher.next(protocol.setLimits, canaryMaker, {}),
    watcher.next(commandsByName.setTier, 0, { tier: 1, name: 'free' }),
    watcher.next(commandsByName.assignTier, 1, { tier: 1 }),
    watcher.next(commandsByName.rotateKey, 0, { keyNumber: 1, newVersion: 2 }),
    watcher.next(commandsByName.revokeKey, 0, { keyNumber: 1 }),
    watcher.next(setMode, 0, { mode: Mode.halted, reason: 'a thief' }),
    watcher.next(setMode, canaryMaker, { mode: Mode.halted, reason: 'a thief' }),
    watcher.next(commandsByName.killAccount, 1, { reason: 'a thief' }),
    watcher.next(commandsByName.killAccount, canaryTaker, { reason: 'a thief' }),
  ];
  assert.deepEqual(tried.map(codeOf), Array(tried.length).fill(notPermitted));
});

test('a watcher has the instrument of its own number alone', () => {
  const place = (desk: EngineDesk, instrument: number, clientOrderId = '') =>
    codeOf(desk.place(canaryMaker, sell, 5, 100, { instrumentId: instrument, clientOrderId }));
  assert.equal(place(other, otherInstrument, 'others'), ok);
  assert.equal(place(watcher, otherInstrument), unknownInstrument);
  assert.equal(place(watcher, 1), unknownInstrument);
  for (const instrument of [0, 1, otherInstrument])
    assert.equal(
      codeOf(watcher.next(protocol.massCancel, canaryMaker, { instrumentId: instrument })),
      unknownInstrument,
    );
  const named = { clientOrderId: 'others' };
  assert.equal(codeOf(watcher.next(protocol.cancelOrder, canaryMaker, named)), unknownOrder);
  const change = { ...named, quantityLots: 1, priceTicks: 100 };
  assert.equal(codeOf(watcher.next(protocol.replaceOrder, canaryMaker, change)), unknownOrder);
  assert.equal(codeOf(other.next(protocol.cancelOrder, canaryMaker, named)), ok, 'it is still open');
});

test('a number beyond those of watchers has no instrument', () => {
  const strange = openedBy(PartyKind.watcher, 65_536 + 3);
  for (const instrument of [instrumentId, 1, 3])
    assert.equal(
      codeOf(strange.place(canaryMaker, sell, 5, 100, { instrumentId: instrument })),
      unknownInstrument,
    );
});
