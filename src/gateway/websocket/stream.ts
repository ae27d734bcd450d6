/**
 * The sockets of `/v1/stream`: reads requests, writes what the hub sends, and cuts readers that are silent, too slow
 * or talk nonsense. Sockets, subscriptions and bytes that wait are all bounded.
 */
import type { WebSocket } from 'ws';
import type { Feed } from '../feed/feed.ts';
import type { ApiKey, Credentials } from '../http/authentication.ts';
import { type ErrorCode, RequestError } from '../http/errors.ts';
import { streamPath } from '../http/signature.ts';
import type { Service } from '../service.ts';
import { bodyBytesMax } from '../settings.ts';
import type { Hub, Subscriber } from './hub.ts';
import { readStreamRequest, type StreamRequest, type Topics } from './requests.ts';

/** Why the gateway closed a stream; below 4000 as in RFC 6455, section 7.4.1. */
const closeCodes = {
  goingAway: 1001,
  badMessage: 1008,
  tooLarge: 1009,
  tooSlow: 4001,
  silent: 4002,
} as const;
type CloseReason = keyof typeof closeCodes;

const closeTexts: Readonly<Record<CloseReason, string>> = {
  goingAway: 'the gateway closes; connect again',
  badMessage: 'a message was not understood',
  tooLarge: `a message was larger than ${bodyBytesMax} bytes`,
  tooSlow: 'too much was waiting to be read; connect again and read faster, or subscribe to less',
  silent: 'no answer to a ping',
};

/** Until a closed socket that does not answer is dropped. */
const closeTimeoutMs = 1000;
/** Requests of one stream that may wait for an instrument to be found. */
const requestsWaitingMax = 16;

class Stream implements Subscriber {
  readonly #socket: WebSocket;
  readonly #streams: Streams;
  readonly #books = new Map<string, number>();
  readonly #trades = new Map<string, number>();
  #hasExecutions = false;
  #hasCluster = false;
  #key: ApiKey | undefined;
  #isAlive = true;
  #isCut = false;
  /** Requests are carried out one after the other, in the order in which they came. */
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(socket: WebSocket, streams: Streams, key: ApiKey | undefined) {
    this.#socket = socket;
    this.#streams = streams;
    this.#key = key;
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#fail());
  }

  get subscriptions(): number {
    return this.#books.size + this.#trades.size + Number(this.#hasExecutions) + Number(this.#hasCluster);
  }

