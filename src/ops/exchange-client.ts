/**
 * How the commands of this program reach the exchange: the SDK, with the addresses and the key of the configuration.
 */
import { type Client, type ClientOptions, connect } from '../client/index.ts';
import { findKeys } from './configuration/keys.ts';
import type { Loaded } from './configuration/load.ts';
import { Failure } from './failure.ts';

/** Connects and opens a session; rejects with a LockstepError, or a Failure when the key is not known. */
export async function connectToExchange(
  { configuration, dataFolder }: Loaded,
  options: Pick<ClientOptions, 'feed' | 'commandTimeoutMs' | 'connectTimeoutMs'>,
): Promise<Client> {
  const keys = findKeys(configuration, dataFolder);
  if (keys === undefined) {
    throw new Failure(
      `The session key is not known: ${dataFolder} has no keys.json. Name the cluster's data folder with --data, or set keys.session.`,
    );
  }
  return connect({
    ...options,
    replicas: configuration.replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
    clusterId: configuration.clusterId,
    sessionKey: Buffer.from(keys.session).toString('hex'),
  });
}
