/** Orders, positions and the account: what the holder of an API key may do. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readQuery, readShape, schemaOf, shape } from '../admission/fields.ts';
import {
  accountShape,
  admitOrder,
  admitReplacement,
  clientOrderId,
  isInTicksAndLots,
  massCancelShape,
  orderId,
  placeShape,
  replaceShape,
  type Units,
} from '../admission/orders.ts';
import type { RequestKind } from '../admission/shedding.ts';
import type { Exchange, OrderReference, Outcome } from '../exchange.ts';
import type { Service } from '../service.ts';
import { accountAnswer, orderAnswer, outcomeAnswer, positionAnswer } from './answers.ts';
import { accountOf, clientOrderIdOf } from './authentication.ts';
import { RequestError } from './errors.ts';
import { admitted, apiKeyOf, describe, pathValue, queryOf, signatureOf } from './requests.ts';

const orderParams = shape({ id: orderId }, 'id');
const clientParams = shape({ clientOrderId }, 'clientOrderId');
const accountQuery = schemaOf(accountShape);

/** The two ways to name an order in a path. */
const orderPaths = [
  { path: '/v1/orders/:id', params: schemaOf(orderParams), by: 'its number' },
  {
    path: '/v1/orders/by-client-id/:clientOrderId',
    params: schemaOf(clientParams),
    by: 'the id of the client',
  },
] as const;

export function addOrderRoutes(app: FastifyInstance, service: Service): void {
  const { instruments } = service.upstream;

  app.post(
    '/v1/orders',
    describe({
      summary: 'Place an order',
      description:
        'Send a clientOrderId of your own: the same id twice is the same order, whatever happened in between. ' +
        'Without one the gateway derives it from the signature, so that the same signed bytes are the same order; ' +
        'two such orders that are alike in every byte and in the millisecond of their timestamps count as one.',
      tag: 'orders',
      access: 'key',
      answers: { 201: 'Outcome', 200: 'Outcome' },
      body: schemaOf(placeShape),
    }),
    async (request, reply) => {
      const key = apiKeyOf(request);
      const body = admitted(readShape(placeShape, request.body));
      const accountId = accountOf(key, body.accountId);
      const units = instruments.bySymbol(body.symbol) ?? (await service.unitsOfSymbol(body.symbol));
      const order = admitted(admitOrder(body, units));
      const ownId = body.clientOrderId ?? clientOrderIdOf(key.keyId, signatureOf(request));
      const command = { ...order, accountId, clientOrderId: ownId };
      const outcome = await send(service, 'order', { accountId, clientOrderId: ownId }, (exchange) =>
        exchange.placeOrder(command),
      );
      instruments.rememberOrder(outcome.orderId, units.instrumentId);
      return answerOutcome(reply, outcome, units, outcome.repeated ? 200 : 201);
    },
  );

  app.delete(
    '/v1/orders',
    describe({
      summary: 'Cancel all open orders of an account',
      description: 'Of one instrument, or of one side, where the query says so.',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Done' },
      query: schemaOf(massCancelShape),
    }),
    async (request, reply) => {
      const query = admitted(readQuery(massCancelShape, queryOf(request)));
      const accountId = accountOf(apiKeyOf(request), query.accountId);
      const units = query.symbol === undefined ? undefined : await service.unitsOfSymbol(query.symbol);
      const outcome = await send(service, 'cancel', undefined, (exchange) =>
        exchange.massCancel({
          accountId,
          ...(units === undefined ? {} : { instrumentId: units.instrumentId }),
          ...(query.side === undefined ? {} : { side: query.side }),
        }),
      );
      return answerOutcome(reply, outcome, undefined, 200, false);
    },
  );

  app.get(
    '/v1/orders',
    describe({
      summary: 'List the open orders of an account',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Orders' },
      query: accountQuery,
    }),
    async (request) => {
      const accountId = accountIdOf(request);
      const rows = await service.query((exchange) => exchange.openOrders(accountId));
      return { orders: rows.map((row) => orderAnswer(row, instruments.byId(row.instrumentId))) };
    },
  );

  for (const { path, params, by } of orderPaths) {
    app.get(
      path,
      describe({
        summary: `Show an order by ${by}`,
        description:
          'Closed orders are remembered for a while, so this tells what became of an unknown outcome.',
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Order' },
        params,
        query: accountQuery,
      }),
      async (request) => {
        const reference = referenceOf(request, accountIdOf(request));
        const row = await service.query((exchange) => exchange.order(reference));
        if (row === undefined) throw new RequestError('unknownOrder');
        return orderAnswer(row, await service.unitsById(row.instrumentId));
      },
    );

    app.delete(
      path,
      describe({
        summary: `Cancel an order by ${by}`,
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Outcome' },
        params,
        query: accountQuery,
      }),
      async (request, reply) => {
        const reference = referenceOf(request, accountIdOf(request));
        const outcome = await send(service, 'cancel', reference, (exchange) =>
          exchange.cancelOrder(reference),
        );
        return answerOutcome(reply, outcome, await service.unitsOfOutcome(reference.accountId, outcome), 200);
      },
    );

    app.patch(
      path,
      describe({
        summary: `Replace price and quantity of an order by ${by}`,
        description: 'The quantity is the new whole one, the part that has traded included.',
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Outcome' },
        body: schemaOf(replaceShape),
        params,
      }),
      async (request, reply) => {
        const body = admitted(readShape(replaceShape, request.body));
        const reference = referenceOf(request, accountOf(apiKeyOf(request), body.accountId));
        const units = isInTicksAndLots(body) ? unitless : await service.unitsOfOrder(reference);
        const amounts = admitted(admitReplacement(body, units));
        const outcome = await send(service, 'order', reference, (exchange) =>
          exchange.replaceOrder({ ...reference, ...amounts }),
        );
        return answerOutcome(reply, outcome, await service.unitsOfOutcome(reference.accountId, outcome), 200);
      },
    );
  }

  app.get(
    '/v1/positions',
    describe({
      summary: 'Show the positions of an account',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Positions' },
      query: accountQuery,
    }),
    async (request) => {
      const accountId = accountIdOf(request);
      const rows = await service.query((exchange) => exchange.positions(accountId));
      return { positions: rows.map((row) => positionAnswer(row, instruments.byId(row.instrumentId))) };
    },
  );

  app.get(
    '/v1/account',
    describe({
      summary: 'Show an account and its limits',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Account' },
      query: accountQuery,
    }),
    async (request) => {
      const accountId = accountIdOf(request);
      const row = await service.query((exchange) => exchange.account(accountId));
      if (row === undefined) throw new RequestError('unknownAccount');
      return accountAnswer(row);
    },
  );
}

