/** The sweeps in a snapshot (Sweeps): how they are written, and what a snapshot must say of them to be taken. */

import { OrderStatus } from '../../protocol/events.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { isOfAccount, type Sweep, SweepKind } from '../stores/sweeps.ts';

/** 32-bit words of a sweep in a snapshot: three numbers of 64 bits, then ten of 32 bits. */
export const SAVED_SWEEP_WORDS = 16;

/** The words of all sweeps as they are in a snapshot, the oldest first. */
export function savedSweeps({ sweeps }: State): Int32Array {
  const words = new Int32Array(sweeps.list.length * SAVED_SWEEP_WORDS);
  const numbers = new Float64Array(words.buffer);
  for (const [n, sweep] of sweeps.list.entries()) {
    const { kind, subject, instrument, side, cursor, left, sessionId, accountId, closedId } = sweep;
    numbers.set([sweep.bound, sweep.count, sweep.commandNumber], (n * SAVED_SWEEP_WORDS) / 2);
    const fields = [kind, subject, instrument, side, cursor, left, sessionId, accountId, closedId];
    words.set(fields, n * SAVED_SWEEP_WORDS + 6);
  }
  return words;
}

/** Takes the sweeps at `at`; false when one cannot be. Open orders are there, but not yet in their lists. */
export function readSweeps(state: State, bytes: Uint8Array, at: number, count: number): boolean {
  const words = new Int32Array(bytes.slice(at, at + count * SAVED_SWEEP_WORDS * 4).buffer);
  const numbers = new Float64Array(words.buffer);
  for (let n = 0; n < count; n++) {
    const [bound, cancelled, commandNumber] = numbers.subarray((n * SAVED_SWEEP_WORDS) / 2);
    const fields = words.subarray(n * SAVED_SWEEP_WORDS + 6, (n + 1) * SAVED_SWEEP_WORDS);
    const [kind, subject, instrument, side, cursor, left, sessionId, accountId, closedId] = fields;
    const scope = { kind: kind as SweepKind, subject: subject!, instrument: instrument!, side: side! };
    const progress = { bound: bound!, cursor: cursor!, count: cancelled!, left: left! };
    const asker = { sessionId: sessionId! >>> 0, accountId: accountId! >>> 0, commandNumber: commandNumber! };
    const sweep: Sweep = { ...scope, ...progress, ...asker, closedId: closedId! >>> 0, before: undefined };
    if (fields[9] !== 0 || !isSweepGood(state, sweep)) return false;
    state.sweeps.add(sweep);
  }
  state.isSweeping = count > 0;
  return true;
}

function isSweepGood(state: State, sweep: Sweep): boolean {
  const { orders, accounts, instruments, sessions, sweeps } = state;
  const { kind, subject, instrument, side, bound, cursor, count, left, commandNumber, closedId } = sweep;
  if (![bound, count, left, commandNumber, subject].every(isCount) || bound > state.nextOrderId) return false;
  if (instrument < NONE || instrument >= instruments.used || side < 0 || side > 2) return false;
  if (kind === SweepKind.day)
    return sweeps.ofDay === undefined && subject <= orders.used && cursor >= 0 && cursor <= subject;
  if (kind === SweepKind.session) {
    const before = sweeps.ofSession(subject);
    if (subject >= sessions.used || (before !== undefined && before.bound >= bound)) return false;
    if (before !== undefined && before.closedId !== 0) return false;
    // Once another sweep has cancelled its last order, a session may end, and its slot is free or another's.
    return sessions.isClosing(subject) || closedId === 0;
  }
  if (!isOfAccount(kind) || subject >= accounts.used) return false;
  const before = sweeps.ofAccount(subject);
  const isWhole = instrument === NONE && side === 0;
  if (kind === SweepKind.kill ? !isWhole || (before?.bound ?? 0) > bound : before !== undefined) return false;
  if (cursor < NONE || cursor >= orders.used) return false;
  return (
    cursor === NONE || (orders.status(cursor) === OrderStatus.open && orders.account(cursor) === subject)
  );
}

/** The slot of a session, open or with orders that wait to be cancelled, or NONE. */
export function sessionOf({ sessions, sweeps }: State, id: number): number {
  const open = sessions.find(id);
  return open === NONE ? (sweeps.list.find(({ closedId }) => closedId === id)?.subject ?? NONE) : open;
}

/** Each session that has ended and kept its slot has a sweep, and its id is no other's. */
export function areClosingsGood({ sessions, sweeps, nextSessionId, limits }: State): boolean {
  const ids = new Set<number>();
  for (const { closedId } of sweeps.list) {
    if (closedId === 0) continue;
    if (closedId >= nextSessionId || sessions.find(closedId) !== NONE || ids.has(closedId)) return false;
    ids.add(closedId);
  }
  let closing = 0;
  for (let slot = 0; slot < sessions.used; slot++) if (sessions.isClosing(slot)) closing++;
  return closing === ids.size && sessions.count <= limits.sessionsMax;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
