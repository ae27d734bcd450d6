/**
 * The engine alone on one core: 45 % limit orders that rest, 45 % cancels, 10 % limit orders that cross the spread.
 * Commands are written before the clock starts, events go to a ring that nobody reads; journal, network and consensus
 * are left out. The state hash at the end says that two runs did the same work.
 */
import { Engine } from '../engine/engine.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  OrderType,
  openSession,
  placeOrder,
  Side,
  TimeInForce,
} from '../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { Random } from '../std/random.ts';
import { RingSink } from './ring-sink.ts';

const ACCOUNTS = 100;
const MID_TICKS = 100_000;
/** Resting orders stand this far from the middle at the most. */
const SPREAD_TICKS = 200;
const RING_BYTES = 1 << 24;
/** Commands are written and applied by the batch, so that the memory of a long run stays small. */
const BATCH = 10_000;
const COMMAND_BYTES = placeOrder.size;

/** One measured case. */
export interface EngineCase {
  readonly name: string;
  readonly instruments: number;
  /** Orders that rest before the clock starts. */
  readonly restingOrders: number;
  readonly commands: number;
  /** Whether each order carries a client order id. */
  readonly named: boolean;
}

const cases: readonly EngineCase[] = [
  { name: '1 instrument', instruments: 1, restingOrders: 10_000, commands: 3_000_000, named: false },
  {
    name: '1 instrument, named orders',
    instruments: 1,
    restingOrders: 10_000,
    commands: 3_000_000,
    named: true,
  },
  { name: '1,000 instruments', instruments: 1000, restingOrders: 100_000, commands: 3_000_000, named: false },
  {
    name: '10,000 instruments, 1 M resting',
    instruments: 10_000,
    restingOrders: 1_000_000,
    commands: 2_000_000,
    named: false,
  },
];

/** Prints commands per second of each case, and the state hash after it. */
export function runEngineBench(): void {
  for (const one of cases) runEngineCase(one);
}

function runEngineCase({ name, instruments, restingOrders, commands, named }: EngineCase): void {
  const flow = new Flow(new Random(1), instruments, named);
  flow.setUp();
  while (flow.resting < restingOrders) flow.runBatch(1);
  const eventsBefore = flow.sink.events;
  let elapsedMs = 0;
  for (let done = 0; done < commands; done += BATCH) elapsedMs += flow.runBatch(0.45);
  const perSecond = (commands / elapsedMs) * 1000;
  const events = (flow.sink.events - eventsBefore) / commands;
  console.log(
    `${name}: ${(perSecond / 1e6).toFixed(2)} M commands/s, ${events.toFixed(2)} events each, ` +
      `${flow.resting} orders resting or lately filled, state ${flow.engine.stateHash()}`,
  );
}

/** Writes commands and applies them. */
class Flow {
  readonly engine = new Engine();
  readonly sink = new RingSink(RING_BYTES);
  /** Ids of orders that were placed to rest and not cancelled; some of them have been filled since. */
  #ids = new Float64Array(1 << 16);
  #accounts = new Uint32Array(1 << 16);
  resting = 0;
  readonly #random: Random;
  readonly #instruments: number;
  readonly #named: boolean;
  readonly #bytes = new Uint8Array(BATCH * COMMAND_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #commandNumber = 0;
  #seq = 0;
  #orderId = 0;

  constructor(random: Random, instruments: number, named: boolean) {
    this.#random = random;
    this.#instruments = instruments;
    this.#named = named;
  }

  setUp(): void {
    this.#write(openSession, 0, 0, { tokenLow: 1 });
    this.#apply(1);
    for (let id = 1; id <= this.#instruments; id++) {
      this.#write(createInstrument, 0, 0, { ...this.#header(), instrumentId: id, symbol: `I${id}` });
      this.#apply(1);
    }
    for (let id = 1; id <= ACCOUNTS; id++) {
      this.#write(createAccount, 0, id, { ...this.#header(), name: `A${id}` });
      this.#apply(1);
    }
  }

  /** Milliseconds that one batch took; `passiveShare` of its commands rest, a tenth cross, the others cancel. */
  runBatch(passiveShare: number): number {
    for (let n = 0; n < BATCH; n++) this.#writeOne(n * COMMAND_BYTES, passiveShare);
    const startMs = performance.now();
    this.#apply(BATCH);
    return performance.now() - startMs;
  }

  #writeOne(at: number, passiveShare: number): void {
    const random = this.#random;
    const draw = random.next() / 2 ** 32;
    if (draw < passiveShare) this.#place(at, false);
    else if (draw < passiveShare + 0.1) this.#place(at, true);
    else this.#cancel(at);
  }

  #place(at: number, crossing: boolean): void {
    const random = this.#random;
    const side = 1 + random.below(2);
    const away = 1 + random.below(SPREAD_TICKS);
    const outward = side === Side.buy ? -away : away;
    const account = 1 + random.below(ACCOUNTS);
    const orderId = ++this.#orderId;
    this.#write(placeOrder, at, account, {
      ...this.#header(),
      instrumentId: 1 + random.below(this.#instruments),
      side,
      priceTicks: crossing ? MID_TICKS - outward : MID_TICKS + outward,
      quantityLots: 1 + random.below(100),
      orderType: OrderType.limit,
      timeInForce: crossing ? TimeInForce.immediateOrCancel : TimeInForce.goodTillCancel,
      clientOrderId: this.#named ? `order-${orderId}` : '',
    });
    if (crossing) return;
    if (this.resting === this.#ids.length) {
      const ids = new Float64Array(this.resting * 2);
      ids.set(this.#ids);
      this.#ids = ids;
      const accounts = new Uint32Array(this.resting * 2);
      accounts.set(this.#accounts);
      this.#accounts = accounts;
    }
    this.#ids[this.resting] = orderId;
    this.#accounts[this.resting++] = account;
  }

  #cancel(at: number): void {
    const chosen = this.#random.below(this.resting);
    const orderId = this.#ids[chosen]!;
    this.#write(cancelOrder, at, this.#accounts[chosen]!, { ...this.#header(), orderId });
    this.#ids[chosen] = this.#ids[--this.resting]!;
    this.#accounts[chosen] = this.#accounts[this.resting]!;
  }

  #header(): { sessionId: number; commandNumber: number } {
    return { sessionId: 1, commandNumber: ++this.#commandNumber };
  }

  #write<F extends Fields>(layout: Layout<F>, at: number, accountId: number, values: object): void {
    let zero = zeros.get(layout.type);
    if (zero === undefined) {
      zero = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
      zeros.set(layout.type, zero);
    }
    layout.write(this.#view, at, { ...zero, accountId, ...values } as ValuesOf<F>);
  }

  #apply(count: number): void {
    for (let n = 0; n < count; n++) {
      const seq = ++this.#seq;
      this.engine.apply(this.#view, n * COMMAND_BYTES, seq, seq, this.sink);
    }
  }
}

const zeros = new Map<number, object>();
