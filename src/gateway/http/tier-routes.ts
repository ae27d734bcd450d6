/** Tiers of accounts: how many orders an account of each may send in a second and in a day. */

import { traderAccountMax } from '../../protocol/canary.ts';
import { symbolBytes, tiersMax } from '../../protocol/limits.ts';
import { u32Max } from '../../std/integers.ts';
import { integer, shape, word } from '../admission/fields.ts';
import { outcomeAnswer } from '../exchange/answers.ts';
import { type AddRoute, operatorOf, route } from './requests.ts';

const tier = integer(0, tiersMax - 1, 'Number of the tier; 0 is that of accounts that were given none.');
const quota = (time: string) =>
  integer(
    0,
    u32Max,
    `Most orders and replacements of one account in one ${time} of the exchange's time; 0 is no quota.`,
  );

const tierParams = shape({ tier }, 'tier');
const quotasShape = shape(
  {
    name: word(symbolBytes, 'Name of the tier.'),
    ordersPerSecondMax: quota('second'),
    ordersPerDayMax: quota('day (UTC)'),
  },
  'name',
  'ordersPerSecondMax',
  'ordersPerDayMax',
);
const accountParams = shape({ id: integer(1, traderAccountMax, 'Number of the account.') }, 'id');
const assignmentShape = shape({ tier }, 'tier');

const setTier = route({
  method: 'PUT',
  path: '/v1/operator/tiers/:tier',
  operationId: 'setTier',
  summary: 'Set the quotas of a tier of accounts',
  description:
    'Counted by the exchange itself, so they hold through all gateways together. Repeats and cancels do not count.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  params: tierParams,
  body: quotasShape,
  examples: [{ name: 'pro', ordersPerSecondMax: 100, ordersPerDayMax: 1_000_000 }],
  handle: async (core, { params, body }, request) =>
    outcomeAnswer(await core.operator.setTier(operatorOf(request), { tier: params.tier, ...body })),
});

const assignTier = route({
  method: 'PUT',
  path: '/v1/operator/accounts/:id/tier',
  operationId: 'assignTier',
  summary: 'Put an account into a tier',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  params: accountParams,
  body: assignmentShape,
  examples: [{ tier: 2 }],
  handle: async (core, { params, body }, request) =>
    outcomeAnswer(await core.operator.assignTier(operatorOf(request), { accountId: params.id, ...body })),
});

export const tierRoutes: readonly AddRoute[] = [setTier, assignTier];
