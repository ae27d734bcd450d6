import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noEvent } from '../../protocol/messages.ts';
import type { FillsUpTo } from '../exchange/feed-ports.ts';
import type { ExecutionEvent, FillRow, FillsFilter } from '../ports.ts';
import { type ResumePosition, StreamExecutions } from './executions.ts';
import { heldExecutionsMax } from './manual.ts';

type Sent = string;

/** A reader of accounts 7 and 8; the exchange answers when the test says so. */
class Bench {
  readonly sent: Sent[] = [];
  readonly asked: FillsFilter[] = [];
  readonly rows: FillRow[] = [];
  rememberedFromSeq = 1;
  seenSeq = 0;
  appliedSeq = 100;
  /** Where the replica is that answers for account 8, if it is another one. */
  appliedSeqOf8: number | undefined;
  isDown = false;
  textFailures = 0;
  overflows = 0;
  /** Called before an answer is given: what arrives while a question is on its way. */
  onAsked: () => void = () => undefined;
  readonly executions = new StreamExecutions({
    accountIds: [7, 8],
    fills: async (filter) => this.#fills(filter),
    seenSeq: () => this.seenSeq,
    textOf: async (event) => {
      if (this.textFailures-- > 0) throw new Error('no instrument');
      return textOf(event);
    },
    send: (type, fields) => {
      const { fromSeq, rememberedFromSeq, seq } = fields as Record<string, number | undefined>;
      this.sent.push([type, fromSeq, rememberedFromSeq, seq].filter((part) => part !== undefined).join(' '));
    },
    sendText: (text) => this.sent.push(text),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    onFailure: (error) => this.sent.push((error as Error).message),
    onAhead: (...seqs) => this.sent.push(`ahead ${seqs.join(' ')}`),
    onOverflow: () => this.overflows++,
  });

  fill(seq: number, n: number, accountId = 7): void {
    this.rows.push({ accountId, seq, n } as FillRow);
  }

  live(seq: number, n: number, type: ExecutionEvent['type'] = 'orderExecuted'): void {
    this.seenSeq = seq;
    const event = { type, accountId: 7, seq, n } as ExecutionEvent;
    this.executions.onEvent(event, textOf(event));
  }

  /** Lets answers come until nothing is on its way. */
  async settle(): Promise<void> {
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
  }

  async #fills({ accountId, fromSeq = 0, afterN = -1, limit = 1000 }: FillsFilter): Promise<FillsUpTo> {
    this.asked.push({ accountId, fromSeq, afterN, limit });
    this.onAsked();
    await Promise.resolve();
    if (this.isDown) throw new Error('no replica answers');
    const { rememberedFromSeq } = this;
    const appliedSeq = (accountId === 8 ? this.appliedSeqOf8 : undefined) ?? this.appliedSeq;
    const fills = this.rows.filter(
      (row) =>
        row.accountId === accountId &&
        row.seq <= appliedSeq &&
        (row.seq > fromSeq || (row.seq === fromSeq && row.n > afterN)),
    );
    return {
      fills: fills.slice(0, limit),
      more: fills.length > limit,
      rememberedFromSeq,
      appliedSeq,
      place: { seq: appliedSeq, n: noEvent },
    };
  }
}

function textOf({ type, seq, n }: ExecutionEvent): string {
  return `${type === 'orderExecuted' ? '' : `${type} `}${seq}.${n}`;
}

async function resumed(bench: Bench, from: ResumePosition): Promise<Sent[]> {
  bench.executions.start(from);
  await bench.settle();
  return bench.sent;
}

test('the fills of all accounts come in the order of the exchange, from behind the last one that the reader has', async () => {
  const bench = new Bench();
  for (const [seq, n, accountId] of [
    [10, 1, 7],
    [10, 2, 8],
    [11, 1, 8],
    [12, 4, 7],
  ] as const)
    bench.fill(seq, n, accountId);
  assert.deepEqual(await resumed(bench, { fromSeq: 10, afterN: 1 }), [
    '10.2',
    '11.1',
    '12.4',
    'executionsResumed 100',
  ]);
  bench.live(101, 0, 'orderAccepted');
  bench.live(101, 1);
  assert.deepEqual(bench.sent.slice(4), ['orderAccepted 101.0', '101.1']);
});

