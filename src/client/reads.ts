/**
 * The questions that a client can ask, with their rows in words. An answer that does not fit one message is fetched in
 * pages; its rows are then as of different moments, and `appliedSeq` is the earliest.
 */

import { DecodeCode, ReplyCode } from '../protocol/codes.ts';
import { events } from '../protocol/events.ts';
import { checkPrefix, TYPE_AT } from '../protocol/layout.ts';
import { noEvent, QueryKind, queryResult, rows as rowCatalog } from '../protocol/messages.ts';
import { placeRow } from '../protocol/place-rows.ts';
import { u32Max } from '../std/integers.ts';
import { chosen, integer, refuseUnread, requireObject } from './arguments.ts';
import { textOfReply } from './core/link.ts';
import type { QueryRequest, QueryTarget } from './core/pending-queries.ts';
import type { QueryFailure } from './core/ports.ts';
import type { Driver } from './driver.ts';
import { type OrderName, orderNameOnly } from './encode.ts';
import { ClosedError, InvalidArgumentError, type LockstepError, QueryFailedError } from './errors.ts';
import { earlierTrades, type Fills, furtherBack } from './fills.ts';
import { readRow } from './words.ts';

/** Rows of one answer, whatever the question: as many as fit a message is the replica's matter. */
const pageRowsMax = 0xffff;
/** Levels or trades that one question can be answered with: its rows come in one message. */
const countMax = 1_000;
const fillsLimit = 1_000;
const fillsLimitMax = 100_000;

export interface QueryOptions {
  /** What answers: the leader (default, freshest), one replica by its id, or any that is reachable. */
  readonly from?: QueryTarget | undefined;
}

/** Rows, and the sequence number as of which they were read: they hold the effect of all events up to it. */
export type Rows<Row> = readonly Row[] & { readonly appliedSeq: number };

/** The executions of an account that are asked for. */
export interface FillsFilter {
  readonly accountId: number;
  /** Only those of this order. */
  readonly orderId?: number | undefined;
  /** Only those in this instrument. */
  readonly instrumentId?: number | undefined;
  /** Those of this seq and later ones; default: all that are remembered. */
  readonly fromSeq?: number | undefined;
  /** Of `fromSeq` those after this `n`: with `seq` and `n` of the last fill one goes on behind it. */
  readonly afterN?: number | undefined;
  /** Most fills, 1 to 100,000; default 1,000. */
  readonly limit?: number | undefined;
}

/** All names of a {@link FillsFilter}. */
export const fillsNames = ['accountId', 'orderId', 'instrumentId', 'fromSeq', 'afterN', 'limit'] as const;

/** `afterN` is a place within `fromSeq`. */
export function requireSeq({ fromSeq, afterN }: Pick<FillsFilter, 'fromSeq' | 'afterN'>): void {
  if (afterN !== undefined && fromSeq === undefined)
    throw new InvalidArgumentError(
      'afterN',
      afterN,
      'left out where there is no fromSeq: it is a place within that',
    );
}

/** The open orders of an account that are asked for. */
export interface OpenOrdersFilter {
  readonly accountId: number;
  /** Orders behind this one; default: from the oldest on. */
  readonly afterOrderId?: number | undefined;
  /** Most orders, 1 to 1,000; an answer may have fewer though there are more. */
  readonly limit: number;
}

/** Orders by their number. */
export interface OpenOrders<Row> {
  readonly orders: readonly Row[];
  /** Whether there may be more behind these. */
  readonly more: boolean;
  /** Where there may be: the number to go on behind, also where this page has no orders. */
  readonly nextAfter: number | undefined;
  readonly appliedSeq: number;
}

/** The modes that are asked for beside that of the exchange. */
export interface ModesFilter {
  /** Also that of this account. */
  readonly accountId?: number | undefined;
  /** Of this instrument; default: of all that are not open. */
  readonly instrumentId?: number | undefined;
}

