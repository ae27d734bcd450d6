// Certificates for tests, written by hand in DER (RFC 5280): valid for this machine, now or at another time.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { msPerDay } from '../../std/units.ts';

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface TestCertificateOptions {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Default: itself. */
  readonly issuer?: TestAuthority;
  readonly host?: string;
}

interface TestAuthority extends TestCertificate {
  readonly name: string;
}

const ecdsaWithSha256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');
const alternativeNames = Buffer.from('0603551d11', 'hex');
const basicConstraints = Buffer.from('0603551d13', 'hex');

export function makeAuthority(name: string): TestAuthority {
  return { name, ...make(name, [extension(basicConstraints, sequence(Buffer.from('0101ff', 'hex')))], {}) };
}

/** For 127.0.0.1 and the host. */
export function makeCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { host = 'localhost' } = options;
  const names = sequence(tagged(0x82, Buffer.from(host)), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  return make(host, [extension(alternativeNames, names)], options);
}

function make(
  name: string,
  extensions: readonly Buffer[],
  { fromMs = Date.now() - msPerDay, toMs = Date.now() + 365 * msPerDay, issuer }: TestCertificateOptions,
): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = tagged(2, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const body = sequence(
    tagged(0xa0, tagged(2, Buffer.from([2]))),
    serial,
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(time(fromMs), time(toMs)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signer: KeyObject | string = issuer?.key ?? privateKey;
  const signature = tagged(3, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const der = sequence(body, ecdsaWithSha256, signature).toString('base64');
  const lines = der.match(/.{1,64}/g)!.join('\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

function extension(kind: Buffer, value: Buffer): Buffer {
  return sequence(kind, tagged(4, value));
}

function nameOf(name: string): Buffer {
  return sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from(name)))));
}

/** GeneralizedTime. */
function time(ms: number): Buffer {
  return tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\..*/g, '')}Z`));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
