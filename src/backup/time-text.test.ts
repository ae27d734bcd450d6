/** Times in words, and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeText, timeUsIn } from './time-text.ts';

test('a time in words leads back to the same microsecond, whatever its zone', () => {
  for (const timeUs of [0, 1_796_000_000_000_001, Date.UTC(2028, 1, 29) * 1_000 + 999_999])
    assert.equal(timeUsIn(timeText(timeUs)), timeUs);
  assert.equal(timeUsIn('2026-11-29T11:00:00.25+01:00'), timeUsIn('2026-11-29T10:00:00.250000Z'));
});

test('a day that no month has is no time, nor is one without a zone', () => {
  for (const text of [
    ...['2026-02-30T10:00:00Z', '2026-04-31T10:00:00+01:00', '2027-02-29T10:00:00Z', '2026-13-01T10:00:00Z'],
    ...['2026-11-29T10:00:00', '2026-11-29', '2027', '1969-12-31T23:59:59Z', 'yesterday', ''],
  ])
    assert.equal(timeUsIn(text), undefined, text);
});
