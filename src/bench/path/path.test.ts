import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from './summary.ts';
import { type OrderTimes, parseCall, splitOrders, stepNames, type TracedCall } from './trace.ts';

const threads = {
  client: 1,
  leader: { core: 10, flusher: 11 },
  followers: [
    { core: 20, flusher: 21 },
    { core: 30, flusher: 31 },
  ],
};

type Kind = TracedCall['kind'];

function stream(thread: number, kind: Kind, atUs: number, bytes: number): TracedCall {
  return { atUs, thread, kind, bytes, isDatagram: false, to: 0 };
}

/** To the leader, or from it to all, unless another peer is named. */
function datagram(thread: number, atUs: number, bytes: number, to = 1): TracedCall {
  return { atUs, thread, kind: 'sends', bytes, isDatagram: true, to };
}

/** A call to send, and its return. */
function sends(call: TracedCall, returnsUs: number): TracedCall[] {
  return [call, stream(call.thread, 'sent', returnsUs, 0)];
}

/** An order from `at` on: follower 20 answers after 40 µs, follower 30 after `slowUs`. */
function orderCalls(at: number, slowUs: number): TracedCall[] {
  return [
    ...sends(stream(1, 'sends', at + 1, 64), at + 3),
    stream(10, 'received', at + 6, 64),
    ...sends(datagram(10, at + 9, 208), at + 10),
    ...sends(datagram(10, at + 10, 208), at + 11),
    stream(20, 'received', at + 13, 208),
    ...sends(datagram(20, at + 17, 96), at + 19),
    stream(10, 'received', at + 40, 96),
    // The client is faster than the return of the call that sends to it.
    ...sends(stream(10, 'sends', at + 46, 176), at + 54),
    stream(1, 'received', at + 53, 176),
    stream(30, 'received', at + slowUs - 8, 208),
    ...sends(datagram(30, at + slowUs - 4, 96), at + slowUs - 3),
    stream(10, 'received', at + slowUs, 96),
  ];
}

function order(at: number): OrderTimes {
  return { calledUs: at, outcomeUs: at + 55 };
}

const fastStepsUs = [1, 2, 3, 3, 1, 3, 4, 2, 21, 6, 7, 0, 2];

test('a line of perf is a call with its time, its thread and its bytes', () => {
  const before = '            core 14444/14472 25130.008232663:  syscalls:';
  assert.deepEqual(
    parseCall(
      `${before}sys_enter_sendto: fd: 0x0000002a, buff: 0x7ff37c109010, len: 0x000000d0, flags: 0x00004000, addr: 0x7ff37c13d1f0, addr_len: 0x00000010`,
    ),
    {
      atUs: 25_130_008_232.663,
      thread: 14_472,
      kind: 'sends',
      bytes: 208,
      isDatagram: true,
      to: 0x7ff37c13d1f0,
    },
  );
  const connection = parseCall(
    '14435 25130.000000001: syscalls:sys_enter_sendto: fd: 0x23, buff: 0x2a, len: 0x40, flags: 0x4000, addr: 0x00000000, addr_len: 0x00000000',
  );
  assert.deepEqual([connection?.thread, connection?.bytes, connection?.isDatagram], [14_435, 64, false]);
  assert.deepEqual(parseCall(`${before}sys_exit_recvfrom: 0xb0`)?.bytes, 176);
  assert.equal(
    parseCall(`${before}sys_enter_msync: start: 0x7fda0e600000, len: 0x04000000`)?.kind,
    'flushes',
  );
  assert.equal(parseCall(`${before}sys_exit_msync: 0x0`)?.kind, 'flushed');
  assert.equal(parseCall(`${before}sys_exit_sendto: 0xd0`)?.kind, 'sent');
});

test('calls that failed, found nothing or are others are no calls', () => {
  const before = '14472 25130.008232663: syscalls:';
  for (const rest of [
    'sys_exit_recvfrom: 0xfffffffffffffff5',
    'sys_exit_recvfrom: 0x0',
    'sys_enter_recvfrom: fd: 0x1',
    'sys_enter_sched_yield: ',
  ]) {
    assert.equal(parseCall(`${before}${rest}`), undefined, rest);
  }
  assert.equal(parseCall('# captured on a machine'), undefined);
});

test('an order is split along the first follower that answers, and its steps add up', () => {
  const [path] = splitOrders(orderCalls(1_000, 44), [order(1_000)], threads, 'memory');
  assert.deepEqual(path, { completedBy: 'follower', stepsUs: fastStepsUs });
  assert.equal(stepNames('memory', 'follower').length, fastStepsUs.length);
});

test('what a slow follower still does for one order is not taken for the next', () => {
  // Follower 30 receives and answers each order only while the next one is on its way.
  const starts = [1_000, 1_060, 1_120];
  const calls = starts.flatMap((at) => orderCalls(at, 80));
  const paths = splitOrders(calls.toReversed(), starts.map(order), threads, 'memory');
  for (const path of paths) assert.deepEqual(path?.stepsUs, fastStepsUs);
});

