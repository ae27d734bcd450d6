/**
 * What every route does before its handler: it refuses what it does not read (headers, body, query, fields), finds out
 * the sender, and admits what was sent. One place for all routes, those of plugins included; a route says what it
 * reads in its `config`, and nothing there means that it reads nothing.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { assert } from '../../std/assert.ts';
import { parseBody } from '../admission/body.ts';
import type { Arrival, Caller } from '../admission/caller.ts';
import {
  type Admission,
  type AnyShape,
  admitted,
  field,
  quote,
  readQuery,
  readShape,
  shape,
} from '../admission/fields.ts';
import { RateError } from '../admission/rate-error.ts';
import type { Claim } from '../admission/rates.ts';
import type { RequestError } from '../admission/refusals.ts';
import { bodyBytesMax } from '../admission/refusals.ts';
import type { RequestKind } from '../admission/services.ts';
import { operators } from '../admission/shares.ts';
import { sourceOf } from '../admission/sources.ts';
import type { GatewayCore } from '../core.ts';
import { answerTo, type ErrorCode, HttpError } from './errors.ts';
import { peerOf } from './peers.ts';
import type { RouteReads } from './requests.ts';
import { listOf, RouteTable } from './route-table.ts';
import { bearerTokenOf, contentOf, credentialsOf, patienceOf, signatureHeaders } from './signing.ts';
import { strictTransportSecurity } from './tls.ts';

const ownHeaderPrefix = 'x-lockstep-';
const ownHeaders: ReadonlySet<string> = new Set(Object.values(signatureHeaders));
/** Headers that would change what a request does, at servers that read them. */
const foreignHeaders: ReadonlySet<string> = new Set([
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'idempotency-key',
  'if-match',
  'if-unmodified-since',
]);
export const requestIdHeader = 'x-request-id';
/** Names the exchange in each answer: another exchange has other seqs and other orders. */
export const exchangeHeader = 'x-lockstep-exchange';
/** While no replica leads: for so many milliseconds nothing has changed the state that is read. */
export const stateAgeHeader = 'x-lockstep-state-age-ms';
const jsonType = 'application/json';
const requestIdPattern = /^[!-~]{1,64}$/;
/** So many bytes of a body cost as much as a request without one. */
const bytesPerCost = 4096;
const noShape: AnyShape = shape({});

const elsewhereText =
  "Nothing is here: the operator's routes and metrics have an address of their own (`gateway.operatorPort`).";

/** What a server is, beside its routes. */
export interface ServerKind {
  /** It takes TLS alone. */
  readonly isSecure: boolean;
  /** Paths of the operator, where they are not served. */
  readonly elsewhere?: RegExp;
  /** A key, or the operator's token, has proven whose a connection is. */
  readonly onProven: (socket: Socket, owner: string) => void;
  /** A request names a key that its sender has not proven, on its connection or lately. */
  readonly onUnproven: (socket: Socket) => void;
}

/** Call it before any route is added. */
export function checkRequests(
  app: FastifyInstance,
  core: GatewayCore,
  { isSecure, elsewhere, onProven, onUnproven }: ServerKind,
): void {
  const routes = new RouteTable();
  app.decorateRequest('arrival', undefined);
  app.decorateRequest('caller', undefined);
  app.decorateRequest('operator', undefined);
  app.decorateRequest('answers', undefined);
  app.decorate('routeTable', routes);
  readBodiesAsText(app);
  // Before a body is read; what a route itself does not find comes here too.
  const answerNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
    const methods = routes.methodsOf(path);
    if (methods.length === 0) {
      const text = elsewhere?.test(path) === true ? elsewhereText : undefined;
      return answerError(reply, new HttpError('unknownRoute', {}, text));
    }
    reply.header('allow', [...methods, 'OPTIONS'].join(', '));
    if (request.method === 'OPTIONS') return reply.status(204).send();
    return answerError(reply, new HttpError('methodNotAllowed'));
  };
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    const { exchangeId } = core;
    if (exchangeId !== 0) reply.header(exchangeHeader, String(exchangeId));
    const { stateAgeMs } = core;
    if (stateAgeMs !== 0) reply.header(stateAgeHeader, String(stateAgeMs));
    if (isSecure) reply.header('strict-transport-security', strictTransportSecurity);
    if (request.is404) answerNotFound(request, reply);
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { answers = core.metrics.answers.of(request.method, request.routeOptions.url ?? 'unknown') } =
      request;
    answers.add(reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  app.addHook('onRoute', (route) => {
    routes.add(route);
    addChecks(route, core, { onProven, onUnproven });
  });
}

