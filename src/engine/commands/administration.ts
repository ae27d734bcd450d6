/** Instruments, accounts and their limits, and the opening and closing of sessions. */

import { OutcomeCode } from '../../protocol/codes.ts';
import {
  closeSession as closeSessionCommand,
  createAccount,
  createInstrument,
  expireDisconnect,
  openSession,
  setLimits,
  switchEngine,
} from '../../protocol/commands.ts';
import { getU53 } from '../../std/integers.ts';
import { NONE } from '../../store/records.ts';
import { UnknownEngine } from '../engine-version.ts';
import type { State } from '../state.ts';
import { isAddressable } from '../stores/instruments.ts';
import { answer, findAccount } from './answers.ts';
import { cancelSessionOrders, closeSession } from './mass-cancel.ts';
import { mayOperate } from './requests.ts';

/** Applies an openSession command: the same token of the same owner gives the same session, whatever else it asks. */
export function open(state: State, view: DataView, at: number): void {
  const { sessions } = state;
  const opening = openSession.read(view, at);
  let slot = sessions.findClaimed(opening);
  if (slot === NONE) {
    if (sessions.count === state.limits.sessionsMax) end(state, sessions.findGivingWay(), 1);
    const { disconnectGraceMs, cancelOnDisconnect } = opening;
    slot = sessions.open(state.nextSessionId, opening, disconnectGraceMs, cancelOnDisconnect);
    if (slot !== NONE && sessions.isOfProgram(slot))
      sessions.giveKey(opening.ownerId, state.keys.findProgram(opening.ownerId) + 1);
    // The client that opens it asks again.
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

/** Applies a switchEngine command. One that would go back, as two operators may give it, changes nothing. */
export function switchTo(state: State, view: DataView, at: number): void {
  const { engineVersion } = switchEngine.read(view, at);
  if (engineVersion > state.engineVersionMost)
    throw new UnknownEngine(engineVersion, state.engineVersionMost);
  state.engineVersion = Math.max(state.engineVersion, engineVersion);
}

function end(state: State, session: number, evicted: number): void {
  const id = state.sessions.id(session);
  closeSession(state, session);
  state.output.sessionClosed(id, evicted);
}

/** Applies a createInstrument command. */
export function addInstrument(state: State, view: DataView, at: number): void {
  const { instruments } = state;
  const { type, size, at: offsets } = createInstrument;
  if (!mayOperate(state, type, size, view, at)) return;
  const id = view.getUint32(at + offsets.instrumentId, true);
  const decimals = view.getUint16(at + offsets.priceDecimals, true);
  let slot = instruments.find(id);
  if (slot !== NONE) {
    const same =
      instruments.decimals(slot) === decimals && instruments.isNamed(slot, view, at + offsets.symbol);
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
  instruments.setDecimals(slot, decimals);
  instruments.name(slot, view, at + offsets.symbol);
  state.output.instrumentCreated(slot);
  answer(state, type, OutcomeCode.ok);
}

/** Applies a createAccount command. Account 0 is none and cannot exist. */
export function addAccount(state: State, view: DataView, at: number): void {
  const { accounts } = state;
  const { type, size, at: offsets } = createAccount;
  if (!mayOperate(state, type, size, view, at)) return;
  if (state.accountId === 0) {
    answer(state, type, OutcomeCode.unknownAccount);
    return;
  }
  const limits = limitsOf(createAccount, view, at);
  let slot = accounts.find(state.accountId);
  if (slot !== NONE) {
    const same = limitsAre(state, slot, limits) && accounts.isNamed(slot, view, at + offsets.name);
    answer(state, type, same ? OutcomeCode.ok : OutcomeCode.alreadyExists);
    return;
  }
  slot = accounts.create(state.accountId);
  if (slot === NONE) {
    answer(state, type, OutcomeCode.exchangeFull);
    return;
  }
  accounts.name(slot, view, at + offsets.name);
  accounts.limit(slot, limits.lotsMax, limits.openMax, limits.band);
  state.output.accountChanged(state.sessionId, slot);
  answer(state, type, OutcomeCode.ok);
}

/** Applies a setLimits command. Open orders are not touched by new limits. */
export function changeLimits(state: State, view: DataView, at: number): void {
  const { type, size } = setLimits;
  if (!mayOperate(state, type, size, view, at)) return;
  const slot = findAccount(state, type, OutcomeCode.unknownAccount);
  if (slot === NONE) return;
  const { lotsMax, openMax, band } = limitsOf(setLimits, view, at);
  state.accounts.limit(slot, lotsMax, openMax, band);
  state.output.accountChanged(state.sessionId, slot);
  answer(state, type, OutcomeCode.ok);
}

interface Limits {
  readonly lotsMax: number;
  readonly openMax: number;
  readonly band: number;
}

/** The limits that a createAccount or setLimits command at `at` gives. */
function limitsOf(
  { at: offsets }: typeof createAccount | typeof setLimits,
  view: DataView,
  at: number,
): Limits {
  return {
    lotsMax: getU53(view, at + offsets.orderLotsMax),
    openMax: view.getUint32(at + offsets.openOrdersMax, true),
    band: view.getUint32(at + offsets.priceBandBasisPoints, true),
  };
}

function limitsAre({ accounts }: State, slot: number, { lotsMax, openMax, band }: Limits): boolean {
  return (
    accounts.givenOrderLotsMax(slot) === lotsMax &&
    accounts.givenOpenOrdersMax(slot) === openMax &&
    accounts.bandBasisPoints(slot) === band
  );
}
