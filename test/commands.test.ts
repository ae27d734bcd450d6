/**
 * Every command, order type, time in force and self-match prevention is known wherever commands are written, checked,
 * applied, made up and described. Most places are tables that the compiler checks; what it cannot see is asked for
 * here.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rulesOf } from '../src/checkers/command-rules.ts';
import { Client } from '../src/client/client.ts';
import { type Command, encodeCommand } from '../src/client/encode.ts';
import { samples } from '../src/client/testing/sample-commands.ts';
import { isWellFormed } from '../src/engine/commands/well-formed.ts';
import { Engine } from '../src/engine/engine.ts';
import { EngineDesk } from '../src/engine/testing/desk.ts';
import { RandomCommands } from '../src/engine/testing/random-commands.ts';
import { admitOrder, placeShape } from '../src/gateway/admission/orders.ts';
import { semantics as publishedSemantics } from '../src/gateway/http/semantics.ts';
import { DecodeCode, OutcomeCode } from '../src/protocol/codes.ts';
import {
  type ClientCommandName,
  type CommandName,
  commandAt,
  commands,
  commandsByName,
  OrderType,
  type OrderTypeName,
  orderTypeRules,
  placeOrder,
  SelfMatch,
  Side,
  TimeInForce,
  type TimeInForceName,
  timeInForceRules,
} from '../src/protocol/commands.ts';
import { OrderStatus } from '../src/protocol/events.ts';
import { namesOf, TYPE_AT } from '../src/protocol/layout.ts';
import { Mode } from '../src/protocol/mode-commands.ts';
import { Workload } from '../src/sim/actors/workload.ts';
import { Tally } from '../src/sim/world/atlas.ts';
import { SignedCopies } from '../src/sim/world/signed-copies.ts';
import { setU53 } from '../src/std/integers.ts';
import { Random } from '../src/std/random.ts';

const allNames = Object.keys(commandsByName) as CommandName[];
const clientNames = Object.keys(samples) as ClientCommandName[];
/** The enumerated fields of an order: values, and the field of the record that holds them. */
const kinds = { side: Side, orderType: OrderType, timeInForce: TimeInForce, selfMatch: SelfMatch } as const;

test('each command of a client is encoded, found good, and answered by its own handler', () => {
  for (const name of clientNames) {
    const bytes = encodeCommand(samples[name]);
    const view = new DataView(bytes.buffer);
    assert.equal(commands.of(view.getUint8(TYPE_AT))?.name, name);
    assert.equal(commands.check(view, 0, bytes.length), DecodeCode.ok, name);
    assert.ok(isWellFormed(view, 0), name);
    holdsSample(name, view);
    const desk = new EngineDesk(new Engine());
    desk.open(1);
    view.setUint32(commandAt.sessionId, desk.sessionId, true);
    setU53(view, commandAt.commandNumber, 1);
    const last = desk.applyBytes(view, 0).at(-1);
    assert.equal(last?.name, 'outcome', `${name} is answered`);
    assert.equal(last?.['commandType'], commandsByName[name].type, `${name} has a handler of its own`);
    assert.notEqual(last?.['code'], OutcomeCode.invalidCombination, `${name} is a session's to send`);
  }
});

test('each command of a client is refused by the modes that its row says, and by no other', () => {
  const refusals: Readonly<Record<number, number>> = {
    [Mode.cancelOnly]: OutcomeCode.modeCancelOnly,
    [Mode.readOnly]: OutcomeCode.modeReadOnly,
    [Mode.halted]: OutcomeCode.modeHalted,
  };
  for (const name of clientNames) {
    const { refusedFrom = Number.POSITIVE_INFINITY } = rulesOf(commandsByName[name].type);
    for (const [word, mode] of Object.entries(Mode)) {
      const desk = marketDesk();
      desk.place(1, Side.buy, 1, 1);
      desk.next(commandsByName.setMode, 0, { mode, reason: 'a reason' });
      const view = new DataView(encodeCommand(samples[name]).buffer);
      view.setUint32(commandAt.sessionId, desk.sessionId, true);
      setU53(view, commandAt.commandNumber, desk.commandNumber + 1);
      const code = Number(desk.applyBytes(view, 0).at(-1)?.['code']);
      const refused = Object.values(refusals).includes(code) ? code : undefined;
      assert.equal(refused, mode >= refusedFrom ? refusals[mode] : undefined, `${name} in ${word}: ${code}`);
    }
  }
});

