import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { WouldBe } from '../../replica/ports.ts';
import { FailoverNotes } from './failover-notes.ts';

function would(term: number, more: Partial<WouldBe> = {}): WouldBe {
  const when = { wallUs: term * 1_000_000, afterUs: 0 };
  return {
    ...{ number: term, kind: 'election', leaderId: 1, term, reason: 'silent', outcome: 'open' },
    ...when,
    ...more,
  };
}

function bench(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-notes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const warnings: string[] = [];
  const file = join(folder, 'failovers-withheld.json');
  /** A life of the process that notes this. */
  const live = (noted: readonly WouldBe[]): FailoverNotes =>
    new FailoverNotes({ file, noted: () => noted, warn: (text) => warnings.push(text) });
  const shown = ({ all }: FailoverNotes): string[] =>
    all.map(({ term, kind, outcome }) => `${term} ${kind} ${outcome}`);
  return { file, live, shown, warnings };
}

test('failure 1: what failover would have done outlives the process, and what was open then stays unknown', async (t) => {
  const { live, shown } = bench(t);
  const noted = [would(1, { outcome: 'cameBack', afterUs: 300_000 })];
  const first = live(noted);
  await first.save();
  noted.push(would(2), would(2, { kind: 'handOver' }));
  await first.end();
  const second = live([would(3)]);
  const all = ['1 election cameBack', '2 election unknown', '2 handOver open', '3 election open'];
  assert.deepEqual(shown(second), all);
  await second.end();
  assert.deepEqual(shown(live([])), [...all.slice(0, 3), '3 election unknown']);
});

test('a spoiled file is said and left, and the record begins again', (t) => {
  const { file, live, shown, warnings } = bench(t);
  writeFileSync(file, JSON.stringify([{ ...would(1), outcome: 'won' }]));
  assert.deepEqual(shown(live([would(2)])), ['2 election open']);
  assert.equal(warnings.length, 1);
});

test('the oldest are forgotten', async (t) => {
  const { live } = bench(t);
  const many = live(Array.from({ length: 150 }, (_, n) => would(n + 1)));
  await many.end();
  const { all } = live(Array.from({ length: 150 }, (_, n) => would(n + 151)));
  assert.deepEqual([all.length, all[0]!.term, all.at(-1)!.term], [200, 101, 300]);
});
