/** What a person sees once the cluster runs: where it is, what to try, how to break it and how to stop it. Pure. */
import type { Configuration } from '../configuration/configuration.ts';
import { demoKeyId, keysFileName } from '../configuration/keys.ts';

export function banner(
  configuration: Configuration,
  dataFolder: string,
  gatewayUrl: string,
  demo: boolean,
): string {
  const { replicas, durability, failover } = configuration;
  const count = replicas.length === 1 ? '1 replica' : `${replicas.length} replicas`;
  const order = `'{"symbol":"BTC-USD","side":"buy","type":"limit","price":"100","quantity":"1"}'`;
  return [
    '',
    `Lockstep runs: ${count}, durability ${durability}, failover ${failover}.`,
    '',
    `  page           ${gatewayUrl}/`,
    `  API            ${gatewayUrl}/docs`,
    `  API key        ${demoKeyId} (its secret is in ${dataFolder}/${keysFileName})`,
    ...(demo ? ['', 'Place an order:', `  npx lockstep curl POST /v1/orders ${order}`] : []),
    '',
    'Watch it, and take its leader away:',
    '  npx lockstep status --watch',
    '  npx lockstep failover            a planned switchover',
    '  kill -9 PID                      a crash; "npx lockstep status" shows the pid of the leader',
    '',
    'Stop it with Ctrl-C.',
  ].join('\n');
}
