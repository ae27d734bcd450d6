/**
 * How the commands of this program reach the exchange: the SDK, with the addresses of the configuration and an identity
 * of the data folder.
 */
import { type Client, type ClientOptions, connect } from '../../client/index.ts';
import { operatorOf, ownFolder } from '../certificates/own-identity.ts';
import { clientAddresses } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';

/** Connects and opens a session; rejects with a LockstepError, or a Failure when there is no identity. */
export async function connectToExchange(
  { configuration, dataFolder }: Loaded,
  options: Pick<ClientOptions, 'feed' | 'commandTimeoutMs' | 'connectTimeoutMs' | 'windowCommandsMax'>,
): Promise<Client> {
  return connect({
    ...options,
    replicas: clientAddresses(configuration),
    identity: ownFolder(dataFolder, operatorOf(configuration)),
  });
}
