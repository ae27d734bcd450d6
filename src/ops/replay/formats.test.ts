import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readBitstamp } from './bitstamp.ts';
import type { FlowAction, FlowFormat } from './flow.ts';
import { bytesOf, flowFile } from './flow-file.ts';
import { readItch50 } from './itch50.ts';
import { readLobster } from './lobster.ts';

/** What a format makes of bytes, given in pieces of `pieceBytes`. */
async function actionsOf(
  format: FlowFormat,
  file: Uint8Array,
  name = 'file',
  pieceBytes = 7,
): Promise<FlowAction[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += pieceBytes) yield file.subarray(at, at + pieceBytes);
  }
  return Array.fromAsync(format(pieces(), name));
}

const lines = (...rows: readonly string[]): Uint8Array => new TextEncoder().encode(`${rows.join('\n')}\n`);

describe('bitstamp', () => {
  const header = 'id,timestamp,exchange.timestamp,price,volume,action,direction';

  test('created orders are placed, those deleted with a rest are cancelled, all else follows from matching', async () => {
    const file = lines(
      header,
      '1,5,5,236.47,200000000,created,bid',
      '1,6,5,236.47,178855669,changed,bid',
      '2,7,7,236.4,1,created,ask',
      '1,8,5,236.47,178855669,deleted,bid',
      '2,9,7,236.4,0,deleted,ask',
    );
    const [instrument, ...actions] = await actionsOf(readBitstamp, file);
    assert.equal(instrument?.kind, 'instrument');
    const place = { kind: 'place', instrumentId: 1001, takes: undefined } as const;
    assert.deepEqual(actions, [
      { ...place, orderId: '1', side: 'buy', price: '236.47', quantity: '2.00000000' },
      { ...place, orderId: '2', side: 'sell', price: '236.4', quantity: '0.00000001' },
      { kind: 'cancel', orderId: '1' },
    ]);
  });

  test('a market order stands as a limit order at 999999999 or 0: it trades, and its rest needs no cancellation', async () => {
    const file = lines(
      header,
      '1,5,5,999999999.00,100,created,bid',
      '2,5,5,0.00,100,created,ask',
      '1,6,6,999999999.00,40,deleted,bid',
      '2,6,6,0.00,0,deleted,ask',
      '3,7,7,999999999,100,created,ask',
      '3,8,8,999999999,100,deleted,ask',
    );
    const actions = (await actionsOf(readBitstamp, file)).slice(1);
    const place = { kind: 'place', instrumentId: 1001, quantity: '0.00000100', takes: undefined } as const;
    assert.deepEqual(actions, [
      { ...place, orderId: '1', side: 'buy', price: undefined },
      { ...place, orderId: '2', side: 'sell', price: undefined },
      // A sell at the highest price is a limit order that waits.
      { ...place, orderId: '3', side: 'sell', price: '999999999' },
      { kind: 'cancel', orderId: '3' },
    ]);
  });

  test('a last line without an end is read when it is whole, and said when it is torn', async () => {
    const whole = '1,5,5,236.47,200000000,created,bid';
    for (let length = 1; length < whole.length; length++) {
      const file = Buffer.from(`${header}\n${whole}\n${whole.slice(0, length)}`);
      const actions = await actionsOf(readBitstamp, file, 'day.csv');
      assert.deepEqual(
        actions.map(({ kind }) => kind),
        ['instrument', 'place', 'remark'],
      );
      const remark = actions.at(-1);
      assert.match(remark?.kind === 'remark' ? remark.text : '', /^day\.csv is cut within line 3: /);
    }
    assert.equal((await actionsOf(readBitstamp, Buffer.from(`${header}\n${whole}`))).length, 2);
    await assert.rejects(actionsOf(readBitstamp, lines(header, whole.slice(0, -1))), /line 2/);
  });

  test('a time that runs backwards is said; that of the exchange may', async () => {
    const rows = ['1,5,9,2.5,1,created,bid', '2,7,8,2.5,1,created,bid', '3,6,9,2.5,1,created,bid'];
    const actions = await actionsOf(readBitstamp, lines(header, ...rows), 'day.csv');
    const remarks = actions.flatMap((action) => (action.kind === 'remark' ? [action.text] : []));
    assert.deepEqual(remarks, [
      'day.csv: the time runs backwards once in line 4; messages are taken in the order of the file.',
    ]);
  });

  test('another file is refused with the line that shows it', async () => {
    await assert.rejects(
      actionsOf(readBitstamp, lines('a,b,c'), 'x.csv'),
      /x\.csv, line 1: the columns must be/,
    );
    await assert.rejects(actionsOf(readBitstamp, lines(header, '1,2,3,x,5,created,bid')), /line 2/);
    await assert.rejects(actionsOf(readBitstamp, lines(header, '1,2,3,1,5,moved,bid')), /line 2/);
  });
});

