import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CounterName, counterNames } from '../../replica/counters.ts';
import { absenceText, LeaderWatch, live, ProgressWatch, stallMs } from './health.ts';

test('a duty cycle that turns is never stalled; one that stands still is, for as long as it stands', () => {
  const watch = new ProgressWatch();
  const stalledMs = (cycles: number, nowMs: number) => {
    watch.sample(cycles, nowMs);
    return watch.stalledMs;
  };
  assert.equal(stalledMs(0, 1_000), 0);
  assert.equal(stalledMs(0, 1_250), 0, 'reading the journal takes as long as it takes');
  assert.equal(stalledMs(1, 1_500), 0);
  assert.equal(stalledMs(1, 1_750), 250);
  assert.equal(stalledMs(1, 2_000), 500);
  assert.equal(stalledMs(2, 2_250), 0);
});

test('failure 18: time in which the whole process was stopped is no stall', () => {
  const watch = new ProgressWatch();
  watch.sample(1, 1_000);
  watch.sample(1, 1_000_000);
  assert.ok(live(watch.stalledMs).ok);
});

test('alive is whoever stands still for no longer than the bound', () => {
  assert.equal(live(stallMs).ok, true);
  assert.equal(live(stallMs + 1).ok, false);
});

test('the absence of a leader is news once, when it lasts', () => {
  const watch = new LeaderWatch(2_000);
  const news = (samples: readonly (readonly [leaderId: number, nowMs: number])[]) =>
    samples.map(([leaderId, nowMs]) => watch.sample(leaderId, nowMs));
  assert.deepEqual(
    news([
      [0, 100],
      [0, 2_099],
      [0, 2_100],
      [0, 9_000],
    ]),
    [false, false, true, false],
  );
  assert.deepEqual(
    news([
      [3, 9_250],
      [0, 9_500],
      [1, 10_000],
      [0, 11_999],
    ]),
    [false, false, false, false],
  );
  assert.deepEqual(news([[0, 12_000]]), [true]);
});

test('one that hears no leader says whether it is to be started, taken, or left', () => {
  const said = (
    values: Partial<Record<CounterName, number>>,
    failover: 'automatic' | 'manual' = 'automatic',
  ) => absenceText(4, 2_000, failover, (slot) => values[counterNames[slot]!] ?? 0);
  const cases = [
    [said({ voters: 0b1111, founding: 1 }), true, /once all its founders run/],
    [said({}), false, /no log yet, and waits to be taken as a member \("lockstep members add 4"\)/],
    [said({ voters: 0b111 }), false, /it was removed\. Stop it, or take it again/],
    [said({ voters: 0b111, learners: 0b1000 }), true, /a majority of the replicas must run.*a member still/],
    [said({ voters: 0b1111 }, 'manual'), true, /failover is manual/],
  ] as const;
  for (const [{ isBad, text }, wanted, words] of cases) {
    assert.match(text, words);
    assert.equal(isBad, wanted, text);
    assert.match(text, /^this replica has heard no leader for 2 s/);
  }
});
