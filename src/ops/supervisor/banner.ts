/** What a person sees once the cluster runs: where it is, what to try, how to break it and how to stop it. Pure. */
import { operatorUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { demoKeyId, keysFileName } from '../configuration/keys.ts';
import { calledAs } from '../version.ts';

/** An order that the demonstration market takes. */
export const sampleOrder = { symbol: 'ACME', side: 'buy', type: 'limit', price: '123.45', quantity: '10' };

/** `options`: what the commands need to find this cluster, such as ` --data folder`. */
export function banner(
  configuration: ConfigurationFile,
  dataFolder: string,
  gatewayUrl: string,
  demo: boolean,
  options: string,
): string {
  const { replicas, durability, failover } = configuration;
  const count = replicas.length === 1 ? '1 replica' : `${replicas.length} replicas`;
  const command = (words: string): string => `  ${calledAs()} ${words}${options}`;
  return [
    '',
    `Lockstep runs: ${count}, durability ${durability}, failover ${failover}.`,
    '',
    `  page           ${gatewayUrl}/`,
    `  API            ${gatewayUrl}/docs`,
    `  operator       ${operatorUrl(configuration)}/docs, and /metrics`,
    `  API key        ${demoKeyId} (its secret is in ${dataFolder}/${keysFileName})`,
    ...(demo
      ? ['', 'Place an order:', command(`curl POST /v1/orders '${JSON.stringify(sampleOrder)}'`)]
      : []),
    '',
    'Watch it, and take its leader away, by a planned switchover or by a crash:',
    command('status --watch'),
    command('failover'),
    '  kill -9 PID      (the pid of the leader is in the status)',
    '',
    'Stop it with Ctrl-C.',
  ].join('\n');
}
