/**
 * The thread of a reconnect storm: callers that hold a key, callers that do not, and callers that send garbage, each
 * of which comes again as soon as it is gone. What they do is drawn from a seed; what they achieved is counted.
 */
import { connect, type Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { typeAt } from '../checkers/exactly-once.ts';
import { emptyHeader } from '../protocol/command-layouts.ts';
import { openSession, ownerFromLeader } from '../protocol/commands.ts';
import { sessionOpened } from '../protocol/events.ts';
import { PREFIX_BYTES, WIRE_VERSION } from '../protocol/layout.ts';
import { recordBytesMax } from '../protocol/limits.ts';
import { attach, FeedKind, refused, welcome } from '../protocol/messages.ts';
import { Random } from '../std/random.ts';
import { noise } from '../std/testing/fuzzing.ts';
import type { LinkIdentity } from '../trust/handshake.ts';
import { opening as linkOpening } from '../trust/messages.ts';
import { keyBytes, keyPairOf, noiseOverheadBytes } from '../trust/noise.ts';
import { identityIn, rawLink } from './raw-link.ts';
import { type StormOrder, stormCounters } from './storm.ts';

const { replicas, gatewayPort, callersEach, identity: folder, counts, seed } = workerData as StormOrder;
const random = new Random(seed);
const identity = identityIn(folder);
/** Shows the certificate of another. */
const forged: LinkIdentity = {
  ...identity,
  own: { ...identity.own, staticKey: keyPairOf(new Uint8Array(keyBytes).fill(7)) },
};
const openingBytes = linkOpening.size + noiseOverheadBytes[0];
const counters = new Int32Array(counts);
/** A caller is gone after this at the latest, most much sooner; one that only holds its place stays longer. */
const stayMsMax = 200;
const loiterMsMax = 2_000;
const loiterStepMs = 40;
const sessionsPerCallMax = 64;
const pauseMsMax = 10;
/** Drawn once: random bytes cost more than sending them. */
const garbage = Uint8Array.from({ length: 200_000 }, () => random.below(256));
const webSocketRequest =
  'GET /v1/stream HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n';

function count(name: (typeof stormCounters)[number]): void {
  Atomics.add(counters, stormCounters.indexOf(name), 1);
}

function someGarbage(): Uint8Array {
  const from = random.below(garbage.length);
  return garbage.subarray(from, from + random.below(garbage.length - from));
}

function opening(): Buffer {
  const record = Buffer.alloc(openSession.size);
  const fields = {
    tokenLow: random.next(),
    tokenHigh: random.next(),
    disconnectGraceMs: 0,
    cancelOnDisconnect: 0,
    ...ownerFromLeader,
  };
  openSession.write(new DataView(record.buffer, record.byteOffset), 0, { ...emptyHeader, ...fields });
  return record;
}

/** Leaves the session of the connection, so that it can open the next. */
function leaving(): Buffer {
  const record = Buffer.alloc(attach.size);
  const view = new DataView(record.buffer, record.byteOffset);
  attach.write(view, 0, {
    sessionId: 0,
    afterSeq: 0,
    afterN: 0,
    feed: FeedKind.own,
    tokenLow: 0,
    tokenHigh: 0,
  });
  return record;
}

/** A record whose prefix claims a length, a type and a version. */
function claim(length: number, type: number, version: number): Buffer {
  const record = Buffer.from(noise(random, 256));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt16LE(length & 0xffff, 0);
  prefix[2] = type;
  prefix[3] = version;
  return Buffer.concat([prefix, record]);
}

/** Sends the bytes one by one, and seldom to the end. */
function loiter(socket: Socket, bytes: Uint8Array): void {
  count('loiterers');
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) socket.write(bytes.subarray(at, ++at));
  }, loiterStepMs);
  socket.on('close', () => clearInterval(timer));
}

