/**
 * Clients that take more than their share, on the clients' host: `idle` ones hold connections, `slow` ones read nothing
 * of their streams, a `flood` asks as fast as it can, `orders` are those of one member, and a `storm` comes again and
 * again, with garbage. It says how many calls were taken and how many orders refused, line by line, until it is killed.
 */
import { connect, type Socket } from 'node:net';
import { signedHeaders } from '../../gateway/http/signing.ts';
import { Random } from '../../std/random.ts';
import type { ApiKeyWords } from './agent-orders.ts';
import { market } from './http-flow.ts';

const [kind = '', host = '', port = '', count = '', key = '{}'] = process.argv.slice(2);
const { keyId, secret } = JSON.parse(key) as ApiKeyWords;
const random = new Random(3);
let served = 0;
let refused = 0;
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

/** An order of one member, far from the market; each has a nonce, or a gateway would take it for a repeat. */
function order(): string {
  const { symbol, floodId } = market;
  const pathWithQuery = `/v1/orders?accountId=${floodId}`;
  const timeInForce = 'immediateOrCancel';
  const body = JSON.stringify({ symbol, side: 'buy', priceTicks: 1, quantityLots: 1, timeInForce });
  const signed = { timestamp: `${Date.now()}`, method: 'POST', pathWithQuery, body, nonce: `${orders++}` };
  const headers = {
    host,
    'content-type': 'application/json',
    'content-length': `${body.length}`,
    ...signedHeaders(keyId, secret, signed),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `POST ${pathWithQuery} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

let orders = 0;

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
    case 'orders':
      served -= 1;
      socket.setEncoding('latin1').on('data', (answer: string) => {
        const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
        served += statuses.length;
        refused += statuses.filter((status) => status === 429).length;
        if (statuses.length > 0) socket.write(order());
      });
      socket.write(order());
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
setInterval(() => console.log(`${served} ${refused}`), sayEveryMs);
