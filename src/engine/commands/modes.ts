/**
 * What modes refuse. The engine asks at the seq of each command, so every replica refuses the same, whatever way the
 * command came.
 */

import * as protocolCodes from '../../protocol/codes.ts';
import { Mode } from '../../protocol/mode-commands.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer } from './answers.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;

const codes: readonly protocolCodes.OutcomeCode[] = [
  OutcomeCode.ok,
  OutcomeCode.modeCancelOnly,
  OutcomeCode.modeReadOnly,
  OutcomeCode.modeHalted,
];

/**
 * Why an account may not do in an instrument (NONE: in none that is named) what needs a mode below `least`; `ok` if it
 * may. The reason goes out before the outcome that the caller answers.
 */
function refusal(
  state: State,
  account: number,
  instrument: number,
  least: number,
): protocolCodes.OutcomeCode {
  const place = state.modes.refusing(account, instrument, least);
  if (place === NONE) return OutcomeCode.ok;
  state.output.modeRefused(state, place);
  return codes[state.modes.mode(place)]!;
}

/** Why an account may not place an order in an instrument. */
export function placeRefusal(state: State, account: number, instrument: number): protocolCodes.OutcomeCode {
  return refusal(state, account, instrument, Mode.cancelOnly);
}

/** Why an account may not replace the order that was found, or NONE. */
export function replaceRefusal(state: State, account: number, found: number): protocolCodes.OutcomeCode {
  return refusal(state, account, instrumentOf(state, account, found), Mode.cancelOnly);
}

/** Why an account may not cancel the order that was found. */
export function cancelRefusal(state: State, account: number, found: number): protocolCodes.OutcomeCode {
  return refusal(state, account, instrumentOf(state, account, found), Mode.readOnly);
}

/**
 * Why an account may not cancel its orders in an instrument, or in all (NONE): then in none of those where it has
 * orders a cancel may be refused.
 */
export function massCancelRefusal(
  state: State,
  account: number,
  instrument: number,
): protocolCodes.OutcomeCode {
  const code = refusal(state, account, instrument, Mode.readOnly);
  const { accounts, modes, positions } = state;
  if (code !== OutcomeCode.ok || instrument !== NONE || modes.frozenInstruments === 0) return code;
  let position = accounts.firstPosition(account);
  for (; position !== NONE; position = positions.next(position)) {
    const traded = positions.instrument(position);
    if (modes.ofInstrument(traded) < Mode.readOnly) continue;
    if (positions.open(position, 1) + positions.open(position, 2) > 0)
      return refusal(state, NONE, traded, Mode.readOnly);
  }
  return OutcomeCode.ok;
}

/** Whether the day may end; if not, a session that asked for it is answered. */
export function mayEndDay(state: State, type: number): boolean {
  if (state.modes.exchange < Mode.halted) return true;
  if (state.session !== NONE) answer(state, type, refusal(state, NONE, NONE, Mode.halted));
  return false;
}

/** The instrument of an open order of the account, else NONE. */
function instrumentOf({ orders }: State, account: number, found: number): number {
  return found >= 0 && orders.account(found) === account ? orders.instrument(found) : NONE;
}
