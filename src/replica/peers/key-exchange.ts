/**
 * Keys of datagrams on their way. Each replica offers its own on every new tether, where both sides have proven their
 * identity, and takes those of its peers; what is sealed outlives the tether. The key for all goes to members alone,
 * and is replaced when a replica that holds it is a member no more.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { KeyPurpose, keyGrant, keyTaken } from '../../protocol/messages.ts';
import { membersOf } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';
import type { Connection } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { Ports } from '../ports.ts';

/** In place of a peer: all of them. */
const group = 0;
/**
 * A peer that was not heard for so long is offered the keys again. Its machine may have lost its power and have come
 * back without a log: such a replica calls no peer, and a tether to its former process breaks by nothing but a write.
 */
const unheardUs = 1_000_000;

/** What the exchange asks of consensus, and tells it. */
type Core = Pick<Raft, 'configuration' | 'peerHears'>;

export class KeyExchange {
  readonly #ports: Ports;
  readonly #core: Core;
  /** Peers that were offered the key for all. */
  readonly #holders = new Set<number>();
  /** The configuration that the holders were compared with; undefined where they are to be again. */
  #configuration: Configuration | undefined;
  /** By replica: whether a datagram of it has opened since the peers were looked at last. */
  readonly #heard: Uint8Array;
  #lookedUs = 0;
  readonly #out = new Uint8Array(Math.max(keyGrant.size, keyTaken.size));
  readonly #outView = new DataView(this.#out.buffer);

  /** `heard`: by replica, set by what opens its datagrams. */
  constructor(ports: Ports, core: Core, heard: Uint8Array) {
    this.#ports = ports;
    this.#core = core;
    this.#heard = heard;
  }

  /** A tether is new. */
  greet({ id, peerId }: Connection): void {
    this.#offer(id, peerId);
    if (this.#isMember(peerId)) this.#offerToAll(id, peerId);
  }

  /** A record of a tether; false where it is none of ours, or malformed. */
  record({ id, peerId }: Connection, type: number, view: DataView, at: number, length: number): boolean {
    if (type === keyGrant.type && keyGrant.check(view, at, length) === DecodeCode.ok) {
      const grant = keyGrant.read(view, at);
      const isTaken = this.#ports.seals.take(peerId, grant) ? 1 : 0;
      const answer = { keyId: grant.keyId, purpose: grant.purpose, isTaken, reserved: 0, reserved2: 0 };
      this.#send(id, keyTaken.write(this.#outView, 0, answer));
    } else if (type === keyTaken.type && keyTaken.check(view, at, length) === DecodeCode.ok) {
      this.#answered(id, peerId, keyTaken.read(view, at));
    } else {
      this.#ports.counters.add(counter.messagesMalformed, 1);
      return false;
    }
    return true;
  }

  /**
   * Replaces the key for all where it must be, and offers it where it is missing; `tetherTo` is one with an open
   * tether.
   */
  doWork(nowUs: number, tetherTo: (peerId: number) => Connection | undefined): void {
    const { counters, datagrams } = this.#ports;
    counters.set(counter.datagramsStrangeSource, datagrams.strangers);
    const { configuration } = this.#core;
    if (nowUs - this.#lookedUs >= unheardUs) this.#lookAt(membersOf(configuration), nowUs, tetherTo);
    if (configuration === this.#configuration) return;
    this.#configuration = configuration;
    const members = membersOf(configuration);
    if ([...this.#holders].some((holder) => !members.includes(holder))) this.#replaceKeyForAll();
    for (const peerId of members) {
      const tether = this.#holders.has(peerId) ? undefined : tetherTo(peerId);
      if (tether !== undefined) this.#offerToAll(tether.id, peerId);
    }
  }

  #lookAt(
    members: readonly number[],
    nowUs: number,
    tetherTo: (peerId: number) => Connection | undefined,
  ): void {
    this.#lookedUs = nowUs;
    for (const peerId of members) {
      const tether = this.#heard[peerId] === 0 ? tetherTo(peerId) : undefined;
      if (tether !== undefined) this.greet(tether);
    }
    this.#heard.fill(0);
  }

  /** A peer may not be believed any more: until it proves itself again nothing of it opens here. */
  forget(peerId: number): void {
    this.#ports.seals.forget(peerId);
    if (this.#holders.has(peerId)) this.#replaceKeyForAll();
  }

  #replaceKeyForAll(): void {
    this.#ports.seals.replace(group);
    this.#holders.clear();
    this.#configuration = undefined;
  }

  #answered(
    connection: number,
    peerId: number,
    { keyId, purpose, isTaken }: ReturnType<typeof keyTaken.read>,
  ): void {
    const { seals } = this.#ports;
    const to = purpose === KeyPurpose.group ? group : peerId;
    if (isTaken === 1) {
      if (seals.use(to, keyId) && to !== group) this.#core.peerHears(peerId);
      return;
    }
    // The peer holds another key of this number: numbers are chosen by chance. Another one is offered.
    if (!seals.isOffered(to, keyId)) return;
    if (to === group) return this.#replaceKeyForAll();
    seals.replace(peerId);
    this.#offer(connection, peerId);
  }

  #isMember(peerId: number): boolean {
    return membersOf(this.#core.configuration).includes(peerId);
  }

  #offerToAll(connection: number, peerId: number): void {
    this.#holders.add(peerId);
    this.#offer(connection, group);
  }

  #offer(connection: number, to: number): void {
    const values = { ...this.#ports.seals.offer(to), reserved: 0, reserved2: 0, reserved3: 0 };
    this.#send(connection, keyGrant.write(this.#outView, 0, values));
  }

  #send(connection: number, length: number): void {
    this.#ports.connections.send(connection, this.#out, 0, length);
  }
}
