/** SHA-256 (FIPS 180-4) by OpenSSL: a pure function, the same on every machine. */
import { createHash, type Hash } from 'node:crypto';

export const sha256Bytes = 32;

/** The hash of the parts one behind the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The hash of bytes that come, or are read, piece by piece. */
export class GrowingSha256 {
  readonly #hash: Hash = createHash('sha256');

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** The hash of all that was added; nothing may be added afterwards. */
  end(): Uint8Array {
    return new Uint8Array(this.#hash.digest());
  }
}

/** Not for secrets: how long it takes shows where two differ. */
export function areSameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, n) => byte === right[n]);
}