test('each command of a client is refused with a field that it does not read', () => {
  for (const name of clientNames) {
    const withMore: object = { ...samples[name], quantitiy: 1 };
    assert.throws(() => encodeCommand(withMore as Command), /quantitiy/, name);
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
  const published = publishedSemantics.join(' ');
  for (const type of namesOf(OrderType)) {
    const price = orderTypeRules[type].hasPrice ? { priceTicks: 5 } : {};
    const admitted = admitOrder({ symbol: 'A', side: 'buy', type, quantityLots: 3, ...price }, units);
    assert.ok(admitted.ok, type);
    const view = new DataView(
      encodeCommand({ command: 'placeOrder', accountId: 1, ...admitted.value }).buffer,
    );
    assert.equal(view.getUint8(placeOrder.at.orderType), OrderType[type]);
    assert.ok(semantics.includes(`\`${type}\``), `SEMANTICS names ${type}`);
    assert.match(published, new RegExp(`\\b${type}\\b`), `the API's documentation names ${type}`);
  }
  const { timeInForce, selfMatch } = placeShape.fields;
  for (const word of [...namesOf(TimeInForce), ...namesOf(SelfMatch)])
    assert.match(published, new RegExp(`\\b${word}\\b`), `the API's documentation names ${word}`);
  for (const word of namesOf(TimeInForce)) {
    assert.ok(timeInForce.accepts(word), word);
    assert.ok(semantics.includes(`\`${word}\``), `SEMANTICS names ${word}`);
  }
  for (const word of namesOf(SelfMatch)) {
    assert.ok(selfMatch.accepts(word), word);
    assert.ok(semantics.includes(`\`${word}\``), `SEMANTICS names ${word}`);
  }
});

test('each order type does what its row says, with each time in force', () => {
  for (const type of namesOf(OrderType)) {
    const { hasPrice, mayRest, mayTake, standardTimeInForce } = orderTypeRules[type];
    assert.ok(timeInForceRules[standardTimeInForce].rests === mayRest, `${type} may be sent without one`);
    for (const time of namesOf(TimeInForce)) {
      const { rests, fillsWhole } = timeInForceRules[time];
      const goesTogether = rests ? mayRest : mayTake;
      const at = `${type}, ${time}`;
      const tried = (offered: number, isPriced = hasPrice): Placed =>
        placedAgainst(type, time, offered, isPriced);
      assert.equal(tried(9, !hasPrice).code, goesTogether ? 'invalidPrice' : 'invalidCombination', at);
      if (!goesTogether) continue;
      const none = tried(0);
      const whole = tried(9);
      const half = tried(4);
      if (!hasPrice) assert.equal(none.code, 'noLiquidity', at);
      else if (fillsWhole) assert.equal(none.code, 'cannotFillCompletely', at);
      else assert.deepEqual(none, { code: 'ok', status: rests ? 'open' : 'cancelled', filled: 0 }, at);
      if (!mayTake) {
        assert.equal(whole.code, 'wouldTakeLiquidity', at);
        continue;
      }
      assert.deepEqual(whole, { code: 'ok', status: 'filled', filled: 9 }, at);
      if (fillsWhole) assert.equal(half.code, 'cannotFillCompletely', at);
      else assert.deepEqual(half, { code: 'ok', status: rests ? 'open' : 'cancelled', filled: 4 }, at);
      if (!fillsWhole) continue;
      const apart = placedAgainst(type, time, 4, hasPrice, 5);
      assert.ok(apart.filled === (apart.code === 'ok' ? 9 : 0), `${at}, over two prices: ${apart.filled}`);
    }
  }
});

test('an order that is moved to a price that would trade does what the row of its type says', () => {
  for (const type of namesOf(OrderType)) {
    const { mayRest, mayTake, standardTimeInForce } = orderTypeRules[type];
    if (!mayRest) continue;
    const desk = marketDesk();
    desk.place(1, Side.sell, 9, 100);
    const kind = { orderType: OrderType[type], timeInForce: TimeInForce[standardTimeInForce] };
    const orderId = desk.place(2, Side.buy, 9, 99, kind).at(-1)!['orderId'];
    const moved = { orderId: Number(orderId), quantityLots: 9, priceTicks: 100 };
    const outcome = desk.next(commandsByName.replaceOrder, 2, moved).at(-1)!;
    const code = wordOf(OutcomeCode, outcome['code']);
    const filled = Number(outcome['filledLots']);
    assert.deepEqual([code, filled], mayTake ? ['ok', 9] : ['wouldTakeLiquidity', 0], type);
  }
});

test('the SDK names what each command of a client takes', () => {
  const index = readFileSync(join(import.meta.dirname, '../src/client/index.ts'), 'utf8');
  for (const name of clientNames) {
    const interfaceName = name.charAt(0).toUpperCase() + name.slice(1);
    assert.match(index, new RegExp(`\\b${interfaceName}\\b`), `src/client/index.ts exports ${interfaceName}`);
  }
});

test('the SDK has a method for each command of a client, and a gateway or an operator may call it', () => {
  const ports = readFileSync(join(import.meta.dirname, '../src/gateway/ports.ts'), 'utf8');
  for (const name of clientNames) {
    assert.equal(typeof Client.prototype[name], 'function', `src/client/client.ts has a method ${name}`);
    assert.ok(ports.includes(`| '${name}'`), `GatewayExchange or OperatorExchange names ${name}`);
  }
});

test('an end of day cancels the resting orders whose time in force ends with it', () => {
  for (const time of namesOf(TimeInForce).filter((each) => timeInForceRules[each].rests)) {
    const desk = marketDesk();
    desk.place(2, Side.buy, 9, 100, { timeInForce: TimeInForce[time] });
    const cancelled = desk.next(commandsByName.endDay, 0, {}).filter(({ name }) => name === 'orderCancelled');
    assert.equal(cancelled.length, timeInForceRules[time].endsWithDay ? 1 : 0, time);
  }
});

test('each command has its part in the table of commands', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/ARCHITECTURE.md'), 'utf8');
  for (const name of allNames)
    assert.ok(page.includes(`| \`${name}\` |`), `ARCHITECTURE has a row for ${name}`);
});