test('what keeps connections alive is not taken for an order or an answer', () => {
  const calls = [
    ...orderCalls(1_000, 44),
    ...sends(stream(1, 'sends', 1_000.5, 8), 1_000.7),
    stream(10, 'received', 1_000.8, 8),
    ...sends(datagram(20, 900, 96), 901),
    stream(10, 'received', 905, 96),
    ...orderCalls(1_100, 44),
  ];
  const paths = splitOrders(calls, [order(1_000), order(1_100)], threads, 'memory');
  for (const path of paths) assert.deepEqual(path?.stepsUs, fastStepsUs);
});

test('what a follower says to the other one is not taken for an answer, and shifts none', () => {
  const starts = [1_000, 1_100, 1_200, 1_300];
  const calls = [
    ...starts.flatMap((at) => orderCalls(at, 44)),
    ...sends(datagram(20, 1_080, 96, 2), 1_081),
    stream(30, 'received', 1_085, 96),
    // Between a frame and its answer, too.
    ...sends(datagram(20, 1_114, 96, 2), 1_115),
    stream(30, 'received', 1_116, 96),
  ];
  const paths = splitOrders(calls, starts.map(order), threads, 'memory');
  for (const path of paths) assert.deepEqual(path?.stepsUs, fastStepsUs);
});

test('an order with a call that was not seen has no path, and takes none from its neighbours', () => {
  for (const missing of [1_001, 1_006, 1_046, 1_053]) {
    const calls = [...orderCalls(900, 44), ...orderCalls(1_000, 44), ...orderCalls(1_100, 44)];
    const seen = calls.filter(({ atUs }) => atUs !== missing);
    const paths = splitOrders(seen, [900, 1_000, 1_100].map(order), threads, 'memory');
    assert.deepEqual(
      paths.map((path) => path?.stepsUs),
      [fastStepsUs, undefined, fastStepsUs],
      `without the call at ${missing}`,
    );
  }
});

/** With `disk`: flushes of leader and followers from and to these times. */
function diskCalls(own: [number, number], theirs: [number, number][]): TracedCall[] {
  const flush = (flusher: number, [from, to]: [number, number]): TracedCall[] => [
    stream(flusher, 'flushes', from, 0),
    stream(flusher, 'flushed', to, 0),
  ];
  return [
    ...sends(stream(1, 'sends', 1, 64), 3),
    stream(10, 'received', 6, 64),
    ...sends(datagram(10, 9, 208), 10),
    ...flush(11, own),
    ...theirs.flatMap(([from, to], n) => [
      stream([20, 30][n]!, 'received', from - 5, 208),
      ...flush([21, 31][n]!, [from, to]),
      ...sends(datagram([20, 30][n]!, to + 3, 96), to + 4),
      stream(10, 'received', to + 7, 96),
    ]),
    ...sends(stream(10, 'sends', 500, 176), 503),
    stream(1, 'received', 510, 176),
  ];
}

test('with disk the second of three flushes completes the majority', () => {
  const orders = [{ calledUs: 0, outcomeUs: 512 }];
  const split = (own: [number, number], theirs: [number, number][]) =>
    splitOrders(diskCalls(own, theirs), orders, threads, 'disk')[0];
  const second = split(
    [20, 100],
    [
      [30, 200],
      [40, 300],
    ],
  );
  assert.deepEqual(second, {
    completedBy: 'follower',
    stepsUs: [1, 2, 3, 3, 1, 15, 5, 170, 3, 1, 3, 293, 3, 7, 2],
  });
  const own = split(
    [20, 250],
    [
      [30, 200],
      [40, 300],
    ],
  );
  assert.deepEqual(own, { completedBy: 'leader', stepsUs: [1, 2, 3, 3, 11, 230, 250, 3, 7, 2] });
  for (const path of [second, own]) {
    assert.equal(stepNames('disk', path!.completedBy).length, path!.stepsUs.length);
  }
});

test('figures need the calls of nearly all orders, and steps that add up to what the client measured', () => {
  const path = { completedBy: 'follower', stepsUs: fastStepsUs } as const;
  const orders = Array.from({ length: 100 }, (_, n) => order(n * 100));
  const plain = orders.map(({ calledUs }) => ({ calledUs, outcomeUs: calledUs + 50 }));
  const paths = orders.map(() => path);
  const { figures } = summary('memory', plain, orders, paths);
  assert.equal(figures.wholeUs, 55);
  assert.equal(figures.recordingCostUs, 5);
  assert.deepEqual(
    figures.steps.map(({ p50Us }) => p50Us),
    fastStepsUs,
  );
  const few = paths.map((one, n) => (n % 10 === 0 ? undefined : one));
  assert.throws(() => summary('memory', plain, orders, few), /90 % of the orders only/);
  const short = orders.map(() => ({ ...path, stepsUs: fastStepsUs.map((us) => us * 0.9) }));
  assert.throws(() => summary('memory', plain, orders, short), /add up to 49\.5 µs in place of 55\.0 µs/);
});
