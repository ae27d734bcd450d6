import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { makeAuthority, makeCertificate } from '../gateway/testing/certificates.ts';
import { ask, ProvenAgent, type ServerTrust, type WebRequest } from './web-request.ts';

const authority = makeAuthority('a venue');
const { certificate, key } = makeCertificate({ issuer: authority });
let server: Server;
let connections = 0;

before(async () => {
  server = createServer({ cert: certificate, key, minVersion: 'TLSv1.3' }, (request, answer) => {
    request.resume().once('end', () => answer.end('{}'));
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((listens) => void server.listen(0, '127.0.0.1', listens));
});

after(() => {
  server.closeAllConnections();
  server.close();
});

/** How many connections five requests take, one after the other, each with words of its own for the same trust. */
async function connectionsOf(agent: WebRequest['agent'], trust: () => ServerTrust): Promise<number> {
  const former = connections;
  const { port } = server.address() as AddressInfo;
  for (let n = 0; n < 5; n++) {
    const request = { url: `https://127.0.0.1:${port}/`, method: 'POST', body: '{}', trust: trust() };
    const signal = AbortSignal.timeout(60_000);
    const { status } = await ask({ ...request, signal, ...(agent !== undefined && { agent }) });
    assert.equal(status, 200);
    // The connection becomes free some turns of the event loop after its answer.
    while (agent !== undefined && Object.keys(agent.freeSockets).length === 0)
      await new Promise(setImmediate);
  }
  return connections - former;
}

test('an agent that keeps its connection uses it for every request, however the server proves itself', async () => {
  const proven = (): ServerTrust => ({ holderProblem: () => undefined });
  const listed = (): ServerTrust => ({ authorities: authority.certificate });
  const own = (): ServerTrust => ({ own: certificate });
  for (const [agent, trust] of [
    [new ProvenAgent(proven, true), proven],
    [new ProvenAgent(listed, true), listed],
    [new ProvenAgent(own, true), own],
  ] as const) {
    assert.equal(await connectionsOf(agent, trust), 1);
    agent.destroy();
  }
});

test('without an agent each request has a connection of its own, and a wrong holder gets none', async () => {
  assert.equal(await connectionsOf(undefined, () => ({ own: certificate })), 5);
  const wrong = (): ServerTrust => ({ holderProblem: () => 'it is of another replica' });
  await assert.rejects(connectionsOf(new ProvenAgent(wrong, true), wrong), /it is of another replica/);
  const stranger = (): ServerTrust => ({ authorities: makeAuthority('a stranger').certificate });
  await assert.rejects(connectionsOf(new ProvenAgent(stranger, true), stranger), /certificate/);
});
