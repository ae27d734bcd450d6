/**
 * One socket of `/v1/stream`: reads requests, writes what the hub sends, and ends where its reader is silent, too slow
 * or goes on talking nonsense. A request that is wrong or beyond a bound gets an error, and the stream goes on.
 */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Credentials } from '../admission/authentication.ts';
import type { HeldKey } from '../admission/keys.ts';
import type { Instrument } from '../admission/orders.ts';
import type { Claim } from '../admission/rates.ts';
import { bodyBytesMax, RequestError } from '../admission/refusals.ts';
import type { GatewayCore } from '../core.ts';
import { errorAnswer, executionAnswer } from '../exchange/answers.ts';
import type { Feed } from '../exchange/feed.ts';
import { type ResumePosition, StreamExecutions } from './executions.ts';
import type { Hub, StreamSubscriber } from './hub.ts';
import {
  type CloseReason,
  closeCodes,
  closeTexts,
  type MessageType,
  nonsenseMax,
  requestsWaitingMax,
  streamContent,
} from './manual.ts';
import { keyHasChanged, StreamError, type StreamFailure } from './refusals.ts';
import {
  type Auth,
  costOf,
  howToLogIn,
  type RefusedPart,
  type RequestId,
  readStreamRequest,
  refusal,
  type StreamRequest,
  type Topics,
} from './requests.ts';

/** A closed socket is dropped when its reader took nothing for so long, or not all after so many of these times. */
const closeTimeoutMs = 3000;
const closeTimeoutsMax = 4;
const nonsenseForgivenMs = 1000;
/** What a message takes beside its text while it waits: its frame, and its place in two lists. */
const messageBytes = 512;
const messageBytesMin = 32;

/** What a stream needs of all streams together. */
export interface StreamHost {
  readonly core: GatewayCore;
  readonly hub: Hub;
  readonly feed: Feed;
  /** The key of signed credentials for a stream; `content` is what they sign. */
  authenticate(stream: Stream, claim: Claim, credentials: Credentials, content: string): HeldKey;
  /** It has no key, or none that counts any more: it goes on with the place of a stranger, or is cut. */
  disown(stream: Stream, claim: Claim, reason: CloseReason): void;
  /** It has ended: its place is free, and what its reader has not taken is dropped soon. */
  remove(stream: Stream): void;
  /** So many bytes more may wait for a reader. */
  sent(bytes: number): void;
  /** Before fills are asked for again that no replica gave. */
  pause(): Promise<void>;
}

export class Stream implements StreamSubscriber {
  readonly #socket: WebSocket;
  readonly #streams: StreamHost;
  readonly #books = new Map<string, number>();
  readonly #trades = new Map<string, number>();
  #executions: StreamExecutions | undefined;
  #hasCluster = false;
  #hasModes = false;
  readonly #claim: Claim;
  #key: HeldKey | undefined;
  /** By when it must have logged in, where it holds the place of a key that signed its upgrade. */
  #loginByMs = Number.POSITIVE_INFINITY;
  /** What a login of this stream alone is signed with. */
  #challenge: string | undefined;
  #isAlive = true;
  #isCut = false;
  /** Requests are carried out one after the other, in the order in which they came. */
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #nonsense = 0;
  #nonsenseMs = 0;
  #sentChars = 0;
  /** Messages that the system has not taken. */
  #unsent = 0;
  /** Bytes that the reader has taken when it last took some, and when that was. */
  #takenBytes = 0;
  #takenMs = performance.now();
  #subscribedMs = performance.now();

