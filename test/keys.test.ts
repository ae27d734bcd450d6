// API keys of a running exchange: made, changed, rotated and revoked at one gateway, and held to at every other; their
// secrets are nowhere in journals and snapshots.
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gatewayOfTests, operatorOfTests, TestExchange } from '../src/chaos/exchange.ts';
import { goOn, standStill } from '../src/chaos/stopped-processes.ts';
import { type Gateway, startGateway } from '../src/gateway/gateway.ts';
import { signedHeaders } from '../src/gateway/http/signing.ts';

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly json: Json;
}
interface Signer {
  readonly keyId: string;
  readonly secret: string;
}

const imported = { keyId: 'old', secret: 'a1'.repeat(32), accountIds: [1] };
const operatorToken = 'the-operator';
const rootKey = '5a'.repeat(32);

const codeOf = ({ json }: Answer): unknown => (json['error'] as Json | undefined)?.['code'];

async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  text: string,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(text === '' ? {} : { 'content-type': 'application/json' }) },
    ...(text === '' ? {} : { body: text }),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

let lastMs = 0;

/** Where a gateway is reached. */
type Reached = Pick<Gateway, 'url' | 'operatorUrl'>;

function signedBy({ keyId, secret }: Signer, gateway: Reached, method: string, path: string, body?: Json) {
  const text = body === undefined ? '' : JSON.stringify(body);
  lastMs = Math.max(lastMs + 1, Date.now());
  const request = { timestamp: String(lastMs), method, pathWithQuery: path, body: text };
  const url = path.startsWith('/v1/operator') ? gateway.operatorUrl : gateway.url;
  return send(url + path, method, signedHeaders(keyId, secret, request), text);
}

function operate(gateway: Gateway, method: string, path: string, body?: Json): Promise<Answer> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  return send(
    `${gateway.operatorUrl}/v1/operator/${path}`,
    method,
    headers,
    body === undefined ? '' : JSON.stringify(body),
  );
}

async function open(t: TestContext, exchange: TestExchange): Promise<Gateway> {
  const { replicas } = exchange.loaded.configuration;
  const gateway = await startGateway({
    port: 0,
    operatorPort: 0,
    identity: exchange.identity(gatewayOfTests),
    operatorIdentity: exchange.identity(operatorOfTests),
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    operatorToken,
    apiKeys: [imported],
    rootKey,
    timeWindowMs: 60_000,
    limits: { usePermilleMax: 1000, turnMsMax: 60_000 },
    logLevel: 'silent',
  });
  t.after(() => gateway.close());
  await exchange.until('a gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  return gateway;
}

const order = { symbol: 'ACME', side: 'buy', price: '5.00', quantity: '1' };
const place = (by: Signer, gateway: Reached, query = ''): Promise<Answer> =>
  signedBy(by, gateway, 'POST', `/v1/orders${query}`, order);
const read = (by: Signer, gateway: Gateway): Promise<Answer> => signedBy(by, gateway, 'GET', '/v1/orders');

/** The first answer that is not of an exchange without a leader, as there is none for a moment on a busy machine. */
async function answered(exchange: TestExchange, ask: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer | undefined;
  await exchange.until('the exchange answers', async () => (answer = await ask()).status !== 503);
  return answer!;
}

/** A running exchange with two gateways. */
interface Venue {
  readonly exchange: TestExchange;
  readonly first: Gateway;
  readonly second: Gateway;
}

test('what is done to a key at one gateway holds at every gateway, and no secret is in the data of replicas', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-root-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'root.key');
  writeFileSync(file, rootKey, { mode: 0o600 });
  const exchange = await TestExchange.start({ configuration: { keys: { root: { file } } } });
  t.after(() => exchange.end());
  const first = await open(t, exchange);
  const second = await open(t, exchange);
  for (const [accountId, name] of [
    [1, 'alice'],
    [2, 'bob'],
  ] as const) {
    const created = await operate(first, 'POST', 'accounts', { accountId, name });
    assert.equal(created.status, 201, JSON.stringify(created.json));
  }
  const instrument = { instrumentId: 1, symbol: 'ACME', priceDecimals: 2, quantityDecimals: 0 };
  assert.equal((await operate(first, 'POST', 'instruments', instrument)).status, 201);
  const venue = { exchange, first, second };
  // The key of the configuration trades as before, through each of both, and is there once.
  for (const gateway of [first, second]) assert.equal((await place(imported, gateway)).status, 201);
  const listed = (await operate(second, 'GET', 'keys')).json['keys'] as readonly Json[];
  const old1 = listed.filter(({ keyId }) => keyId === 'old');
  assert.deepEqual([old1.length, old1[0]?.['isImported']], [1, true]);

  const made = await addsAndChanges(venue);
  const rotated = await rotates(venue, made);
  const newest = rotated.at(-1)!;
  await bounds(venue, newest);
  const old = await takesOutTheImported(venue, await open(t, exchange));
  const olga = await worksAsOperator(venue, newest);
  const hung = await revokesWhileOneHangs(venue);
  const secrets = [
    rootKey,
    imported.secret,
    ...[made, ...rotated, old, olga, hung].map(({ secret }) => secret),
  ];
  const files = globSync(join(exchange.loaded.dataFolder, '**/*')).filter((file) => statSync(file).isFile());
  assert.ok(
    files.some((file) => /\.(log|journal|segment)|journal/.test(file)),
    files.join(),
  );
  for (const file of files) {
    const bytes = readFileSync(file);
    for (const secret of secrets) {
      assert.ok(!bytes.includes(secret), `${file} holds no secret in hexadecimal`);
      assert.ok(!bytes.includes(Buffer.from(secret, 'hex')), `${file} holds no secret in bytes`);
    }
  }
});

