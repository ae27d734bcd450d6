/** What is open to all, without a key: instruments, books, trades and which replica leads. */
import { integer, shape } from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import type { GatewayCore } from '../core.ts';
import { instrumentAnswer } from '../exchange/answers.ts';
import { MarketReads } from './market-reads.ts';
import { getStatus } from './mode-routes.ts';
import { type AddRoute, route } from './requests.ts';

const levelsDefault = 20;
const levelsMax = 500;
const tradesDefault = 50;
const tradesMax = 500;

const bookShape = shape({
  levels: integer(1, levelsMax, `Price levels of each side; default ${levelsDefault}.`),
});
const tradesShape = shape({ limit: integer(1, tradesMax, `Most trades; default ${tradesDefault}.`) });
const symbolParams = shape({ symbol }, 'symbol');

const listInstruments = route({
  method: 'GET',
  path: '/v1/instruments',
  operationId: 'listInstruments',
  summary: 'List the instruments',
  tag: 'market',
  access: 'public',
  answers: { 200: 'Instruments' },
  handle: async (core) => ({ instruments: (await core.instruments.all()).map(instrumentAnswer) }),
});

const getBook = (reads: MarketReads): AddRoute =>
  route({
    method: 'GET',
    path: '/v1/instruments/:symbol/book',
    operationId: 'getBook',
    summary: 'Show the order book',
    tag: 'market',
    access: 'public',
    answers: { 200: 'Book' },
    params: symbolParams,
    query: bookShape,
    handle: async (core, { params, query }, _request, reply) => {
      const { levels = levelsDefault } = query;
      const text = await reads.book(await core.instruments.bySymbol(params.symbol), levels);
      return reply.type('application/json; charset=utf-8').send(text);
    },
  });

const listTrades = (reads: MarketReads): AddRoute =>
  route({
    method: 'GET',
    path: '/v1/instruments/:symbol/trades',
    operationId: 'listTrades',
    summary: 'List the last trades',
    description:
      'The oldest first. Replicas remember those of the last million executions of the exchange; one that started from ' +
      'a snapshot knows only those behind it, and the others are asked for what was before.',
    tag: 'market',
    access: 'public',
    answers: { 200: 'Trades' },
    params: symbolParams,
    query: tradesShape,
    handle: async (core, { params, query }, _request, reply) => {
      const { limit = tradesDefault } = query;
      const text = await reads.trades(await core.instruments.bySymbol(params.symbol), limit);
      return reply.type('application/json; charset=utf-8').send(text);
    },
  });

const getCluster = route({
  method: 'GET',
  path: '/v1/cluster',
  operationId: 'getCluster',
  summary: 'Show who leads',
  description:
    'As this gateway knows it. Orders are taken in mode "readWrite". In "readOnly" replicas answer and none leads; in ' +
    '"unreachable" this gateway reaches no replica, which says nothing about which replica leads.',
  tag: 'state',
  access: 'public',
  answers: { 200: 'Cluster' },
  handle: (core) => {
    const leadership = core.leadership();
    return {
      ...leadership,
      pressurePermille: core.status?.pressurePermille ?? 0,
      replicas: replicaIdsOf(core).map((id) => ({ id, isLeader: id === leadership.leaderId })),
    };
  },
});

const getTime = route({
  method: 'GET',
  path: '/v1/time',
  operationId: 'getTime',
  summary: 'Show the time of the gateway',
  description: 'Signed timestamps may be off by `timeWindowMs`, in both directions.',
  tag: 'state',
  access: 'public',
  answers: { 200: 'Time' },
  handle: (core, _input, _request, reply) => {
    reply.header('cache-control', 'no-store');
    return { timeMs: Date.now(), timeWindowMs: core.timeWindowMs };
  },
});

/** The members that the exchange has named to this gateway; before, those that it begins with. */
function replicaIdsOf({ status, settings }: GatewayCore): number[] {
  const ids = status?.connections.map(({ replicaId }) => replicaId) ?? settings.replicas.map(({ id }) => id);
  return ids.toSorted((a, b) => a - b);
}

export function marketRoutes(core: GatewayCore): readonly AddRoute[] {
  const reads = new MarketReads(core, core.limits.sameReadsPerSecondMax);
  return [listInstruments, getBook(reads), listTrades(reads), getStatus, getCluster, getTime];
}
