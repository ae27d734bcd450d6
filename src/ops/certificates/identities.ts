/**
 * Identities of parties in folders of their own: the keys are made here and never leave, a request asks an authority
 * for a certificate, and the folder is ready once that certificate is put into it. A renewal makes new keys, and takes
 * the place of the old identity at once and whole.
 */
import type { X509Certificate } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  authoritiesMax,
  isIssuedBy,
  parse,
  partyText,
  readAuthorities,
  serialOf,
} from '../../trust/certificates.ts';
import {
  type Identity,
  identityFileNames,
  readIdentity,
  readRevocations,
  revokedMax,
} from '../../trust/identity.ts';
import type { Party } from '../../trust/parties.ts';
import { usageFailure } from '../failure.ts';
import {
  authorityCertificate,
  certificateLibrary,
  clusterOf,
  isUuid,
  revocationsOf,
  revocationsText,
  signRequest,
  uuidForm,
} from './authority.ts';
import { loadPublic, loadSecret, makePrivateFolder, replaceFile } from './files.ts';
import { keysIn, newKeys } from './keys.ts';
import { folderNameOf } from './party-names.ts';

const identitiesFolderName = 'identities';
/** Keys for which a certificate was asked. */
const requestedFileName = 'requested.pem';

/** Where the identity of a party lies on its machine. */
export function identityFolder(dataFolder: string, party: Party): string {
  return join(dataFolder, identitiesFolderName, folderNameOf(party));
}

export function identitiesFolder(dataFolder: string): string {
  return join(dataFolder, identitiesFolderName);
}

export function hasIdentity(folder: string): boolean {
  return existsSync(join(folder, identityFileNames.identity));
}

/** What a request is for, beside its party. */
export interface RequestOptions {
  /** PEM, for a folder that knows none yet; those that it knows stay. */
  readonly authorities?: string;
  /** The number of the cluster, where no authority tells it. */
  readonly cluster?: string;
}

/**
 * Makes new keys in the folder and a request for a certificate of them, PEM. As long as the certificate has not come
 * the request is for the same keys.
 */
