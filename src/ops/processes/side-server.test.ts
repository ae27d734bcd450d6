// The small servers of processes beside the replicas refuse what gateways and replicas refuse.
import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Registry } from '@prometheus-io/client';
import { sideServer, statusPages } from './side-server.ts';

function listening(alarms: readonly string[], port = 0): Promise<Server> {
  return sideServer({
    ...{ what: 'The backup', keys: 'the key backup.port', port, registry: new Registry() },
    pages: statusPages(
      () => ({ seq: 7 }),
      () => alarms,
    ),
  });
}

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

test('a head with two meanings is refused by a server beside the replicas, and others are answered', async (t) => {
  const server = await listening([]);
  t.after(() => server.close());
  const ask = (headers: string, target = '/status'): Promise<string> =>
    answerOf(server, `GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
  assert.match(await ask('Host: x\r\n'), /^HTTP\/1\.1 200 /);
  assert.match(await ask('Host: x\r\nHost: y\r\n'), /^HTTP\/1\.1 400 [\s\S]*is there twice/);
  assert.match(await ask(''), /^HTTP\/1\.1 400 [\s\S]*is missing/);
  assert.match(await ask('Host: x\r\n', 'http://x/status'), /^HTTP\/1\.1 400 [\s\S]*a path from/);
});

test('a server beside the replicas has its own pages, its health and its metrics, and nothing else', async (t) => {
  const alarms: string[] = [];
  const server = await listening(alarms);
  t.after(() => server.close());
  const ask = (path: string, method = 'GET'): Promise<string> =>
    answerOf(server, `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.match(await ask('/status?since=1'), /^HTTP\/1\.1 200 [\s\S]*\{"seq":7,"alarms":\[\]\}/);
  assert.match(await ask('/health/live'), /^HTTP\/1\.1 200 /);
  assert.match(await ask('/health/ready'), /^HTTP\/1\.1 200 [\s\S]*\{"ok":true,"alarms":\[\]\}/);
  alarms.push('it is late');
  assert.match(await ask('/health/ready'), /^HTTP\/1\.1 503 [\s\S]*\{"ok":false,"alarms":\["it is late"\]\}/);
  assert.match(await ask('/metrics'), /^HTTP\/1\.1 200 /);
  const pages =
    /^HTTP\/1\.1 404 [\s\S]*There are GET \/status, \/health\/ready, \/health\/live and \/metrics\./;
  assert.match(await ask('/'), pages);
  assert.match(await ask('/toString'), pages);
  assert.match(await ask('/status', 'POST'), /^HTTP\/1\.1 405 /);
});

test('a port that is taken is named with the keys that say which', async (t) => {
  const server = await listening([]);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const said = new RegExp(
    `^The backup cannot listen on 127\\.0\\.0\\.1, port ${port}: .* Change the key backup\\.port, `,
  );
  await assert.rejects(listening([], port), { message: said });
});
