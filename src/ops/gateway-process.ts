/** The process of one gateway: settings from the configuration, until it receives an end signal. */
import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { ownFolder, ownGateway } from './certificates/own-identity.ts';
import { openKeys } from './configuration/keys.ts';
import type { Loaded } from './configuration/load.ts';
import { endRequested } from './end-signals.ts';
import { Failure, messageOf } from './failure.ts';
import { TlsWatch } from './tls-watch.ts';

/** Runs a gateway; throws a Failure where it cannot listen. */
export async function runGateway({ configuration, dataFolder }: Loaded): Promise<void> {
  const { gateway, replicas } = configuration;
  const keys = openKeys(configuration, dataFolder);
  let running: Gateway | undefined;
  const watch =
    gateway.tls &&
    new TlsWatch({
      files: gateway.tls,
      key: 'gateway.tls',
      log: pino({ base: { component: 'gateway' }, timestamp: pino.stdTimeFunctions.isoTime }),
      onRenewed: (identity) => running?.present(identity),
    });
  const ended = endRequested(watch && (() => watch.reload()));
  // From a burst V8 learns to make objects of requests old at birth. Each keeps its dead request alive until a full
  // collection, and the frequent small ones then take twenty times as long.
  setFlagsFromString('--no-allocation-site-pretenuring');
  running = await startGateway({
    host: gateway.host,
    port: gateway.port,
    operatorHost: gateway.operatorHost,
    operatorPort: gateway.operatorPort,
    ...(watch && { tls: watch.identity }),
    identity: ownFolder(dataFolder, ownGateway),
    replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    operatorToken: keys.operator,
    apiKeys: keys.apiKeys,
    timeWindowMs: gateway.timeWindowMs,
    ...(gateway.trustedProxies && { trustedProxies: gateway.trustedProxies }),
    limits: gateway.limits,
  }).catch((error: unknown) => {
    throw new Failure(messageOf(error));
  });
  // The files may have changed while it started.
  if (watch) running.present(watch.identity);
  const why = await ended;
  watch?.end();
  await running.close(why);
}
