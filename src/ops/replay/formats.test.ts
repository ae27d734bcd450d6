import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readBitstamp } from './bitstamp.ts';
import { type FlowAction, type FlowFormat, openFlowFile } from './flow.ts';
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
    const place = { kind: 'place', instrumentId: 1001, takesOnly: false } as const;
    assert.deepEqual(actions, [
      { ...place, orderId: '1', side: 'buy', price: '236.47', quantity: '2.00000000' },
      { ...place, orderId: '2', side: 'sell', price: '236.4', quantity: '0.00000001' },
      { kind: 'cancel', orderId: '1' },
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
      { kind: 'place', ...common, orderId: '77', side: 'sell', quantity: '100', takesOnly: false },
      { kind: 'reduce', instrumentId: 1002, orderId: '77', quantity: '40' },
      { kind: 'place', ...common, orderId: 'x0', side: 'buy', quantity: '10', takesOnly: true },
      { kind: 'cancel', orderId: '77' },
    ]);
    await assert.rejects(actionsOf(readLobster, lines('34200.1,9,77,100,1,1')), /line 1/);
  });
});

describe('itch50', () => {
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

  test('orders, executions, reductions and replacements of the file, in their order', async () => {
    const file = Buffer.concat([
      message('S', [1, 'O']),
      message('R', [8, 'ACME'], [20, '']),
      add(1, 'B', 100, 12_345_000),
      message('E', [8, 1], [4, 30], [8, 9]),
      message('X', [8, 1], [4, 20]),
      message('U', [8, 1], [8, 2], [4, 60], [4, 12_350_000]),
      message('D', [8, 2]),
      message('D', [8, 99]),
    ]);
    const actions = await actionsOf(readItch50, file);
    const instrumentId = 100_003;
    assert.deepEqual(
      actions.map((action) => action.kind),
      ['instrument', 'place', 'place', 'reduce', 'cancel', 'place', 'cancel'],
    );
    assert.deepEqual(actions[1], {
      kind: 'place',
      instrumentId,
      orderId: '1',
      side: 'buy',
      price: '1234.5000',
      quantity: '100',
      takesOnly: false,
    });
    assert.deepEqual(actions[2], {
      kind: 'place',
      instrumentId,
      orderId: 'x1',
      side: 'sell',
      price: '1234.5000',
      quantity: '30',
      takesOnly: true,
    });
    assert.deepEqual(actions[3], { kind: 'reduce', instrumentId, orderId: '1', quantity: '20' });
    assert.deepEqual(actions[5]?.kind === 'place' && actions[5].side, 'buy');
  });

  test('a file that is cut or is something else is refused', async () => {
    await assert.rejects(actionsOf(readItch50, add(1, 'B', 1, 1).subarray(0, 20)), /ends within a message/);
    await assert.rejects(actionsOf(readItch50, lines('id,timestamp,price')), /byte 0/);
  });
});

test('a packed file is read like a plain one, and a missing or broken one is an error that names it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-flow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.csv'), 'hello');
  writeFileSync(join(folder, 'a.csv.gz'), gzipSync('hello'));
  writeFileSync(join(folder, 'bad.gz'), 'no gzip');
  const read = async (name: string): Promise<string> =>
    Buffer.concat(await Array.fromAsync(openFlowFile(join(folder, name), () => undefined))).toString();
  assert.equal(await read('a.csv'), 'hello');
  assert.equal(await read('a.csv.gz'), 'hello');
  await assert.rejects(read('none.csv'), /none\.csv cannot be read/);
  await assert.rejects(read('bad.gz'), /bad\.gz cannot be read/);
});
