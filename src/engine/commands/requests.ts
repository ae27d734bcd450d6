/** Signed requests: each runs once, whatever session it comes through, and only near the time that was signed. */

import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer, findAccount } from './answers.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { requestAt } = protocolCommands;
const { requestWindowMs } = protocolLimits;
const { getU53 } = integers;

/**
 * Whether the command at `at`, of which the fixed part has `size` bytes, carries no request or one that may run. @hot
 */
export function mayRun(state: State, type: number, size: number, view: DataView, at: number): boolean {
  return view.getUint16(at, true) === size || admitsRequest(state, type, view, at + size);
}

/** Whether the request whose stamp is at `at` may run, which it then may not again; if not, that is answered. */
function admitsRequest(state: State, type: number, view: DataView, at: number): boolean {
  if (!isTimely(state, type, view, at)) return false;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  return account !== NONE && takesRequest(state, type, account, view, at);
}

/** Whether the time of the request is near enough; if not, that is answered. */
export function isTimely(state: State, type: number, view: DataView, at: number): boolean {
  const timeMs = getU53(view, at + requestAt.timeMs);
  if (Math.abs(timeMs - state.lastTimeUs / 1000) <= requestWindowMs) return true;
  answer(state, type, OutcomeCode.requestExpired);
  return false;
}

/** Takes a request that is timely and was not seen before; if it is not taken, that is answered. */
export function takesRequest(
  state: State,
  type: number,
  account: number,
  view: DataView,
  at: number,
): boolean {
  const { recent } = state;
  recent.keepUp(state.lastTimeUs, state.nextOrderId);
  const low = view.getInt32(at + requestAt.low, true);
  const high = view.getInt32(at + requestAt.high, true);
  if (recent.hasRequest(account, low, high)) {
    answer(state, type, OutcomeCode.repeatedRequest);
    return false;
  }
  if (!recent.requests.mayHold(account)) {
    answer(state, type, OutcomeCode.tooManyRequests);
    return false;
  }
  recent.takeRequest(getU53(view, at + requestAt.timeMs), account, low, high);
  return true;
}
