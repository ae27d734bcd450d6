/**
 * Noise_XX_25519_ChaChaPoly_BLAKE2b (Noise Protocol Framework, revision 34), by the library noise-handshake over
 * libsodium. What the library would draw from the system's randomness comes in instead, so that a handshake depends on
 * nothing but its arguments.
 */
import Noise from 'noise-handshake';
import sodium from 'sodium-native';

/** Bytes of an X25519 key, secret or public. */
export const keyBytes = 32;
/** Bytes of the tag that ends what is sealed. */
export const tagBytes = 16;

/** Bytes around the payload of each of the three messages: e; e and the sealed s; the sealed s. */
export const noiseOverheadBytes = [keyBytes, 2 * keyBytes + 2 * tagBytes, keyBytes + 2 * tagBytes] as const;

/** An X25519 key. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** The keys of a finished handshake, a pair for its owner, and the hash of all that was said. */
export interface NoiseKeys {
  readonly sending: Uint8Array;
  readonly receiving: Uint8Array;
  readonly hash: Uint8Array;
}

/** Why a message was not taken. `badKey`: a public key that makes the shared secret predictable. */
export type NoiseFailure = 'forged' | 'badKey';

/** The key pair of a secret of {@link keyBytes} random bytes. */
export function keyPairOf(secretKey: Uint8Array): KeyPair {
  const publicKey = new Uint8Array(keyBytes);
  sodium.crypto_scalarmult_base(publicKey, secretKey);
  return { publicKey, secretKey };
}

/** One side of one handshake. After a failure it is of no use. */
export class NoiseHandshake {
  readonly #noise: Noise;
  #hasBadKey = false;

  /** `ephemeralSecret`: random bytes for this handshake alone; zeros are there after its last message. */
  constructor(isCaller: boolean, own: KeyPair, ephemeralSecret: Uint8Array, prologue: Uint8Array) {
    const curve = {
      DHLEN: keyBytes,
      PKLEN: keyBytes,
      SKLEN: keyBytes,
      ALG: '25519',
      generateKeyPair: () => keyPairOf(ephemeralSecret),
      dh: (publicKey: Uint8Array, { secretKey }: KeyPair) => this.#agree(publicKey, secretKey),
    };
    this.#noise = new Noise('XX', isCaller, own, { curve });
    this.#noise.initialise(prologue);
  }

  /** The next message of this side; undefined where the other side's key is a bad one. */
  write(payload: Uint8Array): Uint8Array | undefined {
    try {
      return this.#noise.send(payload);
    } catch (error) {
      if (this.#hasBadKey) return undefined;
      throw error;
    }
  }

  /** The payload of the other side's next message. */
  read(message: Uint8Array): Uint8Array | NoiseFailure {
    try {
      // A copy: the library keeps parts of what it reads, and clears them.
      return this.#noise.recv(message.slice());
    } catch {
      return this.#hasBadKey ? 'badKey' : 'forged';
    }
  }

  /** The static key that the other side has proven to hold, from its message on that brought it. */
  get peerKey(): Uint8Array {
    return this.#noise.rs!;
  }

  /** Undefined before the last message. */
  get keys(): NoiseKeys | undefined {
    if (!this.#noise.complete) return undefined;
    return { sending: this.#noise.tx, receiving: this.#noise.rx, hash: this.#noise.hash };
  }

  #agree(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array {
    const shared = new Uint8Array(keyBytes);
    try {
      sodium.crypto_scalarmult(shared, secretKey, publicKey);
    } catch (error) {
      this.#hasBadKey = true;
      throw error;
    }
    return shared;
  }
}
