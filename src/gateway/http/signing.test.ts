import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { apiKey } from '../testing/desk.ts';
import { bearerTokenOf, credentialsOf, sign, signedHeaders } from './signing.ts';

const request = { timestamp: '1', method: 'POST', pathWithQuery: '/v1/orders?x=1', body: '{"a":1}' };

test('a signature is the HMAC-SHA-256 of timestamp, method, path with query and body', () => {
  const hmac = (text: string) =>
    createHmac('sha256', Buffer.from(apiKey.secret, 'hex')).update(text).digest('hex');
  assert.equal(sign(apiKey.secret, request), hmac('1\nPOST\n/v1/orders?x=1\n{"a":1}'));
  assert.equal(
    sign(apiKey.secret, { ...request, nonce: 'n-1' }),
    hmac('1.n-1\nPOST\n/v1/orders?x=1\n{"a":1}'),
  );
});

test('signed headers carry all that a request needs, and are read as what they say', () => {
  const headers = signedHeaders('k', apiKey.secret, request);
  assert.deepEqual(Object.keys(headers), ['x-lockstep-key', 'x-lockstep-timestamp', 'x-lockstep-signature']);
  const signature = sign(apiKey.secret, request);
  const none = { validMs: undefined, nonce: undefined };
  assert.deepEqual(credentialsOf(headers), { ...none, key: 'k', timestamp: '1', signature });
  const withNonce = signedHeaders('k', apiKey.secret, { ...request, nonce: 'n-1' });
  assert.equal(credentialsOf(withNonce)?.nonce, 'n-1');
  for (const name of Object.keys(headers))
    assert.equal(credentialsOf({ ...headers, [name]: undefined }), undefined);
});

test('what has not its form is refused by the name of its header', () => {
  const refused = (odd: { nonce?: string; validMs?: string }, field: string, allowed: string) =>
    assert.throws(() => credentialsOf(signedHeaders('k', apiKey.secret, { ...request, ...odd })), {
      code: 'invalidField',
      details: { field },
      message: `"${field}" must be ${allowed}.`,
    });
  refused({ nonce: 'a b' }, 'x-lockstep-nonce', '1 to 36 printable characters without spaces');
  refused({ validMs: 'soon' }, 'x-lockstep-valid-ms', 'a whole number of milliseconds from 1 to 9999999');
});

test('the token of the operator stands behind "Bearer"', () => {
  assert.equal(bearerTokenOf('Bearer abc'), 'abc');
  assert.equal(bearerTokenOf('bearer a b'), 'a b');
  for (const other of [undefined, '', 'Bearer', 'Basic abc', 'abc'])
    assert.equal(bearerTokenOf(other), undefined);
});
