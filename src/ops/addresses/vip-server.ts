/**
 * Says whether this machine holds the addresses: `/vip`, `/health/live`, `/metrics`. Over TLS where control ports, or
 * gateways, have it.
 */
import type { Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Registry } from '@prometheus-io/client';
import { headFault } from '../../gateway/http/heads.ts';
import { contextOf } from '../../gateway/http/tls.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { Failure, messageOf } from '../failure.ts';

const { createServer } = process.getBuiltinModule('node:http');

const connectionsMax = 64;
const requestMsMax = 5_000;

export interface VipServing {
  readonly host: string;
  readonly port: number;
  readonly identity: ServerIdentity | undefined;
  /** The answer of `/vip`. */
  readonly standing: () => object;
  readonly registry: Registry;
}

/** Listens; throws a Failure where the port cannot be had. */
export async function vipServer({ host, port, identity, standing, registry }: VipServing): Promise<Server> {
  const bounds = { requestTimeout: requestMsMax, headersTimeout: requestMsMax, requireHostHeader: false };
  const server: Server =
    identity === undefined
      ? createServer(bounds)
      : createSecureServer({ ...bounds, ...contextOf(identity), handshakeTimeout: requestMsMax });
  server.on('request', (request, reply) => {
    const send = (status: number, type: string, text: string): void => {
      reply.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    };
    const json = (status: number, value: object): void =>
      send(status, 'application/json', JSON.stringify(value));
    const fault = headFault(request);
    if (fault !== undefined) return json(400, { ok: false, error: fault.text });
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'GET') return json(405, { ok: false, error: 'There is nothing here but GET.' });
    if (path === '/vip') return json(200, standing());
    if (path === '/health/live') return json(200, { ok: true });
    if (path !== '/metrics')
      return json(404, { ok: false, error: 'There are GET /vip, /health/live and /metrics.' });
    registry.metrics().then(
      (text) => send(200, registry.contentType, text),
      (error: unknown) => json(500, { ok: false, error: messageOf(error) }),
    );
  });
  server.maxConnections = connectionsMax;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    throw new Failure(
      `"lockstep vip" cannot listen on ${host}, port ${port}: ${messageOf(error)}. Change the keys vip.host and vip.port, ` +
        'or end the program that uses the port.',
    );
  }
  server.on('error', () => undefined);
  return server;
}
