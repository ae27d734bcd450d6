import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAt, voidedIn } from '../protocol/frames.ts';
import { getU53 } from '../std/integers.ts';
import { writeNote } from './notes.ts';
import { everything } from './replay.ts';
import { restore } from './restore.ts';
import { ChainTail, endOf } from './tail.ts';
import { historyInstance } from './testing/history.ts';
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

test('a chain that another exchange with the same id writes there is not followed', async () => {
  const shipping = new Shipping();
  await shipping.run(2, 5);
  const stranger = new Shipping({ seed: 9, strange: { instance: historyInstance + 1, to: shipping } });
  stranger.clockUs = 60_000_000;
  await stranger.run(6, 5);
  const tail = new ChainTail(shipping.from);
  const read = await tail.read(1, 1, 0, historyInstance);
  assert.ok(typeof read === 'object' && read.instance === historyInstance);
  assert.equal(tail.shippedTo!.seq, shipping.history.lastSeq);
  const own = { ...shipping.from, instance: historyInstance };
  const { replay } = await restore(own, await shipping.chains(), everything);
  assert.equal(replay.position.seq, shipping.history.lastSeq);
  shipping.shipper = shipping.started();
  shipping.history.wait(30_000_000);
  await shipping.run(1, 5);
  assert.match(shipping.shipper.sharedBy, /another exchange with the id 7 too, in chain/);
  shipping.clockUs += 700_000_000;
  await shipping.run(1, 5);
  assert.equal(shipping.shipper.sharedBy, '', 'it has stopped');
});

test('a snapshot between two parts of the log holds up no one that begins before it', async () => {
  const shipping = new Shipping();
  await shipping.run(4, 4, 2);
  const kinds = shipping.target.names.map((name) => /-(log|snapshot)-/.exec(name)![1]).join(' ');
  assert.match(kinds, /log snapshot log/);
  const { seqs } = await readAll(new ChainTail(shipping.from), 1, 0);
  assert.equal(seqs.length, shipping.history.lastSeq);
});

test('what of a chain is read and what waits is known in bytes, also from the middle and after a removal', async () => {
  const shipping = new Shipping();
  await shipping.run(6, 4, 2);
  const { objects, names } = shipping.target;
  const whole = names
    .filter((name) => /\/\d{10}/.test(name))
    .reduce((sum, name) => sum + objects.get(name)!.length, 0);
  const tail = new ChainTail(shipping.from);
  const first = await tail.read(1, 1, 0);
  assert.ok(typeof first === 'object');
  assert.equal(tail.shippedTo!.bytes, whole);
  assert.equal(tail.readBytes, first.bytes);
  await readAll(tail, endOf(first.frames.at(-1)!), 0);
  assert.equal(tail.readBytes, whole);
  shipping.history.add(7);
  await shipping.ship();
  await readAll(tail, shipping.history.lastSeq - 6, 1);
  assert.equal(tail.readBytes, tail.shippedTo!.bytes);
  const later = new ChainTail(shipping.from);
  await later.read(shipping.history.lastSeq - 6, 1, 0);
  assert.equal(later.shippedTo!.bytes, tail.readBytes);
  const { folder } = tail.shippedTo!;
  assert.equal(await tail.unappliedBytes(folder), undefined, 'no standby has said anything');
  const note = { site: 'south', seq: 1, timeUs: 1, madeUs: 1, bytes: whole };
  await writeNote(shipping.target, folder, 'follower', note, undefined);
  assert.deepEqual(await tail.unappliedBytes(folder), { site: 'south', bytes: tail.readBytes - whole });
});

test('what grows is not listed whole: neither the chain that is read nor others beside it', async () => {
  const shipping = new Shipping();
  await shipping.run(9, 4, 2);
  const tail = new ChainTail(shipping.from);
  let { nextSeq } = await readAll(tail, 1, 0);
  const listed: number[] = [];
  const { target } = shipping;
  const list = target.list.bind(target);
  target.folders = async () => [tail.shippedTo!.folder];
  target.list = async (prefix, after) => {
    const found = await list(prefix, after);
    listed.push(found.filter(({ name }) => /\d{10}-/.test(name)).length);
    return found;
  };
  for (let second = 6; second < 60; second += 6) {
    for (let object = 0; object < 2; object++) {
      shipping.history.add(2);
      await shipping.ship();
    }
    nextSeq = (await readAll(tail, nextSeq, second * 1_000_000)).nextSeq;
  }
  assert.equal(nextSeq, shipping.history.lastSeq + 1);
  assert.ok((await tail.newest()) !== undefined);
  assert.ok(listed.length > 5 && Math.max(...listed) <= 2, listed.join());
});

test('where the chain begins behind what a site has, a new start is needed', async () => {
  const shipping = new Shipping();
  shipping.history.add(20);
  shipping.history.resetToSnapshot();
  await shipping.ship();
  assert.equal(await new ChainTail(shipping.from).read(3, 1, 0), 'gone');
});

test('a site that has just ended what it wrote, and has all of that chain, soon finds the next one', async () => {
  const shipping = new Shipping();
  shipping.history.add(5);
  await shipping.ship();
  const tail = new ChainTail(shipping.from);
  const nextSeq = shipping.history.lastSeq + 1;
  assert.equal(await tail.read(nextSeq, 1, 0), 'nothing');
  shipping.ledgerText = undefined;
  shipping.shipper = shipping.started();
  shipping.history.add(2);
  await shipping.ship({ ...shipping.history.view, epoch: 2 });
  const found = await tail.read(nextSeq, 1, 200_000);
  assert.ok(typeof found === 'object');
  assert.equal(endOf(found.frames.at(-1)!), shipping.history.lastSeq + 1);
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

test('what voids a command comes before that command, and goes on coming while nothing follows it', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 3);
  const early = new ChainTail(shipping.from);
  const before = await readAll(early, 1, 0);
  const seq = shipping.history.addVoided();
  await shipping.ship();
  const { nextSeq } = await readAll(early, before.nextSeq, 10_000_000);
  assert.equal(early.voidsAlone(1), undefined, 'it is not voided yet');
  shipping.history.void(seq);
  await shipping.ship();
  const voidedBy = (frames: readonly Uint8Array[] = []): number[] =>
    frames.map((frame) => voidedIn(new DataView(frame.buffer, frame.byteOffset, frame.length), 0));
  assert.equal(await early.read(nextSeq, 1, 20_000_000), 'nothing');
  assert.deepEqual(voidedBy(early.voidsAlone(1)?.voids), [seq]);
  const late = new ChainTail(shipping.from);
  const first = await late.read(1, 1, 0);
  assert.ok(typeof first === 'object');
  assert.ok(endOf(first.frames.at(-1)!) <= seq, 'the command is yet to come');
  assert.deepEqual(voidedBy(first.voids), [seq]);
  shipping.history.add(3);
  await shipping.ship();
  const read = await readAll(early, nextSeq, 30_000_000);
  await early.read(read.nextSeq, 1, 30_000_000);
  assert.equal(early.voidsAlone(1), undefined, 'what follows it is there');
});
