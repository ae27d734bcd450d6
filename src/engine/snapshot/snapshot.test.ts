/** Snapshots and hashes: the same state again, and nothing but refusals for anything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setClientOrderId } from '../../protocol/client-order-ids.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { cancelOrder, Side, TimeInForce } from '../../protocol/commands.ts';
import { setU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { CLIENT_WORDS, hashOfClient, otherHashOfClient } from '../../store/client-words.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { decode, EngineDesk, RecordingSink } from '../testing/desk.ts';
import { RandomCommands } from '../testing/random-commands.ts';
import { HEADER_BYTES } from './snapshot.ts';

const LIMITS: EngineOptions = { closedOrdersMax: 100, sessionsMax: 4 };

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  assert.equal(engine.writeSnapshot(bytes), bytes.length);
  return bytes;
}

function busyEngine(seed: number, count: number): { engine: Engine; commands: RandomCommands } {
  const commands = new RandomCommands(new Random(seed));
  const engine = new Engine(LIMITS);
  applyRandom([engine], commands, count);
  return { engine, commands };
}

function applyRandom(engines: readonly Engine[], commands: RandomCommands, count: number): void {
  const sinks = engines.map(() => new RecordingSink());
  for (let n = 0; n < count; n++) {
    commands.write();
    for (const [which, engine] of engines.entries()) {
      sinks[which]!.used = 0;
      engine.apply(commands.view, 0, engine.lastSeq + 1, commands.timeUs, sinks[which]!);
      assert.deepEqual(
        sinks[which]!.bytes.subarray(0, sinks[which]!.used),
        sinks[0]!.bytes.subarray(0, sinks[0]!.used),
      );
    }
    commands.lastOrderId += n % 2;
    const opened = decode(sinks[0]!).find(({ name }) => name === 'sessionOpened');
    if (opened !== undefined) commands.lastSessionId = opened['sessionId'] as number;
  }
}

test('a snapshot restores to the same snapshot, and the engine goes on in step, on either book', () => {
  const { engine, commands } = busyEngine(1, 3000);
  const bytes = snapshotOf(engine);
  // A snapshot may be anywhere in a larger buffer.
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const restored = (['ladder', 'reference'] as const).map((book) => {
    const again = Engine.restore(shifted.subarray(3), { ...LIMITS, book });
    assert.ok(again);
    assert.deepEqual(snapshotOf(again), bytes);
    again.invariants();
    return again;
  });
  applyRandom([engine, ...restored], commands, 3000);
  for (const again of restored) {
    assert.equal(again.stateHash(), engine.stateHash());
    assert.equal(again.economicHash(), engine.economicHash());
    assert.equal(again.lastSeq, engine.lastSeq);
    assert.equal(again.lastTimeUs, engine.lastTimeUs);
    assert.deepEqual(snapshotOf(again), snapshotOf(engine));
  }
});

test('the state hash can be made from a snapshot, wherever free slots end, in steps of any size', () => {
  for (let count = 500; count < 520; count++) {
    const { engine } = busyEngine(6, count);
    const bytes = snapshotOf(engine);
    const steps = Engine.snapshotHashSteps(bytes, count % 2 === 0 ? 1_000_000 : count);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    assert.equal(step.value, engine.stateHash());
  }
});

test('a snapshot that is copied step by step has the same bytes, and no step is longer than allowed', () => {
  for (const count of [0, 500, 501, 502, 503, 3_000]) {
    const { engine } = busyEngine(9, count);
    const whole = snapshotOf(engine);
    for (const stepBytes of [8, 100, 4_096, 1_000_000]) {
      const bytes = new Uint8Array(whole.length + 5).fill(0xff);
      const steps = engine.snapshotSteps(bytes.subarray(0, whole.length), stepBytes);
      // The header comes with the first step, and one order is copied whole.
      let before = HEADER_BYTES;
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) {
        assert.ok(step.value > before && step.value <= before + Math.max(stepBytes, 120) + 4);
        before = step.value;
      }
      assert.equal(step.value, whole.length);
      assert.deepEqual(bytes.subarray(0, whole.length), whole);
      assert.deepEqual(bytes.subarray(whole.length), new Uint8Array(5).fill(0xff));
    }
  }
});

test('a snapshot holds an account whose orders of one side outweigh a position on the other', () => {
  const engine = new Engine();
  const desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  desk.account(1);
  desk.account(2);
  // Together more than 2^53 lots: the position and the buys can never meet, since the buys make it smaller.
  for (let n = 0; n < 4_100; n++) {
    desk.place(1, Side.buy, 2 ** 40, 100);
    desk.place(1, Side.sell, 2 ** 40, 200);
    desk.place(2, Side.buy, 2 ** 40, 200);
  }
  engine.invariants();
  assert.equal(Engine.restore(snapshotOf(engine))?.stateHash(), engine.stateHash());
});

/** Two client order ids that have the same two hashes for the account in slot 0: they are easy to make. */
const alike = ['332211c8-7900-0000-0000-000000000000', '33221195-fb00-0000-0000-0042ba8fd000'] as const;

