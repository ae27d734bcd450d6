import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { CoreError, refusalOfFailure, refusals } from './refusals.ts';

test('every refusal of the exchange and every failure of the client has a text', () => {
  for (const name of Object.keys(OutcomeCode))
    if (name !== 'ok') assert.ok(Object.hasOwn(refusals, name), name);
  for (const code of Object.values(refusalOfFailure)) assert.ok(Object.hasOwn(refusals, code), code);
});

test('each refusal says what happened and what to do in the words of no protocol', () => {
  const wordsOfFaces =
    /HTTP|WebSocket|header|status \d|Retry-After|X-|GET|POST|DELETE|PUT|PATCH|\/v1|\/docs|error\./;
  for (const [code, { message, hint, retryAfterMs }] of Object.entries(refusals)) {
    assert.match(message, /\.$/, code);
    assert.match(hint, /\.$/, code);
    for (const text of [message, hint]) assert.doesNotMatch(text, wordsOfFaces, code);
    assert.ok(retryAfterMs === undefined || retryAfterMs > 0, code);
  }
});

test('an error says what its code says, unless it knows more', () => {
  const { message, hint } = refusals.noLeader;
  const plain = new CoreError('noLeader');
  assert.deepEqual([plain.code, plain.message, plain.hint, plain.details], ['noLeader', message, hint, {}]);
  const closer = new CoreError('invalidField', { field: 'price' }, 'The price is wrong.');
  assert.deepEqual([closer.message, closer.details], ['The price is wrong.', { field: 'price' }]);
});
