/**
 * Believes certificates that no authority has signed, as far as the log of the cluster does: that of a member that came
 * by a join token, and, as long as a token is open, one that its secret half signed. What must hold: such a certificate
 * makes its owner this one replica and nothing else, no longer than the log says so, and not once it is revoked.
 */

import type { KnownKeys, MemberKey } from '../protocol/parties.ts';
import { PartyKind } from '../protocol/parties.ts';
import { TrustFailure } from './failures.ts';
import type { EvidenceFailure, Party, Verifier } from './parties.ts';

/** What evidence says that no authority has signed. */
export interface KeyClaim {
  readonly party: Party;
  readonly linkKey: Uint8Array;
  /** SHA-256 of the evidence. */
  readonly fingerprint: Uint8Array;
  /** Whether the owner of this public key signed it. */
  isSignedBy(key: Uint8Array): boolean;
}

/** Reads evidence of a party of this cluster; undefined where it is none. */
export type ReadClaim = (evidence: Uint8Array) => KeyClaim | undefined;

export class JoinedKeys implements Verifier {
  readonly #authorities: Verifier;
  readonly #readClaim: ReadClaim;
  /** What is believed of replicas of which the log has said nothing yet. */
  #seeds: readonly MemberKey[];
  #known: KnownKeys = { members: [], tokens: [] };
  #lastRefusal: string | undefined;

  constructor(authorities: Verifier, readClaim: ReadClaim, seeds: readonly MemberKey[] = []) {
    this.#authorities = authorities;
    this.#readClaim = readClaim;
    this.#seeds = seeds.filter(({ fingerprint }) => !isBlank(fingerprint));
  }

  get lastRefusal(): string {
    return this.#lastRefusal ?? this.#authorities.lastRefusal ?? '';
  }

  /** The log says otherwise now. */
  believe(known: KnownKeys): void {
    this.#known = known;
    const { members } = known;
    this.#seeds = this.#seeds.filter(
      ({ replicaId: id }) => !members.some(({ replicaId }) => replicaId === id),
    );
  }

  partyOf(evidence: Uint8Array, staticKey: Uint8Array): Party | EvidenceFailure {
    this.#lastRefusal = undefined;
    const certified = this.#authorities.partyOf(evidence, staticKey);
    if (certified !== TrustFailure.notCertified) return certified;
    const claim = this.#readClaim(evidence);
    if (claim === undefined || claim.party.kind !== PartyKind.replica) return certified;
    const { id } = claim.party;
    if (!isSame(claim.linkKey, staticKey))
      return this.#refuse(TrustFailure.anotherKey, `It is for another key of replica ${id} than is used.`);
    if (this.#authorities.isRevoked?.(evidence) === true)
      return this.#refuse(
        TrustFailure.revoked,
        `It is that of replica ${id}, and its serial number is revoked.`,
      );
    const joined = { ...claim.party, fingerprint: claim.fingerprint };
    const { members, tokens } = this.#known;
    const member =
      members.find(({ replicaId }) => replicaId === id) ??
      this.#seeds.find(({ replicaId }) => replicaId === id);
    if (member !== undefined && isSame(member.fingerprint, claim.fingerprint)) return joined;
    const token = tokens.find(({ replicaId }) => replicaId === id);
    if (token !== undefined && claim.isSignedBy(token.key)) return joined;
    return this.#refuse(
      TrustFailure.notCertified,
      `It is of a join token for replica ${id} that is not open: it was used, was withdrawn, has expired, or is of another ` +
        'cluster.',
    );
  }

  #refuse(failure: EvidenceFailure, why: string): EvidenceFailure {
    this.#lastRefusal = why;
    return failure;
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, n) => byte === right[n]);
}

function isBlank(fingerprint: Uint8Array): boolean {
  return fingerprint.every((byte) => byte === 0);
}