/** A new key is good everywhere at once; what it may do is changed. */
async function addsAndChanges({ exchange, first, second }: Venue): Promise<Signer> {
  // A new key, made at the first gateway, is good at the second at once.
  const added = await operate(first, 'POST', 'keys', { keyId: 'new', accountIds: [2] });
  assert.equal(added.status, 201);
  const made = { keyId: 'new', secret: added.json['secret'] as string };
  assert.match(made.secret, /^[0-9a-f]{64}$/);
  const hears = (): Promise<void> =>
    exchange.until('the second gateway knows the key', async () => (await read(made, second)).status === 200);
  await hears();
  assert.equal((await place(made, second)).status, 201);
  assert.equal(codeOf(await place(made, second, '?accountId=1')), 'accountNotAllowed');
  assert.equal((await operate(second, 'GET', 'keys/new')).json['secret'], undefined, 'it is shown once');
  assert.equal(
    codeOf(await operate(first, 'POST', 'keys', { keyId: 'new', accountIds: [2] })),
    'alreadyExists',
  );
  const unnamed = await exchange.run('keys', 'add', 'alone');
  assert.equal(unnamed.code, 1);
  assert.match(unnamed.err, /"accountIds" names no account.* Here it is --account\./);

  // A key that may not place may still cancel; what it may read is another matter.
  await operate(first, 'PATCH', 'keys/new', { permissions: ['cancel'] });
  assert.equal(codeOf(await place(made, second)), 'notPermitted');
  assert.equal((await signedBy(made, second, 'DELETE', '/v1/orders')).status, 200);
  await exchange.until(
    'the second gateway lets it read no more',
    async () => codeOf(await read(made, second)) === 'notPermitted',
  );
  await operate(first, 'PATCH', 'keys/new', { permissions: ['read', 'trade'] });
  await hears();
  return made;
}

/** Gives the next secrets of a key. */
async function rotates({ exchange, first, second }: Venue, made: Signer): Promise<Signer[]> {
  // Rotated: both secrets are good for the grace, and without one the newest alone.
  const rotation = { graceMs: 600_000, version: 2 };
  const rotated = await operate(first, 'POST', 'keys/new/rotate', rotation);
  const repeated = await operate(second, 'POST', 'keys/new/rotate', rotation);
  assert.deepEqual(repeated.json, rotated.json, 'the answer may have been lost: the same comes again');
  for (const version of [4, 9])
    assert.equal(codeOf(await operate(first, 'POST', 'keys/new/rotate', { version })), 'invalidField');
  const next = { keyId: 'new', secret: rotated.json['secret'] as string };
  assert.notEqual(next.secret, made.secret);
  await exchange.until(
    'the second gateway knows the next secret',
    async () => (await read(next, second)).status === 200,
  );
  for (const by of [made, next]) assert.equal((await place(by, second)).status, 201);
  const again = await operate(second, 'POST', 'keys/new/rotate', { graceMs: 0 });
  const newest = { keyId: 'new', secret: again.json['secret'] as string };
  for (const by of [made, next]) assert.equal((await place(by, first)).status, 401);
  assert.equal((await place(newest, second)).status, 201);
  return [next, newest];
}

