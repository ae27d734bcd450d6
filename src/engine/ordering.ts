/** Orders sorted by a number of theirs, by radix, so that a million of them takes tens of milliseconds. */
import { ORDER_ID, ORDER_NUMBERS, type OrderStore, TICKET } from '../book/orders.ts';

const DIGIT_BITS = 16;
const DIGIT_VALUES = 1 << DIGIT_BITS;

/** The slots in ascending order id of the orders that `wanted` picks. */
export function slotsByOrderId(orders: OrderStore, wanted: (slot: number) => boolean): Int32Array {
  return sorted(orders, wanted, ORDER_ID);
}

/** The slots in ascending ticket of the orders that `wanted` picks. */
export function slotsByTicket(orders: OrderStore, wanted: (slot: number) => boolean): Int32Array {
  return sorted(orders, wanted, TICKET);
}

function sorted(orders: OrderStore, wanted: (slot: number) => boolean, field: number): Int32Array {
  let count = 0;
  let largest = 0;
  let slots = new Int32Array(orders.used);
  for (let slot = 0; slot < orders.used; slot++) {
    if (!wanted(slot)) continue;
    slots[count++] = slot;
    largest = Math.max(largest, orders.f64[slot * ORDER_NUMBERS + field]!);
  }
  slots = slots.subarray(0, count);
  if (count < DIGIT_VALUES / 16) {
    return slots.sort(
      (a, b) => orders.f64[a * ORDER_NUMBERS + field]! - orders.f64[b * ORDER_NUMBERS + field]!,
    );
  }
  let target = new Int32Array(count);
  for (let weight = 1; weight <= largest; weight *= DIGIT_VALUES) {
    scatter(orders.f64, field, weight, slots, target);
    [slots, target] = [target, slots];
  }
  return slots;
}

/** One pass: moves the slots to `target`, sorted by the digit of this weight, equal ones in the order they had. */
function scatter(
  f64: Float64Array,
  field: number,
  weight: number,
  slots: Int32Array,
  target: Int32Array,
): void {
  const places = new Uint32Array(DIGIT_VALUES + 1);
  for (let n = 0; n < slots.length; n++) {
    places[digit(f64[slots[n]! * ORDER_NUMBERS + field]!, weight) + 1]!++;
  }
  for (let value = 1; value < DIGIT_VALUES; value++) places[value]! += places[value - 1]!;
  for (let n = 0; n < slots.length; n++) {
    target[places[digit(f64[slots[n]! * ORDER_NUMBERS + field]!, weight)]!++] = slots[n]!;
  }
}

function digit(value: number, weight: number): number {
  return Math.floor(value / weight) % DIGIT_VALUES;
}
