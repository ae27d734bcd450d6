/**
 * The identity of a client. The files of an identity are looked at again when a connection is made, so that a renewed
 * certificate, other authorities and revocations count without a restart; files that cannot be used are let alone, and
 * what was read before goes on. Whom it believes is read also where its own certificate has ended.
 */
import { join } from 'node:path';
import { Certificates, claimReader } from '../trust/certificates.ts';
import type { LinkIdentity, OwnIdentity } from '../trust/handshake.ts';
import { identityFileNames } from '../trust/identity.ts';
import { JoinedKeys } from '../trust/joined-keys.ts';
import type { Verifier } from '../trust/parties.ts';
import { LockstepError } from './errors.ts';
import { fileStamp } from './file-stamp.ts';
import { openAuthorities, openIdentity } from './identity-folder.ts';

/** Reads a folder, or takes what has been read. Throws a {@link LockstepError} that says what is wrong with it. */
export function identityOf(identity: string | LinkIdentity): LinkIdentity {
  if (typeof identity !== 'string') return identity;
  try {
    return new FolderIdentity(identity);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LockstepError(
      'invalidArgument',
      `The identity in ${identity} cannot be used: ${problem.replace(/\.$/, '')}. "lockstep certificates" makes identities.`,
    );
  }
}

class FolderIdentity implements LinkIdentity {
  readonly verifier: Verifier;
  readonly #folder: string;
  readonly #certificates: Certificates;
  #own: OwnIdentity;
  #version: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#version = versionOf(folder);
    const { own, authorities } = openIdentity(folder);
    this.#own = own;
    this.#certificates = new Certificates(authorities, () => Date.now() / 1_000);
    this.verifier = new JoinedKeys(this.#certificates, claimReader(own.clusterUuid));
  }

  get own(): OwnIdentity {
    const version = versionOf(this.#folder);
    if (version === this.#version) return this.#own;
    this.#version = version;
    try {
      const { own, authorities } = openIdentity(this.#folder);
      this.#certificates.replace(authorities);
      this.#own = own;
    } catch {
      // Perhaps only half of the new files is there, or what is there has ended: the next connection looks again.
      const authorities = openAuthorities(this.#folder, this.#own.clusterUuid);
      if (authorities !== undefined) this.#certificates.replace(authorities);
      this.#own = { ...this.#own };
    }
    return this.#own;
  }
}

/** Another text once a file of an identity has changed. */
export function versionOf(folder: string): string {
  return Object.values(identityFileNames)
    .map((name) => fileStamp(join(folder, name)))
    .join();
}
