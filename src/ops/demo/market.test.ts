import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../std/random.ts';
import { DemoMarket, demoInstruments, memberAccountIds } from './market.ts';

test('traders quote and take around a price that stays in its neighbourhood, and withdraw what is old', () => {
  for (const instrument of demoInstruments) {
    const market = new DemoMarket(instrument, new Random(instrument.instrumentId));
    let orderId = 0;
    let resting = 0;
    let restingMost = 0;
    for (let step = 0; step < 20_000; step++) {
      const action = market.next();
      if (action.kind === 'cancel') {
        resting -= 1;
        continue;
      }
      const { priceTicks, quantityLots, timeInForce, accountId } = action.order;
      assert.ok(priceTicks > instrument.startTicks / 4 && priceTicks < instrument.startTicks * 4);
      assert.ok(Number.isInteger(priceTicks) && Number.isInteger(quantityLots) && quantityLots >= 1);
      if (timeInForce === 'immediateOrCancel') continue;
      market.rests(accountId, ++orderId);
      resting += 1;
      restingMost = Math.max(restingMost, resting);
    }
    assert.ok(restingMost <= memberAccountIds.length * 13, `${restingMost} orders rest`);
  }
});
