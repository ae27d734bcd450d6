/** Instruments, accounts and their limits, and the opening and closing of sessions. */
import { NONE } from '../book/records.ts';
import { OutcomeCode } from '../protocol/codes.ts';
import {
  closeSession as closeSessionCommand,
  createAccount,
  createInstrument,
  expireDisconnect,
  openSession,
  setLimits,
} from '../protocol/commands.ts';
import { symbolBytes } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';
import {
  ACCOUNT_BAND,
  ACCOUNT_LOTS_MAX,
  ACCOUNT_NAME,
  ACCOUNT_OPEN_MAX,
  ACCOUNT_WORDS,
} from './account-fields.ts';
import { answer, findAccount } from './answers.ts';
import { INSTRUMENT_DECIMALS, INSTRUMENT_SYMBOL, INSTRUMENT_WORDS } from './instrument-fields.ts';
import { isAddressable } from './instruments.ts';
import { cancelSessionOrders, closeSession } from './mass-cancelling.ts';
import type { State } from './state.ts';

const TEXT_WORDS = symbolBytes / 4;

/** Applies an openSession command: the same token gives the same session, whatever else the command says. */
export function open(state: State, view: DataView, at: number): void {
  const { sessions } = state;
  const offsets = openSession.at;
  const low = view.getUint32(at + offsets.tokenLow, true);
  const high = view.getUint32(at + offsets.tokenHigh, true);
  let slot = sessions.findToken(low, high);
  if (slot === NONE) {
    if (sessions.count === state.limits.sessionsMax) end(state, sessions.findIdlest(), 1);
    const graceMs = view.getUint32(at + offsets.disconnectGraceMs, true);
    const cancels = view.getUint32(at + offsets.cancelOnDisconnect, true);
    slot = sessions.open(state.nextSessionId, low, high, graceMs, cancels);
    // Who opens it asks again.
    if (slot === NONE) return;
    state.nextSessionId++;
  }
  sessions.touch(slot, sessions.lastNumber(slot), state.lastSeq);
  state.output.sessionOpened(slot);
}

/** Applies a closeSession command. */
export function closeOwn(state: State): void {
  end(state, state.session, 0);
  answer(state, closeSessionCommand.type, OutcomeCode.ok);
}

/** Applies an expireDisconnect command; a session that came back as another or is gone is left alone. */
export function expire(state: State, view: DataView, at: number): void {
  const session = state.sessions.find(view.getUint32(at + expireDisconnect.at.targetSessionId, true));
  if (session !== NONE) cancelSessionOrders(state, session);
}

function end(state: State, session: number, evicted: number): void {
  const id = state.sessions.id(session);
  closeSession(state, session);
  state.output.sessionClosed(id, evicted);
}

/** Applies a createInstrument command. */
export function addInstrument(state: State, view: DataView, at: number): void {
  const { instruments } = state;
  const { type, at: offsets } = createInstrument;
  const id = view.getUint32(at + offsets.instrumentId, true);
  const decimals = view.getUint16(at + offsets.priceDecimals, true);
  let slot = instruments.find(id);
  if (slot !== NONE) {
    const same =
      instruments.u32[slot * INSTRUMENT_WORDS + INSTRUMENT_DECIMALS] === decimals &&
      textIs(instruments.u32, slot * INSTRUMENT_WORDS + INSTRUMENT_SYMBOL, view, at + offsets.symbol);
    answer(state, type, same ? OutcomeCode.ok : OutcomeCode.alreadyExists);
    return;
  }
  if (!isAddressable(view, at + offsets.symbol)) {
    answer(state, type, OutcomeCode.invalidSymbol);
    return;
  }
  if (instruments.findSymbol(view, at + offsets.symbol) !== NONE) {
    answer(state, type, OutcomeCode.symbolTaken);
    return;
  }
  slot = instruments.create(id);
  if (slot === NONE) {
    answer(state, type, OutcomeCode.exchangeFull);
    return;
  }
  instruments.u32[slot * INSTRUMENT_WORDS + INSTRUMENT_DECIMALS] = decimals;
  instruments.name(slot, view, at + offsets.symbol);
  state.output.instrumentCreated(slot);
  answer(state, type, OutcomeCode.ok);
}

/** Applies a createAccount command. Account 0 stands for none and cannot exist. */
export function addAccount(state: State, view: DataView, at: number): void {
  const { accounts } = state;
  const { type, at: offsets } = createAccount;
  if (state.accountId === 0) {
    answer(state, type, OutcomeCode.unknownAccount);
    return;
  }
  let slot = accounts.find(state.accountId);
  if (slot !== NONE) {
    const same =
      limitsAre(state, slot, view, at + offsets.orderLotsMax) &&
      textIs(accounts.u32, slot * ACCOUNT_WORDS + ACCOUNT_NAME, view, at + offsets.name);
    answer(state, type, same ? OutcomeCode.ok : OutcomeCode.alreadyExists);
    return;
  }
  slot = accounts.create(state.accountId);
  if (slot === NONE) {
    answer(state, type, OutcomeCode.exchangeFull);
    return;
  }
  for (let n = 0; n < TEXT_WORDS; n++) {
    accounts.u32[slot * ACCOUNT_WORDS + ACCOUNT_NAME + n] = view.getUint32(at + offsets.name + n * 4, true);
  }
  takeLimits(state, slot, view, at + offsets.orderLotsMax);
  state.output.accountChanged(state.sessionId, slot);
  answer(state, type, OutcomeCode.ok);
}

/** Applies a setLimits command. Orders that stand are not touched by new limits. */
export function changeLimits(state: State, view: DataView, at: number): void {
  const { type, at: offsets } = setLimits;
  const slot = findAccount(state, type, OutcomeCode.unknownAccount);
  if (slot === NONE) return;
  takeLimits(state, slot, view, at + offsets.orderLotsMax);
  state.output.accountChanged(state.sessionId, slot);
  answer(state, type, OutcomeCode.ok);
}

// The limits stand in one order in createAccount and setLimits: orderLotsMax, openOrdersMax, priceBandBasisPoints.

function takeLimits(state: State, slot: number, view: DataView, at: number): void {
  const { accounts } = state;
  const record = slot * ACCOUNT_WORDS;
  accounts.f64[record / 2 + ACCOUNT_LOTS_MAX] = getU53(view, at);
  accounts.u32[record + ACCOUNT_OPEN_MAX] = view.getUint32(at + 8, true);
  accounts.u32[record + ACCOUNT_BAND] = view.getUint32(at + 12, true);
}

function limitsAre(state: State, slot: number, view: DataView, at: number): boolean {
  const { accounts } = state;
  const record = slot * ACCOUNT_WORDS;
  return (
    accounts.f64[record / 2 + ACCOUNT_LOTS_MAX] === getU53(view, at) &&
    accounts.u32[record + ACCOUNT_OPEN_MAX] === view.getUint32(at + 8, true) &&
    accounts.u32[record + ACCOUNT_BAND] === view.getUint32(at + 12, true)
  );
}

function textIs(words: Uint32Array, at: number, view: DataView, from: number): boolean {
  for (let n = 0; n < TEXT_WORDS; n++) {
    if (words[at + n] !== view.getUint32(from + n * 4, true)) return false;
  }
  return true;
}
