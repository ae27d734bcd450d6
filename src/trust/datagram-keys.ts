/**
 * Seals and opens datagrams. A replica makes a key for each peer, and one for all of them together, and hands it over
 * inside a link, where both have proven themselves; so a key names its owner, the life of the owner's process and
 * the peer that it was given to. It outlives the link. Nothing is kept on disk: another life has other keys, and never
 * uses a number of one again.
 */
import sodium from 'sodium-native';
import { DecodeCode } from '../protocol/codes.ts';
import { Drop } from '../protocol/datagrams.ts';
import { sealHeaderBytes, sealTagBytes } from '../protocol/limits.ts';
import { type KeyGrant, KeyPurpose } from '../protocol/messages.ts';
import { assertEqual } from '../std/assert.ts';
import { getU53, setU53 } from '../std/integers.ts';
import { Beginnings } from './beginnings.ts';
import { sealedDatagram } from './messages.ts';
import { keyBytes, tagBytes } from './noise.ts';
import { nonceBytes, piecesMax, writeNonce } from './records.ts';
import { ReplayWindow } from './replay-window.ts';

/** Keys of one peer and purpose that open: the newest, and the one before it, until its last datagrams have come. */
const heldMax = 2;
/** Numbers of keys are small integers: those of a map are compared without a word of memory. */
const keyIdMask = 0x3fff_ffff;

interface SendingKey {
  readonly keyId: number;
  readonly key: Uint8Array;
  counter: number;
}

interface DatagramKey {
  readonly keyId: number;
  readonly key: Uint8Array;
  readonly replicaId: number;
  readonly life: number;
  readonly purpose: number;
  readonly window: ReplayWindow;
}

/** Places of the counts. */
const sentAt = 0;
const cameAt = 1;

/** All peers together. */
const group = 0;

export class DatagramKeys {
  /** The replica whose datagram was opened last. */
  from = 0;
  readonly #random: (into: Uint8Array) => void;
  readonly #life: number;
  /** By peer, 0 for all: the newest key, and the newest that a peer is known to hold, which seals. */
  readonly #offered = new Map<number, SendingKey>();
  readonly #used = new Map<number, SendingKey>();
  readonly #held = new Map<number, DatagramKey>();
  readonly #nonce = new Uint8Array(nonceBytes);
  readonly #nonceView = new DataView(this.#nonce.buffer);
  /** A copy of the header of a datagram: what is bound to it beside its bytes. */
  readonly #header = new Uint8Array(sealedDatagram.size);
  /** Datagrams that peers sealed for this replica, by their numbers, and that have opened. */
  readonly #counts = new Float64Array(2);
  readonly #outgoing = new Beginnings(sealedDatagram.size);
  readonly #incoming = new Beginnings(sealedDatagram.size);

  /** `random` fills bytes that cannot be foreseen. */
  constructor(random: (into: Uint8Array) => void) {
    this.#random = random;
    this.#life = this.#randomNumber() + 1;
  }

  get datagramsSent(): number {
    return this.#counts[sentAt]!;
  }

  get datagramsCame(): number {
    return this.#counts[cameAt]!;
  }

  /** The newest key for one peer, or for all of them (0): it seals nothing before {@link use}. */
  offer(peerId: number): KeyGrant {
    let offered = this.#offered.get(peerId);
    if (offered === undefined) {
      const key = new Uint8Array(keyBytes);
      this.#random(key);
      // 0 is no key.
      offered = { keyId: this.#randomNumber() & keyIdMask || 1, key, counter: 0 };
      this.#offered.set(peerId, offered);
    }
    const { keyId, key, counter } = offered;
    const purpose = peerId === group ? KeyPurpose.group : KeyPurpose.pair;
    return { purpose, keyId, life: this.#life, counter, key };
  }

  /** Whether this is the newest key for a peer, or for all. */
  isOffered(peerId: number, keyId: number): boolean {
    return this.#offered.get(peerId)?.keyId === keyId;
  }

  /** The peer, or one of all, holds this key: from now on it seals. False where a newer one was made since. */
  use(peerId: number, keyId: number): boolean {
    if (!this.isOffered(peerId, keyId)) return false;
    this.#used.set(peerId, this.#offered.get(peerId)!);
    return true;
  }

  /** The key for a peer, or for all, seals no more: the next offer is of another one. */
  replace(peerId: number): void {
    this.#offered.delete(peerId);
    this.#used.delete(peerId);
  }

  /**
   * Holds a key that a peer has made; those of another life of it go. False where it cannot be, as another key has its
   * number.
   */
  take(replicaId: number, { purpose, keyId, life, counter, key }: KeyGrant): boolean {
    if (keyId === 0 || keyId > keyIdMask || key.length !== keyBytes || counter > piecesMax) return false;
    const known = this.#held.get(keyId);
    if (known !== undefined && known.replicaId !== replicaId) return false;
    // Offered again on another tether: what has come under it still has.
    if (known?.life === life) return known.key.every((byte, n) => byte === key[n]);
    const ofPeer = [...this.#held.values()].filter((held) => held.replicaId === replicaId);
    for (const held of ofPeer) if (held.life !== life) this.#held.delete(held.keyId);
    const alike = ofPeer.filter((held) => held.life === life && held.purpose === purpose);
    for (const held of alike.slice(0, Math.max(0, alike.length + 1 - heldMax))) this.#held.delete(held.keyId);
    const window = new ReplayWindow(counter);
    this.#held.set(keyId, { keyId, key: key.slice(), replicaId, life, purpose, window });
    return true;
  }

  /** A peer is not believed any more: its datagrams do not open, and none is sealed for it alone. */
  forget(replicaId: number): void {
    for (const { keyId, replicaId: owner } of [...this.#held.values()]) {
      if (owner === replicaId) this.#held.delete(keyId);
    }
    this.replace(replicaId);
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
    this.#copyHeader(bytes);
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
      this.#outgoing.upTo(bytes, plainTo + tagBytes),
      this.#outgoing.upTo(bytes, plainTo),
      this.#header,
      null,
      this.#nonce,
      sending.key,
    );
    return plainTo + tagBytes;
  }

  /** Opens a datagram where it is: its plain bytes are `bytes[sealedDatagram.size, length - tagBytes)`. @hot */
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
    this.#copyHeader(bytes);
    try {
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
        this.#incoming.upTo(bytes, length - tagBytes),
        null,
        this.#incoming.upTo(bytes, length),
        this.#header,
        this.#nonce,
        held.key,
      );
    } catch {
      return Drop.forged;
    }
    this.#counts[sentAt]! += held.window.note(counter);
    this.#counts[cameAt]! += 1;
    this.from = held.replicaId;
    return Drop.none;
  }

  /** @hot */
  #copyHeader(bytes: Uint8Array): void {
    const header = this.#header;
    for (let n = 0; n < sealHeaderBytes; n++) header[n] = bytes[n]!;
  }

  /** Below 2^48. */
  #randomNumber(): number {
    const bytes = new Uint8Array(8);
    this.#random(bytes.subarray(0, 6));
    return getU53(new DataView(bytes.buffer), 0);
  }
}

assertEqual(sealedDatagram.size, sealHeaderBytes, 'the limits say how long the header of a datagram is');
assertEqual(tagBytes, sealTagBytes, 'the limits say how long the tag of a datagram is');
