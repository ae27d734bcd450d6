/** The checker of quotas is fed histories that are wrong in one way each, and a right one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { assignTier, cancelOrder, placeOrder, setTier } from '../protocol/commands.ts';
import { outcome } from '../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { QuotasChecker } from './quotas.ts';
import { Violations } from './violations.ts';

const view = new DataView(new ArrayBuffer(256));
const startUs = 1_800_000_000_000_000;
const { ok, quotaExceeded, dayQuotaExceeded, repeatedRequest } = OutcomeCode;

class History {
  readonly #violations = new Violations();
  readonly quotas = new QuotasChecker(this.#violations.report);
  #seq = 0;

  add<F extends Fields>(layout: Layout<F>, values: object, code: number, afterUs = 0, repeated = 0): this {
    const seq = ++this.#seq;
    const timeUs = startUs + afterUs;
    const empty = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
    layout.write(view, 0, { ...empty, sessionId: 7, commandNumber: seq, ...values } as ValuesOf<F>);
    this.quotas.applied(seq, timeUs, view, 0);
    const blank = outcome.read(new DataView(new ArrayBuffer(outcome.size)), 0);
    outcome.write(view, 0, { ...blank, sessionId: 7, seq, timeUs, code, repeated });
    this.quotas.emitted(view, 0);
    return this;
  }

  order(code: number, afterUs = 0, repeated = 0): this {
    const order = { accountId: 1, side: 1, orderType: 1, timeInForce: 1 };
    return this.add(placeOrder, order, code, afterUs, repeated);
  }

  get found(): readonly string[] {
    return this.#violations.found.map(({ checker }) => checker);
  }
}

function bounded(ordersPerSecondMax: number, ordersPerDayMax = 0): History {
  return new History()
    .add(setTier, { tier: 2, ordersPerSecondMax, ordersPerDayMax }, ok)
    .add(assignTier, { accountId: 1, tier: 2 }, ok);
}

test('a right history is found right', () => {
  const history = bounded(2, 3)
    .order(ok)
    .order(ok, 0, 1)
    .order(repeatedRequest)
    .order(ok)
    .order(quotaExceeded)
    .order(ok, 1_000_000)
    .order(dayQuotaExceeded, 2_000_000)
    .add(cancelOrder, { accountId: 1 }, ok);
  assert.deepEqual(history.found, []);
  assert.equal(history.quotas.refused, 2);
});

test('an order beyond a quota is found', () => {
  assert.deepEqual(bounded(1).order(ok).order(ok).found, ['quotas']);
  assert.deepEqual(bounded(0, 1).order(ok).order(ok, 5_000_000).found, ['quotas']);
});

test('a refusal below a quota is found', () => {
  assert.deepEqual(bounded(2).order(ok).order(quotaExceeded).found, ['quotas']);
  assert.deepEqual(bounded(1).order(ok).order(quotaExceeded, 1_000_000).found, ['quotas']);
  assert.deepEqual(bounded(1, 5).order(ok).order(dayQuotaExceeded).found, ['quotas']);
});

test('a refused cancel is found', () => {
  const history = bounded(1).order(ok).add(cancelOrder, { accountId: 1 }, quotaExceeded);
  assert.deepEqual(history.found, ['quotas']);
});
