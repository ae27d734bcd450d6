import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Doorbell } from './doorbell.ts';
import { createFlushMemory, FlushRequests, serveFlushes } from './flush-requests.ts';

const badDescriptor = 1_000_000;

test('failure 1: a disk that refuses a flush stops the core, and nothing counts as flushed', () => {
  const memory = createFlushMemory();
  const doorbell = new Doorbell();
  const requests = new FlushRequests(memory);
  requests.request(badDescriptor, false, 5);
  assert.equal(requests.flushed(), 0);
  assert.throws(() => serveFlushes(memory, badDescriptor, doorbell), /EBADF/);
  assert.equal(doorbell.rings(), 1);
  assert.throws(() => requests.flushed(), /disk refused to flush the journal/);
  doorbell.close();
});

test('positions must grow', () => {
  const requests = new FlushRequests(createFlushMemory());
  requests.request(3, false, 5);
  assert.throws(() => requests.request(3, false, 5), /positions of flushes grow/);
});
