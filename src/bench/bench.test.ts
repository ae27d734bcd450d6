import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { monotonicUs } from './cluster/clocks.ts';
import { FalseAlarmWatch } from './cluster/false-alarms.ts';
import { LogBook, shownEntries } from './cluster/log-book.ts';
import { inlinedBytesInReplicas } from './engine/compiler.ts';
import { FlowOrderIds } from './load/book-flow.ts';
import { Latencies, spread } from './load/latencies.ts';
import { comparison, type KeptRun } from './report/record.ts';
import { tableText } from './report/table.ts';

test('percentiles are nearest ranks, and an empty list has none', () => {
  const values = Array.from({ length: 100 }, (_, n) => 100 - n);
  assert.deepEqual(spread(values), { p50: 50, p90: 90, p99: 99, max: 100 });
  assert.ok(Number.isNaN(spread([]).p50));
});

test('latencies keep three digits, from parts of a microsecond to minutes', () => {
  const latencies = new Latencies();
  for (const us of [0.5, 20, 20, 30_000_000]) latencies.record(us);
  const { count, p50Us, maxUs } = latencies.percentiles;
  assert.equal(count, 4);
  assert.equal(p50Us, 20);
  assert.ok(Math.abs(maxUs - 30_000_000) / 30_000_000 < 0.001);
});

test('an order id that is acknowledged twice is seen, beyond the first million too', () => {
  const ids = new FlowOrderIds();
  for (const id of [1, 2, 3_000_000, 2, 3_000_000]) ids.add(id);
  assert.deepEqual([ids.count, ids.repeated, ids.highest], [5, 2, 3_000_000]);
});

test('the logs of all processes come in the order of one clock', () => {
  const log = new LogBook();
  log.addLine('replica 2', '{"msg":"leads","atUs":2000,"term":3}');
  log.add('client', 3_000, 'acknowledged');
  log.addLine('replica 1', '{"msg":"lost","atUs":1500}');
  const text = shownEntries(log.between(1_000, 2_500), 1_000);
  assert.match(text, /0\.500 ms {2}replica 1 +lost\n +1\.000 ms {2}replica 2 +leads term=3$/);
  assert.ok(!text.includes('acknowledged'));
});

test('a comparison goes by the path of each number, and says the change', () => {
  const run = (results: object): KeptRun => ({
    suite: 's',
    at: 'now',
    command: 's',
    machine: {},
    results,
    tables: [],
  });
  const { rows } = comparison(
    run({ a: { p50: 3 }, b: [1], fresh: 1 }),
    run({ a: { p50: 2 }, b: [1], gone: 1 }),
  );
  assert.deepEqual(rows['a.p50'], { now: 3, before: 2, change: '+50.0 %' });
  assert.deepEqual(rows['b.0'], { now: 1, before: 1, change: '0.0 %' });
  assert.deepEqual(rows['fresh'], { now: 1 });
  assert.match(tableText({ title: 't', rows }), /\| a\.p50 \| +3 \| +2 \| \+50\.0 % \|/);
});

test('what a hook hears, what watchers find and what replicas suspect counts from the beginning on', async (t) => {
  const log = new LogBook();
  const rounds = { right: 5, refused: 0, unjudged: 0, wrong: 0, late: 0, silent: 0, crash: 0 };
  const canaries = [1, 2].map((watcher) => ({ report: { watcher, rounds } }));
  const begun: string[] = [];
  const alarms = await FalseAlarmWatch.open();
  t.after(() => alarms.close());
  await alarms.watch({
    log,
    run: async (...words) => void begun.push(words.join(' ')),
    startGateway: () => begun.push('gateway'),
    startWatcher: (watcher) => begun.push(`watcher ${watcher}`),
    whole: async () => ({ canaries }),
  });
  assert.deepEqual(begun, ['watch --found 1 2', 'gateway', 'watcher 2']);
  const [{ url }] = (alarms.keys['notify'] as { webhooks: [{ url: string }] }).webhooks;
  const tell = (kind: string) =>
    fetch(url, { method: 'POST', body: JSON.stringify({ kind, state: 'begins', text: 'what' }) });
  assert.equal(await alarms.isWatching(), false);
  await tell('leaderChanged');
  log.add('replica 1', monotonicUs(), 'this replica asks for votes');
  assert.ok(await alarms.isWatching());
  await alarms.begin();
  const none = {
    suspicions: 0,
    alarms: 0,
    canaryRounds: 0,
    canaryFaults: 0,
    canaryLate: 0,
    canaryUnjudged: 0,
  };
  assert.deepEqual(await alarms.count(), none);
  await tell('memberGray');
  log.add('replica 2', monotonicUs(), 'this replica has lost its leader leader=1');
  log.add('replica 2', monotonicUs(), 'this replica follows leader=1');
  canaries[1] = { report: { watcher: 2, rounds: { ...rounds, right: 7, wrong: 1, late: 2 } } };
  const found = {
    suspicions: 1,
    alarms: 1,
    canaryRounds: 5,
    canaryFaults: 1,
    canaryLate: 2,
    canaryUnjudged: 0,
  };
  assert.deepEqual(await alarms.count(), found);
  assert.deepEqual(
    alarms.raised.map(({ text }) => text),
    ['memberGray begins: what', 'this replica has lost its leader leader=1'],
  );
});

test('the engine is measured as replicas compile it', () => {
  const program = readFileSync(new URL('../../bin/lockstep.js', import.meta.url), 'utf8');
  const [, number] = /const inlinedBytes = ([\d_]+);/.exec(program) ?? [];
  assert.equal(Number(number?.replaceAll('_', '')), inlinedBytesInReplicas);
});
