/** A replay against an exchange that forgets, loses or repeats: what it counts, and how little it remembers. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { CancelOrder, Client, OrderName, Outcome, PlaceOrder } from '../../client/index.ts';
import type { FlowAction } from './flow.ts';
import { ReplayNames } from './names.ts';
import { Replay, type ReplayCounts } from './run.ts';

interface Faults {
  /** Closed orders that it remembers. */
  readonly remembers?: number;
  /** An acknowledged order that it does not know afterwards. */
  readonly loses?: string;
  /** An order that it takes twice. */
  readonly takesTwice?: string;
  /** A trade that it tells twice. */
  readonly tellsTwice?: number;
}

interface Order {
  readonly orderId: number;
  readonly name: string;
  readonly accountId: number;
  isOpen: boolean;
}

/** Orders rest at one price and nothing matches but what takes a named order: the first one that is open. */
class ForgetfulExchange extends EventEmitter {
  readonly #faults: Faults;
  readonly #orders = new Map<string, Order>();
  readonly #closed: string[] = [];
  #forgotten = 0;
  readonly #open = new Set<Order>();
  #seq = 0;
  #lastTradeId = 0;

  constructor(faults: Faults) {
    super();
    this.#faults = faults;
  }

  async instruments(): Promise<readonly never[]> {
    return [];
  }

  async account(): Promise<undefined> {
    return undefined;
  }

  async createAccount(): Promise<Partial<Outcome>> {
    return { ok: true };
  }

  async createInstrument(): Promise<Partial<Outcome>> {
    return { ok: true };
  }

