import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BookLevelEvent, LevelRow, Rows, SideName } from '../ports.ts';
import { type BookChange, type BookSnapshot, bufferedEventsMax, depthLevels, LiveBook } from './live-book.ts';

type Levels = Map<string, LevelRow>;

const keyOf = (side: SideName, priceTicks: number): string => `${side} ${priceTicks}`;

function event(seq: number, side: SideName, priceTicks: number, quantityLots: number): BookLevelEvent {
  const header = { type: 'bookLevel', sessionId: 0, seq, timeUs: seq, accountId: 0, n: 0 } as const;
  return {
    ...header,
    instrumentId: 1,
    side,
    priceTicks,
    quantityLots,
    orderCount: quantityLots === 0 ? 0 : 1,
  };
}

function applyTo(levels: Levels, { side, priceTicks, quantityLots, orderCount }: BookLevelEvent): void {
  if (quantityLots === 0) levels.delete(keyOf(side, priceTicks));
  else levels.set(keyOf(side, priceTicks), { side, priceTicks, quantityLots, orderCount });
}

/** The rows that the exchange would answer with. */
function rowsOf(levels: Levels, appliedSeq: number, depth = depthLevels): Rows<LevelRow> {
  const side = (name: SideName, sign: number) =>
    [...levels.values()]
      .filter((row) => row.side === name)
      .sort((a, b) => sign * (a.priceTicks - b.priceTicks))
      .slice(0, depth);
  return Object.assign([...side('buy', -1), ...side('sell', 1)], { appliedSeq });
}

/** A reader who knows only what the feed hands out, and checks that nothing is missing. */
class Reader {
  readonly levels: Levels = new Map();
  #seq = 0;

  snapshot({ seq, bids, asks }: BookSnapshot): void {
    this.levels.clear();
    this.#seq = seq;
    this.#take('buy', bids);
    this.#take('sell', asks);
  }

  change(change: BookChange): void {
    assert.equal(change.previousSeq, this.#seq, 'nothing is missing between two messages');
    assert.ok(change.seq >= change.previousSeq, 'the book never goes back');
    this.#seq = change.seq;
    this.#take('buy', change.bids);
    this.#take('sell', change.asks);
  }

  #take(side: SideName, levels: BookSnapshot['bids']): void {
    for (const level of levels) applyTo(this.levels, { ...event(0, side, 0, 0), ...level });
  }
}

const sorted = (levels: Levels): LevelRow[] =>
  [...rowsOf(levels, 0)].map(({ side, priceTicks, quantityLots, orderCount }) => ({
    side,
    priceTicks,
    quantityLots,
    orderCount,
  }));

const commandsOf = fc.array(
  fc.array(
    fc.record({
      side: fc.constantFrom<SideName>('buy', 'sell'),
      priceTicks: fc.integer({ min: 1, max: 8 }),
      quantityLots: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 3 },
  ),
  { minLength: 1, maxLength: 40 },
);

test('wherever the snapshot was taken and whenever it arrives, the reader ends with the book of the exchange', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      commandsOf,
      fraction,
      fraction,
      fraction,
      fc.infiniteStream(fc.boolean()),
      (commands, a, b, c, flushes) => {
        // What happens, as a list of events; the feed sees them in order, some before it begins, some before the
        // answer.
        const events = commands.flatMap((levels, n) =>
          levels.map(({ side, priceTicks, quantityLots }) => event(n + 1, side, priceTicks, quantityLots)),
        );
        const [begun = 0, arrived = 0] = [Math.round(a * events.length), Math.round(b * events.length)].sort(
          (x, y) => x - y,
        );
        const takenSeq = Math.round(c * commands.length);
        const taken: Levels = new Map();
        for (const one of events) if (one.seq <= takenSeq) applyTo(taken, one);
        const truth: Levels = new Map();
        for (const one of events) applyTo(truth, one);

        const feed = new LiveBook();
        const reader = new Reader();
        for (const one of events.slice(0, begun)) feed.apply(one);
        const seenSeq = events[begun - 1]?.seq ?? 0;
        feed.begin(seenSeq);
        for (const one of events.slice(begun, arrived)) feed.apply(one);
        const isLoaded = feed.load(rowsOf(taken, takenSeq));
        assert.equal(isLoaded, takenSeq >= seenSeq, 'a snapshot older than what was seen is refused');
        if (!isLoaded) return;
        const newestSeq = events[arrived - 1]?.seq ?? 0;
        const now: Levels = newestSeq > takenSeq ? new Map() : taken;
        if (now !== taken) for (const one of events.slice(0, arrived)) applyTo(now, one);
        reader.snapshot(feed.snapshot());
        assert.deepEqual(
          sorted(reader.levels),
          sorted(now),
          'the snapshot is the newest state that is known',
        );
        for (const one of events.slice(arrived)) {
          feed.apply(one);
          const change = flushes.next().value === true ? feed.takeChange() : undefined;
          if (change !== undefined) reader.change(change);
        }
        const last = feed.takeChange();
        if (last !== undefined) reader.change(last);
        assert.deepEqual(sorted(reader.levels), sorted(truth));
        assert.equal(feed.takeChange(), undefined);
      },
    ),
    { numRuns: 500 },
  );
});

test('a deep side is covered to its horizon, and read anew when too little of it is left', () => {
  const feed = new LiveBook();
  const levels: Levels = new Map();
  for (let price = 1; price <= depthLevels + 10; price++) applyTo(levels, event(1, 'sell', price, 1));
  feed.begin(0);
  assert.equal(feed.load(rowsOf(levels, 1)), true);
  assert.equal(feed.snapshot().asks.length, depthLevels);
  feed.apply(event(2, 'sell', depthLevels + 1, 9));
  assert.equal(feed.takeChange(), undefined, 'a level beyond the horizon is not handed out');
  let seq = 3;
  for (; !feed.mustReload; seq++) feed.apply(event(seq, 'sell', seq - 2, 0));
  assert.equal(feed.snapshot().asks.length, depthLevels / 2 - 1);
});

test('a book that was complete is never read anew because it empties', () => {
  const feed = new LiveBook();
  feed.begin(0);
  feed.load(rowsOf(new Map([['buy 5', { ...event(1, 'buy', 5, 1) }]]), 1));
  feed.apply(event(2, 'buy', 5, 0));
  assert.equal(feed.mustReload, false);
  assert.deepEqual(feed.takeChange()?.bids, [{ priceTicks: 5, quantityLots: 0, orderCount: 0 }]);
});

test('a book that grows without bound is read anew', () => {
  const feed = new LiveBook();
  feed.begin(0);
  feed.load(rowsOf(new Map(), 1));
  let price = 1;
  for (; !feed.mustReload; price++) feed.apply(event(price + 1, 'buy', price, 1));
  assert.equal(price - 1, 4 * depthLevels + 1);
});

test('when too many events arrive before the snapshot, it is asked for again', () => {
  const feed = new LiveBook();
  feed.begin(0);
  const one = event(5, 'buy', 5, 1);
  for (let n = 0; n <= bufferedEventsMax; n++) feed.apply(one);
  assert.equal(feed.load(rowsOf(new Map(), 1)), false);
  feed.begin(5);
  assert.equal(feed.load(rowsOf(new Map(), 5)), true);
});
