/** Fuzzes the lines of the processes' logs, which may hold words of strangers. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedJson, mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { readableLine } from './log-lines.ts';

const charactersMax = 2_001;
const good = {
  level: 50,
  time: '2026-01-01T00:00:00.000Z',
  replica: 1,
  news: false,
  msg: 'the disk is full',
  err: { type: 'Error', message: 'no space', stack: 'Error: no space\n    at x' },
};

function run(random: Random): void {
  const json = textOf(random.chance(0.2) ? good : mutatedJson(random, good));
  const line = random.chance(0.7) ? json : random.chance(0.7) ? mutatedText(random, json) : oddText(random);
  const { level, text, isNews } = readableLine('replica 1', line, 40);
  assert.ok(typeof level === 'number' && typeof isNews === 'boolean');
  assert.ok(
    text.startsWith('replica 1: ') && text.length <= charactersMax,
    'a line is short and names its source',
  );
  assert.ok(!/\p{Cc}/u.test(text), 'a line moves no cursor');
}

/** JSON as deep as can be written. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

export const logLineFuzzer: Fuzzer = {
  name: 'log-lines',
  property: 'Any line of a log becomes one short line without control characters.',
  casesInTests: 2_000,
  run,
};
