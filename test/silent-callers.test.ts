// Strangers that connect to a replica, say nothing and never hang up: callers that hold a key are let in all the same.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { gatewayOfTests, TestExchange } from '../src/chaos/exchange.ts';
import { identityIn, rawLink } from '../src/chaos/raw-link.ts';
import { welcome } from '../src/protocol/messages.ts';

const rounds = 60;
/** In each round, as fast as they can; together several times as many as a replica has places for. */
const silentEach = 20;

test('silent callers do not keep out those that hold a key', async (t) => {
  const exchange = await TestExchange.start({ replicas: 1 });
  t.after(() => exchange.end());
  const { tcpPort: port, host } = exchange.loaded.configuration.replicas[0]!;
  const identity = identityIn(exchange.identity(gatewayOfTests));
  const strangers: Socket[] = [];
  t.after(() => {
    for (const socket of strangers) socket.destroy();
  });
  let welcomed = 0;
  for (let round = 0; round < rounds; round++) {
    const honest = connect(port, host);
    await once(honest, 'connect');
    for (let n = 0; n < silentEach; n++) strangers.push(await silentCaller(port, host));
    if (await isWelcome(honest, identity)) welcomed++;
    honest.destroy();
  }
  assert.equal(welcomed, rounds);
  const { counters } = await exchange.leader();
  assert.ok(counters.connectionsRefused > 0, 'strangers had to go');
});

/** Neither speaks nor hangs up, whatever the other side does. */
async function silentCaller(port: number, host: string): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Whether the replica takes the caller; false where it ends the connection. */
function isWelcome(socket: Socket, identity: ReturnType<typeof identityIn>): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    const received = (bytes: Uint8Array): void =>
      resolve(Buffer.from(bytes).readUInt16LE(welcome.at.code) === 0);
    rawLink(socket, identity, 1, { received }).start();
  });
}
