import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live, ProgressWatch, stallMs } from './health.ts';

test('a duty cycle that turns is never stalled; one that stands still is, for as long as it stands', () => {
  const watch = new ProgressWatch();
  assert.equal(watch.stalledMs(0, 1_000), 0);
  assert.equal(watch.stalledMs(0, 90_000), 0, 'reading the journal takes as long as it takes');
  assert.equal(watch.stalledMs(1, 91_000), 0);
  assert.equal(watch.stalledMs(1, 92_500), 1_500);
  assert.equal(watch.stalledMs(2, 93_000), 0);
});

test('alive is whoever stands still for no longer than the bound', () => {
  assert.equal(live(stallMs).ok, true);
  assert.equal(live(stallMs + 1).ok, false);
});
