// Certificates of a running exchange: renewed without a stop, and taken back without one for the others.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayOfTests, silence, TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { openIdentity } from '../src/client/identity-folder.ts';
import { connect } from '../src/client/index.ts';
import { startGateway } from '../src/gateway/gateway.ts';
import { createAuthority } from '../src/ops/certificates/authority.ts';
import { identityFolder, renewIdentity } from '../src/ops/certificates/identities.ts';
import { authorityFolder } from '../src/ops/certificates/own-machine.ts';
import { PartyKind } from '../src/protocol/parties.ts';
import { uuidText } from '../src/trust/certificates.ts';

/** One for all tests, which leave it whole. */
let exchange: TestExchange;
before(async () => {
  exchange = await TestExchange.start();
});
after(() => exchange?.end());

const changed = 'the identity of this replica has changed';

/** Elections because of what has happened to a replica or its links, and not because a busy machine was late. */
const losses = (): string[] => exchange.electionReasons().filter((reason) => reason !== silence);

test('all identities are renewed while orders go on, and each counts from then on', async () => {
  const client = await exchange.client();
  const pidsOf = async (): Promise<number[]> => (await exchange.statuses()).map(({ pid }) => pid).sort();
  await exchange.whole();
  const pids = await pidsOf();
  const lost = losses();
  await prepareMarket(client);
  const stream = new OrderStream('renewed');
  const orders = (): number => stream.acknowledged.size;
  let isOver = false;
  const trading = (async () => {
    while (!isOver) {
      await stream.send(client, 20);
      await sleep(5);
    }
  })();
  const before = (await exchange.run('certificates', 'show')).out;
  const renewed = await exchange.run('certificates', 'renew');
  assert.equal(renewed.code, 0, renewed.err);
  for (const id of [1, 2, 3])
    await exchange.until(`replica ${id} knows`, async () =>
      exchange.logOf(`replica-${id}`).includes(changed),
    );
  const ordersThen = orders();
  await exchange.until('orders go on', async () => orders() > ordersThen + 100, orders);
  isOver = true;
  await trading;
  await stream.verify(client);
  await exchange.whole();
  assert.deepEqual(await pidsOf(), pids, 'no process ended');
  assert.deepEqual(losses(), lost, 'no link between replicas was lost');
  const serials = (text: string): string[] => text.match(/\b[0-9a-f]{32}\b/g) ?? [];
  const after = serials((await exchange.run('certificates', 'show')).out);
  assert.ok(after.length >= 5);
  assert.equal(new Set([...serials(before), ...after]).size, 2 * after.length, 'every one is another');
  // What calls from here on shows the new ones.
  const follower = (await exchange.statuses()).find(({ role }) => role === 'follower')!;
  process.kill(follower.pid, 'SIGKILL');
  await exchange.until('it is another process', async () => {
    const again = (await exchange.statuses()).find(({ replicaId }) => replicaId === follower.replicaId);
    return again !== undefined && again.pid !== follower.pid;
  });
  await exchange.whole();
});

test('a revoked gateway is cut off at once and stays out, and the other one serves', async (t) => {
  const { replicas } = exchange.loaded.configuration;
  const gateway = await startGateway({
    port: 0,
    operatorPort: 0,
    identity: exchange.identity(gatewayOfTests),
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    operatorToken: 'the-operator',
    apiKeys: [],
    timeWindowMs: 60_000,
    limits: { usePermilleMax: 1000 },
    logLevel: 'silent',
  });
  t.after(() => gateway.close());
  const isReady = async (): Promise<boolean> => (await fetch(`${gateway.url}/health/ready`)).ok;
  await exchange.until('the gateway is ready', isReady);
  const lost = losses();
  const revoked = await exchange.run('certificates', 'revoke', 'gateway/2', '--reason', 'its disk was sold');
  assert.equal(revoked.code, 0, revoked.err);
  await exchange.until('it serves no more', async () => !(await isReady()));
  await exchange.until('a log says why', async () =>
    [1, 2, 3].some((id) => exchange.logOf(`replica-${id}`).includes('was revoked')),
  );
  assert.deepEqual(losses(), lost, 'no link between replicas was lost');
  // Where this machine is too busy for its leader to be heard, no gateway is ready for a moment.
  const isServed = async (): Promise<boolean> => (await exchange.get('/health/ready'))?.status === 200;
  await exchange.until('the other gateway serves', isServed);
  assert.ok(!exchange.logOf('gateway').includes('revoked'), 'the other gateway keeps its links');
  assert.equal(await isReady(), false);
});

test('a program whose certificate the exchange does not believe is refused in words on both sides', async (t) => {
  const foreign = mkdtempSync(join(tmpdir(), 'lockstep-foreign-'));
  t.after(() => rmSync(foreign, { recursive: true, force: true }));
  const program = { kind: PartyKind.program, id: 1 };
  const known = exchange.identity({ kind: PartyKind.operator, id: 1 });
  // Of the same cluster by its number, and by an authority that no process there knows.
  const { own } = openIdentity(known);
  await createAuthority(authorityFolder(foreign), 1, uuidText(own.clusterUuid));
  await renewIdentity(identityFolder(foreign, program), program, authorityFolder(foreign), 1);
  const believed = readFileSync(join(known, 'authorities.pem'));
  const path = join(identityFolder(foreign, program), 'authorities.pem');
  writeFileSync(path, Buffer.concat([readFileSync(path), believed]));
  const { replicas } = exchange.loaded.configuration;
  const connecting = connect({
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    identity: identityFolder(foreign, program),
    connectTimeoutMs: 5_000,
  });
  await assert.rejects(connecting, /authority of this cluster|refused this side/);
  const said = /not from the authority of this cluster.*no authority known here signed it/;
  await exchange.until('a log says why', async () =>
    [1, 2, 3].some((id) => said.test(exchange.logOf(`replica-${id}`))),
  );
  assert.equal((await exchange.get('/health/ready'))?.status, 200);
});
