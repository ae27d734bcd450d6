import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventAt, orderExecuted } from '../protocol/events.ts';
import { ExecutionsAheadError, ExecutionsForgottenError, QueryFailedError } from './errors.ts';
import { type ExecutionsFilter, follow, Waiters } from './executions.ts';
import { type Fills, furtherBack } from './fills.ts';
import type { FillsFilter, QueryOptions } from './reads.ts';

interface Row {
  readonly seq: number;
  readonly n: number;
}

const accountId = 4;
/** So long that a test hangs where nothing wakes the iterator. */
const pollMs = 60_000;

/** Replicas, the first of which leads: how far each has come, and what it remembers of the same executions. */
class Replicas {
  readonly rows: Row[] = [];
  readonly replicas = [1, 2, 3].map((id) => ({
    id,
    appliedSeq: Number.POSITIVE_INFINITY,
    rememberedFromSeq: 1,
  }));
  readonly waiters = new Waiters();
  lastSeq = 0;
  failures = 0;
  /** Answers that the instrument is not there. */
  unknowns = 0;
  isOver = false;
  readonly asked: (number | 'leader')[] = [];

  follow(filter: Partial<ExecutionsFilter> = {}) {
    return follow<Row>({ accountId, pollMs, ...filter }, this.waiters, {
      fills: async (some) => {
        const { fromSeq = 0, limit = 9 } = some;
        const others = this.replicas.map(
          ({ id }) =>
            () =>
              this.#fills(some, { from: id }),
        );
        return furtherBack(await this.#fills(some), { fromSeq, limit, others });
      },
      cluster: () => 1,
      isOver: () => this.isOver,
    });
  }

  /** Each command trades `fills` times. */
  trade(fills: number): void {
    this.lastSeq++;
    for (let n = 0; n < fills; n++) this.rows.push({ seq: this.lastSeq, n: 2 * n });
  }

  tell(account = accountId): void {
    const view = new DataView(new ArrayBuffer(orderExecuted.size));
    view.setUint8(2, orderExecuted.type);
    view.setUint32(eventAt.accountId, account, true);
    this.waiters.heard(view, 0);
  }

  async #fills({ fromSeq = 0, afterN, limit = 9 }: FillsFilter, options?: QueryOptions): Promise<Fills<Row>> {
    const from = options?.from ?? 'leader';
    this.asked.push(from as number | 'leader');
    await Promise.resolve();
    if (this.failures > 0) {
      this.failures--;
      throw new QueryFailedError('nobody answers');
    }
    if (this.unknowns > 0) {
      this.unknowns--;
      throw new QueryFailedError('There is no instrument 9.', true);
    }
    const { appliedSeq, rememberedFromSeq } = this.replicas[from === 'leader' ? 0 : (from as number) - 1]!;
    const known = Math.min(appliedSeq, this.lastSeq);
    const isBehind = ({ seq, n }: Row): boolean =>
      seq > fromSeq || (seq === fromSeq && (afterN === undefined || n > afterN));
    const found = this.rows.filter(
      (row) => row.seq <= known && row.seq >= rememberedFromSeq && isBehind(row),
    );
    return {
      fills: found.slice(0, limit),
      more: found.length > limit,
      rememberedFromSeq,
      appliedSeq: known,
    };
  }
}

async function take(rows: AsyncGenerator<Row, void>, count: number): Promise<Row[]> {
  const taken: Row[] = [];
  while (taken.length < count) {
    const { value, done } = await rows.next();
    if (done === true) break;
    taken.push(value as Row);
  }
  return taken;
}

test('what is remembered comes first, then what comes, each once and in order', async () => {
  const exchange = new Replicas();
  for (let seq = 1; seq <= 1_500; seq++) exchange.trade(seq % 3);
  const rows = exchange.follow({ fromSeq: 4, afterN: 0 });
  const behind = exchange.rows.filter(({ seq }) => seq > 4);
  assert.deepEqual(await take(rows, behind.length), behind);
  for (const fills of [1, 2, 5]) {
    const next = take(rows, fills);
    exchange.trade(0);
    exchange.trade(fills);
    exchange.tell();
    assert.deepEqual(await next, exchange.rows.slice(-fills));
  }
  await rows.return();
});

test('without a place only what comes from the call on is given', async () => {
  const exchange = new Replicas();
  exchange.trade(2);
  const rows = exchange.follow();
  await new Promise((resolve) => setImmediate(resolve));
  exchange.trade(1);
  assert.deepEqual(await take(rows, 1), [{ seq: 2, n: 0 }]);
});

