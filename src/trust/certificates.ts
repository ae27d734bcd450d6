/**
 * Tells whose a key is by an X.509 certificate that an authority of the cluster signed. The certificate names cluster,
 * party and key in one URI, so a certificate for another key, party or cluster proves nothing. What must hold: a party
 * comes out only while its certificate and that of the issuer are valid by the clock here and neither is revoked.
 */

import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { PartyKind } from '../protocol/parties.ts';
import { assert, assertAtLeast, assertAtMost, assertEqual } from '../std/assert.ts';
import { u32Max } from '../std/integers.ts';
import { TrustFailure } from './failures.ts';
import type { ReadClaim } from './joined-keys.ts';
import { clusterUuidBytes, evidenceBytesMax } from './messages.ts';
import { keyBytes } from './noise.ts';
import { countsAs, type EvidenceFailure, type Party, type Verifier } from './parties.ts';

/** Two authorities overlap while one replaces the other; a venue may add those between its root and this cluster. */
export const authoritiesMax = 4;
/** Certificates that were verified and need no second signature check. */
const rememberedMax = 1_024;
/** How far the clock of the signing machine may be ahead of the clock here. */
const clockToleranceSeconds = 300;
const partyIdMax = u32Max;
const replicaIdMax = 255;
const shownLettersMax = 120;

/** Signatures that cannot be forged today. An authority that signs otherwise is refused. */
const soundSignatures: readonly string[] = [
  'ED25519',
  'ecdsa-with-SHA256',
  'ecdsa-with-SHA384',
  'ecdsa-with-SHA512',
  'sha256WithRSAEncryption',
  'sha384WithRSAEncryption',
  'sha512WithRSAEncryption',
  'rsassaPss',
];

/** The authorities that certify parties, and what they took back. */
export interface Authorities {
  /** DER, 1 to `authoritiesMax`. */
  readonly certificates: readonly Uint8Array[];
  readonly clusterUuid: Uint8Array;
  /**
   * Serial numbers, as {@link serialOf} gives them. Not fingerprints: a signature by ECDSA can be changed into another
   * good one, and with it the fingerprint.
   */
  readonly revoked: ReadonlySet<string>;
}

/** What the name of a party says. */
export interface PartyName {
  readonly clusterUuid: Uint8Array;
  readonly party: Party;
  /** X25519, public. */
  readonly linkKey: Uint8Array;
}

const kinds = Object.keys(PartyKind) as (keyof typeof PartyKind)[];
const partyUriForm = new RegExp(
  `^lockstep://([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(${kinds.join('|')})/([1-9][0-9]{0,9})/([A-Za-z0-9_-]{43})$`,
);

/** `lockstep://UUID/replica/2/KEY`, the one way to write it: KEY is base64url without padding. */
export function partyUri({ clusterUuid, party, linkKey }: PartyName): string {
  assertEqual(linkKey.length, keyBytes, 'a link key is whole');
  return `lockstep://${uuidText(clusterUuid)}/${partyText(party)}/${Buffer.from(linkKey).toString('base64url')}`;
}

/** Undefined for whatever {@link partyUri} does not write. */
export function readPartyUri(uri: string): PartyName | undefined {
  const [, uuid, kindName, idText, key] = partyUriForm.exec(uri) ?? [];
  if (uuid === undefined || idText === undefined || key === undefined) return undefined;
  const kind = PartyKind[kindName as keyof typeof PartyKind];
  const id = Number(idText);
  if (id > (kind === PartyKind.replica ? replicaIdMax : partyIdMax)) return undefined;
  const linkKey = new Uint8Array(Buffer.from(key, 'base64url'));
  // 43 letters hold 2 bits more than 32 bytes: one key would have four names.
  if (linkKey.length !== keyBytes || Buffer.from(linkKey).toString('base64url') !== key) return undefined;
  return { clusterUuid: uuidBytes(uuid), party: { kind, id }, linkKey };
}

/** `replica/2` */
export function partyText({ kind, id }: Party): string {
  return `${kinds.find((name) => PartyKind[name] === kind)}/${id}`;
}

/** 8-4-4-4-12 hexadecimal digits. */
export function uuidText(uuid: Uint8Array): string {
  assertEqual(uuid.length, clusterUuidBytes, 'the number of a cluster is whole');
  const digits = Buffer.from(uuid).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function uuidBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'));
}

/** Hexadecimal digits in lower case, without leading zeros. */
export function serialOf({ serialNumber }: X509Certificate): string {
  return serialNumber.toLowerCase().replace(/^0+(?=.)/, '');
}