  constructor(socket: WebSocket, streams: StreamHost, claim: Claim, isPlaceOfKey: boolean) {
    this.#socket = socket;
    this.#claim = claim;
    this.#streams = streams;
    if (isPlaceOfKey) this.#loginByMs = performance.now() + streams.core.limits.streamLoginMsMax;
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('ping', () => this.#charged(1));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#fail());
  }

  get subscriptions(): number {
    const flags = Number(this.#executions !== undefined) + Number(this.#hasCluster) + Number(this.#hasModes);
    return this.#books.size + this.#trades.size + flags;
  }

  /** Bytes that wait for the reader. */
  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** The memory of all that is held for the reader, in its socket and behind the fills that it waits for. */
  get heldBytes(): number {
    // The count of this turn of the event loop comes in the next one.
    const unsent = Math.min(this.#unsent, this.waitingBytes / messageBytesMin);
    return this.waitingBytes + unsent * messageBytes + (this.#executions?.heldBytes ?? 0);
  }

  /** It has ended, and its reader may still take what waits. */
  get hasEnded(): boolean {
    return this.#isCut;
  }

  send(text: string): void {
    if (this.#isCut) return;
    if (this.waitingBytes > this.#streams.core.limits.streamBufferBytesMax) {
      this.cut('tooSlow');
      return;
    }
    this.#sentChars += text.length;
    this.#unsent++;
    this.#streams.core.metrics.streamMessages.inc({ direction: 'out' });
    this.#socket.send(text, this.#onTaken);
    this.#streams.sent(text.length + messageBytes);
  }

  readonly #onTaken = (): void => {
    this.#unsent--;
  };

  /** Asks for a sign of life; cuts a reader that gave none since the last time. */
  ping(): void {
    if (!this.#isAlive) {
      this.cut('silent');
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** Ends the stream where for long nothing was taken of what waits, nothing was subscribed, or no login came. */
  check(nowMs: number): void {
    const { standstillMsMax, streamIdleMsMax } = this.#streams.core.limits;
    const { waitingBytes } = this;
    const takenBytes = this.#sentChars - waitingBytes;
    if (waitingBytes === 0 || takenBytes > this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.#takenMs = nowMs;
    } else if (nowMs - this.#takenMs >= standstillMsMax) this.cut('tooSlow');
    if (nowMs >= this.#loginByMs) {
      this.#loginByMs = Number.POSITIVE_INFINITY;
      this.#streams.disown(this, this.#claim, 'notLoggedIn');
    }
    if (this.subscriptions > 0) this.#subscribedMs = nowMs;
    else if (nowMs - this.#subscribedMs >= streamIdleMsMax) this.cut('idle');
  }

  /** Ends the executions of a key that may not read from there any more, or whose accounts have changed. */
  checkKey(): void {
    if (this.#key === undefined) return;
    const { core } = this.#streams;
    const error = core.refusalToRead(this.#key, this.#claim.address);
    if (error === undefined && core.hasSameAccounts(this.#key)) return;
    this.#key = undefined;
    this.#readModes();
    if (error !== undefined) this.#streams.disown(this, this.#claim, 'keyOver');
    if (this.#executions === undefined) return;
    this.#endExecutions();
    this.#sayError(error ?? new StreamError('notAuthenticated', {}, keyHasChanged));
    this.#say('subscriptions', { ...this.#topics(), refused: [] });
  }

  cut(reason: CloseReason): void {
    if (this.#isCut) return;
    this.#streams.core.metrics.streamsCut.inc({ reason });
    this.#socket.close(closeCodes[reason], closeTexts[reason]);
    this.#end();
    this.#dropWhenRead(this.waitingBytes, closeTimeoutsMax);
  }

  /** Ends the socket, whatever waits. */
  drop(): void {
    this.#socket.terminate();
  }

  /** The close frame is behind what waits: a reader that goes on reading comes to it. */
  #dropWhenRead(waitingBytes: number, times: number): void {
    setTimeout(() => {
      const isRead = this.waitingBytes > 0 && this.waitingBytes < waitingBytes;
      if (isRead && times > 1) this.#dropWhenRead(this.waitingBytes, times - 1);
      else this.drop();
    }, closeTimeoutMs).unref();
  }

  /** What came is no frame, or the way is broken; the server ends the connection. */
  #fail(): void {
    if (!this.#isCut) this.#streams.core.metrics.streamsCut.inc({ reason: 'broken' });
    this.#end();
  }

  #end(): void {
    this.#isCut = true;
    this.#endExecutions();
    this.#streams.remove(this);
  }

  #say(type: MessageType, fields: object): void {
    this.send(JSON.stringify({ type, ...fields }));
  }

  #sayError(error: StreamFailure, id?: RequestId): void {
    this.#say('error', { ...withId(id), ...errorAnswer(error) });
  }

  /** Fills that were promised do not come yet. */
  #sayLate({ code, message }: StreamFailure): void {
    const text = `Earlier executions do not come yet, and are asked for again: ${message}`;
    this.#sayError(new StreamError(code, { field: 'executions' }, text));
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#isCut) return;
    this.#isAlive = true;
    this.#streams.core.metrics.streamMessages.inc({ direction: 'in' });
    if (!this.#charged(1)) return;
    let request: StreamRequest;
    try {
      if (data.length > bodyBytesMax) {
        const text = `The message has ${data.length} bytes; at most ${bodyBytesMax} are read.`;
        throw new StreamError('bodyTooLarge', {}, text);
      }
      if (isBinary)
        throw new StreamError('malformedJson', {}, 'Send JSON in text messages, not in binary ones.');
      request = readStreamRequest(data.toString('utf8'));
    } catch (error) {
      return this.#onNonsense(error as StreamFailure);
    }
    if (!this.#charged(costOf(request), request.id)) return;
    if (this.#waiting >= requestsWaitingMax) {
      const text = `${requestsWaitingMax} messages of this stream wait for their answers; this one was not carried out.`;
      return this.#sayError(new StreamError('tooManyMessages', {}, text), request.id);
    }
    this.#waiting++;
    this.#work = this.#work
      .then(() => this.#carryOut(request))
      .catch((error: unknown) => this.#sayError(this.#errorOf(error), request.id))
      .finally(() => {
        this.#waiting--;
      });
  }

  /** Whether a message, or what it asks for, is within the rate of all streams of its key or source. */
  #charged(cost: number, id?: RequestId): boolean {
    if (this.#isCut) return false;
    const { core } = this.#streams;
    try {
      core.entrance.streamed({ ...this.#claim, keyId: this.#key?.keyId }, cost);
      return true;
    } catch (error) {
      this.#onNonsense(this.#errorOf(error), id);
      return false;
    }
  }

  /** One more message that is not understood, or not taken; too many of them soon end the stream. */
  #onNonsense(error: StreamFailure, id?: RequestId): void {
    const nowMs = performance.now();
    const forgiven = Math.floor((nowMs - this.#nonsenseMs) / nonsenseForgivenMs);
    this.#nonsense = Math.max(0, this.#nonsense - forgiven) + 1;
    this.#nonsenseMs = nowMs;
    this.#sayError(error, id);
    if (this.#nonsense > nonsenseMax) this.cut('nonsense');
  }

  async #carryOut({
    id,
    isPing,
    wantsChallenge,
    auth,
    subscribe,
    unsubscribe,
    ...wrong
  }: StreamRequest): Promise<void> {
    if (this.#isCut) return;
    for (const error of wrong.errors) this.#sayError(error, id);
    if (isPing) this.#say('pong', { ...withId(id), timeMs: Date.now() });
    if (wantsChallenge) {
      this.#challenge = randomUUID();
      this.#say('challenge', { ...withId(id), challenge: this.#challenge });
    }
    const hasEnded = auth !== undefined && (await this.#authenticate(auth, id));
    if (unsubscribe !== undefined) this.#unsubscribe(unsubscribe);
    if (subscribe === undefined && unsubscribe === undefined && !hasEnded) return;
    const refused = [...wrong.refused];
    if (subscribe !== undefined) {
      await this.#subscribeBooks(subscribe, refused);
      const { fromSeq, afterN, executions, cluster, modes } = subscribe;
      const from =
        fromSeq === undefined ? undefined : { fromSeq, ...(afterN === undefined ? {} : { afterN }) };
      if (executions === true) await this.#subscribeExecutions(from, refused);
      if (cluster === true && !this.#hasCluster && !this.#isCut) this.#subscribeCluster(refused);
      if (modes === true && !this.#hasModes) await this.#subscribeModes(refused);
    }
    if (this.#isCut) return;
    this.#say('subscriptions', { ...withId(id), ...this.#topics(), refused });
  }

  /** Returns whether this ended the executions of another key. */
  async #authenticate({ challenge, ...credentials }: Auth, id: RequestId | undefined): Promise<boolean> {
    try {
      this.#useUp(challenge);
      const key = this.#streams.authenticate(this, this.#claim, credentials, streamContent(challenge));
      const hasEnded = this.#executions !== undefined && this.#key?.keyId !== key.keyId;
      if (hasEnded) this.#endExecutions();
      this.#key = key;
      this.#loginByMs = Number.POSITIVE_INFINITY;
      this.#readModes();
      this.#say('authenticated', { ...withId(id), key: key.keyId, accountIds: key.accountIds });
      return hasEnded;
    } catch (error) {
      this.#sayError(await this.#streams.core.confirmed(this.#errorOf(error)), id);
      return false;
    }
  }

  #useUp(challenge: string): void {
    const isOurs = challenge === this.#challenge;
    this.#challenge = undefined;
    if (isOurs) return;
    const text = `"challenge" is not the last one of this stream, or was used. ${howToLogIn}`;
    throw new StreamError('invalidField', { field: 'challenge' }, text);
  }

  async #subscribeBooks(topics: Partial<Topics>, refused: RefusedPart[]): Promise<void> {
    const { hub, feed, core } = this.#streams;
    const named = [
      ...(topics.book ?? []).map((symbol) => ({ channel: 'book', symbol }) as const),
      ...(topics.trades ?? []).map((symbol) => ({ channel: 'trades', symbol }) as const),
    ];
    for (const { channel, symbol } of named) {
      const known = channel === 'book' ? this.#books : this.#trades;
      if (known.has(symbol)) continue;
      try {
        this.#requireRoom();
        const instrument = await core.instruments.bySymbol(symbol);
        await feed.ready();
        if (this.#isCut) return;
        known.set(symbol, instrument.instrumentId);
        if (channel === 'book') hub.subscribeBook(this, instrument);
        else hub.subscribeTrades(this, instrument);
      } catch (error) {
        refused.push(refusal(channel, this.#errorOf(error), symbol));
      }
    }
  }

  async #subscribeExecutions(from: ResumePosition | undefined, refused: RefusedPart[]): Promise<void> {
    const { hub, feed, core } = this.#streams;
    try {
      if (this.#key === undefined) throw new StreamError('notAuthenticated');
      const error = core.refusalToRead(this.#key, this.#claim.address);
      if (error !== undefined) throw error;
      if (this.#executions !== undefined && from === undefined) return;
      if (this.#executions === undefined) this.#requireRoom();
      await feed.ready();
      if (this.#isCut) return;
      this.#endExecutions();
      // It may have ended meanwhile.
      if (this.#key === undefined) throw new StreamError('notAuthenticated');
      const { accountIds, keyId } = this.#key;
      const executions = new StreamExecutions({
        accountIds,
        fills: (filter) => core.query(() => feed.fills(filter), keyId),
        seenSeq: () => hub.seenSeq,
        textOf: async (event) => {
          const instrument: Instrument = await core.instruments.byId(event.instrumentId);
          return JSON.stringify(executionAnswer(event, instrument));
        },
        send: (type, fields) => this.#say(type, fields),
        sendText: (text) => this.send(text),
        pause: () => this.#streams.pause(),
        onFailure: (error) => this.#sayLate(this.#errorOf(error)),
        onAhead: (...seqs) => this.#refuseAhead(...seqs),
        onOverflow: () => this.cut('tooSlow'),
      });
      this.#executions = executions;
      hub.subscribeExecutions(executions, accountIds);
      executions.start(from);
    } catch (error) {
      refused.push(refusal('executions', await this.#streams.core.confirmed(this.#errorOf(error))));
    }
  }

  /** Live executions alone would look as if nothing was missed. */
  #refuseAhead(fromSeq: number, appliedSeq: number): void {
    this.#endExecutions();
    const text = `"fromSeq" is ${fromSeq}, and the exchange is at seq ${appliedSeq}: the executions end.`;
    const error = new StreamError('aheadOfExchange', { field: 'fromSeq' }, text);
    this.#say('subscriptions', { ...this.#topics(), refused: [refusal('executions', error)] });
  }

  #subscribeCluster(refused: RefusedPart[]): void {
    try {
      this.#requireRoom();
    } catch (error) {
      return void refused.push(refusal('cluster', this.#errorOf(error)));
    }
    this.#hasCluster = true;
    this.#streams.hub.subscribeLeadership(this);
  }

  async #subscribeModes(refused: RefusedPart[]): Promise<void> {
    try {
      this.#requireRoom();
      await this.#streams.feed.ready();
      if (this.#isCut) return;
      this.#hasModes = true;
      this.#readModes();
    } catch (error) {
      refused.push(refusal('modes', this.#errorOf(error)));
    }
  }

  /** Begins to read modes, those of the accounts of the key too, where modes are subscribed. */
  #readModes(): void {
    if (this.#hasModes && !this.#isCut) this.#streams.hub.modes.add(this, this.#key?.accountIds ?? []);
  }

  #requireRoom(): void {
    const { subscriptionsPerStreamMax: most } = this.#streams.core.limits;
    if (this.subscriptions < most) return;
    throw new StreamError('tooManySubscriptions', {}, `A stream has at most ${most} subscriptions.`);
  }

  #endExecutions(): void {
    if (this.#executions === undefined) return;
    this.#executions.stop();
    this.#streams.hub.unsubscribeExecutions(this.#executions);
    this.#executions = undefined;
  }

  #unsubscribe(topics: Partial<Topics>): void {
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
    if (topics.executions === true) this.#endExecutions();
    if (topics.cluster === true) {
      this.#hasCluster = false;
      hub.unsubscribeLeadership(this);
    }
    if (topics.modes === true) {
      this.#hasModes = false;
      hub.modes.remove(this);
    }
  }

  #topics(): Topics {
    return {
      book: [...this.#books.keys()],
      trades: [...this.#trades.keys()],
      executions: this.#executions !== undefined,
      cluster: this.#hasCluster,
      modes: this.#hasModes,
    };
  }

  #errorOf(error: unknown): StreamFailure {
    if (error instanceof RequestError) return error;
    this.#streams.core.log.error({ err: error }, 'a stream request failed');
    return new StreamError('internalError');
  }
}

function withId(id: RequestId | undefined): { readonly id?: RequestId } {
  return id === undefined ? {} : { id };
}
