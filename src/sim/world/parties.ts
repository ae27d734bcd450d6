/** The parties of a simulated world, and the authority that knows them: keys are real ones. */

import { PartyKind } from '../../protocol/parties.ts';
import { TrustFailure } from '../../trust/failures.ts';
import type { OwnIdentity } from '../../trust/handshake.ts';
import type { ReadClaim } from '../../trust/joined-keys.ts';
import { keyPairOf } from '../../trust/noise.ts';
import { Authority, bytesFrom, identity } from '../../trust/testing/parties.ts';

/** Made once for all worlds: to make a key costs more than most of a run's events. */
const made = new Map<string, OwnIdentity>();

function madeOnce(name: string, make: () => OwnIdentity): OwnIdentity {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

/** The public half of a join token. */
export function tokenKey(token: string): Uint8Array {
  return keyPairOf(bytesFrom(`token ${token}`)).publicKey;
}

/** Reads the evidence of one that came by a join token. */
export const readJoined: ReadClaim = (evidence) => {
  const text = String.fromCharCode(...evidence);
  const [, id, linkKey, signer] = /^joined (\d+) ([\d,]+) ([\d,]+)$/.exec(text) ?? [];
  if (id === undefined || linkKey === undefined) return undefined;
  return {
    party: { kind: PartyKind.replica, id: Number(id) },
    linkKey: Uint8Array.from(linkKey.split(','), Number),
    // Of one machine, as its key is.
    fingerprint: Uint8Array.from(linkKey.split(','), Number),
    isSignedBy: (key) => `${key}` === signer,
  };
};

export class Parties {
  readonly authority = new Authority();

  /** The identity of a party, known to the authority. */
  of(kind: keyof typeof PartyKind, id: number): OwnIdentity {
    const own = madeOnce(`${kind} ${id}`, () => identity(kind, id));
    this.authority.enrol(own);
    return own;
  }

  /** One that no authority knows, whose key the secret half of a join token has signed. */
  joined(id: number, token: string): OwnIdentity {
    const staticKey = keyPairOf(bytesFrom(`joined ${id} ${token}`));
    const text = `joined ${id} ${staticKey.publicKey} ${tokenKey(token)}`;
    const evidence = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return madeOnce(`joined ${id} ${token}`, () => identity('replica', id, { staticKey, evidence }));
  }

  /** One that no authority knows, which shows the evidence of another. */
  forged(kind: keyof typeof PartyKind, id: number): OwnIdentity {
    const staticKey = keyPairOf(bytesFrom(`forged ${kind} ${id}`));
    return madeOnce(`forged ${kind} ${id}`, () => identity(kind, id, { staticKey }));
  }

  /** One that the authority knew, and has taken back. */
  revoked(kind: keyof typeof PartyKind, id: number): OwnIdentity {
    const own = madeOnce(`revoked ${kind} ${id}`, () => ({
      ...identity(kind, id),
      staticKey: keyPairOf(bytesFrom(`revoked ${kind} ${id}`)),
      evidence: bytesFrom(`revoked ${kind} ${id}`, 8),
    }));
    this.authority.enrol(own);
    this.authority.finds(own, TrustFailure.revoked);
    return own;
  }
}
