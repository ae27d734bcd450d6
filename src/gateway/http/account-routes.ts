/** What the holder of an API key may ask about its accounts: open orders, fills, positions and limits. */
import type { FastifyInstance } from 'fastify';
import { integer, shape } from '../admission/fields.ts';
import { accountShape, orderId, side, symbol } from '../admission/orders.ts';
import type { GatewayCore } from '../core.ts';
import { accountAnswer, fillAnswer, orderAnswer, positionAnswer } from '../exchange/answers.ts';
import type { OrderRow } from '../ports.ts';
import { HttpError } from './errors.ts';
import { addRoute, callerOf } from './requests.ts';

const limitDefault = 100;
const limitMax = 500;
/** Most questions to the exchange for one page: orders that a filter leaves out are looked at too. */
const questionsMax = 4;

const { accountId } = accountShape.fields;
const limit = integer(1, limitMax, `Most rows of the page; default ${limitDefault}.`);
const ordersShape = shape({
  accountId,
  symbol,
  side,
  after: integer(0, Number.MAX_SAFE_INTEGER, 'Only orders behind the one with this number, as in `next`.'),
  limit,
});
const fillsShape = shape({
  accountId,
  orderId,
  symbol,
  fromSeq: integer(0, Number.MAX_SAFE_INTEGER, 'Only executions of this `seq` and later ones.'),
  afterN: integer(0, 0xffff_ffff, 'Of those of `fromSeq` only the ones behind this `n`, as in `next`.'),
  limit,
});

export function addAccountRoutes(app: FastifyInstance, core: GatewayCore): void {
  addRoute(
    app,
    {
      method: 'GET',
      path: '/v1/orders',
      operationId: 'listOrders',
      summary: 'List the open orders of an account',
      description:
        'By their numbers, the oldest first. Where there are more, `next` is the path of the next page; a page can have ' +
        'fewer orders than `limit`, or none, and still have a `next`.',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Orders' },
      query: ordersShape,
    },
    async ({ query }, request) => {
      const filter = { ...query, accountId: callerOf(request).accountOf(query.accountId) };
      const instrumentId =
        query.symbol === undefined ? 0 : (await core.instruments.bySymbol(query.symbol)).instrumentId;
      const isMeant = (row: OrderRow): boolean =>
        (instrumentId === 0 || row.instrumentId === instrumentId) &&
        (query.side === undefined || row.side === query.side);
      const { rows, after } = await openOrders(core, filter, isMeant);
      const instruments = await core.instruments.ofRows(rows);
      const orders = rows.map((row, n) => orderAnswer(row, instruments[n]));
      return { orders, ...(after === 0 ? {} : { next: pathOf('/v1/orders', { ...filter, after }) }) };
    },
  );

  addRoute(
    app,
    {
      method: 'GET',
      path: '/v1/fills',
      operationId: 'listFills',
      summary: 'List the fills of an account',
      description:
        'In the order in which they happened. The exchange remembers the last million executions of all accounts, also ' +
        'across failovers, but a replica that started from a snapshot knows only those behind it: `rememberedFromSeq` ' +
        'says from which sequence number on all are known, and `gap` that older ones were asked for. Without `next` all ' +
        'fills up to `seq` are there.',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Fills' },
      query: fillsShape,
    },
    async ({ query }, request) => {
      if (query.afterN !== undefined && query.fromSeq === undefined) {
        const text = '"afterN" is a place within `fromSeq`: send both, or neither.';
        throw new HttpError('invalidField', { field: 'afterN' }, text);
      }
      const { symbol: name, fromSeq = 0, limit: rowsMax = limitDefault, ...rest } = query;
      const filter = {
        ...rest,
        fromSeq,
        limit: rowsMax,
        accountId: callerOf(request).accountOf(query.accountId),
      };
      const instrument =
        name === undefined ? {} : { instrumentId: (await core.instruments.bySymbol(name)).instrumentId };
      const found = await core.query((exchange) => exchange.fills({ ...filter, ...instrument }));
      const instruments = await core.instruments.ofRows(found.fills);
      const last = found.fills.at(-1);
      const { more, rememberedFromSeq, appliedSeq } = found;
      const next =
        more && last !== undefined
          ? { next: pathOf('/v1/fills', { ...filter, symbol: name, fromSeq: last.seq, afterN: last.n }) }
          : {};
      return {
        fills: found.fills.map((row, n) => fillAnswer(row, instruments[n])),
        seq: appliedSeq,
        rememberedFromSeq,
        gap: Math.max(fromSeq, 1) < rememberedFromSeq,
        ...next,
      };
    },
  );

  addRoute(
    app,
    {
      method: 'GET',
      path: '/v1/positions',
      operationId: 'listPositions',
      summary: 'Show the positions of an account',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Positions' },
      query: accountShape,
    },
    async ({ query }, request) => {
      const id = callerOf(request).accountOf(query.accountId);
      const rows = await core.query((exchange) => exchange.positions(id));
      const instruments = await core.instruments.ofRows(rows);
      return { positions: rows.map((row, n) => positionAnswer(row, instruments[n])) };
    },
  );

  addRoute(
    app,
    {
      method: 'GET',
      path: '/v1/account',
      operationId: 'getAccount',
      summary: 'Show an account and its limits',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Account' },
      query: accountShape,
    },
    async ({ query }, request) => {
      const id = callerOf(request).accountOf(query.accountId);
      const row = await core.query((exchange) => exchange.account(id));
      if (row === undefined) throw new HttpError('unknownAccount');
      return accountAnswer(row);
    },
  );
}

interface OrdersFilter {
  readonly accountId: number;
  readonly symbol?: string;
  readonly side?: string;
  readonly after?: number;
  readonly limit?: number;
}

/** One page of the open orders that are meant, and the number to go on behind; 0 is the end. */
async function openOrders(
  core: GatewayCore,
  filter: OrdersFilter,
  isMeant: (row: OrderRow) => boolean,
): Promise<{ readonly rows: OrderRow[]; readonly after: number }> {
  const { accountId: owner, limit: rowsMax = limitDefault } = filter;
  const isFiltered = filter.symbol !== undefined || filter.side !== undefined;
  const perQuestion = isFiltered ? limitMax : rowsMax;
  const rows: OrderRow[] = [];
  let { after = 0 } = filter;
  for (let n = 0; n < questionsMax && rows.length < rowsMax; n++) {
    const page = await core.query((exchange) =>
      exchange.openOrdersPage({ accountId: owner, afterOrderId: after, limit: perQuestion }),
    );
    for (const row of page.orders) {
      if (rows.length === rowsMax) return { rows, after };
      after = row.orderId;
      if (isMeant(row)) rows.push(row);
    }
    if (!page.more) return { rows, after: 0 };
  }
  return { rows, after };
}

/** A path with the parameters that are there. */
function pathOf(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `${path}?${query}`;
}
