/**
 * What the machines of one network tell each other about addresses: which has one (a question), and that one is here
 * now (an announcement). IPv4 by ARP (RFC 826, RFC 5227), IPv6 by neighbour discovery (RFC 4861). It needs CAP_NET_RAW.
 */
import { callError, close, receiveFrom, sendTo, setsockopt, socket } from './native.ts';
import { hardwareAddressBytes, type NetworkCard } from './network-card.ts';
import {
  AF_INET6,
  AF_PACKET,
  ETH_P_ARP,
  ICMPV6_FILTER,
  IPPROTO_ICMPV6,
  IPPROTO_IPV6,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_UNICAST_HOPS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
} from './platform.ts';
import type { PrefixedAddress } from './prefixed-address.ts';

/** A machine of the network says that it has an address. */
export interface NeighbourClaim {
  readonly address: Uint8Array;
  readonly hardware: Uint8Array;
}

export interface Neighbours {
  /** Asks which machine has it. */
  ask(address: PrefixedAddress): void;
  /** Says that it is here: what others believed before is replaced. */
  announce(address: PrefixedAddress): void;
  /** What has come since the last call. */
  claims(): NeighbourClaim[];
  close(): void;
}

/** Claims that are read in one call; more wait. */
const claimsMax = 256;

const arpBytes = 28;
const arpRequest = 1;
const ethernet = 1;
const ipv4Protocol = 0x0800;
const senderHardwareAt = 8;
const senderAddressAt = 14;
const targetAddressAt = 24;
const linkAddressBytes = 20;

export class ArpNeighbours implements Neighbours {
  readonly #card: NetworkCard;
  readonly #fd: number;

  constructor(card: NetworkCard) {
    this.#card = card;
    const protocol = ((ETH_P_ARP & 0xff) << 8) | (ETH_P_ARP >> 8);
    this.#fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (this.#fd < 0) throw callError('socket', `ARP on ${card.name}`);
  }

  /** From no address: what others believe is left as it is (RFC 5227, 2.1.1). */
  ask({ bytes }: PrefixedAddress): void {
    this.#send(new Uint8Array(4), bytes);
  }

  announce({ bytes }: PrefixedAddress): void {
    this.#send(bytes, bytes);
  }

