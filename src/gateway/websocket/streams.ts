/** All streams of a gateway: room for them, signs of life, and bounds that hold for all of them together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Credentials } from '../admission/authentication.ts';
import type { HeldKey } from '../admission/keys.ts';
import type { Claim } from '../admission/rates.ts';
import { CoreError } from '../admission/refusals.ts';
import { type StreamOwner, StreamRoom } from '../admission/stream-room.ts';
import type { GatewayCore } from '../core.ts';
import type { Feed } from '../exchange/feed.ts';
import type { Hub } from './hub.ts';
import type { CloseReason } from './manual.ts';
import { Stream, type StreamHost } from './stream.ts';

const checkIntervalMs = 500;
/** Before fills are asked for again that no replica gave. */
const pauseMs = 100;
/** What may be left of the bound on all that waits, so that the next look is not the next message. */
const keptPart = 3 / 4;
/** Try again later, in the IANA's registry of close codes. */
const noRoomCode = 1013;
const noRoomText = 'The key has as many streams as it may have, so this one stays without it.';

/** A stream only reads, so it does not matter whether its reader is gone. */
const isReading = (): boolean => false;

export class Streams implements StreamHost {
  readonly core: GatewayCore;
  readonly hub: Hub;
  readonly feed: Feed;
  readonly #streams = new Set<Stream>();
  /** All whose sockets are open: those that have ended, too, while their readers take what waits. */
  readonly #open = new Set<Stream>();
  /** Bytes that waited in all of them at the last look, and that were sent since. */
  #waitedBytes = 0;
  #sentBytes = 0;
  readonly #room: StreamRoom;
  /** Whose place each stream has. */
  readonly #owners = new Map<Stream, StreamOwner>();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(core: GatewayCore, hub: Hub, feed: Feed) {
    this.core = core;
    this.hub = hub;
    this.feed = feed;
    this.#room = new StreamRoom(core.limits);
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
    core.onKeys = () => {
      for (const stream of this.#streams) stream.checkKey();
    };
  }

  get counts(): { readonly sockets: number; readonly subscriptions: number; readonly waitingBytes: number } {
    let subscriptions = 0;
    for (const stream of this.#streams) subscriptions += stream.subscriptions;
    let waitingBytes = 0;
    for (const stream of this.#open) waitingBytes += stream.heldBytes;
    return { sockets: this.#streams.size, subscriptions, waitingBytes };
  }

  /** Whether there is room for another stream, of a key or without one. */
  hasRoom(claim: Claim, key: HeldKey | undefined): boolean {
    const owner = ownerOf(claim, key);
    if (!this.#room.take(owner)) return false;
    this.#room.giveBack(owner);
    return true;
  }

  /** Takes an upgraded socket; `key` signed the upgrade, which gives it a place of that key and nothing else. */
  add(socket: WebSocket, claim: Claim, key: HeldKey | undefined): void {
    const owner = ownerOf(claim, key);
    // Others may have come since room was seen.
    if (!this.#room.take(owner)) return socket.close(noRoomCode);
    const stream = new Stream(socket, this, claim, key !== undefined);
    this.#streams.add(stream);
    this.#open.add(stream);
    socket.on('close', () => this.#open.delete(stream));
    this.#owners.set(stream, owner);
  }

  /** The key of signed credentials for a stream, which from then on has a place of that key. */
  authenticate(
    stream: Stream,
    { source, address, trust }: Claim,
    credentials: Credentials,
    content: string,
  ): HeldKey {
    const { core } = this;
    const claim = {
      source,
      address,
      trust,
      keyId: core.keyIdOf(credentials.key),
    };
    const { key } = core.authenticate(core.arrived(claim, 'query', isReading), credentials, content);
    const before = this.#owners.get(stream);
    const owner = ownerOf(claim, key);
    if (before === undefined || ('keyId' in before && before.keyId === key.keyId)) return key;
    if (!this.#room.take(owner)) throw new CoreError('gatewayBusy', {}, noRoomText);
    this.#room.giveBack(before);
    this.#owners.set(stream, owner);
    return key;
  }

  disown(stream: Stream, { source }: Claim, reason: CloseReason): void {
    const before = this.#owners.get(stream);
    if (before === undefined || 'source' in before) return;
    const owner = { source };
    const hasPlace = this.#room.take(owner);
    if (hasPlace) {
      this.#room.giveBack(before);
      this.#owners.set(stream, owner);
    } else stream.cut(reason);
  }

  remove(stream: Stream): void {
    const owner = this.#owners.get(stream);
    this.#owners.delete(stream);
    if (owner !== undefined) this.#room.giveBack(owner);
    this.#streams.delete(stream);
    this.hub.remove(stream);
  }

  /** What waits is looked at when it may be too much; between two looks it cannot have grown by more than was sent. */
  sent(bytes: number): void {
    this.#sentBytes += bytes;
    if (this.#waitedBytes + this.#sentBytes > this.core.limits.streamsBufferBytesMax) this.#bound();
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
    const { mode, leaderId, term, epoch } = this.core.leadership();
    const { exchangeId } = this.core;
    const text = JSON.stringify({
      type: 'heartbeat',
      timeMs: Date.now(),
      exchangeId,
      mode,
      leaderId,
      term,
      epoch,
    });
    for (const stream of this.#streams) stream.send(text);
  }

  #check(): void {
    const nowMs = performance.now();
    for (const stream of this.#streams) {
      stream.check(nowMs);
      stream.checkKey();
    }
    this.#bound();
  }

  /**
   * Holds what waits in all sockets to its bound: from half of it on the slowest readers are cut, and may still take
   * what waits for them; at all of it sockets are dropped, those that were cut before the others, the fullest first.
   */
  #bound(): void {
    const { streamsBufferBytesMax: most } = this.core.limits;
    let bytes = 0;
    let ofLive = 0;
    for (const stream of this.#open) {
      const { heldBytes } = stream;
      bytes += heldBytes;
      if (!stream.hasEnded) ofLive += heldBytes;
    }
    this.#waitedBytes = bytes;
    this.#sentBytes = 0;
    if (ofLive <= most / 2 && bytes <= most) return;
    const fullest = [...this.#open].sort((a, b) => b.heldBytes - a.heldBytes);
    for (const stream of fullest) {
      if (ofLive <= most / 2) break;
      if (stream.hasEnded) continue;
      ofLive -= stream.heldBytes;
      stream.cut('tooSlow');
    }
    if (bytes <= most) return;
    for (const stream of [...fullest.filter((each) => each.hasEnded), ...fullest]) {
      if (this.#waitedBytes <= most * keptPart) return;
      if (!this.#open.delete(stream)) continue;
      this.#waitedBytes -= stream.heldBytes;
      stream.cut('tooSlow');
      stream.drop();
    }
  }
}

function ownerOf({ source }: Claim, key: HeldKey | undefined): StreamOwner {
  return key === undefined ? { source } : { keyId: key.keyId };
}