/** The id that a caller gave to its request, if it can be in a header and in a log; else one of our own. */
export function requestIdMaker(): (request: { readonly headers: NodeJS.Dict<string | string[]> }) => string {
  const start = Date.now().toString(36);
  let count = 0;
  return ({ headers }) => {
    const given = headers[requestIdHeader];
    if (typeof given === 'string' && requestIdPattern.test(given)) return given;
    return `${start}-${(++count).toString(36)}`;
  };
}

/** The body stays the text that was signed until the signature has been checked. */
function readBodiesAsText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(jsonType, { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

function addChecks(
  route: RouteOptions,
  core: GatewayCore,
  { onProven, onUnproven }: Pick<ServerKind, 'onProven' | 'onUnproven'>,
): void {
  const reads: RouteReads = route.config ?? {};
  const place = `${String(route.method)} ${route.url}`;
  const answers =
    typeof route.method === 'string' ? core.metrics.answers.of(route.method, route.url) : undefined;
  const hook =
    (check: (request: FastifyRequest) => void): RequestHook =>
    (request, _reply, done) => {
      try {
        check(request);
      } catch (error) {
        return done(error as Error);
      }
      return done();
    };
  const kind = kindOf(route.method, reads);
  const enter: RequestHook = (request, _reply, done) => {
    request.answers = answers;
    const claim = claimOf(request, core);
    const namesKey = request.headers[signatureHeaders.key] !== undefined;
    if (namesKey && !core.entrance.isBelieved(claim)) onUnproven(request.raw.socket);
    enterBy(core, kind, claim, request, done);
  };
  const refuseUnread = hook((request) => {
    const { headers } = request;
    refuseHeaders(headers);
    if (reads.body === undefined && hasBody(headers)) throw unreadBody(place, reads);
  });
  const admit = hook((request) => {
    authenticate(request, reads, core);
    if (request.caller !== undefined) onProven(request.raw.socket, request.caller.key.keyId);
    else if (request.operator !== undefined) onProven(request.raw.socket, operators);
    const { body, query } = request;
    if (typeof body === 'string') request.body = body === '' ? undefined : parseBody(body);
    if (request.body === undefined && mayBeLeftOut(reads.body)) request.body = {};
    // The server checks bodies first; for a request without a body the fault of the query says more.
    const isIncomplete = reads.body !== undefined && request.body === undefined;
    if (reads.query === undefined || isIncomplete)
      admittedPart(readQuery(reads.query ?? noShape, query as Sent), reads.body, 'body');
  });
  const validators = validatorsOf(reads);
  route.validatorCompiler = ({ schema, httpPart = '' }) =>
    httpPart === 'headers' ? headersValidator(schema) : validators[httpPart]!;
  route.onRequest = [
    enter,
    refuseUnread,
    ...listOf(route.onRequest as RequestHook | RequestHook[] | undefined),
  ] as never;
  route.preValidation = [
    admit,
    ...listOf(route.preValidation as RequestHook | RequestHook[] | undefined),
  ] as never;
}

/** Lets a request in when it is its turn; where its connection is refused late, behind that. */
function enterBy(
  core: GatewayCore,
  kind: RequestKind | undefined,
  claim: Claim,
  request: FastifyRequest,
  done: (error?: Error) => void,
): void {
  const { socket } = request.raw;
  const { held: heldRequests, pauses } = peerOf(socket);
  const came = { atMs: Date.now(), unreadMs: pauses.waitedMsMax(performance.now()) };
  const isGone = (): boolean => socket.writable === false;
  if (kind === undefined) {
    request.arrival = core.arrived(claim, kind, isGone, came);
    return done();
  }
  const { cancels, others } = heldRequests;
  const held = kind === 'cancel' ? cancels : others;
  return held.pass(() => {
    try {
      request.arrival = core.arrived(claim, kind, isGone, came);
      return core.entrance.wait(claim, kind, costOf(request), done);
    } catch (error) {
      const refuse = (): void => done(error as Error);
      return core.lateRefusals.give(core.entrance.senderOf(claim), held, refuse);
    }
  });
}

/**
 * The kinds of requests that give way to a route's, and to which it gives way itself; a request that costs nothing has
 * no kind.
 */
function kindOf(method: RouteOptions['method'], { access, load }: RouteReads): RequestKind | undefined {
  if (access === undefined || access === 'operator' || access === 'audit' || load === 'none')
    return undefined;
  if (method === 'DELETE') return 'cancel';
  if (method !== 'GET' && method !== 'HEAD') return 'order';
  return load === 'report' ? 'report' : 'query';
}

/** The sender, as far as the head of a request says. */
function claimOf({ raw, headers, ip }: FastifyRequest, core: GatewayCore): Claim {
  const { source, trust } = peerOf(raw.socket);
  const named = headers[signatureHeaders.key];
  const keyId = typeof named === 'string' ? core.keyIdOf(named) : undefined;
  if (core.settings.trustedProxies === undefined)
    return { source, address: raw.socket.remoteAddress ?? '', keyId, trust };
  const sender = sourceOf(ip);
  return { source: sender, address: ip, keyId, trust: trust.of(sender) };
}

/** A request without a body costs 1. */
function costOf({ headers }: FastifyRequest): number {
  const bytes = Number(headers['content-length'] ?? 0);
  return 1 + (bytes > 0 ? Math.min(bytes, bodyBytesMax) / bytesPerCost : 0);
}

function refuseHeaders(headers: FastifyRequest['headers']): void {
  for (const name in headers) {
    const isOwn = name.startsWith(ownHeaderPrefix);
    if (isOwn ? !ownHeaders.has(name) : foreignHeaders.has(name)) {
      const allowed = isOwn ? ` Allowed: ${[...ownHeaders].join(', ')}.` : '';
      const message = `The header "${name}" is not read here, so the request was not carried out.${allowed}`;
      throw new HttpError('invalidField', { field: name }, message);
    }
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    const text = `The body has the encoding ${quote(encoding)}, which is not read here.`;
    throw new HttpError('unsupportedMediaType', { field: 'content-encoding' }, text);
  }
  const type = headers['content-type'];
  if (type !== undefined && type !== jsonType) refuseCharset(type);
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    const text = `The header "Expect" is ${quote(expect)}; only "100-continue" can be met.`;
    throw new HttpError('expectationFailed', { field: 'expect' }, text);
  }
}

/** JSON is UTF-8 (RFC 8259, section 8.1); another charset would be read as what it is not. */
function refuseCharset(type: string): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1];
  if (charset === undefined || /^(utf-8|utf8|us-ascii)$/i.test(charset)) return;
  const text = `The body has the charset ${quote(charset)}; JSON is read as UTF-8.`;
  throw new HttpError('unsupportedMediaType', { field: 'content-type' }, text);
}

