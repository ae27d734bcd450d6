/** How a route reads its request: typed access to what authentication and admission have passed. */
import type { FastifyRequest, FastifySchema } from 'fastify';
import type { Admission } from '../admission/fields.ts';
import { type ApiKey, credentialsOf } from './authentication.ts';
import { RequestError } from './errors.ts';
import { refer } from './schemas.ts';

/** Who may call a route: everybody, the holder of an API key, or the operator. */
export type Access = 'public' | 'key' | 'operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access;
  }
  interface FastifyRequest {
    /** The key that signed the request, on routes with access "key". */
    apiKey: ApiKey | undefined;
  }
}

/** The value that admission let pass; throws the refusal as an error with status 400. */
export function admitted<T>(admission: Admission<T>): T {
  if (admission.ok) return admission.value;
  const { field, message } = admission;
  throw new RequestError('invalidField', field === '' ? {} : { field }, message);
}

export function apiKeyOf(request: FastifyRequest): ApiKey {
  if (request.apiKey === undefined) throw new RequestError('missingSignature');
  return request.apiKey;
}

/** The signature of a request that was authenticated. */
export function signatureOf(request: FastifyRequest): string {
  return credentialsOf(request.headers)?.signature ?? '';
}

export function queryOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return request.query as Readonly<Record<string, unknown>>;
}

/** One parameter of the path, decoded. */
export function pathValue(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

/** What the documentation says of a route. */
interface RouteText {
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'orders' | 'market' | 'operator' | 'state';
  readonly access: Access;
  /** Status and schema of success. */
  readonly answers: Readonly<Record<number, Parameters<typeof refer>[0]>>;
  readonly body?: object;
  readonly query?: object;
  readonly params?: object;
}

const securityOf: Readonly<Record<Access, readonly Record<string, string[]>[]>> = {
  public: [],
  key: [{ key: [], timestamp: [], signature: [] }],
  operator: [{ operator: [] }],
};

/** A route's options, with the same words for the server and for the documentation. */
export function describe(text: RouteText): { schema: FastifySchema; config: { access: Access } } {
  const { summary, description, tag, access, answers, body, query, params } = text;
  const success = Object.entries(answers).map(([status, name]) => [status, refer(name)]);
  const security = securityOf[access].map((scheme) => ({ ...scheme }));
  return {
    config: { access },
    schema: {
      summary,
      ...(description === undefined ? {} : { description }),
      tags: [tag],
      security,
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(params === undefined ? {} : { params }),
      response: { ...Object.fromEntries(success), '4XX': refer('Error'), '5XX': refer('Error') },
    },
  };
}
