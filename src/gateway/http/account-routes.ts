/** What the holder of an API key may ask about its accounts: open orders, fills, positions and limits. */
import { u32Max } from '../../std/integers.ts';
import { integer, shape } from '../admission/fields.ts';
import { accountShape, orderId, side, symbol } from '../admission/orders.ts';
import { pageRowsDefault, pageRowsMax } from '../exchange/accounts.ts';
import { accountAnswer, fillAnswer, orderAnswer, positionAnswer } from '../exchange/answers.ts';
import { type AddRoute, callerOf, route } from './requests.ts';

const { accountId } = accountShape.fields;
const limit = integer(1, pageRowsMax, `Most rows of the page; default ${pageRowsDefault}.`);
const ordersShape = shape({
  accountId,
  symbol,
  side,
  after: integer(0, Number.MAX_SAFE_INTEGER, 'Only orders behind the order with this number, as in `next`.'),
  limit,
});
const fillsShape = shape({
  accountId,
  orderId,
  symbol,
  fromSeq: integer(0, Number.MAX_SAFE_INTEGER, 'Only executions of this `seq` and later ones.'),
  afterN: integer(0, u32Max, 'Of the executions of `fromSeq` only those behind this `n`, as in `next`.'),
  limit,
});

const listOrders = route({
  method: 'GET',
  path: '/v1/orders',
  operationId: 'listOrders',
  load: 'report',
  summary: 'List the open orders of an account',
  description:
    'By their numbers, the oldest first. Where there are more, `next` is the path of the next page; a page can have ' +
    'fewer orders than `limit`, or none, and still have a `next`. Beside the stream: of an order what an execution says ' +
    'counts where its `seq` is above that of the page, else what the page says.',
  tag: 'orders',
  access: 'key',
  answers: { 200: 'Orders' },
  query: ordersShape,
  handle: async (core, { query }, request) => {
    const caller = callerOf(request);
    const owner = caller.accountOf(query.accountId);
    const { orders, seq, next: after } = await core.accounts.openOrders(caller, owner, query);
    const next =
      after === undefined ? {} : { next: pathOf('/v1/orders', { ...query, accountId: owner, after }) };
    return { orders: orders.map(orderAnswer), seq, ...next };
  },
});

const listFills = route({
  method: 'GET',
  path: '/v1/fills',
  operationId: 'listFills',
  load: 'report',
  summary: 'List the fills of an account',
  description:
    'In the order in which they happened. The exchange remembers the last million executions of all accounts, also ' +
    'across failovers, but a replica that started from a snapshot knows only those behind it; with `fromSeq` those that know more are ' +
    'asked, too. `rememberedFromSeq` says from which sequence number on all are known, and `gap` that older ones ' +
    'were asked for. Without `next` all fills up to `seq` are there.',
  tag: 'orders',
  access: 'key',
  answers: { 200: 'Fills' },
  query: fillsShape,
  handle: async (core, { query }, request) => {
    const caller = callerOf(request);
    const owner = caller.accountOf(query.accountId);
    const { fills, seq, rememberedFromSeq, hasGap, next } = await core.accounts.fills(caller, owner, query);
    return {
      fills: fills.map(fillAnswer),
      seq,
      rememberedFromSeq,
      gap: hasGap,
      ...(next === undefined
        ? {}
        : { next: pathOf('/v1/fills', { limit: pageRowsDefault, ...query, accountId: owner, ...next }) }),
    };
  },
});

const listPositions = route({
  method: 'GET',
  path: '/v1/positions',
  operationId: 'listPositions',
  load: 'report',
  summary: 'Show the positions of an account',
  tag: 'orders',
  access: 'key',
  answers: { 200: 'Positions' },
  query: accountShape,
  handle: async (core, { query }, request) => {
    const { positions, seq } = await core.accounts.positions(callerOf(request), query.accountId);
    return { positions: positions.map(positionAnswer), seq };
  },
});

const getAccount = route({
  method: 'GET',
  path: '/v1/account',
  operationId: 'getAccount',
  summary: 'Show an account, its limits and its mode',
  tag: 'orders',
  access: 'key',
  answers: { 200: 'Account' },
  query: accountShape,
  handle: async (core, { query }, request) =>
    accountAnswer(await core.accounts.account(callerOf(request), query.accountId)),
});

export const accountRoutes: readonly AddRoute[] = [listOrders, listFills, listPositions, getAccount];

/** A path with the parameters that are there. */
function pathOf(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `${path}?${query}`;
}
