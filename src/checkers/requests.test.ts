/** The checker of requests is fed histories that are wrong in one way each, and a right one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { placeOrder, writeRequestStamp } from '../protocol/commands.ts';
import { outcome } from '../protocol/events.ts';
import { RequestsChecker } from './requests.ts';
import { Violations } from './violations.ts';

const view = new DataView(new ArrayBuffer(256));
const startMs = 1_800_000_000_000;

interface Step {
  readonly account?: number;
  readonly lots?: number;
  readonly name?: string;
  /** Id of its signed request. */
  readonly request?: number;
  /** Milliseconds after which it is stamped. */
  readonly afterMs?: number;
  /** Milliseconds until its deadline. */
  readonly deadlineMs?: number;
  readonly code?: number;
  readonly repeated?: number;
}

function found(steps: readonly Step[]): string[] {
  const violations = new Violations();
  const requests = new RequestsChecker(violations.report);
  steps.forEach((step, n) => {
    const {
      account = 1,
      lots = 1,
      name = '',
      request,
      afterMs = 0,
      deadlineMs,
      code = 0,
      repeated = 0,
    } = step;
    const seq = n + 1;
    const stamp = request === undefined ? undefined : { timeMs: startMs, low: request, high: 0 };
    const header = {
      sessionId: 7,
      commandNumber: seq,
      accountId: account,
      deadlineMs: deadlineMs === undefined ? 0 : (startMs + deadlineMs) % 2 ** 32,
    };
    const kind = { orderType: 1, timeInForce: 1, selfMatch: 0 };
    const order = {
      instrumentId: 1,
      priceTicks: 5,
      quantityLots: lots,
      side: 1,
      ...kind,
      clientOrderId: name,
    };
    const bytes = stamp === undefined ? 0 : writeRequestStamp(view, placeOrder.size, stamp);
    placeOrder.write(view, 0, { ...header, ...order }, bytes);
    const timeUs = (startMs + afterMs) * 1000;
    requests.applied(seq, timeUs, view, 0);
    const zero = outcome.read(new DataView(new ArrayBuffer(outcome.size)), 0);
    outcome.write(view, 0, { ...zero, sessionId: 7, seq, timeUs, commandNumber: seq, code, repeated });
    requests.emitted(view, 0);
  });
  return violations.found.map(({ what }) => what);
}

test('requests: what runs once, in time and under its own name is right', () => {
  const right: Step[] = [
    { request: 1, name: 'a' },
    { request: 1, code: OutcomeCode.repeatedRequest },
    { request: 1, account: 2 },
    { request: 1, name: 'a', repeated: 1 },
    { request: 2, afterMs: 60_001, code: OutcomeCode.requestExpired },
    { request: 3, afterMs: 60_000 },
    { name: 'a', lots: 2, code: OutcomeCode.clientOrderIdTaken },
    { afterMs: 5, deadlineMs: 5 },
    { afterMs: 6, deadlineMs: 5, code: OutcomeCode.deadlinePassed },
  ];
  assert.deepEqual(found(right), []);
});

test('requests: each promise that is broken is found', () => {
  assert.match(found([{ request: 1 }, { request: 1 }]).join(), /ran at seq 1 and again at 2/);
  assert.match(found([{ request: 1, afterMs: 60_001 }]).join(), /60001 ms from the time of its request/);
  assert.match(found([{ afterMs: 6, deadlineMs: 5 }]).join(), /1 ms after its deadline/);
  const other = [{ name: 'a' }, { name: 'a', lots: 2, repeated: 1 }];
  assert.match(found(other).join(), /which was another order/);
});
