/**
 * The connections of the control endpoint, within bounds: every caller may ask, but callers without the token take
 * neither the memory of the replica nor the operator's place.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Connections } from '../../gateway/http/connections.ts';

/** Connections at a time. */
export const callersMax = 64;
/** A connection on which nothing moves for so long is cut; an order may wait this long for its answer. */
const standstillMsMax = 20_000;
/** From the end of the replica on, until the last connection is cut. */
const closeMsMax = 1000;
/** Bytes of answers that may wait in all connections together. */
const outputBytesMax = 16_777_216;

const badRequest = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

export class ControlCallers {
  readonly #connections: Connections;
  /** The oldest first; true for those that have shown the operator's token. */
  readonly #sockets = new Map<Socket, boolean>();
  readonly #onRefused: () => void;

  /** `onRefused` is called for each connection that is cut. */
  constructor(server: Server, onRefused: () => void) {
    this.#onRefused = onRefused;
    server.on('connection', (socket) => this.#add(socket));
    this.#connections = new Connections(server, {
      standstillMsMax,
      outputBytesMax,
      closeMsMax,
      onCut: onRefused,
      onSilence: (socket) => this.refuse(socket),
    });
  }

  /** The bytes are no request: the connection gets an error, behind the answers that are due. */
  refuse(socket: Socket): void {
    this.#onRefused();
    this.#connections.finish(socket, () => socket.end(badRequest));
  }

  /** The operator keeps this place. */
  keep(socket: Socket): void {
    if (this.#sockets.has(socket)) this.#sockets.set(socket, true);
  }

  close(): void {
    this.#connections.close();
  }

  /** A new caller takes the place of the stranger that has been connected for longest. */
  #add(socket: Socket): void {
    this.#sockets.set(socket, false);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#sockets.size <= callersMax) return;
    const [oldest] = [...this.#sockets].find(([, isKept]) => !isKept) ?? [socket];
    this.#sockets.delete(oldest);
    oldest.destroy();
    this.#onRefused();
  }
}

/** A text that is made again only when it is older than `ageMsMax` or forgotten, however often it is asked for. */
export class CachedText {
  readonly #make: () => Promise<string> | string;
  readonly #ageMsMax: number;
  #madeAtMs = Number.NEGATIVE_INFINITY;
  #text: Promise<string> | string = '';

  constructor(ageMsMax: number, make: () => Promise<string> | string) {
    this.#make = make;
    this.#ageMsMax = ageMsMax;
  }

  get(): Promise<string> | string {
    const nowMs = performance.now();
    if (nowMs - this.#madeAtMs >= this.#ageMsMax) {
      this.#madeAtMs = nowMs;
      this.#text = this.#make();
    }
    return this.#text;
  }

  forget(): void {
    this.#madeAtMs = Number.NEGATIVE_INFINITY;
  }
}
