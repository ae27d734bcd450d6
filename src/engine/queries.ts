/**
 * Reads of the state, written as rows of the protocol into the reader's buffer, one behind the other. A read never
 * changes anything. `more` is set where the answer has more rows than there is room for, or where a read ended because
 * it had looked at enough.
 */

import { isCanaryInstrument } from '../protocol/canary.ts';
import { OutcomeCode } from '../protocol/codes.ts';
import { Side } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import {
  clientOrderIdBytes,
  keyIdBytes,
  keyNetworksBytes,
  modeReasonBytes,
  publicKeyBytes,
  symbolBytes,
} from '../protocol/limits.ts';
import {
  accountRow,
  instrumentRow,
  keyAccountRow,
  keyRow,
  levelRow,
  modeRow,
  orderRow,
  positionRow,
} from '../protocol/messages.ts';
import { Mode, ModeScope } from '../protocol/mode-commands.ts';
import { placeRow } from '../protocol/place-rows.ts';
import { setU53 } from '../std/integers.ts';
import { NONE } from '../store/records.ts';
import { AscendingInstruments } from './ascending-instruments.ts';
import { ordersToday } from './commands/quotas.ts';
import { openOrders } from './market/resting-orders.ts';
import { looksMax, OpenOrderSearch } from './open-order-search.ts';
import type { State } from './state.ts';
import { closedPlace } from './stores/order-index.ts';

/** Which keys are asked for. */
export interface KeyFilter {
  readonly afterChange: number;
  readonly keysMax: number;
  readonly bytesMax: number;
}

/** Which modes are asked for. */
export interface ModeFilter {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly afterId: number;
  readonly rowsMax: number;
}

const MICROSECONDS_PER_MS = 1_000;

/** The reads of one engine. `rowsMax` rows must have room from `at` on; row counts are returned. */
export class Queries {
  /** Whether the last read of several rows left some out. */
  more = false;
  readonly #state: State;
  readonly #search: OpenOrderSearch;
  readonly #ascending: AscendingInstruments;
  /** How far the last read of orders or positions has looked, where its rows do not say it; else 0. */
  #lookedUntil = 0;

  constructor(state: State) {
    this.#state = state;
    this.#search = new OpenOrderSearch(state);
    this.#ascending = new AscendingInstruments(state.instruments);
  }

  /**
   * The slots of an account and of an instrument, by which executions are reported to the sink; NONE if there is none.
   */
  accountSlot(accountId: number): number {
    return this.#state.accounts.find(accountId);
  }

  instrumentSlot(instrumentId: number): number {
    return this.#state.instruments.find(instrumentId);
  }

  /**
   * Whether a program may do what takes a permission, for an account (0: for none), at `timeUs`: its key says so.
   */
  mayProgram(programId: number, permission: number, accountId: number, timeUs: number): boolean {
    const { keys } = this.#state;
    const slot = keys.findProgram(programId);
    if (slot === NONE) return false;
    return keys.refusal(slot + 1, keys.version(slot), permission, accountId, timeUs) === OutcomeCode.ok;
  }

  /** Writes an `orderRow`; false if the account has no such order or it is not remembered any more. */
  writeOrderRow(view: DataView, at: number, accountId: number, orderId: number): boolean {
    const { accounts, orders, index } = this.#state;
    const found = index.find(orderId);
    if (found === NONE) return false;
    const owner = found >= 0 ? orders.account(found) : index.closed.account(closedPlace(found));
    if (accounts.id(owner) !== accountId) return false;
    this.#writeOrder(view, at, found);
    return true;
  }

  /** Writes the `orderRow` of an account's client order id, which is at `clientAt` of `clientFrom`. */
  writeClientOrderRow(
    view: DataView,
    at: number,
    accountId: number,
    clientFrom: DataView,
    clientAt: number,
  ): boolean {
    const account = this.#state.accounts.find(accountId);
    if (account === NONE || clientFrom.getUint8(clientAt) === 0) return false;
    const found = this.#state.index.findClient(account, clientFrom, clientAt);
    if (found !== NONE) this.#writeOrder(view, at, found);
    return found !== NONE;
  }

