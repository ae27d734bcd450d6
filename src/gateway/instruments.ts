/**
 * What the gateway remembers of the exchange to read and write decimals: the instruments, and which instrument an
 * order is in. Both never change once they exist, so what is remembered is never wrong; it can only be missing.
 */
import type { Units } from './admission/orders.ts';

/** Orders whose instrument is remembered; for others the exchange is asked. */
const ordersRememberedMax = 65_536;

export class Instruments {
  readonly #bySymbol = new Map<string, Units>();
  readonly #byId = new Map<number, Units>();
  readonly #ofOrder = new Map<number, number>();

  get size(): number {
    return this.#byId.size;
  }

  /** Any one instrument; undefined as long as there is none. */
  first(): Units | undefined {
    return this.#byId.values().next().value;
  }

  bySymbol(symbol: string): Units | undefined {
    return this.#bySymbol.get(symbol);
  }

  byId(instrumentId: number): Units | undefined {
    return this.#byId.get(instrumentId);
  }

  add({ instrumentId, symbol, priceDecimals, quantityDecimals }: Units): void {
    const units = { instrumentId, symbol, priceDecimals, quantityDecimals };
    this.#bySymbol.set(symbol, units);
    this.#byId.set(instrumentId, units);
  }

  /** The instrument of an order, if it is remembered. */
  ofOrder(orderId: number): Units | undefined {
    const instrumentId = this.#ofOrder.get(orderId);
    return instrumentId === undefined ? undefined : this.#byId.get(instrumentId);
  }

  /** Remembers the instrument of an order; the oldest gives way. */
  rememberOrder(orderId: number, instrumentId: number): void {
    if (orderId === 0 || this.#ofOrder.has(orderId)) return;
    if (this.#ofOrder.size >= ordersRememberedMax) {
      const oldest = this.#ofOrder.keys().next().value;
      if (oldest !== undefined) this.#ofOrder.delete(oldest);
    }
    this.#ofOrder.set(orderId, instrumentId);
  }
}