  send(text: string): void {
    if (this.#isCut) return;
    if (this.#socket.bufferedAmount > this.#streams.service.limits.streamBufferBytesMax) {
      this.cut('tooSlow');
      return;
    }
    this.#streams.service.metrics.streamMessages.inc({ direction: 'out' });
    this.#socket.send(text);
  }

  /** Asks for a sign of life; cuts a reader that gave none since the last time. */
  ping(): void {
    if (!this.#isAlive) {
      this.cut('silent');
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  cut(reason: CloseReason): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#streams.service.metrics.streamsCut.inc({ reason });
    this.#streams.remove(this);
    this.#socket.close(closeCodes[reason], closeTexts[reason]);
    setTimeout(() => this.#socket.terminate(), closeTimeoutMs).unref();
  }

  /** What came is no frame, or the way is broken; the server ends the connection. */
  #fail(): void {
    if (!this.#isCut) this.#streams.service.metrics.streamsCut.inc({ reason: 'broken' });
    this.#end();
  }

  #end(): void {
    this.#isCut = true;
    this.#streams.remove(this);
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#isCut) return;
    this.#isAlive = true;
    this.#streams.service.metrics.streamMessages.inc({ direction: 'in' });
    if (data.length > bodyBytesMax) {
      this.#sendError(new RequestError('bodyTooLarge', {}, closeTexts.tooLarge));
      this.cut('tooLarge');
      return;
    }
    const request = isBinary ? undefined : readStreamRequest(data.toString('utf8'));
    if (request === undefined || !request.ok || this.#waiting >= requestsWaitingMax) {
      const field = request?.ok === false && request.field !== '' ? { field: request.field } : {};
      const message = request?.ok === false ? request.message : 'Send JSON text, and wait for answers.';
      this.#sendError(new RequestError('invalidField', field, message));
      this.cut('badMessage');
      return;
    }
    this.#waiting++;
    this.#work = this.#work
      .then(() => this.#carryOut(request.value))
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#waiting--;
      });
  }

  async #carryOut({ auth, subscribe, unsubscribe }: StreamRequest): Promise<void> {
    if (this.#isCut) return;
    if (auth !== undefined) {
      this.#key = this.#streams.authenticate(auth);
      this.send(
        JSON.stringify({ type: 'authenticated', key: this.#key.keyId, accountIds: this.#key.accountIds }),
      );
    }
    if (unsubscribe !== undefined) this.#unsubscribe(unsubscribe);
    if (subscribe !== undefined) await this.#subscribe(subscribe);
    if (this.#isCut || (subscribe === undefined && unsubscribe === undefined)) return;
    this.send(JSON.stringify({ type: 'subscriptions', ...this.#topics() }));
  }

  async #subscribe(topics: Topics): Promise<void> {
    const { hub, feed, service } = this.#streams;
    if (topics.executions === true && this.#key === undefined) throw new RequestError('notAuthenticated');
    const named = [
      ...(topics.book ?? []).map((symbol) => ({ kind: 'book', symbol }) as const),
      ...(topics.trades ?? []).map((symbol) => ({ kind: 'trades', symbol }) as const),
    ];
    for (const { kind, symbol } of named) {
      const known = kind === 'book' ? this.#books : this.#trades;
      if (known.has(symbol)) continue;
      if (this.subscriptions >= service.limits.subscriptionsPerStreamMax) {
        throw new RequestError('tooManySubscriptions', { field: kind });
      }
      const units = await service.unitsOfSymbol(symbol);
      await feed.ready();
      if (this.#isCut) return;
      known.set(symbol, units.instrumentId);
      if (kind === 'book') hub.subscribeBook(this, units);
      else hub.subscribeTrades(this, units);
    }
    if (topics.executions === true && this.#key !== undefined && !this.#hasExecutions) {
      await feed.ready();
      if (this.#isCut) return;
      this.#hasExecutions = true;
      hub.subscribeExecutions(this, this.#key.accountIds);
    }
    if (topics.cluster === true && !this.#hasCluster) {
      this.#hasCluster = true;
      hub.subscribeLeadership(this);
    }
  }

  #unsubscribe(topics: Topics): void {
    const { hub } = this.#streams;
    for (const symbol of topics.book ?? []) {
      const instrumentId = this.#books.get(symbol);
      if (instrumentId !== undefined) hub.unsubscribeBook(this, instrumentId);
      this.#books.delete(symbol);
    }
    for (const symbol of topics.trades ?? []) {
      const instrumentId = this.#trades.get(symbol);
      if (instrumentId !== undefined) hub.unsubscribeTrades(this, instrumentId);
      this.#trades.delete(symbol);
    }
    if (topics.executions === true) {
      this.#hasExecutions = false;
      hub.unsubscribeExecutions(this);
    }
    if (topics.cluster === true) {
      this.#hasCluster = false;
      hub.unsubscribeLeadership(this);
    }
  }

  #topics(): Required<Topics> {
    return {
      book: [...this.#books.keys()],
      trades: [...this.#trades.keys()],
      executions: this.#hasExecutions,
      cluster: this.#hasCluster,
    };
  }

  #onFailure(error: unknown): void {
    if (error instanceof RequestError) {
      this.#sendError(error);
      return;
    }
    this.#streams.service.upstream.log.error({ err: error }, 'a stream request failed');
    this.#sendError(new RequestError('internalError'));
  }

  #sendError(error: RequestError): void {
    this.send(JSON.stringify({ type: 'error', ...error.body() }));
  }
}

/** All streams of a gateway. */
export class Streams {
  readonly service: Service;
  readonly hub: Hub;
  readonly feed: Feed;
  readonly #streams = new Set<Stream>();
  readonly #pingTimer: NodeJS.Timeout;

  constructor(service: Service, hub: Hub, feed: Feed) {
    this.service = service;
    this.hub = hub;
    this.feed = feed;
    this.#pingTimer = setInterval(() => {
      for (const stream of this.#streams) stream.ping();
    }, service.limits.streamPingIntervalMs);
    this.#pingTimer.unref();
  }

  get counts(): { readonly sockets: number; readonly subscriptions: number } {
    let subscriptions = 0;
    for (const stream of this.#streams) subscriptions += stream.subscriptions;
    return { sockets: this.#streams.size, subscriptions };
  }

  /** Before the upgrade: throws when there is no room for another stream. */
  requireRoom(): void {
    const code: ErrorCode = 'tooManyStreams';
    if (this.#streams.size < this.service.limits.streamsMax) return;
    this.service.metrics.streamsRefused.inc({ reason: code });
    throw new RequestError(code);
  }

  /** Takes an upgraded socket; `key` is that of a signed upgrade. */
  add(socket: WebSocket, key: ApiKey | undefined): void {
    this.#streams.add(new Stream(socket, this, key));
  }

  /** The key of signed credentials for the stream. */
  authenticate(credentials: Credentials): ApiKey {
    return this.service.authenticate(credentials, { method: 'GET', pathWithQuery: streamPath, body: '' });
  }

  remove(stream: Stream): void {
    this.#streams.delete(stream);
    this.hub.remove(stream);
  }

  close(): void {
    clearInterval(this.#pingTimer);
    for (const stream of [...this.#streams]) stream.cut('goingAway');
  }
}
