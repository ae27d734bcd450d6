/** A gateway on a free port in front of a small exchange, and signed requests to it. */

import { type Gateway, startGateway } from '../gateway.ts';
import { clusterReportExample } from '../http/cluster-schemas.ts';
import { signedHeaders } from '../http/signing.ts';
import type { GatewaySettings } from '../settings.ts';
import { type OpenApiDocument, Published } from './published.ts';
import { SmallExchange } from './small-exchange.ts';
import { wideLimits } from './wide-limits.ts';

export const apiKey = { keyId: 'alice-1', secret: 'ab'.repeat(32), accountIds: [7, 8], name: 'Alice' };
export const operatorToken = 'the-operator';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

interface CallOptions {
  /** Sent as JSON; a text or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: now. */
  readonly timestamp?: string;
  /** Default: none. */
  readonly nonce?: string;
  /** Default: none. */
  readonly validMs?: string;
}

export class Desk {
  readonly exchange: SmallExchange;
  readonly gateway: Gateway;
  /** Each request gets its own millisecond, so that no two signatures are the same by accident. */
  #lastMs = 0;

  private constructor(exchange: SmallExchange, gateway: Gateway) {
    this.exchange = exchange;
    this.gateway = gateway;
  }

  /** Opens a gateway that is ready, with the identity of an operator unless that is left out. */
  static async open(
    settings: Partial<GatewaySettings> = {},
    connect?: (exchange: SmallExchange) => Promise<SmallExchange>,
    { isOperator = true } = {},
  ): Promise<Desk> {
    const exchange = new SmallExchange();
    if (connect === undefined || settings.apiKeys === undefined)
      exchange.hasKeys(settings.apiKeys ?? [apiKey]);
    const gateway = await startGateway(
      {
        port: 0,
        operatorPort: 0,
        identity: '/nowhere',
        replicas: [1, 2, 3].map((id) => ({ id, host: 'replica.test', port: 4000 + id })),
        operatorToken,
        clusterReport: async () => clusterReportExample,
        apiKeys: [apiKey],
        rootKey: '5a'.repeat(32),
        logLevel: 'silent',
        ...settings,
        // The callers, and at times other gateways, run in the same process, and leave its event loop no rest.
        limits: { ...wideLimits, usePermilleMax: 1000, turnMsMax: 60_000, ...settings.limits },
      },
      {
        connect: async () => (connect === undefined ? exchange : connect(exchange)),
        ...(isOperator && { connectAsOperator: async () => exchange }),
        openEvents: (listener) => exchange.openEvents(listener),
      },
    );
    const desk = new Desk(exchange, gateway);
    if (connect === undefined) while ((await desk.get('/health/ready')).status !== 200);
    return desk;
  }

  close(): Promise<void> {
    return this.gateway.close();
  }

  /** A request of the key's owner. */
  signed(method: string, path: string, options: CallOptions = {}): Promise<GatewayAnswer> {
    const headers = { ...this.signature(method, path, options), ...options.headers };
    return this.call(method, path, { ...options, headers });
  }

  /** The headers that sign a request of the key's owner. */
  signature(method: string, path: string, options: CallOptions = {}): Record<string, string> {
    this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
    return signedHeaders(apiKey.keyId, apiKey.secret, {
      timestamp: options.timestamp ?? String(this.#lastMs),
      validMs: options.validMs,
      nonce: options.nonce,
      method,
      pathWithQuery: path,
      body: bodyText(options.body),
    });
  }

  operator(method: string, path: string, body?: unknown): Promise<GatewayAnswer> {
    return this.operatorCall(method, path, { body, headers: { authorization: `Bearer ${operatorToken}` } });
  }

  /** A request to the operator's address. */
  operatorCall(method: string, path: string, options?: CallOptions): Promise<GatewayAnswer> {
    return this.#send(this.gateway.operatorUrl, method, path, options);
  }

  /** What the gateway has counted. */
  async metrics(): Promise<string> {
    const { body } = await this.operatorCall('GET', '/metrics');
    return String(body['text']);
  }

  get(path: string): Promise<GatewayAnswer> {
    return this.call('GET', path);
  }

  call(method: string, path: string, options?: CallOptions): Promise<GatewayAnswer> {
    return this.#send(this.gateway.url, method, path, options);
  }

  async #send(url: string, method: string, path: string, options: CallOptions = {}): Promise<GatewayAnswer> {
    const { body, headers } = options;
    const sent = bodyText(body);
    const response = await fetch(url + path, {
      method,
      headers: { ...(sent === '' ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(sent === '' ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const { status } = response;
    const answer = isJson && text !== '' ? JSON.parse(text) : { text };
    if (isJson && text !== '') {
      published ??= publishedBy(this.gateway);
      const [client, operator] = await published;
      (url === this.gateway.url ? client : operator).check(method, path, status, answer);
    }
    return { status, headers: response.headers, body: answer };
  }
}

/** What the servers of a gateway publish of their answers, by client and operator; it is the same for all gateways. */
let published: Promise<readonly [Published, Published]> | undefined;

async function publishedBy(gateway: Gateway): Promise<readonly [Published, Published]> {
  const read = async (url: string): Promise<Published> => {
    const response = await fetch(`${url}/openapi.json`);
    return new Published((await response.json()) as OpenApiDocument);
  };
  return [await read(gateway.url), await read(gateway.operatorUrl)];
}

function bodyText(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}
