import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

/** The status, head and body of the answer to these bytes, after which the caller ends. */
async function answerTo(bytes: string): Promise<{ status: number; head: string; body: string }> {
  const socket = callAsStranger(Number(new URL(desk.gateway.url).port));
  let text = '';
  const closed = closeOf(socket);
  await new Promise<void>((resolve) => {
    socket.on('close', resolve).on('data', (chunk) => {
      text += String(chunk);
      const [head = '', body] = text.split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (body !== undefined && (length === undefined || body.length >= Number(length))) resolve();
    });
    socket.write(bytes);
  });
  socket.destroy();
  await closed;
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}

const host = 'Host: x\r\n';
const json = `${host}Content-Type: application/json\r\n`;
const upgrade = `${host}Connection: upgrade\r\nUpgrade: websocket\r\n`;
const odd: [bytes: string, status: number, code: string][] = [
  [`GET /v1/time HTTP/1.1\r\n${host}Expect: x-foo\r\n\r\n`, 417, 'expectationFailed'],
  [`POST /v1/orders HTTP/1.1\r\n${json}Content-Length: 99999\r\n\r\n`, 413, 'bodyTooLarge'],
  [`POST /v1/orders HTTP/1.1\r\n${json}Transfer-Encoding: gzip\r\n\r\n`, 400, 'malformedHttp'],
  [`GET /v1/time HTTP/1.1\r\n${host}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headersTooLarge'],
  ['GET /v1/time HTTP/1.1\r\n\r\n', 400, 'malformedHttp'],
  [`NONSENSE /v1/time HTTP/1.1\r\n${host}\r\n`, 400, 'malformedHttp'],
  [`PROPFIND /v1/orders HTTP/1.1\r\n${host}\r\n`, 405, 'methodNotAllowed'],
  [`CONNECT x:80 HTTP/1.1\r\n${host}\r\n`, 404, 'unknownRoute'],
  [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, 404, 'unknownRoute'],
  [`GET /%zz HTTP/1.1\r\n${host}\r\n`, 404, 'unknownRoute'],
  [`GET /v1/stream HTTP/1.1\r\n${upgrade}Sec-WebSocket-Version: 12\r\n\r\n`, 400, 'malformedHttp'],
  [`GET /v1/stream HTTP/1.1\r\n${upgrade}Sec-WebSocket-Version: 13\r\n\r\n`, 400, 'malformedHttp'],
  [
    `POST /v1/orders HTTP/1.1\r\n${json}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`,
    415,
    'unsupportedMediaType',
  ],
  [
    `POST /v1/orders HTTP/1.1\r\n${host}Content-Type: application/json; charset=utf-16\r\nContent-Length: 2\r\n\r\n{}`,
    415,
    'unsupportedMediaType',
  ],
];
for (const [bytes, status, code] of odd) {
  test(`${JSON.stringify(bytes.slice(0, 90))} is answered with ${code}, in the shape of all errors`, async () => {
    const answer = await answerTo(bytes);
    assert.equal(answer.status, status);
    assert.match(answer.head, /\r\nx-request-id: \S+/i);
    assert.match(answer.head, /\r\ncontent-type: application\/json/i);
    const { error } = JSON.parse(answer.body);
    assert.deepEqual([error.code, typeof error.message, typeof error.hint], [code, 'string', 'string']);
  });
}

test('a stream without an upgrade is answered with 426, and the protocol to change to', async () => {
  const answer = await answerTo(`GET /v1/stream HTTP/1.1\r\n${host}\r\n`);
  assert.equal(answer.status, 426);
  assert.match(answer.head, /\r\nupgrade: websocket\r\n/i);
  assert.match(answer.head, /\r\nconnection: upgrade(\r\n|$)/i);
  const { error } = JSON.parse(answer.body);
  assert.equal(error.code, 'upgradeRequired');
  assert.match(error.hint, /WebSocket.*ws:/);
});

test('what is equal by the rules of HTTP is taken alike', async () => {
  const same = [
    [`POST /v1/orders HTTP/1.1\r\n${json}Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\n{}`, 401],
    [
      `POST /v1/orders HTTP/1.1\r\n${host}content-type: Application/JSON; Charset="UTF-8"\r\nContent-Length: 2\r\n\r\n{}`,
      401,
    ],
    // An offer of another protocol may be passed over.
    [`GET /v1/time HTTP/1.1\r\n${host}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`, 200],
    [`GET /v1/time HTTP/1.1\r\n${upgrade}\r\n`, 200],
    [`GET /v1/time HTTP/1.1\r\n${host}Expect: 100-Continue\r\n\r\n`, 100],
  ] as const;
  for (const [bytes, status] of same) assert.equal((await answerTo(bytes)).status, status, bytes);
});

test('a stream is opened by GET alone: the connection of another method goes on with its next request', async () => {
  const socket = callAsStranger(Number(new URL(desk.gateway.url).port));
  const answer = async (): Promise<string> => String(await once(socket, 'data')).split('\r\n')[0]!;
  socket.write(`POST /v1/stream HTTP/1.1\r\n${upgrade}Content-Length: 0\r\n\r\n`);
  assert.equal(await answer(), 'HTTP/1.1 405 Method Not Allowed');
  socket.write(`GET /v1/time HTTP/1.1\r\n${host}\r\n`);
  assert.equal(await answer(), 'HTTP/1.1 200 OK');
  socket.destroy();
});