describe('lobster', () => {
  test('a time that runs backwards is said', async () => {
    const times = ['34200.1', '34200.3', '34200.2', '34200.2', '34200.1'];
    const file = lines(...times.map((time, n) => `${time},1,${n + 1},100,1182500,-1`));
    const actions = await actionsOf(readLobster, file, 'day.csv');
    assert.equal(actions.filter(({ kind }) => kind === 'place').length, 5);
    const remark = actions.at(-1);
    assert.match(
      remark?.kind === 'remark' ? remark.text : '',
      /^day\.csv: the time runs backwards 2 times, first in line 3;/,
    );
  });

  test('submissions, reductions, deletions, and the orders behind visible executions', async () => {
    const file = lines(
      '34200.1,1,77,100,1182500,-1',
      '34200.2,2,77,40,1182500,-1',
      '34200.3,4,77,10,1182500,-1',
      '34200.4,5,0,10,1182500,-1',
      '34200.5,3,77,50,1182500,-1',
      '34200.6,7,0,0,-1,-1',
    );
    const [instrument, ...actions] = await actionsOf(
      readLobster,
      file,
      '/data/AAPL_2012-06-21_message_10.csv',
    );
    assert.equal(instrument?.kind === 'instrument' && instrument.instrument.symbol, 'AAPL');
    const common = { instrumentId: 1002, price: '118.2500' };
    assert.deepEqual(actions, [
      { kind: 'place', ...common, orderId: '77', side: 'sell', quantity: '100', takes: undefined },
      { kind: 'reduce', instrumentId: 1002, orderId: '77', quantity: '40' },
      { kind: 'place', ...common, orderId: 'x1', side: 'buy', quantity: '10', takes: '77' },
      { kind: 'note', note: 'hiddenExecutions' },
      { kind: 'cancel', orderId: '77' },
      { kind: 'note', note: 'halts' },
    ]);
    await assert.rejects(actionsOf(readLobster, lines('34200.1,9,77,100,1,1')), /line 1/);
  });
});

