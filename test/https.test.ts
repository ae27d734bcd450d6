// An exchange whose gateway and control ports have TLS: the commands go on working, and certificates are replaced under
// orders, by SIGHUP and by the files alone, without one that is dropped.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { TestExchange } from '../src/chaos/exchange.ts';
import { signedHeaders } from '../src/gateway/http/signing.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from '../src/gateway/testing/certificates.ts';

const authority = makeAuthority('a venue');

function put(folder: string, { certificate, key }: TestCertificate): void {
  writeFileSync(join(folder, 'c.pem'), certificate);
  writeFileSync(join(folder, 'k.pem'), key, { mode: 0o600 });
}

async function secured(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  put(folder, makeCertificate({ issuer: authority }));
  const authoritiesFile = join(folder, 'ca.pem');
  writeFileSync(authoritiesFile, authority.certificate);
  const tls = { certificateFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem'), authoritiesFile };
  setDefaultCACertificates([authority.certificate]);
  const exchange = await TestExchange.start({
    replicas: 1,
    configuration: { gateway: { tls }, control: { tls } },
  });
  context.after(() => exchange.end());
  return { exchange, folder, authoritiesFile };
}

/** What a new connection sees. */
function shown(url: string, ca = authority.certificate): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/health/live`, { ca, agent: false, servername: 'localhost' }, (answer) => {
      const { socket } = answer as unknown as {
        socket: { getPeerCertificate(): { fingerprint256: string } };
      };
      resolve(socket.getPeerCertificate().fingerprint256);
      answer.resume();
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('commands and clients speak with gateway and replicas over TLS, and certificates change under orders', async (t) => {
  const { exchange, folder, authoritiesFile } = await secured(t);
  assert.match(exchange.gatewayUrl, /^https:/);

  const status = JSON.parse((await exchange.run('status', '--json')).out);
  assert.deepEqual(
    status.certificates.map(({ of }: { readonly of: string }) => of),
    ['gateway', 'replica 1'],
  );
  assert.match((await exchange.run('status')).out, /certificates: gateway until 20.*, replica 1 until 20/);
  assert.equal((await exchange.run('snapshot', '--replica', '1')).code, 0, 'an order of the operator');
  assert.equal((await exchange.run('curl', 'GET', '/v1/orders')).code, 0);
  const { port } = new URL(exchange.gatewayUrl);
  const elsewhere = ['curl', 'GET', '/v1/orders', '--url', `https://localhost:${port}`];
  assert.equal((await exchange.run(...elsewhere, '--ca', authoritiesFile)).code, 0);
  const foreign = join(folder, 'foreign.pem');
  writeFileSync(foreign, makeAuthority('a venue').certificate);
  const refused = await exchange.run(...elsewhere, '--ca', foreign);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /authority that is not trusted here/);
  const unchecked = await exchange.run(...elsewhere, '--ca', foreign, '--insecure');
  assert.equal(unchecked.code, 0);
  assert.match(unchecked.err, /is NOT checked \(--insecure\)/);
  const plain = await exchange.run('curl', 'GET', '/v1/orders', '--url', `http://127.0.0.1:${port}`);
  assert.equal(plain.code, 1);

  let isEnding = false;
  const statuses = new Set<number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const load = Array.from({ length: 2 }, async () => {
    const { keyId, secret } = exchange.keys.apiKeys[0]!;
    for (let n = 0; !isEnding; n++) {
      const content = { timestamp: String(Date.now()), method: 'GET', pathWithQuery: '/v1/orders', body: '' };
      const headers = signedHeaders(keyId, secret, content);
      const options = { headers, ca: authority.certificate, agent: n % 2 === 0 ? agent : new Agent() };
      await new Promise<void>((resolve, reject) => {
        const sent = request(`${exchange.gatewayUrl}/v1/orders`, options, (answer) => {
          statuses.add(answer.statusCode!);
          answer.resume().on('end', resolve);
        });
        sent.on('error', reject);
        sent.end();
      });
    }
  });
  const first = await shown(exchange.gatewayUrl);
  put(folder, makeCertificate({ issuer: authority }));
  process.kill(exchange.gatewayPid(), 'SIGHUP');
  let second = first;
  await exchange.until('SIGHUP brings the new certificate', async () => {
    second = await shown(exchange.gatewayUrl);
    return second !== first;
  });
  writeFileSync(join(folder, 'k.pem'), makeCertificate().key, { mode: 0o600 });
  const isRefused = (name: string) => async (): Promise<boolean> =>
    exchange.logOf(name).includes('the new certificate is refused');
  await exchange.until('the gateway refuses a bad pair', isRefused('gateway'));
  await exchange.until('the replica refuses it too', isRefused('replica-1'));
  assert.equal(await shown(exchange.gatewayUrl), second);
  put(folder, makeCertificate({ issuer: authority }));
  await exchange.until(
    'the files alone bring a certificate',
    async () => (await shown(exchange.gatewayUrl)) !== second,
  );
  isEnding = true;
  await Promise.all(load);
  agent.destroy();
  assert.deepEqual([...statuses], [200]);
  const key = readFileSync(join(folder, 'k.pem'), 'utf8').split('\n')[1]!;
  const { operator, apiKeys } = exchange.keys;
  for (const name of ['gateway', 'replica-1'])
    for (const secret of [key, operator, apiKeys[0]!.secret])
      assert.ok(!exchange.logOf(name).includes(secret));
});

