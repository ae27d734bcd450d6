import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockstepError } from '../../client/index.ts';
import { noEvent } from '../../protocol/messages.ts';
import { RequestError } from '../admission/refusals.ts';
import type { ExchangeEvent, FillRow, Fills } from '../ports.ts';
import { Feed, graceMs } from './feed.ts';
import type { EventListener, EventReads, EventSession } from './feed-ports.ts';

/** A feed whose sessions open when the test says so, without a reader. */
class Bench {
  readonly opened: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  open = 0;
  /** What is passed on to the readers, and where the feed was when it opened. */
  readonly told: string[] = [];
  tell: EventListener | undefined;
  isRead = false;
  leaderless: EventReads | undefined;
  place = { seq: 4, n: 1 };
  /** What the replica of the feed answers. */
  found: Fills<FillRow> = { fills: [], more: false, rememberedFromSeq: 1, appliedSeq: 4 };
  readonly feed = new Feed({
    open: (listener) =>
      new Promise<EventSession>((resolve, reject) => {
        this.tell = listener;
        this.opened.push({
          resolve: () => {
            this.open++;
            resolve({
              place: this.place,
              book: async () => Object.assign([], { appliedSeq: 5 }),
              fills: async () => this.found,
              modes: async () => Object.assign([], { appliedSeq: 5 }),
              close: async () => void this.open--,
            });
          },
          reject,
        });
      }),
    listener: {
      readership: {
        readsBook: () => false,
        readsTrades: () => false,
        readsExecutions: () => false,
        readsModes: () => false,
      },
      onSeq: (seq) => this.told.push(`seq ${seq}`),
      onEvent: ({ seq }) => this.told.push(`event ${seq}`),
      onGap: (lostSeq) => this.told.push(`gap ${lostSeq}`),
      onReplaced: () => undefined,
      onWarning: () => undefined,
    },
    isRead: () => this.isRead,
    leaderless: () => this.leaderless,
    onOpen: (seq) => this.told.push(`open ${seq}`),
  });
}

/** Lets the clock of timers and of `performance` run; returns what puts both back. */
function virtualTime(): { readonly run: (ms: number) => void; readonly restore: () => void } {
  mock.timers.enable({ apis: ['setInterval'] });
  let nowMs = 0;
  const now = mock.method(performance, 'now', () => nowMs);
  return {
    run: (ms) => {
      nowMs += ms;
      mock.timers.tick(ms);
    },
    restore: () => {
      now.mock.restore();
      mock.timers.reset();
    },
  };
}

test('nobody reads: there is no session; readers who come together wait for one', async () => {
  const bench = new Bench();
  assert.deepEqual([bench.feed.isOpen, bench.opened.length], [false, 0]);
  let stands = 0;
  const readers = [1, 2].map(() => bench.feed.ready().then(() => stands++));
  await Promise.resolve();
  assert.deepEqual([stands, bench.opened.length], [0, 1]);
  bench.opened[0]?.resolve();
  await Promise.all(readers);
  assert.equal(stands, 2);
  await bench.feed.ready();
  assert.equal(bench.opened.length, 1);
  assert.equal((await bench.feed.book(1, 10)).appliedSeq, 5);
  await bench.feed.close();
  assert.equal(bench.open, 0);
});

test('the session ends some time after the last reader, not while one is there, and opens again', async (t) => {
  const time = virtualTime();
  t.after(() => time.restore());
  const bench = new Bench();
  const first = bench.feed.ready();
  bench.opened[0]?.resolve();
  await first;
  bench.isRead = true;
  for (let n = 0; n < 40; n++) time.run(graceMs / 10);
  assert.equal(bench.open, 1, 'read for four times the grace');
  bench.isRead = false;
  for (let n = 0; n < 8; n++) time.run(graceMs / 10);
  assert.equal(bench.open, 1, 'within the grace');
  await bench.feed.ready();
  for (let n = 0; n < 8; n++) time.run(graceMs / 10);
  assert.equal(bench.open, 1, 'somebody asked meanwhile');
  for (let n = 0; n < 8; n++) time.run(graceMs / 10);
  assert.deepEqual([bench.open, bench.feed.isOpen], [0, false]);
  await assert.rejects(bench.feed.book(1, 10), RequestError);
  const again = bench.feed.ready();
  bench.opened[1]?.resolve();
  await again;
  assert.equal(bench.open, 1);
  await bench.feed.close();
});

test('a feed that does not come is an error for those who wait, and the next reader tries again', async () => {
  const bench = new Bench();
  const refused = assert.rejects(bench.feed.ready(), { code: 'noLeader' });
  bench.opened[0]?.reject(new LockstepError('noLeader', 'no replica leads'));
  await refused;
  const next = bench.feed.ready();
  bench.opened[1]?.resolve();
  await next;
  await bench.feed.close();
});

const fill = { n: 1, accountId: 7, orderId: 1 } as FillRow;
/** A replica that has applied more than a feed has brought. */
const anyReplica: EventReads = {
  book: async () => Object.assign([], { appliedSeq: 6 }),
  fills: async () => ({
    fills: [4, 5].map((seq) => ({ ...fill, seq })),
    more: true,
    rememberedFromSeq: 1,
    appliedSeq: 6,
  }),
  modes: async () => Object.assign([], { appliedSeq: 6 }),
};

