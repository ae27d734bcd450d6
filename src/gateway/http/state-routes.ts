/** Health, metrics and the page: what machines and people look at to see how the gateway is. */
import { existsSync, readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewayCore } from '../core.ts';
import { idleLeaderOf, readiness, wordsOf } from '../exchange/health.ts';
import { FixedDocument } from './fixed-documents.ts';
import { type AddRoute, route } from './requests.ts';

const pageFile = new URL('./page/index.html', import.meta.url);
/** The page brings its own style and script, and talks only to this gateway. */
const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Metrics are read from counters at most so often. */
const metricsAgeMsMax = 500;

/** 200 where all is well, else 503. */
const health = { tag: 'state', access: 'public', answers: { 200: 'Health', 503: 'Health' } } as const;

const isAlive = route({
  method: 'GET',
  path: '/health/live',
  operationId: 'isAlive',
  summary: 'Is the process alive',
  description: '200 as long as it answers at all.',
  ...health,
  answers: { 200: 'Health' },
  handle: () => ({ ok: true, checks: {} }),
});

const isReady = route({
  method: 'GET',
  path: '/health/ready',
  operationId: 'isReady',
  summary: 'Should requests be sent here',
  description: '200 when every check passes, else 503; the body holds the findings.',
  ...health,
  handle: (core, _input, _request, reply) => {
    const found = readiness(core.healthInput());
    return noStore(reply)
      .status(found.ok ? 200 : 503)
      .send(found);
  },
});

const hasLeader = route({
  method: 'GET',
  path: '/health/leader',
  operationId: 'hasLeader',
  summary: 'Who leads',
  description:
    '200 with the leader that the gateway knows, its term and the epoch of the exchange, 503 when there is none. Where ' +
    'each replica is reached the operator reads at /v1/operator/cluster.',
  ...health,
  handle: (core, _input, _request, reply) => {
    const leadership = core.leadership();
    const { leaderId, term, epoch, mode } = leadership;
    const ok = leaderId !== 0;
    const checks = {
      leader: { ok, found: wordsOf(leadership, idleLeaderOf(core.status), core.status?.tradesAt) },
    };
    return noStore(reply)
      .status(ok ? 200 : 503)
      .send({ ok, leaderId, term, epoch, mode, checks });
  },
});

export const stateRoutes: readonly AddRoute[] = [isAlive, isReady, hasLeader];

export function addPage(app: FastifyInstance, { limits }: GatewayCore): void {
  // A package that was built without the page still serves orders.
  if (!existsSync(pageFile)) return;
  const text = readFileSync(pageFile, 'utf8');
  const ours = text.replace(/(leaderlessMsMax = )\d+/, `$1${limits.leaderlessMsMax}`);
  const page = new FixedDocument(ours, 'text/html; charset=utf-8', pagePolicy);
  app.get('/', { schema: { hide: true } }, (request, reply) => page.send(request, reply));
}

/** What the gateway has counted, for Prometheus; a scrape soon after another gets the same text. */
export function addMetrics(app: FastifyInstance, core: GatewayCore): void {
  let text: Promise<Buffer> | undefined;
  let madeMs = 0;
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const nowMs = performance.now();
    if (text === undefined || nowMs - madeMs >= metricsAgeMsMax) {
      madeMs = nowMs;
      text = core.metrics.text().then(Buffer.from);
    }
    return reply.type(core.metrics.contentType).send(await text);
  });
}

function noStore(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}
