import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogBook, shownEntries } from './cluster/log-book.ts';
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
