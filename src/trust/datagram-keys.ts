/**
 * Seals and opens datagrams. A replica makes a key for each peer, and one for all of them together, and hands it over
 * inside a link, where both have proven themselves; so a key stands for its owner, the owner's life and the peer that
 * it was given to. It outlives the link. Nothing is kept on disk: another life has other keys, and never uses a number
 * of one again.
 */
import sodium from 'sodium-native';
import { DecodeCode } from '../protocol/codes.ts';
import { getU53, setU53 } from '../std/integers.ts';
import { sealedDatagram } from './messages.ts';
import { keyBytes, tagBytes } from './noise.ts';
import { nonceBytes, piecesMax, writeNonce } from './records.ts';
import { ReplayWindow } from './replay-window.ts';

/** `group`: the same key was given to all peers. */
export const KeyPurpose = { pair: 1, group: 2 } as const;
export type KeyPurpose = (typeof KeyPurpose)[keyof typeof KeyPurpose];

/** Why a datagram was dropped. Only `forged` has cost a hash. */
export const Drop = { none: 0, malformed: 1, unknownKey: 2, repeated: 3, forged: 4 } as const;
export type Drop = (typeof Drop)[keyof typeof Drop];

/** A key on its way to a peer, inside a link. */
export interface KeyGrant {
  readonly purpose: KeyPurpose;
  readonly keyId: number;
  readonly key: Uint8Array;
}

/** Keys of one peer and purpose that open: the newest, and the one before it, until its last datagrams have come. */
const heldMax = 2;

interface SendingKey {
  readonly keyId: number;
  readonly key: Uint8Array;
  counter: number;
}

interface HeldKey {
  readonly keyId: number;
  readonly key: Uint8Array;
  readonly replicaId: number;
  readonly life: number;
  readonly purpose: KeyPurpose;
  readonly window: ReplayWindow;
}

/** All peers together. */
const group = 0;

export class DatagramKeys {
  /** The replica whose datagram was opened last, and its life when it made the key. */
  from = 0;
  life = 0;
  readonly #random: (into: Uint8Array) => void;
  /** By peer, 0 for all: the key in use, and the newest one, which is granted and not in use yet. */
  readonly #used = new Map<number, SendingKey>();
  readonly #granted = new Map<number, SendingKey>();
  readonly #held = new Map<number, HeldKey>();
  readonly #nonce = new Uint8Array(nonceBytes);
  readonly #nonceView = new DataView(this.#nonce.buffer);

  /** `random` fills bytes that cannot be foreseen. */
  constructor(random: (into: Uint8Array) => void) {
    this.#random = random;
  }

  /** Makes a key for one peer, or for all of them (0). It seals nothing before {@link use}. */
  grant(peerId: number): KeyGrant {
    const key = new Uint8Array(keyBytes);
    const id = new Uint8Array(4);
    this.#random(key);
    this.#random(id);
    // 0 is no key.
    const keyId = new DataView(id.buffer).getUint32(0, true) || 1;
    this.#granted.set(peerId, { keyId, key, counter: 0 });
    return { purpose: peerId === group ? KeyPurpose.group : KeyPurpose.pair, keyId, key };
  }

  /** The peer, or all of them, hold this key: from now on it seals. False where a newer one was made since. */
  use(peerId: number, keyId: number): boolean {
    const granted = this.#granted.get(peerId);
    if (granted?.keyId !== keyId) return false;
    this.#used.set(peerId, granted);
    return true;
  }

  /**
   * Holds a key that a peer made in this life of its. False where it cannot be: of a life before one that is known, or
   * under the id of another key.
   */
  take(replicaId: number, life: number, { purpose, keyId, key }: KeyGrant): boolean {
    if (keyId === 0 || key.length !== keyBytes || this.#held.has(keyId)) return false;
    const ofPeer = [...this.#held.values()].filter((held) => held.replicaId === replicaId);
    if (ofPeer.some((held) => held.life > life)) return false;
    for (const held of ofPeer) if (held.life < life) this.#held.delete(held.keyId);
    const alike = ofPeer.filter((held) => held.life === life && held.purpose === purpose);
    for (const held of alike.slice(0, Math.max(0, alike.length + 1 - heldMax))) this.#held.delete(held.keyId);
    const window = new ReplayWindow();
    this.#held.set(keyId, { keyId, key: key.slice(), replicaId, life, purpose, window });
    return true;
  }

  /** A peer is none any more. The key for all must be replaced too: it knows that. */
  forget(replicaId: number): void {
    for (const { keyId, replicaId: owner } of [...this.#held.values()]) {
      if (owner === replicaId) this.#held.delete(keyId);
    }
    this.#used.delete(replicaId);
    this.#granted.delete(replicaId);
    this.#used.delete(group);
    this.#granted.delete(group);
  }

  /**
   * Seals `bytes[sealedDatagram.size, plainTo)` for a peer, or for all (0), and writes header and tag around it.
   * Returns the bytes of the datagram; 0 where there is no key, or none that is not used up. @hot
   */
  seal(peerId: number, bytes: Uint8Array, view: DataView, plainTo: number): number {
    const sending = this.#used.get(peerId);
    if (sending === undefined || sending.counter >= piecesMax) return 0;
    sending.counter += 1;
    const { size, at } = sealedDatagram;
    sealedDatagram.writePrefix(view, 0, plainTo - size + tagBytes);
    view.setUint32(at.keyId, sending.keyId, true);
    setU53(view, at.counter, sending.counter);
    writeNonce(this.#nonceView, sending.counter);
    const plain = bytes.subarray(size, plainTo);
    const tag = bytes.subarray(plainTo, plainTo + tagBytes);
    const data = bytes.subarray(0, size);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt_detached(
      plain,
      tag,
      plain,
      data,
      null,
      this.#nonce,
      sending.key,
    );
    return plainTo + tagBytes;
  }

  /** Opens a datagram where it stands: its plain bytes are `bytes[sealedDatagram.size, length - tagBytes)`. @hot */
  open(bytes: Uint8Array, view: DataView, length: number): Drop {
    const { size, at } = sealedDatagram;
    if (length < size + tagBytes || sealedDatagram.check(view, 0, length) !== DecodeCode.ok)
      return Drop.malformed;
    if (view.getUint16(at.length, true) !== length) return Drop.malformed;
    const held = this.#held.get(view.getUint32(at.keyId, true));
    if (held === undefined) return Drop.unknownKey;
    const counter = getU53(view, at.counter);
    if (counter > piecesMax) return Drop.malformed;
    if (!held.window.isNew(counter)) return Drop.repeated;
    writeNonce(this.#nonceView, counter);
    const plain = bytes.subarray(size, length - tagBytes);
    const tag = bytes.subarray(length - tagBytes, length);
    const data = bytes.subarray(0, size);
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt_detached(
        plain,
        null,
        plain,
        tag,
        data,
        this.#nonce,
        held.key,
      );
    } catch {
      return Drop.forged;
    }
    held.window.note(counter);
    this.from = held.replicaId;
    this.life = held.life;
    return Drop.none;
  }
}
