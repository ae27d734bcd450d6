/**
 * Clients that take more than their share, on the clients' host: `idle` ones hold connections, `slow` ones read nothing
 * of their streams, a `flood` asks as fast as it can, and a `storm` comes again and again, with garbage. It says how
 * many have been there, line by line, until it is killed.
 */
import { connect, type Socket } from 'node:net';
import { Random } from '../../std/random.ts';
import { market } from './http-flow.ts';

const [kind = '', host = '', port = '', count = ''] = process.argv.slice(2);
const random = new Random(3);
let served = 0;
const sayEveryMs = 100;
const againMs = 20;
const garbageBytesMax = 4_096;

const upgrade = [
  'GET /v1/stream HTTP/1.1',
  `host: ${host}`,
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');
/** A masked frame of text with a mask of zeros. */
const subscription = Buffer.from(
  JSON.stringify({ subscribe: { trades: [market.symbol], books: [market.symbol] } }),
);
const frame = Buffer.concat([Buffer.from([0x81, 0x80 | subscription.length, 0, 0, 0, 0]), subscription]);
const question = `GET /v1/instruments HTTP/1.1\r\nhost: ${host}\r\n\r\n`;

function garbage(): Buffer {
  return Buffer.from(Array.from({ length: random.between(1, garbageBytesMax) }, () => random.below(256)));
}

function act(socket: Socket): void {
  served += 1;
  switch (kind) {
    case 'idle':
      return;
    case 'slow':
      socket.write(upgrade);
      socket.once('data', () => {
        socket.write(frame);
        socket.pause();
      });
      return;
    case 'flood':
      socket.on('data', () => {
        served += 1;
        socket.write(question);
      });
      socket.write(question);
      return;
    default:
      socket.end(random.chance(0.5) ? garbage() : question.slice(0, random.between(1, question.length)));
  }
}

function come(): void {
  const socket = connect(Number(port), host);
  socket.on('connect', () => act(socket));
  socket.on('error', () => undefined);
  socket.on('close', () => setTimeout(come, againMs));
}

for (let n = 0; n < Number(count); n++) come();
setInterval(() => console.log(served), sayEveryMs);
