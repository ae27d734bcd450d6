/** The published shapes of answers and errors, for OpenAPI. What is sent is described by the shapes of admission. */

import { clientOrderIdCharactersMax } from '../../protocol/client-order-ids.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { OrderType, Side, TimeInForce } from '../../protocol/commands.ts';
import { CancelReason, Liquidity, OrderStatus } from '../../protocol/events.ts';
import { namesOf } from '../../protocol/layout.ts';
import { openOrdersPerAccountStandard, symbolBytes } from '../../protocol/limits.ts';
import { auditExample, auditFields } from './audit-schemas.ts';
import { clusterReportExample, clusterReportFields } from './cluster-schemas.ts';
import { errorCodes, errorTable } from './errors.ts';
import { keyExample, keyFields, madeKeyFields } from './key-schemas.ts';
import { accountModeFields, statusExample, statusFields } from './mode-schemas.ts';
import { doneExample, fillExample, orderExample, outcomeExample, timeUs } from './schema-examples.ts';

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: 'string', description });
const count = (description: string): Schema => ({ type: 'integer', description });
const yes = (description: string): Schema => ({ type: 'boolean', description });
const words = (values: readonly string[], description: string): Schema => ({
  type: 'string',
  enum: values,
  description,
});
const listOf = (items: Schema): Schema => ({ type: 'array', items });
/** All properties are there, but for those named as optional. */
const object = (properties: Readonly<Record<string, Schema>>, ...optional: readonly string[]): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const reference = (name: string): Schema => ({ $ref: `${name}#` });

/** An amount under two names: decimal text, and a count of ticks or lots. */
function amount(name: string, unit: 'Ticks' | 'Lots', description: string): Readonly<Record<string, Schema>> {
  return {
    [name]: text(`${description}, as decimal text.`),
    [`${name}${unit}`]: count(`${description}, in ${unit.toLowerCase()}.`),
  };
}

const symbol = { type: 'string', maxLength: symbolBytes, description: 'Symbol of the instrument.' };
const clientOrderId = {
  type: 'string',
  maxLength: clientOrderIdCharactersMax,
  description: "The client's own id of the order.",
};
const side = words(namesOf(Side), 'Side.');
const status = words(namesOf(OrderStatus), 'State of the order.');
const outcomeCode = words(Object.keys(OutcomeCode), 'How it ended; "ok" is success.');
const orderId = count('Number that the exchange gave to the order.');
const sequence = {
  seq: count('Sequence number of the command.'),
  timeUs: count('Microseconds since 1970, as stamped by the leader.'),
};

const asOf = count('All that happened up to this sequence number is in it.');
const next = text('Path of the next page; left out on the last one.');
const traded = {
  filledValue: text('What has been traded: prices times quantities, summed up exactly, as decimal text.'),
  averagePrice: text(
    'filledValue / filled, with up to eight decimals beyond those of the price; left out before the first trade.',
  ),
};

const orderFields = {
  orderId,
  clientOrderId,
  accountId: count('Account of the order.'),
  symbol,
  side,
  type: words(namesOf(OrderType), 'Order type.'),
  timeInForce: words(namesOf(TimeInForce), 'How long it may wait.'),
  status,
  code: outcomeCode,
  cancelReason: words(
    namesOf(CancelReason),
    'Why it was cancelled; left out of other orders, and of one that a mass cancel has yet to take out of its book.',
  ),
  ...amount('price', 'Ticks', 'Limit price; left out of a market order'),
  ...amount('quantity', 'Lots', 'Whole quantity'),
  ...amount('filled', 'Lots', 'Quantity that has traded'),
  ...amount('remaining', 'Lots', 'Quantity that is open'),
  ...traded,
};
/** Left out where the order named an instrument that does not exist. */
const inUnits = ['symbol', 'quantity', 'filled', 'remaining', 'filledValue', 'averagePrice'] as const;
const order = object(orderFields, 'cancelReason', 'price', 'priceTicks', ...inUnits);

const levels: Schema = {
  type: 'array',
  description: 'Price levels, the best first: [price, quantity, orders].',
  items: {
    type: 'array',
    prefixItems: [text('Price.'), text('Quantity.'), count('Orders.')],
    items: false,
    minItems: 3,
    maxItems: 3,
  },
};

