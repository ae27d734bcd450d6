/** What a replay ends with says what is so, also of numbers that no double holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, type ReplaySummary, volumeOf } from './summary.ts';

const instrument = { instrumentId: 1, symbol: 'X', priceDecimals: 2, quantityDecimals: 8 };

test('the volume is exact beyond 2^53 lots, in units where all instruments have the same', () => {
  assert.equal(volumeOf({ instruments: [instrument] }, 2n ** 53n + 1n), '90071992.54740993');
  const others = [instrument, { ...instrument, quantityDecimals: 0 }];
  assert.equal(volumeOf({ instruments: others }, 2n ** 53n + 1n), '9007199254740993');
  assert.equal(volumeOf({ instruments: [] }, 0n), '0');
});

test('a replay proves nothing of commands whose outcome is not known', () => {
  const good = { lost: 0, doubled: 0, agreed: true, eventGaps: 0, unknown: 0 } as ReplaySummary;
  assert.equal(faultOf(good), undefined);
  for (const [wrong, text] of [
    [{ unknown: 3 }, /some commands is not known/],
    [{ lost: 1 }, /are lost/],
    [{ doubled: 1 }, /reported twice/],
    [{ agreed: false }, /do not agree/],
    [{ eventGaps: 1 }, /events are missing/],
    [{ damage: 'It is cut.' }, /was not read to its end\. It is cut\./],
  ] as const)
    assert.match(faultOf({ ...good, ...wrong }) ?? '', text);
});
