/**
 * Modes: what the exchange, an instrument or an account takes. A mode holds from the seq of its command on, at every
 * replica. Orders that wait stay in their books; in an instrument that is not open none of them trades, since nothing
 * is placed there.
 */

import { isCanaryInstrument } from '../../protocol/canary.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { beginSite, killAccount, Mode, ModeScope, setMode } from '../../protocol/mode-commands.ts';
import { getU53 } from '../../std/integers.ts';
import { NONE } from '../../store/records.ts';
import { OpeningFlag, type State } from '../state.ts';
import { answer, answerCount, findAccount } from './answers.ts';
import { killOrders } from './mass-cancel.ts';
import { mayOperate } from './requests.ts';

const MICROSECONDS_PER_MS = 1_000;
/** Modes that one openDue command sets to open at the most; the next one follows at once. */
const openingsMax = 1_024;

/** Applies a setMode command. */
export function changeMode(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = setMode;
  if (!mayOperate(state, type, size, view, at)) return;
  const instrumentId = view.getUint32(at + offsets.instrumentId, true);
  const openAfterMs = view.getUint32(at + offsets.openAfterMs, true);
  const mode = view.getUint8(at + offsets.mode);
  if ((instrumentId !== 0 && state.accountId !== 0) || (mode === Mode.open && openAfterMs !== 0)) {
    answer(state, type, OutcomeCode.invalidCombination);
    return;
  }
  let scope: ModeScope = ModeScope.exchange;
  let subject = 0;
  if (instrumentId !== 0) {
    scope = ModeScope.instrument;
    subject = isCanaryInstrument(instrumentId) ? NONE : state.instruments.find(instrumentId);
    if (subject === NONE) answer(state, type, OutcomeCode.unknownInstrument);
  } else if (state.accountId !== 0) {
    scope = ModeScope.account;
    subject = findAccount(state, type, OutcomeCode.unknownAccount);
  }
  if (subject === NONE) return;
  if (scope === ModeScope.exchange) {
    const opens = mode === Mode.open || openAfterMs !== 0;
    if (opens && (state.reopening & OpeningFlag.held) !== 0) {
      answer(state, type, OutcomeCode.openingHeld);
      return;
    }
    state.reopening &= OpeningFlag.held;
  }
  const opensAtUs = openAfterMs === 0 ? 0 : state.lastTimeUs + openAfterMs * MICROSECONDS_PER_MS;
  const place = state.modes.set(scope, subject, { mode, opensAtUs, view, reasonAt: at + offsets.reason });
  noteChange(state, place);
  answer(state, type, OutcomeCode.ok);
}

/** Applies a killAccount command: from its seq on the account sends nothing, and none of its orders trades. */
export function kill(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = killAccount;
  if (!mayOperate(state, type, size, view, at)) return;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const given = { mode: Mode.halted, opensAtUs: 0, view, reasonAt: at + offsets.reason };
  noteChange(state, state.modes.set(ModeScope.account, account, given));
  const { sessionId, accountId, commandNumber } = state;
  const count = state.accounts.openOrders(account);
  killOrders(state, account);
  answerCount(state, type, { sessionId, accountId, commandNumber, count });
}

/** Applies an openDue command of the leader. */
export function openWhatIsDue(state: State): void {
  state.openings++;
  for (let n = 0; n < openingsMax; n++) {
    const place = state.modes.openNext(state.lastTimeUs);
    if (place === NONE) return;
    noteChange(state, place);
  }
}

/**
 * Applies a beginSite command of the leader: at first the exchange takes cancels only, or less where it took less.
 * Later in the same epoch it may open, or no more: how, is said again as long as no operator has set another mode.
 */
export function beginToWrite(state: State, view: DataView, at: number): void {
  const { at: offsets } = beginSite;
  const epoch = getU53(view, at + offsets.epoch);
  const isHeld = view.getUint8(at + offsets.isHeld) === 1;
  const { modes } = state;
  const site = view.getUint32(at + offsets.site, true);
  if (site === 0 || epoch === 0 || epoch < state.siteEpoch) return;
  if (epoch > state.siteEpoch) {
    state.site = site;
    state.siteEpoch = epoch;
    state.siteSeq = state.lastSeq;
    state.reopening = modes.exchange <= Mode.cancelOnly ? OpeningFlag.staged : 0;
  } else if (modes.exchange === Mode.open) return;
  state.reopening = (state.reopening & OpeningFlag.staged) | (isHeld ? OpeningFlag.held : 0);
  const isStaged = (state.reopening & OpeningFlag.staged) !== 0;
  if (!isStaged) {
    if (isHeld) noteChange(state, modes.stay(ModeScope.exchange, 0));
    return;
  }
  const openAfterMs = isHeld ? 0 : view.getUint32(at + offsets.openAfterMs, true);
  const opensAtUs = openAfterMs === 0 ? 0 : state.lastTimeUs + openAfterMs * MICROSECONDS_PER_MS;
  const given = { mode: Mode.cancelOnly, opensAtUs, view, reasonAt: at + offsets.reason };
  noteChange(state, modes.set(ModeScope.exchange, 0, given));
}

function noteChange(state: State, place: number): void {
  state.isRestricted = state.modes.stopped > 0;
  state.output.modeChanged(state.sessionId, place);
}
