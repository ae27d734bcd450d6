/** The parties that may speak on a link, and for what. */
import { watchersMax } from '../protocol/canary.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { type KnownKeys, PartyKind } from '../protocol/parties.ts';
import { TrustFailure } from './failures.ts';

/** A process or person with a key of its own. The id is one of its kind: the replica's, or that in the certificate. */
export interface Party {
  readonly kind: PartyKind;
  readonly id: number;
  /** SHA-256 of its certificate, where the log of the cluster and no authority vouches for it. */
  readonly fingerprint?: Uint8Array;
}

/** Which kinds may open a connection of a role. */
const callers: Readonly<Record<ConnectionRole, readonly PartyKind[]>> = {
  [ConnectionRole.session]: [PartyKind.gateway, PartyKind.program, PartyKind.operator, PartyKind.watcher],
  [ConnectionRole.tether]: [PartyKind.replica],
  [ConnectionRole.fetch]: [PartyKind.replica],
  [ConnectionRole.shipping]: [PartyKind.operator],
};

/** Watchers had certificates of gateways with these numbers before they had a kind of their own. */
const formerWatchers = 65_000;

/** Whether a certificate is that of a watcher from then. */
export function isFormerWatcher({ kind, id }: Party): boolean {
  return kind === PartyKind.gateway && id > formerWatchers && id <= formerWatchers + watchersMax;
}

/** The party that a certificate counts as: one of a watcher from then has the rights of that watcher, no gateway's. */
export function countsAs(party: Party): Party {
  return isFormerWatcher(party) ? { kind: PartyKind.watcher, id: party.id - formerWatchers } : party;
}

export function mayOpen(role: ConnectionRole, { kind }: Party): boolean {
  return callers[role].includes(kind);
}

/** Why evidence shows nothing. */
export type EvidenceFailure =
  | typeof TrustFailure.badEvidence
  | typeof TrustFailure.notCertified
  | typeof TrustFailure.wrongCluster
  | typeof TrustFailure.anotherKey
  | typeof TrustFailure.expired
  | typeof TrustFailure.notYetValid
  | typeof TrustFailure.revoked;

/** Failures that only evidence leads to. */
const ofEvidence: readonly TrustFailure[] = [
  TrustFailure.badEvidence,
  TrustFailure.notCertified,
  TrustFailure.anotherKey,
  TrustFailure.expired,
  TrustFailure.notYetValid,
  TrustFailure.revoked,
];

export function isOfEvidence(failure: TrustFailure): boolean {
  return ofEvidence.includes(failure);
}

/** Knows whose a key is. */
export interface Verifier {
  /**
   * The party to which a static key belongs by the evidence shown for it. The other side has proven that it holds the
   * key, and nothing else: the evidence is its own choice. Both are valid during the call only.
   */
  partyOf(evidence: Uint8Array, staticKey: Uint8Array): Party | EvidenceFailure;
  /** More about the last failure of `partyOf`, in one line without secrets, where more is known. */
  readonly lastRefusal?: string;
  /** Whether evidence was taken back, whatever vouches for it otherwise. */
  isRevoked?(evidence: Uint8Array): boolean;
  /** The log of the cluster says something else of keys now. */
  believe?(known: KnownKeys): void;
}