interface Placed {
  readonly code: string;
  readonly status: string;
  readonly filled: number;
}

/** What was encoded reads, field by field of its layout, as what was asked for. */
function holdsSample(name: ClientCommandName, view: DataView): void {
  const read: Readonly<Record<string, unknown>> = commandsByName[name].read(view, 0);
  for (const [field, asked] of Object.entries(samples[name])) {
    if (typeof asked === 'number' && field in read) assert.equal(read[field], asked, `${name}: ${field}`);
    const words = kinds[field as keyof typeof kinds] as Readonly<Record<string, number>> | undefined;
    if (words !== undefined) assert.equal(read[field], words[String(asked)], `${name}: ${field}`);
  }
}

/** An engine with an instrument and two accounts. */
function marketDesk(): EngineDesk {
  const desk = new EngineDesk(new Engine());
  desk.open(1);
  desk.instrument(1);
  for (const accountId of [1, 2]) desk.account(accountId);
  return desk;
}

/** What becomes of a buy order of 9 lots that finds so many lots for sale, and more at a price that is worse. */
function placedAgainst(
  type: OrderTypeName,
  time: TimeInForceName,
  offered: number,
  isPriced: boolean,
  offeredWorse = 0,
): Placed {
  const desk = marketDesk();
  if (offered > 0) desk.place(1, Side.sell, offered, 100);
  if (offeredWorse > 0) desk.place(1, Side.sell, offeredWorse, 101);
  const kind = { orderType: OrderType[type], timeInForce: TimeInForce[time] };
  const outcome = desk.place(2, Side.buy, 9, isPriced ? 100 : 0, kind).at(-1)!;
  return {
    code: wordOf(OutcomeCode, outcome['code']),
    status: wordOf(OrderStatus, outcome['orderStatus']),
    filled: Number(outcome['filledLots']),
  };
}

function wordOf(words: Readonly<Record<string, number>>, value: unknown): string {
  return Object.keys(words).find((word) => words[word] === value) ?? String(value);
}

/** Commands and kinds of orders that have come by. */
class Seen {
  readonly #names = new Set<string>();
  readonly #values = new Set<string>();

  take(view: DataView): void {
    if (commands.check(view, 0, view.getUint16(0, true)) !== DecodeCode.ok) return;
    const layout = commands.of(view.getUint8(TYPE_AT))!;
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
