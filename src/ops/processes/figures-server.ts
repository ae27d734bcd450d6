/**
 * Status, health and metrics of a process beside the replicas, for its machine alone: `/status`, `/health/ready`,
 * `/metrics`.
 */
import type { Server } from 'node:http';
import type { Registry } from '@prometheus-io/client';
import { headFault } from '../../gateway/http/heads.ts';
import { Failure, messageOf } from '../failure.ts';

const { createServer } = process.getBuiltinModule('node:http');

const host = '127.0.0.1';
const connectionsMax = 32;
const requestMsMax = 5_000;

export interface ServedFigures {
  /** What listens, and the key of the configuration that says where. */
  readonly what: string;
  readonly key: string;
  readonly port: number;
  readonly registry: Registry;
  status(): object;
  alarms(): readonly string[];
}

/** Listens; throws a Failure where the port cannot be had. */
export async function figuresServer({
  what,
  key,
  port,
  registry,
  ...figures
}: ServedFigures): Promise<Server> {
  const server = createServer(
    { requestTimeout: requestMsMax, headersTimeout: requestMsMax, requireHostHeader: false },
    (request, reply) => {
      const send = (status: number, type: string, text: string): void => {
        reply.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
      };
      const json = (status: number, value: object): void =>
        send(status, 'application/json', JSON.stringify(value));
      const fault = headFault(request);
      if (fault !== undefined) return json(400, { ok: false, error: fault.text });
      const path = (request.url ?? '').split('?')[0];
      if (request.method !== 'GET') return json(405, { ok: false, error: 'There is nothing here but GET.' });
      const alarms = figures.alarms();
      if (path === '/status') return json(200, { ...figures.status(), alarms });
      if (path === '/health/live') return json(200, { ok: true });
      if (path === '/health/ready')
        return json(alarms.length === 0 ? 200 : 503, { ok: alarms.length === 0, alarms });
      if (path !== '/metrics')
        return json(404, {
          ok: false,
          error: 'There are GET /status, /health/live, /health/ready and /metrics.',
        });
      registry.metrics().then(
        (text) => send(200, registry.contentType, text),
        (error: unknown) => json(500, { ok: false, error: messageOf(error) }),
      );
    },
  );
  server.maxConnections = connectionsMax;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    throw new Failure(
      `The ${what} cannot listen on ${host}, port ${port}: ${messageOf(error)}. Change the key ${key}, or end ` +
        'the program that uses the port.',
    );
  }
  return server;
}
