import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quantityLotsMax } from '../../protocol/limits.ts';
import { formatDecimal } from './decimals.ts';
import { integer, readQuery, readShape, shape } from './fields.ts';
import {
  admitOrder,
  admitReplacement,
  massCancelShape,
  type PlaceBody,
  placeShape,
  replaceShape,
} from './orders.ts';

const instrument = { instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8 };
const body: PlaceBody = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' };

function refusal(result: {
  readonly ok: boolean;
  readonly field?: string;
  readonly message?: string;
}): [string, string] {
  assert.equal(result.ok, false);
  return [result.field ?? '', result.message ?? ''];
}

test('decimals become ticks and lots, and what is left out takes its default', () => {
  assert.deepEqual(admitOrder(body, instrument), {
    ok: true,
    value: {
      instrumentId: 1,
      side: 'buy',
      type: 'limit',
      priceTicks: 23_647,
      quantityLots: 50_000_000,
      timeInForce: 'goodTillCancel',
      selfMatch: 'allow',
    },
  });
});

test('a number that is not exact is refused as it was sent', () => {
  const query = readQuery(shape({ limit: integer(1, 100, 'rows') }), { limit: '9007199254740993' });
  assert.match(refusal(query)[1], /9007199254740993/);
});

test('decimal text and counts are the same order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
      (ticks, lots) => {
        const { symbol, side } = body;
        const inText = { symbol, side, price: formatDecimal(ticks, 2), quantity: formatDecimal(lots, 8) };
        const inCounts = { symbol, side, priceTicks: ticks, quantityLots: lots };
        assert.deepEqual(admitOrder(inText, instrument), admitOrder(inCounts, instrument));
        assert.equal(admitOrder(inText, instrument).ok, true);
      },
    ),
  );
});

test('a market order has no price and does not wait', () => {
  const { price: _price, ...market } = { ...body, type: 'market' as const };
  const admission = admitOrder(market, instrument);
  assert.equal(admission.ok && admission.value.timeInForce, 'immediateOrCancel');
  assert.equal(admission.ok && admission.value.priceTicks, undefined);
  assert.deepEqual(refusal(admitOrder({ ...market, priceTicks: 5 }, instrument))[0], 'priceTicks');
});

test('what does not fit the instrument is refused by field, with the step or the range', () => {
  const cases: [Partial<PlaceBody>, string, RegExp][] = [
    [{ price: '236.471' }, 'price', /steps of 0\.01/],
    [{ price: '0' }, 'price', /from 0\.01 to 21474836\.47/],
    [{ price: '21474836.48' }, 'price', /from 0\.01/],
    [{ price: '1e3' }, 'price', /decimal number as text/],
    [{ price: '1', priceTicks: 100 }, 'price', /not both/],
    [{ quantity: '0.000000001' }, 'quantity', /steps of 0\.00000001/],
    [{ quantity: '0.00' }, 'quantity', /from 0\.00000001/],
    [{ quantity: formatDecimal(quantityLotsMax + 1, 8) }, 'quantity', /from/],
  ];
  for (const [change, field, message] of cases) {
    const found = refusal(admitOrder({ ...body, ...change }, instrument));
    assert.equal(found[0], field, JSON.stringify(change));
    assert.match(found[1], message);
  }
  const { price: _price, ...priceless } = body;
  assert.deepEqual(refusal(admitOrder(priceless, instrument))[0], 'price');
});

test('a replacement names price and quantity', () => {
  const both = { price: '1.00', quantityLots: 3 };
  assert.deepEqual(admitReplacement(both, instrument), {
    ok: true,
    value: { priceTicks: 100, quantityLots: 3 },
  });
  assert.equal(refusal(admitReplacement({ price: '1' }, instrument))[0], 'quantity');
  assert.equal(refusal(admitReplacement({ quantity: '1' }, instrument))[0], 'price');
});

test('a refused body names the field and what is allowed', () => {
  const cases: [unknown, string, RegExp][] = [
    [{ ...body, sied: 'buy' }, 'sied', /Allowed: symbol, side, type/],
    [{ ...body, side: 'bid' }, 'side', /"buy" or "sell"/],
    [{ ...body, price: 236.47 }, 'price', /decimal number as text/],
    [{ ...body, priceTicks: 1.5 }, 'priceTicks', /an integer from 1/],
    [{ ...body, clientOrderId: 'has space' }, 'clientOrderId', /without spaces/],
    [{ ...body, clientOrderId: 'x'.repeat(21) }, 'clientOrderId', /1 to 20/],
    [{ ...body, clientOrderId: '01234567-89ab-cdef-0123-456789abcdeF' }, 'clientOrderId', /in one case/],
    [{ side: 'buy' }, 'symbol', /is missing/],
    [JSON.parse('{"symbol":"A","side":"buy","__proto__":{}}'), '__proto__', /not known/],
    [[], '', /object/],
    [null, '', /object/],
    ['x', '', /object/],
  ];
  for (const [input, field, message] of cases) {
    const found = refusal(readShape(placeShape, input));
    assert.equal(found[0], field, JSON.stringify(input));
    assert.match(found[1], message);
  }
});

test('no JSON value makes a check throw, and only known fields pass', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const result = readShape(replaceShape, value);
      if (!result.ok) return;
      for (const name of Object.keys(result.value)) assert.ok(Object.hasOwn(replaceShape.fields, name));
    }),
  );
});

test('query parameters are read as numbers where numbers are meant, and a repeated one is refused', () => {
  const read = readQuery(massCancelShape, { symbol: 'BTC-USD', accountId: '7' });
  assert.deepEqual(read, { ok: true, value: { symbol: 'BTC-USD', accountId: 7 } });
  assert.equal(refusal(readQuery(massCancelShape, { accountId: '07' }))[0], 'accountId');
  assert.equal(refusal(readQuery(massCancelShape, { side: ['buy', 'sell'] }))[0], 'side');
  assert.equal(refusal(readQuery(massCancelShape, { instrument: 'BTC-USD' }))[0], 'instrument');
  assert.equal(refusal(readQuery(massCancelShape, JSON.parse('{"__proto__":"7"}')))[0], '__proto__');
});
