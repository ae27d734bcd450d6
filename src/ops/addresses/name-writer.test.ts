import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameWriter } from './name-writer.ts';

const quiet = { info: () => undefined, error: () => undefined };
const by = { epoch: 1, term: 3 };

test('a name that cannot be written is left in peace, and the other one is written as before', async () => {
  const asked: string[] = [];
  const writer = new NameWriter(
    ['leader', 'exchange'],
    async ({ name }) => {
      asked.push(name);
      if (name === 'exchange') throw new Error('it has a TXT record of another program');
      return true;
    },
    quiet,
  );
  const exchange = { name: 'exchange', addresses: ['10.0.0.9'] };
  const waits: number[] = [];
  for (let n = 0; n < 5; n++) waits.push(await writer.write(exchange, by));
  assert.equal(writer.standing().breaker, 'open');
  assert.equal(asked.length, 3, 'no more once the breaker is open');
  assert.ok(waits[4]! > waits[0]! && waits[0]! >= 500);
  for (let term = 4; term < 9; term++)
    assert.equal(await writer.write({ name: 'leader', addresses: ['10.0.0.1'] }, { epoch: 1, term }), 0);
  const { names, error, failures } = writer.standing();
  assert.deepEqual(
    names.map(({ addresses }) => addresses),
    [['10.0.0.1'], []],
  );
  assert.match(error, /^exchange is not written: it has a TXT record/);
  assert.equal(failures, 5);
});

test('what is written already is not written again, until an address or the term is another', async () => {
  let count = 0;
  const writer = new NameWriter(['leader'], async () => ++count > 0, quiet);
  const wanted = { name: 'leader', addresses: ['10.0.0.1'] };
  for (let n = 0; n < 3; n++) await writer.write(wanted, by);
  assert.equal(count, 1);
  await writer.write({ ...wanted, addresses: ['10.0.0.2'] }, by);
  await writer.write({ ...wanted, addresses: ['10.0.0.2'] }, { epoch: 1, term: 4 });
  assert.equal(count, 3);
});

test('a name in which another leader has written is tried again at the next look', async () => {
  const writer = new NameWriter(['leader'], async () => false, quiet);
  assert.equal(await writer.write({ name: 'leader', addresses: ['10.0.0.1'] }, by), 0);
  assert.deepEqual(writer.standing().names, [{ name: 'leader', addresses: [], writtenMs: 0 }]);
});

test('a name that no leader of this exchange can have written is said to be one, and is written once it is free', async () => {
  let isFree = false;
  const writer = new NameWriter(['leader'], async () => isFree, quiet);
  const wanted = { name: 'leader', addresses: ['10.0.0.1'] };
  for (let n = 0; n < 50; n++) await writer.write(wanted, by);
  assert.equal(writer.standing().error, '', 'another leader may be on its way');
  for (let n = 0; n < 50; n++) await writer.write(wanted, by);
  assert.match(writer.standing().error, /its TXT record names a leader later than epoch 1, term 3/);
  assert.ok((await writer.write(wanted, by)) > 0, 'the name server is left in peace');
  isFree = true;
  await writer.write(wanted, by);
  const { names, error } = writer.standing();
  assert.deepEqual([names[0]?.addresses, error], [['10.0.0.1'], '']);
});