/** The certificates of a PEM file, or why they can be no authorities of a cluster. */
export function readAuthorities(pem: string): readonly X509Certificate[] | string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'it holds no certificate (PEM, "-----BEGIN CERTIFICATE-----")';
  if (blocks.length > authoritiesMax)
    return `it holds ${blocks.length} certificates, and at most ${authoritiesMax} are allowed`;
  const certificates = blocks.map(parse);
  for (const [n, certificate] of certificates.entries()) {
    if (certificate === undefined) return `certificate ${n + 1} in it cannot be read`;
    if (!certificate.ca) return `certificate ${n + 1} in it (${nameOf(certificate.subject)}) is no authority`;
  }
  return certificates as readonly X509Certificate[];
}

/** Undefined for bytes that are no certificate. */
export function parse(certificate: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}

/** The one party that a certificate names, or the fault of its names. */
export function nameIn({ subjectAltName }: X509Certificate): PartyName | string {
  // Node quotes an entry that holds a comma or a quotation mark; a party's name needs neither.
  const entries = subjectAltName?.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  const uris = entries.map((entry) => entry.trim()).filter((entry) => /^URI:"?lockstep:/i.test(entry));
  if (uris.length !== 1) {
    const many = uris.length === 0 ? 'no party' : `${uris.length} parties`;
    return `It names ${many}, and must name one (lockstep://UUID/replica/2/KEY).`;
  }
  const name = readPartyUri(uris[0]!.slice('URI:'.length));
  return name ?? `Its name ${printable(uris[0]!)} is not of the form lockstep://UUID/replica/2/KEY.`;
}

/** Reads certificates of this cluster that were signed by the secret half of a join token. */
export function claimReader(clusterUuid: Uint8Array): ReadClaim {
  return (evidence) => {
    const certificate = parse(evidence);
    if (certificate === undefined || certificate.ca || !isSame(certificate.raw, evidence)) return undefined;
    const name = nameIn(certificate);
    if (typeof name === 'string' || !isSame(name.clusterUuid, clusterUuid)) return undefined;
    const { party, linkKey } = name;
    const fingerprint = new Uint8Array(createHash('sha256').update(evidence).digest());
    return { party, linkKey, fingerprint, isSignedBy: (key) => isSignedBy(certificate, key) };
  };
}

/** `key`: public, of Ed25519. */
function isSignedBy(certificate: X509Certificate, key: Uint8Array): boolean {
  const x = Buffer.from(key).toString('base64url');
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return certificate.signatureAlgorithm === 'ED25519' && certificate.verify(publicKey);
  } catch {
    return false;
  }
}

/** What a good certificate says, as it is remembered. */
interface Known extends PartyName {
  readonly serial: string;
  readonly issuerSerial: string;
  readonly certificate: Validity;
  readonly issuer: Validity;
}

interface Validity {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export class Certificates implements Verifier {
  readonly #wallSeconds: () => number;
  #authorities: Authorities;
  #issuers: readonly X509Certificate[];
  /** By the hash of the certificate, the oldest first. */
  readonly #known = new Map<string, Known>();
  #lastRefusal = '';

  /** `wallSeconds`: the clock of this machine, in seconds since 1970. */
  constructor(authorities: Authorities, wallSeconds: () => number) {
    this.#wallSeconds = wallSeconds;
    this.#authorities = authorities;
    this.#issuers = issuersOf(authorities);
  }

  /** Other authorities or revocations hold from now on; links that are open are not asked again. */
  replace(authorities: Authorities): void {
    this.#issuers = issuersOf(authorities);
    this.#authorities = authorities;
    this.#known.clear();
  }

  /** The fault of the last certificate that was refused: for a log. One line, without secrets. */
  get lastRefusal(): string {
    return this.#lastRefusal;
  }

  isRevoked(certificate: Uint8Array): boolean {
    const parsed = parse(certificate);
    return parsed !== undefined && this.#authorities.revoked.has(serialOf(parsed));
  }

  partyOf(evidence: Uint8Array, staticKey: Uint8Array): Party | EvidenceFailure {
    return this.#partyOf(evidence, staticKey);
  }

  /** The party of a certificate whose holder has proven the key that the certificate is for, as TLS does. */
  partyOfHolder(certificate: Uint8Array): Party | EvidenceFailure {
    return this.#partyOf(certificate, undefined);
  }

  #partyOf(evidence: Uint8Array, staticKey: Uint8Array | undefined): Party | EvidenceFailure {
    if (evidence.length > evidenceBytesMax)
      return this.#refuse(TrustFailure.badEvidence, 'It is too long for a certificate.');
    const hash = createHash('sha256').update(evidence).digest('base64');
    const remembered = this.#known.get(hash);
    const known = remembered ?? this.#verify(evidence);
    if (typeof known === 'number') return known;
    const refused = this.#refusalOf(known, staticKey);
    if (refused !== undefined) return refused;
    if (remembered === undefined) this.#remember(hash, known);
    return countsAs(known.party);
  }

