/** SHA-256 (FIPS 180-4) by OpenSSL: a pure function, the same on every machine. */
import { createHash } from 'node:crypto';

export const sha256Bytes = 32;

/** The hash of the parts one behind the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
