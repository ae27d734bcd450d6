/**
 * Fuzzes the bytes of streams: frames of WebSocket (RFC 6455, section 5) that are nearly right, on a gateway that
 * listens. They end their own stream at the most.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, joined, mutated, noise, piecesOf } from '../../std/testing/fuzzing.ts';
import { Desk } from '../testing/desk.ts';

const upgrade = [
  'GET /v1/stream HTTP/1.1',
  'host: x',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==',
].join('\r\n');
const texts = [
  '{"subscribe":{"cluster":true}}',
  '{"subscribe":{"book":["BTC-USD"]}}',
  '{}',
  '',
  'x'.repeat(200),
];
/** Continuation, text, binary, close, ping, pong, and two that are reserved. */
const operations = [0x0, 0x1, 0x1, 0x1, 0x2, 0x8, 0x9, 0xa, 0x3, 0xb];
const final = 0x80;
const masked = 0x80;
const lengthIn16 = 126;
const lengthIn64 = 127;
const framesMax = 5;
const waitMsMax = 250;

let opened: Promise<Desk> | undefined;

async function run(random: Random): Promise<void> {
  opened ??= Desk.open();
  const desk = await opened;
  const socket = connect(Number(new URL(desk.gateway.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  try {
    socket.write(`${upgrade}\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    assert.match(String(head), /^HTTP\/1\.1 101/);
    let bytes: Uint8Array = new Uint8Array(0);
    for (let n = random.between(1, framesMax); n > 0; n--) bytes = joined(bytes, frame(random));
    if (random.chance(0.5)) bytes = mutated(random, bytes);
    if (random.chance(0.1)) bytes = noise(random, 500);
    for (const piece of piecesOf(random, bytes)) if (socket.writable) socket.write(piece);
    await answered(socket);
  } finally {
    socket.destroy();
    await closed;
  }
  const live = await desk.get('/health/live');
  assert.equal(live.status, 200, 'the gateway lives on');
}

/** A frame; its parts are mostly as they must be. */
function frame(random: Random): Uint8Array {
  const payload = Buffer.from(random.chance(0.9) ? random.pick(texts) : noise(random, 1_000));
  const isMasked = random.chance(0.95);
  const claimed = random.chance(0.95) ? payload.length : random.next();
  const operation = random.pick(operations) | (random.chance(0.05) ? 0x40 : 0);
  const head = Buffer.alloc(10);
  head[0] = operation | (random.chance(0.9) ? final : 0);
  let headBytes = 2;
  if (claimed < lengthIn16 && random.chance(0.95)) {
    head[1] = claimed;
  } else if (claimed <= 0xffff) {
    head[1] = lengthIn16;
    head.writeUInt16BE(claimed, 2);
    headBytes = 4;
  } else {
    head[1] = lengthIn64;
    head.writeBigUInt64BE(BigInt(claimed) << BigInt(random.pick([0, 0, 20])), 2);
    headBytes = 10;
  }
  if (isMasked) head[1] = head[1]! | masked;
  const mask = Buffer.from([random.below(256), random.below(256), random.below(256), random.below(256)]);
  const body = payload.map((byte, n) => byte ^ mask[n % 4]!);
  return Buffer.concat([head.subarray(0, headBytes), ...(isMasked ? [mask, body] : [payload])]);
}

/** Until the gateway has read everything: it answers a ping, or ends the stream. */
async function answered(socket: Socket): Promise<void> {
  const ping = Buffer.from([final | 0x9, masked, 0, 0, 0, 0]);
  if (socket.writable) socket.write(ping);
  const signal = AbortSignal.timeout(waitMsMax);
  const ended = once(socket, 'close', { signal });
  const heard = once(socket, 'data', { signal });
  // A frame that claims more than came keeps the gateway waiting, which is right.
  await Promise.race([ended, heard]).catch(() => undefined);
  ended.catch(() => undefined);
  heard.catch(() => undefined);
}

export const frameBytesFuzzer: Fuzzer = {
  name: 'gateway-frames',
  property: 'Whatever bytes come on a stream, the gateway lives on and ends that stream at the most.',
  casesInTests: 60,
  run,
  close: async () => {
    await (await opened)?.close();
    opened = undefined;
  },
};