function hasBody(headers: FastifyRequest['headers']): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

/** Where each field of a body may be left out, all of them may, and the body with them. */
function mayBeLeftOut(body: AnyShape | undefined): boolean {
  return body !== undefined && body.required.length === 0 && body.rules.length === 0;
}

function unreadBody(place: string, { query }: RouteReads): HttpError {
  const inQuery = Object.keys(query?.fields ?? {}).join(', ');
  const hint = inQuery === '' ? 'it has no parameters' : `its parameters belong into the query: ${inQuery}`;
  return new HttpError('invalidField', { field: 'body' }, `${place} does not read a body; ${hint}.`);
}

function authenticate(request: FastifyRequest, { access }: RouteReads, core: GatewayCore): void {
  if (access === 'key') {
    const body = typeof request.body === 'string' ? request.body : '';
    request.caller = signer(request, core, body);
  } else if (access !== 'public' && access !== undefined && isSignedAlone(request.headers)) {
    const body = typeof request.body === 'string' ? request.body : '';
    const caller = signer(request, core, body);
    if (access === 'audit') core.requireAuditor(caller);
    else request.operator = core.operatorOf(caller.arrival, caller, actionOf(request));
  } else if (access !== 'public' && access !== undefined) {
    const patience = patienceOf(request.headers);
    const token = bearerTokenOf(request.headers.authorization);
    request.operator = core.authenticateOperator(arrivalOf(request), token, actionOf(request), patience);
  }
}