/** Stands for the instrument of a replacement that needs none. */
const unitless: Units = { instrumentId: 0, symbol: 'the instrument', priceDecimals: 0, quantityDecimals: 0 };

function accountIdOf(request: FastifyRequest): number {
  const { accountId } = admitted(readQuery(accountShape, queryOf(request)));
  return accountOf(apiKeyOf(request), accountId);
}

function referenceOf(request: FastifyRequest, accountId: number): OrderReference {
  const own = pathValue(request, 'clientOrderId');
  if (own !== '') return { accountId, ...admitted(readShape(clientParams, { clientOrderId: own })) };
  return { accountId, orderId: admitted(readQuery(orderParams, { id: pathValue(request, 'id') })).id };
}

/** Sends a command; where its outcome stays unknown the error says how to ask for the order. */
async function send(
  service: Service,
  kind: RequestKind,
  reference: OrderReference | undefined,
  command: (exchange: Exchange) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await service.upstream.run(kind, command);
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== 'outcomeUnknown') throw error;
    if (reference === undefined) throw new RequestError('outcomeUnknown', { ask: '/v1/orders' });
    const { accountId } = reference;
    if ('orderId' in reference) {
      throw new RequestError('outcomeUnknown', {
        ask: `/v1/orders/${reference.orderId}?accountId=${accountId}`,
      });
    }
    const own = reference.clientOrderId;
    const ask = `/v1/orders/by-client-id/${encodeURIComponent(own)}?accountId=${accountId}`;
    throw new RequestError('outcomeUnknown', { ask, clientOrderId: own });
  }
}

/** Answers with the outcome; a refusal of the exchange is thrown as an error that carries it. */
export function answerOutcome(
  reply: FastifyReply,
  outcome: Outcome,
  units: Units | undefined,
  status: number,
  isAboutOrder = true,
): object {
  const answer = outcomeAnswer(outcome, units, isAboutOrder);
  if (outcome.code !== 'ok') throw new RequestError(outcome.code, { outcome: answer });
  reply.status(status);
  return answer;
}
