/** An exchange whose faces are asked the same, each in its own words, and what they say of it in one vocabulary. */
import { gatewayOfTests, operatorOfTests, TestExchange } from '../../src/chaos/exchange.ts';
import type { Client } from '../../src/client/index.ts';
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';
import { wideLimits } from '../../src/gateway/testing/wide-limits.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Account 1 is there, 99 is not. */
export const key = { keyId: 'alice', secret: 'a1'.repeat(32), accountIds: [1, 99] };
export const operatorToken = 'the-operator';
export const symbols: Readonly<Record<number, string>> = { 1: 'ACME', 99: 'NONE' };
export const bid = { accountId: 1, instrumentId: 1, side: 'buy', priceTicks: 10, quantityLots: 1 } as const;

/** What a caller learns: `refused` names what is wrong with the question, `unknown` that something is not there. */
export type AnswerWord = 'done' | 'rows' | 'none' | 'unknown' | 'refused' | 'ahead' | string;

const unknowns = ['unknownInstrument', 'unknownAccount', 'unknownOrder', 'unknownKey'];
const refusals = ['invalidField', 'invalidArgument', 'invalidPrice', 'invalidQuantity', 'malformedJson'];

export function saidBy(code: string): AnswerWord {
  if (unknowns.includes(code)) return 'unknown';
  if (code === 'aheadOfExchange' || code === 'executionsAhead') return 'ahead';
  return refusals.includes(code) ? 'refused' : code;
}

export const ofRows = (rows: readonly unknown[]): AnswerWord => (rows.length === 0 ? 'none' : 'rows');

export class Faces {
  readonly exchange: TestExchange;
  readonly client: Client;
  readonly gateway: Gateway;
  /** Each request gets its own millisecond, so that no two signatures are the same by accident. */
  #lastMs = 0;

  private constructor(exchange: TestExchange, client: Client, gateway: Gateway) {
    this.exchange = exchange;
    this.client = client;
    this.gateway = gateway;
  }

  /** With one instrument, two accounts, a trade and an open order. */
  static async open(): Promise<Faces> {
    const exchange = await TestExchange.start({ replicas: 1 });
    const client = await exchange.client();
    const { replicas } = exchange.loaded.configuration;
    const gateway = await startGateway({
      port: 0,
      operatorPort: 0,
      identity: exchange.identity(gatewayOfTests),
      operatorIdentity: exchange.identity(operatorOfTests),
      replicas: replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort })),
      operatorToken,
      apiKeys: [key],
      rootKey: '5a'.repeat(32),
      timeWindowMs: 60_000,
      limits: { ...wideLimits, usePermilleMax: 1000, turnMsMax: 60_000 },
      logLevel: 'silent',
    });
    await exchange.until('a gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
    await client.createInstrument({ instrumentId: 1, symbol: 'ACME', priceDecimals: 0, quantityDecimals: 0 });
    for (const accountId of [1, 2]) await client.createAccount({ accountId, name: `a${accountId}` });
    for (const side of ['buy', 'sell'] as const)
      await client.placeOrder({ ...bid, side, priceTicks: 50, quantityLots: 3 });
    await client.placeOrder({ ...bid, clientOrderId: 'there' });
    return new Faces(exchange, client, gateway);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.exchange.end();
  }

  /** `text` is sent in place of a body. */
  async byHttp(
    method: string,
    path: string,
    body?: unknown,
    text = body === undefined ? '' : JSON.stringify(body),
  ): Promise<AnswerWord> {
    this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
    const isOperator = path.startsWith('/v1/operator/');
    const signed = signedHeaders(key.keyId, key.secret, {
      ...{ timestamp: String(this.#lastMs), method, pathWithQuery: path, body: text },
    });
    const answer = await fetch((isOperator ? this.gateway.operatorUrl : this.gateway.url) + path, {
      method,
      headers: {
        ...(isOperator ? { authorization: `Bearer ${operatorToken}` } : signed),
        ...(text === '' ? {} : { 'content-type': 'application/json' }),
      },
      ...(text === '' ? {} : { body: text }),
    });
    const json = (await answer.json()) as Json;
    const error = json['error'] as { readonly code: string } | undefined;
    if (error !== undefined) return saidBy(error.code);
    if (typeof json['bids'] === 'object') return 'rows';
    const rows = Object.values(json).find(Array.isArray);
    if (rows !== undefined) return ofRows(rows);
    return method === 'GET' ? 'rows' : 'done';
  }
}
