/** How a caller on a plain socket proves its identity, as a gateway or another replica does. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { openIdentity } from '../client/identity-folder.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { Certificates } from '../trust/certificates.ts';
import { CallerHandshake, type LinkIdentity } from '../trust/handshake.ts';
import { keyBytes } from '../trust/noise.ts';
import { SocketLink, type SocketLinkListener } from '../trust/testing/socket-link.ts';

/** The identity in a folder. */
export function identityIn(folder: string): LinkIdentity {
  const { own, authorities } = openIdentity(folder);
  return { own, verifier: new Certificates(authorities, () => Date.now() / 1_000) };
}

/** The caller's side of a link for sessions; `start` sends its first bytes. */
export function rawLink(
  socket: Socket,
  { own, verifier }: LinkIdentity,
  replicaId: number,
  listener: SocketLinkListener = {},
  role: ConnectionRole = ConnectionRole.session,
): SocketLink {
  const called = { role, replicaId };
  const handshake = new CallerHandshake(own, verifier, called, new Uint8Array(randomBytes(keyBytes)));
  const link = new SocketLink(handshake, (bytes) => socket.write(bytes), listener);
  socket.on('data', (chunk: Buffer) => link.take(chunk));
  return link;
}
