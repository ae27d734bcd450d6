// What a stream says of the same question, in the words of HTTP: symbols, places among executions, keys, times, texts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedHeaders } from '../src/gateway/http/signing.ts';
import { type KeyOfReader, streamLogin } from '../src/gateway/testing/stream-login.ts';
import { type StreamMessage, StreamReader } from '../src/gateway/testing/stream-reader.ts';
import { type AnswerWord, Faces, type Json, key, operatorToken, saidBy } from './testing/faces.ts';

let faces: Faces;
before(async () => {
  faces = await Faces.open();
});
after(() => faces.close());

/** The code of what a stream refuses: a message, or the first part of one. */
function refusedBy({ error, refused }: StreamMessage): string | undefined {
  const [first] = (refused ?? [{ error }]) as readonly { readonly error?: { readonly code: string } }[];
  return first?.error?.code;
}

/** What the answers to a message say, on a stream of its own on which the owner of the key is logged in. */
async function byStream(message: unknown): Promise<AnswerWord> {
  const reader = await StreamReader.open(faces);
  try {
    assert.equal((await reader.login(key)).type, 'authenticated');
    reader.send(message);
    for (;;) {
      const answer = await reader.nextOf('error', 'subscriptions', 'execution', 'executionsResumed');
      if (answer.type === 'execution') return 'rows';
      if (answer.type === 'executionsResumed') return 'none';
      const code = refusedBy(answer);
      if (code !== undefined) return saidBy(code);
      if (answer['executions'] === false) return 'rows';
    }
  } finally {
    reader.socket.close();
  }
}

interface AskedOnStream {
  readonly what: string;
  readonly stream: AnswerWord;
  readonly http: AnswerWord;
}

function ofStream(table: readonly AskedOnStream[]): void {
  assert.deepEqual(
    table.filter(({ stream, http }) => stream !== http),
    [],
  );
}

test('a stream says of symbols, and of places among executions, what HTTP says', async () => {
  const table: AskedOnStream[] = [];
  for (const symbol of ['ACME', 'NONE', 'acme', ' ACME', 'A B', 'é', 'x'.repeat(17)])
    for (const [channel, path] of [
      ['book', 'book'],
      ['trades', 'trades?limit=5'],
    ] as const) {
      const http = await faces.byHttp('GET', `/v1/instruments/${encodeURIComponent(symbol)}/${path}`);
      const stream = await byStream({ subscribe: { [channel]: [symbol] } });
      table.push({ what: `${channel} of ${symbol.slice(0, 20)}`, stream, http });
    }
  const places: Json[] = ['', 'x', -1, 1.5, 2 ** 53, null, true].flatMap((wrong) => [
    { fromSeq: wrong },
    { fromSeq: 0, afterN: wrong },
  ]);
  for (const place of [...places, { afterN: 1 }, { fromSeq: 0 }, { fromSeq: 1_000_000 }]) {
    const query = Object.entries(place).map(([name, value]) => `${name}=${String(value)}`);
    const http = await faces.byHttp('GET', `/v1/fills?${query.join('&')}`);
    const stream = await byStream({ subscribe: { executions: true, ...place } });
    table.push({ what: JSON.stringify(place), stream, http });
  }
  ofStream(table);
  for (const said of ['rows', 'refused', 'unknown', 'ahead'])
    assert.ok(
      table.some(({ stream }) => stream === said),
      said,
    );
});

/** Signs a question over HTTP and logs in on a stream, at a time; each says its code, or that it is taken. */
async function logIn(signer: KeyOfReader, timestamp = String(Date.now())): Promise<AskedOnStream> {
  const path = '/v1/fills';
  const request = { timestamp, method: 'GET', pathWithQuery: path, body: '' };
  const headers = signedHeaders(signer.keyId, signer.secret, request);
  const { error } = (await (await fetch(faces.gateway.url + path, { headers })).json()) as Json;
  const reader = await StreamReader.open(faces);
  reader.send({ auth: streamLogin(signer, await reader.challenge(), timestamp) });
  let answer = await reader.nextOf('authenticated', 'error');
  if (answer.type === 'authenticated') {
    reader.send({ subscribe: { executions: true } });
    answer = await reader.nextOf('subscriptions');
  }
  reader.socket.close();
  const http = (error as { readonly code: string } | undefined)?.code ?? 'done';
  return { what: `${signer.keyId} at ${timestamp}`, stream: refusedBy(answer) ?? 'done', http };
}

test('a stream says of keys and times what HTTP says', async () => {
  const table = [
    await logIn(key),
    await logIn({ ...key, secret: 'cd'.repeat(32) }),
    await logIn({ ...key, keyId: 'nobody' }),
    await logIn(key, String(Date.now() - 3_600_000)),
    await logIn(key, String(Date.now() + 3_600_000)),
    await logIn(key, '12x'),
  ];
  const keys = '/v1/operator/keys';
  for (const [keyId, rights] of [
    ['elsewhere', { networks: ['10.1.2.0/24'] }],
    ['trader', { permissions: ['trade'] }],
    ['ended', {}],
  ] as const) {
    const made = await fetch(faces.gateway.operatorUrl + keys, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ keyId, accountIds: [1], ...rights }),
    });
    const { secret } = (await made.json()) as { readonly secret: string };
    if (keyId === 'ended') assert.equal(await faces.byHttp('DELETE', `${keys}/${keyId}`), 'rows');
    table.push(await logIn({ keyId, secret }));
  }
  ofStream(table);
  assert.deepEqual(
    table.filter(({ stream }) => stream === 'done').map(({ what }) => what.split(' ')[0]),
    [key.keyId],
  );
});

test('a stream says of texts that are no request what HTTP says', async () => {
  const table: AskedOnStream[] = [];
  const texts = ['', '{"a":', '[]', 'null', '"x"', '7', '{"ping":1,"ping":2}', '{"type":1e999}', 'NaN'];
  for (const text of [...texts, '\ufeff{"ping":1}', `{"x":"${'y'.repeat(20_000)}"}`]) {
    const reader = await StreamReader.open(faces);
    reader.send(text);
    const stream = saidBy(refusedBy(await reader.nextOf('error', 'pong')) ?? 'done');
    reader.socket.close();
    table.push({
      what: text.slice(0, 20),
      stream,
      http: await faces.byHttp('POST', '/v1/orders', undefined, text),
    });
  }
  ofStream(table);
});
