// Gateways with TLS, asked from a machine whose file says what "lockstep init" writes for a replica.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAuthority, makeCertificate, type TestCertificate } from '../../gateway/testing/certificates.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { outsideFindings } from '../doctor/outside.ts';
import { type ClusterPlan, replicaFile } from '../init/machines.ts';
import { GatewayLooks } from './gateway-looks.ts';
import { Questions } from './questions.ts';

const plan: ClusterPlan = {
  clusterId: 1,
  durability: 'disk',
  replicas: [{ host: '10.0.0.1', zone: '' }],
  gateways: [{ host: '10.0.1.1', zone: '' }],
  watchers: [],
  insecure: false,
};

interface PaperGateway {
  readonly server: Server;
  readonly port: number;
  status: number;
}

async function gateway(context: TestContext, { certificate, key }: TestCertificate): Promise<PaperGateway> {
  const server = createServer({ cert: certificate, key }, (_, reply) => {
    reply.writeHead(found.status).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const found = { server, port: (server.address() as AddressInfo).port, status: 200 };
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return found;
}

/** The file of a replica's machine, with a name for gateways; the authority of the cluster lies in `folder`. */
function machine(folder: string, ports: readonly number[], more: object = {}) {
  const text = JSON.stringify(replicaFile(plan, 1)).replaceAll('/var/lib/lockstep/tls', folder);
  const gateways = ports.map((port, at) => ({ address: `127.0.0.${at + 1}`, port }));
  const dns = { server: '127.0.0.1', zone: 'venue.test', exchange: 'api.venue.test', gateways };
  const { configuration, problems } = readConfiguration({ ...JSON.parse(text), dns, ...more });
  assert.deepEqual(problems, []);
  return configuration;
}

function folderWith(context: TestContext, authority: TestCertificate, own: TestCertificate): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'authority.pem'), authority.certificate);
  writeFileSync(join(folder, 'control.pem'), own.certificate);
  return folder;
}

function looksOf(context: TestContext, configuration: ReturnType<typeof machine>) {
  const questions = new Questions(configuration);
  context.after(() => questions.close());
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const looks = new GatewayLooks(configuration, questions, { info: say, warn: say } as never);
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      looks.look();
      await sleep(5);
    }
  };
  return { looks, said, until };
}

test('a gateway with TLS that is ready is in the name, and one that is not is out, from the file of a replica', async (context) => {
  const authority = makeAuthority('cluster');
  const folder = folderWith(context, authority, makeCertificate({ issuer: authority }));
  const ready = await gateway(context, makeCertificate({ issuer: authority }));
  const gone = await gateway(context, makeCertificate({ issuer: authority }));
  gone.server.close();
  const configuration = machine(folder, [ready.port, gone.port]);
  const { looks, said, until } = looksOf(context, configuration);
  await until(() => looks.addresses !== undefined);
  assert.deepEqual([looks.addresses, said], [['127.0.0.1'], []]);
  ready.status = 503;
  await until(() => looks.problem !== '');
  assert.deepEqual(looks.addresses, ['127.0.0.1', '127.0.0.2'], 'a name without an address helps no caller');
  assert.equal(said.length, 1, 'it is said once');
  assert.match(said[0]!, /no gateway is found ready.*https:\/\/127\.0\.0\.1:\d+ answers 503/);
  ready.status = 200;
  await until(() => looks.problem === '');
  assert.deepEqual([looks.addresses, said[1]], [['127.0.0.1'], 'a gateway is ready again']);
});

test('a gateway by an authority that is not trusted, or without TLS, is never ready, and the doctor says it', async (context) => {
  const authority = makeAuthority('cluster');
  const folder = folderWith(context, authority, makeCertificate({ issuer: authority }));
  const foreign = await gateway(context, makeCertificate({ issuer: makeAuthority('venue') }));
  const configuration = machine(folder, [foreign.port]);
  const { looks, said, until } = looksOf(context, configuration);
  await until(() => looks.problem !== '');
  assert.match(said.join(), /its certificate is of an authority that is not trusted here/);
  const findings = async (of: ReturnType<typeof machine>) =>
    (await outsideFindings(of)).filter(({ text }) => text.includes('gateway at'));
  const [unseen] = await findings(configuration);
  assert.equal(unseen?.grade, 'wrong');
  assert.match(unseen!.text, /never finds the gateway at 127\.0\.0\.1 ready: .*not trusted/);
  const [plain] = await findings(machine(folder, [foreign.port], { gateway: { insecure: true } }));
  assert.equal(plain?.grade, 'wrong', 'asked without TLS where the file says so');
  const own = await gateway(context, makeCertificate({ issuer: authority }));
  own.status = 503;
  const [answered] = await findings(machine(folder, [own.port]));
  assert.equal(answered?.grade, 'good', 'one that is not ready yet says so');
  own.server.close();
  own.server.closeAllConnections();
  const [silent] = await findings(machine(folder, [own.port]));
  assert.equal(silent?.grade, 'unknown');
});
