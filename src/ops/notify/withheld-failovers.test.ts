import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import type { WouldBe } from '../../replica/ports.ts';
import type { Notice } from './notice.ts';
import { Watchers } from './testing/watchers.ts';

afterEach(() => mock.timers.reset());

test('failure 1: what automatic failover would have done is sent once, with what came of it', async () => {
  const arrived: Notice[] = [];
  const watchers = new Watchers({ pager: (notice) => void arrived.push(notice) });
  watchers.lead(1, 1);
  await watchers.pass(5_000);
  const atMs = watchers.nowMs;
  const lost = (more: Partial<WouldBe> = {}): WouldBe => ({
    ...{ number: 1, kind: 'election', leaderId: 1, term: 1, reason: 'it was not heard', outcome: 'open' },
    ...{ wallUs: atMs * 1_000, afterUs: 0 },
    ...more,
  });
  const sent = (): string[] =>
    arrived
      .filter(({ kind }) => kind === 'failoverWithheld')
      .map(({ subject, value, facts }) => `${subject} ${value} by ${facts['by']}`);
  watchers.change(2, { withheld: [lost()] });
  await watchers.pass(3_000);
  assert.deepEqual(sent(), [], 'one replica alone would have been refused');
  watchers.change(3, { withheld: [lost({ wallUs: atMs * 1_000 + 90_000 })] });
  await watchers.pass(1_000);
  assert.deepEqual(sent(), [], 'it is not known yet whether the leader comes back');
  const cameBack = { outcome: 'cameBack', afterUs: 3_900_000 } as const;
  watchers.change(2, { withheld: [lost(cameBack)] });
  watchers.change(3, { withheld: [lost({ ...cameBack, wallUs: atMs * 1_000 + 90_000 })] });
  await watchers.pass(3_000);
  assert.deepEqual(sent(), ['election cameBack by 2,3']);
  assert.match(
    arrived.find(({ kind }) => kind === 'failoverWithheld')!.text,
    /^Failover is manual\. Automatic failover at \S+: would have failed over \(seen by replicas 2, 3\); the leader came back 3900 ms later, so it would have been wrong: it was not heard\.$/,
  );
  const again = lost({ number: 2, wallUs: watchers.nowMs * 1_000 });
  const handOver = lost({ ...again, kind: 'handOver', leaderId: 1 });
  watchers.change(1, { withheld: [handOver] });
  for (const id of [2, 3]) watchers.change(id, { withheld: [lost(cameBack), again] });
  await watchers.pass(3_000);
  assert.deepEqual(sent().slice(1), ['handOver handOver by 1']);
  await watchers.pass(6_000);
  assert.deepEqual(sent().slice(2), ['election open by 2,3'], 'nobody came back for long');
});
