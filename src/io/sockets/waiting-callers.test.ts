import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingCallers, waitingCallersMax } from './waiting-callers.ts';

test('callers are served in the order they came, and a host without a place holds up no other', () => {
  const waiting = new WaitingCallers();
  for (const [fd, source] of [
    [10, 1],
    [11, 1],
    [12, 2],
    [13, 2],
  ] as const)
    waiting.add(fd, source);
  const asked: number[] = [];
  waiting.serve(16, (fd, source) => {
    asked.push(fd);
    return source === 2;
  });
  assert.deepEqual(asked, [10, 12, 13]);
  assert.deepEqual(waiting.sockets, [10, 11]);
  waiting.serve(1, () => true);
  assert.deepEqual(waiting.sockets, [11]);
});

test('when too many wait, the last one of the host that has most goes', () => {
  const waiting = new WaitingCallers();
  for (let fd = 0; fd < waitingCallersMax - 1; fd++) assert.equal(waiting.add(fd, 1), -1);
  assert.equal(waiting.add(9_000, 2), -1);
  assert.equal(waiting.add(9_001, 2), waitingCallersMax - 2);
  assert.equal(waiting.add(9_002, 1), 9_002);
  assert.equal(waiting.count, waitingCallersMax);
});
