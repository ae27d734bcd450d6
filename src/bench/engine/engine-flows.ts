/**
 * The order flows of the engine's measurements, all from a seed: the same one writes the same commands. A flow knows
 * which order ids the engine will give, so that it can name orders that are not placed yet.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Side, TimeInForce } from '../../protocol/commands.ts';
import { Random } from '../../std/random.ts';
import type { CommandTape } from './command-tape.ts';

/** Writes one command after the other. */
export interface Flow {
  /** Commands that make the state in which the clock may start. */
  readonly preparation: number;
  writeNext(tape: CommandTape): void;
}

const midTicks = 100_000;

export interface MixedOptions {
  readonly instruments: number;
  /** Orders that rest when the mix begins. */
  readonly restingOrders: number;
  /** Resting orders are this far from the middle at the most. */
  readonly spreadTicks?: number;
  /** Whether each order carries a client order id, and is cancelled by it. */
  readonly named?: boolean;
  /** Commands of the mix before the clock may start. */
  readonly settling: number;
}

/**
 * 45 % limit orders that rest, 45 % cancels of orders placed before, 10 % limit orders that cross the spread and leave
 * nothing. An order that has been filled is still cancelled one day: as in life, such a cancel comes too late.
 */
export class MixedFlow implements Flow {
  readonly preparation: number;
  readonly #random = new Random(1);
  readonly #options: Required<MixedOptions>;
  readonly #accounts = 100;
  #step = 0;
  #orderId = 0;
  /** Orders that were placed to rest and not cancelled: their ids and accounts. */
  #ids = new Float64Array(1 << 16);
  #owners = new Uint32Array(1 << 16);
  #count = 0;

  constructor(options: MixedOptions) {
    this.#options = { spreadTicks: 200, named: false, ...options };
    const { instruments, restingOrders, settling } = this.#options;
    this.preparation = 1 + instruments + this.#accounts + restingOrders + settling;
  }