test('what happens meanwhile comes once, behind the fills before it', async () => {
  const bench = new Bench();
  bench.fill(10, 1);
  let isFirst = true;
  bench.onAsked = () => {
    if (!isFirst) return;
    isFirst = false;
    bench.live(50, 0, 'orderAccepted');
    bench.live(50, 1);
    bench.live(51, 1);
    // The answer comes behind these events, so it has their fills too.
    bench.fill(50, 1);
    bench.fill(51, 1);
  };
  assert.deepEqual(await resumed(bench, { fromSeq: 1 }), [
    '10.1',
    'executionsResumed 100',
    'orderAccepted 50.0',
    '50.1',
    '51.1',
  ]);
});

test('more than one page of several accounts leaves none out', async () => {
  const bench = new Bench();
  const expected: string[] = [];
  for (let seq = 1; seq <= 2500; seq++) {
    bench.fill(seq, 1, seq % 3 === 0 ? 8 : 7);
    expected.push(`${seq}.1`);
  }
  bench.appliedSeq = 2500;
  assert.deepEqual(await resumed(bench, { fromSeq: 1 }), [...expected, 'executionsResumed 2500']);
});

test('of accounts whose fills two replicas give, none is left out where one of them is behind the other', async () => {
  const bench = new Bench();
  bench.fill(10, 1);
  bench.fill(10, 2, 8);
  bench.fill(20, 1);
  bench.fill(20, 2, 8);
  bench.fill(30, 1);
  bench.appliedSeq = 15;
  bench.appliedSeqOf8 = 40;
  assert.deepEqual(await resumed(bench, { fromSeq: 1 }), ['10.1', '10.2', 'executionsResumed 15']);
  // The feed opens, and begins with the next event.
  bench.appliedSeq = 40;
  bench.executions.onGap(40);
  await bench.settle();
  bench.live(41, 1);
  assert.deepEqual(bench.sent.slice(3), ['gap 16', '20.1', '20.2', '30.1', '41.1']);
});

test('a reader that has got ahead of this gateway gets nothing twice', async () => {
  const bench = new Bench();
  bench.fill(50, 1);
  bench.fill(51, 1);
  bench.seenSeq = 48;
  bench.appliedSeq = 60;
  bench.executions.start({ fromSeq: 50, afterN: 1 });
  for (const seq of [49, 50]) bench.live(seq, 1);
  await bench.settle();
  bench.live(51, 0, 'orderAccepted');
  bench.live(51, 1);
  assert.equal(bench.sent.filter((text) => text === '50.1').length, 0);
  assert.equal(bench.sent.filter((text) => text === '51.1').length, 1);
});

test('where a site is lost with what it had sent, the fills of the next one are read from there', async () => {
  const bench = new Bench();
  bench.fill(90, 1);
  await resumed(bench, { fromSeq: 1 });
  bench.live(101, 1);
  bench.live(102, 1);
  bench.fill(101, 3);
  bench.appliedSeq = 101;
  bench.executions.onGap(101, 100);
  await bench.settle();
  bench.live(102, 2);
  assert.deepEqual(bench.sent.slice(4), ['gap 101', '101.3', '102.2']);
});

test('fills that no replica remembers are a gap, and said to be one', async () => {
  const bench = new Bench();
  bench.rememberedFromSeq = 40;
  bench.fill(41, 1);
  assert.deepEqual(await resumed(bench, { fromSeq: 12 }), ['gap 12 40', '41.1', 'executionsResumed 100']);
  assert.deepEqual((await resumed(bench, { fromSeq: 40 })).slice(3), ['41.1', 'executionsResumed 100']);
});

