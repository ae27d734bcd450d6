/** Streams in memory: what is sent is there at once, as far as the other side has room. */

/** Bytes that one direction of a stream holds unread. */
export const streamBytes = 262_144;

/** One side of a stream. */
export class StreamSide {
  peer!: StreamSide;
  readonly bytes = new Uint8Array(streamBytes);
  readonly view = new DataView(this.bytes.buffer);
  from = 0;
  to = 0;
  /** Calls of `send` that put bytes here. */
  sends = 0;
  /** The other side has ended; what it sent before may still wait. */
  hasEnded = false;
  isClosed = false;
  /** The host that the other side calls from. */
  source = 0;

  static pair(): [StreamSide, StreamSide] {
    const sides: [StreamSide, StreamSide] = [new StreamSide(), new StreamSide()];
    [sides[0].peer, sides[1].peer] = [sides[1], sides[0]];
    return sides;
  }

  /** Bytes that may be sent from here. */
  get room(): number {
    return streamBytes - (this.peer.to - this.peer.from);
  }

  send(bytes: Uint8Array, from: number, to: number): boolean {
    const { peer } = this;
    if (this.isClosed || to - from > this.room) return false;
    if (peer.to + to - from > streamBytes) {
      peer.bytes.copyWithin(0, peer.from, peer.to);
      peer.to -= peer.from;
      peer.from = 0;
    }
    peer.bytes.set(bytes.subarray(from, to), peer.to);
    peer.to += to - from;
    peer.sends += 1;
    return true;
  }

  consume(bytes: number): void {
    this.from += bytes;
  }

  close(): void {
    this.isClosed = true;
    this.peer.hasEnded = true;
  }
}

/** What hears of streams: {@link pollStreams} gives it what came, and what ended. */
export interface StreamHandler {
  /** Returns how many bytes it has taken. */
  received(handle: number, bytes: Uint8Array, view: DataView, from: number, to: number): number;
  closed(handle: number): void;
}

/** Hands out what waits on the sides, by their place; one that has ended goes when all of it was taken. Counts both. */
export function pollStreams(sides: (StreamSide | undefined)[], handler: StreamHandler): number {
  let count = 0;
  for (let handle = 0; handle < sides.length; handle++) {
    const side = sides[handle];
    if (side === undefined) continue;
    let consumed = 0;
    if (side.to > side.from) {
      consumed = handler.received(handle, side.bytes, side.view, side.from, side.to);
      side.consume(consumed);
      count += consumed > 0 ? 1 : 0;
    }
    if (sides[handle] !== side || !side.hasEnded || consumed > 0) continue;
    sides[handle] = undefined;
    side.close();
    handler.closed(handle);
    count += 1;
  }
  return count;
}

/** One whose other side is gone before the first byte. */
export function endedSide(): StreamSide {
  const [own, other] = StreamSide.pair();
  other.close();
  return own;
}
