/** What a question costs: however much an account has, a bounded number of records is read for one answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelOrder, massCancel, placeOrder, Side } from '../protocol/commands.ts';
import * as keyCommands from '../protocol/key-commands.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { accountsPerGrantMax, openOrdersPerAccountMax } from '../protocol/limits.ts';
import { instrumentRow, keyAccountRow, keyRow, orderRow, positionRow } from '../protocol/messages.ts';
import { placeRow } from '../protocol/place-rows.ts';
import { Engine } from './engine.ts';
import { idsMax, looksMax } from './open-order-search.ts';
import { State } from './state.ts';
import { EngineDesk, RecordingSink } from './testing/desk.ts';

const { buy, sell } = Side;
const rowsMax = 100;
const view = new DataView(new ArrayBuffer(rowsMax * orderRow.size + placeRow.size));

/** An object's method also notes the first argument of each call from here on. */
function watch<T extends object>(object: T, name: keyof T & string, note: (first: number) => void): void {
  const method = object[name] as (...given: number[]) => unknown;
  Object.defineProperty(object, name, {
    value: (...given: number[]) => {
      note(given[0]!);
      return method.apply(object, given);
    },
  });
}

interface Page {
  readonly ids: readonly number[];
  readonly next: number | undefined;
}

/** An engine of which it is known what its reads look at. */
class WatchedEngine {
  readonly state = new State();
  readonly engine = new Engine({}, this.state);
  readonly desk = new EngineDesk(this.engine);
  readonly #sink = new RecordingSink();
  /** Orders or positions that were read, and ids that were looked for, since the last question began. */
  #read = new Set<number>();
  #lookedFor = 0;

  constructor() {
    this.desk.open(1);
  }

  watch(): void {
    const { orders, positions, index, instruments } = this.state;
    const read = (slot: number): unknown => this.#read.add(slot);
    for (const name of ['orderId', 'account', 'accountNext', 'accountPrevious', 'isTied', 'status'] as const)
      watch(orders, name, read);
    for (const name of ['bought', 'sold', 'next'] as const) watch(positions, name, read);
    const lookFor = (): unknown => this.#lookedFor++;
    watch(positions, 'find', lookFor);
    watch(index, 'find', lookFor);
    watch(instruments, 'id', lookFor);
    const { nextOpen } = index;
    index.nextOpen = (from, end) => {
      this.#lookedFor++;
      assert.ok(end - from <= idsMax, 'ids are passed by the thousand, not all');
      return nextOpen.call(index, from, end);
    };
  }