test('an order whose client order id has the hashes of a forgotten one is found, and a snapshot holds both', () => {
  const [first, second] = alike.map((id) => {
    const words = new Int32Array(CLIENT_WORDS);
    setClientOrderId(new DataView(words.buffer), 0, id);
    return [hashOfClient(0, words, 0), otherHashOfClient(words, 0)];
  });
  assert.deepEqual(first, second, 'they have the same hashes, or other ones must be made');
  const options: EngineOptions = { closedOrdersMax: 2 };
  const desk = new EngineDesk(new Engine(options));
  desk.open(1);
  desk.instrument(1);
  desk.account(1);
  const [resting, forgotten] = alike;
  const atOnce = { timeInForce: TimeInForce.immediateOrCancel };
  desk.place(1, Side.buy, 1, 100, { clientOrderId: resting });
  desk.place(1, Side.buy, 1, 100, { clientOrderId: forgotten, ...atOnce });
  for (let n = 0; n < 3; n++) desk.place(1, Side.buy, 1, 100, atOnce);
  const engine = desk.engine as Engine;
  const again = Engine.restore(snapshotOf(engine), options);
  assert.ok(again, 'a snapshot restores');
  assert.equal(again.stateHash(), engine.stateHash());
  const { sessionId, commandNumber } = desk;
  for (const one of [desk, Object.assign(new EngineDesk(again), { sessionId, commandNumber })]) {
    const repeat = one.place(1, Side.buy, 1, 100, { clientOrderId: resting }).at(-1)!;
    assert.deepEqual([repeat['code'], repeat['repeated'], repeat['orderId']], [OutcomeCode.ok, 1, 1]);
    const late = one.place(1, Side.buy, 1, 100, { clientOrderId: forgotten, ...atOnce }).at(-1)!;
    assert.equal(late['code'], OutcomeCode.orderForgotten);
    const cancelled = one.next(cancelOrder, 1, { clientOrderId: resting }).at(-1)!;
    assert.deepEqual([cancelled['code'], cancelled['orderId']], [OutcomeCode.ok, 1]);
    (one.engine as Engine).invariants();
  }
  assert.equal(again.stateHash(), engine.stateHash());
});

test('the empty engine has a snapshot too', () => {
  const bytes = snapshotOf(new Engine());
  assert.equal(Engine.restore(bytes)?.stateHash(), new Engine().stateHash());
});

test('the state hash changes with every command, the economic hash only with trade', () => {
  const desks = [7, 8].map((token) => {
    const desk = new EngineDesk(new Engine());
    if (token === 8) desk.open(99);
    desk.open(token);
    desk.instrument(1);
    desk.account(1);
    desk.account(2);
    if (token === 8) desk.place(1, Side.buy, 0, 1);
    desk.place(1, Side.buy, 5, 100, { clientOrderId: 'a' });
    desk.place(2, Side.sell, 2, 100);
    return desk;
  });
  const [first, second] = desks.map((desk) => desk.engine as Engine) as [Engine, Engine];
  assert.notEqual(first.stateHash(), second.stateHash());
  assert.equal(first.economicHash(), second.economicHash());
  const before = first.economicHash();
  desks[0]!.place(2, Side.sell, 1, 100);
  assert.notEqual(first.economicHash(), before);
});

