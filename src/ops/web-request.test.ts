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

const keeping = { keepAlive: true };

test('an agent that keeps its connection uses it for every request, however the server proves itself', async () => {
  const proven = (): ServerTrust => ({ holderProblem: () => undefined });
  const listed = (): ServerTrust => ({ authorities: authority.certificate });
  const own = (): ServerTrust => ({ own: certificate });
  for (const [agent, trust] of [
    [new ProvenAgent(proven, keeping), proven],
    [new ProvenAgent(listed, keeping), listed],
    [new ProvenAgent(own, keeping), own],
  ] as const) {
    assert.equal(await connectionsOf(agent, trust), 1);
    agent.destroy();
  }
});

test('without an agent each request has a connection of its own, and a wrong holder gets none', async () => {
  assert.equal(await connectionsOf(undefined, () => ({ own: certificate })), 5);
  const wrong = (): ServerTrust => ({ holderProblem: () => 'it is of another replica' });
  await assert.rejects(connectionsOf(new ProvenAgent(wrong, keeping), wrong), /it is of another replica/);
  const stranger = (): ServerTrust => ({ authorities: makeAuthority('a stranger').certificate });
  await assert.rejects(connectionsOf(new ProvenAgent(stranger, keeping), stranger), /certificate/);
});

/** Asks through an agent that keeps connections, by a trust that changes; how many connections each trust took. */
async function asksWith(
  trust: ServerTrust,
  ...changes: readonly ((before: ServerTrust) => ServerTrust)[]
): Promise<(number | string)[]> {
  let now = trust;
  const agent = new ProvenAgent(() => now, keeping);
  const took: (number | string)[] = [];
  for (const change of [(same: ServerTrust) => same, ...changes]) {
    now = change(now);
    took.push(await connectionsOf(agent, () => now).catch((error: Error) => error.message));
  }
  agent.destroy();
  return took;
}

test('a kept connection is used no more once its server is not believed', async () => {
  const believed: ServerTrust = { holderProblem: () => undefined };
  const revoked = (): ServerTrust => ({ holderProblem: () => 'it was revoked' });
  assert.deepEqual(await asksWith(believed, (same) => same, revoked), [1, 0, 'it was revoked']);
  const listed: ServerTrust = { authorities: authority.certificate };
  const other = makeAuthority('another venue');
  const [first, second] = await asksWith(listed, () => ({ authorities: other.certificate }));
  assert.equal(first, 1);
  assert.match(String(second), /certificate/);
  const both = `${other.certificate}${authority.certificate}`;
  assert.deepEqual(await asksWith(listed, () => ({ authorities: both })), [1, 1]);
});

test('a certificate that was renewed is shown on a connection of its own, and files that fail change nothing', async () => {
  const shown = makeCertificate({ issuer: authority });
  const renewed = makeCertificate({ issuer: authority });
  const trust: ServerTrust = { holderProblem: () => undefined, shown };
  assert.deepEqual(await asksWith(trust, (before) => ({ ...before, shown: renewed })), [1, 1]);
  let hasFailed = false;
  const agent = new ProvenAgent(() => {
    if (hasFailed) throw new Error('EIO');
    return trust;
  }, keeping);
  assert.equal(await connectionsOf(agent, () => trust), 1);
  hasFailed = true;
  assert.equal(await connectionsOf(agent, () => trust), 0);
  agent.destroy();
});

test('an answer that waited is dropped where its server was revoked meanwhile', async () => {
  let isRevoked = false;
  const agent = new ProvenAgent(
    () => ({ holderProblem: () => (isRevoked ? 'it was revoked' : undefined) }),
    keeping,
  );
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}/`;
  const signal = AbortSignal.timeout(60_000);
  const asked = ask({ url, method: 'POST', body: '{}', signal, agent });
  server.once('request', () => {
    isRevoked = true;
  });
  await assert.rejects(asked, /not believed any more/);
  await assert.rejects(ask({ url, signal, agent }), /it was revoked/);
  agent.destroy();
});
