/**
 * The HTTP server: reads bodies, authenticates, routes, and gives every error the one shape. What a request may do is
 * decided before its body is parsed; what it says is checked by admission.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { isLoopback } from '../../std/loopback.ts';
import { CoreError, RequestError } from '../admission/refusals.ts';
import type { GatewayCore } from '../core.ts';
import type { ServerIdentity } from '../settings.ts';
import { accountRoutes } from './account-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { clientBounds, connectionsCheckingIntervalMs, operatorBounds, type PortBounds } from './bounds.ts';
import { answerError, checkRequests, requestIdHeader, requestIdMaker } from './checks.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { HttpConnections } from './connections.ts';
import { type ErrorCode, HttpError } from './errors.ts';
import { addDocumentation } from './fixed-documents.ts';
import type { HeadFault } from './heads.ts';
import { keyRoutes } from './key-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { modeRoutes } from './mode-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { answerOddRequests, answerOnSocket } from './socket-answers.ts';
import { addMetrics, addPage, stateRoutes } from './state-routes.ts';
import { tierRoutes } from './tier-routes.ts';
import { serverOptions } from './tls.ts';

const parameterCharsMax = 128;

/** They have an address of their own, so that clients of the gateway do not reach them. */
const operatorPaths = /^\/(metrics|v1\/operator)\b/;

/** Errors of the server itself, by its own codes. */
const serverErrors: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'bodyTooLarge',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupportedMediaType',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupportedMediaType',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformedJson',
};

/** Errors of sockets, by the codes of Node. */
const socketErrors: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'requestTimeout',
};

/** Another protocol that a connection of the public server may change to. */
export interface Upgrade {
  readonly isOffered: (request: IncomingMessage) => boolean;
  /** Adds the route that leads to it; `onUpgraded` is called for each connection that takes it. */
  readonly add: (app: FastifyInstance, onUpgraded: (socket: Socket) => void) => Promise<void>;
  /** Ends the connections that have changed to it. */
  readonly close: () => void;
}

/** The public server: orders, market data, health and the page. */
export async function buildServer(
  core: GatewayCore,
  upgrade: Upgrade,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const { app, connections } = openServer(core, logger, {
    bounds: clientBounds(core.limits),
    identity: core.settings.tls,
    elsewhere: operatorPaths,
    upgrade,
  });
  await addDocumentation(app, 'client');
  for (const add of [...orderRoutes, ...accountRoutes, ...marketRoutes(core), ...stateRoutes]) add(app, core);
  addPage(app, core);
  // In a scope of its own: its library wraps the handlers of all routes around it.
  await app.register((scope) => upgrade.add(scope, (socket) => connections.becomeStream(socket)));
  return app;
}

/** The server for the operator: instruments, accounts, the end of the day, and metrics. */
export async function buildOperatorServer(
  core: GatewayCore,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const { operatorHost = '127.0.0.1', tls, operatorTls = tls } = core.settings;
  const { app } = openServer(core, logger, {
    bounds: operatorBounds(core.limits),
    identity: isLoopback(operatorHost) ? undefined : operatorTls,
  });
  await addDocumentation(app, 'operator');
  for (const add of [
    ...operatorRoutes,
    ...tierRoutes,
    ...modeRoutes,
    ...keyRoutes,
    ...auditRoutes,
    ...clusterRoutes,
  ])
    add(app, core);
  addMetrics(app, core);
  return app;
}

interface ServerParts {
  readonly bounds: PortBounds;
  /** With it the server takes TLS alone. */
  readonly identity: ServerIdentity | undefined;
  /** Paths that another server has. */
  readonly elsewhere?: RegExp;
  readonly upgrade?: Upgrade;
}