test('failure 17: a cut, lengthened or damaged snapshot is refused or gives a whole engine, and never throws', () => {
  const { engine } = busyEngine(2, 2000);
  const bytes = snapshotOf(engine);
  for (let length = 0; length < bytes.length; length += 1 + (length >> 4)) {
    assert.equal(Engine.restore(bytes.subarray(0, length), LIMITS), undefined);
  }
  assert.equal(Engine.restore(new Uint8Array(bytes.length + 8), LIMITS), undefined);
  const random = new Random(3);
  let refused = 0;
  for (let round = 0; round < 1500; round++) {
    const damaged = bytes.slice();
    for (let n = random.below(4); n >= 0; n--) {
      damaged[random.below(random.chance(0.3) ? 112 : bytes.length)] = random.pick([
        0,
        1,
        0x7f,
        0xff,
        random.below(256),
      ]);
    }
    const restored = Engine.restore(damaged, LIMITS);
    if (restored === undefined) refused++;
    else restored.stateHash();
  }
  assert.ok(refused > 500, `${refused} refused`);
});

test('a snapshot above the limits of the engine that reads it is refused', () => {
  const { engine } = busyEngine(4, 3000);
  const bytes = snapshotOf(engine);
  assert.ok(Engine.restore(bytes, LIMITS));
  assert.equal(Engine.restore(bytes, { ...LIMITS, closedOrdersMax: 20 }), undefined);
  assert.equal(Engine.restore(bytes, { ...LIMITS, instrumentsMax: 1 }), undefined);
});

test('a snapshot whose counters are ahead of its commands is refused', () => {
  const bytes = snapshotOf(busyEngine(5, 200).engine);
  const counters = { order: 32, trade: 40, session: 48, ticket: 56 };
  for (const [name, at] of Object.entries(counters)) {
    for (const value of [0, 1_000, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const damaged = bytes.slice();
      setU53(new DataView(damaged.buffer), at, value);
      assert.ok(Engine.restore(damaged, LIMITS) === undefined, `${name} ${value}`);
    }
  }
});

test('a snapshot in which more was bought than sold is refused', () => {
  const desk = new EngineDesk(new Engine(LIMITS));
  desk.open(1);
  desk.instrument(1);
  for (const account of [1, 2]) desk.account(account);
  desk.place(1, Side.buy, 77, 100);
  desk.place(2, Side.sell, 77, 100);
  const bytes = snapshotOf(desk.engine as Engine);
  assert.ok(Engine.restore(bytes, LIMITS));
  const numbers = new Float64Array(bytes.buffer);
  // The quantities of the positions come last there.
  numbers[numbers.lastIndexOf(77)] = 78;
  assert.ok(Engine.restore(bytes, LIMITS) === undefined);
});

test('an engine that reserved its memory at the start does what one does that grows, also once restored', () => {
  const commands = new RandomCommands(new Random(71));
  const reserving: EngineOptions = { ...LIMITS, ordersMax: 4_096, reserved: true };
  const engines = [new Engine({ ...LIMITS, ordersMax: 4_096 }), new Engine(reserving)];
  applyRandom(engines, commands, 4_000);
  const [grown, reserved] = engines as [Engine, Engine];
  assert.equal(reserved.stateHash(), grown.stateHash());
  const restored = Engine.restore(snapshotOf(grown), reserving);
  assert.ok(restored);
  applyRandom([grown, reserved, restored], commands, 2_000);
  assert.equal(restored.stateHash(), grown.stateHash());
  assert.equal(reserved.stateHash(), grown.stateHash());
});
