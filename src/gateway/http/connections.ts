/**
 * Bounds of HTTP connections: how many requests of one may wait for their answers, how long it may leave its answers
 * unread, and how many bytes of answers wait in the whole server. A connection that keeps to them notices nothing.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { operators } from '../admission/shares.ts';
import { sourceOf } from '../admission/sources.ts';
import { type PortBounds, pipelinedMax } from './bounds.ts';
import { type HeadFault, headFault } from './heads.ts';
import { peerOf } from './peers.ts';
import { type ConnectionPlace, Places } from './places.ts';
import { ReadingTurns } from './reading-turns.ts';
import { isSecure } from './tls.ts';

const sweepIntervalMs = 500;

type ParsedRequest = IncomingMessage & {
  /** The head asks for another protocol. */
  upgrade: boolean;
};
/** What the parser of a socket calls for each head of a request; it goes on after 0. */
interface WithParser {
  readonly parser: { onIncoming?: (request: ParsedRequest, shouldKeepAlive: boolean) => number };
}
const stopParsing = -1;

/** Why nothing more is read of a connection: more requests came at once than are taken, or a head is refused. */
export type StopReason = 'overrun' | HeadFault;

/** Why a connection was cut. */
export type CutReason = 'pipelining' | 'head' | 'notReading' | 'outputFull' | 'handshake' | 'noRoom';

export interface ConnectionPorts {
  /** From the end of the server on; what is unanswered by then stays so. */
  readonly closeMsMax: number;
  readonly onCut: (reason: CutReason) => void;
  /** A request that has begun, or the first one of a connection, does not come. */
  readonly onSilence: (socket: Socket) => void;
}

class HttpConnection {
  readonly socket: Socket;
  readonly #unansweredMax: number;
  /** Requests whose answers are not sent yet, the oldest first; seldom more than one. */
  readonly #unanswered: ServerResponse[] = [];
  /** So many of its requests are unanswered that no more is read. */
  #isFull = false;
  /** It is another's turn to be read. */
  #isHeld = false;
  /** Answers that began or ended, now and at the last look. */
  #moves = 0;
  #movesSeen = 0;
  #lastWords: (() => void) | undefined;
  /** Whether a whole request has come. */
  isUsed = false;
  hasFailed = false;
  stopped: StopReason | undefined;

