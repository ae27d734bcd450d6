/**
 * The certificate of a server and its key, in the two files that the configuration names. A pair that clients could not
 * use, or whose key others may read, is refused in words that say what to do; nothing of a key is ever repeated.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { contextOf } from '../../gateway/http/tls.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { exposure } from '../../io/disk/private-files.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { loadSmallFile } from './small-file.ts';

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the pair that the key of the configuration names ("gateway.tls"). Throws a Failure where it is no good. */
export function loadServerIdentity(files: TlsFiles, key: string, nowMs: number): ServerIdentity {
  const { certificateFile, keyFile } = files;
  const refuse = (file: keyof TlsFiles, what: string): never => {
    throw usageFailure(`${key}.${file}: ${what}`);
  };
  const text = read(certificateFile, (what) => refuse('certificateFile', what));
  const certificates = [...text.matchAll(pemCertificate)].map(([pem]) => pem);
  const certificate = parsed(() => new X509Certificate(certificates[0] ?? ''));
  if (certificate === undefined)
    return refuse(
      'certificateFile',
      `${certificateFile} holds no certificate in PEM. Begin it with the certificate of this server, and put those between ` +
        'it and its authority behind.',
    );
  const pem = read(keyFile, (what) => refuse('keyFile', what));
  const privateKey = parsed(() => createPrivateKey(pem));
  if (privateKey === undefined) return refuse('keyFile', keyProblem(keyFile, pem));
  if (!isPair(certificate, privateKey))
    return refuse(
      'keyFile',
      `the key in ${keyFile} is not that of the certificate in ${certificateFile}. Put both files of one pair there.`,
    );
  const problem = timeProblem(certificate, nowMs);
  if (problem !== undefined) return refuse('certificateFile', `${certificateFile} ${problem}`);
  const identity = {
    certificates: certificates.join('\n'),
    key: pem,
    expiresAtMs: certificate.validToDate.getTime(),
  };
  try {
    createSecureContext(contextOf(identity));
  } catch (error) {
    return refuse('certificateFile', `${certificateFile} cannot be used for TLS 1.3: ${messageOf(error)}.`);
  }
  return identity;
}

function read(path: string, refuse: (what: string) => never): string {
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(path);
  } catch (error) {
    return refuse(`${path} cannot be read: ${messageOf(error)}.`);
  }
  const problem = found.text.includes('PRIVATE KEY') ? exposure(path, found.stats) : undefined;
  if (problem === undefined) return found.text;
  return refuse(`${path} holds a private key, and ${problem}. Replace the key if others had access.`);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function isPair(certificate: X509Certificate, key: KeyObject): boolean {
  return parsed(() => certificate.checkPrivateKey(key)) === true;
}

function keyProblem(path: string, pem: string): string {
  return pem.includes('ENCRYPTED')
    ? `the key in ${path} is encrypted, and nothing asks for its passphrase. Store it decrypted, for its owner alone (mode 600).`
    : `${path} holds no private key in PEM.`;
}

function timeProblem({ validFromDate, validToDate }: X509Certificate, nowMs: number): string | undefined {
  const now = new Date(nowMs).toISOString();
  if (nowMs >= validToDate.getTime())
    return `expired at ${validToDate.toISOString()}, and it is ${now} now. Renew it.`;
  if (nowMs >= validFromDate.getTime()) return undefined;
  return `is not valid before ${validFromDate.toISOString()}, and it is ${now} now. Wait, or set the clock of this machine.`;
}
