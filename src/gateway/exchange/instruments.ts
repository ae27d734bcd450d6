/**
 * What the gateway remembers of the exchange to read and write decimals: the instruments, and which instrument an
 * order is in. Both never change in one exchange, so what is remembered is never wrong until another takes its
 * place; it can only be missing.
 */
import { isCanaryInstrument } from '../../protocol/canary.ts';
import type { Instrument } from '../admission/orders.ts';

/** Orders whose instrument is remembered, a power of two; for others the exchange is asked. */
export const ordersRememberedMax = 65_536;

export class KnownInstruments {
  readonly #bySymbol = new Map<string, Instrument>();
  readonly #byId = new Map<number, Instrument>();
  /**
   * An order has one place, by the last bits of its number: numbers are dense, so the newest take those of the oldest.
   */
  readonly #orderIds = new Float64Array(ordersRememberedMax);
  readonly #accountIds = new Uint32Array(ordersRememberedMax);
  readonly #instrumentIds = new Uint32Array(ordersRememberedMax);

  /** Another exchange has other ones. */
  clear(): void {
    this.#bySymbol.clear();
    this.#byId.clear();
    this.#orderIds.fill(0);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Any one instrument; undefined as long as there is none. */
  first(): Instrument | undefined {
    return this.#byId.values().next().value;
  }

  bySymbol(symbol: string): Instrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  byId(instrumentId: number): Instrument | undefined {
    return this.#byId.get(instrumentId);
  }

  /** That of a watcher is known to no caller. */
  add({ instrumentId, symbol, priceDecimals, quantityDecimals }: Instrument): void {
    if (isCanaryInstrument(instrumentId)) return;
    const instrument = { instrumentId, symbol, priceDecimals, quantityDecimals };
    this.#byId.set(instrumentId, instrument);
    // A state from before symbols were unique may have two: all gateways then mean the first.
    const named = this.#bySymbol.get(symbol);
    if (named === undefined || named.instrumentId >= instrumentId) this.#bySymbol.set(symbol, instrument);
  }

  /**
   * The instrument of an account's order, if it is remembered; orders of other accounts are not known by their number.
   */
  ofOrder(accountId: number, orderId: number): Instrument | undefined {
    const place = orderId % ordersRememberedMax;
    const isThere = this.#orderIds[place] === orderId && this.#accountIds[place] === accountId;
    return isThere ? this.#byId.get(this.#instrumentIds[place]) : undefined;
  }

  /** Remembers the instrument of an order in place of an older order; only as the exchange said it. */
  rememberOrder(accountId: number, orderId: number, instrumentId: number): void {
    const place = orderId % ordersRememberedMax;
    this.#orderIds[place] = orderId;
    this.#accountIds[place] = accountId;
    this.#instrumentIds[place] = instrumentId;
  }
}
