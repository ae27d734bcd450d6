import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureDetector } from './failure-detector.ts';
import { Random } from './random.ts';

const limits = { intervalUs: 10_000, boundUsMin: 60_000, boundUsMax: 400_000 };

/** Lets the detector hear a peer after each of these silences; returns when it heard it last. */
function hear(detector: FailureDetector, silences: Iterable<number>, fromUs = 0): number {
  let nowUs = fromUs;
  for (const silenceUs of silences) {
    nowUs += silenceUs;
    detector.heard(nowUs);
  }
  return nowUs;
}

function silences(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

test('a peer of which little is known is suspect at the ceiling only', () => {
  const detector = new FailureDetector(limits, 0);
  assert.equal(detector.boundUs, limits.boundUsMax);
  hear(
    detector,
    silences(20, () => 10_000),
  );
  assert.equal(detector.boundUs, limits.boundUsMax);
});

test('a steady peer is suspect at the floor', () => {
  const detector = new FailureDetector(limits, 0);
  const nowUs = hear(
    detector,
    silences(100, () => 10_000),
  );
  assert.equal(detector.boundUs, limits.boundUsMin);
  assert.equal(detector.suspectAtUs, nowUs + limits.boundUsMin);
});

test('the bound follows the pauses that are seen, up to the ceiling, and comes down when they end', () => {
  const random = new Random(1);
  const detector = new FailureDetector(limits, 0);
  let nowUs = hear(
    detector,
    silences(600, () => 10_000 + random.below(30_000)),
  );
  const unsteadyUs = detector.boundUs;
  assert.ok(unsteadyUs > 60_000 && unsteadyUs < limits.boundUsMax, `${unsteadyUs} µs`);
  nowUs = hear(
    detector,
    silences(600, () => 10_000 + random.below(3) * 100_000),
    nowUs,
  );
  assert.equal(detector.boundUs, limits.boundUsMax);
  hear(
    detector,
    silences(600, () => 10_000),
    nowUs,
  );
  assert.equal(detector.boundUs, limits.boundUsMin);
});

test('a peer with much to say now and then counts as steady', () => {
  const detector = new FailureDetector(limits, 0);
  let nowUs = 0;
  for (let n = 0; n < 20; n++) {
    nowUs = hear(
      detector,
      silences(10, () => 10_000),
      nowUs,
    );
    nowUs = hear(
      detector,
      silences(10_000, () => 10),
      nowUs,
    );
  }
  assert.equal(detector.boundUs, limits.boundUsMin);
});

test('pauses with a long tail are not taken for the end', () => {
  // Exponential pauses of 8 ms on average on top of the interval.
  const random = new Random(7);
  const detector = new FailureDetector(limits, 0);
  const draw = (): number => Math.ceil(10_000 - 8_000 * Math.log((random.below(1_000_000) + 1) / 1_000_001));
  let nowUs = hear(detector, silences(600, draw));
  let suspicions = 0;
  for (let n = 0; n < 200_000; n++) {
    const silenceUs = draw();
    if (silenceUs > detector.boundUs) suspicions += 1;
    nowUs += silenceUs;
    detector.heard(nowUs);
  }
  assert.equal(suspicions, 0);
});

test('another peer begins with the ceiling', () => {
  const detector = new FailureDetector(limits, 0);
  const nowUs = hear(
    detector,
    silences(100, () => 10_000),
  );
  detector.restart(nowUs + 5_000);
  assert.deepEqual([detector.boundUs, detector.heardUs], [limits.boundUsMax, nowUs + 5_000]);
  hear(
    detector,
    silences(100, () => 10_000),
    nowUs + 5_000,
  );
  assert.equal(detector.boundUs, limits.boundUsMin);
});
