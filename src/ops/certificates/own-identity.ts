/** The identities of the processes of this machine. */
import { join } from 'node:path';
import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { parse, partyText } from '../../trust/certificates.ts';
import { type Identity, identityFileNames } from '../../trust/identity.ts';
import { isFormerWatcher, type Party } from '../../trust/parties.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { loadSecret } from './files.ts';
import { hasIdentity, identityFolder } from './identities.ts';
import { keyOf } from './keys.ts';

/** The first operator of a cluster, for which `lockstep up` makes an identity. */
export const ownOperator: Party = { kind: PartyKind.operator, id: 1 };

/** The identity of the commands of this program, to replicas. */
export function operatorOf({ control }: Pick<ConfigurationFile, 'control'>): Party {
  return { kind: PartyKind.operator, id: control.operator };
}

/**
 * The identity of `lockstep watch`: that of the watcher; elsewhere that of a watcher from when they were gateways, or
 * that of the operator.
 */
export function watcherOf({ configuration, dataFolder }: WatcherPlace, watcher: number): Party {
  const own = { kind: PartyKind.watcher, id: watcher };
  const has = (party: Party): boolean => hasIdentity(identityFolder(dataFolder, party));
  const former = gatewayOf(configuration);
  const others = [...(isFormerWatcher(former) ? [former] : []), operatorOf(configuration)];
  return has(own) ? own : (others.find(has) ?? own);
}

/** The configuration and the data folder of a machine. */
interface WatcherPlace {
  readonly configuration: Pick<ConfigurationFile, 'control' | 'gateway'>;
  readonly dataFolder: string;
}

export function gatewayOf({ gateway }: Pick<ConfigurationFile, 'gateway'>): Party {
  return { kind: PartyKind.gateway, id: gateway.id };
}

/** All that run, or are run, where a whole cluster is on one machine. */
export function partiesOf(configuration: Pick<ConfigurationFile, 'replicas' | 'gateway'>): readonly Party[] {
  const replicas = configuration.replicas.map(({ id }) => ({ kind: PartyKind.replica, id }));
  return [...replicas, gatewayOf(configuration), ownOperator];
}

/** The folder of an identity that is there; throws a Failure that says how to make one. */
export function ownFolder(dataFolder: string, party: Party): string {
  const folder = identityFolder(dataFolder, party);
  if (hasIdentity(folder)) return folder;
  const name = partyText(party);
  const elsewhere =
    party.kind === PartyKind.operator
      ? ' Orders are given on the machine of an operator: go there, or to the folder of the exchange.'
      : '';
  throw usageFailure(
    `There is no identity of ${name} in ${folder}.${elsewhere} Make a request with "lockstep certificates request ` +
      `${name}", let the authority of the cluster sign it, and put the certificate there with "lockstep certificates install"; ` +
      '"lockstep up" makes those of a cluster on one machine.',
  );
}

/** What TLS shows and proves of a party: its certificate, and the key of that. */
export interface TlsPair {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** The pair of an identity that is there, to prove itself by TLS; throws a Failure where there is none. */
export function tlsPairOf(dataFolder: string, party: Party): TlsPair {
  const path = join(ownFolder(dataFolder, party), identityFileNames.identity);
  const text = loadSecret(path);
  const certificate = parse(text)?.toString();
  const key = keyOf(text, 'ed25519')?.export({ format: 'pem', type: 'pkcs8' }).toString();
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  throw usageFailure(
    `${path} holds no certificate with its key: "lockstep certificates renew ${partyText(party)}" makes another.`,
  );
}

/** Throws a Failure where others would refuse it, or where it is that of another party. */
export function openOwnIdentity(dataFolder: string, party: Party): Identity {
  const folder = ownFolder(dataFolder, party);
  const name = partyText(party);
  let identity: Identity;
  try {
    identity = openIdentity(folder);
  } catch (error) {
    throw usageFailure(
      `The identity of ${name} cannot be used: ${messageOf(error)} "lockstep certificates renew ${name}" makes another where ` +
        'the authority is at hand; otherwise begin with "lockstep certificates request".',
    );
  }
  const found = partyText(identity.own.party);
  if (found === name) return identity;
  throw usageFailure(
    `${folder} holds the identity of ${found}, and ${name} is needed there. Was the folder copied? Each party has one of its ` +
      `own: "lockstep certificates request ${name}" begins one.`,
  );
}
