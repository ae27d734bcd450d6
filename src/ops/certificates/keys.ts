/** The two keys of an identity: one for links (X25519), and one for its certificate (Ed25519). */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  webcrypto,
} from 'node:crypto';

/** PKCS #8, PEM, one after the other. */
export function newKeys(): string {
  const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return pem(generateKeyPairSync('x25519').privateKey) + pem(generateKeyPairSync('ed25519').privateKey);
}

export interface IdentityKeys {
  /** 32 bytes. */
  readonly linkPublic: Uint8Array;
  readonly signing: webcrypto.CryptoKeyPair;
}

/** Undefined for a text that does not hold both. */
export async function keysIn(pem: string): Promise<IdentityKeys | undefined> {
  const link = keyOf(pem, 'x25519');
  const signing = keyOf(pem, 'ed25519');
  if (link === undefined || signing === undefined) return undefined;
  const linkPublic = Buffer.from(createPublicKey(link).export({ format: 'jwk' }).x!, 'base64url');
  return { linkPublic: new Uint8Array(linkPublic), signing: await signingPair(signing) };
}

/** The one private key of a type in a text. */
export function keyOf(pem: string, type: 'x25519' | 'ed25519'): KeyObject | undefined {
  const blocks = pem.match(/-----BEGIN PRIVATE KEY-----[^-]*-----END PRIVATE KEY-----/g) ?? [];
  const keys = blocks.map(privateKey).filter((key) => key?.asymmetricKeyType === type);
  return keys.length === 1 ? keys[0] : undefined;
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** For the library that writes certificates. */
export async function signingPair(key: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const secret = new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
  const shown = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', secret, 'Ed25519', false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', shown, 'Ed25519', true, ['verify']),
  };
}
