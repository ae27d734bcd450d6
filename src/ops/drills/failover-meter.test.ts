/** The gap of a change of leader, from acknowledgement to acknowledgement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FailoverMeter, type MeteredSession } from './failover-meter.ts';

/** A session whose commands are acknowledged when a test says so, at a time that it sets. */
class FakeSession implements MeteredSession {
  nowMs = 1_000;
  seq = 100;
  isClosed = false;
  readonly status = { term: 7 };
  readonly #waiting: PromiseWithResolvers<{ seq: number }>[] = [];

  get inFlight(): number {
    return this.#waiting.length;
  }

  cancelOrder(): Promise<{ seq: number }> {
    const command = Promise.withResolvers<{ seq: number }>();
    this.#waiting.push(command);
    return command.promise;
  }

  /** Acknowledges the oldest command at this time. */
  async acknowledge(nowMs: number): Promise<number> {
    this.nowMs = nowMs;
    this.seq++;
    this.#waiting.shift()!.resolve({ seq: this.seq });
    await turn();
    return this.seq;
  }

  fail(error: Error): void {
    this.#waiting.shift()!.reject(error);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** A meter whose session answers fast already. */
async function running(): Promise<{ session: FakeSession; meter: FailoverMeter }> {
  const session = new FakeSession();
  const begun = FailoverMeter.begin(session, () => session.nowMs);
  let isWarm = false;
  void begun.then(() => {
    isWarm = true;
  });
  while (!isWarm) await session.acknowledge(session.nowMs);
  return { session, meter: await begun };
}

test('the gap is from the last acknowledgement of the old leader to the first of the next one', async () => {
  const { session, meter } = await running();
  await session.acknowledge(5_000);
  const lastSeq = await session.acknowledge(5_003.25);
  session.nowMs = 5_400;
  session.status.term = 8;
  await turn();
  const firstSeq = await session.acknowledge(5_011);
  await session.acknowledge(5_500);
  assert.deepEqual(await meter.gap, { gapMs: 7.75, lastSeq, firstSeq });
});

test('commands are in flight without a pause until the end, so that the ends of the gap are its own', async () => {
  const { session, meter } = await running();
  for (let n = 0; n < 10; n++) {
    assert.equal(session.inFlight, 4);
    await session.acknowledge(5_000 + n);
  }
  await meter.end();
  while (session.inFlight > 0) await session.acknowledge(6_000);
  assert.ok(session.isClosed);
});

test('a session that fails has no gap, and says why', async () => {
  const { session, meter } = await running();
  session.fail(new Error('the cluster is gone'));
  await assert.rejects(meter.gap, /the cluster is gone/);
});

test('a session that fails before it answers fast is closed: it would keep its process', async () => {
  const session = new FakeSession();
  const begun = FailoverMeter.begin(session, () => session.nowMs);
  session.fail(new Error('the cluster is gone'));
  await assert.rejects(begun, /the cluster is gone/);
  assert.ok(session.isClosed);
});
