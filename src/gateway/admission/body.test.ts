import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBody } from './body.ts';
import { RequestError } from './refusals.ts';

test('a number that would be rounded is refused by its name, however it is written', () => {
  for (const number of [
    '100.0000000000000001',
    '9007199254740993',
    '1e400',
    '-0.1e-400',
    '12345678901234567890',
  ])
    for (const text of [
      `{"priceTicks":${number}}`,
      `{"priceTicks" :\n${number} ,"x":"1"}`,
      `{"priceTicks":[1,${number}]}`,
    ])
      assert.throws(
        () => parseBody(text),
        (error: RequestError) => error.code === 'invalidField' && error.details.field === 'priceTicks',
        text,
      );
});

test('a number is taken in each of its ways to be written', () => {
  const text = '{"a":100.0,"b":1e2,"c":10000E-2,"d":0.1,"e":-0,"f":9007199254740991,"g":1e21,"h":-1.50}';
  assert.deepEqual(parseBody(text), JSON.parse(text));
  const quoted = '{"a":"x: 100.0000000000000001","b":7}';
  assert.deepEqual(parseBody(quoted), JSON.parse(quoted), 'what stands in a text is no number');
});

test('a name that is there twice is refused at any depth, and only within one object', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":[{"b":1},{"b":1,"\\u0062":2}]}',
    '[{"b":1,"b":2}]',
  ])
    assert.throws(() => parseBody(text), RequestError, text);
  const text = '{"a":{"a":1},"b":[{"a":1},{"a":"{\\"a\\":1,\\"a\\":2}"}]}';
  assert.deepEqual(parseBody(text), JSON.parse(text));
});
