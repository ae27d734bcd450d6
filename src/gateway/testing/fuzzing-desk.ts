/** A gateway in front of a small exchange, without a port: requests are injected and streams have no network. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { InjectOptions, RouteOptions } from 'fastify';
import type { WebSocket } from 'ws';
import { type Command, encodeCommand } from '../../client/encode.ts';
import { commandsByName } from '../../protocol/commands.ts';
import { ShownKeys } from '../admission/rates.ts';
import { buildGateway, type GatewayParts } from '../gateway.ts';
import { errorTable } from '../http/errors.ts';
import { signedHeaders } from '../http/signing.ts';
import { apiKey } from './desk.ts';
import { SmallExchange } from './small-exchange.ts';
import { type StreamLogin, streamLogin } from './stream-login.ts';
import { wideLimits } from './wide-limits.ts';

export const operatorToken = 'the-operator';
/** Of an error, what a client sent included. */
const messageCharsMax = 1_200;
/** Any time will do. */
const aliveMs = 1_000;

export interface InjectedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A socket of which only the gateway's end is there. */
class LooseSocket extends EventEmitter {
  readonly sent: string[] = [];
  readonly bufferedAmount = 0;
  isClosed = false;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
    this.emit('close');
  }

  ping(): void {}
  terminate(): void {}
}

export class FuzzingDesk {
  readonly #parts: GatewayParts;
  #exchange: SmallExchange;
  readonly #instruments: SmallExchange['instrumentRows'];
  readonly #keys: SmallExchange['keyRows'];
  /** Tells requests apart that are signed in one millisecond: there are thousands in a second. */
  #signed = 0;

  private constructor(parts: GatewayParts, exchange: SmallExchange) {
    this.#parts = parts;
    this.#exchange = exchange;
    this.#instruments = [...exchange.instrumentRows];
    this.#keys = exchange.keyRows.slice();
  }

