// Requests that two readers could take for two different ones, at real sockets: each is refused with 400, and nothing
// that comes behind it on its connection is read.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';
import { signatureHeaders } from './signing.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

/** What a server answers to these bytes until it ends the connection. */
async function answersTo(url: string, bytes: string): Promise<string> {
  const socket = callAsStranger(Number(new URL(url).port));
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write(bytes, 'latin1');
  await closeOf(socket);
  return text;
}

const host = 'Host: x\r\n';
const json = 'Content-Type: application/json\r\n';
const get = (headers: string, target = '/v1/time', version = '1.1'): string =>
  `GET ${target} HTTP/${version}\r\n${headers}\r\n`;
const post = (headers: string, body: string, version = '1.1'): string =>
  `POST /v1/orders HTTP/${version}\r\n${host}${json}${headers}\r\n${body}`;
const chunk = '2\r\n{}\r\n0\r\n\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';

/** What is sent, and what is said of it. */
const refused: readonly (readonly [bytes: string, said: RegExp])[] = [
  [get('Host: x\r\nHost: y\r\n'), /\\"host\\" is there twice/],
  [get('host: x\r\nHOST: x\r\n'), /\\"host\\" is there twice/],
  [get('Host: x\r\nHost: y\r\n', '/v1/time', '1.0'), /\\"host\\" is there twice/],
  [get('Host: x\r\n__proto__: y\r\nhost: x\r\n'), /\\"host\\" is there twice/],
  [get(''), /\\"Host\\" is missing/],
  [get('Host: a b\r\n'), /no name or address with a port/],
  [get('Host: a, b\r\n'), /no name or address with a port/],
  [get('Host: user@a\r\n'), /no name or address with a port/],
  [get('Host: a/b\r\n'), /no name or address with a port/],
  [
    get(`${host}Authorization: Bearer a\r\nauthorization: Bearer b\r\n`),
    /\\"authorization\\" is there twice/,
  ],
  [get(`${host}Expect: 100-continue\r\nExpect: 100-continue\r\n`), /\\"expect\\" is there twice/],
  [post('content-type: text/plain\r\nContent-Length: 2\r\n', '{}'), /\\"content-type\\" is there twice/],
  [
    post('Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n', '{}'),
    /\\"content-encoding\\" is there twice/,
  ],
  ...Object.values(signatureHeaders).map(
    (name) =>
      [
        get(`${host}${name}: 1\r\n${name.toUpperCase()}: 2\r\n`),
        new RegExp(`${name}\\\\" is there twice`),
      ] as const,
  ),
  [post(`${chunked}${chunked}`, chunk), /not HTTP|is there twice/],
  [post('Transfer-Encoding: gzip, chunked\r\n', chunk), /\\"chunked\\" alone/],
  [post(chunked, chunk, '1.0'), /\\"chunked\\" alone, in HTTP\/1.1/],
  [get(host, 'http://x/v1/time'), /a path from \\"\/\\" on/],
  [get(host, 'https://elsewhere/v1/time'), /a path from \\"\/\\" on/],
  [get(host, '/v1/time#part'), /a path from \\"\/\\" on/],
  [get(host, '/v1/%6frders'), /percent-encoded, which mean themselves/],
  [get(host, '/v1/%6Frders?limit=1'), /percent-encoded/],
  [get(host, '/v1/orders/by%2Dclient%2Did/a'), /percent-encoded/],
  [get(host, '/v1/x/%2e%2E/orders'), /percent-encoded/],
  [get(host, '/%76%31/time'), /percent-encoded/],
  [get(host, '/v1/orders/%31'), /percent-encoded/],
  [get(host, '/v1/operator/%5aone'), /percent-encoded/],
  // Node's parser:
  [get(`${host}Content-Length: 0\r\nContent-Length: 0\r\n`), /not HTTP/],
  [get(`${host}Content-Length: 0\r\nContent-Length: 1\r\n`), /not HTTP/],
  [get(`${host}Content-Length: 0, 0\r\n`), /not HTTP/],
  [get(`${host}Content-Length: +0\r\n`), /not HTTP/],
  [get(`${host}Content-Length: 0x0\r\n`), /not HTTP/],
  [get(`${host}Content-Length: -1\r\n`), /not HTTP/],
  [get(`${host}Content-Length : 0\r\n`), /not HTTP/],
  [post(`Content-Length: 5\r\n${chunked}`, chunk), /not HTTP/],
  [post(`${chunked}Content-Length: 5\r\n`, chunk), /not HTTP/],
  [post('Transfer-Encoding: xchunked\r\n', chunk), /not HTTP|\\"chunked\\" alone/],
  [post('Transfer-Encoding: chunked, identity\r\n', chunk), /not HTTP/],
  [post(chunked, '2;\n{}\r\n0\r\n\r\n'), /not HTTP/],
  [post(chunked, '+2\r\n{}\r\n0\r\n\r\n'), /not HTTP/],
  [get(`${host}x: a\r\n b\r\n`), /not HTTP/],
  [get(`${host}x-lockstep-key:\r\n a\r\n`), /not HTTP/],
  [get('Host: x\n'), /not HTTP/],
  ['GET /v1/time HTTP/1.1\nHost: x\n\n', /not HTTP/],
  [get(`${host}x: a\rb\r\n`), /not HTTP/],
  [get(`${host}x: a\0b\r\n`), /not HTTP/],
  [get(` ${host}`), /not HTTP/],
  [get(host, 'x:80'), /not HTTP/],
  [get(host, '/v1/time x'), /not HTTP/],
  [get(host, '/v1/time?\xe9'), /not HTTP|a path/],
  [get(host, '/v1/time', '1.2'), /not HTTP|is not served/],
  [get(host, '/v1/time', '2.0'), /not HTTP|is not served/],
  ['GET /v1/time\r\n\r\n', /not HTTP|is not served/],
  [`get /v1/time HTTP/1.1\r\n${host}\r\n`, /not HTTP/],
];
for (const [bytes, said] of refused) {
  test(`${JSON.stringify(bytes.slice(0, 110))} is refused, and what comes behind it is not read`, async () => {
    const behind = `GET /v1/instruments HTTP/1.1\r\n${host}\r\n`;
    for (const url of [desk.gateway.url, desk.gateway.operatorUrl]) {
      const answers = await answersTo(url, bytes + behind);
      const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
      // A body is read behind its head: a path that is not there has been answered by then.
      assert.equal(statuses.pop(), '400', answers);
      assert.ok(
        statuses.every((status) => status === '404'),
        answers,
      );
      assert.match(answers, /"code":"malformedHttp"/);
      assert.match(answers, said);
    }
  });
}

