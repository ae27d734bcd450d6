import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Doorbell } from '../system/doorbell.ts';
import { createFlushMemory, FlushRequests, serveFlushes } from './flush-requests.ts';

/** Nothing is mapped there. */
const nowhere = { address: 4_096, length: 4_096 };
const badDescriptor = 1_000_000;

test('failure 1: a disk that refuses a flush stops the core, and nothing counts as flushed', () => {
  const memory = createFlushMemory();
  const doorbell = new Doorbell();
  const requests = new FlushRequests(memory);
  requests.request(nowhere, false, 5);
  assert.equal(requests.flushed(), 0);
  assert.throws(
    () => serveFlushes(memory, badDescriptor, doorbell),
    /msync failed with ENOMEM on the journal/,
  );
  assert.equal(doorbell.rings(), 1);
  assert.throws(() => requests.flushed(), /disk refused to flush the journal/);
  doorbell.close();
});

test('positions must grow', () => {
  const requests = new FlushRequests(createFlushMemory());
  requests.request(nowhere, false, 5);
  assert.throws(() => requests.request(nowhere, false, 5), /positions of flushes grow/);
});
