import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownIdentity } from '../processes/process-identity.ts';
import { OtherSites, type SiteLinks } from '../site-process/other-sites.ts';
import { lagOf, lagOfOther, type SiteStanding, siteAlarms, undecided } from './site-standing.ts';

const nowMs = 1_764_410_100_000;
const decideSeconds = 30;

const standby: SiteStanding = {
  ...ownIdentity(),
  ...{
    startedMs: nowMs - 1e6,
    writtenMs: nowMs,
    site: 'south',
    isStandby: true,
    appliedSeq: 90,
    appliedTimeUs: 0,
  },
  ...{
    shippedSeq: 90,
    shippedTimeUs: 0,
    shippedMs: nowMs,
    waitingBytes: 0,
    levelMs: nowMs,
    error: '',
    over: '',
  },
  ...{ otherWriter: '', others: [], writerSeq: 90, unshippedSinceMs: 0, writerSeenMs: nowMs, waitUntilMs: 0 },
};

test('a site out of reach is asked about until a person decides, and ever more urgently', () => {
  const levelAfter = (outSeconds: number, more: Partial<SiteStanding> = {}): number | undefined => {
    const writerSeenMs = nowMs - outSeconds * 1_000;
    return undecided({ ...standby, writerSeenMs, ...more }, decideSeconds, nowMs)?.level;
  };
  assert.deepEqual(
    [29, 30, 59, 60, 119, 120, 240].map((seconds) => levelAfter(seconds)),
    [undefined, 1, 1, 2, 2, 3, 4],
  );
  assert.equal(levelAfter(600, { waitUntilMs: nowMs + 1 }), undefined, 'it is decided to wait');
  assert.equal(levelAfter(600, { isStandby: false }), undefined, 'it was promoted');
  assert.equal(levelAfter(600, { writerSeenMs: 0 }), undefined, 'no other site can be asked');
});

test('what the writing site has not shipped counts as lag, and alarms once it lasts', () => {
  const behind = { ...standby, writerSeq: 100, unshippedSinceMs: nowMs - 12_000, waitingBytes: 512 };
  assert.deepEqual(lagOf(behind, nowMs), { seqs: 10, bytes: 512, ms: 12_000 });
  assert.match(siteAlarms(behind, 10, nowMs).join(), /behind by 10 commands.*12 s ago/);
  assert.deepEqual(siteAlarms(behind, 15, nowMs), []);
});

test('a replica that lags does not make a site write that has ended, and its end is known from one replica', () => {
  const lagging = { isStandby: 0, leaderId: 1, epoch: 1, appliedSeq: 90, appliedTimeUs: 0 };
  const north = { name: 'north', places: [lagging] as SiteLinks['places'] };
  const others = new OtherSites(() => [north], nowMs);
  others.observe(nowMs, undefined);
  assert.deepEqual([others.seen[0]!.writes, others.hasEnded(1)], [true, false]);
  north.places = [lagging, { ...lagging, isStandby: 1, epoch: 2 }];
  others.observe(nowMs + 1, undefined);
  assert.deepEqual([others.seen[0]!.writes, others.hasEnded(1), others.hasEnded(2)], [false, true, false]);
});

test('a site that writes says which other one is behind or not reached, since when, and which one writes too', () => {
  const south = { name: 'south', places: [] as SiteLinks['places'] };
  const others = new OtherSites(() => [south], nowMs);
  const writing = (ms: number) => {
    others.observe(ms, 100);
    return {
      ...standby,
      isStandby: false,
      writerSeenMs: 0,
      writtenMs: ms,
      others: others.seen.map((other) => ({ ...other, behindBytes: 700 })),
    };
  };
  const place = { isStandby: 1, leaderId: 11, epoch: 1, appliedSeq: 100, appliedTimeUs: 0 };
  south.places = [place];
  assert.deepEqual(siteAlarms(writing(nowMs), 10, nowMs), []);
  south.places = [{ ...place, appliedSeq: 80 }];
  const [seen] = writing(nowMs + 1_000).others;
  assert.deepEqual(lagOfOther(seen!, 100, nowMs + 3_000), { seqs: 20, bytes: 700, ms: 2_000 });
  assert.deepEqual(lagOfOther(seen!, 80, nowMs + 3_000), { seqs: 0, bytes: 0, ms: 0 });
  assert.match(
    siteAlarms(writing(nowMs + 12_000), 10, nowMs + 12_000).join(),
    /Site south lacks something since .*seq 80/,
  );
  south.places = [];
  assert.match(
    siteAlarms(writing(nowMs + 30_000), 10, nowMs + 30_000).join(),
    /Site south is not reached since/,
  );
  const two = { ...writing(nowMs + 30_000), otherWriter: 'north' };
  assert.match(siteAlarms(two, 10, nowMs + 30_000).join(), /Site north writes too/);
});
