/** What is known of the other end of a connection: where it is, and which keys it has shown that it has. */
import type { Socket } from 'node:net';
import { HeldRequests } from '../admission/late-refusals.ts';
import { ShownKeys } from '../admission/rates.ts';
import { sourceOf } from '../admission/sources.ts';
import { ReadingPauses } from './reading-pauses.ts';

export interface HttpPeer {
  readonly source: string;
  readonly trust: ShownKeys;
  /** Cancels do not wait behind refusals of anything else. */
  readonly held: { readonly cancels: HeldRequests; readonly others: HeldRequests };
  readonly pauses: ReadingPauses;
}

const peers = new WeakMap<Socket, HttpPeer>();

export function peerOf(socket: Socket): HttpPeer {
  let peer = peers.get(socket);
  if (peer === undefined) {
    const held = { cancels: new HeldRequests(), others: new HeldRequests() };
    const pauses = new ReadingPauses();
    peer = { source: sourceOf(socket.remoteAddress), trust: new ShownKeys(), held, pauses };
    peers.set(socket, peer);
  }
  return peer;
}
