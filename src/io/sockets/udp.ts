/**
 * Datagrams between replicas over non-blocking UDP: one by one to each peer, or once to a multicast group. Nothing here
 * waits or throws once the sockets are open; whatever goes wrong with a datagram is a loss, and the log repairs losses.
 */
import { datagramBytesMax, replicaIdMax } from '../../protocol/limits.ts';
import type { Datagrams } from '../../replica/ports.ts';
import { callError, close, getsockopt, receiveFrom, sendTo, setsockopt, socket } from '../system/native.ts';
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  MSG_NOSIGNAL,
  MSG_TRUNC,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  sockaddrBytes,
} from '../system/platform.ts';
import { bindSocket, ipv4Bytes, parseIpv4, setOption, socketAddress } from './addresses.ts';
import type { DatagramSettings } from './settings.ts';

/** Useless datagrams (own, empty, too long) that one call of `receive` skips, so that a flood cannot hold the core. */
const skippedPerCallMax = 32;
/** Routers that a multicast datagram may cross, plus one: it stays on its network. */
const multicastTtl = 1;

export class UdpDatagrams implements Datagrams {
  readonly received = new Uint8Array(datagramBytesMax);
  readonly receivedView = new DataView(this.received.buffer);
  /** The port that it is bound to. */
  readonly port: number;
  /** Descriptors to wait on. */
  readonly descriptors: readonly number[];
  /** Bytes that the system really holds for the reader; less than what was asked where net.core.rmem_max is lower. */
  readonly receiveBufferBytes: number;
  readonly #replicaId: number;
  readonly #socket: number;
  /** Hears the group; -1 in unicast. What a replica sends to the group goes out from its own socket. */
  readonly #groupSocket: number;
  readonly #group: Uint8Array | undefined;
  readonly #peers: (Uint8Array | undefined)[] = Array.from({ length: replicaIdMax + 1 });
  /** The peers once more, without gaps, for sending to all. */
  #others: Uint8Array[] = [];
  /** Addresses and ports of the peers: what comes from elsewhere is dropped. */
  #sources = new Uint32Array(0);
  strangers = 0;
  /** Which socket is asked first, so that neither starves the other. */
  #groupIsFirst = false;
  readonly #source = new Uint8Array(sockaddrBytes);
  readonly #sourceView = new DataView(this.#source.buffer);
  readonly #sourceBytes = Uint32Array.of(sockaddrBytes);
  readonly #ownAddress: number;

