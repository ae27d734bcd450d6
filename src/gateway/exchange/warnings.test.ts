import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameEventMs, Warnings } from './warnings.ts';

test('two sessions that see one event warn once; another event, or the same again later, is news', () => {
  const warnings = new Warnings();
  const broke = (cause: string): string => `The connection broke: replica 1 at 10.0.0.1:7201: ${cause}.`;
  assert.equal(warnings.isNew(broke('read ECONNRESET'), 0), true);
  assert.equal(warnings.isNew(broke('it ended the connection'), 5), false);
  assert.equal(warnings.isNew('The connection broke: replica 2 at 10.0.0.2:7201: read ECONNRESET.', 6), true);
  assert.equal(warnings.isNew('No connection: replica 1 at 10.0.0.1:7201: refused.', 7), true);
  assert.equal(warnings.isNew('Session 5 is lost: it was closed. A new one is opened.', 8), true);
  assert.equal(warnings.isNew('Session 6 is lost: it was closed. A new one is opened.', 9), true);
  assert.equal(warnings.isNew(broke('read ECONNRESET'), sameEventMs), true);
});
