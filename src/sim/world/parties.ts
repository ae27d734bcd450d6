/** Who there is in a simulated world, and the authority that knows them: keys are real ones. */

import type { PartyKind } from '../../protocol/parties.ts';
import { TrustFailure } from '../../trust/failures.ts';
import type { OwnIdentity } from '../../trust/handshake.ts';
import { keyPairOf } from '../../trust/noise.ts';
import { Authority, bytesFrom, identity } from '../../trust/testing/parties.ts';

/** Made once for all worlds: to make a key costs more than most of a run's events. */
const made = new Map<string, OwnIdentity>();

function madeOnce(name: string, make: () => OwnIdentity): OwnIdentity {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

export class Parties {
  readonly authority = new Authority();

  /** The identity of a party, known to the authority. */
  of(kind: keyof typeof PartyKind, id: number): OwnIdentity {
    const own = madeOnce(`${kind} ${id}`, () => identity(kind, id));
    this.authority.enrol(own);
    return own;
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
