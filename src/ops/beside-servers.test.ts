// The small servers of processes beside the replicas refuse heads with two meanings as gateways and replicas do.
import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Registry } from '@prometheus-io/client';
import { vipServer } from './addresses/vip-server.ts';
import { figuresServer } from './processes/figures-server.ts';

async function answerOf(server: Server, bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

test('a head with two meanings is refused by the servers of vip, backups and sites, and others are answered', async (t) => {
  const figures = await figuresServer({
    ...{ what: 'backup', key: 'backup.port', port: 0, registry: new Registry() },
    status: () => ({}),
    alarms: () => [],
  });
  const vip = await vipServer({
    host: '127.0.0.1',
    port: 0,
    identity: undefined,
    standing: () => ({}),
    registry: new Registry(),
  });
  t.after(() => [figures, vip].map((server) => server.close()));
  for (const [server, path] of [
    [figures, '/status'],
    [vip, '/vip'],
  ] as const) {
    const ask = (headers: string, target: string = path): Promise<string> =>
      answerOf(server, `GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    assert.match(await ask('Host: x\r\n'), /^HTTP\/1\.1 200 /);
    assert.match(await ask('Host: x\r\nHost: y\r\n'), /^HTTP\/1\.1 400 [\s\S]*stands twice/);
    assert.match(await ask(''), /^HTTP\/1\.1 400 [\s\S]*is missing/);
    assert.match(await ask('Host: x\r\n', `http://x${path}`), /^HTTP\/1\.1 400 [\s\S]*a path from/);
  }
});
