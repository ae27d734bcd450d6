import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExchangeClock } from './exchange-clock.ts';

const second = 1_000_000;

/** A monotonic clock, and what is known of the members' time beside it. */
class Members {
  us = 5 * second;
  bounds = { lowUs: 1_700_000_000_000_000, highUs: 1_700_000_000_000_000 };
  beginningUs = 1_700_000_000_000_000;

  nowUs(): number {
    return this.us;
  }

  step(byUs: number, errorUs = 0): void {
    const { lowUs, highUs } = this.bounds;
    this.bounds = { lowUs: lowUs + byUs - errorUs, highUs: highUs + byUs + errorUs };
  }
}

function started(lastTimeUs = 0) {
  const members = new Members();
  const clock = new ExchangeClock(members, members);
  clock.start(lastTimeUs);
  /** What the exchange's time gains while so much passes, read every so often. */
  const pass = (us: number, everyUs = 10_000): number => {
    const from = clock.timeUs();
    let last = from;
    for (let passedUs = 0; passedUs < us; passedUs += everyUs) {
      members.us += everyUs;
      const timeUs = clock.timeUs();
      assert.ok(timeUs >= last, 'time never runs back');
      last = timeUs;
    }
    return last - from;
  };
  return { members, clock, pass };
}

test('failure 8: a step of the members time is no step of the exchange, which nears it slowly', () => {
  for (const stepUs of [36 * second, -36 * second]) {
    const { members, clock, pass } = started();
    assert.equal(pass(second), second);
    const beforeUs = clock.timeUs();
    members.step(stepUs);
    assert.equal(clock.timeUs(), beforeUs);
    const towardsUs = Math.sign(stepUs) * 5_000;
    assert.ok(Math.abs(pass(10 * second) - 10 * second - towardsUs) <= 1, 'read every 10 ms');
    assert.ok(Math.abs(pass(second / 10, 4) - second / 10 - towardsUs / 100) <= 1, 'and read all the time');
    pass(80_000 * second, 100 * second);
    assert.ok(Math.abs(clock.timeUs() - members.us - members.bounds.lowUs) <= 1, 'and is there after a day');
  }
});

test('a process that stood still stamps with the time that passed, whatever it measures then', () => {
  for (const stepUs of [0, -60 * second, 60 * second]) {
    const { members, clock } = started();
    const beforeUs = clock.timeUs();
    members.us += 60 * second;
    members.step(stepUs);
    const passedUs = clock.timeUs() - beforeUs;
    assert.ok(Math.abs(passedUs - 60 * second) <= 30_000, `${passedUs}`);
  }
});

test('a time that is within what is known of the members is right as it is', () => {
  const { members, pass } = started();
  members.step(-40_000, 50_000);
  assert.equal(pass(10 * second), 10 * second);
});

test('a leadership whose clock is behind the last frame goes on from there, as time passes', () => {
  const lastTimeUs = 1_700_000_000_000_000 + 41 * second;
  const { clock, pass } = started(lastTimeUs);
  assert.equal(clock.timeUs(), lastTimeUs + 1);
  const gainedUs = pass(second);
  assert.ok(Math.abs(gainedUs - second + 500) <= 1, `${gainedUs}`);
});
