/** Orders: what the holder of an API key may do. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { clientOrderIdOf } from '../admission/authentication.ts';
import { shape } from '../admission/fields.ts';
import {
  accountShape,
  admitOrder,
  admitReplacement,
  clientOrderId,
  type Instrument,
  isInTicksAndLots,
  massCancelShape,
  orderId,
  placeShape,
  replaceShape,
} from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import type { RequestKind } from '../admission/shedding.ts';
import type { GatewayCore } from '../core.ts';
import { orderAnswer, outcomeAnswer } from '../exchange/answers.ts';
import type { Exchange, OrderReference, Outcome } from '../ports.ts';
import { HttpError } from './errors.ts';
import { accountIdOf, addRoute, admitted, apiKeyOf, signedWith, stampOf } from './requests.ts';

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
  const { instruments } = core.link;

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
      const { keyId } = apiKeyOf(request);
      const accountId = accountIdOf(request, query);
      const instrument = instruments.bySymbol(body.symbol) ?? (await core.instrumentOfSymbol(body.symbol));
      const order = admitted(admitOrder(body, instrument));
      const ownId = body.clientOrderId ?? clientOrderIdOf(keyId, signedWith(request).signature);
      const reference = { accountId, clientOrderId: ownId };
      const outcome = await send(core, 'order', reference, (exchange) =>
        exchange.placeOrder({ ...order, accountId, clientOrderId: ownId, request: stampOf(core, request) }),
      );
      if (outcome.code === 'clientOrderIdTaken') throw alreadyThere(outcome.code, reference, outcome);
      if (outcome.repeated) {
        if (body.clientOrderId === undefined) throw alreadyThere('repeatedRequest', reference, outcome);
        const found = await core.instrumentOfOutcome(accountId, outcome);
        return answerOutcome(reply, outcome, found, 200);
      }
      if (outcome.ok) instruments.rememberOrder(accountId, outcome.orderId, instrument.instrumentId);
      return answerOutcome(reply, outcome, instrument, 201);
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
    async ({ query }, request, reply) => {
      const accountId = accountIdOf(request, query);
      const instrument = query.symbol === undefined ? undefined : await core.instrumentOfSymbol(query.symbol);
      const outcome = await send(core, 'cancel', undefined, (exchange) =>
        exchange.massCancel({
          accountId,
          request: stampOf(core, request),
          ...(instrument === undefined ? {} : { instrumentId: instrument.instrumentId }),
          ...(query.side === undefined ? {} : { side: query.side }),
        }),
      );
      return answerOutcome(reply, outcome, undefined, 200, false);
    },
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
        const reference = referenceOf(accountIdOf(request, query), named);
        const row = await core.order(reference);
        return orderAnswer(row, await core.instrumentOfRow(row));
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
      async ({ params: named, query }, request, reply) => {
        const reference = referenceOf(accountIdOf(request, query), named);
        const outcome = await send(core, 'cancel', reference, (exchange) =>
          exchange.cancelOrder({ ...reference, request: stampOf(core, request) }),
        );
        return answerOutcome(
          reply,
          outcome,
          await core.instrumentOfOutcome(reference.accountId, outcome),
          200,
        );
      },
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
      async ({ params: named, query, body }, request, reply) => {
        const reference = referenceOf(accountIdOf(request, query), named);
        const { target, instrument } = isInTicksAndLots(body)
          ? { target: reference, instrument: unknownInstrument }
          : await targetOf(core, reference);
        const amounts = admitted(admitReplacement(body, instrument));
        const outcome = await send(core, 'order', target, (exchange) =>
          exchange.replaceOrder({ ...target, ...amounts, request: stampOf(core, request) }),
        );
        return answerOutcome(
          reply,
          outcome,
          await core.instrumentOfOutcome(reference.accountId, outcome),
          200,
        );
      },
    );
  }
}

/** Stands for the instrument of a replacement that needs none. */
const unknownInstrument: Instrument = {
  instrumentId: 0,
  symbol: 'the instrument',
  priceDecimals: 0,
  quantityDecimals: 0,
};

/**
 * The order to replace, and its instrument. It is named by its number from here on: a client order id could by then
 * mean an order in another instrument.
 */
async function targetOf(
  core: GatewayCore,
  reference: OrderReference,
): Promise<{ readonly target: OrderReference; readonly instrument: Instrument }> {
  const { accountId } = reference;
  if ('orderId' in reference) {
    const instrument = core.link.instruments.ofOrder(accountId, reference.orderId);
    if (instrument !== undefined) return { target: reference, instrument };
  }
  const { orderId, instrumentId } = await core.order(reference);
  if (instrumentId === 0) throw new HttpError('orderNotOpen');
  return { target: { accountId, orderId }, instrument: await core.instrumentById(instrumentId) };
}

function referenceOf(
  accountId: number,
  named: { readonly id: number } | { readonly clientOrderId: string },
): OrderReference {
  return 'id' in named ? { accountId, orderId: named.id } : { accountId, clientOrderId: named.clientOrderId };
}

/** Sends a command; where its outcome stays unknown, or it came before, the error says how to ask for the order. */
async function send(
  core: GatewayCore,
  kind: RequestKind,
  reference: OrderReference | undefined,
  command: (exchange: Exchange) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    const outcome = await core.link.run(kind, command);
    if (outcome.code !== 'repeatedRequest') return outcome;
  } catch (error) {
    if (!(error instanceof CoreError) || error.code !== 'outcomeUnknown') throw error;
    const ask = askFor(reference);
    if (reference === undefined || !('clientOrderId' in reference)) throw new HttpError(error.code, { ask });
    throw new HttpError(error.code, { ask, clientOrderId: reference.clientOrderId });
  }
  throw new HttpError('repeatedRequest', { ask: askFor(reference) });
}

/** Where to ask for an order, or for all that are open. */
function askFor(reference: OrderReference | undefined): string {
  if (reference === undefined) return '/v1/orders';
  const { accountId } = reference;
  const name =
    'orderId' in reference
      ? String(reference.orderId)
      : `by-client-id/${encodeURIComponent(reference.clientOrderId)}`;
  return `/v1/orders/${name}?accountId=${accountId}`;
}

/** Nothing was placed: names the order that was placed before, and describes it as little as the request does. */
function alreadyThere(
  code: 'clientOrderIdTaken' | 'repeatedRequest',
  { accountId, clientOrderId: named }: { readonly accountId: number; readonly clientOrderId: string },
  { orderId: first }: Outcome,
): HttpError {
  const ask = askFor({ accountId, orderId: first });
  return new HttpError(code, { ask, orderId: first, clientOrderId: named });
}

/**
 * Answers with the outcome; a refusal of the exchange is thrown as an error that carries it. Of an order that is not
 * known nothing is said, so that one of another account looks like one that never was.
 */
export function answerOutcome(
  reply: FastifyReply,
  outcome: Outcome,
  instrument: Instrument | undefined,
  status: number,
  isAboutOrder = true,
): object {
  if (outcome.code === 'unknownOrder') throw new HttpError('unknownOrder');
  const answer = outcomeAnswer(outcome, instrument, isAboutOrder);
  if (outcome.code !== 'ok') throw new HttpError(outcome.code, { outcome: answer });
  reply.status(status);
  return answer;
}