/** API keys by their number, each with its accounts. */
export interface KeysPage<Row> {
  readonly keys: readonly (Row & { readonly accountIds: readonly number[] })[];
  /** Asked for those after this change, nothing is missed. */
  readonly changes: number;
}

/** Entries of the audit trail. */
export interface AuditPage<Row> {
  readonly entries: readonly Row[];
  /** Whether there are more behind these. */
  readonly more: boolean;
  readonly appliedSeq: number;
}

interface Page {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** How far the replica has looked, where its rows do not say it. */
  readonly lookedUntil: number | undefined;
  readonly more: boolean;
  readonly appliedSeq: number;
}

interface Waiting {
  readonly what: string;
  resolve(page: Page | undefined): void;
  reject(error: LockstepError): void;
}

const noFilter = {
  rowsMax: pageRowsMax,
  accountId: 0,
  instrumentId: 0,
  clientOrderId: '',
  afterId: 0,
  afterSeq: 0,
  afterN: 0,
} as const;

export class Reads {
  readonly #driver: Driver;
  readonly #waiting = new Map<number, Waiting>();

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** The order; undefined when it is not known. */
  async order<Row>(name: OrderName, options?: QueryOptions): Promise<Row | undefined> {
    requireObject('name', name);
    const { accountId, orderId, clientOrderId } = orderNameOnly(name);
    const filter = { ...noFilter, accountId, clientOrderId, afterId: orderId, rowsMax: 1 };
    return this.#one({ ...filter, kind: QueryKind.order }, 'order', options);
  }

  async account<Row>(accountId: number, options?: QueryOptions): Promise<Row | undefined> {
    const filter = { ...noFilter, accountId: integer('accountId', accountId, 1, u32Max), rowsMax: 1 };
    return this.#one({ ...filter, kind: QueryKind.account }, 'account', options);
  }

  async hashes<Row>(options?: QueryOptions): Promise<Row> {
    const row = await this.#one<Row>({ ...noFilter, kind: QueryKind.hashes }, 'hashes', options);
    if (row === undefined) throw new QueryFailedError('The query `hashes` was answered without a row.');
    return row;
  }

  async openOrders<Row>(accountId: number, options?: QueryOptions): Promise<Rows<Row>> {
    const filter = { ...noFilter, accountId: integer('accountId', accountId, 1, u32Max) };
    return this.#all({ ...filter, kind: QueryKind.openOrders }, 'openOrders', 'orderId', options);
  }

  async openOrdersPage<Row>(filter: OpenOrdersFilter, options?: QueryOptions): Promise<OpenOrders<Row>> {
    requireObject('filter', filter);
    refuseUnread(filter, ['accountId', 'afterOrderId', 'limit']);
    const request = {
      ...noFilter,
      kind: QueryKind.openOrders,
      accountId: integer('accountId', filter.accountId, 1, u32Max),
      afterId: integer('afterOrderId', filter.afterOrderId ?? 0, 0, Number.MAX_SAFE_INTEGER),
      rowsMax: integer('limit', filter.limit, 1, countMax),
    };
    const page = await this.#ask(request, 'openOrders', options);
    if (page === undefined) throw notThere('openOrders', request);
    const { rows, more, appliedSeq } = page;
    return { orders: rows as readonly Row[], more, nextAfter: placeOf(page, 'orderId'), appliedSeq };
  }

  async positions<Row>(accountId: number, options?: QueryOptions): Promise<Rows<Row>> {
    const filter = { ...noFilter, accountId: integer('accountId', accountId, 1, u32Max) };
    return this.#all({ ...filter, kind: QueryKind.positions }, 'positions', 'instrumentId', options);
  }

  async instruments<Row>(options?: QueryOptions): Promise<Rows<Row>> {
    return this.#all({ ...noFilter, kind: QueryKind.instruments }, 'instruments', 'instrumentId', options);
  }

