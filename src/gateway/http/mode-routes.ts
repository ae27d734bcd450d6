/** Modes: what the exchange, its instruments and accounts take; and the kill switch of an account. */

import { traderAccountMax } from '../../protocol/canary.ts';
import { namesOf } from '../../protocol/layout.ts';
import { modeReasonBytes } from '../../protocol/limits.ts';
import { Mode } from '../../protocol/mode-commands.ts';
import { u32Max } from '../../std/integers.ts';
import { integer, oneOf, shape, textLine } from '../admission/fields.ts';
import { symbol } from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import { modeAnswer, outcomeAnswer } from '../exchange/answers.ts';
import { type AddRoute, operatorOf, route } from './requests.ts';

const account = integer(1, traderAccountMax, 'Number of the account.');
const reason = textLine(modeReasonBytes, 'Why; traders see it in refusals, on the stream and in the status.');
const modeShape = shape(
  {
    mode: oneOf(
      namesOf(Mode),
      '"cancelOnly" refuses orders and replacements, "readOnly" and "halted" also cancels; while the exchange is "halted" its day does not end.',
    ),
    symbol,
    accountId: account,
    reason,
    openAfterMs: integer(0, u32Max, "Opens after so long of the exchange's time; 0 or nothing is never."),
  },
  'mode',
);

const setMode = route({
  method: 'PUT',
  path: '/v1/operator/mode',
  operationId: 'setMode',
  summary: 'Set what an instrument, an account or the whole exchange takes',
  description:
    'With `symbol` of an instrument, with `accountId` of an account, with neither of the exchange. It holds from its ' +
    'sequence number on. Orders that wait stay in their books.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  body: modeShape,
  examples: [{ mode: 'cancelOnly', symbol: 'BTC-USD', reason: 'auction follows', openAfterMs: 60_000 }],
  handle: async (core, { body }, request) => {
    const { symbol: named, accountId, mode, reason: why, openAfterMs = 0 } = body;
    if (named !== undefined && accountId !== undefined)
      throw new CoreError(
        'invalidField',
        { field: 'accountId' },
        'Name an instrument or an account, not both.',
      );
    if (mode === 'open' && openAfterMs > 0)
      throw new CoreError('invalidField', { field: 'openAfterMs' }, 'What is open does not open later.');
    const instrument = named === undefined ? undefined : await core.instruments.bySymbol(named);
    const of = { instrumentId: instrument?.instrumentId, accountId };
    return outcomeAnswer(
      await core.operator.setMode(operatorOf(request), { mode, ...of, reason: why, openAfterMs }),
    );
  },
});

const killAccount = route({
  method: 'POST',
  path: '/v1/operator/accounts/:id/kill',
  operationId: 'killAccount',
  summary: 'Halt an account and cancel all its open orders',
  description:
    'From its sequence number on none of its orders trades and it can send none; `count` says how many there were. The ' +
    'orders leave their books in portions. PUT /v1/operator/mode opens the account again.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'Done' },
  params: shape({ id: account }, 'id'),
  body: shape({ reason }),
  examples: [{ reason: 'runs wild' }],
  handle: async (core, { params, body }, request) =>
    outcomeAnswer(await core.operator.killAccount(operatorOf(request), { accountId: params.id, ...body })),
});

export const modeRoutes: readonly AddRoute[] = [setMode, killAccount];

/** What the exchange takes now. */
export const getStatus = route({
  method: 'GET',
  path: '/v1/status',
  operationId: 'getStatus',
  summary: 'Show what the exchange takes',
  description: 'The mode of the exchange, and the instruments that are in another mode than "open".',
  tag: 'market',
  access: 'public',
  answers: { 200: 'Status' },
  handle: async (core) => {
    const rows = await core.query((exchange) => exchange.modes());
    const instruments = await core.instruments.ofRows(rows);
    const [exchange, ...others] = rows.map((row, n) => modeAnswer(row, instruments[n]));
    return { seq: rows.appliedSeq, exchange, instruments: others };
  },
});
