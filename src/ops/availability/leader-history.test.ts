import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SeenElection } from '../../replica/ports.ts';
import { LeaderHistory } from './leader-history.ts';

class Bench {
  readonly file: string;
  readonly warnings: string[] = [];
  elections: SeenElection[] = [];
  leaderId = 0;
  nowMs = 0;
  record: LeaderHistory;

  constructor(t: TestContext) {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-record-'));
    t.after(async () => {
      await this.record.end();
      rmSync(folder, { recursive: true });
    });
    this.file = join(folder, 'leaders.json');
    this.record = this.start();
  }

  /** Another life of the process. */
  start(): LeaderHistory {
    this.elections = [];
    this.record = new LeaderHistory({
      file: this.file,
      elections: () => this.elections,
      leaderId: () => this.leaderId,
      wallMs: () => this.nowMs,
      warn: (text) => this.warnings.push(text),
    });
    return this.record;
  }

  elected(atMs: number, gapMs: number): void {
    this.leaderId = 1;
    this.elections.push({
      term: this.elections.length + 1,
      leaderId: 1,
      formerId: 0,
      reason: '',
      gapUs: gapMs * 1_000,
      wallUs: atMs * 1_000,
    });
  }

  at(nowMs: number): readonly (readonly [number, number])[] {
    this.nowMs = nowMs;
    this.record.look();
    return this.record.spans.map(({ fromMs, toMs }) => [fromMs, toMs]);
  }
}

test('a leader is known from its election on, without the time in which there was none', (t) => {
  const bench = new Bench(t);
  assert.deepEqual(bench.at(1_000), []);
  bench.elected(1_500, 0);
  assert.deepEqual(bench.at(3_000), [[1_500, 3_000]]);
  bench.leaderId = 0;
  assert.deepEqual(bench.at(5_000), [[1_500, 3_000]]);
  bench.elected(6_000, 2_400);
  assert.deepEqual(bench.at(7_000), [
    [1_500, 3_600],
    [6_000, 7_000],
  ]);
  bench.elected(7_500, 0);
  assert.deepEqual(bench.at(8_000).at(-1), [6_000, 8_000], 'one handed over to the next');
});

test('a process that knows no leader writes nothing: another one may run in its folder', async (t) => {
  const bench = new Bench(t);
  bench.elected(1_000, 0);
  bench.at(9_000);
  await bench.record.end();
  const second = bench.start();
  writeFileSync(bench.file, 'of the process that runs');
  bench.leaderId = 0;
  bench.at(20_000);
  await second.end();
  assert.equal(readFileSync(bench.file, 'utf8'), 'of the process that runs');
});

test('the next life goes on where the last one was, and what lies between is no time with a leader', async (t) => {
  const bench = new Bench(t);
  bench.elected(1_000, 0);
  bench.at(9_000);
  await bench.record.end();
  bench.start();
  bench.leaderId = 0;
  assert.deepEqual(bench.at(20_000), [[1_000, 9_000]]);
  bench.elected(21_000, 0);
  assert.deepEqual(bench.at(22_000), [
    [1_000, 9_000],
    [21_000, 22_000],
  ]);
});

test('a clock that is set back takes no time away, and a file that is no record counts as none', async (t) => {
  const bench = new Bench(t);
  bench.elected(50_000, 0);
  bench.at(60_000);
  assert.deepEqual(bench.at(10_000), [[50_000, 60_000]]);
  bench.leaderId = 0;
  bench.elected(11_000, 500);
  assert.deepEqual(bench.at(12_000), [
    [50_000, 60_000],
    [60_000, 60_000],
  ]);
  await bench.record.end();
  for (const text of [
    '',
    '{}',
    '[{"fromMs":5,"toMs":1}]',
    '[1]',
    '[{"fromMs":5,"toMs":9},{"fromMs":6,"toMs":9}]',
  ]) {
    writeFileSync(bench.file, text);
    assert.deepEqual(bench.start().spans, [], text);
  }
});

test('what cannot be written down is said once, and does not end the process', async (t) => {
  const bench = new Bench(t);
  bench.record = new LeaderHistory({
    file: join(bench.file, 'in', 'none'),
    elections: () => [],
    leaderId: () => 0,
    wallMs: () => 0,
    warn: (text) => bench.warnings.push(text),
  });
  await bench.record.save();
  await bench.record.save();
  assert.equal(bench.warnings.length, 1);
  assert.throws(() => readFileSync(bench.file));
});
