/**
 * Documents that do not change while the gateway runs: OpenAPI from the routes themselves, and the pages that show it.
 * Each is made once, when one is asked for the first time; every request after that sends the same bytes.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fastifySwagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Audience, buildLocalReference, documentation } from './documentation.ts';
import { answerSchemas } from './schemas.ts';

/** The bar at the top would choose among several descriptions; there is one. */
const documentationStyle = '.swagger-ui .topbar { display: none }';
/** The documentation loads nothing from elsewhere, over HTTP and HTTPS alike; its program styles elements by itself. */
const documentationPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";
/** Larger documents are sent in pieces, as they are read. */
const wholeBytesMax = 262_144;
const pieceBytes = 65_536;
const openApiPath = '/openapi.json';
const prefix = '/docs';
/** The page, and all that it loads. */
const pagePaths = [
  '',
  '/',
  '/json',
  '/yaml',
  '/static/index.css',
  '/static/theme/lockstep.css',
  '/static/swagger-ui.css',
  '/static/swagger-ui-bundle.js',
  '/static/swagger-ui-standalone-preset.js',
  '/static/swagger-initializer.js',
  '/static/favicon-16x16.png',
  '/static/favicon-32x32.png',
].map((name) => `${prefix}${name}`);

/** Bytes that do not change while the gateway runs. */
export class FixedDocument {
  readonly #body: Buffer;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(body: Buffer | string, type: string, policy: string) {
    this.#body = Buffer.from(body);
    const tag = createHash('sha256').update(this.#body).digest('base64url');
    this.#headers = {
      'content-type': type,
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      etag: `"${tag}"`,
    };
  }

  /** Sends it, or says that the reader has it already. */
  send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.headers(this.#headers);
    if (request.headers['if-none-match'] === this.#headers['etag']) return reply.status(304).send();
    if (this.#body.length <= wholeBytesMax) return reply.send(this.#body);
    // Over TLS a reader that does not read would hold a copy of all that was written to it.
    reply.header('content-length', this.#body.length);
    return reply.send(Readable.from(pieces(this.#body), { objectMode: false, highWaterMark: 1 }));
  }
}

function* pieces(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

/** Adds /openapi.json and /docs; call it before the routes that they describe are added. */
export async function addDocumentation(app: FastifyInstance, reader: Audience): Promise<void> {
  for (const [name, schema] of Object.entries(answerSchemas)) app.addSchema({ $id: name, ...schema });
  const openapi = documentation(reader);
  await app.register(fastifySwagger, { openapi, refResolver: { buildLocalReference } });
  let documents: Promise<ReadonlyMap<string, FixedDocument>> | undefined;
  for (const path of [openApiPath, ...pagePaths]) {
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      documents ??= makeDocuments(app.swagger(), openapi.info.title);
      return (await documents).get(path)!.send(request, reply);
    });
  }
}

/** Lets the library make its pages once, on a server that listens nowhere, and keeps what it answers. */
async function makeDocuments(
  document: ReturnType<FastifyInstance['swagger']>,
  title: string,
): Promise<ReadonlyMap<string, FixedDocument>> {
  const { default: fastifySwaggerUi } = await import('@fastify/swagger-ui');
  const maker = fastify();
  await maker.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
  await maker.register(fastifySwaggerUi, {
    routePrefix: prefix,
    theme: { title, css: [{ filename: 'lockstep.css', content: documentationStyle }] },
  });
  try {
    const made = new Map<string, FixedDocument>();
    for (const path of pagePaths) {
      const { statusCode, headers, rawPayload } = await maker.inject(path);
      if (statusCode !== 200) throw new Error(`the documentation has no ${path}: ${statusCode}`);
      made.set(path, new FixedDocument(rawPayload, String(headers['content-type']), documentationPolicy));
    }
    return made.set(openApiPath, made.get(`${prefix}/json`)!);
  } finally {
    await maker.close();
  }
}
