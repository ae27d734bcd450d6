/** Orders sorted by a number of theirs, by radix, so that a million of them takes tens of milliseconds. */
import type { OrderStore } from '../../store/orders.ts';

const DIGIT_BITS = 16;
const DIGIT_VALUES = 1 << DIGIT_BITS;

/** The slots in ascending order id of the orders that `wanted` picks. */
export function slotsByOrderId(orders: OrderStore, wanted: (slot: number) => boolean): Int32Array {
  return sorted(orders.used, wanted, (slot) => orders.orderId(slot));
}

/** The slots in ascending ticket of the orders that `wanted` picks. */
export function slotsByTicket(orders: OrderStore, wanted: (slot: number) => boolean): Int32Array {
  return sorted(orders.used, wanted, (slot) => orders.ticket(slot));
}

/** Numbers are read once, in the order of the slots, and move with them: records lie too far apart to be read often. */
function sorted(
  used: number,
  wanted: (slot: number) => boolean,
  numberOf: (slot: number) => number,
): Int32Array {
  let slots = new Int32Array(used);
  let numbers = new Float64Array(used);
  let count = 0;
  let largest = 0;
  let isSorted = true;
  for (let slot = 0; slot < used; slot++) {
    if (!wanted(slot)) continue;
    const number = numberOf(slot);
    if (number < largest) isSorted = false;
    else largest = number;
    slots[count] = slot;
    numbers[count++] = number;
  }
  slots = slots.subarray(0, count);
  if (isSorted) return slots;
  if (count < DIGIT_VALUES / 16) return slots.sort((a, b) => numberOf(a) - numberOf(b));
  let slotsTo = new Int32Array(count);
  let numbersTo = new Float64Array(count);
  for (let weight = 1; weight <= largest; weight *= DIGIT_VALUES) {
    scatter(slots, numbers, slotsTo, numbersTo, weight);
    [slots, slotsTo] = [slotsTo, slots];
    [numbers, numbersTo] = [numbersTo, numbers];
  }
  return slots;
}

/** One pass: moves slots with their numbers, sorted by the digit of this weight, equal ones in the order they had. */
function scatter(
  slots: Int32Array,
  numbers: Float64Array,
  slotsTo: Int32Array,
  numbersTo: Float64Array,
  weight: number,
): void {
  const count = slots.length;
  const places = new Uint32Array(DIGIT_VALUES + 1);
  for (let n = 0; n < count; n++) places[digit(numbers[n]!, weight) + 1]!++;
  for (let value = 1; value < DIGIT_VALUES; value++) places[value]! += places[value - 1]!;
  for (let n = 0; n < count; n++) {
    const number = numbers[n]!;
    const place = places[digit(number, weight)]!++;
    slotsTo[place] = slots[n]!;
    numbersTo[place] = number;
  }
}

function digit(value: number, weight: number): number {
  return Math.floor(value / weight) & (DIGIT_VALUES - 1);
}