  /** Throws an AddressError where the port is taken. */
  constructor(replicaId: number, settings: DatagramSettings) {
    this.#replicaId = replicaId;
    this.#socket = openSocket(settings);
    let groupSocket = -1;
    try {
      this.port = bindSocket(this.#socket, 'UDP', settings.address, settings.port);
      if (settings.mode === 'multicast') {
        aimAtGroup(this.#socket, settings);
        this.#group = socketAddress(settings.group, settings.groupPort);
        groupSocket = openSocket(settings);
        joinGroup(groupSocket, settings);
      }
      this.receiveBufferBytes = grantedBytes(this.#socket);
    } catch (error) {
      close(this.#socket);
      if (groupSocket >= 0) close(groupSocket);
      throw error;
    }
    this.#groupSocket = groupSocket;
    this.descriptors = groupSocket < 0 ? [this.#socket] : [this.#socket, groupSocket];
    // A socket bound to every card sends to the group from the card that carries it.
    this.#ownAddress = parseIpv4(settings.address) || parseIpv4(settings.interfaceAddress);
  }

  /** Where a replica is reached from now on; without an address nowhere. */
  setPeer(replicaId: number, address?: string, port = 0): void {
    if (replicaId === this.#replicaId) return;
    this.#peers[replicaId] = address === undefined ? undefined : socketAddress(address, port);
    this.#others = this.#peers.filter((peer) => peer !== undefined);
    this.#sources = Uint32Array.from(this.#others.flatMap(sourceOf));
  }

  /** @hot */
  receive(): number {
    for (let skipped = 0; skipped < skippedPerCallMax; skipped++) {
      const length = this.#groupSocket < 0 ? this.#receiveOwn() : this.#receiveEither();
      if (length < 0) return 0;
      if (length > 0 && length <= datagramBytesMax) return length;
    }
    return 0;
  }

  /** @hot */
  send(to: number, bytes: Uint8Array, length: number): void {
    if (to !== 0) {
      const peer = this.#peers[to];
      if (peer !== undefined) sendTo(this.#socket, bytes, length, MSG_NOSIGNAL, peer, sockaddrBytes);
      return;
    }
    if (this.#group !== undefined) {
      sendTo(this.#socket, bytes, length, MSG_NOSIGNAL, this.#group, sockaddrBytes);
      return;
    }
    const others = this.#others;
    for (let n = 0; n < others.length; n++) {
      sendTo(this.#socket, bytes, length, MSG_NOSIGNAL, others[n]!, sockaddrBytes);
    }
  }

  close(): void {
    for (const descriptor of this.descriptors) close(descriptor);
  }

  /** The true length of the next datagram, longer than the buffer where it was cut; -1 where none waits. */
  #receiveOwn(): number {
    return this.#receiveFrom(this.#socket);
  }

  /** As {@link #receiveOwn}; 0 for one that no peer has sent. */
  #receiveFrom(descriptor: number): number {
    const { received } = this;
    const length = receiveFrom(
      descriptor,
      received,
      datagramBytesMax,
      MSG_TRUNC,
      this.#source,
      this.#sourceBytes,
    );
    if (length <= 0 || this.#isPeer()) return length;
    if (!this.#isOwn()) this.strangers += 1;
    return 0;
  }

  #isPeer(): boolean {
    const address = this.#sourceView.getUint32(4);
    const port = this.#sourceView.getUint16(2);
    const sources = this.#sources;
    for (let n = 0; n < sources.length; n += 2) {
      if (sources[n] === address && sources[n + 1] === port) return true;
    }
    return false;
  }

  /** The group brings back what this replica has sent. */
  #isOwn(): boolean {
    return this.#sourceView.getUint16(2) === this.port && this.#sourceView.getUint32(4) === this.#ownAddress;
  }

  #receiveEither(): number {
    this.#groupIsFirst = !this.#groupIsFirst;
    const first = this.#groupIsFirst ? this.#receiveFrom(this.#groupSocket) : this.#receiveOwn();
    if (first >= 0) return first;
    return this.#groupIsFirst ? this.#receiveOwn() : this.#receiveFrom(this.#groupSocket);
  }
}

/** Address and port in the form of the system. */
function sourceOf(peer: Uint8Array): [number, number] {
  const view = new DataView(peer.buffer, peer.byteOffset, peer.length);
  return [view.getUint32(4), view.getUint16(2)];
}

function openSocket(settings: DatagramSettings): number {
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw callError('socket', 'UDP');
  setOption(fd, SOL_SOCKET, SO_RCVBUF, settings.receiveBufferBytes);
  setOption(fd, SOL_SOCKET, SO_SNDBUF, settings.sendBufferBytes);
  return fd;
}

/** Multicast from `fd` leaves through the card, and comes back for the other replicas of this machine. */
function aimAtGroup(fd: number, settings: DatagramSettings): void {
  const card = ipv4Bytes(settings.interfaceAddress);
  if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, card, 4) < 0) {
    throw callError('choosing the multicast interface', settings.interfaceAddress);
  }
  setOption(fd, IPPROTO_IP, IP_MULTICAST_TTL, multicastTtl);
  setOption(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
}

/** `fd` hears the group, together with the other replicas of this machine. */
function joinGroup(fd: number, settings: DatagramSettings): void {
  setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // Otherwise it would also hear groups that other programs of this machine have joined on the same port.
  setOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  bindSocket(fd, 'UDP', settings.group, settings.groupPort);
  const membership = new Uint8Array(8);
  membership.set(ipv4Bytes(settings.group), 0);
  membership.set(ipv4Bytes(settings.interfaceAddress), 4);
  if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, 8) < 0) {
    throw callError('joining the multicast group', `${settings.group} at ${settings.interfaceAddress}`);
  }
}

/** The system doubles what was asked, for its own bookkeeping. */
function grantedBytes(fd: number): number {
  const value = new Int32Array(1);
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, Uint32Array.of(4)) < 0)
    throw callError('getsockopt', 'SO_RCVBUF');
  return value[0]! / 2;
}