test('while no replica leads readers are let in and any replica answers; the feed opens once one leads', async () => {
  const bench = new Bench();
  bench.leaderless = anyReplica;
  await bench.feed.ready();
  bench.isRead = true;
  assert.deepEqual([bench.opened.length, bench.feed.isOpen], [1, false]);
  assert.equal((await bench.feed.book(1, 10)).appliedSeq, 6);
  assert.equal((await bench.feed.modes(7)).appliedSeq, 6);
  assert.equal((await bench.feed.fills({ accountId: 7 })).fills.length, 2);
  bench.opened[0]?.reject(new LockstepError('noLeader', 'no replica leads'));
  while (bench.opened.length < 2) await sleep(1);
  bench.leaderless = undefined;
  const book = bench.feed.book(1, 10);
  bench.opened[1]?.resolve();
  assert.equal((await book).appliedSeq, 5, 'from the feed');
  await bench.feed.close();
});

test('a feed that opens asks its own replica, though it is not noticed yet that one leads', async () => {
  const bench = new Bench();
  bench.leaderless = anyReplica;
  await bench.feed.ready();
  bench.opened[0]?.resolve();
  while (!bench.feed.isOpen) await sleep(1);
  assert.equal((await bench.feed.book(1, 10)).appliedSeq, 5, 'from the feed');
  assert.equal((await bench.feed.fills({ accountId: 7 })).fills.length, 0, 'from the feed');
  bench.leaderless = undefined;
  await bench.feed.ready();
  bench.leaderless = anyReplica;
  assert.equal((await bench.feed.book(1, 10)).appliedSeq, 6, 'the next time that none leads');
  await bench.feed.close();
});

test('fills that a feed has not brought yet are not asked of another replica: they come as events', async () => {
  const bench = new Bench();
  const opened = bench.feed.ready();
  bench.opened[0]?.resolve();
  await opened;
  bench.leaderless = anyReplica;
  await bench.feed.ready();
  const { fills, more, appliedSeq } = await bench.feed.fills({ accountId: 7 });
  assert.deepEqual([fills.map(({ seq }) => seq), more, appliedSeq], [[4], false, 4]);
  await bench.feed.close();
});

test('an answer that has overtaken events holds no fill that comes as an event', async () => {
  const bench = new Bench();
  const opened = bench.feed.ready();
  bench.opened[0]?.resolve();
  await opened;
  const fills = [
    [3, 2],
    [4, 1],
    [4, 2],
    [5, 1],
  ].map(([seq = 0, n = 0]) => ({ ...fill, seq, n }));
  bench.found = { fills, more: true, rememberedFromSeq: 1, appliedSeq: 9 };
  const found = await bench.feed.fills({ accountId: 7 });
  const place = { seq: 4, n: 1 };
  assert.deepEqual(found, {
    fills: fills.slice(0, 2),
    more: false,
    rememberedFromSeq: 1,
    appliedSeq: 3,
    place,
  });
  bench.found = { ...bench.found, fills: fills.slice(0, 2), more: false };
  assert.equal((await bench.feed.fills({ accountId: 7 })).appliedSeq, 9);
  await bench.feed.close();
});

test('no event is passed on before the readers know that the feed is open, and from where', async () => {
  const bench = new Bench();
  bench.leaderless = anyReplica;
  await bench.feed.ready();
  const hear = (seq: number): void => {
    bench.tell?.onSeq(seq);
    bench.tell?.onEvent({ seq } as ExchangeEvent);
  };
  // The replica sends events from the moment on when it is asked for them; the session is open a little later.
  hear(3);
  bench.opened[0]?.resolve();
  hear(4);
  while (!bench.feed.isOpen) await sleep(1);
  hear(5);
  bench.tell?.onGap(9);
  assert.deepEqual(bench.told, ['open 4', 'seq 5', 'event 5', 'gap 9']);
  await bench.feed.close();
});

test('how far fills are whole is said by what the replica has applied and by what the feed has brought', async () => {
  const bench = new Bench();
  const placeOf = async () => (await bench.feed.fills({ accountId: 7 })).place;
  const opened = bench.feed.ready();
  bench.opened[0]?.resolve();
  await opened;
  bench.found = { ...bench.found, appliedSeq: 9 };
  assert.deepEqual(await placeOf(), { seq: 4, n: 1 });
  bench.found = { ...bench.found, appliedSeq: 3 };
  assert.deepEqual(await placeOf(), { seq: 3, n: noEvent });
  await bench.feed.close();
  // Another exchange answers, and has sent no event.
  const other = new Bench();
  other.place = { seq: 0, n: 0 };
  const ready = other.feed.ready();
  other.opened[0]?.resolve();
  await ready;
  await assert.rejects(other.feed.fills({ accountId: 7 }), { code: 'unreachable' });
  await other.feed.close();
});

test('a session that opens after the gateway was closed is closed at once', async () => {
  const bench = new Bench();
  const late = assert.rejects(bench.feed.ready(), { code: 'unreachable' });
  await bench.feed.close();
  bench.opened[0]?.resolve();
  await late;
  assert.equal(bench.open, 0);
});
