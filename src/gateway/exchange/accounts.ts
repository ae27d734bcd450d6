/**
 * What the holder of an API key may ask about its accounts, for every face: open orders and fills, page by page,
 * positions and limits. Of other accounts nothing is said.
 */
import { ExecutionsAheadError } from '../../client/index.ts';
import type { Caller } from '../admission/caller.ts';
import type { Instrument } from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import type { AccountRow, FillRow, ModeRow, OrderRow, PositionRow, SideName } from '../ports.ts';
import type { InstrumentLookup } from './instrument-lookup.ts';
import type { ExchangeLink } from './link.ts';

/** Rows of a page: where the caller says nothing, and at most. */
export const pageRowsDefault = 100;
export const pageRowsMax = 500;
/** Most questions to the exchange for one page: orders that a filter leaves out are looked at too. */
const questionsMax = 4;

/** A row, and the instrument that it is of; undefined where it names none. */
export interface FoundRow<Row> {
  readonly row: Row;
  readonly instrument: Instrument | undefined;
}

export interface FoundAccount {
  readonly row: AccountRow;
  readonly mode: ModeRow | undefined;
}

export interface OrdersFilter {
  readonly symbol?: string;
  readonly side?: SideName;
  /** Only orders behind the one with this number. */
  readonly after?: number;
  readonly limit?: number;
}

export interface OrdersPage {
  readonly orders: readonly FoundRow<OrderRow>[];
  /** All that happened up to this seq is in it. */
  readonly seq: number;
  /** The number to go on behind; undefined at the end. */
  readonly next: number | undefined;
}

export interface PositionsOfAccount {
  readonly positions: readonly FoundRow<PositionRow>[];
  /** All that happened up to this seq is in them. */
  readonly seq: number;
}

export interface FillsOfAccount {
  readonly orderId?: number;
  readonly symbol?: string;
  readonly fromSeq?: number;
  readonly afterN?: number;
  readonly limit?: number;
}

export interface FillsPage {
  readonly fills: readonly FoundRow<FillRow>[];
  /** What the replica that answered had applied. */
  readonly seq: number;
  readonly rememberedFromSeq: number;
  /** Whether older fills were asked for than are remembered. */
  readonly hasGap: boolean;
  /** The place to go on from; undefined at the end. */
  readonly next: { readonly fromSeq: number; readonly afterN: number } | undefined;
}

/** In each call `accountId` is the account that the caller names; without one the first of its key is meant. */
export class AccountReads {
  readonly #link: ExchangeLink;
  readonly #instruments: InstrumentLookup;

  constructor(link: ExchangeLink, instruments: InstrumentLookup) {
    this.#link = link;
    this.#instruments = instruments;
  }

  /** Open orders by their numbers, the oldest first; a page can have fewer than `limit` and still a next one. */
  async openOrders(caller: Caller, accountId: number | undefined, filter: OrdersFilter): Promise<OrdersPage> {
    const owner = caller.readableAccountOf(accountId);
    const { symbol, side } = filter;
    const instrument = symbol === undefined ? undefined : await this.#instruments.bySymbol(symbol);
    const isMeant = (row: OrderRow): boolean =>
      (instrument === undefined || row.instrumentId === instrument.instrumentId) &&
      (side === undefined || row.side === side);
    const { rows, ...page } = await this.#openOrders(caller, owner, filter, isMeant);
    return { orders: await this.#found(rows), ...page };
  }

  /** Fills in the order in which they happened. */
  async fills(caller: Caller, accountId: number | undefined, filter: FillsOfAccount): Promise<FillsPage> {
    const owner = caller.readableAccountOf(accountId);
    const { symbol, limit = pageRowsDefault, ...place } = filter;
    const { fromSeq = 0 } = place;
    if (filter.afterN !== undefined && filter.fromSeq === undefined) {
      const text = '"afterN" is a place within `fromSeq`: send both, or neither.';
      throw new CoreError('invalidField', { field: 'afterN' }, text);
    }
    const named =
      symbol === undefined ? {} : { instrumentId: (await this.#instruments.bySymbol(symbol)).instrumentId };
    const found = await this.#link.query(
      caller.key.keyId,
      (exchange) => exchange.fills({ ...place, ...named, accountId: owner, limit }).catch(refuseAhead),
      'report',
    );
    const last = found.more ? found.fills.at(-1) : undefined;
    return {
      fills: await this.#found(found.fills),
      seq: found.appliedSeq,
      rememberedFromSeq: found.rememberedFromSeq,
      hasGap: Math.max(fromSeq, 1) < found.rememberedFromSeq,
      next: last && { fromSeq: last.seq, afterN: last.n },
    };
  }

  async positions(caller: Caller, accountId: number | undefined): Promise<PositionsOfAccount> {
    const owner = caller.readableAccountOf(accountId);
    const rows = await this.#link.query(caller.key.keyId, (exchange) => exchange.positions(owner), 'report');
    return { positions: await this.#found(rows), seq: rows.appliedSeq };
  }

  /** The account itself, with its limits, and its own mode; undefined where it is open. */
  async account(caller: Caller, accountId: number | undefined): Promise<FoundAccount> {
    const owner = caller.readableAccountOf(accountId);
    const [row, modes] = await this.#link.query(caller.key.keyId, (exchange) =>
      Promise.all([exchange.account(owner), exchange.modes({ accountId: owner })]),
    );
    if (row === undefined) throw new CoreError('unknownAccount');
    return { row, mode: modes.find(({ scope }) => scope === 'account') };
  }

  async #openOrders(
    caller: Caller,
    accountId: number,
    filter: OrdersFilter,
    isMeant: (row: OrderRow) => boolean,
  ): Promise<{ readonly rows: readonly OrderRow[] } & Pick<OrdersPage, 'seq' | 'next'>> {
    const { limit: rowsMax = pageRowsDefault } = filter;
    const isFiltered = filter.symbol !== undefined || filter.side !== undefined;
    const limit = isFiltered ? pageRowsMax : rowsMax;
    const rows: OrderRow[] = [];
    let { after = 0 } = filter;
    let seq = Number.MAX_SAFE_INTEGER;
    for (let n = 0; n < questionsMax && rows.length < rowsMax; n++) {
      const page = await this.#link.query(
        caller.key.keyId,
        (exchange) => exchange.openOrdersPage({ accountId, afterOrderId: after, limit }),
        'report',
      );
      // A replica that is asked later may be behind.
      seq = Math.min(seq, page.appliedSeq);
      for (const row of page.orders) {
        if (rows.length === rowsMax) return { rows, seq, next: after };
        after = row.orderId;
        if (isMeant(row)) rows.push(row);
      }
      if (page.nextAfter === undefined) return { rows, seq, next: undefined };
      // Not always the last order: the exchange also looks at orders that are being cancelled, and at other ids.
      after = page.nextAfter;
    }
    return { rows, seq, next: after };
  }

  async #found<Row extends { readonly instrumentId: number }>(
    rows: readonly Row[],
  ): Promise<readonly FoundRow<Row>[]> {
    const instruments = await this.#instruments.ofRows(rows);
    return rows.map((row, n) => ({ row, instrument: instruments[n] }));
  }
}

function refuseAhead(error: unknown): never {
  if (!(error instanceof ExecutionsAheadError)) throw error;
  const text = `"fromSeq" is ${error.fromSeq}, and the exchange is at seq ${error.appliedSeq}.`;
  throw new CoreError('aheadOfExchange', { field: 'fromSeq' }, text);
}