  async modes<Row>(filter: ModesFilter, options?: QueryOptions): Promise<Rows<Row>> {
    refuseUnread(filter, ['accountId', 'instrumentId']);
    const accountId = chosen('accountId', filter.accountId);
    const instrumentId = chosen('instrumentId', filter.instrumentId);
    const request = { ...noFilter, accountId, instrumentId, kind: QueryKind.modes };
    return this.#all(request, 'modes', 'instrumentId', options);
  }

  async book<Row>(instrumentId: number, levels: number, options?: QueryOptions): Promise<Rows<Row>> {
    // Half of the rows may be buys, half sells.
    const rowsMax = 2 * integer('levels', levels, 1, countMax);
    const filter = { ...noFilter, instrumentId: integer('instrumentId', instrumentId, 1, u32Max), rowsMax };
    return this.#all({ ...filter, kind: QueryKind.book }, 'book', undefined, options);
  }

  /** A replica that is named answers alone; where it remembers fewer than are wanted, others may know earlier ones. */
  async trades<Row extends { readonly seq: number; readonly tradeId: number }>(
    instrumentId: number,
    count: number,
    options?: QueryOptions,
  ): Promise<Rows<Row>> {
    const found = await this.#trades<Row>(instrumentId, count, options);
    if (found.length === count || typeof options?.from === 'number') return found;
    const rememberedFromSeq = await this.#rememberedFromSeq(options);
    if (rememberedFromSeq === 1) return found;
    return earlierTrades(found, {
      // Without an answer all before the first trade counts as forgotten.
      rememberedFromSeq: rememberedFromSeq ?? found[0]?.seq ?? found.appliedSeq + 1,
      count,
      others: this.#ofOthers((from) => this.#trades<Row>(instrumentId, count, { from })),
    });
  }