/** What the audit trail says of a request. */
function actionOf({ method, raw }: FastifyRequest): string {
  return `${method}${(raw.url ?? '').replace(/\?.*$/, '').replace('/v1/operator', '')}`;
}

/** An operator's request is signed with a key, or carries the token. */
function isSignedAlone(headers: FastifyRequest['headers']): boolean {
  return headers[signatureHeaders.key] !== undefined && headers.authorization === undefined;
}

/** The signer of a request; throws a CoreError where it is not signed as it must be. */
export function signer(request: FastifyRequest, core: GatewayCore, body: string): Caller {
  const content = contentOf(request.method, request.raw.url ?? '', body);
  return core.authenticate(arrivalOf(request), credentialsOf(request.headers), content);
}

export function arrivalOf({ arrival }: FastifyRequest): Arrival {
  assert(arrival !== undefined, 'the first check of each route has noted when the request came');
  return arrival;
}

/** How the server checks each part of a request: by the shape that it publishes, which also names what is wrong. */
function validatorsOf({ params, query, body }: RouteReads): Readonly<Record<string, Validator>> {
  return {
    ...(params === undefined ? {} : { params: validator((sent) => admitted(readQuery(params, sent))) }),
    ...(query === undefined
      ? {}
      : { querystring: validator((sent) => admittedPart(readQuery(query, sent), body, 'body')) }),
    ...(body === undefined
      ? {}
      : { body: validator((sent) => admittedPart(readShape(body, sent), query, 'query')) }),
  };
}

type Sent = Readonly<Record<string, unknown>>;
type Validator = (sent: Sent) => { readonly value: unknown } | { readonly error: Error };

/** Gives the server what `admit` lets pass, or the error that it throws. */
function validator(admit: (sent: Sent) => unknown): Validator {
  return (sent) => {
    try {
      return { value: admit(sent) };
    } catch (error) {
      return { error: error as Error };
    }
  };
}

/** Headers are published with the route; `credentialsOf` has named their faults by then. */
function headersValidator(schema: object): Validator {
  const { accepts } = field<object>(schema as Sent, 'as the documentation says');
  return (sent) => (accepts(sent) ? { value: sent } : { error: new HttpError('invalidField') });
}

/** What admission let pass of one part; a refusal says where a field that is in the other part belongs. */
function admittedPart<T>(admission: Admission<T>, other: AnyShape | undefined, otherName: string): T {
  if (!admission.ok && other !== undefined && Object.hasOwn(other.fields, admission.field)) {
    const { field } = admission;
    throw new HttpError('invalidField', { field }, `"${field}" belongs in the ${otherName}.`);
  }
  return admitted(admission);
}

export function answerError(reply: FastifyReply, error: RequestError<ErrorCode>): FastifyReply {
  const { status, retryAfterSeconds, body } = answerTo(error);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (error instanceof RateError) addRateHeaders(reply, error);
  if (error.code === 'wrongOperatorToken') reply.header('www-authenticate', 'Bearer');
  return reply.status(status).send(body);
}

/** As in the IETF's draft-ietf-httpapi-ratelimit-headers. */
function addRateHeaders(reply: FastifyReply, { waitMs, state }: RateError): void {
  const { subject, perSecond, left } = state;
  const waitSeconds = Math.ceil(waitMs / 1000);
  reply.header('retry-after', waitSeconds);
  reply.header('ratelimit-policy', `"${subject}";q=${perSecond};w=1`);
  reply.header('ratelimit', `"${subject}";r=${left};t=${waitSeconds}`);
}
