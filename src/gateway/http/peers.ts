/** What is known of the other end of a connection: where it is, and which keys it has shown that it has. */
import type { Socket } from 'node:net';
import { ShownKeys } from '../admission/rates.ts';
import { sourceOf } from '../admission/sources.ts';

export interface HttpPeer {
  readonly source: string;
  readonly trust: ShownKeys;
}

const peers = new WeakMap<Socket, HttpPeer>();

export function peerOf(socket: Socket): HttpPeer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = { source: sourceOf(socket.remoteAddress), trust: new ShownKeys() };
    peers.set(socket, peer);
  }
  return peer;
}
