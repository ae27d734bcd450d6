/**
 * Requests and client order ids that are remembered for a time, as a snapshot holds them. The header has the running
 * generation and, for each generation that is kept, its first order id and its number of requests and client order ids;
 * the ids themselves are behind all records.
 */
import { getU53, setU53 } from '../../std/integers.ts';
import type { State } from '../state.ts';
import { generationAt } from '../stores/recent.ts';
import { ENTRY_WORDS, GENERATIONS } from '../stores/recent-ids.ts';

const GENERATION = 0;
const FIRST_ORDER_IDS = 8;
const REQUESTS = FIRST_ORDER_IDS + GENERATIONS * 8;
const NAMES = REQUESTS + GENERATIONS * 8;
/** Bytes of the part of the header. */
export const recentHeaderBytes = NAMES + GENERATIONS * 8;

/** Writes its part of the header at `at`. */
export function writeRecentHeader({ recent }: State, view: DataView, at: number): void {
  setU53(view, at + GENERATION, recent.generation);
  for (let n = 0; n < GENERATIONS; n++) {
    setU53(view, at + FIRST_ORDER_IDS + n * 8, recent.firstOrderIds[n]!);
    setU53(view, at + REQUESTS + n * 8, recent.requests.usedOf(n));
    setU53(view, at + NAMES + n * 8, recent.names.usedOf(n));
  }
}

/** Words of the ids that the header at `at` counts. */
export function recentWords(view: DataView, at: number): number {
  return (sumOf(view, at + REQUESTS) + sumOf(view, at + NAMES)) * ENTRY_WORDS;
}

/** Takes the header at `at` and the ids from `from` on; false when they are impossible. */
export function readRecent(state: State, view: DataView, at: number, from: number): boolean {
  const { recent, accounts, lastTimeUs, nextOrderId } = state;
  const generation = getU53(view, at + GENERATION);
  if (generation > generationAt(lastTimeUs)) return false;
  recent.resume(generation);
  for (let n = 0; n < GENERATIONS; n++) {
    const firstOrderId = getU53(view, at + FIRST_ORDER_IDS + n * 8);
    if (firstOrderId < 1 || firstOrderId > nextOrderId) return false;
    recent.firstOrderIds[n] = firstOrderId;
  }
  let next = from;
  for (const [ids, countsAt] of [
    [recent.requests, at + REQUESTS],
    [recent.names, at + NAMES],
  ] as const) {
    if (sumOf(view, countsAt) > ids.max) return false;
    for (let n = 0; n < GENERATIONS; n++) {
      for (let count = getU53(view, countsAt + n * 8); count > 0; count--, next += ENTRY_WORDS * 4) {
        const account = view.getUint32(next, true);
        if (account >= accounts.used) return false;
        ids.hold(n, account);
        ids.add(n, account, view.getInt32(next + 4, true), view.getInt32(next + 8, true));
      }
    }
  }
  return next === view.byteLength || view.getUint32(next, true) === 0;
}

/** Sum of the counts of all generations in the header at `at`. */
function sumOf(view: DataView, at: number): number {
  let sum = 0;
  for (let n = 0; n < GENERATIONS; n++) sum += getU53(view, at + n * 8);
  return sum;
}
