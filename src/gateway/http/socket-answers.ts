/**
 * Answers to what never becomes a request of a route: the parser, or the upgrade, refuses it. They have the shape of
 * all errors, and an id.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestError } from '../admission/refusals.ts';
import { answerTo, type ErrorCode } from './errors.ts';

const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** For so long the other side may read the answer, before the socket is gone. */
const lingerMs = 1000;

/** Answers on the socket itself, as far as it still takes an answer, and ends it. */
export function answerOnSocket(socket: Duplex, error: RequestError<ErrorCode>, requestId: string): void {
  const { status, body } = answerTo(error);
  endWithAnswer(socket, status, body, [`X-Request-Id: ${requestId}`]);
}

/** The last answer of a connection, as JSON; a socket that takes no answer any more is destroyed. */
export function endWithAnswer(
  socket: Duplex,
  status: number,
  answer: object,
  headers: readonly string[] = [],
): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Nothing more is read of the socket, so its other end is not noticed.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** Node would answer these without a body, or not at all. */
export function answerOddRequests(
  server: Server,
  refuseConnect: (socket: Duplex, request: IncomingMessage) => void,
): void {
  server.on('connect', (request, socket) => {
    socket.on('error', () => socket.destroy());
    refuseConnect(socket, request);
  });
  // A route refuses an expectation by its name, as it refuses other headers.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