  writeNext(tape: CommandTape): void {
    const { instruments, restingOrders } = this.#options;
    const step = this.#step++;
    if (step === 0) tape.openSession();
    else if (step <= instruments) tape.createInstrument(step);
    else if (step <= instruments + this.#accounts) tape.createAccount(step - instruments);
    else if (step <= instruments + this.#accounts + restingOrders) this.#place(tape, false);
    else this.#writeMixed(tape);
  }

  #writeMixed(tape: CommandTape): void {
    const draw = this.#random.below(100);
    if (draw < 45) this.#place(tape, false);
    else if (draw < 55) this.#place(tape, true);
    else this.#cancel(tape);
  }

  #place(tape: CommandTape, crossing: boolean): void {
    const random = this.#random;
    const { instruments, spreadTicks, named } = this.#options;
    const side = 1 + random.below(2);
    const away = 1 + random.below(spreadTicks);
    const outward = side === Side.buy ? -away : away;
    const account = 1 + random.below(this.#accounts);
    const orderId = ++this.#orderId;
    tape.placeLimit({
      accountId: account,
      instrumentId: 1 + random.below(instruments),
      side,
      priceTicks: crossing ? midTicks - outward : midTicks + outward,
      quantityLots: 1 + random.below(100),
      timeInForce: crossing ? TimeInForce.immediateOrCancel : TimeInForce.goodTillCancel,
      clientOrderId: named ? nameOf(orderId) : '',
    });
    if (!crossing) this.#remember(orderId, account);
  }

  #remember(orderId: number, account: number): void {
    if (this.#count === this.#ids.length) {
      const ids = new Float64Array(this.#count * 2);
      ids.set(this.#ids);
      this.#ids = ids;
      const owners = new Uint32Array(this.#count * 2);
      owners.set(this.#owners);
      this.#owners = owners;
    }
    this.#ids[this.#count] = orderId;
    this.#owners[this.#count++] = account;
  }

  #cancel(tape: CommandTape): void {
    const chosen = this.#random.below(this.#count);
    const orderId = this.#ids[chosen]!;
    const { named } = this.#options;
    tape.cancel(this.#owners[chosen]!, named ? 0 : orderId, named ? nameOf(orderId) : '');
    this.#count -= 1;
    this.#ids[chosen] = this.#ids[this.#count]!;
    this.#owners[chosen] = this.#owners[this.#count]!;
  }
}

function nameOf(orderId: number): string {
  return `order-${orderId}`;
}

/** Limit orders of both sides at random over ten prices, and nothing is cancelled: they trade or rest. */
export class InsertFlow implements Flow {
  readonly preparation: number;
  readonly #random = new Random(2);
  #step = 0;

  constructor(settling: number) {
    this.preparation = 4 + settling;
  }

  writeNext(tape: CommandTape): void {
    const random = this.#random;
    const step = this.#step++;
    if (step === 0) tape.openSession();
    else if (step === 1) tape.createInstrument(1);
    else if (step <= 3) tape.createAccount(step - 1);
    else {
      const side = 1 + random.below(2);
      const price = midTicks + random.below(10);
      // Each side has its account, so that no account trades with itself.
      const quantityLots = 1 + random.below(100);
      const { goodTillCancel: timeInForce } = TimeInForce;
      const order = {
        instrumentId: 1,
        side,
        priceTicks: price,
        quantityLots,
        timeInForce,
        clientOrderId: '',
      };
      tape.placeLimit({ accountId: side, ...order });
    }
  }
}

/** One action of the recorded flow: an order that is placed, or the cancel of one. */
interface Recorded {
  /** Place in the file of the order that it is about. */
  readonly order: number;
  readonly account: number;
  readonly cancels: boolean;
  readonly side: number;
  readonly priceTicks: number;
  readonly quantityLots: number;
}

/**
 * A morning of BTC-USD at Bitstamp, again and again: each order with a client order id, each cancel by it. Whatever is
 * open at the end of the file is cancelled before it begins again.
 */
export class RecordedFlow implements Flow {
  readonly preparation: number;
  readonly #actions: readonly Recorded[];
  readonly #accounts = 100;
  #step = 0;

  private constructor(actions: readonly Recorded[], settling: number) {
    this.#actions = actions;
    this.preparation = 2 + this.#accounts + settling;
  }

  /** @param path a day of orders as Bitstamp records them, packed by gzip */
  static open(path: string, settling: number): RecordedFlow {
    return new RecordedFlow(readActions(gunzipSync(readFileSync(path)).toString('latin1')), settling);
  }

  /** The same flow from its beginning. */
  again(): RecordedFlow {
    return new RecordedFlow(this.#actions, this.preparation - 2 - this.#accounts);
  }

  writeNext(tape: CommandTape): void {
    const step = this.#step++;
    if (step === 0) {
      tape.openSession();
    } else if (step === 1) {
      tape.createInstrument(1);
    } else if (step < 2 + this.#accounts) {
      tape.createAccount(step - 1);
    } else {
      const position = step - 2 - this.#accounts;
      const action = this.#actions[position % this.#actions.length]!;
      const name = `${Math.floor(position / this.#actions.length)}-${action.order}`;
      if (action.cancels) tape.cancel(action.account, 0, name);
      else {
        const { account, side, priceTicks, quantityLots } = action;
        const { goodTillCancel: timeInForce } = TimeInForce;
        const order = { instrumentId: 1, side, priceTicks, quantityLots, timeInForce, clientOrderId: name };
        tape.placeLimit({ accountId: account, ...order });
      }
    }
  }
}

function readActions(text: string): Recorded[] {
  const actions: Recorded[] = [];
  const placed = new Map<string, Recorded>();
  let orders = 0;
  for (const line of text.split('\n').slice(1)) {
    const [id = '', , , price, volume, action, direction] = line.split(',');
    if (action === 'created') {
      const order = orders++;
      const side = direction === 'bid' ? Side.buy : Side.sell;
      const quantityLots = Math.max(1, Number(volume));
      const priceTicks = Math.round(Number(price) * 100);
      const recorded = { order, account: 1 + (order % 100), cancels: false, side, priceTicks, quantityLots };
      placed.set(id, recorded);
      actions.push(recorded);
    } else if (action === 'deleted' && volume !== '0' && placed.has(id)) {
      actions.push({ ...placed.get(id)!, cancels: true });
      placed.delete(id);
    }
  }
  for (const left of placed.values()) actions.push({ ...left, cancels: true });
  return actions;
}
