import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grownText, lossOf, type SiteLoss } from './site-loss.ts';

const boundMs = 10_000;
const loss = (change: Partial<SiteLoss>): SiteLoss => ({
  ...{ waiting: 3, sinceMs: 100, lagMs: 200, isFollowing: true, atTarget: undefined, text: '' },
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

test('a plan names the accounts of what is at the target, and says where the others are listed', () => {
  const loaded = { configuration: { sites: [{ name: 'north' }, { name: 'south' }] } };
  const own = { loaded, writingSite: 1, standing: { shippedSeq: 12, shippedMs: 0, others: [] } };
  const accounts = Array.from({ length: 22 }, (_, n) => n + 1);
  const said = (appliedSeq: number): string =>
    lossOf(own as never, appliedSeq, 0, { commands: 7, orders: 3, accounts }).text;
  assert.match(
    said(5),
    /Those at the target: 7 commands, 3 of them new orders, of 22 accounts \(1, 2, .*, 20, and 2 more\)/,
  );
  assert.doesNotMatch(said(5), /not known here/);
  assert.match(said(1), /Of which accounts the others are is not known here: "lockstep site return"/);
});
