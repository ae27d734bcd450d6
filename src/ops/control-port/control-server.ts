/**
 * The control endpoint of a replica: status, health and metrics for every caller, orders for operators, who prove
 * themselves by TLS. Bodies are small; what is not understood is counted and answered, and changes nothing.
 */
import type { Server } from 'node:https';
import { setImmediate as turn } from 'node:timers/promises';
import type { Registry } from '@prometheus-io/client';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { parseBody } from '../../gateway/admission/body.ts';
import { connectionsCheckingIntervalMs, controlBounds, type PortBounds } from '../../gateway/http/bounds.ts';
import { serverOptions } from '../../gateway/http/tls.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Standstill } from '../../std/standstill.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Health } from '../health/health.ts';
import { isCanaryReport, isReport, isSideReport } from '../notify/report-check.ts';
import { readBody } from '../operator-orders/body-reader.ts';
import type { Giver } from '../operator-orders/operators.ts';
import type { BodyOf } from '../operator-orders/order-bodies.ts';
import { type OperatorReplicaOrder, orderReaders, readConfirmation } from '../operator-orders/order-paths.ts';
import { CachedText, ControlCallers } from './control-callers.ts';
import type { ControlSubject } from './control-subject.ts';
import { takePlainToo } from './either-port.ts';
import { type ControlTotals, replicaMetrics } from './metrics.ts';
import { type DeskAnswer, OperatorOrderDesk } from './order-desk.ts';

/** How often it is noticed that the event loop turns. */
const turnsMs = 100;
/** In so many turns the loop has read everything that had come when an order was read. */
const turnsToEnd = 2;
/** A text younger than this is sent again, until the replica is given an order. */
const textAgesMsMax = { status: 5, metrics: 250 };

interface ServerError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

const noJson =
  'The body of an order is JSON: send it with "Content-Type: application/json". Nothing was done.';
/** Errors of the server itself, by its own codes. */
const bodyErrors: ReadonlyMap<string | undefined, string> = new Map([
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', noJson],
  ['FST_ERR_CTP_EMPTY_TYPE', noJson],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'The body is larger than that of any order. Nothing was done.'],
]);

type Refuse = (reply: FastifyReply, status: number, error: string) => FastifyReply;

export interface ControlOptions {
  /** What TLS shows; without it there is none, and so no order. */
  readonly identity?: ServerIdentity | undefined;
  /** Whether what is no order may be asked without TLS. */
  readonly takesPlain?: boolean;
  readonly agesMsMax?: typeof textAgesMsMax;
  readonly bounds?: PortBounds;
}

/** Builds the server; the caller listens and closes. */
export function controlServer(
  subject: ControlSubject,
  { identity, takesPlain = false, agesMsMax = textAgesMsMax, bounds = controlBounds }: ControlOptions = {},
): FastifyInstance {
  const { bodyBytesMax, headBytesMax, idleMsMax, requestTimeoutMs } = bounds;
  const totals = { requests: 0, requestsRefused: 0 } satisfies ControlTotals;
  const server = fastify({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleMsMax,
    ...serverOptions(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: connectionsCheckingIntervalMs,
        maxHeaderSize: headBytesMax,
        // Its absence is refused with other heads (heads.ts), with a body.
        requireHostHeader: false,
        // A caller without a certificate may ask, so the certificate is looked at with the order (operators.ts).
        ...(identity !== undefined && { requestCert: true, rejectUnauthorized: false }),
      },
      identity,
    ),
    clientErrorHandler: ({ code }, socket) => callers.refuse(socket, code),
    frameworkErrors: ({ statusCode = 400, message }, _request, reply) => {
      refuse(reply, statusCode, message);
    },
  });
  if (identity !== undefined && takesPlain) takePlainToo(server.server as Server, requestTimeoutMs);
  const callers = new ControlCallers(server.server, bounds, () => {
    totals.requestsRefused++;
  });
  server.addHook('preClose', async () => callers.close());
  const refuse = (reply: FastifyReply, status: number, error: string) => {
    totals.requestsRefused++;
    return reply.code(status).send({ ok: false, error });
  };
  server.addHook('onRequest', async ({ headers: { expect } }, reply) => {
    totals.requests++;
    if (expect === undefined || expect.toLowerCase() === '100-continue') return;
    return refuse(
      reply,
      417,
      'The header "Expect" asks for something that a replica cannot do. Leave it out, or send "Expect: 100-continue".',
    );
  });
  readBodies(server);
  server.setNotFoundHandler((request, reply) =>
    refuse(
      reply,
      404,
      `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 100)}. There are GET /status, /health/live, ` +
        `/health/ready, /health/leader, /metrics and POST /operator/ with ${[...orderReaders.keys()].join(', ')}.`,
    ),
  );
  server.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, code, message } = error as ServerError;
    return refuse(reply, statusCode, bodyErrors.get(code) ?? message);
  });

  const status = new CachedText(agesMsMax.status, () => JSON.stringify(subject.status()));
  server.get('/status', (_, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(status.get()),
  );
  showHealth(server, subject);
  showMetrics(server, subject, totals, agesMsMax.metrics);
  const order = async (given: OperatorReplicaOrder) => {
    const answer = await subject.order(given);
    status.forget();
    return answer;
  };
  takeOrders(server, { ...subject, order }, callers, refuse);
  return server;
}

