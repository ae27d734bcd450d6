import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetMs, outages, spentMs, windowsMs } from './budget.ts';

const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

test('a budget is what a promise leaves of a window', () => {
  assert.equal(Math.round(budgetMs('99.99', windowsMs.year)), 3_153_600);
  assert.equal(Math.round(budgetMs('99.999', windowsMs.day)), 864);
});

test('the exchange stands while no majority of the voters knows a leader, as far as they saw it', () => {
  const one = [span(0, 100), span(140, 500)];
  const two = [span(0, 110), span(150, 500)];
  const always = [span(0, 500)];
  assert.deepEqual(outages([one, two, always], 3, 500), [span(110, 140)], 'two of three are without');
  assert.deepEqual(outages([one, always, always], 3, 500), [], 'one is not missed');
  assert.deepEqual(outages([one, two], 3, 500), [span(110, 140)], 'nothing is concluded from a silent one');
  assert.deepEqual(outages([[span(300, 400)], [span(350, 400)]], 3, 500), [span(400, 500)], 'it goes on');
  assert.deepEqual(outages([[], [], []], 3, 500), []);
});

test('what ends where another begins is one outage, and a window takes its own part of it', () => {
  const found = outages([[span(0, 100), span(200, 200), span(300, 900)]], 1, 1_000);
  assert.deepEqual(found, [span(100, 300), span(900, 1_000)]);
  assert.equal(spentMs(found, 10_000, 1_000), 300);
  assert.equal(spentMs(found, 850, 1_000), 250);
});
