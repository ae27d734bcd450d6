import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExchangeTime } from './exchange-time.ts';

/** The exchange's time at a moment of the client's clock, where that runs at `rate` of the exchange's. */
const truth = (nowUs: number, rate: number): number => 1_700_000_000_000_000 + nowUs / rate;

test('what is known is never ahead of the truth, nor far behind, whatever the clocks and the way do', () => {
  for (const rate of [0.91, 0.999, 1, 1.001, 1.09]) {
    const time = new ExchangeTime();
    assert.equal(time.isKnown, false);
    for (let n = 20; n < 5_000; n++) {
      const nowUs = n * 200_000;
      // Every seventh message is seconds on its way.
      const saidUs = nowUs - (n % 7 === 0 ? 3_000_000 : 400);
      time.heard(truth(saidUs, rate), nowUs);
      for (const laterUs of [nowUs, nowUs + 150_000]) {
        const errorUs = laterUs + time.aheadUs(laterUs) - truth(laterUs, rate);
        assert.ok(errorUs <= 1, `rate ${rate}: ${errorUs} us ahead`);
        assert.ok(errorUs > -100_000, `rate ${rate}: ${errorUs} us behind`);
      }
    }
  }
});

test('another leader has another clock, and 0 says nothing', () => {
  const time = new ExchangeTime();
  time.heard(2_000, 500);
  assert.deepEqual([time.isKnown, time.aheadUs(500), time.aheadUs(1_500)], [true, 1_500, 1_400]);
  time.forget();
  time.heard(0, 600);
  assert.equal(time.isKnown, false);
  time.heard(700, 600);
  assert.equal(time.aheadUs(600), 100);
});
