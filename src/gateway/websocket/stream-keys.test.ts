/** What becomes of an open stream when the key that signed for it may not do any more what it did. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { signedText } from '../admission/signature.ts';
import { contentOf, signatureHeaders } from '../http/signing.ts';
import { apiKey, Desk } from '../testing/desk.ts';
import type { SmallExchange } from '../testing/small-exchange.ts';
import { streamLogin, upgradeHeaders } from '../testing/stream-login.ts';
import { StreamReader } from '../testing/stream-reader.ts';

const permissions = ['read', 'trade', 'cancel'] as const;
const path = '/v1/stream';

type Change = (exchange: SmallExchange, keyNumber: number) => Promise<unknown>;

/** What happens to a key, and the code that its stream gets. */
const changes: Readonly<Record<string, readonly [Change, code: string]>> = {
  revoked: [(exchange, keyNumber) => exchange.revokeKey({ keyNumber }), 'keyRevoked'],
  expired: [
    (exchange, keyNumber) => exchange.changeKey({ keyNumber, permissions, expiresAtMs: Date.now() - 1 }),
    'keyExpired',
  ],
  silenced: [
    (exchange, keyNumber) => exchange.changeKey({ keyNumber, permissions: ['trade'] }),
    'notPermitted',
  ],
  elsewhere: [
    (exchange, keyNumber) => exchange.changeKey({ keyNumber, permissions, networks: ['192.0.2.0/24'] }),
    'networkNotAllowed',
  ],
  replaced: [
    (exchange, keyNumber) => exchange.rotateKey({ keyNumber, version: 2, graceMs: 0 }),
    'keyReplaced',
  ],
  robbed: [
    (exchange, keyNumber) => exchange.grantKey({ keyNumber, accountIds: [7], isTaken: true }),
    'notAuthenticated',
  ],
};

test('an open stream ends the executions of a key at once that is revoked, replaced, narrowed or over', async (t) => {
  const apiKeys = Object.keys(changes).map((keyId) => ({
    keyId,
    secret: 'ab'.repeat(32),
    accountIds: [7, 8],
  }));
  const desk = await Desk.open({ apiKeys });
  t.after(() => desk.close());
  for (const [n, { keyId, secret }] of apiKeys.entries()) {
    const reader = await StreamReader.open(desk);
    await reader.login({ keyId, secret });
    reader.send({ subscribe: { executions: true } });
    assert.equal((await reader.next('subscriptions'))['executions'], true, keyId);
    const [change, expected] = changes[keyId]!;
    await change(desk.exchange, n + 1);
    const { code } = (await reader.next('error'))['error'] as { readonly code: string };
    assert.equal(code, expected, keyId);
    assert.equal((await reader.next('subscriptions'))['executions'], false, keyId);
    reader.socket.terminate();
  }
});

test('a stream whose key is revoked holds no place of those with a key any longer', async (t) => {
  const apiKeys = ['one', 'two'].map((keyId) => ({ keyId, secret: 'ab'.repeat(32), accountIds: [7] }));
  const limits = { streamsMax: 2, anonymousStreamsMax: 1, anonymousStreamsPerSourceMax: 1 };
  const desk = await Desk.open({ apiKeys, limits });
  t.after(() => desk.close());
  const open = async (keyId: string): Promise<StreamReader> => {
    const key = { keyId, secret: 'ab'.repeat(32) };
    const reader = await StreamReader.open(desk, { headers: upgradeHeaders(key) });
    await reader.login(key);
    return reader;
  };
  const first = await open('one');
  first.send({ subscribe: { executions: true } });
  await first.next('subscriptions');
  await desk.exchange.revokeKey({ keyNumber: 1 });
  await first.next('error');
  const second = await open('two');
  // The one place without a key is taken by the first: the next one that loses its key has none.
  second.send({ subscribe: { executions: true } });
  await second.next('subscriptions');
  const closed = second.closed();
  await desk.exchange.revokeKey({ keyNumber: 2 });
  assert.equal((await closed)[0], 4005);
  first.socket.terminate();
});

