import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyAccountRow, keyRow, QueryKind, queryResult } from '../protocol/messages.ts';
import type { Driver } from './driver.ts';
import { Reads } from './reads.ts';
import type { KeyRow } from './words.ts';

/** Keys in the order of their changes 1, 2, 3 …, two in an answer, each with its number as its account. */
function readsOf(changed: readonly number[]): Reads {
  const answer = (requestId: number, afterSeq: number): void => {
    const view = new DataView(new ArrayBuffer(1024));
    const zero = keyRow.read(new DataView(new ArrayBuffer(keyRow.size)), 0);
    const behind = changed.map((keyNumber, n) => ({ keyNumber, change: n + 1 })).slice(afterSeq);
    const found = behind.slice(0, 2);
    let at = queryResult.size;
    for (const { keyNumber, change } of found) {
      at += keyRow.write(view, at, { ...zero, keyNumber, change, accountCount: 1, kind: 1, keyId: 'k' });
      at += keyAccountRow.write(view, at, { accountId: keyNumber });
    }
    const more = behind.length > found.length ? 1 : 0;
    const rowCount = 2 * found.length;
    const fields = { requestId, code: 0, kind: QueryKind.keys, more, rowCount, appliedSeq: 20 };
    queryResult.write(view, 0, fields, at - queryResult.size);
    reads.answered(requestId, view, 0);
  };
  let asked = 0;
  const query = ({ afterSeq }: { afterSeq: number }): number => {
    const requestId = ++asked;
    setImmediate(answer, requestId, afterSeq);
    return requestId;
  };
  const session = { isOver: false, links: [], query };
  const driver = { session, nowUs: () => 0, flushSoon: () => undefined };
  const reads = new Reads(driver as unknown as Driver);
  return reads;
}

test('API keys come by number with their accounts, each as of its last change', async () => {
  // Key 2 changes again while the second answer is asked for.
  const reads = readsOf([2, 1, 3, 2]);
  const { keys, changes } = await reads.keys<KeyRow>(0);
  assert.deepEqual(
    keys.map(({ keyNumber, change, accountIds }) => [keyNumber, change, accountIds]),
    [
      [1, 2, [1]],
      [2, 4, [2]],
      [3, 3, [3]],
    ],
  );
  assert.equal(changes, 4);
  assert.deepEqual(await reads.keys(4), { keys: [], changes: 4 });
});
