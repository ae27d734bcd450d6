/**
 * How a route is declared: what it reads, its callers and what the documentation says of it, in one place. Its
 * handler gets what admission let pass.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { noncePattern, validMsPattern } from '../admission/authentication.ts';
import type { Arrival, Caller, Operator } from '../admission/caller.ts';
import type { AnyShape, EmptyShape, ShapeValue } from '../admission/fields.ts';
import { CoreError } from '../admission/refusals.ts';
import type { RouteAnswers } from '../answer-counts.ts';
import type { GatewayCore } from '../core.ts';
import type { RouteTable } from './route-table.ts';
import { refer } from './schemas.ts';

/** The callers of a route: any client, the holder of an API key, the operator, or a reader of the audit trail. */
export type Access = 'public' | 'key' | 'operator' | 'audit';

/** What a route reads of a request; what is not named here is refused. */
export interface RouteReads {
  /** What a request costs beside others of its method: nothing where the answer is at hand, or many rows. */
  readonly load?: 'none' | 'report';
  readonly access?: Access;
  readonly params?: AnyShape;
  readonly query?: AnyShape;
  readonly body?: AnyShape;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteReads {}
  interface FastifyRequest {
    arrival: Arrival | undefined;
    /** The signer of the request, on routes with access "key". */
    caller: Caller | undefined;
    /** The sender, on routes with access "operator". */
    operator: Operator | undefined;
    /** Where its answer is counted. */
    answers: RouteAnswers | undefined;
  }
  interface FastifyInstance {
    readonly routeTable: RouteTable;
  }
}

/** The signer of a request, on a route with access "key". */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new CoreError('missingSignature');
  return caller;
}

/** The operator who sent a request, on a route with access "operator". */
export function operatorOf({ operator }: FastifyRequest): Operator {
  if (operator === undefined) throw new CoreError('wrongOperatorToken');
  return operator;
}

/** What the documentation says of a route. */
interface RouteText {
  /** Name of the operation in generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'orders' | 'market' | 'operator' | 'state';
  /** Status and schema of success. */
  readonly answers: Readonly<Record<number, Parameters<typeof refer>[0]>>;
  /** Bodies as they may be sent. */
  readonly examples?: readonly object[];
}

/** What a handler gets. */
export interface Input<P extends AnyShape, Q extends AnyShape, B extends AnyShape> {
  readonly params: ShapeValue<P>;
  readonly query: ShapeValue<Q>;
  readonly body: ShapeValue<B>;
}

export interface Route<P extends AnyShape, Q extends AnyShape, B extends AnyShape> extends RouteText {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly access: Access;
  readonly load?: 'none' | 'report';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /**
   * Returns what is answered, or a promise of it; throws a RequestError to refuse. The status is that of `answers`;
   * where there are several, it sets one.
   */
  readonly handle: (
    core: GatewayCore,
    input: Input<P, Q, B>,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => unknown;
}

const validMsHeader = (more: string) => ({
  type: 'string',
  pattern: validMsPattern.source,
  description: `Milliseconds from the timestamp on for which you wait: later it is not carried out. ${more}`,
});
const signedHeaders = {
  type: 'object',
  properties: {
    'X-Lockstep-Valid-Ms': validMsHeader('Part of the signed text.'),
    'X-Lockstep-Nonce': {
      type: 'string',
      pattern: noncePattern.source,
      description: 'Another nonce for each request; part of the signed text.',
    },
  },
} as const;
const operatorHeaders = {
  type: 'object',
  properties: {
    'X-Lockstep-Timestamp': {
      type: 'string',
      description:
        'Milliseconds since 1970 at which you sent it: it is carried out only while it is as old as a request may be (5 s).',
    },
    'X-Lockstep-Valid-Ms': validMsHeader('Send the timestamp, too.'),
  },
} as const;

/** A route that can be added to a server. */
export type AddRoute = (app: FastifyInstance, core: GatewayCore) => void;

/** A row of a table of routes. */
export function route<
  P extends AnyShape = EmptyShape,
  Q extends AnyShape = EmptyShape,
  B extends AnyShape = EmptyShape,
>(declared: Route<P, Q, B>): AddRoute {
  const { method, path, answers, handle } = declared;
  const [status = 200, ...others] = Object.keys(answers).map(Number);
  const isCreation = status !== 200 && others.length === 0;
  return (app, core) =>
    app.route({
      method,
      url: path,
      ...describe(declared),
      handler: (request, reply) => {
        if (isCreation) reply.status(status);
        return handle(core, request as Input<P, Q, B>, request, reply);
      },
    });
}

const securityOf: Readonly<Record<Access, readonly Record<string, string[]>[]>> = {
  public: [],
  key: [{ key: [], timestamp: [], signature: [] }],
  operator: [{ operator: [] }],
  audit: [{ operator: [] }],
};

/** A route's options, with the same words for the server and for the documentation. */
export function describe(text: RouteText & RouteReads): { schema: FastifySchema; config: RouteReads } {
  const {
    operationId,
    summary,
    description,
    tag,
    access = 'public',
    answers,
    body,
    query,
    params,
    examples,
    load = tag === 'state' ? 'none' : undefined,
  } = text;
  const success = Object.entries(answers).map(([status, name]) => [status, refer(name)]);
  const security = securityOf[access].map((scheme) => ({ ...scheme }));
  const given = <T>(name: string, value: T | undefined) => (value === undefined ? {} : { [name]: value });
  return {
    config: {
      access,
      ...given('load', load),
      ...given('params', params),
      ...given('query', query),
      ...given('body', body),
    },
    schema: {
      operationId,
      summary,
      ...given('description', description),
      tags: [tag],
      security,
      ...(access === 'key' ? { headers: signedHeaders } : {}),
      ...(access === 'operator' ? { headers: operatorHeaders } : {}),
      ...(body === undefined ? {} : { body: { ...body.schema, ...given('examples', examples) } }),
      ...(query === undefined ? {} : { querystring: query.schema }),
      ...(params === undefined ? {} : { params: params.schema }),
      response: { ...Object.fromEntries(success), '4XX': refer('Error'), '5XX': refer('Error') },
    },
  };
}