  /** What never changes about a certificate: form, signature and name. */
  #verify(evidence: Uint8Array): Known | EvidenceFailure {
    const certificate = parse(evidence);
    if (certificate === undefined)
      return this.#refuse(TrustFailure.badEvidence, 'It is no X.509 certificate.');
    // PEM, or bytes around the certificate, or lengths written in another way: one certificate has one form.
    if (!isSame(certificate.raw, evidence))
      return this.#refuse(TrustFailure.badEvidence, 'It is not in its one form (DER).');
    // An authority may be there twice, renewed for the same key.
    const [issuer] = this.#issuers
      .filter((authority) => isIssuedBy(certificate, authority))
      .toSorted((left, right) => validityOf(right).toSeconds - validityOf(left).toSeconds);
    if (issuer === undefined) {
      const foreign = `It was issued by ${nameOf(certificate.issuer)}, and no authority known here signed it.`;
      return this.#refuse(TrustFailure.notCertified, foreign);
    }
    if (certificate.ca)
      return this.#refuse(TrustFailure.notCertified, 'It is that of an authority, and not of a party.');
    const signature = certificate.signatureAlgorithm ?? 'nothing';
    if (!soundSignatures.includes(signature))
      return this.#refuse(TrustFailure.notCertified, `It is signed by ${signature}, which is not safe.`);
    const name = nameIn(certificate);
    if (typeof name === 'string') return this.#refuse(TrustFailure.badEvidence, name);
    return {
      ...name,
      serial: serialOf(certificate),
      issuerSerial: serialOf(issuer),
      certificate: validityOf(certificate),
      issuer: validityOf(issuer),
    };
  }

  /** What may change: time and revocations; and what depends on the party that shows it. */
  #refusalOf(known: Known, staticKey: Uint8Array | undefined): EvidenceFailure | undefined {
    const whose = `It is that of ${partyText(known.party)}`;
    const { clusterUuid, revoked } = this.#authorities;
    if (!isSame(known.clusterUuid, clusterUuid)) {
      const other = `${whose} of cluster ${uuidText(known.clusterUuid)}, and this is ${uuidText(clusterUuid)}.`;
      return this.#refuse(TrustFailure.wrongCluster, other);
    }
    if (staticKey !== undefined && !isSame(known.linkKey, staticKey))
      return this.#refuse(TrustFailure.anotherKey, `${whose}, and is shown with another key than its own.`);
    if (revoked.has(known.serial))
      return this.#refuse(
        TrustFailure.revoked,
        `${whose}, and its serial number ${known.serial} is revoked.`,
      );
    if (revoked.has(known.issuerSerial))
      return this.#refuse(TrustFailure.revoked, `${whose}, and the authority that signed it is revoked.`);
    return (
      this.#outsideOf(known.certificate, `${whose}, and`) ??
      this.#outsideOf(known.issuer, `${whose}, and the certificate of its authority`)
    );
  }

  #outsideOf({ fromSeconds, toSeconds }: Validity, whose: string): EvidenceFailure | undefined {
    const now = this.#wallSeconds();
    const clock = 'by the clock of this machine. Is that clock right?';
    if (now < fromSeconds - clockToleranceSeconds) {
      const early = `${whose} is not valid before ${durationText(fromSeconds - now)} from now, ${clock}`;
      return this.#refuse(TrustFailure.notYetValid, early);
    }
    if (now >= toSeconds) {
      const late = `${whose} expired ${durationText(now - toSeconds)} ago, ${clock}`;
      return this.#refuse(TrustFailure.expired, late);
    }
    return undefined;
  }

  #remember(hash: string, known: Known): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= rememberedMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(hash, known);
  }

  #refuse(failure: EvidenceFailure, why: string): EvidenceFailure {
    this.#lastRefusal = why;
    return failure;
  }
}

/** By name and by signature: another authority may bear the same name. */
export function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
}

function issuersOf({ certificates, clusterUuid }: Authorities): readonly X509Certificate[] {
  assertAtLeast(certificates.length, 1, 'there are 1 to 4 authorities');
  assertAtMost(certificates.length, authoritiesMax, 'there are 1 to 4 authorities');
  assertEqual(clusterUuid.length, clusterUuidBytes, 'the number of a cluster is whole');
  const issuers = certificates.map((der) => new X509Certificate(der));
  const other = issuers.find(({ ca }) => !ca);
  assert(other === undefined, () => `authorities may issue certificates: ${other?.subject}`);
  return issuers;
}

function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { fromSeconds: validFromDate.getTime() / 1_000, toSeconds: validToDate.getTime() / 1_000 };
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** A subject or issuer on one line. */
function nameOf(distinguishedName: string | undefined): string {
  return printable(distinguishedName?.replaceAll('\n', ', ') ?? '') || 'an authority without a name';
}

/** What strangers wrote, fit for a log. */
function printable(text: string): string {
  return text.slice(0, shownLettersMax).replace(/[^ -~]/g, '?');
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, n) => byte === right[n]);
}
