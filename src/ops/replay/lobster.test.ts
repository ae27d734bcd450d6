/**
 * Files of LOBSTER against a small exchange: whole ones, ones that begin in the middle, and ones cut to a few levels.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FlowAction } from './flow.ts';
import { readLobster } from './lobster.ts';
import { lobsterSample, type SampleOptions } from './sample/files.ts';
import { FlowExchange } from './testing/flow-exchange.ts';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function actionsOf(messages: string, book?: string): Promise<FlowAction[]> {
  const bookFile = book === undefined ? undefined : { bytes: bytes(book), name: 'book.csv' };
  return Array.fromAsync(readLobster(bytes(messages), 'X_message_10.csv', bookFile));
}

async function carryOut(messages: string, book?: string): Promise<FlowExchange> {
  const exchange = new FlowExchange();
  for (const action of await actionsOf(messages, book)) exchange.carryOut(action);
  return exchange;
}

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;

interface Told {
  readonly type: string;
  readonly id: string;
  readonly lots: number;
  readonly price: string;
}

function told(messages: string): Told[] {
  return messages
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, type = '', id = '', lots = '', price = ''] = line.split(',');
      return { type, id, lots: Number(lots), price: (Number(price) / 10_000).toFixed(4) };
    });
}

/** The levels of one side of a row, which begin at this column. */
function shownLevels(row: string, from: 0 | 2): [string, number][] {
  const numbers = row.split(',').map(Number);
  const levels: [string, number][] = [];
  for (let at = from; at < numbers.length; at += 4) {
    if (numbers[at + 1]! > 0) levels.push([(numbers[at]! / 10_000).toFixed(4), numbers[at + 1]!]);
  }
  return levels;
}

interface Sample {
  readonly messages: string;
  readonly book: string;
  readonly executions: readonly Told[];
}

function sample(options: Omit<SampleOptions, 'orders'>): Sample {
  const all = { ...options, orders: 600 };
  const messages = [...lobsterSample('message', all)].join('');
  const book = [...lobsterSample('orderbook', all)].join('');
  return { messages, book, executions: told(messages).filter(({ type }) => type === '4') };
}

/** What must hold of each file: nothing trades that the file does not tell, and each trade hits the order it names. */
function assertTrue({ trades }: FlowExchange, { messages, executions }: Sample): void {
  for (const { maker, named } of trades)
    assert.equal(maker, named, 'an execution hits the order that it names');
  const submitted = new Set(
    told(messages)
      .filter(({ type }) => type === '1')
      .map(({ id }) => id),
  );
  const known = executions.filter(({ id }) => submitted.has(id));
  const hits = trades.filter(({ maker }) => !maker.startsWith('s'));
  assert.deepEqual(
    hits.map(({ maker, price, lots }) => ({ type: '4', id: maker, lots, price })),
    known,
    'executions of known orders hit them, all of them and in their order',
  );
}

test('crosses, halts and hidden executions are counted, whatever stands in place of id and price', async () => {
  const { notes, trades, remarks } = await carryOut(
    lines(
      '34200.1,1,1,100,10000,1',
      '34200.2,6,-1,3,10000,-1',
      '34200.3,6,0,3,10000,1',
      '34200.4,7,0,0,-1,-1',
      '34200.5,7,-1,0,0,1',
      '34200.6,7,0,0,1,-1',
      '34200.7,5,0,10,10000,1',
      '34200.8,4,1,40,10000,1',
      '34200.9,4,1,60,10000,1',
      '34201,4,1,1,10000,1',
    ),
  );
  assert.deepEqual(notes, { crosses: 2, halts: 3, hiddenExecutions: 1, unseenExecutions: 1 });
  assert.deepEqual(
    trades.map(({ maker, lots }) => [maker, lots]),
    [
      ['1', 40],
      ['1', 60],
    ],
  );
  assert.deepEqual(remarks, []);
});

test('what an execution or a new order shows to be gone is taken out first', async () => {
  const gone = lines(
    '1,1,1,100,10000,1',
    '2,1,2,100,10100,1',
    '3,1,3,100,10000,1',
    // Order 3 is first in line: 1 and 2 left unseen.
    '4,4,3,100,10000,1',
    '5,1,4,100,9900,1',
    // A sell that rests at 9900: the buy there left unseen.
    '6,1,5,100,9900,-1',
  );
  const { trades, notes } = await carryOut(gone);
  assert.deepEqual(
    trades.map(({ maker, price }) => [maker, price]),
    [['3', '1.0000']],
  );
  assert.deepEqual(notes, { leftUnseen: 3 });
});

