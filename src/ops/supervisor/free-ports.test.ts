import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { Failure } from '../failure.ts';
import { checkPortsFree } from './free-ports.ts';

test('every port that is taken is named with its key and the option that changes it', async (context) => {
  const tcp = createServer().listen(0, '127.0.0.1');
  const udp = createSocket('udp4');
  udp.bind(0, '127.0.0.1');
  context.after(() => {
    tcp.close();
    udp.close();
  });
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
  const gatewayPort = (tcp.address() as { port: number }).port;
  const udpPort = udp.address().port;
  const { configuration } = readConfiguration({ replicas: [{ udpPort }], gateway: { port: gatewayPort } });
  await assert.rejects(checkPortsFree(configuration), (error: Error) => {
    assert.ok(error instanceof Failure);
    assert.match(
      error.message,
      new RegExp(`TCP port ${gatewayPort} .*key gateway.port \\(option --gateway-port\\)`),
    );
    assert.match(error.message, new RegExp(`UDP port ${udpPort} .*key replicas\\[0\\].udpPort`));
    return true;
  });
});

test('a replica of another machine is not for "up"', async () => {
  const { configuration } = readConfiguration({ replicas: [{ host: '192.0.2.1' }] });
  await assert.rejects(
    checkPortsFree(configuration as ConfigurationFile),
    /replicas\[0\]\.host: 192\.0\.2\.1 is no address of this machine/,
  );
});