test('a key of Ed25519 signs requests, the upgrade of a stream, and its login', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const made = await desk.operator('POST', '/v1/operator/keys', {
    keyId: 'ed',
    publicKey: raw,
    accountIds: [7],
  });
  assert.equal(made.status, 201);
  const signed = (target: string) => {
    const timestamp = String(Date.now());
    const text = signedText({ timestamp, content: contentOf('GET', target, '') });
    return { key: 'ed', timestamp, signature: sign(null, Buffer.from(text), privateKey).toString('hex') };
  };
  const headersFor = (target: string): Record<string, string> => {
    const { key, timestamp, signature } = signed(target);
    return {
      [signatureHeaders.key]: key,
      [signatureHeaders.timestamp]: timestamp,
      [signatureHeaders.signature]: signature,
    };
  };
  assert.equal((await desk.call('GET', '/v1/orders', { headers: headersFor('/v1/orders') })).status, 200);
  const byHeaders = await StreamReader.open(desk, { headers: headersFor(path) });
  const loginFor = (challenge: string) => ({ ...signed(`${path}?challenge=${challenge}`), challenge });
  byHeaders.send({ auth: loginFor(await byHeaders.challenge()) });
  assert.equal((await byHeaders.nextOf('authenticated', 'error'))['key'], 'ed');
  byHeaders.send({ auth: { ...loginFor('other'), challenge: await byHeaders.challenge() } });
  assert.equal((await byHeaders.nextOf('authenticated', 'error')).type, 'error');
  byHeaders.socket.terminate();
});

test('a login is good on its own stream, once', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const answerTo = async (reader: StreamReader, auth: object): Promise<string> => {
    reader.send({ auth });
    const { type, error } = await reader.nextOf('authenticated', 'error');
    return error === undefined ? type : String((error as { readonly field?: string }).field ?? 'refused');
  };
  const first = await StreamReader.open(desk);
  const second = await StreamReader.open(desk);
  const auth = streamLogin(apiKey, await first.challenge());
  await second.challenge();
  assert.equal(await answerTo(second, auth), 'challenge', 'of another stream');
  assert.equal(
    await answerTo(second, { ...auth, challenge: await second.challenge() }),
    'refused',
    'renamed',
  );
  assert.equal(await answerTo(first, auth), 'authenticated');
  assert.equal(await answerTo(first, auth), 'challenge', 'used up');
  const old = streamLogin(apiKey, await first.challenge());
  const newer = streamLogin(apiKey, await first.challenge());
  assert.equal(await answerTo(first, old), 'challenge', 'not the last one');
  assert.equal(await answerTo(first, newer), 'challenge', 'one attempt uses it up');
  const url = `${desk.gateway.url.replace('http', 'ws')}${path}?challenge=${auth.challenge}`;
  const upgrade = new WebSocket(url, {
    headers: desk.signature('GET', `${path}?challenge=${auth.challenge}`),
  });
  const [, { statusCode }] = await once(upgrade, 'unexpected-response');
  assert.equal(statusCode, 400);
  for (const { socket } of [first, second]) socket.terminate();
});

test('a login without a challenge opens nothing, and its sender hears what to do', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const reader = await StreamReader.open(desk);
  const headers = upgradeHeaders(apiKey);
  const { [signatureHeaders.timestamp]: timestamp, [signatureHeaders.signature]: signature } = headers;
  for (const challenge of [undefined, '', 5, null]) {
    reader.send({ auth: { key: apiKey.keyId, timestamp, signature, challenge } });
    const error = (await reader.nextOf('authenticated', 'error'))['error'] as Readonly<
      Record<string, string>
    >;
    assert.deepEqual([error?.['code'], error?.['field']], ['invalidField', 'challenge']);
    if (challenge === undefined)
      assert.match(error['message']!, /send \{"challenge": 1\}, sign GET \/v1\/stream\?challenge=/);
  }
  reader.send({ subscribe: { executions: true } });
  assert.equal((await reader.next('subscriptions'))['executions'], false);
  reader.socket.terminate();
});

test('a signed upgrade keeps a place of its key for a while, and opens nothing private', async (t) => {
  const limits = {
    streamsMax: 3,
    anonymousStreamsMax: 1,
    anonymousStreamsPerSourceMax: 1,
    streamLoginMsMax: 50,
  };
  const desk = await Desk.open({ limits });
  t.after(() => desk.close());
  const headers = upgradeHeaders(apiKey);
  const stranger = await StreamReader.open(desk);
  const copies = [await StreamReader.open(desk, { headers }), await StreamReader.open(desk, { headers })];
  const closed = copies.map((copy) => copy.closed());
  copies[0]!.send({ subscribe: { executions: true, modes: true } });
  const { executions, refused } = await copies[0]!.next('subscriptions');
  const [{ error }] = refused as [{ readonly error: { readonly code: string } }];
  assert.deepEqual([executions, error.code], [false, 'notAuthenticated']);
  for (const [code] of await Promise.all(closed)) assert.equal(code, 4006);
  const owner = await StreamReader.open(desk, { headers });
  const ended = owner.closed();
  assert.equal((await owner.login()).type, 'authenticated');
  const late = await StreamReader.open(desk, { headers });
  assert.equal((await late.closed())[0], 4006);
  owner.send({ subscribe: { executions: true } });
  assert.equal((await owner.next('subscriptions'))['executions'], true);
  owner.socket.close();
  assert.equal((await ended)[0], 1005);
  stranger.socket.terminate();
});