  async #trades<Row>(instrumentId: number, count: number, options?: QueryOptions): Promise<Rows<Row>> {
    const rowsMax = integer('count', count, 1, countMax);
    const filter = { ...noFilter, instrumentId: integer('instrumentId', instrumentId, 1, u32Max), rowsMax };
    return this.#all({ ...filter, kind: QueryKind.trades }, 'trades', undefined, options);
  }

  /** A replica that is named answers alone; else those that remember more from `fromSeq` on are asked, too. */
  async fills<Row extends { readonly seq: number }>(
    filter: FillsFilter,
    options?: QueryOptions,
  ): Promise<Fills<Row>> {
    const found = await this.#fills<Row>(filter, options);
    const { fromSeq, limit = fillsLimit } = filter;
    if (fromSeq === undefined || typeof options?.from === 'number') return found;
    const others = this.#ofOthers((from) => this.#fills<Row>(filter, { from }));
    return furtherBack(found, { fromSeq, limit, others });
  }

  /** A question to each of the replicas that do not lead. */
  #ofOthers<T>(ask: (replicaId: number) => Promise<T>): (() => Promise<T>)[] {
    const { links, bound } = this.#driver.session;
    return links
      .filter((link) => link.isReady && link !== bound)
      .map(
        ({ replicaId }) =>
          () =>
            ask(replicaId),
      );
  }

  /** From which seq on a replica knows all executions; undefined where it does not say so to this client. */
  async #rememberedFromSeq(options: QueryOptions | undefined): Promise<number | undefined> {
    try {
      // Of whose account is the same, and whether there is one: nothing of it is asked for.
      const filter = { accountId: 1, fromSeq: Number.MAX_SAFE_INTEGER, limit: 1 };
      return (await this.#fills(filter, options)).rememberedFromSeq;
    } catch (error) {
      if (error instanceof QueryFailedError) return undefined;
      throw error;
    }
  }

  async #fills<Row>(filter: FillsFilter, options: QueryOptions | undefined): Promise<Fills<Row>> {
    requireObject('filter', filter);
    refuseUnread(filter, fillsNames);
    requireSeq(filter);
    const limit = integer('limit', filter.limit ?? fillsLimit, 1, fillsLimitMax);
    const fromSeq = integer('fromSeq', filter.fromSeq ?? 0, 0, Number.MAX_SAFE_INTEGER);
    const afterN = integer('afterN', filter.afterN ?? noEvent, 0, noEvent);
    const request = {
      ...noFilter,
      kind: QueryKind.fills,
      accountId: integer('accountId', filter.accountId, 1, u32Max),
      instrumentId: chosen('instrumentId', filter.instrumentId),
      afterId: chosen('orderId', filter.orderId, Number.MAX_SAFE_INTEGER),
    };
    // Without `afterN` the first event of `fromSeq` is meant, too.
    let after = { afterSeq: filter.afterN === undefined ? Math.max(0, fromSeq - 1) : fromSeq, afterN };
    const fills: Row[] = [];
    // Another replica may answer each page, and remember less than the replica before.
    let rememberedFromSeq = 1;
    for (;;) {
      const rowsMax = Math.min(pageRowsMax, limit - fills.length);
      const page = await this.#ask({ ...request, ...after, rowsMax }, 'fills', options);
      if (page === undefined) throw notThere('fills', request);
      const [scope, ...rows] = page.rows;
      if (scope === undefined) throw failed('fills', 'the answer is malformed');
      fills.push(...(rows as Row[]));
      const { untilSeq, untilN, ...memory } = scope as Readonly<Record<string, number>>;
      rememberedFromSeq = Math.max(rememberedFromSeq, memory['rememberedFromSeq']!);
      if (!page.more || fills.length >= limit)
        return { fills, more: page.more, rememberedFromSeq, appliedSeq: page.appliedSeq };
      after = { afterSeq: untilSeq!, afterN: untilN! };
    }
  }

  async audit<Row>(afterNumber: number, options?: QueryOptions): Promise<AuditPage<Row>> {
    const afterId = integer('afterNumber', afterNumber, 0, Number.MAX_SAFE_INTEGER);
    const request = { ...noFilter, kind: QueryKind.audit, afterId };
    const page = await this.#ask(request, 'audit', options);
    if (page === undefined) throw notThere('audit', request);
    return { entries: page.rows as readonly Row[], more: page.more, appliedSeq: page.appliedSeq };
  }

  async keys<Row>(afterChange: number, options?: QueryOptions): Promise<KeysPage<Row>> {
    let changes = integer('afterChange', afterChange, 0, Number.MAX_SAFE_INTEGER);
    // A key that changes while pages are read comes again, on a later one.
    const keys = new Map<number, Record<string, unknown> & { readonly accountIds: number[] }>();
    for (let isLast = false; !isLast; ) {
      const request = { ...noFilter, kind: QueryKind.keys, afterSeq: changes };
      const page = await this.#ask(request, 'keys', options);
      if (page === undefined) throw notThere('keys', request);
      let accountIds: number[] = [];
      for (const row of page.rows) {
        if (row['keyNumber'] === undefined) {
          accountIds.push(row['accountId'] as number);
          continue;
        }
        accountIds = [];
        keys.set(row['keyNumber'] as number, { ...row, accountIds });
        changes = row['change'] as number;
      }
      isLast = !page.more || page.rows.length === 0;
    }
    const byNumber = [...keys].sort(([a], [b]) => a - b).map(([, key]) => key);
    return { keys: byNumber as unknown as KeysPage<Row>['keys'], changes };
  }

  /** The session has an answer. */
  answered(requestId: number, view: DataView, at: number): void {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    this.#waiting.delete(requestId);
    const page = readPage(view, at);
    if (page === undefined) waiting.reject(failed(waiting.what, 'the answer is malformed'));
    else waiting.resolve(page);
  }

  /** The session has no answer. */
  failed(requestId: number, why: QueryFailure): void {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    this.#waiting.delete(requestId);
    if (why === ReplyCode.unknownSubject) waiting.resolve(undefined);
    else if (why === 'closed')
      waiting.reject(new ClosedError('The client was closed before the query was answered.'));
    else if (why === 'timeout')
      waiting.reject(failed(waiting.what, 'no replica answered in time. Try again'));
    else waiting.reject(failed(waiting.what, textOfReply(why)));
  }

  async #one<Row>(
    request: QueryRequest,
    what: string,
    options: QueryOptions | undefined,
  ): Promise<Row | undefined> {
    const page = await this.#ask(request, what, options);
    return page?.rows[0] as Row | undefined;
  }

  /** All rows, page by page; `idField` names the field of a row after which the next page begins. */
  async #all<Row>(
    request: QueryRequest,
    what: string,
    idField: string | undefined,
    options: QueryOptions | undefined,
  ): Promise<Rows<Row>> {
    const rows: unknown[] = [];
    let appliedSeq = Number.MAX_SAFE_INTEGER;
    let afterId = 0;
    for (let isLast = false; !isLast; ) {
      const page = await this.#ask({ ...request, afterId }, what, options);
      if (page === undefined) throw notThere(what, request);
      rows.push(...page.rows);
      // Another replica may answer each page.
      appliedSeq = Math.min(appliedSeq, page.appliedSeq);
      const next = idField === undefined ? undefined : placeOf(page, idField);
      isLast = next === undefined;
      if (next !== undefined) afterId = next;
    }
    return Object.assign(rows, { appliedSeq }) as unknown as Rows<Row>;
  }

  #ask(request: QueryRequest, what: string, options: QueryOptions | undefined): Promise<Page | undefined> {
    return new Promise((resolve, reject) => {
      refuseUnread(options, ['from']);
      const { session } = this.#driver;
      if (session.isOver) throw new ClosedError();
      const target = options?.from ?? 'leader';
      const isKnown = session.links.some((link) => link.replicaId === target);
      if (target !== 'leader' && target !== 'any' && !isKnown) {
        throw failed(what, `replica ${target} is not among the configured ones`);
      }
      const requestId = session.query(request, target, this.#driver.nowUs());
      if (requestId === 0)
        throw failed(what, 'too many queries wait for their answers. Wait for some of them');
      this.#waiting.set(requestId, { what, resolve, reject });
      this.#driver.flushSoon();
    });
  }
}

