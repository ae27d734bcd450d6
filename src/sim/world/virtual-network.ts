/**
 * The virtual network: which endpoint reaches which, how long it takes, and the datagrams on it. Endpoints are numbers:
 * replicas by their id, clients above them.
 *
 * What can happen: a datagram is lost, repeated, late, overtaken by a later one, or comes with a bit flipped; any
 * direction between any two endpoints is cut, so that replicas are split, heard by some only, deaf or mute; strangers
 * send. What the cluster must survive: all of it, for any time, at all replicas at once. Nothing wrong is ever
 * believed, a majority that reaches each other goes on, and all is well once the network is.
 */
import type { RaftType } from '../../protocol/datagrams.ts';
import { datagramBytesMax, sealHeaderBytes } from '../../protocol/limits.ts';
import type { Datagrams } from '../../replica/ports.ts';
import { assert, assertAbove, assertAtMost } from '../../std/assert.ts';
import type { Random } from '../../std/random.ts';
import type { Tally } from './atlas.ts';
import type { Fuse } from './fuse.ts';
import { datagramInWords, typeOfDatagram } from './message-texts.ts';
import type { Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** How the network behaves; probabilities from 0 to 1. */
export interface NetworkConditions {
  readonly delayMinUs: number;
  readonly delayMaxUs: number;
  /** A datagram is lost; on a connection it costs a retransmission. */
  readonly loss: number;
  readonly duplication: number;
  /** A datagram waits up to `stragglerUs` longer than the others. */
  readonly reordering: number;
  readonly stragglerUs: number;
  /** One bit of a datagram flips. */
  readonly corruption: number;
}

/** Sees the keys by which replicas seal for all others. */
export interface SealWatcher {
  taken(replicaId: number, ownerId: number, keyId: number): void;
  sealed(ownerId: number, keyId: number): void;
}

/** A network on which nothing goes wrong: a switch in one rack. */
export const quietNetwork: NetworkConditions = {
  delayMinUs: 20,
  delayMaxUs: 60,
  loss: 0,
  duplication: 0,
  reordering: 0,
  stragglerUs: 0,
  corruption: 0,
};

/** Endpoints are 0 to 255; 0 is none. */
const endpointsMax = 256;
/** Datagrams that wait in a socket's buffer; more are lost, as in a kernel. */
const inboxDatagramsMax = 512;

/** Datagrams whose words are kept for the trace: more are not on their way at once. */
const wordsMax = 16_384;

/** The endpoints, which of them reach each other, and the conditions of now. */
export class VirtualNetwork {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly trace: Trace;
  readonly tally: Tally;
  conditions: NetworkConditions = quietNetwork;
  /** Sees every datagram that is sent, before it is sealed. */
  observer: ((bytes: Uint8Array, length: number) => void) | undefined;
  sealWatcher: SealWatcher | undefined;
  readonly #blocked = new Uint8Array(endpointsMax * endpointsMax);
  /** Datagrams that an endpoint may still send. */
  readonly #sendsLeft = new Float64Array(endpointsMax).fill(Number.POSITIVE_INFINITY);
  readonly #datagrams: VirtualDatagrams[] = [];
  /** What is in the newest datagrams, by their headers. */
  readonly #words = new Map<string, string>();
  readonly #lost: Uint8Array[] = [];
  /** Types of messages that come later than all others, and by how much. */
  readonly #lateTypes = new Map<number, number>();
  /** Datagrams with such a message, by their headers. */
  readonly #late = new Map<string, number>();

  constructor(scheduler: Scheduler, random: Random, trace: Trace, tally: Tally) {
    this.scheduler = scheduler;
    this.random = random;
    this.trace = trace;
    this.tally = tally;
  }

  /** Cuts one direction: nothing from `from` reaches `to` until {@link unblock}. */
  block(from: number, to: number): void {
    this.#blocked[from * endpointsMax + to] = 1;
  }

  unblock(from: number, to: number): void {
    this.#blocked[from * endpointsMax + to] = 0;
  }

  isBlocked(from: number, to: number): boolean {
    return this.#blocked[from * endpointsMax + to] === 1;
  }

  /** Only the next `count` datagrams of an endpoint leave it; Infinity lifts the limit. */
  limitSends(from: number, count: number): void {
    this.#sendsLeft[from] = count;
  }

  /** Messages of this type come so much later than all others. */
  delay(type: RaftType, byUs: number): void {
    this.#lateTypes.set(type, byUs);
  }

  /** All endpoints reach each other again, and the network is quiet. */
  heal(): void {
    this.#lateTypes.clear();
    this.#late.clear();
    this.#blocked.fill(0);
    this.#sendsLeft.fill(Number.POSITIVE_INFINITY);
    this.conditions = quietNetwork;
  }

  /** A one-way delay as the conditions say. */
  delayUs(): number {
    return this.random.between(this.conditions.delayMinUs, this.conditions.delayMaxUs);
  }

  /** The datagram socket of a replica; `wake` is called when something arrived. */
  openDatagrams(id: number, wake: () => void, fuse?: Fuse): VirtualDatagrams {
    assert(id > 0 && id < endpointsMax, () => `an endpoint is 1 to 255: ${id}`);
    const socket = new VirtualDatagrams(this, id, wake, fuse);
    this.#datagrams[id] = socket;
    return socket;
  }

  /** Sends to one replica, or to all others when `to` is 0, of those that `known` holds. */
  send(from: number, to: number, bytes: Uint8Array, length: number, known?: ReadonlySet<number>): void {
    for (const socket of to === 0 ? this.#datagrams : [this.#datagrams[to]]) {
      if (socket === undefined || socket.id === from || known?.has(socket.id) === false) continue;
      this.#sendOne(from, socket, bytes, length);
    }
  }

  #sendOne(from: number, socket: VirtualDatagrams, bytes: Uint8Array, length: number): void {
    const { random, conditions, tally } = this;
    const isLimited = this.#sendsLeft[from] === 0;
    if (!isLimited) this.#sendsLeft[from] = this.#sendsLeft[from]! - 1;
    if (isLimited || this.isBlocked(from, socket.id)) {
      tally.add('datagram blocked');
      this.#lost[from * endpointsMax + socket.id] = bytes.slice(0, length);
      this.#note(from, socket.id, bytes, length, 'blocked');
      return;
    }
    if (random.chance(conditions.loss)) {
      tally.add('datagram lost');
      this.#lost[from * endpointsMax + socket.id] = bytes.slice(0, length);
      this.#note(from, socket.id, bytes, length, 'lost');
      return;
    }
    this.#travel(from, socket, bytes.slice(0, length));
    if (random.chance(conditions.duplication)) {
      tally.add('datagram duplicated');
      this.#travel(from, socket, bytes.slice(0, length));
    }
  }

  /** The newest datagram that did not arrive. */
  lostBetween(from: number, to: number): Uint8Array | undefined {
    return this.#lost[from * endpointsMax + to];
  }

  /** How much later than others a message comes, by its type; 0: it does not. */
  latenessOf(plain: Uint8Array): number {
    return this.#lateTypes.size === 0 ? 0 : (this.#lateTypes.get(typeOfDatagram(plain)) ?? 0);
  }

  /** What is in this sealed datagram comes later. */
  delaySealed(sealed: Uint8Array, byUs: number): void {
    this.#late.set(headerOf(sealed), byUs);
  }

  /** For the trace: what is in a sealed datagram. */
  noteSealed(sealed: Uint8Array, plain: Uint8Array): void {
    if (this.#words.size >= wordsMax) this.#words.delete(this.#words.keys().next().value!);
    this.#words.set(headerOf(sealed), datagramInWords(plain));
  }

  #note(from: number, to: number, bytes: Uint8Array, length: number, fate: string): void {
    if (!this.trace.isOn) return;
    const words = this.#words.get(headerOf(bytes)) ?? `${length} bytes under a seal that was not seen`;
    this.trace.note(`replica ${from}`, `-> replica ${to} ${words} (${fate})`);
  }

  #travel(from: number, socket: VirtualDatagrams, datagram: Uint8Array): void {
    const { random, conditions, tally } = this;
    let delayUs = this.delayUs();
    if (delayUs > quietNetwork.delayMaxUs) tally.add('datagram delayed');
    if (random.chance(conditions.reordering)) {
      tally.add('datagram reordered');
      delayUs += random.below(conditions.stragglerUs + 1);
    }
    if (datagram.length > 0 && random.chance(conditions.corruption)) {
      tally.add('datagram corrupted');
      const at = random.below(datagram.length);
      datagram[at] = datagram[at]! ^ (1 << random.below(8));
    }
    if (this.#late.size > 0) delayUs += this.#late.get(headerOf(datagram)) ?? 0;
    this.#note(from, socket.id, datagram, datagram.length, `${delayUs} us`);
    this.scheduler.after(delayUs, () => {
      // A cut made while it was on its way stops it too.
      if (this.isBlocked(from, socket.id)) tally.add('datagram blocked');
      else socket.arrive(datagram);
    });
  }
}

