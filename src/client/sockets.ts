/**
 * The sockets of a client: one TCP connection per replica over node:net, without delay, sealed once both sides have
 * proven their identities. What is sent in one turn of the event loop leaves in one write.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { ReplyCode } from '../protocol/codes.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import type { MemberKey } from '../protocol/parties.ts';
import { refusalText, TrustFailure, trustFailureText } from '../trust/failures.ts';
import { CallerHandshake, type LinkIdentity, type OwnIdentity } from '../trust/handshake.ts';
import { sealedBytesMax } from '../trust/messages.ts';
import { keyBytes } from '../trust/noise.ts';
import { isOfEvidence } from '../trust/parties.ts';
import { newStreamBuffers, SecureStream, SecureStreamState } from '../trust/secure-stream.ts';

/** Bytes that are read at once. */
const readBytes = 65_536;
/** Bytes of a connection that wait to be read, and to be sealed and written. */
const streamBytes = 65_536;
/** How often the socket layer looks whether its authorities have changed. */
const lookMs = 1_000;
/** Bytes of a connection's output buffer at first; it holds at most what the window and the queries hold. */
const outputBytes = 16_384;

/** What happens on the connections; `bytes` is valid only during the call. */
export interface SocketHandler {
  /** Both sides have proven their identities. */
  opened(replicaId: number): void;
  received(replicaId: number, bytes: Uint8Array, from: number, to: number): void;
  /** `refusal`: a reason that no retry can cure, or `ok`. */
  closed(replicaId: number, why: string, refusal: ReplyCode): void;
}

export interface Address {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

class ReplicaConnection {
  readonly replicaId: number;
  readonly socket: Socket;
  readonly stream: SecureStream;
  isOpen = false;
  /** What was sent and not sealed yet. */
  output = Buffer.allocUnsafeSlow(outputBytes);
  length = 0;
  /** The beginning of a sealed record whose end has not come. */
  #rest: Uint8Array | undefined;
  #restBytes = 0;

  constructor(replicaId: number, socket: Socket, stream: SecureStream) {
    this.replicaId = replicaId;
    this.socket = socket;
    this.stream = stream;
  }

  /** Takes what the socket has read, and calls `news` whenever something has come of it. @hot */
  take(bytes: Uint8Array, length: number, news: () => boolean): void {
    let from = 0;
    if (this.#restBytes > 0) {
      const rest = this.#rest!;
      rest.set(bytes.subarray(0, length), this.#restBytes);
      const to = this.#restBytes + length;
      from = this.#takeAll(rest, to, news);
      rest.copyWithin(0, from, to);
      this.#restBytes = to - from;
      return;
    }
    from = this.#takeAll(bytes, length, news);
    if (from === length) return;
    this.#rest ??= new Uint8Array(sealedBytesMax + readBytes);
    this.#rest.set(bytes.subarray(from, length));
    this.#restBytes = length - from;
  }

  /** Returns up to where the stream has taken it: everything but a record that is not whole. */
  #takeAll(bytes: Uint8Array, to: number, news: () => boolean): number {
    let at = 0;
    for (;;) {
      const taken = this.stream.take(bytes, at, to);
      at += taken;
      if (!news()) return to;
      if (taken === 0 || at === to) return at;
    }
  }

  /** Seals what was sent, and writes it. @hot */
  write(): void {
    const { stream, socket, output, length } = this;
    this.length = 0;
    for (let at = 0; at < length; ) {
      const to = Math.min(length, at + stream.room);
      if (to === at || !stream.write(output, at, to)) break;
      at = to;
      if (at < length) this.#writeSealed();
    }
    stream.flush();
    this.#writeSealed();
    if (socket.writableLength > 0 && output.length > outputBytes)
      this.output = Buffer.allocUnsafeSlow(outputBytes);
  }

  /** A copy: what the kernel does not take at once is read later. */
  #writeSealed(): void {
    this.stream.flush();
    const { output } = this.stream;
    if (output.length === 0) return;
    this.socket.write(Buffer.from(output));
    this.stream.sent(output.length);
  }
}

/** One connection per replica at most; a new `connect` takes the place of the old one. */
export class Sockets {
  readonly #role: ConnectionRole;
  readonly #configured: readonly Address[];
  /** Where replicas are as their cluster says. */
  readonly #placed = new Map<number, Address>();
  /** Calls of each replica. */
  readonly #calls = new Map<number, number>();
  readonly #identity: LinkIdentity;
  readonly #handler: SocketHandler;
  readonly #connections = new Map<number, ReplicaConnection>();
  /** As it was when the connections were looked at last; other authorities come as another object. */
  #own: OwnIdentity;
  /** Runs while there are connections. */
  #look: NodeJS.Timeout | undefined;

  constructor(
    configured: readonly Address[],
    identity: LinkIdentity,
    handler: SocketHandler,
    role: ConnectionRole = ConnectionRole.session,
  ) {
    this.#role = role;
    this.#configured = configured;
    this.#identity = identity;
    this.#own = identity.own;
    this.#handler = handler;
  }

  /** A replica is reached there too. */
  place(replicaId: number, host: string, port: number): void {
    this.#placed.set(replicaId, { id: replicaId, host, port });
  }

