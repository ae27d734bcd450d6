/**
 * A network card of this machine, and its addresses: they are given and taken through a socket of the kernel's
 * (rtnetlink(7)). An address that is given here has a lifetime: the kernel takes it away by itself.
 */
import { callError, close, errorName, ioctl, lastError, receive, sendTo, socket } from './native.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  ifreqBytes,
  SIOCGIFHWADDR,
  SIOCGIFINDEX,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
} from './platform.ts';
import type { PrefixedAddress } from './prefixed-address.ts';

const nameBytesMax = 15;
const ifreqNumberAt = 16;
const ifreqHardwareAt = 18;
export const hardwareAddressBytes = 6;

/** `linux/netlink.h`, `linux/rtnetlink.h`, `linux/if_addr.h`. */
const NETLINK_ROUTE = 0;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_REPLACE = 0x100;
const NLM_F_CREATE = 0x400;
const NLMSG_ERROR = 2;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_CACHEINFO = 6;
/** A machine that takes an address has looked itself whether another machine has it. */
const IFA_F_NODAD = 0x2;
const headerBytes = 16;
const addressHeaderBytes = 8;
const attributeHeaderBytes = 4;
const answerBytesMax = 1_024;
const errorAt = headerBytes;

export interface NetworkCard {
  readonly name: string;
  readonly index: number;
  /** Of Ethernet. */
  readonly hardware: Uint8Array;
}

/** The card of a name; undefined where this machine has none. */
export function networkCard(name: string): NetworkCard | undefined {
  if (name.length > nameBytesMax) return undefined;
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw callError('socket', name);
  try {
    const request = new Uint8Array(ifreqBytes);
    request.set(new TextEncoder().encode(name));
    if (ioctl(fd, SIOCGIFINDEX, request) < 0) return undefined;
    const index = new DataView(request.buffer).getInt32(ifreqNumberAt, true);
    if (ioctl(fd, SIOCGIFHWADDR, request) < 0) throw callError('ioctl', name);
    return {
      name,
      index,
      hardware: request.slice(ifreqHardwareAt, ifreqHardwareAt + hardwareAddressBytes),
    };
  } finally {
    close(fd);
  }
}

export class CardAddresses {
  readonly #card: NetworkCard;
  readonly #fd: number;
  #messages = 0;

  constructor(card: NetworkCard) {
    this.#card = card;
    this.#fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (this.#fd < 0) throw callError('socket', 'the addresses of the kernel');
  }

  /** Gives the card an address for so many seconds, or for so many more; the name of an error, or undefined. */
  give(address: PrefixedAddress, seconds: number): string | undefined {
    const lifetimes = new Uint8Array(16);
    const view = new DataView(lifetimes.buffer);
    view.setUint32(0, seconds, true);
    view.setUint32(4, seconds, true);
    return this.#ask(RTM_NEWADDR, NLM_F_REPLACE | NLM_F_CREATE, address, [[IFA_CACHEINFO, lifetimes]]);
  }

  /** Takes it away; that it is not there is no error. */
  take(address: PrefixedAddress): string | undefined {
    const error = this.#ask(RTM_DELADDR, 0, address, []);
    return error === 'EADDRNOTAVAIL' ? undefined : error;
  }

  close(): void {
    close(this.#fd);
  }

  #ask(
    type: number,
    flags: number,
    { bytes, prefixBits }: PrefixedAddress,
    more: readonly (readonly [number, Uint8Array])[],
  ): string | undefined {
    const attributes = [[IFA_LOCAL, bytes] as const, [IFA_ADDRESS, bytes] as const, ...more];
    const sizes = attributes.map(([, value]) => attributeHeaderBytes + value.length);
    const length = headerBytes + addressHeaderBytes + sizes.reduce((sum, size) => sum + size, 0);
    const message = new Uint8Array(length);
    const view = new DataView(message.buffer);
    view.setUint32(0, length, true);
    view.setUint16(4, type, true);
    view.setUint16(6, NLM_F_REQUEST | NLM_F_ACK | flags, true);
    view.setUint32(8, ++this.#messages, true);
    message[headerBytes] = bytes.length === 4 ? AF_INET : AF_INET6;
    message[headerBytes + 1] = prefixBits;
    message[headerBytes + 2] = IFA_F_NODAD;
    view.setUint32(headerBytes + 4, this.#card.index, true);
    let at = headerBytes + addressHeaderBytes;
    for (const [name, value] of attributes) {
      view.setUint16(at, attributeHeaderBytes + value.length, true);
      view.setUint16(at + 2, name, true);
      message.set(value, at + attributeHeaderBytes);
      at += attributeHeaderBytes + value.length;
    }
    const kernel = new Uint8Array(12);
    new DataView(kernel.buffer).setUint16(0, AF_NETLINK, true);
    if (sendTo(this.#fd, message, length, 0, kernel, kernel.length) < 0) return errorName(lastError());
    return this.#answer();
  }

  /** The kernel has answered when the call that asks returns. */
  #answer(): string | undefined {
    const answer = new Uint8Array(answerBytesMax);
    const view = new DataView(answer.buffer);
    for (;;) {
      const length = receive(this.#fd, answer, answer.length, 0);
      if (length < 0) return errorName(lastError());
      if (length < errorAt + 4 || view.getUint16(4, true) !== NLMSG_ERROR) continue;
      if (view.getUint32(8, true) !== this.#messages) continue;
      const error = -view.getInt32(errorAt, true);
      return error === 0 ? undefined : errorName(error);
    }
  }
}
