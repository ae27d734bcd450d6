/**
 * The small server of a process beside replicas and gateways: its own pages, `/health/live` and `/metrics`, to be read
 * and nothing else.
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

/** What a page answers now. */
export interface PageAnswer {
  readonly status: number;
  readonly body: object;
}

export type Pages = Readonly<Record<string, () => PageAnswer>>;

export interface SideServing {
  /** What listens, as a sentence begins with it. */
  readonly what: string;
  /** The keys of the configuration that say where. */
  readonly keys: string;
  /** Without it: 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
  /** Without it: no TLS. */
  readonly identity?: ServerIdentity | undefined;
  readonly pages: Pages;
  readonly registry: Registry;
}

/** `/status` with its alarms, and `/health/ready`, which is 503 while there are any. */
export function statusPages(status: () => object, alarms: () => readonly string[]): Pages {
  return {
    '/status': () => ({ status: 200, body: { ...status(), alarms: alarms() } }),
    '/health/ready': () => {
      const now = alarms();
      const ok = now.length === 0;
      return { status: ok ? 200 : 503, body: { ok, alarms: now } };
    },
  };
}

/** Listens; throws a Failure where the port cannot be had. */
export async function sideServer(serving: SideServing): Promise<Server> {
  const { what, keys, host = '127.0.0.1', port, identity, registry } = serving;
  const pages = new Map(
    Object.entries({ ...serving.pages, '/health/live': () => ({ status: 200, body: { ok: true } }) }),
  );
  const bounds = { requestTimeout: requestMsMax, headersTimeout: requestMsMax, requireHostHeader: false };
  const server: Server =
    identity === undefined
      ? createServer(bounds)
      : createSecureServer({ ...bounds, ...contextOf(identity), handshakeTimeout: requestMsMax });
  server.on('request', (request, reply) => {
    const send = (status: number, type: string, text: string): void => {
      reply.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
    };
    const json = ({ status, body }: PageAnswer): void =>
      send(status, 'application/json', JSON.stringify(body));
    const refuse = (status: number, error: string): void => json({ status, body: { ok: false, error } });
    const fault = headFault(request);
    if (fault !== undefined) return refuse(400, fault.text);
    if (request.method !== 'GET') return refuse(405, 'There is nothing here but GET.');
    const path = (request.url ?? '').split('?')[0]!;
    const page = pages.get(path);
    if (page !== undefined) return json(page());
    if (path !== '/metrics')
      return refuse(404, `There are GET ${[...pages.keys()].join(', ')} and /metrics.`);
    registry.metrics().then(
      (text) => send(200, registry.contentType, text),
      (error: unknown) => refuse(500, messageOf(error)),
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
      `${what} cannot listen on ${host}, port ${port}: ${messageOf(error)}. Change ${keys}, or end the program that ` +
        'uses the port.',
    );
  }
  server.on('error', () => undefined);
  return server;
}