test('a leader that does not answer, or is behind the last one, takes nothing away and doubles nothing', async () => {
  const exchange = new Replicas();
  exchange.trade(2);
  exchange.failures = 3;
  const rows = exchange.follow({ fromSeq: 0, pollMs: 1 });
  assert.deepEqual(await take(rows, 2), exchange.rows);
  exchange.trade(0);
  exchange.replicas[0]!.appliedSeq = 1;
  const next = take(rows, 3);
  exchange.failures = 2;
  exchange.trade(3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  exchange.replicas[0]!.appliedSeq = Number.POSITIVE_INFINITY;
  assert.deepEqual(await next, exchange.rows.slice(2));
});

test('what the leader has forgotten another replica may remember; else the gap is an error that says where to go on', async () => {
  const exchange = new Replicas();
  for (let seq = 1; seq <= 8; seq++) exchange.trade(1);
  const [leader, second, third] = exchange.replicas;
  leader!.rememberedFromSeq = 6;
  second!.rememberedFromSeq = 9;
  third!.rememberedFromSeq = 3;
  assert.deepEqual(await take(exchange.follow({ fromSeq: 3 }), 6), exchange.rows.slice(2));
  assert.ok(exchange.asked.includes(3));
  const rows = exchange.follow({ fromSeq: 2 });
  await assert.rejects(rows.next(), (error) => {
    assert.ok(error instanceof ExecutionsForgottenError);
    assert.deepEqual([error.code, error.fromSeq, error.rememberedFromSeq], ['executionsForgotten', 2, 3]);
    return true;
  });
  // Of another replica that is behind nothing can be known about what is missing.
  third!.appliedSeq = 4;
  await assert.rejects(exchange.follow({ fromSeq: 3 }).next(), /before seq 6/);
});

test('an account that trades seldom has no gap when others fill the memory', async () => {
  const exchange = new Replicas();
  exchange.trade(1);
  const rows = exchange.follow({ fromSeq: 1, pollMs: 1 });
  await take(rows, 1);
  const next = take(rows, 1);
  exchange.lastSeq = 100;
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const replica of exchange.replicas) replica.rememberedFromSeq = 90;
  exchange.trade(1);
  assert.deepEqual(await next, [{ seq: 101, n: 0 }]);
});

test('only events of the account wake it, and the end of the client ends it', async () => {
  const exchange = new Replicas();
  const rows = exchange.follow({ fromSeq: 0 });
  const end = rows.next();
  await new Promise((resolve) => setImmediate(resolve));
  const before = exchange.asked.length;
  exchange.tell(accountId + 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(exchange.asked.length, before);
  exchange.isOver = true;
  exchange.waiters.wakeAll();
  assert.deepEqual(await end, { value: undefined, done: true });
});

test('a wrong filter is refused at once', () => {
  const exchange = new Replicas();
  for (const wrong of [{ accountId: 0 }, { fromSeq: -1 }, { pollMs: 0 }])
    assert.throws(() => exchange.follow(wrong), /must be an integer/);
});

test('a seq that the exchange has not come to is refused, since it may be of another exchange', async () => {
  const exchange = new Replicas();
  for (let n = 0; n < 7; n++) exchange.trade(1);
  const executions = exchange.follow({ fromSeq: 5_000 });
  await assert.rejects(executions.next(), (error: Error) => {
    assert.ok(error instanceof ExecutionsAheadError);
    assert.deepEqual([error.fromSeq, error.appliedSeq], [5_000, 7]);
    assert.match(error.message, /Compare `client\.exchangeId`/);
    return true;
  });
});

test('an instrument that is not there ends the loop, and one that a replica that lags does not know does not', async () => {
  const replicas = new Replicas();
  for (const from of [{}, { fromSeq: 0 }]) {
    replicas.unknowns = 1;
    const rows = replicas.follow({ ...from, instrumentId: 9 });
    await assert.rejects(rows.next(), (error) => error instanceof QueryFailedError && error.isUnknown);
  }
  replicas.trade(1);
  const rows = replicas.follow({ fromSeq: 0, instrumentId: 1, pollMs: 1 });
  assert.equal((await rows.next()).value?.seq, 1);
  replicas.unknowns = 3;
  replicas.trade(1);
  assert.equal((await rows.next()).value?.seq, 2);
  assert.equal(replicas.unknowns, 0);
});