/** A server without routes: its bounds, how it reads and authenticates requests, and how it answers errors. */
function openServer(
  core: GatewayCore,
  logger: FastifyBaseLogger,
  { bounds, identity, elsewhere, upgrade }: ServerParts,
): { readonly app: FastifyInstance; readonly connections: HttpConnections } {
  const { requestTimeoutMs } = bounds;
  const makeId = requestIdMaker();
  const answerSocketError = (socket: Socket, code: ErrorCode = 'malformedHttp'): void =>
    answerOnSocket(socket, new HttpError(code), makeId({ headers: {} }));
  const answerHead = (socket: Socket, { field, text }: HeadFault): void => {
    const error = new HttpError('malformedHttp', field === undefined ? {} : { field }, text);
    answerOnSocket(socket, error, makeId({ headers: {} }));
  };
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bounds.bodyBytesMax,
    trustProxy: core.settings.trustedProxies === undefined ? false : [...core.settings.trustedProxies],
    requestTimeout: requestTimeoutMs,
    // The server takes the longer of both times for a whole request, so both are set.
    ...serverOptions(
      {
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: connectionsCheckingIntervalMs,
        maxHeaderSize: bounds.headBytesMax,
        // Its absence is refused with other heads (heads.ts), in our words.
        requireHostHeader: false,
        shouldUpgradeCallback: (request) => upgrade?.isOffered(request) === true,
      },
      identity,
    ),
    keepAliveTimeout: bounds.idleMsMax,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: parameterCharsMax },
    genReqId: makeId,
    return503OnClosing: false,
    // Paths that cannot be decoded, or with longer parameters than any route has.
    frameworkErrors: (_error, { id }, reply) =>
      answerError(reply.header(requestIdHeader, id), new HttpError('unknownRoute')),
    clientErrorHandler: (error, socket) =>
      connections.finish(socket, (stopped) => {
        if (typeof stopped === 'object') return answerHead(socket, stopped);
        answerSocketError(
          socket,
          stopped === 'overrun' ? 'tooManyUnanswered' : socketErrors[error.code ?? ''],
        );
      }),
  });
  // What is logged of a request names it; a logger for each would only cost, and so does the check of a factory's
  // loggers.
  app.log.child = () => app.log;
  answerOddRequests(app.server, (socket, request) => {
    const error = new HttpError('unknownRoute', {}, 'The gateway is no proxy: CONNECT is not served.');
    answerOnSocket(socket, error, makeId(request));
  });
  const connections = new HttpConnections(app.server, bounds, {
    // Longer than the exchange may take for an answer, shorter than a supervisor waits for the end of the process.
    closeMsMax: core.limits.commandTimeoutMs + 1000,
    onCut: (reason) => core.metrics.connectionsCut.inc({ reason }),
    onSilence: (socket) => answerSocketError(socket, 'requestTimeout'),
  });
  // Before the server waits for its connections to end.
  app.addHook('preClose', (done) => {
    upgrade?.close();
    connections.close();
    done();
  });
  app.addHook('onListen', (done) => {
    core.opened();
    done();
  });
  // Not by the published schemas: that takes up to three times as long, and would leave out in silence what a schema
  // does not name. published.test.ts holds every answer to its schema (decision 14).
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  checkRequests(app, core, {
    isSecure: identity !== undefined,
    ...(elsewhere && { elsewhere }),
    onProven: (socket, owner) => connections.keep(socket, owner),
    onUnproven: (socket) => connections.readInTurn(socket),
  });
  answerErrors(app, core, (socket) => connections.failed(socket));
  return { app, connections };
}

function answerErrors(
  app: FastifyInstance,
  core: GatewayCore,
  onWrongSignature: (socket: Socket) => void,
): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof CoreError && error.isUnsigned) onWrongSignature(request.raw.socket);
    if (error instanceof CoreError)
      return core.confirmed(error).then((confirmed) => answerError(reply, confirmed));
    if (error instanceof RequestError) return answerError(reply, error);
    const code = errorCodeOf(error);
    if (code === 'internalError') core.log.error({ err: error, url: request.url }, 'a request failed');
    return answerError(reply, new HttpError(code));
  });
}

function errorCodeOf(error: unknown): ErrorCode {
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  if (typeof code === 'string' && Object.hasOwn(serverErrors, code))
    return serverErrors[code] ?? 'internalError';
  if (statusCode === 408) return 'requestTimeout';
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return 'invalidField';
  return 'internalError';
}
