/** Orders: what the holder of an API key may do. */
import { shape } from '../admission/fields.ts';
import {
  accountShape,
  clientOrderId,
  massCancelShape,
  orderId,
  placeShape,
  replaceShape,
} from '../admission/orders.ts';
import { orderAnswer, outcomeAnswer } from '../exchange/answers.ts';
import type { OrderId } from '../exchange/orders.ts';
import { type AddRoute, callerOf, route } from './requests.ts';

const placeOrder = route({
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
  handle: async (core, { query, body }, request, reply) => {
    const placed = await core.orders.place(callerOf(request), query.accountId, body);
    reply.status(placed.outcome.repeated ? 200 : 201);
    return outcomeAnswer(placed);
  },
});

const cancelOrders = route({
  method: 'DELETE',
  path: '/v1/orders',
  operationId: 'cancelOrders',
  summary: 'Cancel all open orders of an account',
  description: 'Of one instrument, or of one side, where the query says so.',
  tag: 'orders',
  access: 'key',
  answers: { 200: 'Done' },
  query: massCancelShape,
  handle: async (core, { query }, request) =>
    outcomeAnswer(await core.orders.cancelAll(callerOf(request), query.accountId, query)),
});

/** The two ways to name an order in a path. */
const byNumber = {
  path: '/v1/orders/:id',
  params: shape({ id: orderId }, 'id'),
  by: 'its number',
  suffix: '',
} as const;
const byClientId = {
  path: '/v1/orders/by-client-id/:clientOrderId',
  params: shape({ clientOrderId }, 'clientOrderId'),
  by: 'the id of the client',
  suffix: 'ByClientId',
} as const;
type Naming = typeof byNumber | typeof byClientId;

const getOrder = ({ path, params, by, suffix }: Naming): AddRoute =>
  route({
    method: 'GET',
    path,
    operationId: `getOrder${suffix}`,
    summary: `Show an order by ${by}`,
    description:
      'Closed orders are remembered for a while, so this answers how an order with an unknown outcome ended.',
    tag: 'orders',
    access: 'key',
    answers: { 200: 'Order' },
    params,
    query: accountShape,
    handle: async (core, { params: named, query }, request) =>
      orderAnswer(await core.orders.find(callerOf(request), query.accountId, orderIdOf(named))),
  });

const cancelOrder = ({ path, params, by, suffix }: Naming): AddRoute =>
  route({
    method: 'DELETE',
    path,
    operationId: `cancelOrder${suffix}`,
    summary: `Cancel an order by ${by}`,
    tag: 'orders',
    access: 'key',
    answers: { 200: 'Outcome' },
    params,
    query: accountShape,
    handle: async (core, { params: named, query }, request) =>
      outcomeAnswer(await core.orders.cancel(callerOf(request), query.accountId, orderIdOf(named))),
  });

const replaceOrder = ({ path, params, by, suffix }: Naming): AddRoute =>
  route({
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
    handle: async (core, { params: named, query, body }, request) =>
      outcomeAnswer(await core.orders.replace(callerOf(request), query.accountId, orderIdOf(named), body)),
  });

export const orderRoutes: readonly AddRoute[] = [
  placeOrder,
  cancelOrders,
  ...[byNumber, byClientId].flatMap((naming) => [
    getOrder(naming),
    cancelOrder(naming),
    replaceOrder(naming),
  ]),
];

function orderIdOf(named: { readonly id: number } | { readonly clientOrderId: string }): OrderId {
  return 'id' in named ? { orderId: named.id } : named;
}