  claims(): NeighbourClaim[] {
    const found: NeighbourClaim[] = [];
    const packet = new Uint8Array(64);
    const source = new Uint8Array(linkAddressBytes);
    const sourceBytes = new Uint32Array(1);
    const index = new DataView(source.buffer);
    for (let n = 0; n < claimsMax; n++) {
      sourceBytes[0] = linkAddressBytes;
      const length = receiveFrom(this.#fd, packet, packet.length, 0, source, sourceBytes);
      if (length < 0) break;
      if (length < arpBytes || index.getInt32(4, true) !== this.#card.index) continue;
      found.push({
        hardware: packet.slice(senderHardwareAt, senderAddressAt),
        address: packet.slice(senderAddressAt, senderAddressAt + 4),
      });
    }
    return found;
  }

  close(): void {
    close(this.#fd);
  }

  #send(sender: Uint8Array, target: Uint8Array): void {
    const packet = new Uint8Array(arpBytes);
    const view = new DataView(packet.buffer);
    view.setUint16(0, ethernet);
    view.setUint16(2, ipv4Protocol);
    packet[4] = hardwareAddressBytes;
    packet[5] = 4;
    view.setUint16(6, arpRequest);
    packet.set(this.#card.hardware, senderHardwareAt);
    packet.set(sender, senderAddressAt);
    packet.set(target, targetAddressAt);
    const everyone = new Uint8Array(linkAddressBytes);
    const to = new DataView(everyone.buffer);
    to.setUint16(0, AF_PACKET, true);
    to.setUint16(2, ETH_P_ARP);
    to.setInt32(4, this.#card.index, true);
    everyone[11] = hardwareAddressBytes;
    everyone.fill(0xff, 12, 12 + hardwareAddressBytes);
    // A cable that is pulled takes nothing, and nothing can be done about it here.
    sendTo(this.#fd, packet, packet.length, 0, everyone, everyone.length);
  }
}

const solicitation = 135;
const advertisement = 136;
const overrides = 0x20;
const hops = 255;
const targetAt = 8;
const optionAt = 24;
const discoveryBytes = 32;
const sourceLinkOption = 1;
const targetLinkOption = 2;
const socketAddressBytes = 28;
const allNodes = Uint8Array.from([0xff, 0x02, ...new Array<number>(13).fill(0), 1]);

export class NeighbourDiscovery implements Neighbours {
  readonly #card: NetworkCard;
  readonly #fd: number;

  constructor(card: NetworkCard) {
    this.#card = card;
    this.#fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    if (this.#fd < 0) throw callError('socket', `neighbour discovery on ${card.name}`);
    for (const [option, value] of [
      [IPV6_UNICAST_HOPS, hops],
      [IPV6_MULTICAST_HOPS, hops],
      [IPV6_MULTICAST_IF, card.index],
    ] as const)
      if (setsockopt(this.#fd, IPPROTO_IPV6, option, Int32Array.of(value), 4) < 0)
        throw callError('setsockopt', `neighbour discovery on ${card.name}`);
    // A bit for each type of message: one that is set keeps it away.
    const filter = new Uint8Array(32).fill(0xff);
    filter[advertisement >> 3]! &= ~(1 << (advertisement & 7));
    setsockopt(this.#fd, IPPROTO_ICMPV6, ICMPV6_FILTER, filter, filter.length);
  }

  ask({ bytes }: PrefixedAddress): void {
    const group = Uint8Array.from([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, ...bytes.subarray(13)]);
    this.#send(solicitation, 0, bytes, { option: sourceLinkOption, to: group });
  }

  announce({ bytes }: PrefixedAddress): void {
    this.#send(advertisement, overrides, bytes, { option: targetLinkOption, to: allNodes });
  }

  claims(): NeighbourClaim[] {
    const found: NeighbourClaim[] = [];
    const packet = new Uint8Array(256);
    const source = new Uint8Array(socketAddressBytes);
    const sourceBytes = new Uint32Array(1);
    const from = new DataView(source.buffer);
    for (let n = 0; n < claimsMax; n++) {
      sourceBytes[0] = socketAddressBytes;
      const length = receiveFrom(this.#fd, packet, packet.length, 0, source, sourceBytes);
      if (length < 0) break;
      const scope = from.getUint32(24, true);
      if (length < discoveryBytes || packet[0] !== advertisement || packet[optionAt] !== targetLinkOption)
        continue;
      if (scope !== 0 && scope !== this.#card.index) continue;
      found.push({
        address: packet.slice(targetAt, optionAt),
        hardware: packet.slice(optionAt + 2, optionAt + 2 + hardwareAddressBytes),
      });
    }
    return found;
  }

  close(): void {
    close(this.#fd);
  }

  /** The kernel fills in the checksum. */
  #send(
    type: number,
    flags: number,
    target: Uint8Array,
    { option, to }: { readonly option: number; readonly to: Uint8Array },
  ): void {
    const packet = new Uint8Array(discoveryBytes);
    packet[0] = type;
    packet[4] = flags;
    packet.set(target, targetAt);
    packet[optionAt] = option;
    packet[optionAt + 1] = 1;
    packet.set(this.#card.hardware, optionAt + 2);
    const name = new Uint8Array(socketAddressBytes);
    const view = new DataView(name.buffer);
    view.setUint16(0, AF_INET6, true);
    name.set(to, 8);
    view.setUint32(24, this.#card.index, true);
    sendTo(this.#fd, packet, packet.length, 0, name, name.length);
  }
}