  /**
   * Writes an account's open orders with ids above `afterOrderId` as `orderRow`s in ascending order id. Orders that
   * count as cancelled are looked at, too: where `more` is set, `writePlaceRow` may have to say where to go on.
   */
  writeOpenOrderRows(
    view: DataView,
    at: number,
    accountId: number,
    afterOrderId: number,
    rowsMax: number,
  ): number {
    const { accounts, orders } = this.#state;
    const account = accounts.find(accountId);
    this.more = false;
    this.#lookedUntil = 0;
    if (account === NONE) return 0;
    let slot = this.#search.firstAfter(account, afterOrderId);
    const { lookedUntil } = this.#search;
    if (slot === NONE && lookedUntil < Number.MAX_SAFE_INTEGER) this.#lookedUntil = lookedUntil;
    let count = 0;
    for (let looks = 0; slot !== NONE; slot = orders.accountNext(slot)) {
      if (looks++ === looksMax) {
        this.#lookedUntil = orders.orderId(orders.accountPrevious(slot));
        break;
      }
      if (this.#isDoomed(slot)) continue;
      if (count === rowsMax) break;
      this.#writeOrder(view, at + count++ * orderRow.size, slot);
    }
    this.more = slot !== NONE || this.#lookedUntil > 0;
    return count;
  }

  /** Writes the `placeRow` that the last orders or positions need behind them; returns its bytes, 0 without one. */
  writePlaceRow(view: DataView, at: number): number {
    if (this.#lookedUntil === 0) return 0;
    return placeRow.write(view, at, { reserved: 0, lookedUntil: this.#lookedUntil });
  }

  /**
   * Writes an account's positions in instruments above `afterInstrumentId` as `positionRow`s, ascending. Where `more`
   * is set, `writePlaceRow` may have to say where to go on.
   */
  writePositionRows(
    view: DataView,
    at: number,
    accountId: number,
    afterInstrumentId: number,
    rowsMax: number,
  ): number {
    const account = this.#state.accounts.find(accountId);
    this.more = false;
    this.#lookedUntil = 0;
    if (account === NONE) return 0;
    const found =
      this.#positionsInList(account, afterInstrumentId) ??
      this.#positionsByInstruments(account, afterInstrumentId);
    const count = Math.min(found.length, rowsMax);
    if (count < found.length) this.#lookedUntil = 0;
    this.more = count < found.length || this.#lookedUntil > 0;
    for (let n = 0; n < count; n++) this.#writePosition(view, at + n * positionRow.size, found[n]!);
    return count;
  }

  /** Slots of an account's traded positions by ascending instrument; undefined where it has many positions. */
  #positionsInList(account: number, afterInstrumentId: number): number[] | undefined {
    const { accounts, instruments, positions } = this.#state;
    const found: number[] = [];
    let looks = 0;
    for (let slot = accounts.firstPosition(account); slot !== NONE; slot = positions.next(slot)) {
      if (looks++ === looksMax) return undefined;
      if (this.#hasTraded(slot) && instruments.id(positions.instrument(slot)) > afterInstrumentId)
        found.push(slot);
    }
    return found.sort(
      (a, b) => instruments.id(positions.instrument(a)) - instruments.id(positions.instrument(b)),
    );
  }

  /** The same from instrument to instrument, of some of these. */
  #positionsByInstruments(account: number, afterInstrumentId: number): number[] {
    const { instruments, positions } = this.#state;
    const { slots, from } = this.#ascending.after(afterInstrumentId);
    const end = Math.min(slots.length, from + looksMax);
    const found: number[] = [];
    for (let place = from; place < end; place++) {
      const slot = positions.find(account, slots[place]!);
      if (slot !== NONE && this.#hasTraded(slot)) found.push(slot);
    }
    if (end < slots.length) this.#lookedUntil = instruments.id(slots[end - 1]!);
    return found;
  }

  #hasTraded(position: number): boolean {
    const { positions } = this.#state;
    return positions.bought(position) > 0 || positions.sold(position) > 0;
  }

  #writePosition(view: DataView, at: number, position: number): void {
    const { instruments, positions } = this.#state;
    positionRow.writePrefix(view, at);
    view.setUint32(at + positionRow.at.instrumentId, instruments.id(positions.instrument(position)), true);
    setU53(view, at + positionRow.at.boughtLots, positions.bought(position));
    setU53(view, at + positionRow.at.soldLots, positions.sold(position));
  }

  /**
   * Writes an instrument's book as `levelRow`s: up to half of `rowsMax` (at least one) buys from the best down, then
   * sells from the best up; -1 if there is no such instrument.
   */
  writeBookRows(view: DataView, at: number, instrumentId: number, rowsMax: number): number {
    const instrument = this.#state.instruments.find(instrumentId);
    if (instrument === NONE) return -1;
    this.more = false;
    const buys = this.#writeLevels(view, at, instrument, Side.buy, Math.max(1, rowsMax >>> 1));
    const sells = this.#writeLevels(
      view,
      at + buys * levelRow.size,
      instrument,
      Side.sell,
      Math.min(Math.max(1, rowsMax >>> 1), rowsMax - buys),
    );
    return buys + sells;
  }

  /** Writes the instruments with ids above `afterId` as `instrumentRow`s, ascending; those of the canary stay out. */
  writeInstrumentRows(view: DataView, at: number, afterId: number, rowsMax: number): number {
    const { instruments } = this.#state;
    const { slots, from } = this.#ascending.after(afterId);
    this.more = false;
    let count = 0;
    for (let place = from; place < slots.length; place++) {
      const slot = slots[place]!;
      // Those of the canary are the last ones.
      if (isCanaryInstrument(instruments.id(slot))) break;
      this.more = count === rowsMax;
      if (this.more) break;
      const rowAt = at + count++ * instrumentRow.size;
      const offsets = instrumentRow.at;
      instrumentRow.writePrefix(view, rowAt);
      view.setUint32(rowAt + offsets.instrumentId, instruments.id(slot), true);
      view.setUint16(rowAt + offsets.priceDecimals, instruments.decimals(slot), true);
      view.setUint16(rowAt + offsets.reserved, 0, true);
      view.setUint32(rowAt + offsets.lastPriceTicks, instruments.lastPrice(slot), true);
      copyWords(view, rowAt + offsets.symbol, instruments.u32, instruments.symbolAt(slot), symbolBytes);
    }
    return count;
  }

  /** Writes an `accountRow`; false if there is no such account. */
  writeAccountRow(view: DataView, at: number, accountId: number): boolean {
    const { accounts, tiers } = this.#state;
    const slot = accounts.find(accountId);
    if (slot === NONE) return false;
    const offsets = accountRow.at;
    accountRow.writePrefix(view, at);
    view.setUint32(at + offsets.accountId, accountId, true);
    setU53(view, at + offsets.orderLotsMax, accounts.givenOrderLotsMax(slot));
    view.setUint32(at + offsets.openOrdersMax, accounts.givenOpenOrdersMax(slot), true);
    view.setUint32(at + offsets.openOrders, openOrders(this.#state, slot), true);
    view.setUint32(at + offsets.priceBandBasisPoints, accounts.bandBasisPoints(slot), true);
    const tier = accounts.tier(slot);
    view.setUint32(at + offsets.tier, tier, true);
    copyWords(view, at + offsets.name, accounts.u32, accounts.nameAt(slot), symbolBytes);
    view.setUint32(at + offsets.ordersPerSecondMax, tiers.perSecond(tier), true);
    view.setUint32(at + offsets.ordersPerDayMax, tiers.perDay(tier), true);
    view.setUint32(at + offsets.ordersToday, ordersToday(this.#state, slot), true);
    view.setUint32(at + offsets.reserved2, 0, true);
    copyWords(view, at + offsets.tierName, tiers.u32, tiers.nameAt(tier), symbolBytes);
    return true;
  }

  /**
   * Writes keys whose last change is after `afterChange`, in the order of these changes: a `keyRow` each, and a
   * `keyAccountRow` for each account of it. At most `keysMax` of them, as many as there is room for in `bytesMax`.
   */
  writeKeyRows(
    view: DataView,
    at: number,
    { afterChange, keysMax, bytesMax }: KeyFilter,
  ): { rows: number; bytes: number } {
    const { keys } = this.#state;
    let bytes = 0;
    let rows = 0;
    let count = 0;
    this.more = false;
    for (const slot of keys.changedAfter(afterChange)) {
      const size = keyRow.size + keys.accountCount(slot) * keyAccountRow.size;
      this.more = count === keysMax || bytes + size > bytesMax;
      if (this.more) break;
      this.#writeKey(view, at + bytes, slot);
      bytes += keyRow.size;
      for (const accountId of keys.accounts.ofKey(slot)) {
        keyAccountRow.writePrefix(view, at + bytes);
        view.setUint32(at + bytes + keyAccountRow.at.accountId, accountId, true);
        bytes += keyAccountRow.size;
      }
      count++;
      rows += 1 + keys.accountCount(slot);
    }
    return { rows, bytes };
  }

  /** Writes entries of the audit trail with numbers above `afterNumber` as `auditRow`s, ascending. */
  writeAuditRows(view: DataView, at: number, afterNumber: number, rowsMax: number): number {
    const { audit } = this.#state;
    const rows = audit.write(view, at, afterNumber, rowsMax);
    this.more = rows === rowsMax && rows > 0 && audit.count > afterNumber + rows;
    return rows;
  }

  #writeKey(view: DataView, at: number, slot: number): void {
    const { keys } = this.#state;
    const offsets = keyRow.at;
    keyRow.writePrefix(view, at);
    view.setUint32(at + offsets.keyNumber, slot + 1, true);
    setU53(view, at + offsets.change, keys.changeOf(slot));
    setU53(view, at + offsets.createdAtMs, keys.createdAtMs(slot));
    setU53(view, at + offsets.expiresAtMs, keys.expiresAtMs(slot));
    setU53(view, at + offsets.previousUntilMs, keys.previousUntilMs(slot));
    view.setUint32(at + offsets.keyVersion, keys.version(slot), true);
    view.setUint32(at + offsets.rootId, keys.rootId(slot), true);
    view.setUint32(at + offsets.previousRootId, keys.previousRootId(slot), true);
    view.setUint32(at + offsets.accountCount, keys.accountCount(slot), true);
    view.setUint8(at + offsets.kind, keys.kind(slot));
    view.setUint8(at + offsets.tier, keys.tier(slot));
    view.setUint8(at + offsets.permissions, keys.permissions(slot));
    view.setUint8(at + offsets.isRevoked, keys.isRevoked(slot) ? 1 : 0);
    view.setUint8(at + offsets.isImported, keys.isImported(slot) ? 1 : 0);
    view.setUint8(at + offsets.reserved, 0);
    view.setUint16(at + offsets.reserved2, 0, true);
    copyWords(view, at + offsets.networks, keys.u32, keys.networksAt(slot), keyNetworksBytes);
    copyWords(view, at + offsets.publicKey, keys.u32, keys.publicKeyAt(slot), publicKeyBytes);
    copyWords(view, at + offsets.previousPublicKey, keys.u32, keys.previousPublicKeyAt(slot), publicKeyBytes);
    copyWords(view, at + offsets.keyId, keys.u32, keys.keyIdAt(slot), keyIdBytes);
  }

  /**
   * Writes `modeRow`s: of the exchange and, where there is one, of the account, then of the instrument that is named
   * (0: of all that are not open), by ids above `afterId`; above 0 those of instruments alone. -1 if the instrument
   * that is named is not there.
   */
  writeModeRows(
    view: DataView,
    at: number,
    { accountId, instrumentId, afterId, rowsMax }: ModeFilter,
  ): number {
    const { accounts, instruments, modes } = this.#state;
    const named = instrumentId === 0 ? NONE : instruments.find(instrumentId);
    if (instrumentId !== 0 && named === NONE) return -1;
    let count = 0;
    const write = (scope: number, subject: number, id: number): void =>
      this.#writeMode(view, at + count++ * modeRow.size, scope, subject, id);
    this.more = false;
    if (afterId === 0) {
      write(ModeScope.exchange, 0, 0);
      const account = accountId === 0 ? NONE : accounts.find(accountId);
      if (account !== NONE && count < rowsMax) write(ModeScope.account, account, accountId);
    }
    const found: number[] = [];
    if (instrumentId !== 0) {
      if (instrumentId > afterId) found.push(named);
    } else if (modes.stopped > 0) {
      const { slots, from } = this.#ascending.after(afterId);
      for (let place = from; place < slots.length && found.length <= rowsMax; place++)
        if (modes.ofInstrument(slots[place]!) !== Mode.open) found.push(slots[place]!);
    }
    for (const slot of found) {
      this.more = count >= rowsMax;
      if (this.more) break;
      write(ModeScope.instrument, slot, instruments.id(slot));
    }
    return count;
  }

  #writeMode(view: DataView, at: number, scope: number, subject: number, id: number): void {
    const { modes } = this.#state;
    const offsets = modeRow.at;
    const place = modes.find(scope, subject);
    const isKnown = place !== NONE;
    modeRow.writePrefix(view, at);
    view.setUint32(at + offsets.instrumentId, scope === ModeScope.instrument ? id : 0, true);
    const opensAtMs = isKnown ? Math.ceil(modes.opensAtUs(place) / MICROSECONDS_PER_MS) : 0;
    setU53(view, at + offsets.opensAtMs, opensAtMs);
    view.setUint32(at + offsets.accountId, scope === ModeScope.account ? id : 0, true);
    view.setUint8(at + offsets.mode, isKnown ? modes.mode(place) : Mode.open);
    view.setUint8(at + offsets.scope, scope);
    view.setUint16(at + offsets.reserved, 0, true);
    const reasonAt = at + offsets.reasonText;
    if (isKnown) copyWords(view, reasonAt, modes.u32, modes.reasonAt(place), modeReasonBytes);
    else for (let n = 0; n < modeReasonBytes; n += 4) view.setUint32(reasonAt + n, 0, true);
  }

  /** Whether an open order counts as cancelled. */
  #isDoomed(slot: number): boolean {
    return this.#state.isSweeping && this.#state.sweeps.isDoomed(slot);
  }

  #writeLevels(view: DataView, at: number, instrument: number, side: number, rowsMax: number): number {
    const { books } = this.#state;
    let count = 0;
    let price = books.bestPrice(instrument, side);
    for (; price !== 0 && count < rowsMax; price = books.worsePrice(instrument, side, price)) {
      const rowAt = at + count++ * levelRow.size;
      levelRow.writePrefix(view, rowAt);
      view.setUint8(rowAt + levelRow.at.side, side);
      view.setUint8(rowAt + levelRow.at.reserved, 0);
      view.setUint16(rowAt + levelRow.at.reserved2, 0, true);
      setU53(view, rowAt + levelRow.at.quantityLots, books.lotsAt(instrument, side, price));
      view.setUint32(rowAt + levelRow.at.priceTicks, price, true);
      view.setUint32(rowAt + levelRow.at.orderCount, books.ordersAt(instrument, side, price), true);
    }
    if (price !== 0) this.more = true;
    return count;
  }

  #writeOrder(view: DataView, at: number, found: number): void {
    const { orders, accounts, instruments, index } = this.#state;
    const store = found >= 0 ? orders : index.closed;
    const slot = found >= 0 ? found : closedPlace(found);
    const isDoomed = found >= 0 && this.#isDoomed(slot);
    const status = isDoomed ? OrderStatus.cancelled : store.status(slot);
    const instrument = store.instrument(slot);
    const offsets = orderRow.at;
    orderRow.writePrefix(view, at);
    view.setUint32(at + offsets.accountId, accounts.id(store.account(slot)), true);
    setU53(view, at + offsets.orderId, store.orderId(slot));
    setU53(view, at + offsets.quantityLots, store.quantity(slot));
    setU53(view, at + offsets.filledLots, store.filled(slot));
    setU53(view, at + offsets.remainingLots, status === OrderStatus.open ? store.remaining(slot) : 0);
    setU53(view, at + offsets.filledValueLow, store.filledValueLow(slot));
    view.setUint32(at + offsets.filledValueHigh, store.filledValueHigh(slot), true);
    view.setUint32(at + offsets.instrumentId, instrument === NONE ? 0 : instruments.id(instrument), true);
    view.setUint32(at + offsets.priceTicks, store.price(slot), true);
    view.setUint8(at + offsets.side, store.side(slot));
    view.setUint8(at + offsets.orderType, store.orderType(slot));
    view.setUint8(at + offsets.timeInForce, store.timeInForce(slot));
    view.setUint8(at + offsets.status, status);
    view.setUint16(at + offsets.code, store.code(slot), true);
    view.setUint8(at + offsets.cancelReason, store.cancelReason(slot));
    view.setUint8(at + offsets.reserved, 0);
    copyWords(view, at + offsets.clientOrderId, store.u32, store.clientAt(slot), clientOrderIdBytes);
  }
}

function copyWords(view: DataView, at: number, words: Uint32Array, from: number, bytes: number): void {
  for (let n = 0; n < bytes / 4; n++) view.setUint32(at + n * 4, words[from + n]!, true);
}
