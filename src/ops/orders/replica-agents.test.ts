import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { makeCertificate } from '../../gateway/testing/certificates.ts';
import { ask } from '../web-request.ts';
import { type OperatorOrderGiver, sendOrder } from './control-orders.ts';
import { ReplicaAgents } from './replica-agents.ts';

/** A server that answers everything, and connections to it that are kept. */
async function served(t: TestContext) {
  const { certificate, key } = makeCertificate();
  let connections = 0;
  const server = createServer({ cert: certificate, key, minVersion: 'TLSv1.3' }, (_request, answer) => {
    answer.end('{"ok":true}');
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((listens) => void server.listen(0, '127.0.0.1', listens));
  const revoked = new Set<string>();
  const certificates = {
    partyOfHolder: () => 1,
    isRevoked: () => revoked.size > 0,
    lastRefusal: 'it is of no authority',
  };
  const giver = { pair: { certificate, key }, certificates } as unknown as OperatorOrderGiver;
  const configuration = { control: {} } as ConstructorParameters<typeof ReplicaAgents>[0];
  const agents = new ReplicaAgents(configuration, () => giver);
  t.after(() => {
    agents.destroy();
    server.closeAllConnections();
    server.close();
  });
  const fingerprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  const { port } = server.address() as AddressInfo;
  return { giver, configuration, agents, fingerprint, port, revoked, connections: () => connections };
}

test('a new connection to a replica believes the certificate by which the replica is known now', async (t) => {
  const { agents, fingerprint: now, port, revoked } = await served(t);
  const askAs = async (fingerprint: string): Promise<number> => {
    const url = `https://127.0.0.1:${port}/`;
    const agent = agents.to({ id: 1, fingerprint });
    return (await ask({ url, agent, signal: AbortSignal.timeout(60_000) })).status;
  };
  await assert.rejects(askAs('of the machine before'), /it is of no authority/);
  assert.equal(await askAs(now), 200);
  assert.equal(agents.to({ id: 1, fingerprint: now }), agents.to({ id: 1, fingerprint: now }));
  revoked.add(now);
  await assert.rejects(askAs(now), /its certificate was revoked/);
});

test('orders of a giver that keeps connections go over the one that is open', async (t) => {
  const { giver, configuration, agents, fingerprint, port, connections } = await served(t);
  const replica = { id: 1, host: '127.0.0.1', controlHost: undefined, controlPort: port, fingerprint };
  const order = (by: OperatorOrderGiver) => sendOrder(by, configuration, replica, 'snapshot', {});
  for (let n = 0; n < 3; n++) assert.equal((await order({ ...giver, agents })).ok, true);
  assert.equal(connections(), 1);
  await order(giver);
  assert.equal(connections(), 2, 'without, each has its own');
});