test('the operator has a certificate of another authority than customers, and each is renewed by itself', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ofCluster = makeAuthority('the cluster');
  const filesOf = (name: string, issuer: ReturnType<typeof makeAuthority>) => {
    const certificateFile = join(folder, `${name}.pem`);
    const keyFile = join(folder, `${name}.key`);
    const authoritiesFile = join(folder, `authority of ${name}.pem`);
    writeFileSync(authoritiesFile, issuer.certificate);
    const renew = (): void => {
      const { certificate, key } = makeCertificate({ issuer, host: 'localhost' });
      writeFileSync(certificateFile, certificate);
      writeFileSync(keyFile, key, { mode: 0o600 });
    };
    renew();
    return { files: { certificateFile, keyFile, authoritiesFile }, renew };
  };
  const customers = filesOf('customers', authority);
  const operators = filesOf('operators', ofCluster);
  const exchange = await TestExchange.start({
    replicas: 1,
    configuration: {
      gateway: { tls: customers.files, operatorTls: operators.files, operatorHost: '0.0.0.0' },
    },
  });
  t.after(() => exchange.end());
  const shownNow = (): Promise<string[]> =>
    Promise.all([shown(exchange.gatewayUrl), shown(exchange.operatorUrl, ofCluster.certificate)]);
  assert.equal((await exchange.run('curl', 'GET', '/v1/operator/cluster')).code, 0);
  assert.equal((await exchange.run('curl', 'GET', '/v1/orders')).code, 0);
  const first = await shownNow();
  operators.renew();
  await exchange.until('the operator gets the new one', async () => (await shownNow())[1] !== first[1]);
  const second = await shownNow();
  assert.equal(second[0], first[0], 'customers get the one that they had');
  customers.renew();
  await exchange.until('customers get theirs', async () => (await shownNow())[0] !== first[0]);
  assert.equal((await shownNow())[1], second[1]);
});

test('a start with a key that others may read, or an expired certificate, is refused with what to do', async (t) => {
  const { exchange, folder } = await secured(t);
  await exchange.down();
  put(folder, makeCertificate({ toMs: Date.now() - 1000 }));
  const expired = await exchange.run('up');
  assert.equal(expired.code, 2);
  assert.match(expired.err, /gateway\.tls\.certificateFile: .* expired at .* Renew it\./);
  rmSync(join(folder, 'k.pem'));
  writeFileSync(join(folder, 'k.pem'), 'PRIVATE KEY', { mode: 0o644 });
  for (const words of [['up'], ['gateway'], ['replica', '--id', '1']]) {
    put(folder, { ...makeCertificate(), key: 'PRIVATE KEY' });
    const open = await exchange.run(...words);
    assert.equal(open.code, 2);
    assert.match(open.err, /tls\.keyFile: .* run "chmod 600 /);
  }
});