/** As a gateway reads them: a name twice, or a number that cannot be held, would be taken for another order. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : parseBody(String(text)));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
}

function showHealth(server: FastifyInstance, subject: ControlSubject): void {
  const answer = (reply: FastifyReply, health: Health) =>
    reply
      .code(health.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  server.get('/health/live', (_, reply) => answer(reply, subject.live()));
  server.get('/health/ready', (_, reply) => answer(reply, subject.ready()));
  server.get('/health/leader', (_, reply) => answer(reply, subject.leads()));
}

function showMetrics(
  server: FastifyInstance,
  subject: ControlSubject,
  totals: ControlTotals,
  ageMsMax: number,
): void {
  const labels = { cluster: String(subject.clusterId), replica: String(subject.replicaId) };
  const registry: Registry = replicaMetrics(labels, {
    read: subject.read,
    members: () => subject.status().members,
    placementWarnings: () => subject.status().placementWarnings.length,
    stalledMs: () => subject.stalledMs(),
    control: () => totals,
    ordersWaiting: () => subject.notes.count,
    certificateExpiresAtMs: () => subject.certificateExpiresAtMs?.(),
    identityExpiresAtMs: () => subject.identityExpiresAtMs(),
    hooks: () => subject.hooks?.() ?? [],
    canaries: () => subject.canary.heard(),
    seen: () => subject.status(),
    promised: subject.promised,
  });
  const metrics = new CachedText(ageMsMax, () => registry.metrics());
  server.get('/metrics', async (_, reply) =>
    reply.header('content-type', registry.contentType).send(await metrics.get()),
  );
}

function takeReports(
  server: FastifyInstance,
  { operators, canary, sides }: ControlSubject,
  known: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  refuse: Refuse,
): void {
  server.post('/operator/canary', { onRequest: known }, async (request, reply) => {
    const giver = operators.giverOf(request.socket);
    if (!('certificate' in giver)) return refuse(reply, giver.status, giver.error);
    const mayNot = operators.refusalOf(giver, 'canary');
    if (mayNot !== undefined) return refuse(reply, mayNot.status, mayNot.error);
    const { body } = request;
    if (!isCanaryReport(body)) return refuse(reply, 400, 'Watchers report here what their canaries found.');
    const { kind, id } = giver.party;
    if (kind === PartyKind.watcher && body.watcher !== id)
      return refuse(reply, 403, `This is the certificate of watcher ${id}, and it speaks for no other one.`);
    const problem = canary.take(partyText(giver.party), body);
    return problem === undefined ? reply.send({ ok: true }) : refuse(reply, 409, problem);
  });
  server.post('/operator/side', { onRequest: known }, async (request, reply) => {
    const giver = operators.giverOf(request.socket);
    if (!('certificate' in giver)) return refuse(reply, giver.status, giver.error);
    const mayNot = operators.refusalOf(giver, 'side');
    if (mayNot !== undefined) return refuse(reply, mayNot.status, mayNot.error);
    const { body } = request;
    if (!isSideReport(body))
      return refuse(
        reply,
        400,
        'Processes beside the replicas say here what they hold: program, conditions.',
      );
    const problem = sides.take(giver.party, body);
    return problem === undefined ? reply.send({ ok: true }) : refuse(reply, 409, problem);
  });
}

/** What comes before each order: a caller that is no party of the cluster is answered, and noted. */
function knownGivers({ operators, notes }: ControlSubject, callers: ControlCallers, refuse: Refuse) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const giver = operators.giverOf(request.socket);
    if ('certificate' in giver) return callers.keep(request.socket);
    notes.refused(request.socket.remoteAddress ?? '');
    // One that is not believed any more keeps no place of those that are.
    if (giver.status === 403) reply.header('connection', 'close');
    return refuse(reply, giver.status, giver.error);
  };
}