/** The id behind which the next page begins; undefined after the last page. */
function placeOf({ rows, more, lookedUntil }: Page, idField: string): number | undefined {
  return more ? (lookedUntil ?? (rows.at(-1)?.[idField] as number | undefined)) : undefined;
}

function failed(what: string, why: string): QueryFailedError {
  return new QueryFailedError(`The query \`${what}\` failed: ${why}${why.endsWith('.') ? '' : '.'}`);
}

/** What was asked about is not there. */
function notThere(what: string, { instrumentId }: Pick<QueryRequest, 'instrumentId'>): QueryFailedError {
  const why = `The query \`${what}\` failed: ${textOfReply(ReplyCode.unknownSubject)}`;
  return new QueryFailedError(instrumentId === 0 ? why : `There is no instrument ${instrumentId}.`, true);
}

/** The rows that trail a queryResult; undefined when they are malformed. */
function readPage(view: DataView, at: number): Page | undefined {
  const { rowCount, more, appliedSeq } = queryResult.read(view, at);
  const end = at + view.getUint16(at, true);
  const rows: Readonly<Record<string, unknown>>[] = [];
  let lookedUntil: number | undefined;
  let rowAt = at + queryResult.size;
  for (let n = 0; n < rowCount; n++) {
    const available = end - rowAt;
    if (checkPrefix(view, rowAt, available) !== DecodeCode.ok) return undefined;
    const isGood =
      rowCatalog.check(view, rowAt, available) === DecodeCode.ok ||
      events.check(view, rowAt, available) === DecodeCode.ok;
    if (!isGood) return undefined;
    if (view.getUint8(rowAt + TYPE_AT) === placeRow.type) ({ lookedUntil } = placeRow.read(view, rowAt));
    else rows.push(readRow(view, rowAt));
    rowAt += view.getUint16(rowAt, true);
  }
  return { rows, lookedUntil, more: more === 1, appliedSeq };
}
