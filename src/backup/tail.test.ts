import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAt } from '../protocol/frames.ts';
import { getU53 } from '../std/integers.ts';
import { ChainTail, endOf } from './tail.ts';
import { Shipping, sampleKey } from './testing/shipping.ts';

/** Reads on until nothing waits; gives the seqs of the frames that came, and where they end. */
async function readAll(
  tail: ChainTail,
  from: number,
  nowUs: number,
): Promise<{ seqs: number[]; nextSeq: number }> {
  const seqs: number[] = [];
  let nextSeq = from;
  for (;;) {
    const found = await tail.read(nextSeq, 1, nowUs);
    if (found === 'gone') throw new Error('gone');
    if (found === 'nothing') return { seqs, nextSeq };
    for (const frame of found.frames) {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
      for (let n = 0; n < view.getUint32(frameAt.count, true); n++)
        seqs.push(getU53(view, frameAt.firstSeq) + n);
    }
    nextSeq = Math.max(nextSeq, endOf(found.frames.at(-1)!));
  }
}

test('every command of a growing chain comes once and in order, also to one that begins in between', async () => {
  for (const key of [undefined, sampleKey]) {
    const shipping = new Shipping(key === undefined ? {} : { key });
    const tail = new ChainTail(shipping.from);
    const seqs: number[] = [];
    let nextSeq = 1;
    for (let round = 0; round < 12; round++) {
      await shipping.run(round % 3, 4, 2);
      const read = await readAll(tail, nextSeq, round * 1_000_000);
      seqs.push(...read.seqs);
      nextSeq = read.nextSeq;
    }
    const { lastSeq } = shipping.history;
    assert.deepEqual(
      seqs,
      Array.from({ length: lastSeq }, (_, n) => n + 1),
    );
    assert.equal(tail.shippedTo!.seq, lastSeq);
    const later = await readAll(new ChainTail(shipping.from), lastSeq - 4, 0);
    assert.ok(later.seqs[0]! <= lastSeq - 4, 'whole frames');
    assert.equal(later.seqs.at(-1), lastSeq);
  }
});

test('where the chain begins behind what a site has, a new start is needed', async () => {
  const shipping = new Shipping();
  shipping.history.add(20);
  shipping.history.resetToSnapshot();
  await shipping.ship();
  assert.equal(await new ChainTail(shipping.from).read(3, 1, 0), 'gone');
});

test('the chain of the highest epoch is followed, whichever was written last', async () => {
  const shipping = new Shipping();
  shipping.history.add(5);
  await shipping.ship({ ...shipping.history.view, epoch: 2 });
  const [first] = await shipping.chains();
  shipping.ledgerText = undefined;
  shipping.shipper = shipping.started();
  shipping.history.add(5);
  await shipping.ship({ ...shipping.history.view, epoch: 1 });
  const tail = new ChainTail(shipping.from);
  await readAll(tail, 1, 0);
  assert.deepEqual([tail.shippedTo!.chain, tail.shippedTo!.epoch], [first!.id, 2]);
});

test('an object that was spoiled, lost or replaced is named, and nothing of it is given', async () => {
  const shipping = new Shipping();
  await shipping.run(3, 5);
  const { objects, names } = shipping.target;
  const [, second] = names;
  const good = objects.get(second!)!;
  const spoiled = good.slice();
  spoiled[spoiled.length - 3]! ^= 1;
  objects.set(second!, spoiled);
  const tail = new ChainTail(shipping.from);
  const first = await tail.read(1, 1, 0);
  assert.ok(typeof first === 'object');
  const nextSeq = endOf(first.frames.at(-1)!);
  await assert.rejects(tail.read(nextSeq, 1, 0), (error: Error) => error.message.startsWith(second!));
  objects.set(second!, good);
  assert.equal((await readAll(tail, nextSeq, 0)).seqs[0], nextSeq);
});
