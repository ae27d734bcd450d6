/**
 * IPv4 addresses as system calls want them, and the errors of sockets that cannot be opened. Names are resolved when
 * the configuration is read: a replica never waits for a name server.
 */

import {
  bind,
  callError,
  errorName,
  getpeername,
  getsockname,
  getsockopt,
  lastError,
  setsockopt,
} from '../system/native.ts';
import {
  AF_INET,
  EADDRINUSE,
  IPPROTO_TCP,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SOL_SOCKET,
  sockaddrBytes,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
  TCP_USER_TIMEOUT,
} from '../system/platform.ts';

/** A silent peer is asked after this time whether it lives, then each second, and is gone after so many unanswered. */
const keepAliveIdleS = 5;
const keepAliveIntervalS = 1;
const keepAliveCount = 5;
/** A peer that acknowledges nothing for so long is gone. */
const unacknowledgedMsMax = 10_000;

/** Which socket could not be opened, and why: the number and the name of the error. */
export interface SocketFailure {
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  readonly error: number;
  /** `EADDRINUSE` where another process has the port. */
  readonly code: string;
}

/** A socket that cannot be opened. The process, which knows the key of the configuration, adds it to the message. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  readonly socket: SocketFailure;

  constructor(protocol: 'TCP' | 'UDP', address: string, port: number, error: number) {
    const code = errorName(error);
    const reason =
      error === EADDRINUSE
        ? 'another process uses this port. Stop it, or change the port in the configuration'
        : `${code}. Check in the configuration that this machine has the address and may use the port`;
    super(`Cannot open ${protocol} ${address}:${port}: ${reason}.`);
    this.socket = { protocol, address, port, error, code };
  }

  static from({ protocol, address, port, error }: SocketFailure): AddressError {
    return new AddressError(protocol, address, port, error);
  }
}

/** The four bytes of an IPv4 address, the first one highest. Throws on anything else, names included. */
export function parseIpv4(address: string): number {
  const parts = address.split('.');
  const isGood = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  if (!isGood) throw new Error(`"${address}" is not an IPv4 address such as 127.0.0.1.`);
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The four bytes of an address in the order of the network, for socket options. */
export function ipv4Bytes(address: string): Uint8Array {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, parseIpv4(address));
  return four;
}

/** A `sockaddr_in`. */
export function socketAddress(address: string, port: number): Uint8Array {
  const name = new Uint8Array(sockaddrBytes);
  const view = new DataView(name.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  view.setUint32(4, parseIpv4(address));
  return name;
}

/** The address of a `sockaddr_in` as a number. */
export function addressNumber(name: Uint8Array): number {
  return ((name[4]! << 24) | (name[5]! << 16) | (name[6]! << 8) | name[7]!) >>> 0;
}

/** The address of a {@link addressNumber}. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

/** Binds a socket; throws an {@link AddressError}. Returns the port, which the system chose where `port` is 0. */
export function bindSocket(fd: number, protocol: 'TCP' | 'UDP', address: string, port: number): number {
  if (bind(fd, socketAddress(address, port), sockaddrBytes) < 0) {
    throw new AddressError(protocol, address, port, lastError());
  }
  const name = new Uint8Array(sockaddrBytes);
  if (getsockname(fd, name, Uint32Array.of(sockaddrBytes)) < 0) throw callError('getsockname', `fd ${fd}`);
  return new DataView(name.buffer).getUint16(2);
}

const option = new Int32Array(1);

/** Sets an option that is an integer. Throws where the system does not take it. */
export function setOption(fd: number, level: number, name: number, value: number): void {
  option[0] = value;
  if (setsockopt(fd, level, name, option, 4) < 0) {
    throw callError('setsockopt', `option ${name} of level ${level}, value ${value}`);
  }
}

/** Has the close of a socket end its connection at once: nothing is sent any more, and nothing is waited for. */
export function resetOnClose(fd: number): void {
  // It fails on a connection that has ended already, which needs nothing.
  setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerNever, lingerNever.byteLength);
}

/** A `struct linger`: switched on, with 0 seconds. */
const lingerNever = Int32Array.of(1, 0);

/**
 * Whether a connect has come about. Not with itself: a connect to a port of this machine on which no process listens
 * may get that very port as its own, and would then keep the replica that it belongs to from starting.
 */
export function isConnected(fd: number): boolean {
  const error = new Int32Array(1);
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, error, Uint32Array.of(4)) < 0 || error[0] !== 0) return false;
  const own = new Uint8Array(sockaddrBytes);
  const peer = new Uint8Array(sockaddrBytes);
  if (getsockname(fd, own, Uint32Array.of(sockaddrBytes)) < 0) return false;
  if (getpeername(fd, peer, Uint32Array.of(sockaddrBytes)) < 0) return false;
  return own.some((byte, at) => byte !== peer[at]);
}

/** Options of a stream: it sends at once, and finds out that its peer is gone. */
export function prepareStream(fd: number): void {
  setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, keepAliveIdleS);
  setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, keepAliveIntervalS);
  setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, keepAliveCount);
  setOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledgedMsMax);
}