function takeOrders(
  server: FastifyInstance,
  subject: ControlSubject,
  callers: ControlCallers,
  refuse: Refuse,
): void {
  const standstill = new Standstill(performance.now());
  const turns = setInterval(() => standstill.turned(performance.now()), turnsMs).unref();
  server.addHook('onListen', async () => standstill.begin(performance.now()));
  server.addHook('onClose', async () => clearInterval(turns));
  const desk = new OperatorOrderDesk(subject);
  const { operators } = subject;
  const known = knownGivers(subject, callers, refuse);
  server.post('/operator/notices', { onRequest: known }, async (request, reply) => {
    const giver = operators.giverOf(request.socket);
    const mayNot = 'certificate' in giver ? operators.refusalOf(giver, 'notices') : giver;
    if (mayNot !== undefined) return refuse(reply, mayNot.status, mayNot.error);
    const { body } = request;
    if (!isReport('question', body))
      return refuse(reply, 400, 'Replicas ask here for notices: from, life and since.');
    if (subject.notices === undefined)
      return refuse(reply, 404, `Replica ${subject.replicaId} is configured without hooks (key notify).`);
    return reply.send(subject.notices(body));
  });
  takeReports(server, subject, known, refuse);
  const answerAtDesk = <P extends 'fenced' | 'lease' | 'address' | 'promise'>(
    path: P,
    answer: (giver: Giver, given: BodyOf<P>) => DeskAnswer,
  ) =>
    server.post(`/operator/${path}`, { onRequest: known }, async (request, reply) => {
      const giver = operators.giverOf(request.socket);
      if (!('certificate' in giver)) return refuse(reply, giver.status, giver.error);
      const mayNot = operators.refusalOf(giver, path);
      if (mayNot !== undefined) return refuse(reply, mayNot.status, mayNot.error);
      const given = readBody(path, request.body);
      if (typeof given === 'string') return refuse(reply, 400, given);
      const { status, body } = answer(giver, given);
      return reply.code(status).send(body);
    });
  answerAtDesk('fenced', (giver, report) => desk.noteFence(giver, report));
  answerAtDesk('lease', (giver, question) => desk.lease(giver, question));
  answerAtDesk('address', (giver, question) => desk.address(giver, question));
  answerAtDesk('promise', (giver, given) => desk.promise(giver, given));
  for (const [path, read] of orderReaders) {
    server.post(`/operator/${path}`, { onRequest: known }, async (request, reply) => {
      const giver = operators.giverOf(request.socket);
      if (!('certificate' in giver)) return refuse(reply, giver.status, giver.error);
      const mayNot = operators.refusalOf(giver, path);
      if (mayNot !== undefined) {
        desk.refuse({ giver, path });
        return refuse(reply, mayNot.status, mayNot.error);
      }
      const [parameter] = Object.keys(request.query as object);
      if (parameter !== undefined) {
        return refuse(
          reply,
          400,
          `${parameter.slice(0, 40)}: orders are read from the body, not from the address.`,
        );
      }
      const body = readConfirmation(request.body);
      if (typeof body === 'string') return refuse(reply, 400, body);
      const order = read(body.order);
      if (typeof order === 'string') return refuse(reply, 400, order);
      const waitedMs = standstill.waitedMsMax(performance.now());
      if (waitedMs > 0) {
        const how = `Replica ${subject.replicaId} stood still for ${Math.round(waitedMs)} ms while this order waited`;
        const error = `${how}, so that its sender may have given it up. Nothing was done. Give it again.`;
        return reply.code(503).send({ ok: false, error, again: true });
      }
      // The end of a connection is read in the turn after what came before it.
      for (let n = 0; n < turnsToEnd; n++) await turn();
      if (request.raw.socket?.writable === false)
        return refuse(reply, 408, 'The connection was closed before the order was taken: nothing was done.');
      const answer = await desk.take({ giver, path, order }, body.confirmation);
      return reply.code(answer.status).send(answer.body);
    });
  }
}