/** One message behind its length: type, stock locate 3, then `rest` as [bytes, value] pairs after the timestamp. */
function message(
  type: string,
  ...rest: readonly (readonly [bytes: number, value: number | string])[]
): Uint8Array {
  const size = 11 + rest.reduce((sum, [bytes]) => sum + bytes, 0);
  const view = new DataView(new ArrayBuffer(2 + size));
  view.setUint16(0, size);
  view.setUint8(2, type.charCodeAt(0));
  view.setUint16(3, 3);
  let at = 13;
  for (const [bytes, value] of rest) {
    if (typeof value === 'string') {
      for (let n = 0; n < bytes; n++) view.setUint8(at + n, value.padEnd(bytes).charCodeAt(n));
    } else if (bytes === 8) view.setBigUint64(at, BigInt(value));
    else if (bytes === 4) view.setUint32(at, value);
    else view.setUint8(at, value);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}
const add = (id: number, side: string, shares: number, price: number): Uint8Array =>
  message('A', [8, id], [1, side], [4, shares], [8, 'ACME'], [4, price]);

test('itch50: orders, executions, reductions and replacements of the file, in their order', async () => {
  const file = Buffer.concat([
    message('S', [1, 'O']),
    message('R', [8, 'ACME'], [20, '']),
    add(1, 'B', 100, 12_345_000),
    message('E', [8, 1], [4, 30], [8, 9]),
    message('X', [8, 1], [4, 20]),
    message('U', [8, 1], [8, 2], [4, 60], [4, 12_350_000]),
    message('D', [8, 2]),
    message('D', [8, 99]),
    message('S', [1, 'C']),
    new Uint8Array(2),
  ]);
  const actions = await actionsOf(readItch50, file);
  const instrumentId = 100_003;
  assert.deepEqual(
    actions.map((action) => action.kind),
    ['instrument', 'place', 'place', 'reduce', 'cancel', 'place', 'cancel', 'note'],
  );
  assert.deepEqual(actions[1], {
    kind: 'place',
    instrumentId,
    orderId: '1',
    side: 'buy',
    price: '1234.5000',
    quantity: '100',
    takes: undefined,
  });
  assert.deepEqual(actions[2], {
    kind: 'place',
    instrumentId,
    orderId: 'x1',
    side: 'sell',
    price: '1234.5000',
    quantity: '30',
    takes: '1',
  });
  assert.deepEqual(actions[3], { kind: 'reduce', instrumentId, orderId: '1', quantity: '20' });
  assert.deepEqual(actions[5]?.kind === 'place' && actions[5].side, 'buy');
});

test('itch50: a file ends with the end of messages: what comes after it is refused, a file without it is said to be cut', async () => {
  const end = message('S', [1, 'C']);
  const mark = new Uint8Array(2);
  for (const file of [
    [add(1, 'B', 1, 1), end],
    [add(1, 'B', 1, 1), mark],
    [end, mark],
  ]) {
    const actions = await actionsOf(readItch50, Buffer.concat(file));
    assert.ok(actions.every(({ kind }) => kind !== 'remark'));
  }
  const late = Buffer.concat([end, add(1, 'B', 1, 1)]);
  await assert.rejects(actionsOf(readItch50, late), /byte 14: a message comes after the end of messages/);
  const cut = (await actionsOf(readItch50, add(1, 'B', 1, 1), 'day.itch')).at(-1);
  assert.match(cut?.kind === 'remark' ? cut.text : '', /^day\.itch does not end with .*: it is cut\.$/);
});

test('itch50: a time that runs backwards is said', async () => {
  const at = (ns: number, bytes: Uint8Array): Uint8Array => {
    const timed = Uint8Array.from(bytes);
    const view = new DataView(timed.buffer);
    view.setUint16(7, Math.floor(ns / 2 ** 32));
    view.setUint32(9, ns % 2 ** 32);
    return timed;
  };
  const hour = 3_600e9;
  const file = [
    at(9 * hour, add(1, 'B', 1, 1)),
    at(8 * hour, add(2, 'B', 1, 1)),
    at(9 * hour, add(3, 'B', 1, 1)),
  ];
  const end = at(9 * hour, message('S', [1, 'C']));
  const actions = await actionsOf(readItch50, Buffer.concat([...file, end]), 'day.itch');
  const remarks = actions.flatMap((action) => (action.kind === 'remark' ? [action.text] : []));
  assert.deepEqual(remarks, [
    'day.itch: the time runs backwards once in byte 38; messages are taken in the order of the file.',
  ]);
});

test('itch50: orders that the file never showed, hidden trades, crosses and halts are counted', async () => {
  const file = Buffer.concat([
    message('E', [8, 7], [4, 30], [8, 9]),
    message('C', [8, 7], [4, 30], [8, 9], [1, 'Y'], [4, 1]),
    message('X', [8, 7], [4, 30]),
    message('D', [8, 7]),
    message('U', [8, 7], [8, 8], [4, 60], [4, 12_350_000]),
    message('P', [8, 0], [1, 'B'], [4, 1], [8, 'ACME'], [4, 1], [8, 1]),
    message('Q', [8, 1], [8, 'ACME'], [4, 1], [8, 1], [1, 'O']),
    message('H', [8, 'ACME'], [1, 'H'], [1, ' '], [4, 0]),
    message('S', [1, 'C']),
  ]);
  const notes = (await actionsOf(readItch50, file)).map((action) => action.kind === 'note' && action.note);
  assert.deepEqual(notes, [
    ...['unseenExecutions', 'unseenExecutions', 'unseenCancels', 'unseenCancels', 'unseenCancels'],
    ...['hiddenExecutions', 'crosses', 'halts'],
  ]);
});

test('itch50: a file that is cut within a message is read up to there, and said to be cut', async () => {
  const [whole, cut] = [add(1, 'B', 1, 1), add(2, 'B', 1, 1)];
  for (let bytes = 1; bytes < cut.length; bytes++) {
    const actions = await actionsOf(readItch50, Buffer.concat([whole, cut.subarray(0, bytes)]), 'day.itch');
    assert.deepEqual(
      actions.map(({ kind }) => kind),
      ['place', 'remark'],
    );
    const last = actions.at(-1);
    assert.match(
      last?.kind === 'remark' ? last.text : '',
      /^day\.itch is cut within the message at byte 38: /,
    );
  }
});

test('itch50: a file that is something else is refused', async () => {
  const odd = Buffer.concat([add(1, 'B', 1, 1), Buffer.from([0, 36, 0x2f])]);
  await assert.rejects(actionsOf(readItch50, odd), /ends with bytes that are no message/);
  await assert.rejects(actionsOf(readItch50, lines('id,timestamp,price')), /byte 0/);
});

test('a packed file is read like a plain one, and a missing or broken one is an error that names it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-flow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.csv'), 'hello');
  writeFileSync(join(folder, 'a.csv.gz'), gzipSync('hello'));
  writeFileSync(join(folder, 'bad.gz'), 'no gzip');
  const read = async (name: string): Promise<string> =>
    Buffer.concat(await Array.fromAsync(bytesOf(flowFile(join(folder, name))))).toString();
  assert.equal(await read('a.csv'), 'hello');
  assert.equal(await read('a.csv.gz'), 'hello');
  await assert.rejects(read('none.csv'), /none\.csv cannot be read/);
  await assert.rejects(read('bad.gz'), /bad\.gz cannot be read/);
});
