/**
 * How orders are found and forgotten: by order id, by account and client order id, and the list of closed orders, of
 * which only the last ones are remembered. Together with the store it answers for the dedup of client order ids.
 */
import { ACCOUNT, CLIENT, LINKS, NEXT, ORDER_WORDS, type OrderStore } from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { WORD } from '../std/integers.ts';
import { mix, SlotMap } from './slot-map.ts';

/** Finds orders. A client order id is read from the command in which it stands. */
export class OrderIndex {
  /** Closed orders that are remembered. */
  closedCount = 0;
  readonly #orders: OrderStore;
  readonly #closedMax: number;
  readonly #byId: SlotMap;
  readonly #byClient: SlotMap;
  /** The order that closed first among those remembered. */
  #oldestClosed = NONE;
  #youngestClosed = NONE;

  constructor(orders: OrderStore, closedMax: number) {
    this.#orders = orders;
    this.#closedMax = closedMax;
    this.#byId = new SlotMap(orders.capacity);
    this.#byClient = new SlotMap(orders.capacity);
  }

  /** The order with an id, or NONE. hot path */
  find(orderId: number): number {
    const hash = hashOfId(orderId);
    const map = this.#byId;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE || (map.hashAt(place) === hash && this.#orders.orderId(slot) === orderId))
        return slot;
    }
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
    this.#byId.add(hashOfId(this.#orders.orderId(slot)), slot);
    if (this.#orders.u32[slot * ORDER_WORDS + CLIENT] !== 0) this.#byClient.add(this.#clientHash(slot), slot);
  }

  /** Appends an order that just closed; the oldest closed one is forgotten when there are too many. hot path */
  close(slot: number): void {
    const links = this.#orders.links;
    links[slot * LINKS + NEXT] = NONE;
    if (this.#youngestClosed === NONE) this.#oldestClosed = slot;
    else links[this.#youngestClosed * LINKS + NEXT] = slot;
    this.#youngestClosed = slot;
    if (++this.closedCount > this.#closedMax) this.#forgetOldest();
  }

  /** Visits the remembered closed orders, the oldest first. */
  forEachClosed(visit: (slot: number) => void): void {
    const links = this.#orders.links;
    for (let slot = this.#oldestClosed; slot !== NONE; slot = links[slot * LINKS + NEXT]!) visit(slot);
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
    const slot = this.#oldestClosed;
    this.#oldestClosed = this.#orders.links[slot * LINKS + NEXT]!;
    if (this.#oldestClosed === NONE) this.#youngestClosed = NONE;
    this.closedCount--;
    this.#byId.remove(hashOfId(this.#orders.orderId(slot)), slot);
    if (this.#orders.u32[slot * ORDER_WORDS + CLIENT] !== 0)
      this.#byClient.remove(this.#clientHash(slot), slot);
    this.#orders.release(slot);
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

/** Eight consecutive ids share a cache line of the map, since orders of one time are used at one time. */
function hashOfId(orderId: number): number {
  const group = Math.floor(orderId / 8);
  return (mix((group >>> 0) ^ Math.floor(group / WORD)) << 3) | (orderId & 7);
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
