import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { defaultDatagramSettings, type IdleStrategy } from '../sockets/settings.ts';
import { UdpDatagrams } from '../sockets/udp.ts';
import { MachineClock } from '../system/clock.ts';
import { Doorbell } from '../system/doorbell.ts';
import { poll } from '../system/native.ts';
import { POLLIN, pollfdBytes } from '../system/platform.ts';
import { runDutyCycle } from './core-thread.ts';
import { Idle } from './idle.ts';

/** Cycles without work after which `backoff` surely sleeps. */
const cyclesToSleep = 200;
const clock = new MachineClock();

/** Longer than any test may take: a core that sleeps so long was not woken. */
const longSleepMs = 10_000;

/** Runs a loop until `isDone`, idling in each cycle; gives the number of cycles. */
function cyclesUntil(idle: Idle, isDone: () => boolean): number {
  let cycles = 0;
  const agent = {
    doWork: () => {
      cycles++;
      return 0;
    },
    deadlineUs: Number.POSITIVE_INFINITY,
  };
  const until = clock.nowUs() + 5_000_000;
  let wasDone = false;
  runDutyCycle(agent, idle, clock, () => (wasDone = isDone()) || clock.nowUs() > until);
  assert.ok(wasDone && clock.nowUs() < until, 'it was not seen in time');
  return cycles;
}

test('backoff sleeps when nothing happens: few cycles', () => {
  const doorbell = new Doorbell();
  const idle = new Idle('backoff', doorbell, []);
  const from = clock.nowUs();
  const cycles = cyclesUntil(idle, () => clock.nowUs() - from > 200_000);
  assert.ok(cycles <= 40, `${cycles} cycles in 200 ms, each followed by a long sleep`);
  doorbell.close();
});

test('backoff wakes when the agent has something to do by itself', () => {
  const doorbell = new Doorbell();
  const idle = new Idle('backoff', doorbell, [], longSleepMs);
  const agent = { doWork: () => 0, deadlineUs: clock.nowUs() + 20_000 };
  const isDue = (): boolean => clock.nowUs() >= agent.deadlineUs;
  let cycles = 0;
  runDutyCycle(agent, idle, clock, () => cycles++ > 0 && isDue());
  assert.ok(cycles <= 10, `${cycles} cycles: it slept in between`);
  doorbell.close();
});

test('backoff does not sleep while a datagram waits', () => {
  const settings = { ...defaultDatagramSettings, address: '127.0.0.1', port: 0 };
  const [one, two] = [new UdpDatagrams(1, settings), new UdpDatagrams(2, settings)];
  one.setPeer(2, '127.0.0.1', two.port);
  two.setPeer(1, '127.0.0.1', one.port);
  one.send(2, Uint8Array.of(1), 1);
  const doorbell = new Doorbell();
  const idle = new Idle('backoff', doorbell, two.descriptors, longSleepMs);
  cyclesUntil(idle, countdown(cyclesToSleep));
  assert.equal(two.receive(), 1);
  one.close();
  two.close();
  doorbell.close();
});

test('a ring before the core lies down is never slept over', () => {
  const doorbell = new Doorbell();
  const seen = doorbell.rings();
  doorbell.ring();
  assert.ok(!doorbell.lieDown(seen));
  assert.ok(doorbell.lieDown(doorbell.rings()));
  doorbell.getUp(false);
  doorbell.close();
});

test('a ring shows at the descriptor of a core that lies, once, and not at that of one that is up', () => {
  const doorbell = new Doorbell();
  const entry = new Uint8Array(pollfdBytes);
  new DataView(entry.buffer).setInt32(0, doorbell.descriptor, true);
  new DataView(entry.buffer).setInt16(4, POLLIN, true);
  const shows = (): boolean => poll(entry, 1, 0) === 1;
  doorbell.ring();
  assert.ok(!shows());
  assert.ok(doorbell.lieDown(doorbell.rings()));
  doorbell.ring();
  assert.ok(shows());
  doorbell.getUp(true);
  assert.ok(!shows());
  doorbell.close();
});

test('a ring from another thread wakes a sleeping core, however often', async () => {
  const doorbell = new Doorbell();
  const idle = new Idle('backoff', doorbell, [], longSleepMs);
  const bell = JSON.stringify(import.meta.resolve('../system/doorbell.ts'));
  const ringer = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(${bell}).then(({ Doorbell }) => {
       const doorbell = new Doorbell(workerData);
       const pause = new Int32Array(new SharedArrayBuffer(4));
       for (let n = 0; n < 50; n++) {
         Atomics.wait(pause, 0, 0, n % 5);
         doorbell.ring();
       }
     });`,
    { eval: true, workerData: doorbell.buffer },
  );
  const ended = new Promise((resolve) => ringer.once('exit', resolve));
  cyclesUntil(idle, () => doorbell.rings() === 50);
  await ended;
  doorbell.close();
});

test('spin and yield never sleep', () => {
  for (const strategy of ['spin', 'yield'] satisfies IdleStrategy[]) {
    const doorbell = new Doorbell();
    const idle = new Idle(strategy, doorbell, []);
    cyclesUntil(idle, countdown(10_000));
    assert.ok(doorbell.lieDown(doorbell.rings()));
    doorbell.close();
  }
});

test('the clocks count microseconds: one never back, the other as the machine believes', async () => {
  let before = clock.nowUs();
  for (let n = 0; n < 10_000; n++) {
    const now = clock.nowUs();
    assert.ok(Number.isInteger(now) && now >= before);
    before = now;
  }
  const wall = clock.wallUs();
  assert.ok(Number.isInteger(wall));
  assert.ok(Math.abs(wall / 1_000 - Date.now()) < 5_000);
  await sleep(2);
  assert.ok(clock.wallUs() > wall);
});

function countdown(cycles: number): () => boolean {
  let left = cycles;
  return () => left-- <= 0;
}