const epoch = count(
  'How often a generation of the exchange has begun: another site, a rebuild; 0 before a replica answered.',
);
const mode = words(
  ['readWrite', 'readOnly', 'unreachable'],
  'Orders and queries; replicas answer and none leads; or the gateway reaches no replica.',
);

const schemas = {
  Outcome: object(
    {
      ok: yes('Whether it was carried out.'),
      code: outcomeCode,
      ...sequence,
      orderId,
      clientOrderId,
      symbol,
      status,
      ...amount('filled', 'Lots', 'Quantity that had traded when the command was done'),
      ...amount('remaining', 'Lots', 'Quantity that was open when the command was done'),
      ...traded,
      repeated: yes(
        'The clientOrderId was used before for the same order: its first outcome, and what it is now.',
      ),
    },
    ...inUnits,
  ),
  Done: object({
    ok: yes('Whether it was carried out.'),
    code: outcomeCode,
    ...sequence,
    count: count('Orders that were cancelled.'),
  }),
  Order: order,
  Orders: object({ orders: listOf(order), seq: asOf, next }, 'next'),
  Fills: object(
    {
      fills: listOf(
        object({
          tradeId: count('Number of the trade.'),
          ...sequence,
          n: count('Place among the events of the command; `seq` and `n` name an execution.'),
          accountId: count('Account of the order.'),
          orderId,
          clientOrderId,
          symbol,
          side,
          liquidity: words(namesOf(Liquidity), 'Whether the order waited in the book, or met one that did.'),
          ...amount('price', 'Ticks', 'Price'),
          ...amount('quantity', 'Lots', 'Quantity'),
          ...amount('remaining', 'Lots', 'Quantity of the order that was open afterwards'),
        }),
      ),
      seq: count('The fills as of this sequence number.'),
      rememberedFromSeq: count('All executions from this sequence number on are known, and none before.'),
      gap: yes('Executions from before `rememberedFromSeq` were asked for, too.'),
      next,
    },
    'next',
  ),
  Positions: object({
    positions: listOf(
      object({
        symbol,
        ...amount('position', 'Lots', 'Bought minus sold'),
        ...amount('bought', 'Lots', 'Quantity bought, less what was taken off both: see `sold`'),
        ...amount(
          'sold',
          'Lots',
          'Quantity sold. Before it or what was bought passes 2^53 - 1 lots the smaller one is taken off both, so that the position stays exact',
        ),
      }),
    ),
    seq: asOf,
  }),
  Instruments: object({
    instruments: listOf(
      object(
        {
          instrumentId: count('Number of the instrument.'),
          symbol,
          priceDecimals: count('Price = ticks / 10^priceDecimals.'),
          quantityDecimals: count('Quantity = lots / 10^quantityDecimals.'),
          ...amount('lastPrice', 'Ticks', 'Price of the last trade; left out before the first'),
        },
        'lastPrice',
        'lastPriceTicks',
      ),
    ),
  }),
  Book: object({ symbol, seq: count('The book as of this sequence number.'), bids: levels, asks: levels }),
  Trades: object({
    trades: listOf(
      object({
        tradeId: count('Number of the trade.'),
        ...sequence,
        n: count('Place among the events of the command.'),
        symbol,
        aggressorSide: side,
        ...amount('price', 'Ticks', 'Price'),
        ...amount('quantity', 'Lots', 'Quantity'),
      }),
    ),
  }),
  Account: object({
    accountId: count('Number of the account.'),
    name: text('Name.'),
    openOrders: count('Open orders now.'),
    openOrdersMax: count(`Most open orders; 0 is ${openOrdersPerAccountStandard}.`),
    orderLotsMax: count('Largest order, in lots; 0 is the limit of the exchange.'),
    priceBandBasisPoints: count('Furthest price from the last trade, in 1/10,000; 0 is no band.'),
    tier: count('Its tier, which the quotas go by; 0 where it was given none.'),
    tierName: text('Name of the tier.'),
    ordersPerSecondMax: count(
      "Most orders and replacements in one second of the exchange's time; 0 is no quota.",
    ),
    ordersPerDayMax: count('Most of them in one day (UTC); 0 is no quota.'),
    ordersToday: count('Those of this day; counted while the tier has a quota.'),
    ...accountModeFields,
  }),
  Cluster: object(
    {
      mode,
      leaderId: count('The replica that leads; 0 is none.'),
      term: count('Its term.'),
      epoch,
      failovers: count('Failovers since the gateway connected, as far as it remembers.'),
      lastGapMs: {
        type: 'number',
        description: 'Milliseconds without acknowledgements in the last failover.',
      },
      pressurePermille: count("Fill of the leader's ring of waiting commands, in 1/1000."),
      replicas: listOf(object({ id: count('Replica.'), isLeader: yes('Whether it leads.') })),
    },
    'lastGapMs',
  ),
  Hashes: object({
    replicas: listOf(
      object(
        {
          id: count('Replica.'),
          appliedSeq: count('The state after this sequence number.'),
          stateHash: text('Hash of the whole state.'),
          economicHash: text('Hash of what matters to accounts: orders, trades, positions.'),
        },
        'appliedSeq',
        'stateHash',
        'economicHash',
      ),
    ),
  }),
  Status: object(statusFields),
  Key: object(keyFields, 'publicKey', 'programId'),
  MadeKey: object(madeKeyFields, 'publicKey', 'programId', 'secret'),
  Keys: object({ keys: listOf(object(keyFields, 'publicKey', 'programId')) }),
  ClusterReport: object(clusterReportFields),
  AuditTrail: object({
    entries: listOf(object(auditFields)),
    more: yes('Whether there are more behind these.'),
  }),
  Time: object({
    timeMs: count('Milliseconds since 1970, by the clock of the gateway.'),
    timeWindowMs: count('Furthest that the timestamp of a signed request may be from it.'),
  }),
  Health: object(
    {
      ok: yes('Whether all checks passed.'),
      checks: {
        type: 'object',
        description: 'What was checked, by name.',
        additionalProperties: object({ ok: yes('Whether it passed.'), found: text('What was found.') }),
      },
      leaderId: count('The replica that leads, where that was asked; 0 is none.'),
      term: count('Its term.'),
      epoch,
      mode,
    },
    'leaderId',
    'term',
    'epoch',
    'mode',
  ),
  Error: object({
    error: object(
      {
        code: words(errorCodes, errorCodes.map(codeLine).join('\n')),
        message: text('What happened.'),
        hint: text('What to do.'),
        field: text('The field that was refused.'),
        ask: text('Path at which the order is shown.'),
        clientOrderId,
        orderId: count('The order that was placed before.'),
        reason: text('Why the operator has set the mode that refuses it.'),
        opensAtMs: count('When it opens, in milliseconds since 1970; 0: that is not said.'),
        outcome: {
          anyOf: [reference('Outcome'), reference('Done')],
          description: 'What the exchange says of it, where it came so far.',
        },
      },
      'field',
      'ask',
      'clientOrderId',
      'orderId',
      'reason',
      'opensAtMs',
      'outcome',
    ),
  }),
} as const satisfies Readonly<Record<string, Schema>>;

