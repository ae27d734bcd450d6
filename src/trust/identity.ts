/**
 * What a party keeps about itself, as it is in the files of an identity folder: its certificate and the secrets of
 * the keys in it, the authorities that it believes, and what they revoked. No text of a problem holds a secret.
 */
import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { type Authorities, Certificates, nameIn, parse, readAuthorities } from './certificates.ts';
import { TrustFailure } from './failures.ts';
import type { OwnIdentity } from './handshake.ts';
import { keyBytes, keyPairOf } from './noise.ts';
import type { EvidenceFailure } from './parties.ts';

/** Names in an identity folder. */
export const identityFileNames = {
  /** The certificate, the link key and the key of the certificate itself: one file, so that all change at once. */
  identity: 'identity.pem',
  authorities: 'authorities.pem',
  revoked: 'revoked.json',
} as const;

/** Their texts; `revoked` is undefined where there is no such file. */
export interface IdentityFiles {
  readonly identity: string;
  readonly authorities: string;
  readonly revoked: string | undefined;
}

export interface Identity {
  readonly own: OwnIdentity;
  readonly authorities: Authorities;
  readonly certificate: X509Certificate;
}

/** A file of these, and what is wrong with it. */
export interface IdentityProblem {
  readonly file: keyof IdentityFiles;
  readonly problem: string;
  /** What others answer to the certificate. */
  readonly failure?: EvidenceFailure;
}

/** The issuer of certificates that a join token has signed: whether they count the log of the cluster says. */
export const tokenIssuer = 'CN=lockstep join token';

export const revokedMax = 4_096;

/** Whom these files believe in a cluster, whatever the identity beside them is worth. */
export function authoritiesOf(
  files: Pick<IdentityFiles, 'authorities' | 'revoked'>,
  clusterUuid: Uint8Array,
): Authorities | IdentityProblem {
  const authorities = readAuthorities(files.authorities);
  if (typeof authorities === 'string') return { file: 'authorities', problem: authorities };
  const revoked = readRevoked(files.revoked);
  if (revoked === undefined)
    return { file: 'revoked', problem: 'it is not what "certificates revoke" writes' };
  return { certificates: authorities.map(({ raw }) => raw), clusterUuid, revoked };
}

/** Reads an identity and holds it to the rules that others will hold it to. `life`: the incarnation of a replica. */
export function readIdentity(
  files: IdentityFiles,
  wallSeconds: () => number,
  life = 0,
): Identity | IdentityProblem {
  const certificate = parse(files.identity);
  if (certificate === undefined) return { file: 'identity', problem: 'it holds no certificate (PEM)' };
  const name = nameIn(certificate);
  if (typeof name === 'string')
    return { file: 'identity', problem: `the certificate in it is unfit: ${name}` };
  const secretKey = readLinkKey(files.identity);
  if (secretKey === undefined) return { file: 'identity', problem: 'it holds no X25519 key (PEM, PKCS #8)' };
  const { clusterUuid, party } = name;
  const known = authoritiesOf(files, clusterUuid);
  if ('problem' in known) return known;
  const staticKey = keyPairOf(secretKey);
  const certificates = new Certificates(known, wallSeconds);
  const found = certificates.partyOf(certificate.raw, staticKey.publicKey);
  const isJoined = found === TrustFailure.notCertified && certificate.issuer === tokenIssuer;
  if (typeof found === 'number' && !isJoined) {
    const problem = `others refuse the certificate in it. ${certificates.lastRefusal}`;
    return { file: 'identity', problem, failure: found };
  }
  return {
    own: { clusterUuid, party, staticKey, evidence: certificate.raw, life },
    authorities: known,
    certificate,
  };
}

/** The 32 secret bytes of the one X25519 key among the keys of a file. */
function readLinkKey(pem: string): Uint8Array | undefined {
  const keys = pem.match(/-----BEGIN PRIVATE KEY-----[^-]*-----END PRIVATE KEY-----/g) ?? [];
  const secrets = keys.map(linkSecret).filter((secret) => secret !== undefined);
  return secrets.length === 1 ? secrets[0] : undefined;
}

function linkSecret(pem: string): Uint8Array | undefined {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'x25519') return undefined;
    const secret = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
    return secret.length === keyBytes ? new Uint8Array(secret) : undefined;
  } catch {
    return undefined;
  }
}

/** One certificate that is taken back. */
export interface Revocation {
  readonly serial: string;
  /** Whose it was, when and why: for people. */
  readonly party: string;
  readonly revokedAt: string;
  readonly reason: string;
}

/** The revocations of a file; undefined for a text that is none. */
export function readRevocations(text: string): readonly Revocation[] | undefined {
  try {
    const { revoked } = JSON.parse(text) as { readonly revoked?: readonly Partial<Revocation>[] };
    if (!Array.isArray(revoked) || revoked.length > revokedMax) return undefined;
    return revoked.every(isRevocation) ? revoked : undefined;
  } catch {
    return undefined;
  }
}

function readRevoked(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return new Set();
  const revocations = readRevocations(text);
  return revocations && new Set(revocations.map(({ serial }) => serial));
}

function isRevocation(entry: Partial<Revocation> | null): entry is Revocation {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    /^(?:0|[1-9a-f][0-9a-f]*)$/.test(entry.serial ?? '') &&
    [entry.party, entry.revokedAt, entry.reason].every((text) => typeof text === 'string')
  );
}
