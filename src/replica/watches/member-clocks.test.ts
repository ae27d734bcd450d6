import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Group, type Node } from '../testing/group.ts';
import { MemberClocks } from './member-clocks.ts';

const epochUs = 1_700_000_000_000_000;
const second = 1_000_000;

class Machine {
  us = 5 * second;
  aheadUs = 0;
  /** For so long the thread loses its processor after each of the next readings. */
  pausesUs: number[] = [];

  nowUs(): number {
    return this.us;
  }

  wallUs(): number {
    const shownUs = epochUs + this.us + this.aheadUs;
    this.us += this.pausesUs.shift() ?? 0;
    return shownUs;
  }
}

/** The way of one question: to the member and back, in microseconds. */
type Way = readonly [thereUs: number, backUs: number];
const shortWay: Way = [100, 100];

/** One replica that asks others, from 2 on, whose clocks are so far ahead of the true time. */
class Asker {
  readonly machine = new Machine();
  readonly clocks = new MemberClocks(this.machine);

  /** Asks each member, one after the other; `undefined`: it does not answer. */
  ask(aheadUs: readonly (number | undefined)[], way = shortWay, exchangeUs = 0): void {
    for (const [at, us] of aheadUs.entries()) {
      const askedUs = this.clocks.ask();
      this.machine.us += way[0];
      const shownUs = epochUs + this.machine.us + (us ?? 0);
      this.machine.us += way[1];
      if (us !== undefined) this.clocks.answered(at + 2, askedUs, shownUs, exchangeUs);
    }
    this.machine.us += second / 2;
    this.clocks.compare(aheadUs.map((_, at) => at + 2));
  }

  /** How far the middle of what is known is from the true time. */
  get offUs(): number {
    const { lowUs, highUs } = this.clocks.bounds;
    return (lowUs + highUs) / 2 - epochUs;
  }
}

test('failure 8: the own clock that is set wrong is known, and the time of the members stays as it was', () => {
  for (const stepUs of [36 * second, -36 * second]) {
    const asker = new Asker();
    for (let n = 0; n < 6; n++) asker.ask([20, -30]);
    assert.equal(asker.clocks.aheadUs, 0);
    asker.machine.aheadUs = stepUs;
    for (let n = 0; n < 6; n++) asker.ask([0, 0]);
    assert.ok(Math.abs(asker.clocks.aheadUs! - stepUs) < 1_000);
    assert.ok(Math.abs(asker.offUs) < 1_000);
    assert.equal(asker.clocks.aheadOf(2), 0);
  }
});

test('a member whose clock is wrong moves nothing, and is known', () => {
  const asker = new Asker();
  for (let n = 0; n < 6; n++) asker.ask([0, 3_600 * second]);
  assert.equal(asker.clocks.aheadUs, 0);
  assert.equal(asker.clocks.aheadOf(2), 0);
  assert.ok(Math.abs(asker.clocks.aheadOf(3)! - 3_600 * second) < 1_000);
});

test('two clocks cannot say which of them is wrong; beside what three said before they can', () => {
  const two = new Asker();
  for (let n = 0; n < 6; n++) two.ask([36 * second]);
  assert.deepEqual(
    [two.clocks.aheadUs, two.clocks.aheadOf(2), two.clocks.hasThree],
    [undefined, undefined, false],
  );
  assert.ok(Math.abs(two.offUs) < 1_000, 'the own clock counts');

  const three = new Asker();
  for (let n = 0; n < 6; n++) three.ask([0, 0]);
  assert.equal(three.clocks.hasThree, true);
  three.machine.aheadUs = -36 * second;
  for (let n = 0; n < 30; n++) three.ask([0, undefined]);
  assert.equal(three.clocks.hasThree, false);
  assert.ok(Math.abs(three.clocks.aheadUs! + 36 * second) < 2_000, `${three.clocks.aheadUs}`);
  assert.ok(Math.abs(three.offUs) < 2_000);
  for (let n = 0; n < 30; n++) three.ask([undefined, undefined]);
  assert.ok(Math.abs(three.offUs) < 2_000, 'alone it goes on with what was known');
});

test('what waited on its way, or in a process that stood still, says nothing, however long that was', () => {
  for (const stoodUs of [150_000, 3 * second, 60 * second])
    for (const way of [
      [stoodUs, 100],
      [100, stoodUs],
    ] as const) {
      const asker = new Asker();
      for (let n = 0; n < 3; n++) asker.ask([0, 0]);
      const before = asker.offUs;
      for (let n = 0; n < 20; n++) asker.ask([0, 0], way);
      assert.ok(Math.abs(asker.offUs - before) < 20_000, `${asker.offUs} after ${way}`);
      assert.equal(asker.clocks.aheadUs, 0);
    }
});

