/**
 * The seals of one process of a simulated world: production's own. Votes are read before a datagram is sealed, and what
 * has opened is kept for those that send it again.
 */
import { Drop } from '../../protocol/datagrams.ts';
import { sealHeaderBytes } from '../../protocol/limits.ts';
import { type KeyGrant, KeyPurpose } from '../../protocol/messages.ts';
import type { DatagramSeals } from '../../replica/ports.ts';
import type { Random } from '../../std/random.ts';
import { DatagramKeys } from '../../trust/datagram-keys.ts';
import { sealedDatagram } from '../../trust/messages.ts';
import type { VirtualNetwork } from './virtual-network.ts';

/** Datagrams that were worth something once. */
export interface OldDatagrams {
  /** The one that opened last. */
  readonly newest: Uint8Array | undefined;
  /** The one that the process before this one on its machine has opened last. */
  readonly beforeStart: Uint8Array | undefined;
  /** One that did not arrive, and whose sender has another life now. */
  readonly ofFormerLife: Uint8Array | undefined;
}

export class VirtualSeals implements DatagramSeals, OldDatagrams {
  newest: Uint8Array | undefined;
  readonly beforeStart: Uint8Array | undefined;
  ofFormerLife: Uint8Array | undefined;
  readonly #network: VirtualNetwork;
  readonly #replicaId: number;
  readonly #keys: DatagramKeys;
  /** By the keys that were taken. */
  readonly #lives = new Map<number, number>();

  /** `before`: those of the process before this one on its machine. */
  constructor(network: VirtualNetwork, replicaId: number, random: Random, before: OldDatagrams | undefined) {
    this.#network = network;
    this.#replicaId = replicaId;
    this.beforeStart = before?.newest ?? before?.beforeStart;
    this.#keys = new DatagramKeys((into) => {
      for (let n = 0; n < into.length; n++) into[n] = random.below(256);
    });
  }

  get from(): number {
    return this.#keys.from;
  }

  get datagramsSent(): number {
    return this.#keys.datagramsSent;
  }

  get datagramsCame(): number {
    return this.#keys.datagramsCame;
  }

  seal(peerId: number, bytes: Uint8Array, view: DataView, plainTo: number): number {
    const plain = bytes.subarray(sealHeaderBytes, plainTo);
    this.#network.observer?.(plain, plain.length);
    const lateUs = this.#network.latenessOf(plain);
    const words = this.#network.trace.isOn ? plain.slice() : undefined;
    const length = this.#keys.seal(peerId, bytes, view, plainTo);
    if (words !== undefined && length > 0) this.#network.noteSealed(bytes, words);
    if (lateUs > 0 && length > 0) this.#network.delaySealed(bytes, lateUs);
    if (peerId === 0 && length > 0) this.#network.sealWatcher?.sealed(this.#replicaId, keyIdOf(bytes));
    return length;
  }

  open(bytes: Uint8Array, view: DataView, length: number): Drop {
    const sealed = bytes.slice(0, length);
    const drop = this.#keys.open(bytes, view, length);
    if (drop === Drop.none) this.newest = sealed;
    return drop;
  }

  offer(peerId: number): KeyGrant {
    return this.#keys.offer(peerId);
  }

  isOffered(peerId: number, keyId: number): boolean {
    return this.#keys.isOffered(peerId, keyId);
  }

  use(peerId: number, keyId: number): boolean {
    return this.#keys.use(peerId, keyId);
  }

  replace(peerId: number): void {
    this.#keys.replace(peerId);
  }

  take(peerId: number, grant: KeyGrant): boolean {
    if (!this.#keys.take(peerId, grant)) return false;
    this.#lives.set(grant.keyId, grant.life);
    if (grant.purpose === KeyPurpose.group)
      this.#network.sealWatcher?.taken(this.#replicaId, peerId, grant.keyId);
    const lost = this.#network.lostBetween(peerId, this.#replicaId);
    const life = lost === undefined ? undefined : this.#lives.get(keyIdOf(lost));
    if (life !== undefined && life !== grant.life) this.ofFormerLife = lost;
    return true;
  }

  forget(peerId: number): void {
    this.#keys.forget(peerId);
  }
}

function keyIdOf(datagram: Uint8Array): number {
  return new DataView(datagram.buffer, datagram.byteOffset).getUint32(sealedDatagram.at.keyId, true);
}
