/**
 * Signed requests: each runs once, whatever session it comes through, only near the time that was signed, and only
 * where its API key may do it at the stamped time. A command without a request is a session's own.
 */

import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolCommands from '../../protocol/commands.ts';
import * as keyCommands from '../../protocol/key-commands.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer, findAccount } from './answers.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { byClientType, closeSession, requestAt } = protocolCommands;
const { Permission } = keyCommands;
const { requestWindowMs } = protocolLimits;
const { getU53 } = integers;

/** Any of these permissions is enough for a command. The compiler asks for an entry for each command of a client. */
const permissions = byClientType({
  placeOrder: Permission.trade,
  replaceOrder: Permission.trade,
  cancelOrder: Permission.trade | Permission.cancel,
  massCancel: Permission.trade | Permission.cancel,
  createInstrument: Permission.operator,
  createAccount: Permission.operator,
  setLimits: Permission.operator,
  setTier: Permission.operator,
  assignTier: Permission.operator,
  endDay: Permission.operator,
  createKey: Permission.operator,
  changeKey: Permission.operator,
  grantKey: Permission.operator,
  rotateKey: Permission.operator,
  revokeKey: Permission.operator,
  setMode: Permission.operator,
  killAccount: Permission.operator,
  reportAudit: Permission.operator,
});
/** The same by type; what no client asks for is no program's to send. */
const permissionsOf = new Uint8Array(256).fill(Permission.operator);
for (const [type, needed] of permissions) permissionsOf[type] = needed;

/**
 * Whether the command at `at`, of which the fixed part has `size` bytes, carries no request or one that may run. @hot
 */
export function mayRun(state: State, type: number, size: number, view: DataView, at: number): boolean {
  return view.getUint16(at, true) === size || admitsRequest(state, type, view, at + size);
}

/**
 * Whether the program whose session sends the command may do so by its key at the stamped time; if not, that is
 * answered. It may always end its session.
 */
export function mayActByKey(state: State, type: number): boolean {
  if (type === closeSession.type) return true;
  const permissions = permissionsOf[type]!;
  const accountId = permissions === Permission.operator ? 0 : state.accountId;
  const { sessions, keys, lastTimeUs } = state;
  const keyNumber = sessions.keyNumber(state.session);
  const code =
    keyNumber === 0
      ? OutcomeCode.programNotGranted
      : keys.refusal(keyNumber, keys.version(keyNumber - 1), permissions, accountId, lastTimeUs);
  if (code === OutcomeCode.ok) return true;
  answer(state, type, code);
  return false;
}

/** Whether the request whose stamp is at `at` may run, which it then may not again; if not, that is answered. */
function admitsRequest(state: State, type: number, view: DataView, at: number): boolean {
  if (!isTimely(state, type, view, at) || !isPermitted(state, type, state.accountId, view, at)) return false;
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

/**
 * Whether the key that signed the request whose stamp is at `at` may do this for an account (0: for none) now; if not,
 * that is answered. @hot
 */
export function isPermitted(
  state: State,
  type: number,
  accountId: number,
  view: DataView,
  at: number,
): boolean {
  const number = view.getUint32(at + requestAt.keyNumber, true);
  if (number === 0) return true;
  const version = view.getUint16(at + requestAt.keyVersion, true);
  const code = state.keys.refusal(number, version, permissionsOf[type]!, accountId, state.lastTimeUs);
  if (code === OutcomeCode.ok) return true;
  answer(state, type, code);
  return false;
}

/**
 * Whether an operator's command at `at`, of which the fixed part has `size` bytes, carries no request or one that may
 * run, which it then may not again; if not, that is answered.
 */
export function mayOperate(state: State, type: number, size: number, view: DataView, at: number): boolean {
  if (view.getUint16(at, true) === size) return true;
  const stamp = at + size;
  if (!isTimely(state, type, view, stamp)) return false;
  const number = view.getUint32(stamp + requestAt.keyNumber, true);
  // Only a key remembers what its operator has asked for.
  if (number === 0) {
    answer(state, type, OutcomeCode.notPermitted);
    return false;
  }
  if (!isPermitted(state, type, 0, view, stamp)) return false;
  const slot = state.keys.find(number);
  const low = view.getInt32(stamp + requestAt.low, true);
  const high = view.getInt32(stamp + requestAt.high, true);
  const step = view.getUint16(stamp + requestAt.step, true);
  if (state.keys.takesRequest(slot, getU53(view, stamp + requestAt.timeMs), low, high, step)) return true;
  answer(state, type, OutcomeCode.repeatedRequest);
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
