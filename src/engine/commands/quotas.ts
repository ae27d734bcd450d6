/**
 * Quotas: how many orders and replacements an account may send in one second and in one day, by its tier. Seconds and
 * days are those of the stamped time, so that the counts are the same at every replica, through whatever gateways the
 * orders come. What is refused, a repeat that changes nothing, and cancels do not count.
 */

import * as protocolCodes from '../../protocol/codes.ts';
import { assignTier, setTier } from '../../protocol/commands.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer, findAccount } from './answers.ts';
import { mayOperate } from './requests.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;

/** Why an account may not send another order now; `ok` if it may. @hot */
export function quotaRefusal(state: State, account: number): protocolCodes.OutcomeCode {
  return state.tiers.hasQuotas ? refusalOfTier(state, account) : OutcomeCode.ok;
}

function refusalOfTier(state: State, account: number): protocolCodes.OutcomeCode {
  const { accounts, tiers } = state;
  const tier = accounts.tier(account);
  const perDay = tiers.perDay(tier);
  if (perDay !== 0 && ordersToday(state, account) >= perDay) return OutcomeCode.dayQuotaExceeded;
  const perSecond = tiers.perSecond(tier);
  const isSpent = perSecond !== 0 && accounts.ordersInSecond(account, secondOf(state)) >= perSecond;
  return isSpent ? OutcomeCode.quotaExceeded : OutcomeCode.ok;
}

/** Counts an order of an account that may send it. @hot */
export function countOrder(state: State, account: number): void {
  const { accounts, tiers } = state;
  if (!tiers.hasQuotas) return;
  const tier = accounts.tier(account);
  if (tiers.perSecond(tier) === 0 && tiers.perDay(tier) === 0) return;
  accounts.countOrder(account, secondOf(state), dayOf(state));
}

/** Orders of an account that were counted on the day of the last command. */
export function ordersToday(state: State, account: number): number {
  return state.accounts.ordersInDay(account, dayOf(state));
}

function secondOf({ lastTimeUs }: State): number {
  return (lastTimeUs / SECOND_US) | 0;
}

function dayOf({ lastTimeUs }: State): number {
  return (lastTimeUs / DAY_US) | 0;
}

/** Applies a setTier command. What was counted before stays counted. */
export function changeTier(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = setTier;
  if (!mayOperate(state, type, size, view, at)) return;
  const perSecond = view.getUint32(at + offsets.ordersPerSecondMax, true);
  const perDay = view.getUint32(at + offsets.ordersPerDayMax, true);
  const tier = view.getUint32(at + offsets.tier, true);
  state.tiers.set(tier, perSecond, perDay, view, at + offsets.name);
  answer(state, type, OutcomeCode.ok);
}

/** Applies an assignTier command. */
export function putIntoTier(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = assignTier;
  if (!mayOperate(state, type, size, view, at)) return;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  state.accounts.setTier(account, view.getUint32(at + offsets.tier, true));
  answer(state, type, OutcomeCode.ok);
}
