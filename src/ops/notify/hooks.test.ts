import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NotifySettings } from '../configuration/notify-keys.ts';
import { hooksOf } from './hooks.ts';
import type { Notice } from './notice.ts';

const { createServer } = process.getBuiltinModule('node:http');

const notice: Notice = {
  id: '1-abc-diskFull-replica-3-1',
  kind: 'diskFull',
  subject: 'replica 3',
  number: 1,
  order: 5,
  state: 'begins',
  value: '',
  severity: 'critical',
  text: 'The disk of replica 3 is <full> & more.',
  facts: { member: 3 },
  atMs: 1_700_000_000_000,
  reporter: 2,
};
const webhook: Omit<NotifySettings['webhooks'][number], 'url'> = {
  name: 'pager',
  secret: undefined,
  format: 'json',
  on: ['all'],
  timeoutMs: 5_000,
  authoritiesFile: undefined,
};

interface Request {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

type Reply = (answer: import('node:http').ServerResponse) => void;

/** An endpoint of its own; what came to it. */
async function endpoint(t: TestContext, reply: Reply) {
  const requests: Request[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      requests.push({ headers: request.headers, body });
      reply(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x` };
}

function deliver(
  settings: Partial<NotifySettings>,
  signal = new AbortController().signal,
  lines: string[] = [],
) {
  const all = { webhooks: [], commands: [], giveUpMinutes: 1, ...settings };
  const [hook] = hooksOf(all, 9, (name, line) => lines.push(`${name}: ${line}`));
  return hook!.deliver(notice, signal);
}

test('a webhook is sent the facts as JSON, signed with its secret', async (t) => {
  const secret = 'secret-secret-secret';
  const { requests, url } = await endpoint(t, (answer) => answer.end());
  await deliver({ webhooks: [{ ...webhook, url, secret }] });
  const [{ headers, body } = { headers: {}, body: '' }] = requests;
  const { order: _, atMs: __, ...rest } = notice;
  assert.deepEqual(JSON.parse(body), { ...rest, clusterId: 9, at: '2023-11-14T22:13:20.000Z' });
  assert.equal(headers['lockstep-notice'], notice.id);
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['lockstep-signature']))!;
  assert.equal(signature, createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
});

test('a channel is sent a text, in which nothing is markup', async (t) => {
  const { requests, url } = await endpoint(t, (answer) => answer.end());
  await deliver({ webhooks: [{ ...webhook, url, format: 'slack' }] });
  assert.deepEqual(JSON.parse(requests[0]!.body), {
    text: '[critical] Lockstep cluster 9: The disk of replica 3 is &lt;full&gt; &amp; more.',
  });
  assert.equal(requests[0]!.headers['lockstep-signature'], undefined);
});

test('an endpoint that refuses, redirects, answers without end or does not answer has not got it', async (t) => {
  const at = async (reply: Reply, signal?: AbortSignal): Promise<void> => {
    const { url } = await endpoint(t, reply);
    await deliver({ webhooks: [{ ...webhook, url }] }, signal);
  };
  await assert.rejects(
    at((answer) => answer.writeHead(500).end()),
    /it answers with status 500/,
  );
  await assert.rejects(
    at((answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()),
    /status 302/,
  );
  await assert.rejects(
    at((answer) => answer.end('x'.repeat(100_000))),
    /longer than 65536 bytes/,
  );
  await assert.rejects(
    at((answer) => answer.destroy()),
    /went away/,
  );
  await assert.rejects(
    at(() => undefined, AbortSignal.timeout(200)),
    /no answer in time/,
  );
  await assert.rejects(
    deliver({ webhooks: [{ ...webhook, url: 'http://127.0.0.1:1/' }] }),
    /127\.0\.0\.1:1 refuses the connection: start what takes notices there, or correct url/,
  );
});

const command = { name: 'script', on: ['all'], timeoutMs: 5_000 } as NotifySettings['commands'][number];

test('a command has the facts in its environment, none of the secrets there, and its output in the log', async () => {
  process.env['LOCKSTEP_TEST_SECRET'] = 'hidden';
  const lines: string[] = [];
  const run = [
    '/bin/sh',
    '-c',
    'echo "$LOCKSTEP_EVENT $LOCKSTEP_SUBJECT $LOCKSTEP_FACTS"; echo "[$LOCKSTEP_TEST_SECRET]" >&2; printf last',
  ];
  try {
    await deliver({ commands: [{ ...command, run }] }, undefined, lines);
  } finally {
    delete process.env['LOCKSTEP_TEST_SECRET'];
  }
  assert.deepEqual(lines.toSorted(), [
    'script: []',
    'script: diskFull replica 3 {"member":3}',
    'script: last',
  ]);
});

test('a command that fails, is missing or writes without end says so', async () => {
  const running = (run: string[], lines: string[] = []) =>
    deliver({ commands: [{ ...command, run }] }, undefined, lines);
  await assert.rejects(running(['/bin/sh', '-c', 'exit 3']), /it ends with exit code 3/);
  await assert.rejects(running(['/no/such/program']), /it cannot be run: .*ENOENT/);
  const lines: string[] = [];
  await running(['/bin/sh', '-c', 'yes | head -c 1000000'], lines);
  assert.ok(lines.join('').length < 200_000, `${lines.join('').length}`);
});

test('a command that never ends is ended with all that it started', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-hook-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'pid');
  const run = ['/bin/sh', '-c', `sleep 1000 & echo $! > ${file}; wait`];
  const ending = new AbortController();
  const ended = deliver({ commands: [{ ...command, run }] }, ending.signal);
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(5);
  const pid = Number(readFileSync(file, 'utf8'));
  ending.abort();
  await assert.rejects(ended, /it is ended by SIGKILL/);
  const isRunning = (): boolean => {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
    return !/\) [ZX]/.test(stat);
  };
  while (isRunning()) await sleep(5);
});
