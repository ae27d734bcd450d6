/**
 * One TCP connection: its socket and its two buffers, of fixed size. The input is a straight piece of memory, so that
 * the handler sees whole records; the output is a ring, so that a slow reader costs no moving of bytes.
 */
import { addressOf, close, lastError, receiveAt, sendAt, shutdown } from '../system/native.ts';
import { EAGAIN, EINTR, MSG_NOSIGNAL, SHUT_WR } from '../system/platform.ts';

/** The state of a connection. `ending`: its owner has closed it, what was queued is still sent. */
export const ConnectionState = { free: 0, connecting: 1, open: 2, ending: 3 } as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

/** Bytes up to which a loop copies faster than a call. */
const loopBytesMax = 32;

/** The buffers of a connection; they are kept for the next one when it ends. */
export interface ConnectionBuffers {
  readonly input: Uint8Array;
  readonly inputView: DataView;
  readonly inputAddress: number;
  readonly output: Uint8Array;
  readonly outputAddress: number;
}

export function createBuffers(inputBytes: number, outputBytes: number): ConnectionBuffers {
  const input = new Uint8Array(inputBytes);
  const output = new Uint8Array(outputBytes);
  return {
    input,
    inputView: new DataView(input.buffer),
    inputAddress: addressOf(input),
    output,
    outputAddress: addressOf(output),
  };
}

export class TcpConnection {
  readonly handle: number;
  readonly buffers: ConnectionBuffers;
  state: ConnectionState = ConnectionState.free;
  fd = -1;
  /** The replica that `connect` named; 0 for an accepted connection. */
  replicaId = 0;
  /** The address that an accepted connection comes from. */
  source = 0;
  /** Told apart from earlier connections with the same handle, whose events may still wait. */
  generation = 0;
  /** When a connection that does not come about, or does not end, is given up. */
  deadlineUs = 0;

  /** The system may have bytes for us, room for ours. It says so once; a call that finds none clears them. */
  isReadable = false;
  isWritable = false;
  /** The peer has ended or broken the connection; what it sent before may still wait. */
  hasEnded = false;
  /** It is in the list of connections to look at, and in that of connections with fresh output. */
  isListed = false;
  isDirty = false;

  inputFrom = 0;
  inputTo = 0;
  #outputFrom = 0;
  #outputBytes = 0;
  #hasShutDown = false;

  constructor(handle: number, buffers: ConnectionBuffers) {
    this.handle = handle;
    this.buffers = buffers;
  }

  /** Takes a socket. */
  begin(fd: number, state: ConnectionState, replicaId: number): void {
    this.fd = fd;
    this.state = state;
    this.replicaId = replicaId;
    this.generation = (this.generation + 1) | 0;
    this.isReadable = this.isWritable = this.hasEnded = false;
    this.inputFrom = this.inputTo = this.#outputFrom = this.#outputBytes = 0;
    this.#hasShutDown = false;
  }

  /** Closes the socket. */
  end(): void {
    close(this.fd);
    this.fd = -1;
    this.state = ConnectionState.free;
  }

  get room(): number {
    return this.buffers.output.length - this.#outputBytes;
  }

  get hasOutput(): boolean {
    return this.#outputBytes > 0;
  }

  /** Bytes could be received: some may wait, and there is room for them. */
  get canReceive(): boolean {
    return this.isReadable && (this.inputTo < this.buffers.input.length || this.inputFrom > 0);
  }

  /** Queues `bytes[from, to)`, for which there is room. @hot */
  queue(bytes: Uint8Array, from: number, to: number): void {
    const { output } = this.buffers;
    const mask = output.length - 1;
    const at = (this.#outputFrom + this.#outputBytes) & mask;
    const length = to - from;
    this.#outputBytes += length;
    if (length <= loopBytesMax) {
      for (let n = 0; n < length; n++) output[(at + n) & mask] = bytes[from + n]!;
      return;
    }
    const first = Math.min(length, output.length - at);
    output.set(bytes.subarray(from, from + first), at);
    if (first < length) output.set(bytes.subarray(from + first, to), 0);
  }

  /** Hands the queue to the system as far as it takes it. False when the connection is broken. @hot */
  transmit(): boolean {
    const { output, outputAddress } = this.buffers;
    while (this.#outputBytes > 0 && this.isWritable) {
      const length = Math.min(this.#outputBytes, output.length - this.#outputFrom);
      const sent = sendAt(this.fd, outputAddress + this.#outputFrom, length, MSG_NOSIGNAL);
      if (sent < 0) {
        const error = lastError();
        if (error === EINTR) continue;
        if (error !== EAGAIN) return false;
        this.isWritable = false;
      } else {
        this.#outputFrom = (this.#outputFrom + sent) & (output.length - 1);
        this.#outputBytes -= sent;
      }
    }
    if (this.#outputBytes === 0) this.#outputFrom = 0;
    return true;
  }

  /**
   * Receives into the free part of the input, once. Returns the bytes, 0 when none wait, -1 when the peer has ended or
   * broken the connection and everything that it sent is here. @hot
   */
  receive(): number {
    const { input, inputAddress } = this.buffers;
    if (this.inputTo === input.length) {
      input.copyWithin(0, this.inputFrom, this.inputTo);
      this.inputTo -= this.inputFrom;
      this.inputFrom = 0;
    }
    const space = input.length - this.inputTo;
    const received = receiveAt(this.fd, inputAddress + this.inputTo, space, 0);
    if (received > 0) {
      this.inputTo += received;
      // Less than there was room for: the system has no more, and tells of what comes next.
      if (received < space) this.isReadable = false;
      return received;
    }
    if (received < 0) {
      const error = lastError();
      if (error === EINTR) return 0;
      if (error === EAGAIN) {
        this.isReadable = false;
        return 0;
      }
    }
    this.isReadable = false;
    this.hasEnded = true;
    return -1;
  }

  /** The handler has consumed so many bytes. */
  consume(bytes: number): void {
    this.inputFrom += bytes;
    if (this.inputFrom === this.inputTo) this.inputFrom = this.inputTo = 0;
  }

  /** Ends the output once everything is sent. The peer may still send; its bytes are dropped. */
  shutDown(): void {
    if (!this.#hasShutDown) shutdown(this.fd, SHUT_WR);
    this.#hasShutDown = true;
  }
}