  static async open(): Promise<FuzzingDesk> {
    const exchange = new SmallExchange();
    // Operators change the other one: a key that is revoked would sign nothing more.
    exchange.hasKeys([apiKey, { keyId: 'other', accountIds: [7] }]);
    const settings = {
      identity: '/nowhere',
      replicas: [{ id: 1, host: 'replica.test', port: 4001 }],
      operatorToken,
      apiKeys: [apiKey],
      rootKey: '5a'.repeat(32),
      logLevel: 'silent',
      // However busy the machine is, the answers are the same.
      limits: { ...wideLimits, usePermilleMax: 1000, roundTripAgeMsMax: 600_000, turnMsMax: 600_000 },
    };
    const parts = await buildGateway(settings, {
      connect: async () => exchange,
      connectAsOperator: async () => encoding(exchange),
      openEvents: (listener) => exchange.openEvents(listener),
    });
    parts.start();
    const desk = new FuzzingDesk(parts, exchange);
    const ask = { method: 'GET', url: '/v1/orders' } as const;
    while ((await desk.inject({ ...ask, headers: desk.signature('GET', ask.url, '') })).status !== 200)
      await turn();
    return desk;
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  /** The routes of the public server, or of the operator's. */
  routes(isOperator: boolean): readonly RouteOptions[] {
    return this.#serverOf(isOperator).routeTable.routes;
  }

  /** Commands that have reached the exchange. */
  get receivedCount(): number {
    return this.#exchange.received.length;
  }

  /** Forgets what the requests before have left at the exchange. */
  clear(): void {
    const exchange = this.#exchange;
    exchange.orders.clear();
    exchange.received.length = 0;
    exchange.instrumentRows.splice(0, exchange.instrumentRows.length, ...this.#instruments);
    exchange.keyRows.splice(0, exchange.keyRows.length, ...this.#keys);
  }

  /** Injects a request, and holds the answer and what reached the exchange to what is promised. */
  async inject(request: InjectOptions, isOperator = false): Promise<InjectedAnswer> {
    const { received } = this.#exchange;
    const before = received.length;
    // Without sockets nothing else keeps the process while the gateway waits for a clock.
    const alive = setInterval(() => undefined, aliveMs);
    const response = await this.#serverOf(isOperator)
      .inject(request)
      .finally(() => clearInterval(alive));
    const status = response.statusCode;
    const isJson = response.headers['content-type']?.toString().startsWith('application/json') === true;
    const body: unknown = isJson && response.payload !== '' ? JSON.parse(response.payload) : response.payload;
    if (status >= 400 && isJson && response.payload !== '') assertIsError(body, errorTable, status);
    for (const [command, argument] of received.slice(before)) assertCanBeSent(command, argument);
    return { status, body, headers: response.headers };
  }

  #serverOf(isOperator: boolean): GatewayParts['server'] {
    return isOperator ? this.#parts.operatorServer : this.#parts.server;
  }

  /** The headers of a request of the key's owner. */
  signature(method: string, pathWithQuery: string, body: string): Record<string, string> {
    const request = { method, pathWithQuery, body, timestamp: String(Date.now()) };
    return signedHeaders(apiKey.keyId, apiKey.secret, { ...request, nonce: String(++this.#signed) });
  }

  /** Sends messages on a new stream and ends it; returns what it answered. */
  async stream(
    messagesFor: (login: StreamLogin) => readonly { readonly data: Buffer; readonly isBinary: boolean }[],
  ): Promise<unknown[]> {
    const socket = new LooseSocket();
    const { streams } = this.#parts;
    const before = streams.counts.sockets;
    const claim = { source: 'fuzzer', address: '127.0.0.1', keyId: undefined, trust: new ShownKeys() };
    streams.add(socket as unknown as WebSocket, claim, undefined);
    socket.emit('message', Buffer.from('{"challenge":1}'), false);
    await turn();
    const { challenge } = JSON.parse(socket.sent.shift()!) as { readonly challenge: string };
    for (const { data, isBinary } of messagesFor(streamLogin(apiKey, challenge))) {
      if (!socket.isClosed) socket.emit('message', data, isBinary);
      await turn();
    }
    await turn();
    const { subscriptions } = streams.counts;
    if (!socket.isClosed) socket.close();
    assert.equal(streams.counts.sockets, before, 'a stream that is closed is forgotten');
    assert.equal(streams.counts.subscriptions, 0, 'no subscription outlives its stream');
    assert.ok(subscriptions <= 66, 'subscriptions of a stream are bounded');
    return socket.sent.map((text) => JSON.parse(text) as unknown);
  }
}

/** The same exchange for an operator: what cannot be encoded fails there, as in the SDK. */
function encoding(exchange: SmallExchange): SmallExchange {
  return new Proxy(exchange, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...given: readonly unknown[]) => {
        if (Object.hasOwn(commandsByName, name)) assertCanBeSent(String(name), given[0]);
        return member.apply(target, given) as unknown;
      };
    },
  });
}

/** Lets everything run that waits for no clock. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** An error is one of a table of its face, with the status that is there, if any; and never our own failure. */
export function assertIsError(
  body: unknown,
  table: Readonly<Record<string, { readonly status?: number }>>,
  status?: number,
): void {
  const { error } = body as { error?: Readonly<Record<string, unknown>> };
  const code = String(error?.['code']);
  assert.ok(Object.hasOwn(table, code), `an error has a code of the table: ${JSON.stringify(body)}`);
  assert.notEqual(code, 'internalError', 'no input makes the gateway itself fail');
  if (status !== undefined) assert.equal(status, table[code]?.status, 'an error has the status of its code');
  const { message, hint } = error as { readonly message: string; readonly hint: string };
  assert.ok(message.length > 0 && message.length <= messageCharsMax, `a message is short: ${message}`);
  assert.ok(hint.length > 0, 'an error says what to do');
}

/** What admission let pass, the SDK can encode: the exchange's own limits hold for it. */
export function assertCanBeSent(command: string, argument: unknown): void {
  encodeCommand({ ...(argument as object), command } as Command);
}
