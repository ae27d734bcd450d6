import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecutionsAheadError, QueryFailedError } from './errors.ts';
import { earlierTrades, type Fills, furtherBack, reached, type Trades } from './fills.ts';

interface Row {
  readonly seq: number;
}

/** What a replica answers that has applied so much and remembers some; each command traded once. */
function answer(rememberedFromSeq: number, appliedSeq: number, fromSeq: number, limit: number): Fills<Row> {
  const first = Math.max(rememberedFromSeq, fromSeq);
  const rows = Array.from({ length: Math.max(0, appliedSeq + 1 - first) }, (_, n) => ({ seq: first + n }));
  return { fills: rows.slice(0, limit), more: rows.length > limit, rememberedFromSeq, appliedSeq };
}

function seqs({ fills }: Fills<Row>): number[] {
  return fills.map(({ seq }) => seq);
}

test('what the replica that was asked has forgotten is asked of others, and all is whole and in order', async () => {
  const limit = 100;
  const replicas = [answer(9, 12, 3, limit), answer(6, 11, 3, limit), answer(2, 10, 3, limit)];
  const [found, ...rest] = replicas;
  const others = rest.map((other) => async () => other);
  const whole = await furtherBack(found!, { fromSeq: 3, limit, others });
  assert.deepEqual(seqs(whole), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.deepEqual([whole.more, whole.rememberedFromSeq, whole.appliedSeq], [false, 2, 12]);
});

test('a page of them says that there are more, and none is left out between two pages', async () => {
  const read: number[] = [];
  for (let fromSeq = 3, more = true; more; fromSeq = read.at(-1)! + 1) {
    const others = [async () => answer(2, 10, fromSeq, 2)];
    const page = await furtherBack(answer(9, 12, fromSeq, 2), { fromSeq, limit: 2, others });
    assert.ok(page.fills.length <= 2);
    read.push(...seqs(page));
    ({ more } = page);
  }
  assert.deepEqual(read, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('a replica that is behind, remembers less or does not answer adds nothing; nor is one asked without need', async () => {
  const limit = 100;
  const found = answer(9, 12, 3, limit);
  const failing = async (): Promise<Fills<Row>> => {
    throw new QueryFailedError('no replica answers');
  };
  const others = [failing, async () => answer(1, 5, 3, limit), async () => answer(10, 12, 3, limit)];
  assert.deepEqual(await furtherBack(found, { fromSeq: 3, limit, others }), found);
  let asked = 0;
  const counted = [
    async () => {
      asked += 1;
      return found;
    },
  ];
  assert.deepEqual(await furtherBack(found, { fromSeq: 9, limit, others: counted }), found);
  assert.equal(asked, 0);
});

/** The last trades of a replica that has applied so much; each command traded once. */
function trades(
  rememberedFromSeq: number,
  appliedSeq: number,
  count: number,
): Trades<Row & { tradeId: number }> {
  const rows = Array.from({ length: appliedSeq + 1 - rememberedFromSeq }, (_, n) => {
    const seq = rememberedFromSeq + n;
    return { seq, tradeId: seq - 1 };
  });
  return Object.assign(rows.slice(-count), { appliedSeq });
}

test('last trades that the replica which was asked has forgotten are asked of others, and none is between them', async () => {
  const seqsOf = (rows: readonly Row[]): number[] => rows.map(({ seq }) => seq);
  const failing = async (): Promise<Trades<Row & { tradeId: number }>> => {
    throw new QueryFailedError('no replica answers');
  };
  for (const [count, found, replicas, expected] of [
    [10, trades(9, 12, 10), [trades(6, 11, 10), trades(2, 9, 10)], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [5, trades(9, 12, 5), [trades(6, 11, 5), trades(2, 9, 5)], [8, 9, 10, 11, 12]],
    // One that has not applied all before what the first one remembers would leave a hole.
    [10, trades(9, 12, 10), [trades(2, 7, 10)], [9, 10, 11, 12]],
    [10, trades(9, 12, 10), [trades(2, 8, 10)], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    // It has none.
    [3, trades(13, 12, 3), [trades(2, 12, 3)], [10, 11, 12]],
  ] as const) {
    const others = [failing, ...replicas.map((replica) => async () => replica)];
    const rememberedFromSeq = found[0]?.seq ?? 13;
    const whole = await earlierTrades(found, { rememberedFromSeq, count, others });
    assert.deepEqual([seqsOf(whole), whole.appliedSeq], [expected, 12]);
  }
});

test('a replica that lags is asked again, and an exchange that is not there yet is told', async () => {
  let appliedSeq = 8;
  let asked = 0;
  const ask = async (): Promise<Fills<Row>> => {
    asked += 1;
    return answer(1, appliedSeq++, 10, 5);
  };
  assert.equal(
    (await reached({ accountId: 3, fromSeq: 10 }, ask)).appliedSeq,
    9,
    'what comes next is behind it',
  );
  assert.equal(asked, 2);
  const ahead = reached({ accountId: 3, fromSeq: 100 }, ask);
  await assert.rejects(ahead, (error) => error instanceof ExecutionsAheadError && error.appliedSeq < 99);
  assert.equal((await reached({ accountId: 3 }, ask)).fills.length, 5);
});