/** Holds a key: opens sessions, one after the other, or sends garbage instead, and is gone in the middle of it. */
function enter(socket: Socket, replicaId: number): void {
  let left = random.below(sessionsPerCallMax);
  let read = Buffer.alloc(0);
  const link = rawLink(socket, identity, replicaId, {
    received: (bytes) => {
      read = Buffer.concat([read, bytes]);
      for (let length = 0; read.length >= PREFIX_BYTES; read = read.subarray(length)) {
        length = read.readUInt16LE(0);
        if (length < PREFIX_BYTES || read.length < length) return;
        const type = read[typeAt];
        if (type === welcome.type) {
          if (read.readUInt16LE(welcome.at.code) !== 0) continue;
          count('welcomed');
          if (left === 0) socket.destroy();
          else if (left === 1)
            link.send(Buffer.concat([opening(), claim(recordBytesMax, 140, WIRE_VERSION)]));
          else link.send(opening());
        } else if (type === sessionOpened.type) {
          count('sessionsOpened');
          if (--left > 0) link.send(Buffer.concat([leaving(), opening()]));
          else if (random.chance(0.5)) socket.resetAndDestroy();
          else socket.end();
        } else if (type === refused.type) {
          socket.end();
        }
      }
    },
    failed: () => socket.end(),
  });
  link.start();
}

/** The first record of a sound call. */
function linkOpeningTo(socket: Socket, replicaId: number): Uint8Array {
  const { stream } = rawLink(socket, identity, replicaId);
  const bytes = stream.output.slice();
  stream.sent(bytes.length);
  return bytes;
}

/** Each gives how long the caller stays at most. */
function callReplica(socket: Socket, replicaId: number): number {
  const draw = random.below(20);
  if (draw < 12) {
    enter(socket, replicaId);
    return loiterMsMax;
  }
  count('garbage');
  if (draw < 14) rawLink(socket, forged, replicaId).start();
  else if (draw < 16) socket.write(someGarbage());
  else if (draw === 16) socket.write(claim(openingBytes, linkOpening.type, 99));
  else if (draw === 17) {
    const length = random.pick([0, 1, 7, 9, recordBytesMax, 65_535]);
    socket.write(claim(length, linkOpening.type, WIRE_VERSION));
  } else if (draw === 18)
    socket.write(linkOpeningTo(socket, replicaId).subarray(0, random.below(openingBytes)));
  else {
    loiter(socket, linkOpeningTo(socket, replicaId));
    return loiterMsMax;
  }
  return random.below(stayMsMax);
}

function callGateway(socket: Socket): number {
  count('garbage');
  const draw = random.below(8);
  if (draw === 0) {
    loiter(socket, Buffer.from('POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{'));
    return loiterMsMax;
  }
  if (draw === 1) socket.write(someGarbage());
  else if (draw === 2)
    socket.write('POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n');
  else if (draw === 3) socket.write(`GET /${'x'.repeat(random.below(40_000))} HTTP/1.1\r\n\r\n`);
  else if (draw === 4) socket.write(`GET /v1/book HTTP/1.1\r\n${'x: y\r\n'.repeat(random.below(2_000))}`);
  else {
    socket.write(webSocketRequest);
    const frame = draw < 7 ? someGarbage() : Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff]);
    socket.once('data', () => socket.write(frame));
  }
  return random.below(stayMsMax);
}

/** `replicaId`: 0 is the gateway. */
function come(port: number, replicaId: number): void {
  const socket = connect(port, '127.0.0.1');
  let stay = setTimeout(() => socket.destroy(), loiterMsMax);
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  socket.on('connect', () => {
    count('connected');
    clearTimeout(stay);
    const stayMs = replicaId === 0 ? callGateway(socket) : callReplica(socket, replicaId);
    stay = setTimeout(() => socket.destroy(), stayMs);
  });
  socket.on('close', () => {
    clearTimeout(stay);
    setTimeout(() => come(port, replicaId), random.below(pauseMsMax));
  });
}

for (let n = 0; n < callersEach; n++) {
  for (const { id, tcpPort } of replicas) come(tcpPort, id);
  come(gatewayPort, 0);
}
