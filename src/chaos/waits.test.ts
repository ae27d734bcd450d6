import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './waits.ts';

const aSecondMs = 1_000;
const aDayMs = 86_400_000;

/** Each reading is so much later than the one before. */
function clock(stepMs: number): () => number {
  let atMs = 0;
  return () => {
    atMs += stepMs;
    return atMs;
  };
}

test('a wait ends where nothing comes nearer, and says what it waited for', async () => {
  const waiting = until('a bell rings', () => false, { nowMs: clock(aSecondMs), pollMs: 0 });
  await assert.rejects(waiting, /It did not come true that a bell rings: nothing came nearer for 180 s\./);
});

test('a wait goes on for as long as its end comes nearer', async () => {
  let looks = 0;
  const isDone = (): boolean => ++looks > 400;
  const nearer = { progress: () => looks, nowMs: clock(aSecondMs), pollMs: 0 };
  await until('it was looked 400 times', isDone, nearer);
  looks = 0;
  await assert.rejects(until('it was looked 400 times', isDone, { nowMs: clock(aSecondMs), pollMs: 0 }));
});

test('a pause of the machine ends no wait', async () => {
  let looks = 0;
  await until('it was looked 50 times', () => ++looks > 50, { nowMs: clock(aDayMs), pollMs: 0 });
});