function headerOf(datagram: Uint8Array): string {
  return datagram.subarray(0, sealHeaderBytes).join();
}

/** The datagram socket of one replica. Closed while its process is down: what arrives then is lost. */
export class VirtualDatagrams implements Datagrams {
  readonly id: number;
  readonly received = new Uint8Array(datagramBytesMax);
  readonly receivedView = new DataView(this.received.buffer);
  readonly strangers = 0;
  readonly #network: VirtualNetwork;
  readonly #wake: () => void;
  readonly #fuse: Fuse | undefined;
  readonly #inbox: Uint8Array[] = [];
  /** Replicas that its configuration file names; undefined is all. */
  addresses: ReadonlySet<number> | undefined;
  #isOpen = false;

  constructor(network: VirtualNetwork, id: number, wake: () => void, fuse: Fuse | undefined) {
    this.#network = network;
    this.#fuse = fuse;
    this.id = id;
    this.#wake = wake;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** The process died: what waited in the socket is gone. */
  close(): void {
    this.#isOpen = false;
    this.#inbox.length = 0;
  }

  receive(): number {
    const datagram = this.#inbox.shift();
    if (datagram === undefined) return 0;
    this.received.set(datagram);
    return datagram.length;
  }

  send(to: number, bytes: Uint8Array, length: number): void {
    assertAbove(length, 0, 'a datagram has 1 to datagramBytesMax bytes');
    assertAtMost(length, datagramBytesMax, 'a datagram has 1 to datagramBytesMax bytes');
    assert(to !== this.id, () => `replica ${to} sends no datagram to itself`);
    this.#fuse?.burn();
    this.#network.send(this.id, to, bytes, length, this.addresses);
  }

  /** False where no socket receives it. */
  arrive(datagram: Uint8Array): boolean {
    if (!this.#isOpen) return false;
    if (this.#inbox.length >= inboxDatagramsMax) {
      this.#network.tally.add('datagram lost');
      return false;
    }
    this.#inbox.push(datagram);
    this.#wake();
    return true;
  }
}
