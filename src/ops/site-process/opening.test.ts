import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpeningWatch } from './opening.ts';
import { OtherSites, type SiteLinks } from './other-sites.ts';

const exchange = { scope: 'exchange', id: 0, mode: 'cancelOnly', reason: '', opensAtUs: 0 } as const;

/** A site that began to write in epoch 2 and is held, beside one that a test lets write. */
function watched() {
  const north = { name: 'north', places: [] as SiteLinks['places'] };
  const others = new OtherSites(() => [north], 0);
  const stopped: (typeof exchange)[] = [exchange];
  const leader = { replicaId: 11, stopped, counters: { openingHeld: 1, siteEpoch: 2 } };
  const orders: string[] = [];
  const parts = {
    site: 'south',
    way: 'by command',
    others,
    leader: async () => leader,
    order: async (
      replicaId: number,
      { epoch, isHeld, reason }: { epoch: number; isHeld: boolean; reason: string },
    ) => {
      leader.counters.openingHeld = isHeld ? 1 : 0;
      orders.push(`${replicaId} ${epoch} ${isHeld ? 'held' : 'may open'}: ${reason}`);
      return '';
    },
  };
  const watch = new OpeningWatch(parts);
  const turn = async (epoch: number, nowMs: number): Promise<void> => {
    others.observe(nowMs, 1);
    await watch.turn(epoch, nowMs);
  };
  return { north, leader, orders, watch, turn };
}

const writing = { isStandby: 0, leaderId: 1, epoch: 1, appliedSeq: 9, appliedTimeUs: 0 };

test('a site that began to write may open once no other one is seen to write, and is held while one does', async () => {
  const { north, orders, watch, turn } = watched();
  await turn(2, 10);
  assert.deepEqual(orders, [], 'the other site has had no time to answer');
  north.places = [writing];
  await turn(2, 20);
  await turn(2, 2_000);
  assert.deepEqual([watch.writer, orders.at(-1)], ['north', '11 2 held: site north writes too']);
  north.places = [{ ...writing, leaderId: 0 }];
  await turn(2, 3_000);
  await turn(2, 4_000);
  north.places = [writing];
  await turn(2, 5_000);
  assert.deepEqual(orders.slice(1), [
    '11 2 may open: site south began to write; opens by command',
    '11 2 held: site north writes too',
  ]);
});

test('a site that cannot be reached, that follows, or that is in the same epoch holds nothing', async () => {
  for (const places of [[], [{ ...writing, isStandby: 1 }], [{ ...writing, epoch: 2 }]]) {
    const { north, orders, turn } = watched();
    north.places = places;
    await turn(2, 1_500);
    assert.match(orders.join(), /may open/);
  }
});

test('a site that has just begun, and whose leader has yet to say so, is waited for', async () => {
  const { leader, orders, watch, turn } = watched();
  leader.counters.siteEpoch = 0;
  leader.stopped = [];
  await turn(2, 1_500);
  assert.deepEqual([orders.length, watch.isAwaited], [0, true]);
  leader.counters.siteEpoch = 2;
  leader.stopped = [exchange];
  await turn(2, 1_510);
  assert.deepEqual([orders.length, watch.isAwaited], [1, false]);
});

test('a site that begins late, as its first command was voided, is let go then', async () => {
  const { leader, orders, watch, turn } = watched();
  Object.assign(leader, { stopped: [], counters: { openingHeld: 0, siteEpoch: 1 } });
  await turn(2, 1_500);
  await turn(2, 4_000);
  assert.deepEqual([orders, watch.isAwaited], [[], false]);
  Object.assign(leader, { stopped: [exchange], counters: { openingHeld: 1, siteEpoch: 2 } });
  await turn(2, 9_000);
  assert.deepEqual(orders, ['11 2 may open: site south began to write; opens by command']);
});

test('an exchange that is open, or that no site began anew in, is left as it is', async () => {
  const open = watched();
  open.leader.stopped = [];
  open.leader.counters.openingHeld = 0;
  const first = watched();
  first.leader.counters.siteEpoch = 0;
  for (const { north, turn, orders, watch } of [open, first]) {
    north.places = [writing];
    await turn(2, 1_500);
    await turn(2, 4_000);
    assert.deepEqual([orders, watch.isAwaited], [[], false]);
  }
});

test('an opening that is held is let go though what is not open is not shown yet', async () => {
  const { leader, orders, turn } = watched();
  leader.stopped = [];
  await turn(2, 2_000);
  assert.deepEqual(orders, ['11 2 may open: site south began to write; opens by command']);
});
