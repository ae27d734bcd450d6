/** One side of a link over a socket, for tests: what the socket reads goes in, and what is sent comes out sealed. */
import type { TrustFailure } from '../failures.ts';
import type { Handshake } from '../handshake.ts';
import { newStreamBuffers, SecureStream, SecureStreamState } from '../secure-stream.ts';

const bufferBytes = 65_536;

export interface SocketLinkListener {
  /** Both sides have proven themselves, as far as this one knows. */
  proven?(link: SocketLink): void;
  received?(bytes: Uint8Array): void;
  failed?(failure: TrustFailure, reason: TrustFailure | undefined): void;
}

export class SocketLink {
  readonly stream: SecureStream;
  readonly #write: (bytes: Uint8Array) => unknown;
  readonly #listener: SocketLinkListener;
  #rest = new Uint8Array(0);
  #isProven = false;
  #hasFailed = false;

  constructor(
    handshake: Handshake,
    write: (bytes: Uint8Array) => unknown,
    listener: SocketLinkListener = {},
  ) {
    this.stream = new SecureStream(handshake, () => newStreamBuffers(bufferBytes, bufferBytes));
    this.#write = write;
    this.#listener = listener;
  }

  /** The socket is open: a caller speaks first. */
  start(): void {
    this.#flush();
  }

  /** The socket has read this. */
  take(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    let at = 0;
    for (;;) {
      const taken = this.stream.take(bytes, at, bytes.length);
      at += taken;
      this.#tell();
      if (taken === 0 || at === bytes.length) break;
    }
    this.#rest = bytes.slice(at);
    this.#flush();
  }

  /** Seals and writes; throws where it does not fit. */
  send(bytes: Uint8Array): void {
    if (!this.stream.write(bytes, 0, bytes.length)) throw new Error('the link takes no bytes');
    this.#flush();
  }

  #tell(): void {
    const { stream } = this;
    if (!this.#isProven && stream.peer !== undefined) {
      this.#isProven = true;
      this.#flush();
      this.#listener.proven?.(this);
    }
    const { input, inputFrom, inputTo } = stream;
    if (inputTo > inputFrom) {
      const bytes = input.slice(inputFrom, inputTo);
      stream.consume(bytes.length);
      this.#listener.received?.(bytes);
    }
    if (stream.state !== SecureStreamState.failed || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#flush();
    this.#listener.failed?.(stream.failure!, stream.reason);
  }

  #flush(): void {
    this.stream.flush();
    const bytes = this.stream.output.slice();
    this.stream.sent(bytes.length);
    if (bytes.length > 0) this.#write(bytes);
  }
}
