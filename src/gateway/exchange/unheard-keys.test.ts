/** What a gateway refuses by its keys alone while news of a change of them is still on its way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedHeaders } from '../http/signing.ts';
import { Desk } from '../testing/desk.ts';
import type { SmallExchange } from '../testing/small-exchange.ts';
import { StreamReader } from '../testing/stream-reader.ts';

const key = { keyId: 'bob', secret: 'cd'.repeat(32), accountIds: [7] };
const path = '/v1/orders';

type Answer = readonly [status: number, code: unknown, hasRetryAfter: boolean];

async function ask(desk: Desk, target = path, secret = key.secret): Promise<Answer> {
  const signed = { timestamp: String(Date.now()), method: 'GET', pathWithQuery: target, body: '' };
  const headers = signedHeaders(key.keyId, secret, signed);
  const answer = await desk.call('GET', target, { headers });
  const error = answer.body['error'] as { readonly code: string } | undefined;
  return [answer.status, error?.code, answer.headers.has('retry-after')];
}

/** Changes keys as another gateway does: this one hears of it later. */
async function unheard(exchange: SmallExchange, change: () => Promise<unknown>): Promise<void> {
  const { emit } = exchange;
  exchange.emit = (name, ...args) => name !== 'keysChanged' && emit.call(exchange, name, ...args);
  await change();
  exchange.emit = emit;
}

async function open(t: { after(close: () => Promise<void>): void }): Promise<Desk> {
  const desk = await Desk.open({ apiKeys: [key] });
  t.after(() => desk.close());
  return desk;
}

const permissions = ['read', 'trade'] as const;

type Narrow = Pick<Parameters<SmallExchange['changeKey']>[0], 'permissions' | 'networks' | 'expiresAtMs'>;

/** What allows less, and the code of what it refuses. */
const changes: Readonly<Record<string, readonly [narrow: Narrow, code: string]>> = {
  permissions: [{ permissions: ['trade'] }, 'notPermitted'],
  network: [{ permissions, networks: ['192.0.2.0/24'] }, 'networkNotAllowed'],
  end: [{ permissions, expiresAtMs: 1 }, 'keyExpired'],
};

for (const [name, [narrow, code]] of Object.entries(changes))
  test(`a key that was just given more is not refused for what it had before: ${name}`, async (t) => {
    const desk = await open(t);
    const { exchange } = desk;
    await exchange.changeKey({ keyNumber: 1, ...narrow });
    assert.deepEqual((await ask(desk)).slice(1), [code, false]);
    const wide = { keyNumber: 1, permissions, networks: [], expiresAtMs: 0 };
    await unheard(exchange, () => exchange.changeKey(wide));
    assert.deepEqual(await ask(desk), [503, 'keysUnknown', true]);
    assert.equal((await ask(desk))[0], 200);
  });

test('an account that was just granted is not refused, over HTTP and on a stream', async (t) => {
  const desk = await open(t);
  const target = `${path}?accountId=9`;
  assert.deepEqual((await ask(desk, target)).slice(0, 2), [403, 'accountNotAllowed']);
  await unheard(desk.exchange, () => desk.exchange.grantKey({ keyNumber: 1, accountIds: [9] }));
  assert.deepEqual(await ask(desk, target), [503, 'keysUnknown', true]);
  assert.equal((await ask(desk, target))[0], 200);

  await desk.exchange.changeKey({ keyNumber: 1, permissions, networks: ['192.0.2.0/24'] });
  const reader = await StreamReader.open(desk);
  const login = async (): Promise<unknown> => {
    const { type, error } = await reader.login(key);
    return (error as { readonly code: string } | undefined)?.code ?? type;
  };
  assert.equal(await login(), 'networkNotAllowed');
  await unheard(desk.exchange, () => desk.exchange.changeKey({ keyNumber: 1, permissions, networks: [] }));
  assert.deepEqual([await login(), await login()], ['keysUnknown', 'authenticated']);
  reader.socket.terminate();
});

test('a signature by a secret that came just now is not called wrong; one that stays wrong is', async (t) => {
  const desk = await open(t);
  const made = await desk.operator('POST', '/v1/operator/keys', { keyId: 'eve', accountIds: [7] });
  assert.equal(made.status, 201);
  assert.deepEqual((await ask(desk, path, 'ee'.repeat(32))).slice(0, 2), [401, 'wrongSignature']);
  await unheard(desk.exchange, () => desk.exchange.revokeKey({ keyNumber: 2 }));
  // Any change may have been the one that it was signed by.
  assert.deepEqual((await ask(desk, path, 'ee'.repeat(32))).slice(0, 2), [503, 'keysUnknown']);
  assert.deepEqual((await ask(desk, path, 'ee'.repeat(32))).slice(0, 2), [401, 'wrongSignature']);
});

test('while no replica leads a refusal is certain where a majority has heard of no change', async (t) => {
  const desk = await open(t);
  const { exchange } = desk;
  await exchange.changeKey({ keyNumber: 1, permissions: ['trade'] });
  const target = `${path}?accountId=9`;
  exchange.leaderId = 0;
  while (!(await desk.get('/v1/instruments')).headers.has('x-lockstep-state-age-ms'));
  assert.deepEqual(await ask(desk), [403, 'notPermitted', false]);
  assert.deepEqual(await ask(desk, target), [403, 'accountNotAllowed', false]);
  // One replica may be cut off from others that go on.
  exchange.replicasReached = 1;
  assert.deepEqual(await ask(desk), [503, 'keysUnknown', true]);
  exchange.replicasReached = 2;
  assert.deepEqual(await ask(desk), [403, 'notPermitted', false]);
  // The last leader has confirmed a change, and this gateway hears of it from the replicas that are left.
  await unheard(exchange, () => exchange.changeKey({ keyNumber: 1, permissions }));
  assert.deepEqual(await ask(desk), [503, 'keysUnknown', true]);
  assert.equal((await ask(desk))[0], 200);
});
