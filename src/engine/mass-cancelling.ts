/** Cancelling many orders at once, always in ascending order id: by account, at the end of the day, on disconnect. */
import {
  ACCOUNT_NEXT,
  LINK_WORDS,
  ORDER_WORDS,
  SESSION_NEXT,
  TIE_WORDS,
  TIME_SHIFT,
  TRAITS,
} from '../book/order-fields.ts';
import { NONE } from '../book/records.ts';
import { OutcomeCode } from '../protocol/codes.ts';
import { endDay, massCancel, TimeInForce } from '../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../protocol/events.ts';
import { answer, findAccount } from './answers.ts';
import { slotsByOrderId } from './ordering.ts';
import { cancel } from './resting.ts';
import type { State } from './state.ts';

/** Applies a massCancel command. */
export function cancelMany(state: State, view: DataView, at: number): void {
  const { type, at: offsets } = massCancel;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const instrumentId = view.getUint32(at + offsets.instrumentId, true);
  const side = view.getUint32(at + offsets.side, true);
  const instrument = instrumentId === 0 ? NONE : state.instruments.find(instrumentId);
  if (instrumentId !== 0 && instrument === NONE) {
    answer(state, type, OutcomeCode.unknownInstrument);
    return;
  }
  const { orders } = state;
  let count = 0;
  let slot = state.accounts.firstOrder(account);
  while (slot !== NONE) {
    const next = orders.links[slot * LINK_WORDS + ACCOUNT_NEXT]!;
    const isMeant =
      (instrument === NONE || orders.instrument(slot) === instrument) &&
      (side === 0 || orders.side(slot) === side);
    if (isMeant) {
      cancel(state, slot, CancelReason.massCancel);
      state.index.close(slot);
      count++;
    }
    slot = next;
  }
  publishLevels(state);
  answer(state, type, OutcomeCode.ok, count);
}

/** Applies an endDay command, of the leader or of a session. */
export function cancelDayOrders(state: State): void {
  const { orders } = state;
  let count = 0;
  const day = (slot: number): boolean =>
    orders.status(slot) === OrderStatus.open &&
    ((orders.i32[slot * ORDER_WORDS + TRAITS]! >>> TIME_SHIFT) & 7) === TimeInForce.day;
  for (const slot of slotsByOrderId(orders, day)) {
    cancel(state, slot, CancelReason.dayEnd);
    state.index.close(slot);
    count++;
  }
  publishLevels(state);
  state.output.dayEnded(count);
  if (state.session !== NONE) answer(state, endDay.type, OutcomeCode.ok, count);
}

/** Cancels what goes with a session's connection; a session that did not ask for it has nothing. */
export function cancelSessionOrders(state: State, session: number): void {
  for (let slot = state.sessions.firstOrder(session); slot !== NONE; ) {
    const next = state.orders.ties[slot * TIE_WORDS + SESSION_NEXT]!;
    cancel(state, slot, CancelReason.disconnect);
    state.index.close(slot);
    slot = next;
  }
  publishLevels(state);
}

function publishLevels(state: State): void {
  state.output.bookLevels(state.touched);
  state.touched.clear();
}
