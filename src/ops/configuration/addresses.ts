/** Where the servers of a configuration are reached from this machine. Pure. */
import type { ClientOptions } from '../../client/options.ts';
import { isLoopback } from '../../std/loopback.ts';
import { usageFailure } from '../failure.ts';
import type { ConfigurationFile } from './configuration.ts';
import { controlHostOf, type ReplicaAddress } from './replicas.ts';

export function controlUrl(replica: ReplicaAddress, { control }: ConfigurationFile): string {
  return urlOf(controlHostOf(replica), replica.controlPort, control.tls !== undefined);
}

/** Where operators give orders to a replica: over TLS, whatever the configuration says. */
export function orderUrl(replica: Pick<ReplicaAddress, 'host' | 'controlHost' | 'controlPort'>): string {
  return urlOf(controlHostOf(replica), replica.controlPort, true);
}

/** Where clients find the gateway. */
export function gatewayUrl({ gateway: { host, port, tls } }: ConfigurationFile): string {
  return urlOf(host, port, tls !== undefined);
}

/**
 * What says by which authorities gateways on other machines are trusted; undefined where they speak without TLS. The
 * file of a machine without a gateway has `control.tls` alone, whose authorities "lockstep init" uses for both.
 */
export function gatewayTls({ gateway, control }: ConfigurationFile): ConfigurationFile['gateway']['tls'] {
  return gateway.tls ?? (gateway.insecure ? undefined : control.tls);
}

/** Where the operator finds it. */
export function operatorUrl(configuration: ConfigurationFile): string {
  const { operatorHost, operatorPort } = configuration.gateway;
  return urlOf(
    operatorHost,
    operatorPort,
    operatorTls(configuration) !== undefined && !isLoopback(operatorHost),
  );
}

/** The pair that the gateway of this machine shows to the operator, where other machines reach that port. */
export function operatorTls({ gateway }: ConfigurationFile): ConfigurationFile['gateway']['tls'] {
  return gateway.operatorTls ?? gateway.tls;
}

/** A server at a name or an address of either kind. */
export function urlOf(host: string, port: number, isSecure: boolean): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host;
  return `${isSecure ? 'https' : 'http'}://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

/** All replicas that a client may be led to: those of this site, and of the others. */
export function clientAddresses({ replicas, site, sites }: ConfigurationFile): ClientOptions['replicas'] {
  const own = replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort, site: site.name }));
  const others = sites.filter(({ name }) => name !== site.name);
  return [
    ...own,
    ...others.flatMap(({ name, replicas: far }) =>
      far.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort, site: name })),
    ),
  ];
}

/** The replica of a number; throws a Failure where the configuration has none. */
export function replicaOf({ replicas }: ConfigurationFile, id: number): ReplicaAddress {
  const replica = replicas.find((candidate) => candidate.id === id);
  if (replica !== undefined) return replica;
  const ids = replicas.map((candidate) => candidate.id).join(', ');
  throw usageFailure(`There is no replica ${id}; the configuration names ${ids}.`);
}