  /** Many orders, without a look at their events. */
  placeMany(accountId: number, count: number): void {
    const bytes = new DataView(new ArrayBuffer(placeOrder.size));
    const zero = placeOrder.read(bytes, 0);
    for (let n = 0; n < count; n++) {
      const commandNumber = ++this.desk.commandNumber;
      const header = { ...zero, sessionId: this.desk.sessionId, commandNumber, accountId };
      const order = { instrumentId: 1, side: buy, quantityLots: 1, priceTicks: 1 + (n % 1_000) };
      placeOrder.write(bytes, 0, { ...header, ...order, orderType: 1, timeInForce: 1 });
      this.#sink.used = 0;
      const seq = this.engine.lastSeq + 1;
      this.engine.apply(bytes, 0, seq, this.desk.timeUs + seq, this.#sink);
    }
  }

  /** Asks once; no more is read than one answer may cost. */
  ask(write: () => number, size: number, idOf: (at: number) => number): Page {
    this.#read = new Set();
    this.#lookedFor = 0;
    const count = write();
    const { queries } = this.engine;
    assert.ok(this.#read.size <= 2 * looksMax + count + 2, `${this.#read.size} records are read`);
    assert.ok(this.#lookedFor <= 4 * looksMax, `${this.#lookedFor} times something is looked for`);
    const ids = Array.from({ length: count }, (_, n) => idOf(n * size));
    const at = count * size;
    const isPlaced = queries.writePlaceRow(view, at) > 0;
    if (!queries.more) return { ids, next: undefined };
    const next = isPlaced ? placeRow.read(view, at).lookedUntil : ids.at(-1);
    assert.ok(next !== undefined, 'an answer that is not the last one says where to go on');
    return { ids, next };
  }

  openOrders(after: number, accountId = 1): Page {
    const { queries } = this.engine;
    return this.ask(
      () => queries.writeOpenOrderRows(view, 0, accountId, after, rowsMax),
      orderRow.size,
      (at) => orderRow.read(view, at).orderId,
    );
  }
}

/** All pages behind an id: what they hold, and how many they are. */
function allPages(page: (after: number) => Page, after: number): { ids: number[]; pages: number } {
  const ids: number[] = [];
  let pages = 0;
  for (let next: number | undefined = after; next !== undefined; pages++) {
    const found = page(next);
    assert.ok(found.next === undefined || found.next > next, 'each page comes further');
    ids.push(...found.ids);
    next = found.next;
  }
  return { ids, pages };
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);

test('a page of open orders costs the same among a hundred thousand, behind any number, and while they are cancelled', () => {
  const watched = new WatchedEngine();
  const { desk, engine } = watched;
  const half = 50_000;
  const others = 70_000;
  desk.instrument(1);
  for (const accountId of [1, 2]) desk.account(accountId, { openOrdersMax: openOrdersPerAccountMax });
  watched.placeMany(1, half);
  watched.placeMany(2, others);
  watched.placeMany(1, half);
  const younger = half + others + 1;
  const closed = [1_000, half - 3_000, half, younger + 3_000];
  for (const orderId of closed) desk.next(cancelOrder, 1, { orderId });
  watched.watch();
  const open = [...numbers(1, half), ...numbers(younger, half)].filter((id) => !closed.includes(id));
  const page = (after: number): Page => watched.openOrders(after);

  assert.deepEqual(allPages(page, 0).ids, open);
  for (const after of [...closed, 1, half - 1, half + 2_000, younger - 1, younger + half - 2]) {
    const { ids, pages } = allPages(page, after);
    assert.deepEqual(
      ids,
      open.filter((id) => id > after),
      `behind ${after}`,
    );
    assert.ok(pages <= Math.ceil(ids.length / rowsMax) + others / (looksMax / 2) + 1, `${pages} pages`);
  }
  for (const after of [younger + half - 1, 2 ** 52, Number.MAX_SAFE_INTEGER])
    assert.deepEqual(page(after), { ids: [], next: undefined });

  desk.next(massCancel, 1, {});
  assert.ok(engine.isSweeping);
  assert.deepEqual(allPages(page, 0), { ids: [], pages: Math.ceil((open.length - 1_024) / looksMax) });
  const after = desk.place(1, buy, 1, 5).at(-1)!['orderId'] as number;
  for (const from of [0, half, 60_000, younger + 10]) assert.deepEqual(allPages(page, from).ids, [after]);
});

test('positions and instruments come page by page, and a page costs no look at all of them', () => {
  const watched = new WatchedEngine();
  const { desk, engine } = watched;
  const count = looksMax + 501;
  const ids = numbers(1, count).map((n) => n * 3);
  for (const accountId of [1, 2, 3]) desk.account(accountId);
  for (const [n] of ids.entries()) {
    const instrumentId = ids[(n * 7) % count]!;
    desk.instrument(instrumentId);
    desk.place(1, sell, 1, 5, { instrumentId });
    desk.place(2, buy, 1, 5, { instrumentId });
  }
  desk.place(1, sell, 1, 5, { instrumentId: ids[1]! });
  desk.place(3, buy, 1, 5, { instrumentId: ids[1]! });
  const { queries } = engine;
  // Many that are new are put in order once, by the next question.
  queries.writeInstrumentRows(view, 0, 0, 1);
  watched.watch();
  const positions = (accountId: number) => (after: number) =>
    watched.ask(
      () => queries.writePositionRows(view, 0, accountId, after, rowsMax),
      positionRow.size,
      (at) => positionRow.read(view, at).instrumentId,
    );
  const instruments = (after: number): Page =>
    watched.ask(
      () => queries.writeInstrumentRows(view, 0, after, rowsMax),
      instrumentRow.size,
      (at) => instrumentRow.read(view, at).instrumentId,
    );
  assert.deepEqual(allPages(positions(2), 0).ids, ids);
  assert.deepEqual(allPages(positions(2), ids[9]! + 1).ids, ids.slice(10));
  assert.deepEqual(allPages(positions(3), 0), { ids: [ids[1]!], pages: 1 });
  assert.deepEqual(allPages(instruments, 0), { ids, pages: Math.ceil(count / rowsMax) });
  desk.instrument(4);
  assert.deepEqual(instruments(3).ids.slice(0, 2), [4, 6], 'one that came to be later is in its place');
});

test('what has changed of API keys comes in the order of the changes, and costs no look at the others', () => {
  const watched = new WatchedEngine();
  const { desk, engine, state } = watched;
  const count = 3_000;
  const changeKey = (keyNumber: number): unknown =>
    desk.next(keyCommands.changeKey, 0, { keyNumber, permissions: keyCommands.Permission.trade });
  const accountIds = new Uint8Array(accountsPerGrantMax * 4);
  for (const [n, accountId] of [9, 3, 7].entries()) accountIds[n * 4] = accountId;
  for (let n = 1; n <= count; n++) {
    desk.next(keyCommands.createKey, 0, { keyId: `k${n}`, kind: keyCommands.KeyKind.hmac });
    desk.next(keyCommands.grantKey, 0, { keyNumber: n, accountIds });
  }
  let looks = 0;
  watch(state.keys, 'changeOf', () => looks++);
  watch(state.keys.accounts, 'key', () => looks++);
  watch(state.keys.accounts, 'accountId', () => looks++);
  const rowsOf = (
    asked: Engine,
    afterChange: number,
  ): { rows: Uint8Array; keys: [number, number, number[]][] } => {
    const bytes = new DataView(new ArrayBuffer(57_344));
    const filter = { afterChange, keysMax: rowsMax, bytesMax: bytes.byteLength };
    const written = asked.queries.writeKeyRows(bytes, 0, filter);
    const keys: [number, number, number[]][] = [];
    for (let at = 0; at < written.bytes; ) {
      const isKey = bytes.getUint8(at + TYPE_AT) === keyRow.type;
      if (isKey) keys.push([keyRow.read(bytes, at).keyNumber, keyRow.read(bytes, at).change, []]);
      else keys.at(-1)![2].push(keyAccountRow.read(bytes, at).accountId);
      at += isKey ? keyRow.size : keyAccountRow.size;
    }
    return { rows: new Uint8Array(bytes.buffer, 0, written.bytes), keys };
  };
  const changed = (afterChange: number): [number, number, number[]][] => {
    looks = 0;
    const { rows, keys } = rowsOf(engine, afterChange);
    assert.ok(looks <= 1_024 + 2 * rowsMax, `${looks} keys and accounts are looked at`);
    const snapshot = new Uint8Array(engine.snapshotBytes());
    engine.writeSnapshot(snapshot);
    const restored = Engine.restore(snapshot)!;
    assert.deepEqual(rowsOf(restored, afterChange).rows, rows, 'a state that was restored answers the same');
    return keys;
  };

  const { changes } = state.keys;
  for (const keyNumber of [2_000, 5, 700, 5]) changeKey(keyNumber);
  assert.deepEqual(changed(changes), [
    [2_000, changes + 1, [3, 7, 9]],
    [700, changes + 3, [3, 7, 9]],
    [5, changes + 4, [3, 7, 9]],
  ]);
  assert.deepEqual(changed(changes + 4), []);
  desk.next(keyCommands.grantKey, 0, { keyNumber: 700, accountIds, isTaken: 1 });
  assert.deepEqual(changed(changes + 4), [[700, changes + 5, []]]);
  for (let n = 0; n < 2_500; n++) changeKey(1 + (n % 3));
  engine.invariants();

  const seen: number[] = [];
  let after = 0;
  for (let page = changed(after); page.length > 0; page = changed(after)) {
    seen.push(...page.map(([keyNumber]) => keyNumber));
    after = page.at(-1)![1];
    if (seen.length === rowsMax) changeKey(seen[0]!);
  }
  assert.equal(after, state.keys.changes);
  assert.equal(seen.at(-1), seen[0], 'one that changes meanwhile comes again');
  assert.deepEqual(new Set(seen).size, count);
  assert.equal(seen.length, count + 1);
});