test('what the book file shows before the first message is placed; quantities of unknown orders come off it', async () => {
  const messages = lines('1,4,7,30,10000,1', '2,2,8,20,10000,1', '3,3,9,50,10000,1', '4,4,7,10,10000,1');
  const book = lines('10100,5,10000,70', '10100,5,10000,50', '10100,5,9900,9', '10100,5,9900,9');
  const { trades, notes } = await carryOut(messages, book);
  assert.deepEqual(
    trades.map(({ lots, price }) => [lots, price]),
    [[30, '1.0000']],
  );
  assert.deepEqual(notes, { stoodBefore: 2, cameIntoView: 1, unseenExecutions: 1 });
});

test('files that do not belong together are said, a book that is none is refused', async () => {
  const messages = lines('1,1,1,30,10000,1', '2,1,2,30,10000,1');
  const row = '10100,5,10000,30';
  const remark = async (book: string): Promise<string> => (await carryOut(messages, book)).remarks.join();
  assert.equal(await remark(lines(row, row)), '');
  assert.match(await remark(lines(row)), /^book\.csv has rows for 1 of 2 messages: /);
  assert.match(await remark(`${row}\n10100,5`), /rows for 1 of 2 messages and is cut within its last line/);
  assert.match(
    await remark(lines(row, row, row)),
    /^book\.csv has more rows than X_message_10\.csv has messages/,
  );
  await assert.rejects(carryOut(messages, lines(row, '1,2,3')), /book\.csv, line 2: "1,2,3" cannot be read/);
  await assert.rejects(carryOut(messages, messages), /book\.csv, line 1: /);
});

for (const seed of [1, 2, 3]) {
  describe(`market ${seed}`, () => {
    test('a whole file from an empty book: each execution hits the order it names, with and without the book file', async () => {
      const file = sample({ seed, levels: 200, before: 0 });
      const exchange = await carryOut(file.messages, file.book);
      assertTrue(exchange, file);
      assert.equal(exchange.trades.length, file.executions.length);
      for (const note of ['stoodBefore', 'cameIntoView', 'leftUnseen', 'unseenExecutions', 'unseenCancels'])
        assert.equal(exchange.notes[note], undefined, note);
      assert.deepEqual((await carryOut(file.messages)).trades, exchange.trades);
    });

    test('a file that begins in the middle: what stood before is placed, and trades', async () => {
      const file = sample({ seed, levels: 200, before: 300 });
      const exchange = await carryOut(file.messages, file.book);
      assertTrue(exchange, file);
      const traded = exchange.trades.reduce((sum, { lots }) => sum + lots, 0);
      assert.equal(
        traded,
        file.executions.reduce((sum, { lots }) => sum + lots, 0),
      );
      assert.ok(exchange.notes['stoodBefore']! > 50);
      for (const note of ['cameIntoView', 'leftUnseen', 'unseenExecutions', 'unseenCancels'])
        assert.equal(exchange.notes[note], undefined, note);
    });

    for (const levels of [10, 3, 1]) {
      test(`cut to ${levels} levels, with the book file: the book is what its rows show`, async () => {
        const file = sample({ seed, levels, before: 300 });
        const exchange = await carryOut(file.messages, file.book);
        assertTrue(exchange, file);
        const last = file.book.trimEnd().split('\n').at(-1)!;
        for (const isBuy of [true, false]) {
          const shown = shownLevels(last, isBuy ? 2 : 0);
          assert.deepEqual(exchange.levels(isBuy).slice(0, shown.length), shown);
        }
      });

      test(`cut to ${levels} levels, without the book file: what is not known is counted, not made up`, async () => {
        const file = sample({ seed, levels, before: 300 });
        const exchange = await carryOut(file.messages);
        assertTrue(exchange, file);
        const unseen = exchange.notes['unseenExecutions'] ?? 0;
        assert.equal(exchange.trades.length + unseen, file.executions.length);
        assert.ok(unseen > 0);
      });
    }
  });
}
