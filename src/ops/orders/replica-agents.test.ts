import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { makeCertificate } from '../../gateway/testing/certificates.ts';
import { ask } from '../web-request.ts';
import type { OrderGiver } from './control-orders.ts';
import { ReplicaAgents } from './replica-agents.ts';

test('a new connection to a replica believes the certificate by which the replica is known now', async (t) => {
  const { certificate, key } = makeCertificate();
  const server = createServer({ cert: certificate, key, minVersion: 'TLSv1.3' }, (_request, answer) => {
    answer.end('{}');
  });
  await new Promise<void>((listens) => void server.listen(0, '127.0.0.1', listens));
  const certificates = { partyOfHolder: () => 1, lastRefusal: 'it is of no authority' };
  const giver = { pair: { certificate, key }, certificates } as unknown as OrderGiver;
  const agents = new ReplicaAgents(
    { control: {} } as ConstructorParameters<typeof ReplicaAgents>[0],
    () => giver,
  );
  t.after(() => {
    agents.destroy();
    server.closeAllConnections();
    server.close();
  });
  const askAs = async (fingerprint: string): Promise<number> => {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const agent = agents.to({ id: 1, fingerprint });
    return (await ask({ url, agent, signal: AbortSignal.timeout(60_000) })).status;
  };
  await assert.rejects(askAs('of the machine before'), /it is of no authority/);
  const now = new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  assert.equal(await askAs(now), 200);
  assert.equal(agents.to({ id: 1, fingerprint: now }), agents.to({ id: 1, fingerprint: now }));
});
