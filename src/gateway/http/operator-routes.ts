/** What the operator may do: instruments, accounts, limits and the end of the day. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openOrdersPerAccountMax, quantityLotsMax, symbolBytes } from '../../protocol/limits.ts';
import { integer, shape, word } from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import type { GatewayCore } from '../core.ts';
import type { Exchange, Outcome } from '../ports.ts';
import { answerOutcome } from './order-routes.ts';
import { addRoute, refuseGone } from './requests.ts';

const id = (what: string) => integer(1, 0xffff_ffff, `Number of the ${what}, chosen by the operator.`);
const limits = {
  orderLotsMax: integer(
    0,
    quantityLotsMax,
    'Largest order, in lots; 0 or nothing is the limit of the exchange.',
  ),
  openOrdersMax: integer(0, openOrdersPerAccountMax, 'Most open orders; 0 or nothing is 65,536.'),
  priceBandBasisPoints: integer(
    0,
    0xffff_ffff,
    'Furthest price from the last trade, in 1/10,000; 0 or nothing is no band.',
  ),
} as const;

const instrumentShape = shape(
  {
    instrumentId: id('instrument'),
    symbol,
    priceDecimals: integer(0, 9, 'Price = ticks / 10^priceDecimals.'),
    quantityDecimals: integer(0, 12, 'Quantity = lots / 10^quantityDecimals.'),
  },
  'instrumentId',
  'symbol',
  'priceDecimals',
  'quantityDecimals',
);
const newAccountShape = shape(
  { accountId: id('account'), name: word(symbolBytes, 'Name of the account.'), ...limits },
  'accountId',
  'name',
);
const limitsShape = shape(limits);
const accountParams = shape({ id: id('account') }, 'id');

export function addOperatorRoutes(app: FastifyInstance, core: GatewayCore): void {
  // Like cancels, the operator's few commands pass when the exchange is under pressure.
  const send = (
    request: FastifyRequest,
    command: (exchange: Exchange) => Promise<Outcome>,
  ): Promise<Outcome> =>
    core.link.run('cancel', (exchange) => {
      core.requireSame(request.era);
      refuseGone(request);
      core.refuseWaited();
      return command(exchange);
    });

  addRoute(
    app,
    {
      method: 'POST',
      path: '/v1/operator/instruments',
      operationId: 'createInstrument',
      summary: 'Create an instrument',
      tag: 'operator',
      access: 'operator',
      answers: { 201: 'Done' },
      body: instrumentShape,
      examples: [{ instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8 }],
    },
    async ({ body }, request, reply) => {
      const outcome = await send(request, (exchange) => exchange.createInstrument(body));
      if (outcome.ok) core.link.instruments.add(body);
      return answerOutcome(reply, outcome, undefined, 201, false);
    },
  );

  addRoute(
    app,
    {
      method: 'POST',
      path: '/v1/operator/accounts',
      operationId: 'createAccount',
      summary: 'Create an account',
      tag: 'operator',
      access: 'operator',
      answers: { 201: 'Done' },
      body: newAccountShape,
      examples: [{ accountId: 7, name: 'alice', openOrdersMax: 1000 }],
    },
    async ({ body }, request, reply) => {
      const outcome = await send(request, (exchange) => exchange.createAccount(body));
      return answerOutcome(reply, outcome, undefined, 201, false);
    },
  );

  addRoute(
    app,
    {
      method: 'PUT',
      path: '/v1/operator/accounts/:id/limits',
      operationId: 'setLimits',
      summary: 'Set all limits of an account',
      tag: 'operator',
      access: 'operator',
      answers: { 200: 'Done' },
      params: accountParams,
      body: limitsShape,
      examples: [{ openOrdersMax: 1000, priceBandBasisPoints: 500 }],
    },
    async ({ params, body }, request, reply) => {
      const outcome = await send(request, (exchange) =>
        exchange.setLimits({ accountId: params.id, ...body }),
      );
      return answerOutcome(reply, outcome, undefined, 200, false);
    },
  );

  addRoute(
    app,
    {
      method: 'POST',
      path: '/v1/operator/end-of-day',
      operationId: 'endDay',
      summary: 'End the day: cancel all day orders of all accounts',
      tag: 'operator',
      access: 'operator',
      answers: { 200: 'Done' },
    },
    async (_input, request, reply) => {
      const outcome = await send(request, (exchange) => exchange.endDay());
      return answerOutcome(reply, outcome, undefined, 200, false);
    },
  );

  addRoute(
    app,
    {
      method: 'GET',
      path: '/v1/operator/hashes',
      operationId: 'getHashes',
      summary: 'Ask each replica for the hash of its state',
      description:
        'A replica walks its whole state to answer, so this is for the operator. No hash: no answer.',
      tag: 'operator',
      access: 'operator',
      answers: { 200: 'Hashes' },
    },
    async () => ({
      replicas: await Promise.all(
        core.settings.replicas.map(async ({ id }) => ({ id, ...(await hashesOf(core, id)) })),
      ),
    }),
  );
}

/** The hashes of one replica's state; nothing where it does not answer. */
async function hashesOf(core: GatewayCore, replicaId: number): Promise<object> {
  try {
    const { appliedSeq, stateHash, economicHash } = await core.query((exchange) =>
      exchange.hashes({ from: replicaId }),
    );
    return { appliedSeq, stateHash, economicHash };
  } catch (error) {
    if (error instanceof CoreError) return {};
    throw error;
  }
}
