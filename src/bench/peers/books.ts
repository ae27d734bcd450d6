/**
 * The same flow through our engine and through the order books of npm: 45 % limit orders that rest, 45 % cancels, 10 %
 * that cross. Ours also checks sessions, accounts and limits, keeps positions and writes events; theirs keep books.
 * Each run checks that all end with the same book.
 */
import { strict as assert } from 'node:assert';
import { OrderBook as HftBook } from 'hft-limit-order-book';
import { OrderBook as NodejsBook } from 'nodejs-order-book';
import { Engine } from '../../engine/engine.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  OrderType,
  openSession,
  placeOrder,
  Side,
  TimeInForce,
} from '../../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { openOrdersPerAccountMax } from '../../protocol/limits.ts';
import { levelRow } from '../../protocol/messages.ts';
import { EventRing } from '../../replica/exchange/event-ring.ts';
import { RememberedFills } from '../../replica/exchange/fills.ts';
import { getU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';

const midTicks = 100_000;
const spreadTicks = 200;
const ringBytes = 1 << 24;
const restingOrders = 10_000;
const owner = 1;

/** What the flow does in one step. */
interface Step {
  /** The order that is placed, or cancelled. */
  readonly orderId: number;
  readonly isCancel: boolean;
  readonly isBuy: boolean;
  readonly isCrossing: boolean;
  readonly priceTicks: number;
  readonly quantityLots: number;
}

/** Commands per second, and the levels of the book at the end as `price:lots`, sorted. */
interface BookRun {
  readonly perSecond: number;
  readonly levels: readonly string[];
}

export interface BookFigures {
  readonly ours: number;
  readonly nodejsOrderBook: number;
  readonly hft: number;
}

/** One round: each book once, one after the other, the same steps. */
export function measureBooks(steps: number, seed: number): BookFigures {
  const flow = flowOf(steps, seed);
  const ours = throughEngine(flow, steps);
  const nodejs = throughPackage(new NodejsBook() as unknown as PackagedBook, flow, steps);
  const hft = throughPackage(new HftBook() as unknown as PackagedBook, flow, steps);
  assert.deepEqual(nodejs.levels, ours.levels, 'nodejs-order-book ends with the same book as our engine');
  assert.deepEqual(hft.levels, ours.levels, 'hft-limit-order-book ends with the same book as our engine');
  return { ours: ours.perSecond, nodejsOrderBook: nodejs.perSecond, hft: hft.perSecond };
}

/** Orders that rest, then the mixed flow. A cancelled order may have been filled meanwhile. */
function flowOf(steps: number, seed: number): Step[] {
  const random = new Random(seed);
  const resting: number[] = [];
  const flow: Step[] = [];
  let orderId = 0;
  while (flow.length < restingOrders + steps) {
    const draw = flow.length < restingOrders ? 0 : random.next() / 2 ** 32;
    if (draw >= 0.55) {
      const at = random.below(resting.length);
      const cancelled = resting[at]!;
      resting[at] = resting.at(-1)!;
      resting.pop();
      flow.push({ ...nothing, orderId: cancelled, isCancel: true });
      continue;
    }
    const isBuy = random.below(2) === 0;
    const isCrossing = draw >= 0.45;
    const away = 1 + random.below(spreadTicks);
    const isBelow = isBuy !== isCrossing;
    const priceTicks = isBelow ? midTicks - away : midTicks + away;
    flow.push({
      orderId: ++orderId,
      isCancel: false,
      isBuy,
      isCrossing,
      priceTicks,
      quantityLots: 1 + random.below(100),
    });
    if (!isCrossing) resting.push(orderId);
  }
  return flow;
}

const nothing = { isBuy: true, isCrossing: false, priceTicks: 0, quantityLots: 0 } as const;

/** Runs the steps, and times all after those that fill the book. */
function timed(flow: readonly Step[], steps: number, run: (step: Step) => void): number {
  for (let n = 0; n < restingOrders; n++) run(flow[n]!);
  const startMs = performance.now();
  for (let n = restingOrders; n < flow.length; n++) run(flow[n]!);
  return Math.round((steps * 1_000) / (performance.now() - startMs));
}

function throughEngine(flow: readonly Step[], steps: number): BookRun {
  const engine = new Engine();
  const sink = new EventRing(ringBytes, 0, new RememberedFills(1_048_576, 0));
  const bytes = new Uint8Array((flow.length + 3) * placeOrder.size);
  const view = new DataView(bytes.buffer);
  let commandNumber = 0;
  let at = 0;
  let seq = 0;
  const write = <F extends Fields>(layout: Layout<F>, values: object): void => {
    const zero = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
    const header = layout.type === openSession.type ? {} : { sessionId: 1, commandNumber: ++commandNumber };
    layout.write(view, at, { ...zero, ...header, ...values } as ValuesOf<F>);
    at += placeOrder.size;
  };
  const apply = (): void => {
    engine.apply(view, seq * placeOrder.size, seq + 1, seq + 1, sink);
    seq++;
  };
  write(openSession, { tokenLow: 1 });
  write(createInstrument, { instrumentId: 1, symbol: 'BENCH' });
  write(createAccount, { accountId: owner, name: 'bench', openOrdersMax: openOrdersPerAccountMax });
  for (let n = 0; n < 3; n++) apply();
  for (const step of flow) {
    const { orderId, isCancel, isBuy, isCrossing, priceTicks, quantityLots } = step;
    if (isCancel) write(cancelOrder, { accountId: owner, orderId });
    else
      write(placeOrder, {
        accountId: owner,
        instrumentId: 1,
        side: isBuy ? Side.buy : Side.sell,
        priceTicks,
        quantityLots,
        orderType: OrderType.limit,
        timeInForce: isCrossing ? TimeInForce.immediateOrCancel : TimeInForce.goodTillCancel,
      });
  }
  const perSecond = timed(flow, steps, apply);
  return { perSecond, levels: levelsOf(engine) };
}

function levelsOf(engine: Engine): string[] {
  const rowsMax = 4 * spreadTicks;
  const rows = new DataView(new ArrayBuffer(levelRow.size * rowsMax));
  const count = engine.queries.writeBookRows(rows, 0, 1, rowsMax);
  const levels = Array.from({ length: count }, (_, n) => {
    const at = n * levelRow.size;
    return `${rows.getUint32(at + levelRow.at.priceTicks, true)}:${getU53(rows, at + levelRow.at.quantityLots)}`;
  });
  return levels.sort();
}

/** What both packages have, and all that is used of them. */
interface PackagedBook {
  limit(order: { side: never; id: string; size: number; price: number; timeInForce?: never }): unknown;
  cancel(id: string): unknown;
  depth(): readonly (readonly (readonly [number, number])[])[];
}

/** The ids are made before the clock starts, as our commands are. */
function throughPackage(book: PackagedBook, flow: readonly Step[], steps: number): BookRun {
  const ids = flow.map(({ orderId }) => `o${orderId}`);
  let n = 0;
  const perSecond = timed(flow, steps, ({ isCancel, isBuy, isCrossing, priceTicks, quantityLots }) => {
    const id = ids[n++]!;
    if (isCancel) {
      book.cancel(id);
      return;
    }
    const side = (isBuy ? 'buy' : 'sell') as never;
    const order = { side, id, size: quantityLots, price: priceTicks };
    if (isCrossing) book.limit({ ...order, timeInForce: 'IOC' as never });
    else book.limit(order);
  });
  const levels = book.depth().flatMap((side) => side.map(([price, lots]) => `${price}:${lots}`));
  return { perSecond, levels: levels.sort() };
}
