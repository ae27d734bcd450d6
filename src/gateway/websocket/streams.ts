/** All streams of a gateway: room for them, signs of life, and bounds that hold for all of them together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { ApiKey, Credentials } from '../admission/authentication.ts';
import type { GatewayCore } from '../core.ts';
import type { Feed } from '../exchange/feed.ts';
import type { Hub } from './hub.ts';
import { type CloseReason, streamContent } from './manual.ts';
import { Stream, type StreamHost } from './stream.ts';

const checkIntervalMs = 500;
/** Before fills are asked for again that no replica gave. */
const pauseMs = 100;
/** Of the places for streams, those that callers without a key may take. */
const anonymousShare = 0.75;

/** A stream only reads, so it does not matter whether its reader is gone. */
const isReading = (): boolean => false;

export class Streams implements StreamHost {
  readonly core: GatewayCore;
  readonly hub: Hub;
  readonly feed: Feed;
  readonly #streams = new Set<Stream>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(core: GatewayCore, hub: Hub, feed: Feed) {
    this.core = core;
    this.hub = hub;
    this.feed = feed;
    const { streamPingIntervalMs, streamHeartbeatIntervalMs } = core.limits;
    const pingAll = (): void => {
      for (const stream of this.#streams) stream.ping();
    };
    this.#timers = [
      setInterval(pingAll, streamPingIntervalMs),
      setInterval(() => this.#beat(), streamHeartbeatIntervalMs),
      setInterval(() => this.#check(), checkIntervalMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  get counts(): { readonly sockets: number; readonly subscriptions: number } {
    let subscriptions = 0;
    for (const stream of this.#streams) subscriptions += stream.subscriptions;
    return { sockets: this.#streams.size, subscriptions };
  }

  /** Whether there is room for another stream. */
  hasRoom(isSigned: boolean): boolean {
    const { streamsMax } = this.core.limits;
    return this.#streams.size < (isSigned ? streamsMax : Math.ceil(anonymousShare * streamsMax));
  }

  /** Takes an upgraded socket; `key` is that of a signed upgrade. */
  add(socket: WebSocket, key: ApiKey | undefined): void {
    this.#streams.add(new Stream(socket, this, key));
  }

  /** The key of signed credentials for the stream. */
  authenticate(credentials: Credentials): ApiKey {
    return this.core.authenticate(this.core.arrived(isReading), credentials, streamContent).key;
  }

  remove(stream: Stream): void {
    this.#streams.delete(stream);
    this.hub.remove(stream);
  }

  pause(): Promise<void> {
    return sleep(pauseMs, undefined, { ref: false });
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.cutAll('goingAway');
  }

  cutAll(reason: CloseReason): void {
    for (const stream of [...this.#streams]) stream.cut(reason);
  }

  #beat(): void {
    const { mode, leaderId, term } = this.core.leadership();
    const text = JSON.stringify({ type: 'heartbeat', timeMs: Date.now(), mode, leaderId, term });
    for (const stream of this.#streams) stream.send(text);
  }

  #check(): void {
    const nowMs = performance.now();
    let bytes = 0;
    for (const stream of this.#streams) {
      stream.check(nowMs);
      bytes += stream.waitingBytes;
    }
    const { streamsBufferBytesMax } = this.core.limits;
    if (bytes <= streamsBufferBytesMax) return;
    const slowest = [...this.#streams].sort((a, b) => b.waitingBytes - a.waitingBytes);
    for (const stream of slowest) {
      if (bytes <= streamsBufferBytesMax) return;
      bytes -= stream.waitingBytes;
      stream.cut('tooSlow');
    }
  }
}
