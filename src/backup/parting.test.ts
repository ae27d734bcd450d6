import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partingOf } from './parting.ts';
import type { LogPiece } from './source.ts';
import { SampleHistory } from './testing/history.ts';
import { Shipping } from './testing/shipping.ts';

const beginning = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };

function* piecesOf(history: SampleHistory): Generator<LogPiece> {
  const piece = history.source().read(beginning, history.lastIndex);
  assert.ok(typeof piece === 'object');
  yield piece;
}

/** Two histories that are one for so many frames. */
async function parted(common: number, own: number, others: number) {
  const shipping = new Shipping({ seed: 5 });
  const lost = new SampleHistory(5);
  for (const history of [shipping.history, lost]) history.add(common);
  const { lastSeq } = lost;
  lost.add(own);
  shipping.history.wait(500);
  shipping.history.add(others);
  await shipping.ship();
  const [chain] = await shipping.chains();
  return { lastSeq, parting: await partingOf(piecesOf(lost), shipping.from, chain!) };
}

test('what a lost site wrote and the promoted one does not have begins where the two part', async () => {
  for (const [common, own, others] of [
    [12, 6, 9],
    [12, 6, 0],
    [1, 20, 40],
  ] as const) {
    const { lastSeq, parting } = await parted(common, own, others);
    assert.deepEqual(parting, { seq: lastSeq + 1 });
  }
});

test('a site that had shipped all has lost nothing', async () => {
  assert.equal((await parted(12, 0, 9)).parting, 'none');
  assert.equal((await parted(12, 0, 0)).parting, 'none');
});

test('a chain that begins behind the end of the log does not say where they part', async () => {
  const shipping = new Shipping({ seed: 5 });
  const lost = new SampleHistory(5);
  lost.add(5);
  shipping.history.add(40);
  shipping.history.resetToSnapshot();
  shipping.history.add(5);
  await shipping.ship();
  const [chain] = await shipping.chains();
  assert.equal(await partingOf(piecesOf(lost), shipping.from, chain!), 'unknown');
});
