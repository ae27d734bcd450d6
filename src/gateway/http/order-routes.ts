/** Orders: what the holder of an API key may do. */
import type { FastifyInstance } from 'fastify';
import { shape } from '../admission/fields.ts';
import {
  accountShape,
  clientOrderId,
  massCancelShape,
  orderId,
  placeShape,
  replaceShape,
} from '../admission/orders.ts';
import type { GatewayCore } from '../core.ts';
import { orderAnswer, outcomeAnswer } from '../exchange/answers.ts';
import type { OrderId } from '../exchange/orders.ts';
import { addRoute, callerOf } from './requests.ts';

const orderParams = shape({ id: orderId }, 'id');
const clientParams = shape({ clientOrderId }, 'clientOrderId');

/** The two ways to name an order in a path. */
const orderPaths = [
  { path: '/v1/orders/:id', params: orderParams, by: 'its number', suffix: '' },
  {
    path: '/v1/orders/by-client-id/:clientOrderId',
    params: clientParams,
    by: 'the id of the client',
    suffix: 'ByClientId',
  },
] as const;

export function addOrderRoutes(app: FastifyInstance, core: GatewayCore): void {
  addRoute(
    app,
    {
      method: 'POST',
      path: '/v1/orders',
      operationId: 'placeOrder',
      summary: 'Place an order',
      description:
        'Send a `clientOrderId` of your own: then the same order can be sent again, and is answered with its first code ' +
        'and what it is by now (200, `repeated`); another order under that id is refused (409 `clientOrderIdTaken`). ' +
        'Without one the gateway derives it from the signature, and the same signed request again is refused (409 ' +
        '`repeatedRequest`): equal orders of one millisecond need a nonce each.',
      tag: 'orders',
      access: 'key',
      answers: { 201: 'Outcome', 200: 'Outcome' },
      query: accountShape,
      body: placeShape,
      examples: [{ symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5', clientOrderId: 'my-1' }],
    },
    async ({ query, body }, request, reply) => {
      const placed = await core.orders.place(callerOf(request), query.accountId, body);
      reply.status(placed.outcome.repeated ? 200 : 201);
      return outcomeAnswer(placed);
    },
  );

  addRoute(
    app,
    {
      method: 'DELETE',
      path: '/v1/orders',
      operationId: 'cancelOrders',
      summary: 'Cancel all open orders of an account',
      description: 'Of one instrument, or of one side, where the query says so.',
      tag: 'orders',
      access: 'key',
      answers: { 200: 'Done' },
      query: massCancelShape,
    },
    async ({ query }, request) =>
      outcomeAnswer(await core.orders.cancelAll(callerOf(request), query.accountId, query)),
  );

  for (const { path, params, by, suffix } of orderPaths) {
    addRoute(
      app,
      {
        method: 'GET',
        path,
        operationId: `getOrder${suffix}`,
        summary: `Show an order by ${by}`,
        description:
          'Closed orders are remembered for a while, so this tells what became of an unknown outcome.',
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Order' },
        params,
        query: accountShape,
      },
      async ({ params: named, query }, request) => {
        const found = await core.orders.find(callerOf(request), query.accountId, orderIdOf(named));
        return orderAnswer(found.row, found.instrument);
      },
    );

    addRoute(
      app,
      {
        method: 'DELETE',
        path,
        operationId: `cancelOrder${suffix}`,
        summary: `Cancel an order by ${by}`,
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Outcome' },
        params,
        query: accountShape,
      },
      async ({ params: named, query }, request) =>
        outcomeAnswer(await core.orders.cancel(callerOf(request), query.accountId, orderIdOf(named))),
    );

    addRoute(
      app,
      {
        method: 'PATCH',
        path,
        operationId: `replaceOrder${suffix}`,
        summary: `Replace price and quantity of an order by ${by}`,
        description:
          'The quantity is the new whole one, the part that has traded included. The order keeps its place in the queue ' +
          'if the price stays and the quantity does not grow; else it goes to the end, and may trade at once.',
        tag: 'orders',
        access: 'key',
        answers: { 200: 'Outcome' },
        query: accountShape,
        body: replaceShape,
        examples: [{ price: '236.40', quantity: '0.4' }],
        params,
      },
      async ({ params: named, query, body }, request) =>
        outcomeAnswer(await core.orders.replace(callerOf(request), query.accountId, orderIdOf(named), body)),
    );
  }
}

function orderIdOf(named: { readonly id: number } | { readonly clientOrderId: string }): OrderId {
  return 'id' in named ? { orderId: named.id } : named;
}