  constructor(socket: Socket, unansweredMax: number) {
    this.socket = socket;
    this.#unansweredMax = unansweredMax;
    // Reading a body resumes the socket too.
    socket.on('resume', () => {
      if (this.#isFull || this.#isHeld) socket.pause();
    });
  }

  get unanswered(): number {
    return this.#unanswered.length;
  }

  /** Bytes of answers that the other side has not taken yet. */
  get outputBytes(): number {
    let bytes = 0;
    for (const response of this.#unanswered) bytes += response.writableLength;
    return bytes;
  }

  /** Whether a request that came as a whole waits for its answer, or its answer for the reader. */
  get isWaiting(): boolean {
    return this.#unanswered.some(({ req }) => req.complete);
  }

  /**
   * Has Node watch the socket, until the next request begins, where no answer has moved since the last look. A watch on
   * every socket would start a clock at each of its reads and writes.
   */
  watch(standstillMsMax: number): void {
    const isMoving = this.#moves !== this.#movesSeen;
    this.#movesSeen = this.#moves;
    const isIdle = this.isUsed && this.#unanswered.length === 0;
    // The socket of a stream has no parser any more.
    const { parser, timeout } = this.socket as Socket & Partial<WithParser>;
    if (isMoving || isIdle || !parser || timeout) return;
    this.socket.setTimeout(standstillMsMax);
  }

  /** @hot */
  begin(response: ServerResponse): void {
    this.isUsed = true;
    this.#moves++;
    this.#unanswered.push(response);
    if (this.#isFull || this.#unanswered.length < this.#unansweredMax) return;
    this.#isFull = true;
    this.#pause();
  }

  /** @hot */
  end(response: ServerResponse): void {
    this.#moves++;
    // Answers leave in the order of their requests.
    if (this.#unanswered[0] === response) this.#unanswered.shift();
    else this.#unanswered.splice(this.#unanswered.indexOf(response), 1);
    if (this.#lastWords !== undefined) return this.#speakLast();
    if (!this.#isFull || this.#unanswered.length >= this.#unansweredMax) return;
    this.#isFull = false;
    if (!this.#isHeld) this.#resume();
  }

  holdReading(): void {
    this.#isHeld = true;
    this.#pause();
  }

  readOn(): void {
    this.#isHeld = false;
    if (!this.#isFull) this.#resume();
  }

  #pause(): void {
    this.socket.pause();
    peerOf(this.socket).pauses.begin(performance.now());
  }

  #resume(): void {
    peerOf(this.socket).pauses.end(performance.now());
    this.socket.resume();
  }

  /** Calls back when all that has arrived as a whole is answered; nothing more is read. */
  finish(lastWords: () => void): void {
    if (this.#lastWords !== undefined) return;
    this.#lastWords = lastWords;
    this.#isFull = true;
    this.socket.pause();
    this.#speakLast();
  }

  #speakLast(): void {
    if (!this.isWaiting) this.#lastWords?.();
  }
}

/** The place of a socket, before and behind its handshake. */
class SocketPlace implements ConnectionPlace {
  owner: string;
  isKept = false;
  readonly #socket: Socket;
  connection: HttpConnection | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.owner = sourceOf(socket.remoteAddress);
  }

  get isIdle(): boolean {
    return this.connection === undefined || this.connection.unanswered === 0;
  }

  giveWay(): void {
    this.connection?.socket.destroy();
    this.#socket.destroy();
  }
}

/** Holds the connections of a server to their bounds, from the next one on. */
export class HttpConnections {
  readonly #connections = new Map<Socket, HttpConnection>();
  readonly #placeOf = new Map<Socket, SocketPlace>();
  /** Of connections whose handshake is not done, by the other end of each. */
  readonly #handshakes = new Map<string, SocketPlace>();
  readonly #places: Places;
  readonly #turns = new ReadingTurns({
    now: () => performance.now(),
    defer: setImmediate,
    later: (callback, ms) => void setTimeout(callback, ms).unref(),
  });
  readonly #bounds: PortBounds;
  readonly #ports: ConnectionPorts;
  readonly #timer: NodeJS.Timeout;

  constructor(server: Server, bounds: PortBounds, ports: ConnectionPorts) {
    this.#bounds = bounds;
    this.#ports = ports;
    this.#places = new Places(bounds);
    this.#timer = setInterval(() => this.#sweep(), sweepIntervalMs).unref();
    const isSecured = isSecure(server);
    server.on('connection', (socket) => {
      const place = this.#admit(socket);
      if (isSecured) this.#await(socket, place);
      else this.#add(server, socket, place);
    });
    server.on('secureConnection', (socket: Socket) => {
      const place = this.#handshakes.get(otherEnd(socket));
      if (place === undefined) socket.destroy();
      else this.#add(server, socket, place);
    });
    const connections = this.#connections;
    // One function for the answers of all connections.
    function end(this: ServerResponse): void {
      connections.get(this.req.socket)?.end(this);
    }
    server.prependListener('request', ({ socket }, response) => {
      const connection = connections.get(socket);
      if (connection === undefined) return;
      connection.begin(response);
      response.on('close', end);
    });
    server.on('timeout', (socket) => {
      const connection = this.#connections.get(socket);
      if (connection === undefined) return void socket.destroy();
      if (connection.isWaiting) return this.#cut(connection, 'notReading');
      // Between two requests a connection ends without a word.
      if (connection.isUsed && connection.unanswered === 0) return void socket.destroy();
      return this.#ports.onSilence(socket);
    });
  }

  /** Calls back when the requests that arrived on this connection are answered, so that answers keep their order. */
  finish(socket: Socket, lastWords: (stopped: StopReason | undefined) => void): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) return connection.finish(() => lastWords(connection.stopped));
    // TLS has not begun, so that no answer could be read.
    socket.destroy();
    this.#ports.onCut('handshake');
  }

  /** The other side has shown whose it is, such as its key: it does not give way to strangers. */
  keep(socket: Socket, owner: string): void {
    const place = this.#placeOf.get(socket);
    if (place !== undefined) this.#places.keep(place, owner);
  }

  /** A request has come that names a key which its sender has not proven. */
  readInTurn(socket: Socket): void {
    const connection = this.#connections.get(socket);
    const isOperators = this.#placeOf.get(socket)?.owner === operators;
    if (connection !== undefined && !isOperators) this.#turns.began(connection);
  }

  /** The signature of a request was wrong, so far as is known: what comes here waits with what is like it. */
  failed(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) connection.hasFailed = true;
  }

