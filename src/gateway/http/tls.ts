/**
 * TLS of a server: version 1.3 alone, with a certificate that can be replaced while the server runs. Connections that
 * are open keep theirs. What files it comes from is the caller's matter.
 */
import type { Server, ServerOptions } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { ServerIdentity } from '../settings.ts';

/** For a browser: a year long, only over TLS (RFC 6797). */
export const strictTransportSecurity = 'max-age=31536000';

export function contextOf({ certificates, key }: ServerIdentity): SecureContextOptions {
  return { cert: certificates, key, minVersion: 'TLSv1.3' };
}

/** Options of Fastify for a server with these bounds: with an identity it takes TLS and nothing else. */
export function serverOptions(bounds: ServerOptions, identity: ServerIdentity | undefined): object {
  if (identity === undefined) return { http: bounds };
  const { headersTimeout = 0 } = bounds;
  // Data before the handshake is done, which could be sent twice, is never read: Node does not offer it.
  return { https: { ...bounds, ...contextOf(identity), handshakeTimeout: headersTimeout } };
}

/** New connections get another certificate. */
export function present(server: Server, identity: ServerIdentity): void {
  if (isSecure(server)) server.setSecureContext(contextOf(identity));
}

export function isSecure(server: Server | SecureServer): server is SecureServer {
  return 'setSecureContext' in server;
}