type Name = keyof typeof schemas;

/** What each is an answer to, and how it looks. */
const texts: Readonly<Record<Name, { readonly description: string; readonly example: object }>> = {
  Outcome: {
    description: 'What became of the command, and of the order that it was about.',
    example: outcomeExample,
  },
  Done: { description: 'What became of the command.', example: { ...doneExample, count: 2 } },
  Order: { description: 'The order as it is now.', example: orderExample },
  Orders: {
    description: 'One page of the open orders.',
    example: { orders: [orderExample], seq: 91_417, next: '/v1/orders?accountId=7&limit=1&after=68022' },
  },
  Fills: {
    description: 'One page of the fills.',
    example: { fills: [fillExample], seq: 91_417, rememberedFromSeq: 1, gap: false },
  },
  Positions: {
    description: 'What each instrument was bought and sold.',
    example: {
      positions: [
        {
          symbol: 'BTC-USD',
          position: '0.30000000',
          positionLots: 30_000_000,
          bought: '0.30000000',
          boughtLots: 30_000_000,
          sold: '0.00000000',
          soldLots: 0,
        },
      ],
      seq: 91_417,
    },
  },
  Instruments: {
    description: 'All instruments.',
    example: {
      instruments: [
        {
          instrumentId: 1,
          symbol: 'BTC-USD',
          priceDecimals: 2,
          quantityDecimals: 8,
          lastPrice: '236.40',
          lastPriceTicks: 23_640,
        },
      ],
    },
  },
  Book: {
    description: 'The book, the best prices first.',
    example: {
      symbol: 'BTC-USD',
      seq: 91_417,
      bids: [['236.47', '0.20000000', 1]],
      asks: [['236.51', '1.00000000', 2]],
    },
  },
  Trades: {
    description: 'The last trades, the oldest first.',
    example: {
      trades: [
        {
          tradeId: 512,
          seq: 91_402,
          n: 2,
          timeUs,
          symbol: 'BTC-USD',
          aggressorSide: 'buy',
          price: '236.40',
          priceTicks: 23_640,
          quantity: '0.30000000',
          quantityLots: 30_000_000,
        },
      ],
    },
  },
  Account: {
    description: 'The account, its limits and its mode.',
    example: {
      accountId: 7,
      name: 'alice',
      openOrders: 1,
      openOrdersMax: 0,
      orderLotsMax: 0,
      priceBandBasisPoints: 500,
      tier: 2,
      tierName: 'pro',
      ordersPerSecondMax: 100,
      ordersPerDayMax: 1_000_000,
      ordersToday: 41,
      mode: 'open',
      modeReason: '',
      opensAtMs: 0,
    },
  },
  Cluster: {
    description: 'The replica that leads, as far as this gateway knows.',
    example: {
      mode: 'readWrite',
      leaderId: 2,
      term: 3,
      epoch: 1,
      failovers: 1,
      lastGapMs: 204.6,
      pressurePermille: 12,
      replicas: [1, 2, 3].map((id) => ({ id, isLeader: id === 2 })),
    },
  },
  Hashes: {
    description: "The hashes of each replica's state.",
    example: {
      replicas: [
        { id: 1, appliedSeq: 91_417, stateHash: '6f0c1d2e3a4b5968', economicHash: '0a1b2c3d4e5f6071' },
        { id: 2 },
      ],
    },
  },
  Key: { description: 'The API key as it is now.', example: keyExample },
  MadeKey: {
    description: 'The API key as it is now, and its new secret.',
    example: { ...keyExample, secret: '00'.repeat(32) },
  },
  Status: { description: 'What the exchange takes.', example: statusExample },
  Keys: { description: 'All API keys, revoked ones too.', example: { keys: [keyExample] } },
  ClusterReport: { description: 'How the replicas are.', example: clusterReportExample },
  AuditTrail: {
    description: 'Entries of the audit trail, oldest first.',
    example: { entries: [auditExample], more: false },
  },
  Time: {
    description: 'The clock of the gateway.',
    example: { timeMs: 1_700_000_000_000, timeWindowMs: 5000 },
  },
  Health: {
    description: 'The checks, and their findings.',
    example: {
      ok: true,
      leaderId: 2,
      term: 3,
      epoch: 1,
      mode: 'readWrite',
      checks: { leader: { ok: true, found: 'replica 2 leads in term 3' } },
    },
  },
  Error: {
    description: 'The request was refused, or failed; `error` says what happened and what to do.',
    example: {
      error: {
        code: 'invalidField',
        message: '"prise" is not known here. Allowed: symbol, side, type, price.',
        hint: '`error.field` names it; /docs lists the fields of each request.',
        field: 'prise',
      },
    },
  },
};

/** Named schemas; routes refer to them by `refer`. */
export const answerSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => {
    const { description, example } = texts[name as Name];
    return [name, { ...schema, description, ...(example === undefined ? {} : { examples: [example] }) }];
  }),
);

/** A reference to a named schema. */
export const refer = (name: Name): Schema => reference(name);

function codeLine(code: (typeof errorCodes)[number]): string {
  const { status: httpStatus, message } = errorTable[code];
  return `- \`${code}\` (${httpStatus}): ${message}`;
}
