import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { Side } from '../../protocol/commands.ts';
import { instrumentRow } from '../../protocol/messages.ts';
import { Mode, setMode } from '../../protocol/mode-commands.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = Side;
const { ok, unknownInstrument } = OutcomeCode;
const instrumentId = canaryInstrument(3);
let engine: Engine;
let desk: EngineDesk;

beforeEach(() => {
  engine = new Engine();
  desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  desk.instrument(instrumentId, 'CANARY-3');
  for (const account of [1, canaryMaker, canaryTaker]) desk.account(account);
});

const codeOf = (events: readonly DecodedEvent[]): unknown => events.at(-1)?.['code'];

test('accounts of the canary trade in its instruments', () => {
  assert.equal(codeOf(desk.place(canaryMaker, sell, 5, 100, { instrumentId })), ok);
  const traded = desk.place(canaryTaker, buy, 5, 100, { instrumentId });
  assert.deepEqual(
    traded.filter(({ name }) => name === 'trade').map(({ quantityLots }) => quantityLots),
    [5],
  );
});

test('no other account knows an instrument of the canary, and its accounts know no other one', () => {
  desk.place(canaryMaker, sell, 5, 100, { instrumentId });
  for (const clientOrderId of ['', 'named'])
    assert.equal(codeOf(desk.place(1, buy, 5, 100, { instrumentId, clientOrderId })), unknownInstrument);
  assert.equal(codeOf(desk.place(canaryMaker, buy, 5, 100)), unknownInstrument);
  assert.equal(codeOf(desk.place(1, buy, 5, 100)), ok);
});

test('no list has an instrument of the canary, and none has a mode of its own', () => {
  const view = new DataView(new ArrayBuffer(4_096));
  assert.equal(engine.queries.writeInstrumentRows(view, 0, 0, 10), 1);
  assert.equal(view.getUint32(instrumentRow.at.instrumentId, true), 1);
  assert.equal(codeOf(desk.next(setMode, 0, { instrumentId, mode: Mode.halted })), unknownInstrument);
});
