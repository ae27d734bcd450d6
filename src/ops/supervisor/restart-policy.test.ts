import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultRestartLimits as limits, RestartPolicy } from './restart-policy.ts';

/** Lets a process die `deaths` times, each `lifeMs` after its start; gives the delays. */
function delaysOf(policy: RestartPolicy, deaths: number, lifeMs: number, fromMs = 0) {
  let nowMs = fromMs;
  return Array.from({ length: deaths }, () => {
    policy.started(nowMs);
    nowMs += lifeMs;
    const decision = policy.died(nowMs);
    nowMs += decision.delayMs;
    return decision;
  });
}

test('the first restart waits a little, the next ones twice as long each time', () => {
  const delays = delaysOf(new RestartPolicy(), 6, 1).map(({ delayMs }) => delayMs);
  assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200]);
});

test('the wait has a bound', () => {
  // Lives of 30 s: too short to be stable, too rare to be a loop.
  const decisions = delaysOf(new RestartPolicy(), 40, 30_000);
  assert.equal(decisions.at(-1)?.delayMs, limits.delayMsMax);
  assert.ok(decisions.every(({ crashLoop }) => !crashLoop));
});

test('a stable life forgives: the next restart is the soonest again', () => {
  const policy = new RestartPolicy();
  delaysOf(policy, 5, 1);
  policy.started(100_000);
  assert.equal(policy.died(100_000 + limits.stableMs).delayMs, limits.delayMsMin);
  policy.started(300_000);
  assert.equal(
    policy.died(300_000 + limits.stableMs - 1).delayMs,
    limits.delayMsMin * 2,
    'a shorter one does not',
  );
});

test('many deaths in a short time are a crash loop, told once, retried slowly', () => {
  const decisions = delaysOf(new RestartPolicy(), limits.loopDeaths + 3, 1);
  const loop = decisions.slice(limits.loopDeaths - 1);
  assert.ok(decisions.slice(0, limits.loopDeaths - 1).every(({ crashLoop }) => !crashLoop));
  assert.ok(loop.every(({ crashLoop, delayMs }) => crashLoop && delayMs === limits.loopDelayMs));
  assert.deepEqual(
    loop.map(({ enteredLoop }) => enteredLoop),
    [true, false, false, false],
  );
});

test('a crash loop ends with a stable life', () => {
  const policy = new RestartPolicy();
  delaysOf(policy, limits.loopDeaths, 1);
  policy.started(200_000);
  const decision = policy.died(200_000 + limits.stableMs);
  assert.equal(decision.crashLoop, false);
  assert.equal(decision.delayMs, limits.delayMsMin);
});

test('what cannot run as it is configured is a loop at its first death', () => {
  const policy = new RestartPolicy();
  policy.started(0);
  assert.deepEqual(policy.died(5, true), { delayMs: limits.loopDelayMs, crashLoop: true, enteredLoop: true });
});

test('whatever happens, the wait is within its bounds and time is never spent on more than the limits', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(90_000), { maxLength: 60 }), (lives) => {
      const policy = new RestartPolicy();
      let nowMs = 0;
      let starts = 0;
      for (const lifeMs of lives) {
        policy.started(nowMs);
        starts++;
        nowMs += lifeMs;
        const { delayMs, crashLoop } = policy.died(nowMs);
        assert.ok(delayMs >= 0 && delayMs <= (crashLoop ? limits.loopDelayMs : limits.delayMsMax));
        nowMs += delayMs;
      }
      // A loop is slowed to one start per loopDelayMs, so starts per window stay bounded.
      assert.ok(
        starts <=
          limits.loopDeaths + nowMs / limits.loopDelayMs + (nowMs / limits.stableMs) * limits.loopDeaths,
      );
    }),
  );
});
