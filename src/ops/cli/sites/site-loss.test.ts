import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grownText, type SiteLoss } from './site-loss.ts';

const boundMs = 10_000;
const loss = (change: Partial<SiteLoss>): SiteLoss => ({
  ...{ waiting: 3, sinceMs: 100, lagMs: 200, isFollowing: true, text: '' },
  ...change,
});

test('a loss has grown beyond what a person was shown where this site has fallen behind, or follows no more', () => {
  const shown = loss({});
  assert.equal(grownText(shown, shown, boundMs), undefined);
  assert.equal(grownText(shown, loss({ waiting: 900 }), boundMs), undefined, 'on their way at that moment');
  assert.equal(grownText(shown, loss({ waiting: 3, lagMs: 60_000 }), boundMs), undefined, 'as it was shown');
  assert.match(
    grownText(shown, loss({ waiting: 4, lagMs: 11_000 }), boundMs)!,
    /at least 4 commands .* said 3/,
  );
  assert.match(grownText(shown, loss({ isFollowing: false }), boundMs)!, /ended, or stands still/);
  const unfollowed = loss({ isFollowing: false });
  assert.equal(grownText(unfollowed, unfollowed, boundMs), undefined, 'the plan said so');
});
