import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { positionVersion, positionWords, publishPosition, readPosition } from './shared-position.ts';

/** Both words of such a position change with every step and tell the same story. */
const step = 2 ** 32 + 1;
const changesMin = 20;
const readsMax = 500_000_000;

test('a position is read as it was written, up to the largest', () => {
  const words = new Int32Array(new SharedArrayBuffer((positionWords + 2) * 4));
  assert.equal(readPosition(words, 1), 0);
  for (const position of [1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const version = positionVersion(words, 1);
    publishPosition(words, 1, position);
    assert.equal(readPosition(words, 1), position);
    assert.notEqual(positionVersion(words, 1), version);
  }
  assert.deepEqual([words[0], words[positionWords + 1]], [0, 0], 'nothing beside it is touched');
});

test('a reader never sees half of a write, whatever the writer in another thread does', async () => {
  const shared = new SharedArrayBuffer((positionWords + 1) * 4);
  const words = new Int32Array(shared);
  const module = JSON.stringify(import.meta.resolve('./shared-position.ts'));
  const writer = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(${module}).then(({ publishPosition }) => {
       const words = new Int32Array(workerData);
       for (let n = 1; Atomics.load(words, ${positionWords}) === 0; n++) {
         publishPosition(words, 0, (n % 1000000) * ${step});
       }
     });`,
    { eval: true, workerData: shared },
  );
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  let whole = 0;
  let changes = 0;
  let before = 0;
  for (let reads = 0; (whole < 200_000 || changes < changesMin) && reads < readsMax; reads++) {
    const position = readPosition(words, 0);
    if (position <= 0) continue;
    whole++;
    if (position !== before) changes++;
    before = position;
    if (position % step !== 0) assert.fail(`torn: ${position}`);
  }
  Atomics.store(words, positionWords, 1);
  await ended;
  assert.ok(changes >= changesMin, 'the writer wrote meanwhile');
});
