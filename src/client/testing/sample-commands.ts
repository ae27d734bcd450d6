/** One of each command that a client may ask for, for tests that walk them all. */
import type { ClientCommandName } from '../../protocol/commands.ts';
import type { Command } from '../encode.ts';

const named = { accountId: 1, orderId: 1 };
const placed = { accountId: 1, instrumentId: 1, side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
export const samples: { readonly [N in ClientCommandName]: Extract<Command, { command: N }> } = {
  createInstrument: {
    command: 'createInstrument',
    instrumentId: 1,
    symbol: 'A',
    priceDecimals: 2,
    quantityDecimals: 0,
  },
  createAccount: { command: 'createAccount', accountId: 1, name: 'A' },
  setLimits: {
    command: 'setLimits',
    accountId: 1,
    orderLotsMax: 0,
    openOrdersMax: 0,
    priceBandBasisPoints: 0,
  },
  placeOrder: { command: 'placeOrder', ...placed },
  cancelOrder: { command: 'cancelOrder', ...named },
  replaceOrder: { command: 'replaceOrder', ...named, priceTicks: 1, quantityLots: 2 },
  massCancel: { command: 'massCancel', accountId: 1 },
  endDay: { command: 'endDay' },
  setTier: { command: 'setTier', tier: 1, name: 'free', ordersPerSecondMax: 5, ordersPerDayMax: 0 },
  assignTier: { command: 'assignTier', accountId: 1, tier: 1 },
  createKey: { command: 'createKey', keyId: 'k' },
  changeKey: { command: 'changeKey', keyNumber: 1, permissions: ['trade'] },
  grantKey: { command: 'grantKey', keyNumber: 1, accountIds: [1] },
  rotateKey: { command: 'rotateKey', keyNumber: 1, version: 2, graceMs: 0 },
  revokeKey: { command: 'revokeKey', keyNumber: 1 },
  setMode: { command: 'setMode', mode: 'cancelOnly', reason: 'a reason', openAfterMs: 1_000 },
  killAccount: { command: 'killAccount', accountId: 1, reason: 'a reason' },
  reportAudit: { command: 'reportAudit', kind: 'request', action: 'POST/v1/operator/keys', source: '::1' },
};