  /** These keys are believed, and no others that are not certified. */
  believe(members: readonly MemberKey[]): void {
    this.#identity.verifier.believe?.({ members, tokens: [] });
    // Not under the hands of what has just been received.
    setImmediate(() => this.#reconsider());
  }

  #lookAgain(): void {
    if (this.#connections.size === 0) {
      clearInterval(this.#look);
      this.#look = undefined;
      return;
    }
    const { own } = this.#identity;
    if (own === this.#own) return;
    this.#own = own;
    this.#reconsider();
  }

  /** Ends connections to replicas that are not believed any more. */
  #reconsider(): void {
    for (const connection of [...this.#connections.values()]) {
      if (!connection.isOpen || !this.#isCurrent(connection)) continue;
      connection.stream.reconsider(this.#identity.verifier);
      if (connection.stream.state === SecureStreamState.failed) this.#failed(connection);
    }
  }

  /** Where its cluster has it, and where this client began, in turn. */
  #nextAddress(replicaId: number): Address {
    const calls = this.#calls.get(replicaId) ?? 0;
    this.#calls.set(replicaId, calls + 1);
    const placed = this.#placed.get(replicaId);
    const configured = this.#configured.find((candidate) => candidate.id === replicaId);
    const address = calls % 2 === 0 ? (placed ?? configured) : (configured ?? placed);
    if (address === undefined) throw new RangeError(`replica ${replicaId} has no address`);
    return address;
  }

  connect(replicaId: number): void {
    this.disconnect(replicaId);
    const address = this.#nextAddress(replicaId);
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    const news = (): boolean => this.#news(connection);
    const callback = (length: number): boolean => {
      if (this.#isCurrent(connection)) connection.take(buffer, length, news);
      return true;
    };
    const socket = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      onread: { buffer, callback },
    });
    const connection = new ReplicaConnection(replicaId, socket, this.#newStream(replicaId));
    this.#connections.set(replicaId, connection);
    this.#look ??= setInterval(() => this.#lookAgain(), lookMs).unref();
    let why = 'the replica closed it';
    socket.on('connect', () => {
      if (this.#isCurrent(connection)) connection.write();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code ?? error.message;
    });
    socket.on('close', () => this.#closed(connection, why));
  }

  /** Ends a connection, after what was sent if the kernel takes it at once; its handler hears nothing more. */
  disconnect(replicaId: number): void {
    const connection = this.#connections.get(replicaId);
    if (connection === undefined) return;
    this.#connections.delete(replicaId);
    this.#end(connection);
  }

  /** Copies `bytes[from, to)` behind what waits for the next `flush`. */
  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean {
    const connection = this.#connections.get(replicaId);
    if (connection?.isOpen !== true) return false;
    const length = connection.length + to - from;
    if (length > connection.output.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, connection.output.length * 2));
      larger.set(connection.output.subarray(0, connection.length));
      connection.output = larger;
    }
    connection.output.set(bytes.subarray(from, to), connection.length);
    connection.length = length;
    return true;
  }

  /** Writes what waits, one write per connection. @hot */
  flush(): void {
    for (const connection of this.#connections.values()) if (connection.length > 0) connection.write();
  }

  #newStream(replicaId: number): SecureStream {
    const { own, verifier } = this.#identity;
    const called = { role: this.#role, replicaId };
    const handshake = new CallerHandshake(own, verifier, called, new Uint8Array(randomBytes(keyBytes)));
    return new SecureStream(handshake, () => newStreamBuffers(streamBytes, streamBytes));
  }

  /** Something has come of what the socket has read; false where the connection is over. */
  #news(connection: ReplicaConnection): boolean {
    const { replicaId, stream } = connection;
    if (!connection.isOpen && stream.state !== SecureStreamState.failed) {
      connection.write();
      if (stream.state === SecureStreamState.proving) return true;
      connection.isOpen = true;
      this.#handler.opened(replicaId);
    }
    if (stream.inputTo > stream.inputFrom && this.#isCurrent(connection)) {
      const { input, inputFrom, inputTo } = stream;
      this.#handler.received(replicaId, input, inputFrom, inputTo);
      stream.consume(inputTo - inputFrom);
    }
    if (stream.state === SecureStreamState.failed) this.#failed(connection);
    return this.#isCurrent(connection);
  }

  #failed(connection: ReplicaConnection): void {
    if (!this.#isCurrent(connection)) return;
    const { failure, reason } = connection.stream;
    const detail = isOfEvidence(failure!) ? (this.#identity.verifier.lastRefusal ?? '') : '';
    const text =
      failure === TrustFailure.refused
        ? `it refused this side: ${refusalText(reason ?? failure)}`
        : `${trustFailureText[reason ?? failure!]} ${detail}`;
    const why = text.trim().replace(/\.$/, '');
    this.#connections.delete(connection.replicaId);
    this.#end(connection);
    this.#handler.closed(connection.replicaId, why, refusalOf(failure!, reason));
  }

  #closed(connection: ReplicaConnection, why: string): void {
    if (!this.#isCurrent(connection)) return;
    this.#connections.delete(connection.replicaId);
    this.#handler.closed(connection.replicaId, why, ReplyCode.ok);
  }

  #end(connection: ReplicaConnection): void {
    const { socket, stream } = connection;
    connection.write();
    stream.end();
    connection.write();
    if (socket.writableLength === 0) socket.destroySoon();
    else socket.destroy();
  }

  #isCurrent(connection: ReplicaConnection): boolean {
    return this.#connections.get(connection.replicaId) === connection;
  }
}

/**
 * The refusal that no retry can cure; `ok` where there may be one. What this side does not believe may be an impostor
 * on the address of one replica: the others are to be tried.
 */
function refusalOf(failure: TrustFailure, reason: TrustFailure | undefined): ReplyCode {
  if (failure === TrustFailure.wrongVersion || reason === TrustFailure.wrongVersion)
    return ReplyCode.wrongVersion;
  if (failure === TrustFailure.wrongCluster || reason === TrustFailure.wrongCluster)
    return ReplyCode.wrongCluster;
  if (failure === TrustFailure.answersHttp || failure === TrustFailure.notLockstep)
    return ReplyCode.malformed;
  return failure === TrustFailure.refused ? ReplyCode.notAuthorized : ReplyCode.ok;
}
