/**
 * How two states differ, in the words of the market: for a person who has to know what a fault has done. Both are of
 * the same moment, so that all that is in one and not in the other is a difference.
 */
import { OrderStatus } from '../../protocol/events.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { closedPlace } from '../stores/order-index.ts';

/** What a thing is like: names and values. */
type Traits = Readonly<Record<string, string | number>>;

const statusNames = Object.entries(OrderStatus);

/** At most `linesMax` lines; where there are more differences, the last line says so. */
export function differences(here: State, there: State, linesMax: number): readonly string[] {
  const lines: string[] = [];
  for (const line of allDifferences(here, there)) {
    if (lines.length === linesMax) return [...lines.slice(0, -1), 'and more'];
    lines.push(line);
  }
  return lines;
}

function* allDifferences(here: State, there: State): Generator<string> {
  yield* compared('the exchange', countersOf(here), countersOf(there));
  yield* differingOrders(here, there);
  yield* differingPositions(here, there);
  yield* differingAccounts(here, there);
  yield* differingInstruments(here, there);
  yield* differingSessions(here, there);
  yield* differingKeys(here, there);
  yield* compared('the exchange', eventsOf(here), eventsOf(there));
}

/** What differs where a command was answered otherwise and the difference is gone, or is yet to show. */
function eventsOf({ output }: State): Traits {
  return { 'digest of its events': (output.digest >>> 0).toString(16).padStart(8, '0') };
}

/** A line for each trait that differs; or one, where the thing is on one side only. */
function* compared(subject: string, here: Traits | undefined, there: Traits | undefined): Generator<string> {
  if (here === undefined || there === undefined) {
    if (here !== there)
      yield `${subject}: ${here === undefined ? 'not here, but there' : 'here, but not there'}`;
    return;
  }
  for (const [name, value] of Object.entries(here))
    if (value !== there[name]) yield `${subject}: ${name} ${value} here, ${there[name]} there`;
}

function countersOf({ site, siteSeq, reopening, ...counters }: State): Traits {
  const { engineVersion, lastSeq, nextOrderId, nextTradeId, nextSessionId } = counters;
  return {
    'version of the engine': engineVersion,
    'last command': lastSeq,
    'next order': nextOrderId,
    'next trade': nextTradeId,
    'next session': nextSessionId,
    'site that writes': site,
    'begins with': siteSeq,
    reopening,
  };
}

function* differingOrders(here: State, there: State): Generator<string> {
  for (const id of orderIds(here.orders)) yield* differingOrder(here, there, id);
  for (const id of orderIds(there.orders)) {
    if (here.index.find(id) === NONE) yield* differingOrder(here, there, id);
  }
  for (const id of orderIds(here.index.closed)) {
    const found = there.index.find(id);
    if (found < 0) yield* differingOrder(here, there, id);
  }
}

function* orderIds(store: OrderRecords): Generator<number> {
  for (let slot = 0; slot < store.used; slot++)
    if (store.status(slot) !== OrderStatus.none) yield store.orderId(slot);
}

function* differingOrder(here: State, there: State, id: number): Generator<string> {
  const [own, other] = [orderOf(here, id), orderOf(there, id)];
  const owner = own?.account ?? other?.account;
  yield* compared(`order ${id} of account ${owner}`, own, other);
}

function orderOf({ orders, index, accounts, instruments }: State, id: number): Traits | undefined {
  const found = index.find(id);
  if (found === NONE) return undefined;
  const store = found >= 0 ? orders : index.closed;
  const slot = found >= 0 ? found : closedPlace(found);
  const instrument = store.instrument(slot);
  return {
    status: statusNames.find(([, status]) => status === store.status(slot))?.[0] ?? store.status(slot),
    remaining: store.remaining(slot),
    quantity: store.quantity(slot),
    price: store.price(slot),
    side: store.side(slot),
    account: accounts.id(store.account(slot)),
    instrument: instrument === NONE ? 0 : instruments.id(instrument),
    session: store.session(slot),
  };
}

function* differingPositions(here: State, there: State): Generator<string> {
  for (const { account, instrument } of pairsOf(here))
    yield* compared(
      `account ${account} in instrument ${instrument}`,
      positionOf(here, account, instrument),
      positionOf(there, account, instrument),
    );
  for (const { account, instrument } of pairsOf(there)) {
    if (positionOf(here, account, instrument) === undefined)
      yield* compared(`account ${account} in instrument ${instrument}`, undefined, {});
  }
}

function* pairsOf({
  positions,
  accounts,
  instruments,
}: State): Generator<{ account: number; instrument: number }> {
  for (let slot = 0; slot < positions.used; slot++)
    yield {
      account: accounts.id(positions.account(slot)),
      instrument: instruments.id(positions.instrument(slot)),
    };
}

function positionOf(
  { positions, accounts, instruments }: State,
  accountId: number,
  instrumentId: number,
): Traits | undefined {
  const account = accounts.find(accountId);
  const instrument = instruments.find(instrumentId);
  const slot = account === NONE || instrument === NONE ? NONE : positions.find(account, instrument);
  if (slot === NONE) return undefined;
  return { bought: positions.bought(slot), sold: positions.sold(slot) };
}

function* differingAccounts(here: State, there: State): Generator<string> {
  for (const id of idsOf(here.accounts, there.accounts))
    yield* compared(`account ${id}`, accountOf(here, id), accountOf(there, id));
}

function accountOf({ accounts }: State, id: number): Traits | undefined {
  const slot = accounts.find(id);
  if (slot === NONE) return undefined;
  return {
    'largest order': accounts.orderLotsMax(slot),
    'most open orders': accounts.openOrdersMax(slot),
    'price band': accounts.bandBasisPoints(slot),
    tier: accounts.tier(slot),
  };
}

function* differingInstruments(here: State, there: State): Generator<string> {
  for (const id of idsOf(here.instruments, there.instruments))
    yield* compared(`instrument ${id}`, instrumentOf(here, id), instrumentOf(there, id));
}

function instrumentOf({ instruments }: State, id: number): Traits | undefined {
  const slot = instruments.find(id);
  if (slot === NONE) return undefined;
  return { 'last price': instruments.lastPrice(slot), decimals: instruments.decimals(slot) };
}

function* differingSessions(here: State, there: State): Generator<string> {
  for (const id of idsOf(here.sessions, there.sessions)) {
    if (id === 0) continue;
    yield* compared(`session ${id}`, sessionOf(here, id), sessionOf(there, id));
  }
}

function sessionOf({ sessions }: State, id: number): Traits | undefined {
  const slot = sessions.find(id);
  return slot === NONE ? undefined : { 'last command': sessions.lastNumber(slot) };
}

function* differingKeys(here: State, there: State): Generator<string> {
  const count = Math.max(here.keys.used, there.keys.used);
  for (let slot = 0; slot < count; slot++)
    yield* compared(`API key ${slot + 1}`, keyOf(here, slot), keyOf(there, slot));
}

function keyOf({ keys }: State, slot: number): Traits | undefined {
  if (slot >= keys.used) return undefined;
  return {
    version: keys.version(slot),
    permissions: keys.permissions(slot),
    revoked: keys.isRevoked(slot) ? 'yes' : 'no',
  };
}

/** The ids in either store, each once. */
function idsOf(here: Identified, there: Identified): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const store of [here, there]) for (let slot = 0; slot < store.used; slot++) ids.add(store.id(slot));
  return ids;
}

interface Identified {
  readonly used: number;
  id(slot: number): number;
}
