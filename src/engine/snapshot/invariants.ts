/**
 * What must be true of the state between two commands, asserted by walking all of it: every open order is in one level,
 * one account list and in all counts; no book is crossed; for each instrument as much was bought as sold.
 */

import { Side } from '../../protocol/commands.ts';
import { OrderStatus } from '../../protocol/events.ts';
import { assert, assertAtMost, assertBelow, assertEqual } from '../../std/assert.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { closedPlace } from '../stores/order-index.ts';
import { isOfAccount } from '../stores/sweeps.ts';

/** Asserts the invariants 5, 6 and 7 of ARCHITECTURE, and that the stores agree with each other. */
export function checkInvariants(state: State): void {
  const inBooks = checkBooks(state);
  const inAccounts = checkAccounts(state);
  const { orders, index, recent } = state;
  const { closed } = index;
  let open = 0;
  let names = recent.names.used;
  for (let slot = 0; slot < orders.used; slot++) {
    const status = orders.status(slot);
    if (status === OrderStatus.none) continue;
    assertEqual(status, OrderStatus.open, 'closed orders have moved to their ring');
    assertEqual(index.find(orders.orderId(slot)), slot, 'each open order is found by its id');
    names += checkClient(state, orders, slot, slot);
    open++;
  }
  assert(
    open === inBooks && open === inAccounts,
    () => `each open order is in one level and in one account list: ${open}, ${inBooks}, ${inAccounts}`,
  );
  assertEqual(open, orders.count, 'each used slot is an open order');
  let count = 0;
  closed.visit((place) => {
    assertEqual(
      index.find(closed.orderId(place)),
      closedPlace(place),
      'each closed order is found by its id',
    );
    names += checkClient(state, closed, place, closedPlace(place));
    count++;
  });
  assert(
    count === closed.used && count <= closed.max,
    () => `no more closed orders are remembered than may be: ${count}, ${closed.used}, ${closed.max}`,
  );
  assert(
    open <= state.openOrdersMax,
    () => `no more orders are open than may be: ${open}, ${state.openOrdersMax}`,
  );
  assertEqual(names, recent.names.held, 'each client order id of late is held by its account');
  assertEqual(recent.requests.used, recent.requests.held, 'each request is held by its account');
  assert(
    index.elderCount <= open + count,
    () => `the id of an order that is forgotten is forgotten, too: ${index.elderCount}, ${open + count}`,
  );
  checkInstruments(state);
  checkPositions(state);
  checkSessions(state);
  checkKeys(state);
  checkSweeps(state);
}

/** Each sweep goes on at an order that is there. */
function checkSweeps(state: State): void {
  const { sweeps, orders, sessions } = state;
  assertEqual(
    state.isSweeping,
    sweeps.list.length > 0,
    'orders are asked whether they count as cancelled when any do',
  );
  for (const sweep of sweeps.list) {
    assert(
      sweep.bound <= state.nextOrderId,
      () => `a sweep means orders that were there: ${sweep.bound}, ${state.nextOrderId}`,
    );
    const { cursor, kind, subject, closedId } = sweep;
    const isAt =
      cursor === NONE || (orders.status(cursor) === OrderStatus.open && orders.account(cursor) === subject);
    assert(
      !isOfAccount(kind) || isAt,
      () => `a mass cancel of account ${subject} goes on at an open order of it, not at slot ${cursor}`,
    );
    assert(
      closedId === 0 || sessions.isClosing(subject),
      () => `session ${closedId} keeps its slot ${subject} until its orders are gone`,
    );
  }
}

/** Returns how many client order ids of late the order has: one or none. */
function checkClient({ index, recent }: State, store: OrderRecords, slot: number, found: number): number {
  if (!store.isNamed(slot)) return 0;
  assertEqual(index.findSameClient(store, slot), found, 'a named order is found by its client order id');
  return recent.isRecent(store.orderId(slot)) ? 1 : 0;
}

