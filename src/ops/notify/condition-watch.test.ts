import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConditionWatch } from './condition-watch.ts';
import { NoticeLedger } from './ledger.ts';

test('an alarm of another target begins again, one with other figures does not', () => {
  const ledger = new NoticeLedger();
  const watch = new ConditionWatch();
  let nowMs = 0;
  const noticesOf = (text: string): number => {
    const condition = { kind: 'backupBehind', subject: '', value: '', text, facts: {} } as const;
    let count = 0;
    for (let n = 0; n < 3; n++) {
      nowMs += 60_000;
      for (const seen of watch.changes({ conditions: [condition], isOpen: () => false }, ledger, nowMs)) {
        ledger.add(seen, { cluster: '1', reporter: 1, atMs: nowMs, hooks: [] });
        count++;
      }
    }
    return count;
  };
  assert.equal(noticesOf('disk1: behind by 30 s since 2026-11-30T15:24:05.000Z.'), 1);
  assert.equal(noticesOf('disk1: behind by 95 s since 2026-11-30T15:24:05.000Z.'), 0);
  assert.equal(noticesOf('disk2: behind by 95 s since 2026-11-30T15:24:05.000Z.'), 1);
});
