/**
 * The canary: numbers that are reserved for watchers of the exchange. A watcher trades with itself in an instrument of
 * its own, with two accounts that all watchers share. What has one of these numbers is of the canary, in every command,
 * state and event, and no trader sees it.
 */
import { bookLevel, instrumentCreated, modeChanged, trade } from './events.ts';
import { TYPE_AT } from './layout.ts';

/** The account of orders that wait, and of those that trade with them. */
export const canaryMaker = 0xffff_fffe;
export const canaryTaker = 0xffff_ffff;
/** Watchers are numbered from 1 on. */
export const watchersMax = 255;
const accountMin = canaryMaker;
const instrumentBase = 0xffff_ff00;

/** The highest numbers of accounts and instruments that are not the canary's. */
export const traderAccountMax = accountMin - 1;
export const traderInstrumentMax = instrumentBase - 1;

/** The instrument of a watcher. */
export function canaryInstrument(watcher: number): number {
  return instrumentBase + watcher;
}

/** @hot */
export function isCanaryInstrument(instrumentId: number): boolean {
  return instrumentId >= instrumentBase;
}

/** @hot */
export function isCanaryAccount(accountId: number): boolean {
  return accountId >= accountMin;
}

const instrumentAt = new Map<number, number>(
  [trade, bookLevel, instrumentCreated, modeChanged].map(({ type, at }) => [type, at.instrumentId]),
);

/** Whether the public event at `at` is about an instrument of the canary. */
export function isCanaryEvent(view: DataView, at: number): boolean {
  const place = instrumentAt.get(view.getUint8(at + TYPE_AT));
  return place !== undefined && isCanaryInstrument(view.getUint32(at + place, true));
}
