/**
 * The identities of a cluster that runs on one machine whole: authority and identities lie in its data folder, and are
 * made and renewed without a question. Where replicas run on several machines, each makes its own.
 */
import { join } from 'node:path';
import { msPerDay } from '../../std/units.ts';
import { parse } from '../../trust/certificates.ts';
import { identityFileNames } from '../../trust/identity.ts';
import type { Party } from '../../trust/parties.ts';
import { createAuthority, hasAuthority } from './authority.ts';
import { loadSecret } from './files.ts';
import { believesAuthority, hasIdentity, identityFolder, renewIdentity } from './identities.ts';

const authorityFolderName = 'authority';
const authorityYears = 10;
export const certificateDays = 365;
/** From so long before its end a certificate is renewed, or a warning is said. */
export const renewalDays = 30;

export function authorityFolder(dataFolder: string): string {
  return join(dataFolder, authorityFolderName);
}

/** Makes what is missing, and renews what ends soon; returns for which parties. Those of others are let alone. */
export async function makeIdentities(
  dataFolder: string,
  parties: readonly Party[],
): Promise<readonly Party[]> {
  const authority = authorityFolder(dataFolder);
  const lacking = parties.filter((party) => isDue(identityFolder(dataFolder, party)));
  if (lacking.length === 0) return [];
  // Identities without an authority, or with one that they do not believe, were brought here or have another one since:
  // it renews them.
  const here = parties.map((party) => identityFolder(dataFolder, party)).filter(hasIdentity);
  const isOwn = hasAuthority(authority);
  if (here.some((folder) => !isOwn || !believesAuthority(folder, authority))) return [];
  if (!isOwn) await createAuthority(authority, authorityYears);
  for (const party of lacking)
    await renewIdentity(identityFolder(dataFolder, party), party, authority, certificateDays);
  return lacking;
}

/** One that is damaged is let alone: the process that needs it says what is wrong. */
function isDue(folder: string): boolean {
  if (!hasIdentity(folder)) return true;
  const certificate = parse(loadSecret(join(folder, identityFileNames.identity)));
  return certificate !== undefined && certificate.validToDate.getTime() < Date.now() + renewalDays * msPerDay;
}