/** Orders in all books. */
function checkBooks(state: State): number {
  const { orders, instruments, books } = state;
  const openBySide = new Float64Array(state.positions.used * 2);
  let total = 0;
  for (let instrument = 0; instrument < instruments.used; instrument++) {
    books.invariants(instrument);
    // What counts as cancelled may be across the other side.
    const prices = state.isSweeping ? state.sweeps : books;
    const bid = prices.bestPrice(instrument, Side.buy);
    const ask = prices.bestPrice(instrument, Side.sell);
    assert(bid === 0 || ask === 0 || bid < ask, () => `book ${instrument} is not crossed: ${bid}, ${ask}`);
    for (let side = Side.buy; side <= Side.sell; side++) {
      let lots = 0;
      let before = NONE;
      for (let slot = books.best(instrument, side); slot !== NONE; slot = books.after(instrument, slot)) {
        assertEqual(orders.status(slot), OrderStatus.open, 'only open orders rest');
        assertEqual(orders.side(slot), side, 'an order rests on its side');
        assertEqual(orders.instrument(slot), instrument, 'an order rests in its own book');
        const remaining = orders.remaining(slot);
        assert(
          remaining > 0 && remaining <= orders.quantity(slot),
          () => `an order rests with something left: ${remaining} of ${orders.quantity(slot)}`,
        );
        if (before !== NONE && orders.price(before) === orders.price(slot)) {
          assertBelow(
            orders.ticket(before),
            orders.ticket(slot),
            'at one price the first to rest is the first to trade',
          );
        }
        openBySide[orders.position(slot) * 2 + side - 1]! += remaining;
        lots += remaining;
        total++;
        before = slot;
      }
      assertEqual(books.sideLots(instrument, side), lots, 'a side sums up its lots');
      assert(Number.isSafeInteger(lots), () => `the lots of a side are counted exactly: ${lots}`);
    }
  }
  for (let position = 0; position < state.positions.used; position++) {
    const { positions } = state;
    assertEqual(positions.open(position, Side.buy), openBySide[position * 2], 'open buys are counted');
    assertEqual(positions.open(position, Side.sell), openBySide[position * 2 + 1], 'open sells are counted');
  }
  return total;
}

/** Orders in the lists of all accounts. */
function checkAccounts({ orders, accounts }: State): number {
  let total = 0;
  for (let account = 0; account < accounts.used; account++) {
    assertEqual(accounts.find(accounts.id(account)), account, 'each account is found by its id');
    let count = 0;
    let idBefore = 0;
    let slot = accounts.firstOrder(account);
    for (; slot !== NONE; slot = orders.accountNext(slot)) {
      assertEqual(orders.status(slot), OrderStatus.open, 'only open orders are listed');
      assertEqual(orders.account(slot), account, 'an order is listed with its account');
      assert(
        orders.orderId(slot) > idBefore,
        () => `open orders are listed in ascending order id: ${orders.orderId(slot)} after ${idBefore}`,
      );
      idBefore = orders.orderId(slot);
      count++;
    }
    assertEqual(count, accounts.openOrders(account), 'an account counts its open orders');
    total += count;
  }
  return total;
}

function checkInstruments({ instruments }: State): void {
  for (let slot = 0; slot < instruments.used; slot++) {
    assertEqual(instruments.find(instruments.id(slot)), slot, 'each instrument is found by its id');
    assertEqual(instruments.findSameSymbol(slot), slot, 'each symbol belongs to one instrument');
  }
}

function checkPositions({ positions, instruments }: State): void {
  for (let slot = 0; slot < positions.used; slot++) {
    assert(
      Number.isSafeInteger(positions.bought(slot)) && Number.isSafeInteger(positions.sold(slot)),
      () => `positions are counted exactly: bought ${positions.bought(slot)}, sold ${positions.sold(slot)}`,
    );
  }
  assertEqual(
    positions.unbalanced(instruments.used),
    NONE,
    'an instrument of which more was bought, or sold',
  );
}

function checkKeys({ keys }: State): void {
  keys.accounts.invariants();
  const counts = keys.accounts.counts(keys.used);
  for (let slot = 0; slot < keys.used; slot++) {
    assertEqual(keys.findSameId(slot), slot, 'each key is found by its id');
    assertEqual(keys.accountCount(slot), counts[slot], 'a key counts its accounts');
    assertAtMost(keys.changeOf(slot), keys.changes, 'no key has changed after the last change of all');
  }
}

function checkSessions({ sessions, orders }: State): void {
  let count = 0;
  for (let slot = 0; slot < sessions.used; slot++) {
    if (sessions.id(slot) === 0) {
      assertEqual(sessions.firstOrder(slot), NONE, 'a closed session has no orders');
      continue;
    }
    if (sessions.isOpen(slot)) {
      count++;
      assertEqual(sessions.find(sessions.id(slot)), slot, 'each session is found by its id');
    }
    let order = sessions.firstOrder(slot);
    for (; order !== NONE; order = orders.sessionNext(order)) {
      assertEqual(orders.isTied(order), true, 'a tied order says so');
      assertEqual(orders.tiedSession(order), slot, 'an order knows its session');
      assertEqual(orders.status(order), OrderStatus.open, 'only open orders go with a session');
    }
  }
  assertEqual(count, sessions.count, 'sessions are counted');
}
