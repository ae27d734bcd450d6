/**
 * How a connection of the HTTP server becomes a stream. It joins two faces that know nothing of each other: HTTP
 * refuses what is no upgrade, by its own codes, and what follows an upgrade is of the stream.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastifyWebsocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { arrivalOf, exchangeHeader, requestIdMaker, signer } from './http/checks.ts';
import { HttpError } from './http/errors.ts';
import { describe } from './http/requests.ts';
import type { Upgrade } from './http/server.ts';
import { credentialsOf, signatureHeaders } from './http/signing.ts';
import { answerOnSocket } from './http/socket-answers.ts';
import { fragmentsMax, streamManual, streamPath, streamPayloadBytesMax } from './websocket/manual.ts';
import type { Streams } from './websocket/streams.ts';

export function streamUpgrade(streams: Streams): Upgrade {
  return {
    isOffered: isStreamUpgrade,
    add: (app, onUpgraded) => addStream(app, streams, onUpgraded),
    close: () => streams.close(),
  };
}

/** Only a stream changes the protocol; elsewhere the offer to change it is passed over (RFC 9110, section 7.8). */
function isStreamUpgrade({ headers, method, url }: IncomingMessage): boolean {
  const isOffered = headers.upgrade?.toLowerCase() === 'websocket' && method === 'GET';
  return isOffered && url?.split('?', 1)[0] === streamPath;
}

/** Whether the other side of a stream, or the way to it, is to blame. */
function isOfPeer(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('WS_ERR_') || 'syscall' in error;
}

async function addStream(
  app: FastifyInstance,
  streams: Streams,
  onUpgraded: (socket: Socket) => void,
): Promise<void> {
  await app.register(fastifyWebsocket, {
    // What an unfinished message can hold: a payload, in so many pieces.
    options: {
      maxPayload: streamPayloadBytesMax,
      maxFragments: fragmentsMax,
      maxBufferedChunks: fragmentsMax,
    },
    // A frame against the protocol ends the stream, which counts it: strangers cannot fill the log.
    errorHandler: (error, socket, request) => {
      if (!isOfPeer(error)) request.log.error(error);
      socket.terminate();
    },
    preClose: (done) => done(),
  });
  app.websocketServer.on('headers', (headers) => {
    const { exchangeId } = streams.core;
    if (exchangeId !== 0) headers.push(`${exchangeHeader}: ${exchangeId}`);
  });
  const makeId = requestIdMaker();
  app.websocketServer.on('wsClientError', (error, socket, request) => {
    const text = `No stream was opened: ${error.message}.`;
    answerOnSocket(socket, new HttpError('malformedHttp', {}, text), makeId(request));
  });
  app.route({
    method: 'GET',
    url: streamPath,
    ...describe({
      operationId: 'openStream',
      summary: 'Follow books, trades and executions over a WebSocket',
      description: streamManual(streams.core.limits),
      tag: 'market',
      access: 'public',
      answers: {},
    }),
    preValidation: async (request) => admit(request, streams),
    handler: (_request, reply) => {
      // RFC 9110, section 15.5.22: the answer names the protocol.
      reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      throw new HttpError('upgradeRequired');
    },
    wsHandler: (socket, request) => {
      onUpgraded(request.raw.socket);
      streams.add(socket, arrivalOf(request).claim, request.caller?.key);
    },
  });
}

/** Throws a RequestError where no stream is opened. */
function admit(request: FastifyRequest, streams: Streams): void {
  const isSigned = request.headers[signatureHeaders.key] !== undefined;
  if (isSigned || credentialsOf(request.headers) !== undefined)
    request.caller = signer(request, streams.core, '');
  if (streams.hasRoom(arrivalOf(request).claim, request.caller?.key)) return;
  const code = 'tooManyStreams';
  streams.core.metrics.streamsRefused.inc({ reason: code });
  throw new HttpError(code);
}