  async order({ clientOrderId }: OrderName): Promise<{ orderId: number } | undefined> {
    if (clientOrderId === this.#faults.loses) return undefined;
    return this.#orders.get(clientOrderId!);
  }

  async placeOrder({ accountId, clientOrderId, timeInForce }: PlaceOrder): Promise<Partial<Outcome>> {
    const name = clientOrderId!;
    const known = this.#orders.get(name);
    if (known !== undefined) return { ok: true, repeated: true, orderId: known.orderId };
    this.#seq += 1;
    const order = { orderId: this.#seq, name, accountId, isOpen: true };
    this.#orders.set(name, order);
    this.#tell('orderAccepted', order);
    if (name === this.#faults.takesTwice) this.#tell('orderAccepted', order);
    if (timeInForce !== 'immediateOrCancel') this.#open.add(order);
    else {
      const [maker] = this.#open;
      if (maker !== undefined) this.#trade(maker, order);
      this.#close(order);
    }
    return { ok: true, repeated: false, orderId: order.orderId };
  }

  async cancelOrder({ clientOrderId }: CancelOrder): Promise<Partial<Outcome>> {
    const order = this.#orders.get(clientOrderId!);
    if (order === undefined) return { ok: false, code: 'unknownOrder' };
    if (!order.isOpen) return { ok: false, code: 'orderNotOpen' };
    this.#tell('orderCancelled', order);
    this.#close(order);
    return { ok: true };
  }

  #trade(maker: Order, taker: Order): void {
    this.#lastTradeId += 1;
    const times = this.#lastTradeId === this.#faults.tellsTwice ? 2 : 1;
    const trade = { type: 'trade', instrumentId: 1, tradeId: this.#lastTradeId, quantityLots: 1 };
    for (let n = 0; n < times; n++) this.emit('event', trade);
    this.#tell('orderExecuted', maker, { liquidity: 'maker' });
    this.#tell('orderExecuted', taker, { liquidity: 'taker' });
    this.#close(maker);
  }

  #close(order: Order): void {
    order.isOpen = false;
    this.#open.delete(order);
    this.#closed.push(order.name);
    const { remembers = Number.POSITIVE_INFINITY } = this.#faults;
    while (this.#closed.length - this.#forgotten > remembers) {
      this.#orders.delete(this.#closed[this.#forgotten]!);
      this.#forgotten += 1;
    }
  }

  #tell(type: string, { orderId, name, accountId }: Order, more: object = {}): void {
    const one = { quantityLots: 1, remainingLots: 0, instrumentId: 1, seq: this.#seq };
    this.emit('event', { type, orderId, accountId, clientOrderId: name, ...one, ...more });
  }
}

const instrument = { instrumentId: 1, symbol: 'X', priceDecimals: 0, quantityDecimals: 0 };

function place(orderId: string, takes?: string): FlowAction {
  return { kind: 'place', instrumentId: 1, orderId, side: 'buy', price: '1', quantity: '1', takes };
}

interface Ended {
  readonly counts: ReplayCounts;
  readonly doubled: number;
  readonly remembered: number;
}

async function replay(flow: Iterable<FlowAction>, faults: Faults = {}): Promise<Ended> {
  const client = new ForgetfulExchange(faults) as unknown as Client;
  const run = new Replay(client, await ReplayNames.findFree(client));
  await run.prepare();
  let remembered = 0;
  for (const action of flow) {
    await run.send(action);
    remembered = Math.max(remembered, run.ordersRemembered);
  }
  await run.drain();
  await run.verify();
  return { counts: run.counts, doubled: run.doubled, remembered };
}

function* longFlow(orders: number): Generator<FlowAction> {
  yield { kind: 'instrument', instrument };
  for (let n = 1; n <= orders; n++) {
    yield place(`${n}`);
    if (n > 100) yield { kind: 'cancel', orderId: `${n - 100}` };
  }
}

test('a replay remembers what is open and one piece, however long the file is; what the exchange forgot is not lost', async () => {
  const { counts, remembered, doubled } = await replay(longFlow(90_000), { remembers: 70_000 });
  assert.deepEqual([counts.commands, counts.accepted], [179_900, 179_900]);
  assert.deepEqual([counts.lost, doubled, counts.forgotten], [0, 0, 0]);
  // Each order is asked for while it is remembered, and the open ones at the end again.
  assert.equal(counts.checked, 90_100);
  assert.ok(remembered < 70_000, `${remembered} orders were remembered`);
});

test('orders that closed and were forgotten before they could be asked for are counted apart from lost ones', async () => {
  const { counts } = await replay(longFlow(1_000), { remembers: 10, loses: '950' });
  assert.deepEqual([counts.lost, counts.forgotten], [1 + 1, 1_000 - 100 - 10]);
});

test('a lost order, an order that was taken twice and a trade that was told twice are found', async () => {
  const flow = [...longFlow(50), place('x1', '1'), place('x2', '2')];
  assert.deepEqual((await replay(flow)).counts.lost, 0);
  assert.ok((await replay(flow, { loses: '30' })).counts.lost > 0);
  assert.equal((await replay(flow, { takesTwice: '30' })).doubled, 1);
  assert.equal((await replay(flow, { tellsTwice: 2 })).doubled, 1);
});

test('each command is accepted, repeated, rejected or about an unknown id, and an execution that hits another order is no hit', async () => {
  const { counts } = await replay([
    ...longFlow(3),
    place('1'),
    place('x1', '1'),
    place('x2', '3'),
    { kind: 'cancel', orderId: '1' },
    { kind: 'cancel', orderId: '77' },
    { ...place('9'), quantity: '0.5' } as FlowAction,
    { kind: 'note', note: 'crosses' },
    { kind: 'remark', text: 'torn' },
  ]);
  const { commands, accepted, repeated, unknownIds, rejections, executions, notes, remarks } = counts;
  assert.deepEqual([commands, accepted, repeated, unknownIds], [9, 5, 1, 1]);
  assert.deepEqual(rejections, { 'admission: quantity': 1, orderNotOpen: 1 });
  assert.deepEqual(executions, { sent: 2, hit: 1 });
  assert.deepEqual([notes, remarks], [{ crosses: 1 }, ['torn']]);
});
