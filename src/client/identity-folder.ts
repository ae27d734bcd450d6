/**
 * Reads an identity folder: which party this process is, and the authorities that it believes. Errors name the file,
 * and no secret.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exposureOf } from '../std/exposure.ts';
import type { Authorities } from '../trust/certificates.ts';
import { authoritiesOf, type Identity, identityFileNames, readIdentity } from '../trust/identity.ts';

const fileBytesMax = 1_048_576;

/** Throws in words where it cannot be used. `life`: the incarnation of a replica. */
export function openIdentity(folder: string, life = 0): Identity {
  const files = { identity: textOf(folder, identityFileNames.identity, true), ...beliefsIn(folder) };
  const identity = readIdentity(files, () => Date.now() / 1_000, life);
  if ('own' in identity) return identity;
  throw new Error(`${join(folder, identityFileNames[identity.file])}: ${identity.problem}`);
}

/**
 * Whom a folder believes, also where its own certificate has ended or was revoked: what is taken back counts there too.
 * Undefined where that cannot be read.
 */
export function openAuthorities(folder: string, clusterUuid: Uint8Array): Authorities | undefined {
  try {
    const found = authoritiesOf(beliefsIn(folder), clusterUuid);
    return 'problem' in found ? undefined : found;
  } catch {
    return undefined;
  }
}

function beliefsIn(folder: string): { readonly authorities: string; readonly revoked: string | undefined } {
  return {
    authorities: textOf(folder, identityFileNames.authorities, false),
    revoked: optionalTextOf(folder, identityFileNames.revoked),
  };
}

function optionalTextOf(folder: string, name: string): string | undefined {
  try {
    return textOf(folder, name, false);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A regular file, whole, with a bound: a device, or a link to one, might never end. */
function textOf(folder: string, name: string, isSecret: boolean): string {
  const path = join(folder, name);
  // A pipe without a writer would block the open.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`${path} is not a regular file.`);
    if (stats.size > fileBytesMax) throw new Error(`${path} has more than ${fileBytesMax} bytes.`);
    const problem = isSecret ? exposureOf(path, stats, process.geteuid?.()) : undefined;
    if (problem !== undefined)
      throw new Error(`${path} holds secrets, and ${problem}. Renew it if others had access.`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
