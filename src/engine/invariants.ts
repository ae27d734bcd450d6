/**
 * What must be true of the state between two commands, asserted by walking all of it: every open order is in one level,
 * one account list and in all counts; no book is crossed; for each instrument as much was bought as sold.
 */
import {
  ACCOUNT,
  ACCOUNT_NEXT,
  CLIENT,
  INSTRUMENT,
  LINKS,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  QUANTITY,
  SESSION_NEXT,
  SESSION_SLOT,
  TICKET,
} from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { Side } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import { assert } from '../std/assert.ts';
import type { State } from './state.ts';

/** Asserts DESIGN's invariants 5, 6 and 7, and that the stores agree with each other. */
export function checkInvariants(state: State): void {
  const inBooks = checkBooks(state);
  const inAccounts = checkAccounts(state);
  let open = 0;
  let closed = 0;
  for (let slot = 0; slot < state.orders.used; slot++) {
    const status = state.orders.status(slot);
    if (status === OrderStatus.none) continue;
    assert(state.index.find(state.orders.orderId(slot)) === slot, 'each order is found by its id');
    const named = state.orders.u32[slot * ORDER_WORDS + CLIENT] !== 0;
    assert(!named || state.index.hasClient(slot), 'a named order is found by its client order id');
    if (status === OrderStatus.open) open++;
    else closed++;
  }
  assert(open === inBooks && open === inAccounts, 'each open order is in one level and in one account list');
  assert(closed === state.index.closedCount, 'each closed order is in the list of closed orders');
  assert(closed <= state.limits.closedOrdersMax, 'no more closed orders are remembered than may be');
  assert(open + closed === state.orders.count, 'each used slot is an order');
  checkPositions(state);
  checkSessions(state);
  checkClosedList(state);
}

/** Orders in all books. */
function checkBooks(state: State): number {
  const { orders, instruments } = state;
  const openBySide = new Float64Array(state.positions.used * 2);
  let total = 0;
  for (let instrument = 0; instrument < instruments.used; instrument++) {
    const book = instruments.books[instrument]!;
    book.invariants();
    const bid = book.bestPrice(Side.buy);
    const ask = book.bestPrice(Side.sell);
    assert(bid === 0 || ask === 0 || bid < ask, 'a book is not crossed');
    for (let side = Side.buy; side <= Side.sell; side++) {
      let lots = 0;
      let before = NONE;
      for (let slot = book.best(side); slot !== NONE; slot = book.after(slot)) {
        const record = slot * ORDER_WORDS;
        assert(orders.status(slot) === OrderStatus.open, 'only open orders rest');
        assert(orders.side(slot) === side, 'an order rests on its side');
        assert(orders.u32[record + INSTRUMENT] === instrument, 'an order rests in its own book');
        const remaining = orders.remaining(slot);
        const quantity = orders.f64[slot * ORDER_NUMBERS + QUANTITY]!;
        assert(remaining > 0 && remaining <= quantity, 'an order rests with something left');
        if (before !== NONE && orders.price(before) === orders.price(slot)) {
          const inOrder =
            orders.f64[before * ORDER_NUMBERS + TICKET]! < orders.f64[slot * ORDER_NUMBERS + TICKET]!;
          assert(inOrder, 'at one price the first to rest is the first to trade');
        }
        openBySide[orders.u32[record + POSITION]! * 2 + side - 1]! += remaining;
        lots += remaining;
        total++;
        before = slot;
      }
      assert(instruments.openLots[instrument * 2 + side - 1] === lots, 'a side sums up its lots');
      assert(Number.isSafeInteger(lots), 'the lots of a side are counted exactly');
    }
  }
  for (let position = 0; position < state.positions.used; position++) {
    const { positions } = state;
    assert(positions.open(position, Side.buy) === openBySide[position * 2], 'open buys are counted');
    assert(positions.open(position, Side.sell) === openBySide[position * 2 + 1], 'open sells are counted');
  }
  return total;
}

/** Orders in the lists of all accounts. */
function checkAccounts({ orders, accounts }: State): number {
  let total = 0;
  for (let account = 0; account < accounts.used; account++) {
    assert(accounts.find(accounts.id(account)) === account, 'each account is found by its id');
    let count = 0;
    let idBefore = 0;
    let slot = accounts.firstOrder(account);
    for (; slot !== NONE; slot = orders.links[slot * LINKS + ACCOUNT_NEXT]!) {
      assert(orders.status(slot) === OrderStatus.open, 'only open orders are listed');
      assert(orders.u32[slot * ORDER_WORDS + ACCOUNT] === account, 'an order is listed with its account');
      assert(orders.orderId(slot) > idBefore, 'open orders are listed in ascending order id');
      idBefore = orders.orderId(slot);
      count++;
    }
    assert(count === accounts.openOrders(account), 'an account counts its open orders');
    total += count;
  }
  return total;
}

function checkPositions({ positions, instruments }: State): void {
  for (let slot = 0; slot < positions.used; slot++) {
    const isExact =
      Number.isSafeInteger(positions.bought(slot)) && Number.isSafeInteger(positions.sold(slot));
    assert(isExact, 'positions are counted exactly');
  }
  assert(positions.isBalanced(instruments.used), 'as much was bought as sold');
}

function checkSessions({ sessions, orders }: State): void {
  let count = 0;
  for (let slot = 0; slot < sessions.used; slot++) {
    if (sessions.id(slot) === 0) {
      assert(sessions.firstOrder(slot) === NONE, 'a closed session has no orders');
      continue;
    }
    count++;
    assert(sessions.find(sessions.id(slot)) === slot, 'each session is found by its id');
    let order = sessions.firstOrder(slot);
    for (; order !== NONE; order = orders.links[order * LINKS + SESSION_NEXT]!) {
      assert(orders.links[order * LINKS + SESSION_SLOT] === slot, 'an order knows its session');
      assert(orders.status(order) === OrderStatus.open, 'only open orders go with a session');
    }
  }
  assert(count === sessions.count, 'sessions are counted');
}

function checkClosedList({ index, orders }: State): void {
  let ticketBefore = 0;
  let count = 0;
  index.forEachClosed((slot) => {
    const ticket = orders.f64[slot * ORDER_NUMBERS + TICKET]!;
    assert(ticket > ticketBefore, 'closed orders stand in the order of closing');
    ticketBefore = ticket;
    count++;
  });
  assert(count === index.closedCount, 'closed orders are counted');
}