/** From another network, or after its time, a key is refused. */
async function bounds({ exchange, first, second }: Venue, newest: Signer): Promise<void> {
  // A network, and the end of its time, by the time of the exchange.
  await operate(first, 'PATCH', 'keys/new', { networks: ['192.0.2.0/24'] });
  await exchange.until(
    'the second gateway knows the network',
    async () => codeOf(await read(newest, second)) === 'networkNotAllowed',
  );
  for (const over of [Date.now() - 1, Math.ceil(Date.now() / 1_000) + 60]) {
    const refused = await operate(first, 'PATCH', 'keys/new', { networks: [], expiresAtMs: over });
    assert.deepEqual([refused.status, codeOf(refused)], [400, 'invalidField'], 'past, or in seconds');
  }
  await operate(first, 'PATCH', 'keys/new', { networks: [], expiresAtMs: Date.now() + 1_000 });
  await exchange.until(
    'the second gateway knows that it has expired',
    async () => codeOf(await place(newest, second)) === 'keyExpired',
  );
}

/** The key of the configuration gets another secret, and is revoked; gives that secret. */
async function takesOutTheImported({ exchange, first, second }: Venue, third: Gateway): Promise<Signer> {
  // Rotation takes the imported key out; the file does not bring its secret back.
  const replaced = await operate(first, 'POST', 'keys/old/rotate', { graceMs: 0 });
  assert.equal(replaced.json['isImported'], false);
  assert.equal((await place(imported, first)).status, 401);
  // The exchange refuses the former secret, also where a gateway has not heard of the next one.
  assert.equal((await answered(exchange, () => place(imported, third))).status, 401);
  const old = { keyId: 'old', secret: replaced.json['secret'] as string };
  // One event later it is known there.
  const isIn = async (): Promise<boolean> => (await place(old, third)).status === 201;
  await exchange.until('the third gateway knows its other secret', isIn);

  // Revoked at one, refused at all; by then the exchange itself refuses what another gateway lets through.
  assert.equal((await operate(first, 'DELETE', 'keys/old')).json['isRevoked'], true);
  for (const gateway of [first, second, third]) {
    const answer = await answered(exchange, () => place(old, gateway));
    assert.deepEqual([answer.status, codeOf(answer)], [401, 'keyRevoked']);
  }
  return old;
}

async function worksAsOperator({ first }: Venue, newest: Signer): Promise<Signer> {
  // An operator by name: the exchange checks the permission and runs each request once.
  const operatorKey = await operate(first, 'POST', 'keys', { keyId: 'olga', permissions: ['operator'] });
  const olga = { keyId: 'olga', secret: operatorKey.json['secret'] as string };
  const limits = { orderLotsMax: 0, openOrdersMax: 10, priceBandBasisPoints: 0 };
  assert.equal((await signedBy(olga, first, 'PUT', '/v1/operator/accounts/1/limits', limits)).status, 200);
  assert.equal(codeOf(await signedBy(newest, first, 'GET', '/v1/operator/keys')), 'keyExpired');
  assert.equal(codeOf(await place(olga, first, '?accountId=1')), 'accountNotAllowed');
  const another = await signedBy(olga, first, 'POST', '/v1/operator/keys', {
    keyId: 'x',
    accountIds: [1, 2],
  });
  assert.deepEqual(
    [another.status, another.json['accountIds']],
    [201, [1, 2]],
    'several steps of one request',
  );
  return olga;
}

/** A gateway that hangs while a key is revoked carries out nothing by it, neither what waits in it nor what comes. */
async function revokesWhileOneHangs({ exchange, first }: Venue): Promise<Signer> {
  const added = await operate(first, 'POST', 'keys', { keyId: 'hung', accountIds: [2] });
  const hung = { keyId: 'hung', secret: added.json['secret'] as string };
  const watching = await operate(first, 'POST', 'keys', { keyId: 'watch', accountIds: [2] });
  const watch = { keyId: 'watch', secret: watching.json['secret'] as string };
  const hanging = { url: exchange.gatewayUrl, operatorUrl: exchange.operatorUrl };
  await exchange.until(
    'the gateway that will hang knows the key',
    async () => (await place(hung, hanging)).status === 201,
  );
  const openOrders = async (): Promise<number> => {
    const { json } = await signedBy(watch, first, 'GET', '/v1/account');
    return json['openOrders'] as number;
  };
  const before = await openOrders();
  assert.ok(before > 0);
  const pid = exchange.gatewayPid();
  await standStill([pid]);
  const waiting = place(hung, hanging);
  assert.equal((await operate(first, 'DELETE', 'keys/hung')).json['isRevoked'], true);
  goOn([pid]);
  for (const answer of [await waiting, await place(hung, hanging)]) {
    const code = codeOf(answer);
    assert.ok(code === 'keyRevoked' || code === 'stoodStill', `${answer.status} ${code}`);
  }
  await exchange.until(
    'the gateway goes on',
    async () => codeOf(await place(hung, hanging)) === 'keyRevoked',
  );
  assert.equal(await openOrders(), before);
  return hung;
}