test('a request of one meaning is taken, however its names are written', async () => {
  const signed = desk.signature('GET', '/v1/orders');
  const upper = Object.entries(signed).map(([name, value]) => `${name.toUpperCase()}: ${value}\r\n`);
  const taken = [
    get(`HOST: x:80\r\n${upper.join('')}`, '/v1/orders'),
    get('host: [::1]:8080\r\n'),
    get('host: \r\n'),
    get('', '/v1/time', '1.0'),
    get(host, '/v1/instruments/BTC-USD/book?%6cevels=1'),
    // Lists may be in several headers, as proxies write them.
    get(`${host}Accept: a\r\nAccept: b\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n`),
  ];
  for (const bytes of taken)
    assert.match(
      await answersTo(desk.gateway.url, bytes.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
      /^HTTP\/1\.1 200 /,
      bytes,
    );
});

test('answers that are due come before the refusal, and a signed order behind it is not carried out', async () => {
  const body = JSON.stringify({ symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '1.5' });
  const headers = Object.entries(desk.signature('POST', '/v1/orders', { body }));
  const order = `POST /v1/orders HTTP/1.1\r\n${host}${json}${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Content-Length: ${body.length}\r\n\r\n${body}`;
  const twice = order.replace(host, `${host}Host: y\r\n`);
  const answers = await answersTo(desk.gateway.url, `${get(host)}${twice}${order}`);
  assert.deepEqual(
    [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['200', '400'],
  );
  assert.deepEqual(
    desk.exchange.received.filter(([name]) => name === 'placeOrder'),
    [],
  );
  while (!/connections_cut_total\{reason="head"\} [1-9]/.test(await desk.metrics()));
});

test('a stream is not opened by a head with two meanings', async () => {
  const socket = callAsStranger(Number(new URL(desk.gateway.url).port));
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  socket.write(
    get(
      `${host}Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${key}${key}`,
      '/v1/stream',
    ),
  );
  assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 400 .*"sec-websocket-key\\" is there twice/s);
  socket.destroy();
});