test('an answer to an older question says nothing', () => {
  const asker = new Asker();
  asker.ask([0, 0]);
  const askedUs = asker.clocks.ask();
  asker.machine.us += 50_000;
  asker.clocks.ask();
  asker.clocks.answered(2, askedUs, epochUs + 99 * second, 0);
  asker.clocks.answered(2, askedUs + 400 * second, epochUs + 99 * second, 0);
  asker.clocks.compare([2, 3]);
  assert.equal(asker.clocks.aheadOf(2), 0);
});

test('the error of a measurement is half of its round trip at most: the shortest of the last ones counts', () => {
  const asker = new Asker();
  for (let n = 0; n < 4; n++) asker.ask([0, 0], [80_000, 10_000]);
  const { lowUs, highUs } = asker.clocks.bounds;
  assert.ok(lowUs <= epochUs && epochUs <= highUs, 'the truth is within the bounds');
  asker.ask([0, 0], [40, 20]);
  for (let n = 0; n < 4; n++) asker.ask([0, 0], [80_000, 10_000]);
  const later = asker.clocks.bounds;
  assert.ok(later.lowUs <= epochUs && epochUs <= later.highUs && later.highUs - later.lowUs < 1_000);
});

test('a leadership begins with the exchange time of the one before it, however far the clocks are from that', () => {
  const asker = new Asker();
  const exchangeAheadUs = -36 * second;
  for (let n = 0; n < 6; n++) {
    const exchangeUs = epochUs + asker.machine.us + exchangeAheadUs + 100;
    asker.ask([0], shortWay, exchangeUs);
  }
  const beginsUs = asker.clocks.beginningUs - epochUs;
  assert.ok(Math.abs(beginsUs - exchangeAheadUs) < 2_000, `${beginsUs}`);
  const fresh = new Asker();
  assert.equal(fresh.clocks.beginningUs, epochUs, 'one that knows of none begins with what clocks say');
});

test('a leadership begins with the own clock where that is right, however badly the others were measured', () => {
  const asker = new Asker();
  for (let n = 0; n < 4; n++) {
    asker.ask([0, 0], [90_000, 5_000]);
    asker.ask([0, 0], [90_000, 8_000]);
  }
  assert.equal(asker.clocks.beginningUs, epochUs);
});

/** The clock of one machine shows so much more than those of the others. */
function setAhead(node: Node, us: number): void {
  const { clock } = node.group;
  node.clock = { nowUs: () => clock.nowUs(), wallUs: () => clock.wallUs() + us };
}

function pass(group: Group, us: number): void {
  for (let passedUs = 0; passedUs < us; passedUs += 5_000) {
    group.clock.us += 5_000;
    for (const { replica } of group.nodes) replica?.doWork(group.clock.us);
  }
}

test('a leadership begins with the own clock, though the thread lost its processor while that was read', () => {
  const asker = new Asker();
  asker.ask([0, 0], [4_000, 4_000]);
  asker.machine.pausesUs = [20_000, 3_000, 40_000];
  asker.ask([0, 0], [4_000, 4_000]);
  assert.equal(asker.clocks.beginningUs, epochUs);
});

test('failure 8: a leader whose clock is off by more than a second hands over, and a follower says so', () => {
  for (const wrongIs of ['leader', 'follower'] as const) {
    const group = new Group(3);
    const leader = group.leader();
    const wrong = wrongIs === 'leader' ? leader : group.followers()[0]!;
    setAhead(wrong, 36 * second);
    wrong.crash();
    wrong.start();
    const first = group.leader();
    pass(group, 20 * second);
    const last = group.leader();
    assert.notEqual(last, wrong);
    if (wrongIs === 'follower') assert.equal(last, first);
    const aheadSeconds = wrong.counters.of('clockAheadUs') / second;
    assert.ok(Math.abs(aheadSeconds - 36) < 0.1, `${aheadSeconds}`);
    assert.ok(wrong.log.warnings.some((text) => text.includes('clock')));
    const { timeUs } = last.running.log;
    assert.ok(Math.abs(timeUs - group.clock.wallUs()) < second, 'the time of the exchange is not moved');
  }
});

test('failure 8: clocks that are all set do not move the time of the exchange', () => {
  const group = new Group(3);
  const first = group.leader();
  pass(group, 3 * second);
  const offUs = (node: Node): number => node.running.log.timeUs - group.clock.wallUs();
  assert.ok(Math.abs(offUs(first)) < 20_000);
  group.clock.wallAheadUs += 36 * second;
  pass(group, 10 * second);
  assert.ok(Math.abs(offUs(first) + 36 * second) < 50_000, `${offUs(first)}`);
  first.crash();
  group.until(() => group.nodes.some((node) => node !== first && node.replica?.serving === true));
  assert.ok(Math.abs(offUs(group.leader()) + 36 * second) < 50_000, `${offUs(group.leader())}`);
});
