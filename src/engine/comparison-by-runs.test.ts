/**
 * The engine on the fast books against the engine on the obvious ones, over many short runs that fast-check draws and,
 * where they differ, shrinks to the few commands that matter.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as protocol from '../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { EnginePair } from './testing/pair.ts';
import { emptyCommand } from './testing/random-commands.ts';

/** Runs have up to so many commands, half of it on average. */
const RUN_COMMANDS_MAX = 500;
const SLICES = 10;
const RUNS = 220;
const COMMANDS_LEAST = 500_000;
const LIMITS = {
  closedOrdersMax: 10,
  sessionsMax: 2,
  ordersMax: 75,
  positionsMax: 8,
  cancelsMax: 2,
  passesMax: 3,
  tradesMax: 3,
};
const ACCOUNTS = 3;
const INSTRUMENTS = 2;
/** Prices around the middle, where orders meet, and some at which a tree over prices branches far up. */
const PRICES = [100, 101, 99, 102, 98, 103, 97, 104, 96, 112, 95, 16, 255, 256, 4_096, 2 ** 31 - 1];

let applied = 0;

for (let slice = 1; slice <= SLICES; slice++) {
  test(`ladder and reference agree after each of some 50,000 commands in short runs, ${slice} of ${SLICES}`, () => {
    const drawn = fc.array(fc.nat(2 ** 31 - 1), { maxLength: RUN_COMMANDS_MAX, size: 'max' });
    const agree = fc.property(drawn, (numbers) => {
      const market = new SmallMarket();
      for (const number of numbers) market.apply(number);
      applied += numbers.length;
    });
    fc.assert(agree, { numRuns: RUNS, seed: 20_260_101 + slice });
  });
}

test('half a million commands were compared in short runs', () => {
  assert.ok(applied >= COMMANDS_LEAST, `${applied} commands were drawn`);
});

/** Turns each number into a command, the smaller the simpler: 0 is an order to buy one lot in the middle. */
class SmallMarket {
  readonly #pair = new EnginePair(LIMITS);
  readonly #view = new DataView(new ArrayBuffer(128));
  #commandNumber = 0;
  #rest = 0;

  constructor() {
    this.#write(protocol.openSession, { tokenLow: 1, cancelOnDisconnect: 1 });
    for (let instrumentId = 1; instrumentId <= INSTRUMENTS; instrumentId++) {
      this.#send(protocol.createInstrument, 0, { instrumentId, symbol: `I${instrumentId}` });
    }
    for (let id = 1; id <= ACCOUNTS; id++) this.#send(protocol.createAccount, id, { name: `A${id}` });
  }

  apply(number: number): void {
    this.#rest = number;
    const kind = this.#draw(16);
    if (kind < 5) this.#place(protocol.OrderType.limit, 1);
    else if (kind < 9) this.#place(1 + this.#draw(3), 1 + this.#draw(4));
    else if (kind < 12) this.#send(protocol.cancelOrder, this.#account(), this.#order());
    else if (kind < 15) {
      const change = { quantityLots: this.#draw(12), priceTicks: this.#price() };
      this.#send(protocol.replaceOrder, this.#account(), { ...this.#order(), ...change });
    } else this.#sweep();
  }

  #place(orderType: number, timeInForce: number): void {
    const side = 1 + this.#draw(2);
    const priceTicks = orderType === protocol.OrderType.market ? 0 : this.#price();
    const named = this.#draw(40);
    this.#send(protocol.placeOrder, this.#account(), {
      instrumentId: 1 + this.#draw(INSTRUMENTS),
      side,
      priceTicks,
      quantityLots: 1 + this.#draw(9),
      orderType,
      timeInForce,
      selfMatch: this.#draw(4),
      clientOrderId: named > 20 ? `c${named}` : '',
    });
  }

  #sweep(): void {
    const what = this.#draw(6);
    if (what < 2) {
      const scope = { instrumentId: this.#draw(INSTRUMENTS + 1), side: this.#draw(3) };
      this.#send(protocol.massCancel, this.#account(), scope);
    } else if (what === 2) this.#send(protocol.endDay, 0, {});
    else if (what === 3) this.#write(protocol.expireDisconnect, { targetSessionId: 1 });
    else this.#write(protocol.continueCancels, {});
  }

  #order(): { orderId: number; clientOrderId: string } {
    const back = this.#draw(40);
    if (back > 32) return { orderId: 0, clientOrderId: `c${back}` };
    return { orderId: Math.max(0, this.#pair.lastOrderId - back), clientOrderId: '' };
  }

  #account(): number {
    return 1 + this.#draw(ACCOUNTS);
  }

  #price(): number {
    return PRICES[this.#draw(PRICES.length)]!;
  }

  /** Takes a draw from 0 to `bound` - 1 out of the number; when it is used up, all further draws are mixed from it. */
  #draw(bound: number): number {
    const drawn = this.#rest % bound;
    const left = Math.floor(this.#rest / bound);
    this.#rest = left < 64 ? (Math.imul(this.#rest, 0x9e37_79b1) >>> 1) % 0x3fff_ffff : left;
    return drawn;
  }

  #send<F extends Fields>(layout: Layout<F>, accountId: number, values: Partial<ValuesOf<F>>): void {
    this.#commandNumber += 1;
    this.#write(layout, { sessionId: 1, commandNumber: this.#commandNumber, accountId, ...values });
  }

  #write<F extends Fields>(layout: Layout<F>, values: Partial<ValuesOf<Fields>>): void {
    layout.write(this.#view, 0, { ...emptyCommand(layout), ...values } as ValuesOf<F>);
    this.#pair.apply(this.#view);
  }
}
