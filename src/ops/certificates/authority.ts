/**
 * The authority of a cluster: one key that signs the certificates of parties. It lies in a folder of the person who
 * signs, on no replica or gateway but where a whole cluster runs on one machine. The folder lists what was signed and
 * what was taken back.
 */
import { generateKeyPairSync, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type * as Library from '@peculiar/x509';
import { msPerDay } from '../../std/units.ts';
import { partyText, partyUri, readPartyUri, uuidText } from '../../trust/certificates.ts';
import { type Revocation, readRevocations } from '../../trust/identity.ts';
import { clusterUuidBytes, evidenceBytesMax } from '../../trust/messages.ts';
import type { Party } from '../../trust/parties.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { loadSecret, makePrivateFolder, replaceFile } from './files.ts';
import { keyOf, signingPair } from './keys.ts';

const keyFileName = 'authority.key';
const certificateFileName = 'authority.pem';
const issuedFileName = 'issued.json';
const revokedFileName = 'revoked.json';
const yearDays = 365;
/**
 * Certificates count from before they are made: a machine whose clock is set back must know those of a member that was
 * renewed a moment ago, or the others cannot ask it what time it has.
 */
const backdatedMs = msPerDay;
/** Positive, and without a zero in front (RFC 5280, §4.1.2.2). */
const serialBytes = 16;
/** RFC 5280, §4.2.1.6. */
const subjectAltNameOid = '2.5.29.17';
export const uuidForm = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx (hexadecimal digits in lower case)';
const issuedMax = 10_000;

/** One certificate that the authority signed. */
export interface Issued {
  readonly serial: string;
  readonly party: string;
  readonly expiresAt: string;
}

/** The library that writes certificates; only commands that make some need it. */
export async function certificateLibrary(): Promise<typeof Library> {
  await import('reflect-metadata');
  const library = await import('@peculiar/x509');
  library.cryptoProvider.set(webcrypto as Crypto);
  return library;
}

export function hasAuthority(folder: string): boolean {
  return existsSync(join(folder, keyFileName));
}

/** PEM of the authority's own certificate. */
export function authorityCertificate(folder: string): string {
  return readAuthorityFile(folder, certificateFileName);
}

/**
 * Makes a key and a certificate that tells it and the number of the cluster: a new number, or that of a cluster whose
 * authority is to be replaced.
 */
export async function createAuthority(folder: string, years: number, cluster?: string): Promise<void> {
  if (hasAuthority(folder))
    throw usageFailure(
      `There is an authority in ${folder} already. A second authority would not know what the first has signed: use the one that ` +
        'is there, or name another folder with --authority.',
    );
  const x509 = await certificateLibrary();
  const key = generateKeyPairSync('ed25519').privateKey;
  const keys = await signingPair(key);
  const uuid = cluster ?? uuidText(randomBytes(clusterUuidBytes));
  if (!isUuid(uuid))
    throw usageFailure(`--cluster ${uuid} is no number of a cluster. Its form is ${uuidForm}.`);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    // Two authorities of one name would be told apart by their signatures alone.
    name: `CN=Lockstep authority ${uuid.slice(0, 8)} ${new Date(now).toISOString().slice(0, 10)}`,
    notBefore: new Date(now - backdatedMs),
    notAfter: new Date(now + years * yearDays * msPerDay),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `lockstep://${uuid}` }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  makePrivateFolder(folder);
  replaceFile(join(folder, certificateFileName), `${certificate.toString('pem')}\n`);
  replaceFile(join(folder, keyFileName), key.export({ format: 'pem', type: 'pkcs8' }).toString());
}

/** What a request asks for. */
export interface Enrolment {
  readonly party: Party;
  readonly days: number;
}

/** Signs what a request asks for where it asks for this party of this cluster; PEM of the certificate. */
export async function signRequest(folder: string, request: string, enrolment: Enrolment): Promise<string> {
  const x509 = await certificateLibrary();
  const asked = await readRequest(x509, request);
  const authority = new x509.X509Certificate(authorityCertificate(folder));
  const uuid = clusterOf([new X509Certificate(new Uint8Array(authority.rawData))]);
  if (uuid === undefined)
    throw usageFailure(
      `The certificate of the authority in ${folder} names no cluster. Make another authority.`,
    );
  if (uuidText(asked.name.clusterUuid) !== uuid)
    throw usageFailure(
      `The request is for cluster ${uuidText(asked.name.clusterUuid)}, and the authority in ${folder} is that of ${uuid}. ` +
        "Make the request again with this authority's certificate (--authorities).",
    );
  const wanted = partyText(enrolment.party);
  if (partyText(asked.name.party) !== wanted)
    throw usageFailure(
      `The request is for ${partyText(asked.name.party)}, and ${wanted} is to be signed. Nothing was signed. Look whose request ` +
        'it is.',
    );
  const now = Date.now();
  const expires = Math.min(now + enrolment.days * msPerDay, authority.notAfter.getTime());
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber,
    subject: `CN=${wanted}`,
    issuer: authority.subject,
    notBefore: new Date(Math.max(now - backdatedMs, authority.notBefore.getTime())),
    notAfter: new Date(expires),
    publicKey: asked.publicKey,
    signingKey: await signingKey(folder),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.clientAuth,
        x509.ExtendedKeyUsage.serverAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: partyUri(asked.name) }]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  noteIssued(folder, { serial: serialNumber, party: wanted, expiresAt: new Date(expires).toISOString() });
  return `${certificate.toString('pem')}\n`;
}

