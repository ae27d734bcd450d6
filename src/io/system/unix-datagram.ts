/** Datagrams to a socket in the file system, which Node does not know. */
import { close, sendTo, socket } from './native.ts';
import {
  AF_UNIX,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  unixPathBytesMax,
} from './platform.ts';

const familyBytes = 2;

/** `struct sockaddr_un`; a path that begins with @ means a name that is in no file system. */
export function unixAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`);
  if (name.length > unixPathBytesMax)
    throw new Error(`The path of a socket has at most ${unixPathBytesMax - 1} bytes: ${path}`);
  const address = new Uint8Array(familyBytes + name.length);
  address[0] = AF_UNIX;
  address.set(name, familyBytes);
  return address;
}

/** Sends one; false where it is not taken. */
export function sendUnixDatagram(path: string, text: string): boolean {
  const address = unixAddress(path);
  const bytes = new TextEncoder().encode(text);
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const sent = sendTo(fd, bytes, bytes.length, MSG_NOSIGNAL, address, address.length);
  close(fd);
  return sent === bytes.length;
}
