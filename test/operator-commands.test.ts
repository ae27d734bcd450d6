// What operators ask and order at a real cluster, by commands that no other test runs against one.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../src/chaos/orders.ts';
import type { Client } from '../src/client/index.ts';
import { StreamReader } from '../src/gateway/testing/stream-reader.ts';
import { replicaFolder } from '../src/ops/supervisor/cluster-folder.ts';
import { programFile } from '../src/ops/version.ts';
import { type Pager, pagerOnLoopback } from './long/testing/pager.ts';

const accountId = 701;
const otherId = 702;
let pager: Pager;
let exchange: TestExchange;
let client: Client;
before(async () => {
  pager = await pagerOnLoopback();
  const notify = { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }] };
  exchange = await TestExchange.start({ configuration: { canary: { watcher: 1 }, notify } });
  await exchange.whole();
  client = await exchange.client();
  await prepareMarket(client);
});
after(async () => {
  await exchange.end();
  pager.close();
});

const attempts = 10;

/** What a command prints; it succeeds. */
async function said(...words: readonly string[]): Promise<string> {
  for (let left = attempts; ; left--) {
    const { code, out, err } = await exchange.run(...words);
    if (code === 0) return out;
    // On a machine that does much else an answer may be late; a person repeats the command.
    const isLate = /Send it again|answers|none of them leads|a fault: \d late\.$/m.test(err);
    assert.ok(left > 1 && isLate, `${words.join(' ')}: ${out}${err}`);
    await exchange.whole();
  }
}

/** What a command prints that reads no configuration; it succeeds. */
function alone(...words: readonly string[]): string {
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync(process.execPath, [programFile, ...words], {
    encoding: 'utf8',
  });
  assert.equal(code, 0, stderr);
  return stdout;
}

function order(side: 'buy' | 'sell', priceTicks: number, ofAccount = accountId) {
  return client.placeOrder({ accountId: ofAccount, instrumentId, side, priceTicks, quantityLots: 1 });
}

test('one line says where the leader is, and a page who hears whom', async () => {
  const { replicaId } = await exchange.leader();
  const { host, tcpPort } = exchange.loaded.configuration.replicas[replicaId - 1]!;
  assert.equal((await said('where', '--leader')).trim(), `${host}:${tcpPort}`);
  const details = await said('status', '--details');
  for (const word of ['hears', 'clock', 'flush']) assert.match(details, new RegExp(word, 'i'));
});

test('a status that is watched is drawn again until it is stopped', async (t) => {
  const watching = exchange.spawn('status', '--watch', '--json');
  t.after(() => watching.kill('SIGKILL'));
  let drawn = '';
  watching.stdout!.on('data', (chunk: Buffer) => {
    drawn += chunk.toString();
  });
  await exchange.until('it is drawn three times', async () => drawn.split('\n').length > 3);
  watching.kill('SIGINT');
  await once(watching, 'exit');
  assert.equal((JSON.parse(drawn.split('\n')[0]!) as { readonly ok: boolean }).ok, true);
});

test('what was promised, what was kept, and what may be expected', async () => {
  assert.match(await said('availability'), /Promised: .* Most of it is: /s);
  const { ok } = JSON.parse((await said('availability', '--json')).trim().split('\n').at(-1)!) as {
    ok: boolean;
  };
  assert.equal(ok, true);
});

test('hooks are shown, and a test notice reaches each of them', async () => {
  assert.match(await said('notify'), /^pager +closed /m);
  await said('notify', '--test');
  const tests = pager.notices.filter(({ kind }) => kind === 'test');
  assert.equal(tests.length, 1, JSON.stringify(pager.notices.map(({ kind }) => kind)));
});

/** Waits until a stream shows a mode; where events were lost, it has all modes again. */
async function shownOn(
  reader: StreamReader,
  wanted: { readonly scope: string; readonly mode: string; readonly reason: string },
): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const message = await reader.nextOf('mode', 'modes');
    const rows = (message.type === 'modes' ? message['modes'] : [message]) as Record<string, unknown>[];
    const found = rows.find(
      ({ scope, mode, reason }) => scope === wanted.scope && mode === wanted.mode && reason === wanted.reason,
    );
    if (found !== undefined) return found;
  }
}

test('the reason of a mode is on the stream and in the status of a gateway', async (t) => {
  const reader = await StreamReader.open({ gateway: { url: exchange.gatewayUrl } });
  t.after(() => reader.socket.terminate());
  reader.send({ subscribe: { modes: true } });
  await reader.next('modes');
  const status = async (): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await exchange.get('/v1/status');
    return (await answer!.json()) as Readonly<Record<string, unknown>>;
  };
  await said('mode', 'halted', '--instrument', String(instrumentId), '--reason', 'bad data');
  const halted = { scope: 'instrument', mode: 'halted', reason: 'bad data' } as const;
  assert.equal((await shownOn(reader, halted))['symbol'], 'TEST');
  assert.deepEqual((await status())['instruments'], [{ ...halted, symbol: 'TEST', opensAtMs: 0 }]);
  await said('mode', 'cancel-only', '--reason', 'a drill', '--open-after', '3600');
  const drill = { scope: 'exchange', mode: 'cancelOnly', reason: 'a drill' } as const;
  const { opensAtMs } = await shownOn(reader, drill);
  assert.ok(Number(opensAtMs) > 0, 'and when it opens by itself');
  assert.deepEqual((await status())['exchange'], { ...drill, opensAtMs });
  await said('mode', 'open');
  await said('mode', 'open', '--instrument', String(instrumentId));
  await shownOn(reader, { scope: 'instrument', mode: 'open', reason: '' });
  const opened = await status();
  assert.equal((opened['exchange'] as { readonly mode: string }).mode, 'open');
  assert.deepEqual(opened['instruments'], []);
});

