/**
 * Every command, order type, time in force and self-match prevention is known wherever commands are written, checked,
 * applied, made up and described. Most places are tables that the compiler checks; what it cannot see is asked for
 * here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Command, encodeCommand } from '../src/client/encode.ts';
import { isWellFormed } from '../src/engine/commands/well-formed.ts';
import { Engine } from '../src/engine/engine.ts';
import { EngineDesk } from '../src/engine/testing/desk.ts';
import { RandomCommands } from '../src/engine/testing/random-commands.ts';
import { admitOrder, placeShape } from '../src/gateway/admission/orders.ts';
import { DecodeCode, OutcomeCode } from '../src/protocol/codes.ts';
import {
  type ClientCommandName,
  type CommandName,
  commandAt,
  commands,
  commandsByName,
  OrderType,
  placeOrder,
  SelfMatch,
  Side,
  TimeInForce,
} from '../src/protocol/commands.ts';
import { namesOf } from '../src/protocol/layout.ts';
import { Workload } from '../src/sim/actors/workload.ts';
import { Tally } from '../src/sim/world/atlas.ts';
import { SignedCopies } from '../src/sim/world/signed-copies.ts';
import { setU53 } from '../src/std/integers.ts';
import { Random } from '../src/std/random.ts';

const named = { accountId: 1, orderId: 1 };
const placed = { accountId: 1, instrumentId: 1, side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
/** One of each command that a client may ask for. */
const samples: { readonly [N in ClientCommandName]: Extract<Command, { command: N }> } = {
  createInstrument: {
    command: 'createInstrument',
    instrumentId: 1,
    symbol: 'A',
    priceDecimals: 2,
    quantityDecimals: 0,
  },
  createAccount: { command: 'createAccount', accountId: 1, name: 'A' },
  setLimits: { command: 'setLimits', accountId: 1 },
  placeOrder: { command: 'placeOrder', ...placed },
  cancelOrder: { command: 'cancelOrder', ...named },
  replaceOrder: { command: 'replaceOrder', ...named, priceTicks: 1, quantityLots: 2 },
  massCancel: { command: 'massCancel', accountId: 1 },
  endDay: { command: 'endDay' },
};
const allNames = Object.keys(commandsByName) as CommandName[];
const clientNames = Object.keys(samples) as ClientCommandName[];
/** The enumerated fields of an order: values, and the field of the record that holds them. */
const kinds = { side: Side, orderType: OrderType, timeInForce: TimeInForce, selfMatch: SelfMatch } as const;

test('each command of a client is encoded, found good, and answered by its own handler', () => {
  for (const name of clientNames) {
    const bytes = encodeCommand(samples[name]);
    const view = new DataView(bytes.buffer);
    assert.equal(commands.of(view.getUint8(2))?.name, name);
    assert.equal(commands.check(view, 0, bytes.length), DecodeCode.ok, name);
    assert.ok(isWellFormed(view, 0), name);
    const desk = new EngineDesk(new Engine());
    desk.open(1);
    view.setUint32(commandAt.sessionId, desk.sessionId, true);
    setU53(view, commandAt.commandNumber, 1);
    const last = desk.applyBytes(view, 0).at(-1);
    assert.equal(last?.name, 'outcome', `${name} is answered`);
    assert.notEqual(last?.['code'], OutcomeCode.invalidCombination, `${name} is a session's to send`);
  }
});

test('each command that opens sessions or comes from the leader is refused to a session, in words, or does its work', () => {
  for (const name of allNames.filter((each) => !clientNames.includes(each as ClientCommandName))) {
    const layout = commandsByName[name] as typeof placeOrder;
    const desk = new EngineDesk(new Engine());
    desk.open(1);
    const [outcome] = desk.next(layout, 0, {});
    const isItsOwn = name === 'closeSession';
    if (isItsOwn) assert.equal(outcome?.name, 'sessionClosed');
    else assert.equal(outcome?.['code'], OutcomeCode.invalidCombination, name);
  }
});

test('random commands of the comparison tests hold every command and every kind of order', () => {
  const random = new RandomCommands(new Random(5));
  const seen = new Seen();
  for (let n = 0; n < 20_000; n++) {
    random.write();
    seen.take(random.view);
  }
  seen.holds(allNames);
});

test('what simulated clients want holds every command of a client and every kind of order', () => {
  const seen = new Seen();
  const view = new DataView(new ArrayBuffer(256));
  const surroundings = { tally: new Tally(), copies: new SignedCopies(), nowMs: () => 1_800_000_000_000 };
  const workload = new Workload(1, new Random(5), surroundings);
  for (const intent of [...workload.opening(), ...Array.from({ length: 5_000 }, () => workload.next())]) {
    intent.write(view, 0);
    seen.take(view);
  }
  seen.holds(clientNames);
});

test('each kind of order passes the gateway and the encoder, and stands in the documentation', () => {
  const units = { instrumentId: 1, symbol: 'A', priceDecimals: 2, quantityDecimals: 0 };
  const semantics = readFileSync(join(import.meta.dirname, '../docs/SEMANTICS.md'), 'utf8');
  for (const type of namesOf(OrderType)) {
    const price = type === 'market' ? {} : { priceTicks: 5 };
    const admitted = admitOrder({ symbol: 'A', side: 'buy', type, quantityLots: 3, ...price }, units);
    assert.ok(admitted.ok, type);
    const view = new DataView(
      encodeCommand({ command: 'placeOrder', accountId: 1, ...admitted.value }).buffer,
    );
    assert.equal(view.getUint8(placeOrder.at.orderType), OrderType[type]);
    assert.ok(semantics.includes(`\`${type}\``), `SEMANTICS names ${type}`);
  }
  const { timeInForce, selfMatch } = placeShape.fields;
  for (const word of namesOf(TimeInForce)) {
    assert.ok(timeInForce.accepts(word), word);
    assert.ok(semantics.includes(`\`${word}\``), `SEMANTICS names ${word}`);
  }
  for (const word of namesOf(SelfMatch)) {
    assert.ok(selfMatch.accepts(word), word);
    assert.ok(semantics.includes(`\`${word}\``), `SEMANTICS names ${word}`);
  }
});

test('each command has its part in the table of commands', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/ARCHITECTURE.md'), 'utf8');
  for (const name of allNames)
    assert.ok(page.includes(`| \`${name}\` |`), `ARCHITECTURE has a row for ${name}`);
});

/** Commands and kinds of orders that have come by. */
class Seen {
  readonly #names = new Set<string>();
  readonly #values = new Set<string>();

  take(view: DataView): void {
    if (commands.check(view, 0, view.getUint16(0, true)) !== DecodeCode.ok) return;
    const layout = commands.of(view.getUint8(2))!;
    this.#names.add(layout.name);
    if (layout !== placeOrder) return;
    for (const field of Object.keys(kinds) as (keyof typeof kinds)[])
      this.#values.add(`${field} ${view.getUint8(placeOrder.at[field])}`);
  }

  holds(names: readonly string[]): void {
    for (const name of names) assert.ok(this.#names.has(name), `${name} is among them`);
    for (const [field, values] of Object.entries(kinds))
      for (const [name, value] of Object.entries(values))
        assert.ok(this.#values.has(`${field} ${value}`), `${field} ${name} is among them`);
  }
}
