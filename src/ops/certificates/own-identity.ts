/** Who the processes of this machine are. */
import { openIdentity } from '../../client/identity-folder.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Identity } from '../../trust/identity.ts';
import { type Party, PartyKind } from '../../trust/parties.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { hasIdentity, identityFolder } from './identities.ts';

/** The commands of this program, as far as they reach the exchange by a session. */
export const ownProgram: Party = { kind: PartyKind.program, id: 1 };
export const ownGateway: Party = { kind: PartyKind.gateway, id: 1 };

/** All that run, or are run, where a whole cluster is on one machine. */
export function partiesOf({ replicas }: Pick<Configuration, 'replicas'>): readonly Party[] {
  const members = replicas.map(({ id }) => ({ kind: PartyKind.replica, id }));
  return [...members, ownGateway, ownProgram];
}

/** The folder of an identity that is there; throws a Failure that says how to make one. */
export function ownFolder(dataFolder: string, party: Party): string {
  const folder = identityFolder(dataFolder, party);
  if (hasIdentity(folder)) return folder;
  const name = partyText(party);
  throw usageFailure(
    `There is no identity of ${name} in ${folder}. Make a request with "lockstep certificates request ${name}", let the ` +
      'authority of the cluster sign it, and put the certificate there; "lockstep up" makes those of a cluster on one machine.',
  );
}

export function openOwnIdentity(dataFolder: string, party: Party): Identity {
  const folder = ownFolder(dataFolder, party);
  try {
    return openIdentity(folder);
  } catch (error) {
    throw usageFailure(`The identity of ${partyText(party)} cannot be used: ${messageOf(error)}`);
  }
}
