/** Identities of a made-up cluster with certificates that are valid until 2125, for tests against a real clock. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, identityFileNames, readIdentity } from '../identity.ts';

/** They are valid then, and long after. */
const readAtSeconds = 1_800_000_000;
const folder = join(import.meta.dirname, '..', 'testdata', 'identities');

export function lastingIdentity(name: 'replica-1' | 'gateway-1'): Identity {
  const textOf = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
  const files = {
    identity: textOf(identityFileNames.identity),
    authorities: textOf(identityFileNames.authorities),
    revoked: undefined,
  };
  const identity = readIdentity(files, () => readAtSeconds);
  if ('problem' in identity) throw new Error(identity.problem);
  return identity;
}
