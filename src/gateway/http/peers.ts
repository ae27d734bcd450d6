/** What is known of the other end of a connection: where it is, and which keys it has shown that it has. */
import type { Socket } from 'node:net';
import { Trust } from '../admission/rates.ts';
import { sourceOf } from '../admission/sources.ts';

export interface Peer {
  readonly source: string;
  readonly trust: Trust;
}

const peers = new WeakMap<Socket, Peer>();

export function peerOf(socket: Socket): Peer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = { source: sourceOf(socket.remoteAddress), trust: new Trust() };
    peers.set(socket, peer);
  }
  return peer;
}