export async function createRequest(
  folder: string,
  party: Party,
  { authorities = '', cluster }: RequestOptions = {},
): Promise<string> {
  const known = mergedAuthorities(folder, authorities);
  const uuid = cluster ?? clusterOf(known);
  if (uuid === undefined)
    throw usageFailure(
      'The authorities do not say the number of the cluster, as those of "lockstep certificates init" do. Give it with ' +
        `--cluster (all parties of the cluster have the same).`,
    );
  if (!isUuid(uuid))
    throw usageFailure(`--cluster ${uuid} is no number of a cluster. Its form is ${uuidForm}.`);
  makePrivateFolder(folder);
  writeAuthorities(folder, known);
  const path = join(folder, requestedFileName);
  if (!existsSync(path)) replaceFile(path, newKeys());
  const keys = await keysIn(loadSecret(path));
  if (keys === undefined) throw usageFailure(`${path} is damaged: remove it and make the request again.`);
  const uri = `lockstep://${uuid}/${partyText(party)}/${Buffer.from(keys.linkPublic).toString('base64url')}`;
  const x509 = await certificateLibrary();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${partyText(party)}`,
    keys: keys.signing,
    signingAlgorithm: { name: 'Ed25519' },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }])],
  });
  return `${request.toString('pem')}\n`;
}

/** Puts the certificate of the last request into the folder; from now on it is the identity there. */
export function installCertificate(folder: string, certificate: string): Identity {
  const path = join(folder, requestedFileName);
  if (!existsSync(path))
    throw usageFailure(
      `In ${folder} no certificate was asked for, so there are no keys for this one. Begin with "lockstep certificates request".`,
    );
  const whole = parse(certificate)?.toString();
  if (whole === undefined)
    throw usageFailure('This is no certificate (PEM). Give what "certificates sign" wrote.');
  const identity = whole + loadSecret(path);
  const authorities = loadSecret(join(folder, identityFileNames.authorities));
  const read = readIdentity({ identity, authorities, revoked: undefined }, () => Date.now() / 1_000);
  if (!('own' in read))
    throw usageFailure(`The certificate cannot be used in ${folder}: ${read.problem} Nothing was changed.`);
  replaceFile(join(folder, identityFileNames.identity), identity);
  rmSync(path, { force: true });
  return read;
}

/**
 * New keys and a new certificate, by an authority that is at hand. One that the folder believes no more, or not yet, is
 * refused: it would count again by the renewal alone.
 */
export async function renewIdentity(
  folder: string,
  party: Party,
  authorityFolder: string,
  days: number,
): Promise<Identity> {
  const authorities = authorityCertificate(authorityFolder);
  const knownPath = join(folder, identityFileNames.authorities);
  if (existsSync(knownPath) && !hasAuthorityOf(loadSecret(knownPath), authorities))
    throw usageFailure(
      `The identity in ${folder} does not believe the authority in ${authorityFolder}: it was removed there, or not added ` +
        'yet. Nothing was changed. Name the authority that signs now with --authority; if this one is to sign, run ' +
        '"lockstep certificates authorities --add" with its authority.pem on every machine first.',
    );
  // Keys that another authority was asked to certify are of no use here.
  rmSync(join(folder, requestedFileName), { force: true });
  const request = await createRequest(folder, party, { authorities });
  const certificate = await signRequest(authorityFolder, request, { party, days });
  const identity = installCertificate(folder, certificate);
  addRevocationsTo(folder, revocationsText(revocationsOf(authorityFolder)));
  return identity;
}

/** Whether the identity in a folder, if there is one that can be read, believes the authority in another one. */
export function believesAuthority(folder: string, authorityFolder: string): boolean {
  const path = join(folder, identityFileNames.authorities);
  return !existsSync(path) || hasAuthorityOf(loadSecret(path), authorityCertificate(authorityFolder));
}

/** Whether all of one text (PEM) are in another one; a text that cannot be read is another's to refuse. */
function hasAuthorityOf(known: string, wanted: string): boolean {
  const [all, some] = [readAuthorities(known), readAuthorities(wanted)];
  if (typeof all === 'string' || typeof some === 'string') return true;
  const prints = new Set(all.map(({ fingerprint256 }) => fingerprint256));
  return some.every(({ fingerprint256 }) => prints.has(fingerprint256));
}

/**
 * Adds the revocations of a list to those that a folder knows: another authority has a list of its own, and what one
 * has taken back stays so.
 */
export function addRevocationsTo(folder: string, text: string): void {
  const path = join(folder, identityFileNames.revoked);
  const known = (existsSync(path) ? readRevocations(loadPublic(path)) : undefined) ?? [];
  const added = readRevocations(text) ?? [];
  const serials = new Set(known.map(({ serial }) => serial));
  const all = [...known, ...added.filter(({ serial }) => !serials.has(serial))];
  if (all.length > revokedMax)
    throw usageFailure(
      `${folder} would know ${all.length} revocations, and at most ${revokedMax} are allowed. Begin another authority, and ` +
        `remove from ${path} what the old one had signed.`,
    );
  replaceFile(path, revocationsText(all));
}

/** Those that a folder knows already, and those in `added` (PEM). */
function mergedAuthorities(folder: string, added: string): readonly X509Certificate[] {
  const path = join(folder, identityFileNames.authorities);
  const here = existsSync(path) ? loadSecret(path) : '';
  if (here + added === '')
    throw usageFailure(
      `${folder} knows no authority yet. Give the certificate of the cluster's authority with --authorities ("lockstep ` +
        'certificates init" made it as authority.pem).',
    );
  const parts = [here, added].filter((text) => text !== '').map(readAuthorities);
  const problem = parts.find((part) => typeof part === 'string');
  if (problem !== undefined) throw usageFailure(`The authorities for ${folder} cannot be read: ${problem}.`);
  const all = (parts as (readonly X509Certificate[])[]).flat();
  const merged = new Map(all.map((certificate) => [certificate.fingerprint256, certificate]));
  if (merged.size > authoritiesMax)
    throw usageFailure(
      `${folder} would know ${merged.size} authorities, and at most ${authoritiesMax} are allowed. Remove an old one with ` +
        '"lockstep certificates authorities --remove".',
    );
  return [...merged.values()];
}

/** Believes these authorities (PEM) beside those that the folder knows. */
export function addAuthorities(folder: string, added: string): void {
  writeAuthorities(folder, mergedAuthorities(folder, added));
}

/** Believes an authority no more, unless it is the only one or signed the identity here. */
export function removeAuthority(folder: string, serial: string): void {
  const known = mergedAuthorities(folder, '');
  const left = known.filter((certificate) => serialOf(certificate) !== serial);
  if (left.length === known.length)
    throw usageFailure(
      `${folder} knows no authority with serial number ${serial}. Leave --remove out to see which it knows.`,
    );
  const identity = hasIdentity(folder)
    ? parse(loadSecret(join(folder, identityFileNames.identity)))
    : undefined;
  if (
    left.length === 0 ||
    (identity !== undefined && !left.some((authority) => isIssuedBy(identity, authority)))
  )
    throw usageFailure(
      `The authority ${serial} signed the identity in ${folder}. Renew it by the other authority first, then remove this one.`,
    );
  writeAuthorities(folder, left);
}

function writeAuthorities(folder: string, authorities: readonly X509Certificate[]): void {
  replaceFile(join(folder, identityFileNames.authorities), authorities.map(String).join(''));
}