/**
 * A certificate for the TLS of servers on these hosts, with its key; PEM. It names no party, so it opens no link of the
 * cluster: all that trust the authority trust these names.
 */
export async function makeTlsPair(
  folder: string,
  hosts: readonly string[],
  days: number,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const x509 = await certificateLibrary();
  const authority = new x509.X509Certificate(authorityCertificate(folder));
  const key = generateKeyPairSync('ed25519').privateKey;
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${hosts[0]}`,
    issuer: authority.subject,
    notBefore: new Date(Math.max(now - backdatedMs, authority.notBefore.getTime())),
    notAfter: new Date(Math.min(now + days * msPerDay, authority.notAfter.getTime())),
    publicKey: (await signingPair(key)).publicKey,
    signingKey: await signingKey(folder),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** A request that its maker signed, and the one party that it names. */
async function readRequest(x509: typeof Library, text: string) {
  let request: Library.Pkcs10CertificateRequest;
  try {
    request = new x509.Pkcs10CertificateRequest(text);
  } catch {
    throw usageFailure(
      'This is no certificate request (PEM, PKCS #10). "lockstep certificates request" makes one.',
    );
  }
  const isSigned = await request.verify().catch(() => false);
  if (!isSigned)
    throw usageFailure('The request is not signed by its own key: it was changed. Send it again.');
  const names = urlsOf(request.getExtension(subjectAltNameOid));
  const name = names.length === 1 ? readPartyUri(names[0]!) : undefined;
  if (name === undefined || text.length > 2 * evidenceBytesMax)
    throw usageFailure(
      'The request names no party. Make it with "lockstep certificates request", or name one URI ' +
        '"lockstep://UUID/replica/2/KEY" in it and nothing else.',
    );
  return { name, publicKey: request.publicKey };
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The number of the cluster, from the name in the certificates of its own authorities: `lockstep://UUID`. */
export function clusterOf(authorities: readonly X509Certificate[]): string | undefined {
  const form = /(?:^|, )URI:lockstep:\/\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:,|$)/;
  return authorities
    .map(({ subjectAltName }) => form.exec(subjectAltName ?? '')?.[1])
    .find((uuid) => uuid !== undefined);
}

function urlsOf(extension: Library.Extension | null): string[] {
  const names = (extension as Library.SubjectAlternativeNameExtension | null)?.names.items ?? [];
  return names.filter(({ type }) => type === 'url').map(({ value }) => value);
}

/** Certificates that count still. */
export function issuedBy(folder: string): readonly Issued[] {
  const path = join(folder, issuedFileName);
  if (!existsSync(path)) return [];
  const issued = issuedIn(loadSecret(path));
  if (issued !== undefined) return issued.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
  throw usageFailure(
    `${path} is damaged: it does not list the serial, party and end of each certificate. Restore it from a backup. Without it ` +
      'certificates can be revoked by their serial numbers alone, which "lockstep certificates show" tells where they are: for ' +
      'that, write [] into it.',
  );
}

/** Undefined for a text that is no such list. */
function issuedIn(text: string): readonly Issued[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isIssued = (entry: Partial<Issued> | null): entry is Issued =>
    [entry?.serial, entry?.party].every((each) => typeof each === 'string') &&
    !Number.isNaN(Date.parse(String(entry?.expiresAt)));
  return Array.isArray(json) && json.every(isIssued) ? json : undefined;
}

function noteIssued(folder: string, issued: Issued): void {
  const all = [...issuedBy(folder), issued];
  if (all.length > issuedMax)
    throw usageFailure(`The authority in ${folder} has signed ${issuedMax} certificates that count still.`);
  replaceFile(join(folder, issuedFileName), `${JSON.stringify(all, undefined, 2)}\n`);
}

/** What the authority took back. */
export function revocationsOf(folder: string): readonly Revocation[] {
  const path = join(folder, revokedFileName);
  if (!existsSync(path)) return [];
  const revocations = readRevocations(loadSecret(path));
  if (revocations !== undefined) return revocations;
  throw usageFailure(
    `${path} is damaged. Restore it from a backup, or from ${revokedFileName} of an identity.`,
  );
}

/** Takes certificates back, in the authority's own list; the text of the file that every identity needs. */
export function addRevocations(folder: string, added: readonly Revocation[]): string {
  const known = revocationsOf(folder);
  const serials = new Set(known.map(({ serial }) => serial));
  const text = revocationsText([...known, ...added.filter(({ serial }) => !serials.has(serial))]);
  replaceFile(join(folder, revokedFileName), text);
  return text;
}

export function revocationsText(revoked: readonly Revocation[]): string {
  return `${JSON.stringify({ revoked }, undefined, 2)}\n`;
}

function readAuthorityFile(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw usageFailure(
      `There is no authority in ${folder} (${messageOf(error)}). Name its folder with --authority, or make one with ` +
        '"lockstep certificates init".',
    );
  }
}

async function signingKey(folder: string): Promise<CryptoKey> {
  const path = join(folder, keyFileName);
  const key = keyOf(loadSecret(path), 'ed25519');
  if (key === undefined) throw usageFailure(`${path} is no Ed25519 key. Restore it from a backup.`);
  return (await signingPair(key)).privateKey;
}

function newSerial(): string {
  const bytes = randomBytes(serialBytes);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}