  /** The connection is a stream from now on: streams have places of their own. */
  becomeStream(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) this.#turns.leave(connection);
    const place = this.#placeOf.get(socket);
    if (place !== undefined) this.#places.leave(place);
  }

  /** Ends all connections: behind the answers that they wait for, and the last of them within a bound. */
  close(): void {
    clearInterval(this.#timer);
    // A caller that has not begun has no answer to wait for; the server would wait for it.
    for (const place of this.#handshakes.values()) if (place.connection === undefined) place.giveWay();
    for (const connection of this.#connections.values())
      connection.finish(() => connection.socket.destroySoon());
    setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.destroy();
    }, this.#ports.closeMsMax).unref();
  }

  /** Gives a place to the socket; another gives way where there is none. */
  #admit(socket: Socket): SocketPlace {
    const place = new SocketPlace(socket);
    const victim = this.#places.take(place);
    if (victim !== undefined) {
      this.#places.leave(victim);
      victim.giveWay();
      this.#ports.onCut('noRoom');
    }
    socket.once('close', () => this.#places.leave(place));
    return place;
  }

  #await(socket: Socket, place: SocketPlace): void {
    const end = otherEnd(socket);
    this.#handshakes.set(end, place);
    socket.once('close', () => {
      if (this.#handshakes.get(end) === place) this.#handshakes.delete(end);
    });
  }

  #add(server: Server, socket: Socket & Partial<WithParser>, place: SocketPlace): void {
    const connection = new HttpConnection(socket, this.#bounds.unansweredMax);
    place.connection = connection;
    this.#connections.set(socket, connection);
    this.#placeOf.set(socket, place);
    socket.once('close', () => {
      this.#turns.leave(connection);
      this.#connections.delete(socket);
      this.#placeOf.delete(socket);
    });
    const { parser } = socket;
    const take = parser?.onIncoming;
    if (parser === undefined || take === undefined) return;
    // One read can bring thousands of requests, and Node makes them all before it looks whether anything is read on.
    parser.onIncoming = (request, shouldKeepAlive) => {
      const stopped = connection.unanswered < pipelinedMax(this.#bounds) ? headFault(request) : 'overrun';
      if (stopped === undefined) return take(request, shouldKeepAlive);
      // Behind a head with two meanings it is not known where the next one begins.
      if (connection.stopped === undefined) this.#ports.onCut(stopped === 'overrun' ? 'pipelining' : 'head');
      connection.stopped ??= stopped;
      if (request.upgrade) {
        // The parser ends here by itself, without an error.
        request.upgrade = false;
        process.nextTick(() => server.emit('clientError', new Error('the head is refused'), socket));
      }
      return stopParsing;
    };
  }

  /** Has those watched that do not move. Where too much waits in all, those with the most give way. */
  #sweep(): void {
    let bytes = 0;
    const waiting: { readonly connection: HttpConnection; readonly bytes: number }[] = [];
    for (const connection of this.#connections.values()) {
      connection.watch(this.#bounds.standstillMsMax);
      if (connection.unanswered === 0) continue;
      const { outputBytes } = connection;
      bytes += outputBytes;
      waiting.push({ connection, bytes: outputBytes });
    }
    if (bytes <= this.#bounds.outputBytesMax) return;
    waiting.sort((a, b) => b.bytes - a.bytes);
    for (const largest of waiting) {
      if (bytes <= this.#bounds.outputBytesMax) return;
      bytes -= largest.bytes;
      this.#cut(largest.connection, 'outputFull');
    }
  }

  #cut(connection: HttpConnection, reason: CutReason): void {
    connection.socket.destroy();
    this.#ports.onCut(reason);
  }
}

/** The same for a socket before and behind its handshake. */
function otherEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
