/**
 * The control endpoint of a replica: status, health and metrics for anyone who reaches the port, orders for the holder
 * of the operator's token. Bodies are small; what is not understood is counted and answered, and changes nothing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Registry } from '@prometheus-io/client';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { ControlOrder } from '../../replica/ports.ts';
import type { Health } from './health.ts';
import { type ControlTotals, replicaMetrics } from './metrics.ts';
import type { CounterReader, ReplicaStatus } from './status.ts';

export interface OrderAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** What the endpoint shows and moves. */
export interface ControlSubject {
  readonly replicaId: number;
  readonly clusterId: number;
  readonly operatorToken: string;
  readonly read: CounterReader;
  stalledMs(): number;
  status(): ReplicaStatus;
  live(): Health;
  ready(): Health;
  leads(): Health;
  /** Undefined where no answer came in time, so that the outcome is unknown. */
  order(kind: OrderKind, replicaId: number): Promise<OrderAnswer | undefined>;
}

/** What the core does for the operator, and `stop`, which ends the process. */
export type OrderKind = ControlOrder['kind'] | 'stop';

/** Path of each order under /operator/, and what its `replicaId` means. */
export const operatorOrders = {
  'transfer-leadership': { kind: 'transferLeadership', target: 'optional' },
  snapshot: { kind: 'takeSnapshot', target: 'none' },
  'start-election': { kind: 'startElection', target: 'none' },
  'accept-loss': { kind: 'acceptLoss', target: 'none' },
  'end-day': { kind: 'endDay', target: 'none' },
  'add-learner': { kind: 'addLearner', target: 'required' },
  'add-voter': { kind: 'addVoter', target: 'required' },
  'remove-replica': { kind: 'removeReplica', target: 'required' },
  stop: { kind: 'stop', target: 'none' },
} as const satisfies Record<
  string,
  { readonly kind: OrderKind; readonly target: 'none' | 'optional' | 'required' }
>;
export type OperatorOrder = keyof typeof operatorOrders;

const bodyBytesMax = 4_096;
const replicaIdMax = 255;

/** Builds the server; the caller listens and closes. */
export function controlServer(subject: ControlSubject): FastifyInstance {
  const totals = { requests: 0, requestsRefused: 0 } satisfies ControlTotals;
  const server = fastify({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    clientErrorHandler(_error, socket) {
      totals.requestsRefused++;
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
  });
  const refuse = (reply: FastifyReply, status: number, error: string) => {
    totals.requestsRefused++;
    return reply.code(status).send({ ok: false, error });
  };
  server.addHook('onRequest', async () => {
    totals.requests++;
  });
  server.setNotFoundHandler((request, reply) =>
    refuse(
      reply,
      404,
      `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 100)}. There are GET /status, /health/live, ` +
        `/health/ready, /health/leader, /metrics and POST /operator/ with ${Object.keys(operatorOrders).join(', ')}.`,
    ),
  );
  server.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string };
    return refuse(reply, statusCode, message);
  });

  showState(server, subject, totals);
  takeOrders(server, subject, refuse);
  return server;
}

function showState(server: FastifyInstance, subject: ControlSubject, totals: ControlTotals): void {
  const answer = (reply: FastifyReply, health: Health) =>
    reply
      .code(health.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  server.get('/status', () => subject.status());
  server.get('/health/live', (_, reply) => answer(reply, subject.live()));
  server.get('/health/ready', (_, reply) => answer(reply, subject.ready()));
  server.get('/health/leader', (_, reply) => answer(reply, subject.leads()));

  const labels = { cluster: String(subject.clusterId), replica: String(subject.replicaId) };
  const registry: Registry = replicaMetrics(
    labels,
    subject.read,
    () => subject.stalledMs(),
    () => totals,
  );
  server.get('/metrics', async (_, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
}

function takeOrders(
  server: FastifyInstance,
  subject: ControlSubject,
  refuse: (reply: FastifyReply, status: number, error: string) => FastifyReply,
): void {
  const expected = digest(`Bearer ${subject.operatorToken}`);
  const authorized = async (request: FastifyRequest, reply: FastifyReply) => {
    const given = digest(request.headers.authorization ?? '');
    if (!timingSafeEqual(given, expected)) {
      reply.header('www-authenticate', 'Bearer');
      return refuse(
        reply,
        401,
        'Operator requests need the header "Authorization: Bearer <keys.operator>"; the key is in keys.json of the data folder.',
      );
    }
  };
  for (const [path, { kind, target }] of Object.entries(operatorOrders)) {
    server.post(`/operator/${path}`, { onRequest: authorized }, async (request, reply) => {
      const replicaId = targetOf(request.body, target);
      if (typeof replicaId === 'string') return refuse(reply, 400, replicaId);
      const answer = await subject.order(kind, replicaId);
      if (answer === undefined) {
        return refuse(
          reply,
          504,
          `Replica ${subject.replicaId} did not answer; whether it obeyed is not known. Look at /status.`,
        );
      }
      return answer.ok
        ? reply.send({ ok: true, text: answer.text })
        : reply.code(409).send({ ok: false, error: answer.text });
    });
  }
}

/** The target that a body names (0: none), or what is wrong with it. */
function targetOf(body: unknown, target: 'none' | 'optional' | 'required'): number | string {
  const allowed = `allowed: 1 to ${replicaIdMax}`;
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body))) {
    return 'The body must be a JSON object.';
  }
  for (const key of Object.keys(body ?? {})) {
    if (key !== 'replicaId' || target === 'none') return `${key.slice(0, 40)}: unknown key.`;
  }
  const replicaId = (body as { readonly replicaId?: unknown } | undefined | null)?.replicaId;
  if (replicaId === undefined) return target === 'required' ? `replicaId: missing; ${allowed}` : 0;
  const isGood =
    typeof replicaId === 'number' &&
    Number.isInteger(replicaId) &&
    replicaId >= 1 &&
    replicaId <= replicaIdMax;
  return isGood ? replicaId : `replicaId: is not the number of a replica; ${allowed}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
