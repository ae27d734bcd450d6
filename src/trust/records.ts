/**
 * Seals and opens the pieces of one direction of a link: ChaCha20-Poly1305 with a counter that both sides keep and none
 * sends, as Noise has it. So a piece that is repeated, left out, moved or changed does not open, and nothing after it.
 */
import sodium from 'sodium-native';
import { assertEqual } from '../std/assert.ts';
import { keyBytes, tagBytes } from './noise.ts';

/** Pieces that one key may seal: far below what the cipher bears, and an exact integer. */
export const piecesMax = 2 ** 48;
export const nonceBytes = 12;
const highWord = 4_294_967_296;

/** The nonce of a number, as Noise has it: four zero bytes and the number, little-endian. @hot */
export function writeNonce(view: DataView, count: number): void {
  view.setUint32(4, count % highWord, true);
  view.setUint32(8, Math.floor(count / highWord), true);
}

class NonceCounter {
  readonly nonce = new Uint8Array(nonceBytes);
  readonly #view = new DataView(this.nonce.buffer);
  #count: number;

  constructor(first: number) {
    this.#count = first;
  }

  /** Sets the nonce for the next piece; false where there is none left. @hot */
  next(): boolean {
    if (this.#count >= piecesMax) return false;
    writeNonce(this.#view, this.#count);
    this.#count += 1;
    return true;
  }
}

export class RecordSealer {
  readonly #key: Uint8Array;
  readonly #counter: NonceCounter;

  /** `first`: the number of the first piece, other than 0 in tests of the end only. */
  constructor(key: Uint8Array, first = 0) {
    assertEqual(key.length, keyBytes, 'a key is whole');
    this.#key = key;
    this.#counter = new NonceCounter(first);
  }

  /**
   * Seals `bytes[plainFrom, plainTo)` where it is, with `bytes[dataFrom, plainFrom)` bound to it, and writes the
   * tag behind. False where the key is used up. @hot
   */
  sealInPlace(bytes: Uint8Array, dataFrom: number, plainFrom: number, plainTo: number): boolean {
    if (!this.#counter.next()) return false;
    const plain = bytes.subarray(plainFrom, plainTo);
    const tag = bytes.subarray(plainTo, plainTo + tagBytes);
    const data = bytes.subarray(dataFrom, plainFrom);
    const { nonce } = this.#counter;
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt_detached(
      plain,
      tag,
      plain,
      data,
      null,
      nonce,
      this.#key,
    );
    return true;
  }
}

export class RecordOpener {
  readonly #key: Uint8Array;
  readonly #counter: NonceCounter;
  #isBroken = false;

  /** `first`: as of {@link RecordSealer}. */
  constructor(key: Uint8Array, first = 0) {
    assertEqual(key.length, keyBytes, 'a key is whole');
    this.#key = key;
    this.#counter = new NonceCounter(first);
  }

  /**
   * Opens `bytes[cipherFrom, cipherTo)`, whose tag is behind it, into the whole of `plain`; `bytes[dataFrom,
   * cipherFrom)` is bound to it. False where it is not the next piece, or the key is used up; nothing opens after that.
   * @hot
   */
  open(
    bytes: Uint8Array,
    dataFrom: number,
    cipherFrom: number,
    cipherTo: number,
    plain: Uint8Array,
  ): boolean {
    if (this.#isBroken || !this.#counter.next()) return false;
    const cipher = bytes.subarray(cipherFrom, cipherTo);
    const tag = bytes.subarray(cipherTo, cipherTo + tagBytes);
    const data = bytes.subarray(dataFrom, cipherFrom);
    const { nonce } = this.#counter;
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt_detached(
        plain,
        null,
        cipher,
        tag,
        data,
        nonce,
        this.#key,
      );
      return true;
    } catch {
      this.#isBroken = true;
      return false;
    }
  }
}
