/** What proves that a datagram belongs to the cluster: a keyed BLAKE2b, the fastest keyed hash at hand. */
import { createHmac } from 'node:crypto';
import sodium from 'sodium-native';
import { sealBytes } from '../../protocol/limits.ts';
import type { Keys } from '../../replica/ports.ts';

/** A key is never used for two purposes: the seal has one of its own, derived from the cluster's. */
const sealPurpose = 'lockstep datagram seal';

export class ClusterKeys implements Keys {
  readonly #sealKey: Uint8Array;
  readonly #seal = new Uint8Array(sealBytes);

  /** The key as 64 hexadecimal digits. */
  constructor(clusterKey: string) {
    this.#sealKey = createHmac('sha256', keyBytes('cluster', clusterKey)).update(sealPurpose).digest();
  }

  /** @hot */
  seal(bytes: Uint8Array, length: number): void {
    sodium.crypto_generichash(this.#seal, bytes.subarray(0, length), this.#sealKey);
    for (let n = 0; n < sealBytes; n++) bytes[length + n] = this.#seal[n]!;
  }

  /** Takes as long for a seal that is nearly right as for one that is not. @hot */
  isSealed(bytes: Uint8Array, length: number): boolean {
    if (length < 0 || length + sealBytes > bytes.length) return false;
    sodium.crypto_generichash(this.#seal, bytes.subarray(0, length), this.#sealKey);
    let difference = 0;
    for (let n = 0; n < sealBytes; n++) difference |= bytes[length + n]! ^ this.#seal[n]!;
    return difference === 0;
  }
}

function keyBytes(name: string, hexadecimal: string): Uint8Array {
  if (!/^[0-9a-fA-F]{64}$/.test(hexadecimal)) {
    // The text of a bad key is a secret all the same.
    throw new Error(
      `The ${name} key is not 64 hexadecimal digits. Set it in the configuration (keys.${name}).`,
    );
  }
  return new Uint8Array(Buffer.from(hexadecimal, 'hex'));
}