test('a replica that is behind the feed, or does not answer, is asked again', async () => {
  const bench = new Bench();
  bench.seenSeq = 60;
  bench.appliedSeq = 55;
  bench.isDown = true;
  bench.executions.start({ fromSeq: 20 });
  await bench.settle();
  bench.isDown = false;
  bench.fill(30, 1);
  await bench.settle();
  assert.deepEqual(bench.sent, ['no replica answers', '30.1'], 'the reader hears why it waits, once');
  bench.fill(58, 1);
  bench.appliedSeq = 60;
  await bench.settle();
  assert.deepEqual(bench.sent.slice(1), ['30.1', '58.1', 'executionsResumed 60']);
});

test('fills whose instruments cannot be asked for at once come later', async () => {
  const bench = new Bench();
  bench.fill(10, 1);
  bench.textFailures = 2;
  assert.deepEqual(await resumed(bench, { fromSeq: 1 }), ['no instrument', '10.1', 'executionsResumed 100']);
});

test('a feed that loses events is a gap, whose fills follow once each, also in the middle of a replay', async () => {
  const bench = new Bench();
  bench.fill(10, 1);
  await resumed(bench, { fromSeq: 1 });
  bench.live(101, 1);
  bench.fill(101, 1);
  bench.fill(105, 2);
  bench.appliedSeq = 110;
  bench.executions.onGap(110);
  bench.live(111, 1);
  bench.executions.onGap(112);
  bench.fill(111, 1);
  bench.appliedSeq = 112;
  await bench.settle();
  bench.live(113, 1);
  assert.deepEqual(bench.sent, [
    '10.1',
    'executionsResumed 100',
    '101.1',
    'gap 101',
    'gap 101',
    '105.2',
    '111.1',
    '113.1',
  ]);
});

test('a reader that began live gets the fills of a gap too, and none from before it began', async () => {
  const bench = new Bench();
  bench.fill(10, 1);
  bench.executions.start(undefined);
  await bench.settle();
  bench.fill(104, 1);
  bench.appliedSeq = 110;
  bench.executions.onGap(110);
  await bench.settle();
  assert.deepEqual(bench.sent, ['gap 101', '104.1']);
});

test('a place that the exchange has not come to is refused, unless a replica was only behind', async () => {
  const other = new Bench();
  assert.deepEqual(await resumed(other, { fromSeq: 5000 }), ['ahead 5000 100']);
  const next = new Bench();
  assert.deepEqual(await resumed(next, { fromSeq: 101 }), ['executionsResumed 100']);
  const behind = new Bench();
  behind.onAsked = () => {
    behind.appliedSeq = Math.min(behind.appliedSeq + 10, 200);
  };
  behind.fill(151, 1);
  assert.deepEqual(await resumed(behind, { fromSeq: 150 }), ['151.1', 'executionsResumed 160']);
});

test('what is held back is bounded, and a reader that has gone asks nothing more', async () => {
  const bench = new Bench();
  bench.isDown = true;
  bench.executions.start({ fromSeq: 1 });
  for (let seq = 1; seq <= heldExecutionsMax + 1; seq++) bench.live(seq, 1);
  assert.equal(bench.overflows, 1);
  bench.executions.stop();
  await bench.settle();
  const asked = bench.asked.length;
  await bench.settle();
  assert.deepEqual([bench.asked.length, bench.sent], [asked, []]);
});

test('what is held while fills are asked for is counted, until it is sent', async () => {
  const bench = new Bench();
  assert.equal(bench.executions.heldBytes, 0);
  bench.isDown = true;
  bench.executions.start({ fromSeq: 1 });
  bench.live(101, 0);
  const one = bench.executions.heldBytes;
  bench.live(102, 0);
  assert.ok(one > 64 && bench.executions.heldBytes > one);
  bench.isDown = false;
  bench.appliedSeq = 102;
  await bench.settle();
  assert.equal(bench.executions.heldBytes, 0);
  bench.executions.stop();
});
