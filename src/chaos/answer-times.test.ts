import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerTimes } from './answer-times.ts';
import { monotonicMs } from './monotonic.ts';

const turnMs = 5;
const standMsMin = 50;

/** In the future, so that the time until now is never the longest. */
function timesOf(base: number, ...atMs: readonly number[]): AnswerTimes {
  const times = new AnswerTimes();
  for (const each of atMs) times.add(base + each);
  return times;
}

test('the longest gap is between two answers, and begins with the first of them', () => {
  const base = monotonicMs() + 60_000;
  const { count, longestGapMs, gapFromMs } = timesOf(base, 0, 10, 90, 100).since(base + 5);
  assert.deepEqual([count, Math.round(longestGapMs), Math.round(gapFromMs - base)], [3, 80, 10]);
});

test('of a gap in which the counting process had no turn itself only the rest counts, and another may be longer', () => {
  const base = monotonicMs() + 60_000;
  const answers = timesOf(base, 0, 100, 130);
  const always = Array.from({ length: 30 }, (_, n) => n * turnMs);
  const stood = always.filter((atMs) => atMs <= 10 || atMs >= 90);
  const late = always.filter((_, n) => n % 4 === 0);
  assert.equal(Math.round(answers.longestNetMs(base, timesOf(base, ...always), standMsMin)), 100);
  assert.equal(Math.round(answers.longestNetMs(base, timesOf(base, ...stood), standMsMin)), 30);
  assert.equal(Math.round(answers.longestNetMs(base, timesOf(base, ...late), standMsMin)), 100);
});
