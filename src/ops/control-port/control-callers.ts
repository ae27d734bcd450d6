/**
 * The connections of the control endpoint, within bounds: every caller may ask, but callers without the token take
 * neither the memory of the replica nor the operator's place.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { controlBounds, type PortBounds } from '../../gateway/http/bounds.ts';
import { HttpConnections } from '../../gateway/http/connections.ts';
import { answerOddRequests, endWithAnswer } from '../../gateway/http/socket-answers.ts';
import { isSecure } from '../../gateway/http/tls.ts';

/** From the end of the replica on, until the last connection is cut. */
const closeMsMax = 1000;

type SocketRefusal = readonly [status: number, error: string];
const malformed: SocketRefusal = [400, 'What arrived is not HTTP/1.1.'];
const malformedPlain: SocketRefusal = [400, 'What arrived is not HTTP. Send HTTP/1.1 without TLS here.'];
const late: SocketRefusal = [
  408,
  'The request did not arrive within its time. Send the whole request at once.',
];
const overrun: SocketRefusal = [
  429,
  `More requests wait on this connection than may wait there, so it ends. Up to ${controlBounds.unansweredMax} may wait.`,
];
const noProxy: SocketRefusal = [404, 'A replica is no proxy: CONNECT is not served.'];
/** By the codes of Node. */
const refusals: Readonly<Record<string, SocketRefusal>> = {
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is larger than 16 KiB. Send fewer or shorter headers.'],
  ERR_HTTP_REQUEST_TIMEOUT: late,
};

export class ControlCallers {
  readonly #connections: HttpConnections;
  readonly #onRefused: () => void;
  readonly #malformed: SocketRefusal;

  /** `onRefused` is called for each connection that is cut. */
  constructor(server: Server, bounds: PortBounds, onRefused: () => void) {
    this.#onRefused = onRefused;
    this.#malformed = isSecure(server) ? malformed : malformedPlain;
    this.#connections = new HttpConnections(server, bounds, {
      closeMsMax,
      // A connection that ends with words is counted where they are sent.
      onCut: (reason) => {
        if (reason !== 'head' && reason !== 'pipelining') onRefused();
      },
      onSilence: (socket) => this.#endWith(socket, late),
    });
    answerOddRequests(server, (socket) => this.#endWith(socket, noProxy));
  }

  /** The bytes are no request (`code` is Node's reason): the connection gets an error, behind the answers due. */
  refuse(socket: Socket, code = ''): void {
    this.#connections.finish(socket, (stopped) => {
      if (typeof stopped === 'object') return this.#endWith(socket, [400, stopped.text]);
      this.#endWith(socket, stopped === 'overrun' ? overrun : (refusals[code] ?? this.#malformed));
    });
  }

  /** The operator keeps this place. */
  keep(socket: Socket): void {
    this.#connections.keep(socket, 'operator');
  }

  close(): void {
    this.#connections.close();
  }

  #endWith(socket: Duplex, [status, error]: SocketRefusal): void {
    this.#onRefused();
    endWithAnswer(socket, status, { ok: false, error });
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
