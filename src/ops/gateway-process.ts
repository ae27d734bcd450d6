/** The process of one gateway: settings from the configuration, until it receives an end signal. */
import { setFlagsFromString } from 'node:v8';
import { startGateway } from '../gateway/gateway.ts';
import { openKeys } from './configuration/keys.ts';
import type { Loaded } from './configuration/load.ts';
import { endRequested } from './end-signals.ts';
import { Failure, messageOf } from './failure.ts';

/** Runs a gateway; throws a Failure where it cannot listen. */
export async function runGateway({ configuration, dataFolder }: Loaded): Promise<void> {
  const { gateway, clusterId, replicas } = configuration;
  const keys = openKeys(configuration, dataFolder);
  const ended = endRequested();
  // From a burst V8 learns to make objects of requests old at birth. Each keeps its dead request alive until a full
  // collection, and the frequent small ones then take twenty times as long.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const running = await startGateway({
    host: gateway.host,
    port: gateway.port,
    operatorHost: gateway.operatorHost,
    operatorPort: gateway.operatorPort,
    clusterId,
    sessionKey: Buffer.from(keys.session).toString('hex'),
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    operatorToken: keys.operator,
    apiKeys: keys.apiKeys,
    timeWindowMs: gateway.timeWindowMs,
  }).catch((error: unknown) => {
    throw new Failure(messageOf(error));
  });
  await running.close(await ended);
}
