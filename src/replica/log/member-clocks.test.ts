import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Group, type Node } from '../testing/group.ts';
import { MemberClocks } from './member-clocks.ts';

const wallUs = 1_700_000_000_000_000;

class Machine {
  us = 5_000_000;
  aheadUs = 0;

  nowUs(): number {
    return this.us;
  }

  wallUs(): number {
    return wallUs + this.us + this.aheadUs;
  }
}

/** A leader that hears two members each half second, which are so far ahead of the true time. */
function lead(own: Machine, clocks: MemberClocks, seconds: number, ...aheadUs: readonly number[]): void {
  for (let n = 0; n < 2 * seconds; n++) {
    own.us += 500_000;
    for (const [at, us] of aheadUs.entries()) clocks.heard(at + 2, wallUs + own.us + us);
    clocks.lead();
  }
}

test('failure 8: the own clock that is set wrong is corrected by those of the others, to the middle one', () => {
  for (const stepUs of [36_000_000, -36_000_000]) {
    const own = new Machine();
    const clocks = new MemberClocks(own);
    lead(own, clocks, 3, 20, -30);
    assert.equal(clocks.aheadUs, 0);
    own.aheadUs = stepUs;
    lead(own, clocks, 3, 0, 0);
    assert.equal(clocks.aheadUs, stepUs);
    assert.equal(clocks.wallUs(), wallUs + own.us);
    assert.equal(clocks.aheadOf(2), 0);
  }
});

test('a member whose clock is wrong moves nothing, and is known', () => {
  const own = new Machine();
  const clocks = new MemberClocks(own);
  lead(own, clocks, 3, 0, 3_600_000_000);
  assert.deepEqual([clocks.aheadUs, clocks.aheadOf(2), clocks.aheadOf(3)], [0, 0, 3_600_000_000]);
});

test('two clocks cannot say which of them is wrong; one that is not heard any more counts no more', () => {
  const own = new Machine();
  const clocks = new MemberClocks(own);
  lead(own, clocks, 3, 36_000_000);
  assert.equal(clocks.aheadUs, 0);
  own.aheadUs = -36_000_000;
  lead(own, clocks, 3, 0, 0);
  assert.equal(clocks.aheadUs, -36_000_000);
  lead(own, clocks, 6, 0);
  assert.equal(clocks.aheadUs, 0);
});

test('messages that waited while this process stood still make no clock wrong', () => {
  const own = new Machine();
  const clocks = new MemberClocks(own);
  lead(own, clocks, 3, 0, 0);
  const sentUs = wallUs + own.us;
  own.us += 3_000_000;
  for (const member of [2, 3]) for (const lateUs of [0, 500_000]) clocks.heard(member, sentUs + lateUs);
  clocks.lead();
  assert.equal(clocks.aheadUs, 0);
});

test('what a leader said before a follower stood still makes no clock wrong, however long that took', () => {
  for (const stoodUs of [3_000_000, 60_000_000]) {
    const own = new Machine();
    const clocks = new MemberClocks(own);
    for (let n = 0; n < 6; n++) {
      own.us += 500_000;
      clocks.follow(wallUs + own.us);
    }
    const sentUs = wallUs + own.us;
    own.us += stoodUs;
    for (const lateUs of [100_000, 600_000, 1_100_000, 1_600_000, 2_100_000]) {
      clocks.follow(sentUs + lateUs);
      assert.equal(clocks.aheadUs, 0);
    }
  }
});

/** The clock of one machine shows so much more than those of the others. */
function setAhead(node: Node, us: number): void {
  const { clock } = node.group;
  node.clock = { nowUs: () => clock.nowUs(), wallUs: () => clock.wallUs() + us };
}

test('failure 8: a leader whose clock is off by more than a second hands over, and a follower says so', () => {
  for (const who of ['leader', 'follower'] as const) {
    const group = new Group(3);
    const leader = group.leader();
    const wrong = who === 'leader' ? leader : group.followers()[0]!;
    setAhead(wrong, 36_000_000);
    wrong.crash();
    wrong.start();
    const first = group.leader();
    for (let us = 0; us < 20_000_000; us += 5_000) {
      group.clock.us += 5_000;
      for (const { replica } of group.nodes) replica?.doWork(group.clock.us);
    }
    const last = group.leader();
    assert.notEqual(last, wrong);
    if (who === 'follower') assert.equal(last, first);
    const aheadSeconds = wrong.counters.of('clockAheadUs') / 1_000_000;
    assert.ok(Math.abs(aheadSeconds - 36) < 0.1, `${aheadSeconds}`);
    assert.ok(wrong.log.warnings.some((text) => text.includes('clock')));
  }
});