test('an instrument and an account are stopped with a reason; what opens by itself opens', async () => {
  await said(
    'mode',
    'cancel-only',
    '--instrument',
    String(instrumentId),
    '--reason',
    'news',
    '--open-after',
    '1',
  );
  const stopped = await order('buy', 3);
  // A slow machine may have opened it again before the order came.
  if (!stopped.ok)
    assert.deepEqual([stopped.code, stopped.refusedBy?.reasonText], ['modeCancelOnly', 'news']);
  await exchange.until('the instrument opens by itself', async () => (await order('buy', 3)).ok);
  await said('mode', 'read-only', '--account', String(accountId));
  assert.match(
    await said('mode', '--account', String(accountId)),
    new RegExp(`account ${accountId}: read-only`),
  );
  assert.equal((await order('buy', 3)).code, 'modeReadOnly');
  assert.ok((await order('buy', 3, otherId)).ok, 'others are not concerned');
  await said('mode', 'open', '--account', String(accountId));
  for (const [option, number] of [
    ['--account', '777777'],
    ['--instrument', '777777'],
  ] as const) {
    const { code, err } = await exchange.run('mode', option, number);
    assert.deepEqual([code, err.trim()], [1, `There is no ${option.slice(2)} ${number}.`]);
  }
  assert.ok((await order('buy', 3)).ok);
});

test('a key is shown, changed, and given to a program', async () => {
  const account = String(accountId);
  await said('keys', 'add', 'desk', '--account', account, '--permissions', 'read,trade,cancel');
  await said('keys', 'change', 'desk', '--permissions', 'read');
  assert.equal(JSON.parse((await said('keys', 'list', '--json')).trim().split('\n').at(-1)!).ok, true);
  assert.match(await said('keys', 'show', 'desk'), new RegExp(`^desk: read; accounts ${account};`, 'm'));
  await said('keys', 'add', 'robot', '--program', '7', '--account', account, '--permissions', 'trade');
  assert.match(await said('keys', 'show', 'robot'), /program/);
});

test('commands that wait for a decision are none here, and none is voided without need', async () => {
  assert.match(await said('void', 'list'), /no command/i);
  const { code, err } = await exchange.run('void', 'decide', '1');
  assert.notEqual(code, 0);
  assert.match(err, /\S/);
});

test('a journal is verified, and its commands written out, beside the replica that writes it', async () => {
  const folder = replicaFolder(exchange.loaded.dataFolder, 2);
  assert.match(alone('journal', 'verify', folder), /\S/);
  const file = join(exchange.folder, 'range.jsonl');
  const { dataFolder } = exchange.loaded;
  await said('export', '--folder', folder, '--data', dataFolder, '--from', '1', '--to', '3', '--out', file);
  assert.ok(existsSync(file));
});

test('a watcher plays a number of rounds, and ends well where all of them were right', async () => {
  await said('watch', '--found', '1', '2');
  assert.match(await said('watch', '--watcher', '2', '--rounds', '2'), /\S/);
});

test('a made-up file of orders is the same for the same options', () => {
  const made = alone('sample', '--format', 'bitstamp', '--orders', '50');
  assert.ok(made.split('\n').length > 50);
  assert.equal(alone('sample', '--format', 'bitstamp', '--orders', '50'), made);
});

/** Programs in a network of their own, so that every port is free. */
const apart = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const [unshare = '', ...apartWords] = apart;
const { status } = spawnSync(unshare, [...apartWords, 'true']);

test('an exchange with its ports and a market of its own runs by one command, and begins afresh', {
  skip: status === 0 ? false : 'no program can have a network of its own here',
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'lockstep-demo-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const run = (...words: readonly string[]): ChildProcess =>
    spawn(unshare, [...apartWords, process.execPath, programFile, ...words], { cwd: data });
  for (const words of [
    ['up', '--demo', '--replicas', '1', '--data', join(data, 'data')],
    ['up', '--demo', '--replicas', '1', '--data', join(data, 'data'), '--fresh'],
  ]) {
    const up = run(...words);
    t.after(() => up.kill('SIGKILL'));
    let out = '';
    for (const stream of [up.stdout!, up.stderr!])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
    await exchange.until(
      'it says where it is',
      async () => out.includes('http://127.0.0.1:8080/') && out.includes('docs'),
      () => out.length,
    );
    up.kill('SIGINT');
    const [code] = (await once(up, 'exit')) as [number | null];
    assert.equal(code, 0, out);
  }
});
