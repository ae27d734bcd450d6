import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBitstamp } from './bitstamp.ts';
import type { FlowAction, FlowFormat } from './flow.ts';
import { readLobster } from './lobster.ts';

async function read(format: FlowFormat, bytes: Uint8Array): Promise<FlowAction[]> {
  async function* file(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return Array.fromAsync(format(file(), 'MSFT_messages.csv'));
}

test('a price below zero is malformed, except where a halt has its code', async () => {
  const halt = '34200.5,7,0,0,-1,-1';
  assert.deepEqual(
    (await read(readLobster, Buffer.from(halt))).map(({ kind }) => kind),
    ['instrument', 'note'],
  );
  const order = '34200.5,1,16113575,18,-5859100,1';
  await assert.rejects(read(readLobster, Buffer.from(order)), /^Failure: MSFT_messages\.csv, line 1: /);
});

test('a file that ends within a character is malformed', async () => {
  const columns = 'id,timestamp,exchange.timestamp,price,volume,action,direction\n';
  const good = Buffer.from(`${columns}1,2,3,236.5,100,created,bid`);
  assert.equal((await read(readBitstamp, good)).length, 2);
  const cut = Buffer.concat([good, Buffer.from([0xe2, 0x82])]);
  await assert.rejects(read(readBitstamp, cut), /line 2: .* cannot be read/);
});
