/** What the operator may do: instruments, accounts, limits and the end of the day. */

import { traderAccountMax, traderInstrumentMax } from '../../protocol/canary.ts';
import {
  openOrdersPerAccountMax,
  openOrdersPerAccountStandard,
  priceDecimalsMax,
  quantityDecimalsMax,
  quantityLotsMax,
  symbolBytes,
} from '../../protocol/limits.ts';
import { u32Max } from '../../std/integers.ts';
import { integer, shape, word } from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import { operators } from '../admission/shares.ts';
import type { GatewayCore } from '../core.ts';
import { outcomeAnswer } from '../exchange/answers.ts';
import { type AddRoute, operatorOf, route } from './requests.ts';

const chosen = (what: string, max: number) =>
  integer(1, max, `Number of the ${what}, chosen by the operator; those above are the canary's.`);
const accountId = chosen('account', traderAccountMax);
const limits = {
  orderLotsMax: integer(0, quantityLotsMax, 'Largest order, in lots; 0 is the limit of the exchange.'),
  openOrdersMax: integer(
    0,
    openOrdersPerAccountMax,
    `Most open orders; 0 is ${openOrdersPerAccountStandard}.`,
  ),
  priceBandBasisPoints: integer(0, u32Max, 'Furthest price from the last trade, in 1/10,000; 0 is no band.'),
} as const;

const instrumentShape = shape(
  {
    instrumentId: chosen('instrument', traderInstrumentMax),
    symbol,
    priceDecimals: integer(0, priceDecimalsMax, 'Price = ticks / 10^priceDecimals.'),
    quantityDecimals: integer(0, quantityDecimalsMax, 'Quantity = lots / 10^quantityDecimals.'),
  },
  'instrumentId',
  'symbol',
  'priceDecimals',
  'quantityDecimals',
);
const newAccountShape = shape(
  { accountId, name: word(symbolBytes, 'Name of the account.'), ...limits },
  'accountId',
  'name',
);
const limitsShape = shape(limits, 'orderLotsMax', 'openOrdersMax', 'priceBandBasisPoints');
const accountParams = shape({ id: accountId }, 'id');

const createInstrument = route({
  method: 'POST',
  path: '/v1/operator/instruments',
  operationId: 'createInstrument',
  summary: 'Create an instrument',
  tag: 'operator',
  access: 'operator',
  answers: { 201: 'Done' },
  body: instrumentShape,
  examples: [{ instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8 }],
  handle: async (core, { body }, request) =>
    outcomeAnswer(await core.operator.createInstrument(operatorOf(request), body)),
});

const createAccount = route({
  method: 'POST',
  path: '/v1/operator/accounts',
  operationId: 'createAccount',
  summary: 'Create an account',
  description: 'A limit that is left out is 0.',
  tag: 'operator',
  access: 'operator',
  answers: { 201: 'Done' },
  body: newAccountShape,
  examples: [{ accountId: 7, name: 'alice', openOrdersMax: 1000 }],
  handle: async (core, { body }, request) =>
    outcomeAnswer(await core.operator.createAccount(operatorOf(request), body)),
});

const setLimits = route({
  method: 'PUT',
  path: '/v1/operator/accounts/:id/limits',
  operationId: 'setLimits',
  summary: 'Set all limits of an account',
  description: 'All are named, so that none goes because it was left out.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  params: accountParams,
  body: limitsShape,
  examples: [{ orderLotsMax: 0, openOrdersMax: 1000, priceBandBasisPoints: 500 }],
  handle: async (core, { params, body }, request) =>
    outcomeAnswer(await core.operator.setLimits(operatorOf(request), { accountId: params.id, ...body })),
});

const endDay = route({
  method: 'POST',
  path: '/v1/operator/end-of-day',
  operationId: 'endDay',
  summary: 'End the day: cancel all day orders of all accounts',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  handle: async (core, _input, request) => outcomeAnswer(await core.operator.endDay(operatorOf(request))),
});

const getHashes = route({
  method: 'GET',
  path: '/v1/operator/hashes',
  operationId: 'getHashes',
  summary: 'Ask each replica for the hash of its state',
  description: 'A replica walks its whole state to answer, so this is for the operator. No hash: no answer.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Hashes' },
  handle: async (core) => ({
    replicas: await Promise.all(
      core.settings.replicas.map(async ({ id }) => ({ id, ...(await hashesOf(core, id)) })),
    ),
  }),
});

export const operatorRoutes: readonly AddRoute[] = [
  createInstrument,
  createAccount,
  setLimits,
  endDay,
  getHashes,
];

/** The hashes of one replica's state; nothing where it does not answer. */
async function hashesOf(core: GatewayCore, replicaId: number): Promise<object> {
  try {
    const { appliedSeq, stateHash, economicHash } = await core.query(
      (exchange) => exchange.hashes({ from: replicaId }),
      operators,
    );
    return { appliedSeq, stateHash, economicHash };
  } catch (error) {
    if (error instanceof CoreError) return {};
    throw error;
  }
}
