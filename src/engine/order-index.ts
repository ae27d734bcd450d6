/**
 * How orders are found and forgotten: by order id, by account and client order id, and the list of closed orders, of
 * which only the last ones are remembered. Together with the store it answers for the dedup of client order ids.
 */
import { ACCOUNT, CLIENT, ORDER_WORDS, type OrderStore } from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { OrderIdPages } from './order-id-pages.ts';
import { mix, SlotMap } from './slot-map.ts';

/** Finds orders. A client order id is read from the command in which it stands. */
export class OrderIndex {
  /** Closed orders that are remembered. */
  closedCount = 0;
  readonly #orders: OrderStore;
  readonly #closedMax: number;
  readonly #byId = new OrderIdPages();
  readonly #byClient: SlotMap;
  /** The slots of closed orders in the order of closing: a ring that grows up to the most that are remembered. */
  #closed = new Int32Array(64);
  /** Where the order that closed first stands in the ring. */
  #oldest = 0;

  constructor(orders: OrderStore, closedMax: number) {
    this.#orders = orders;
    this.#closedMax = closedMax;
    this.#byClient = new SlotMap(orders.capacity);
  }

  /** The order with an id, or NONE. hot path */
  find(orderId: number): number {
    return this.#byId.find(orderId);
  }

  /** The account's order with the client order id (not empty) at `at`, or NONE. hot path */
  findClient(account: number, view: DataView, at: number): number {
    return this.#findWords(
      account,
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint32(at + 8, true),
      view.getUint32(at + 12, true),
      view.getUint32(at + 16, true),
    );
  }

  /** Whether an order of the same account with the same client order id (not empty) can be found already. */
  hasClient(slot: number): boolean {
    const u32 = this.#orders.u32;
    const at = slot * ORDER_WORDS;
    const client = at + CLIENT;
    return (
      this.#findWords(
        u32[at + ACCOUNT]!,
        u32[client]!,
        u32[client + 1]!,
        u32[client + 2]!,
        u32[client + 3]!,
        u32[client + 4]!,
      ) !== NONE
    );
  }

  /** Makes a new order findable. hot path */
  add(slot: number): void {
    this.#byId.add(this.#orders.orderId(slot), slot);
    if (this.#orders.u32[slot * ORDER_WORDS + CLIENT] !== 0) this.#byClient.add(this.#clientHash(slot), slot);
  }

  /** Appends an order that just closed; the oldest closed one is forgotten when there are too many. hot path */
  close(slot: number): void {
    if (this.closedCount === this.#closedMax) this.#forgetOldest();
    if (this.closedCount === this.#closed.length) this.#growClosed();
    this.#closed[(this.#oldest + this.closedCount++) & (this.#closed.length - 1)] = slot;
  }

  /** Visits the remembered closed orders, the oldest first. */
  forEachClosed(visit: (slot: number) => void): void {
    for (let n = 0; n < this.closedCount; n++) {
      visit(this.#closed[(this.#oldest + n) & (this.#closed.length - 1)]!);
    }
  }

  #findWords(account: number, w0: number, w1: number, w2: number, w3: number, w4: number): number {
    const hash = hashOfClient(account, w0, w1, w2, w3, w4);
    const map = this.#byClient;
    const u32 = this.#orders.u32;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE) return NONE;
      if (map.hashAt(place) !== hash) continue;
      const record = slot * ORDER_WORDS;
      if (u32[record + ACCOUNT] !== account || u32[record + CLIENT] !== w0) continue;
      if (u32[record + CLIENT + 1] !== w1 || u32[record + CLIENT + 2] !== w2) continue;
      if (u32[record + CLIENT + 3] === w3 && u32[record + CLIENT + 4] === w4) return slot;
    }
  }

  #forgetOldest(): void {
    const slot = this.#closed[this.#oldest]!;
    this.#oldest = (this.#oldest + 1) & (this.#closed.length - 1);
    this.closedCount--;
    this.#byId.remove(this.#orders.orderId(slot));
    if (this.#orders.u32[slot * ORDER_WORDS + CLIENT] !== 0)
      this.#byClient.remove(this.#clientHash(slot), slot);
    this.#orders.release(slot);
  }

  #growClosed(): void {
    const grown = new Int32Array(this.#closed.length * 2);
    let count = 0;
    this.forEachClosed((slot) => {
      grown[count++] = slot;
    });
    this.#closed = grown;
    this.#oldest = 0;
  }

  #clientHash(slot: number): number {
    const u32 = this.#orders.u32;
    const at = slot * ORDER_WORDS;
    const client = at + CLIENT;
    return hashOfClient(
      u32[at + ACCOUNT]!,
      u32[client]!,
      u32[client + 1]!,
      u32[client + 2]!,
      u32[client + 3]!,
      u32[client + 4]!,
    );
  }
}

function hashOfClient(account: number, w0: number, w1: number, w2: number, w3: number, w4: number): number {
  let hash = Math.imul(account ^ 0x9e37_79b1, 0x85eb_ca6b);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ w0, 0xcc9e_2d51);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ w1, 0x1b87_3593);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ w2, 0xcc9e_2d51);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ w3, 0x1b87_3593);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ w4, 0xcc9e_2d51);
  return mix(hash);
}
