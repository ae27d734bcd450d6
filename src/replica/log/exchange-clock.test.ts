import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExchangeClock } from './exchange-clock.ts';

class SetClock {
  us = 5_000_000;
  /** For so long the machine stands still before the wall clock is read next. */
  standsStillUs = 0;
  wallAheadUs = 1_700_000_000_000_000;

  nowUs(): number {
    return this.us;
  }

  wallUs(): number {
    this.us += this.standsStillUs;
    this.standsStillUs = 0;
    return this.us + this.wallAheadUs;
  }
}

function started(lastTimeUs = 0) {
  const machine = new SetClock();
  const clock = new ExchangeClock(machine);
  clock.start(lastTimeUs);
  /** What the exchange's time gains while the machine's passes, read every 10 ms. */
  const pass = (us: number): number => {
    const from = clock.timeUs();
    let last = from;
    for (let passedUs = 0; passedUs < us; passedUs += 10_000) {
      machine.us += 10_000;
      const timeUs = clock.timeUs();
      assert.ok(timeUs >= last, 'time never runs back');
      last = timeUs;
    }
    return last - from;
  };
  return { machine, clock, pass };
}

test('failure 8: a step of the wall clock is no step of the exchange', () => {
  for (const stepUs of [36_000_000, -36_000_000]) {
    const { machine, clock, pass } = started();
    assert.equal(pass(1_000_000), 1_000_000);
    const beforeUs = clock.timeUs();
    machine.wallAheadUs += stepUs;
    assert.equal(clock.timeUs(), beforeUs);
    const gainedUs = pass(10_000_000);
    assert.ok(Math.abs(gainedUs - 10_000_000) <= 500_001, `${gainedUs}`);
    assert.equal(Math.sign(gainedUs - 10_000_000), Math.sign(stepUs), 'towards the wall clock');
    pass(800_000_000);
    assert.equal(clock.timeUs(), machine.wallUs(), 'and it is made up for');
  }
});

test('a thread that stands still between its two readings does not stamp with the time before', () => {
  const { machine, clock } = started();
  clock.timeUs();
  machine.standsStillUs = 700_000;
  assert.equal(clock.timeUs(), machine.wallUs());
});

test('small errors are no steps: the time is the wall clock', () => {
  const { machine, clock } = started();
  for (const byUs of [40_000, 3_000, 90_000]) {
    machine.us += 1_000;
    machine.wallAheadUs += byUs;
    assert.equal(clock.timeUs(), machine.wallUs());
  }
  const beforeUs = clock.timeUs();
  machine.wallAheadUs -= 50_000;
  assert.equal(clock.timeUs(), beforeUs, 'it waits where it would run back');
});

test('a leader whose clock is behind the last frame goes on from there, nearly as fast', () => {
  const lastTimeUs = 1_700_000_041_000_000;
  const { clock, pass } = started(lastTimeUs);
  assert.equal(clock.timeUs(), lastTimeUs + 1);
  const gainedUs = pass(1_000_000);
  assert.ok(gainedUs >= 940_000 && gainedUs < 1_000_000, `${gainedUs}`);
});
