/** What everybody may see: instruments, books, trades and who leads. */
import type { FastifyInstance } from 'fastify';
import { integer, readQuery, schemaOf, shape } from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import type { Service } from '../service.ts';
import { instrumentAnswer, tradeAnswer } from './answers.ts';
import { BookReads } from './book-reads.ts';
import { admitted, describe, pathValue, queryOf } from './requests.ts';

const levelsDefault = 20;
const levelsMax = 500;
const tradesDefault = 50;
const tradesMax = 500;

const bookShape = shape({
  levels: integer(1, levelsMax, `Price levels of each side; default ${levelsDefault}.`),
});
const tradesShape = shape({ limit: integer(1, tradesMax, `Most trades; default ${tradesDefault}.`) });
const noQuery = shape({});
const symbolParams = schemaOf(shape({ symbol }, 'symbol'));

export function addMarketRoutes(app: FastifyInstance, service: Service): void {
  const books = new BookReads(service.upstream);

  app.get(
    '/v1/instruments',
    describe({
      summary: 'List the instruments',
      tag: 'market',
      access: 'public',
      answers: { 200: 'Instruments' },
    }),
    async (request) => {
      admitted(readQuery(noQuery, queryOf(request)));
      const rows = await service.query((exchange) => exchange.instruments());
      for (const row of rows) service.upstream.instruments.add(row);
      return { instruments: rows.map(instrumentAnswer) };
    },
  );

  app.get(
    '/v1/instruments/:symbol/book',
    describe({
      summary: 'Show the order book',
      tag: 'market',
      access: 'public',
      answers: { 200: 'Book' },
      params: symbolParams,
      query: schemaOf(bookShape),
    }),
    async (request, reply) => {
      const { levels = levelsDefault } = admitted(readQuery(bookShape, queryOf(request)));
      const symbolText = pathValue(request, 'symbol');
      const units =
        service.upstream.instruments.bySymbol(symbolText) ?? (await service.unitsOfSymbol(symbolText));
      const text = await books.read(units, levels);
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );

  app.get(
    '/v1/instruments/:symbol/trades',
    describe({
      summary: 'List the last trades',
      tag: 'market',
      access: 'public',
      answers: { 200: 'Trades' },
      params: symbolParams,
      query: schemaOf(tradesShape),
    }),
    async (request) => {
      const { limit = tradesDefault } = admitted(readQuery(tradesShape, queryOf(request)));
      const units = await service.unitsOfSymbol(pathValue(request, 'symbol'));
      const rows = await service.query((exchange) => exchange.trades(units.instrumentId, limit));
      return { trades: rows.map((row) => tradeAnswer(row, units)) };
    },
  );

  app.get(
    '/v1/cluster',
    describe({
      summary: 'Show who leads',
      description:
        'As this gateway knows it. Orders are taken in mode "readWrite"; queries in "readOnly" too.',
      tag: 'state',
      access: 'public',
      answers: { 200: 'Cluster' },
    }),
    async (request) => {
      admitted(readQuery(noQuery, queryOf(request)));
      const { status } = service.upstream;
      const leadership = service.leadership();
      const isLed = leadership.leaderId !== 0;
      return {
        mode: status === undefined ? 'unreachable' : isLed ? 'readWrite' : 'readOnly',
        ...leadership,
        pressurePermille: status?.pressurePermille ?? 0,
        replicas: service.settings.replicas.map(({ id }) => ({ id, isLeader: id === leadership.leaderId })),
      };
    },
  );
}
