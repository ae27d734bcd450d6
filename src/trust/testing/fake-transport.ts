/** A transport in memory. */
import { assert } from '../../std/assert.ts';
import { endedSide, pollStreams, StreamSide } from '../../std/testing/streams.ts';
import type { Transport, TransportHandler } from '../transport.ts';

/** The sockets of one side. */
export class FakeTransport implements Transport {
  /** Replicas that it can call; undefined is all. */
  addresses: ReadonlySet<number> | undefined;
  readonly #dial: (replicaId: number) => StreamSide | undefined;
  readonly #sides: (StreamSide | undefined)[];
  /** Handles whose opening or failure is yet to be reported, with the replica that was called. */
  #news: { readonly handle: number; readonly replicaId: number }[] = [];

  /** `dial` gives the own side of a stream to a replica, undefined where nothing answers. */
  constructor(connectionsMax: number, dial: (replicaId: number) => StreamSide | undefined) {
    this.#dial = dial;
    this.#sides = Array.from({ length: connectionsMax });
  }

  /** A call comes in: the caller's side of the stream; undefined when no handle is free. */
  accept(source = 0): StreamSide | undefined {
    const handle = this.#sides.indexOf(undefined);
    if (handle < 0) return undefined;
    const [own, other] = StreamSide.pair();
    own.source = source;
    this.#sides[handle] = own;
    this.#news.push({ handle, replicaId: 0 });
    return other;
  }

  knows(replicaId: number): boolean {
    return this.addresses === undefined || this.addresses.has(replicaId);
  }

  connect(replicaId: number): number {
    const handle = this.#sides.indexOf(undefined);
    if (handle < 0 || !this.knows(replicaId)) return -1;
    const side = this.#dial(replicaId);
    this.#sides[handle] = side ?? endedSide();
    this.#news.push({ handle, replicaId });
    return handle;
  }

  poll(handler: TransportHandler): number {
    const news = this.#news;
    this.#news = [];
    for (const opening of news) {
      const { handle, replicaId } = opening;
      const side = this.#sides[handle];
      if (replicaId === 0 && side !== undefined && !handler.takesCaller(side.source))
        this.#news.push(opening);
      else if (side !== undefined && !side.hasEnded) handler.opened(handle, replicaId);
    }
    return pollStreams(this.#sides, handler);
  }

  send(connection: number, bytes: Uint8Array, from: number, to: number): boolean {
    return this.#side(connection).send(bytes, from, to);
  }

  room(connection: number): number {
    return this.#side(connection).room;
  }

  /** Calls of `flush`. */
  flushes = 0;

  flush(): void {
    this.flushes += 1;
  }

  close(connection: number): void {
    this.#side(connection).close();
    this.#sides[connection] = undefined;
  }

  reset(connection: number): void {
    this.close(connection);
  }

  source(connection: number): number {
    return this.#side(connection).source;
  }

  /** The process dies: all that it had ends. */
  drop(): void {
    for (const side of this.#sides) side?.close();
  }

  /** Connections that are there, and callers that wait for a place. */
  get count(): number {
    return this.#sides.filter((side) => side !== undefined).length;
  }

  get waiting(): number {
    return this.#news.length;
  }

  /** The own side of a connection. */
  sideOf(connection: number): StreamSide {
    return this.#side(connection);
  }

  #side(connection: number): StreamSide {
    const side = this.#sides[connection];
    assert(side !== undefined, 'a connection is not used after its end');
    return side;
  }
}
