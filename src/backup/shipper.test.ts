import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochIn } from '../protocol/frames.ts';
import { Group } from '../replica/testing/group.ts';
import { JournalSource } from './source.ts';
import { ChainTail, endOf } from './tail.ts';
import { historyInstance } from './testing/history.ts';
import { Shipping } from './testing/shipping.ts';

test('nothing behind the commit index is shipped', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(20);
  const commitIndex = history.lastIndex;
  const committedSeq = history.lastSeq;
  history.add(20);
  await shipping.ship({ commitIndex, instance: historyInstance });
  const { replay } = await shipping.restore();
  assert.equal(replay.position.seq, committedSeq);
  assert.equal(replay.position.index, commitIndex);
});

test('frames of a follower that are taken back were never shipped, and the log goes on in the same chain', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(20);
  const commitIndex = history.lastIndex;
  const committedSeq = history.lastSeq;
  history.add(10);
  await shipping.ship({ commitIndex, instance: historyInstance });
  history.loseAfter(commitIndex, committedSeq);
  history.elect();
  history.add(15);
  await shipping.ship();
  const chains = await shipping.chains();
  assert.equal(chains.length, 1);
  const { replay } = await shipping.restore();
  assert.equal(replay.position.seq, history.lastSeq);
  assert.equal(replay.exchange.stateHash(), history.engineAt(history.lastSeq).stateHash());
});

test('a log that lost what was shipped goes on in a new chain, and both can be restored', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(20);
  const [index, seq] = [history.lastIndex, history.lastSeq];
  history.add(20);
  const lost = history.lastSeq;
  const lostHash = history.engineAt(lost).stateHash();
  await shipping.ship();
  history.loseAfter(index, seq);
  history.elect();
  history.add(40);
  await shipping.ship();
  const chains = await shipping.chains();
  assert.equal(chains.length, 2);
  assert.match(chains[0]!.head!.ended!, /other frames than those that were shipped/);
  const latest = await shipping.restore();
  assert.equal(latest.replay.exchange.stateHash(), history.engineAt(history.lastSeq).stateHash());
  const [old] = chains;
  shipping.target.objects = new Map(
    [...shipping.target.objects].filter(([name]) => name.startsWith(old!.folder)),
  );
  const before = await shipping.restore({ seq: lost });
  assert.equal(before.replay.exchange.stateHash(), lostHash);
});

test('a journal that was dropped before it was shipped leaves a gap between two chains, and that is said', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(10);
  await shipping.ship();
  const reached = history.lastSeq;
  history.add(30);
  history.resetToSnapshot();
  history.add(5);
  await shipping.ship();
  const chains = await shipping.chains();
  assert.equal(chains.length, 2);
  assert.match(chains[0]!.head!.ended!, new RegExp(`dropped before what follows seq ${reached} was shipped`));
  await assert.rejects(
    shipping.restore({ seq: reached + 1 }),
    new RegExp(`Nearest good points: seq ${reached} .* and seq`),
  );
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('a damaged journal begins no chain after the other', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(10);
  await shipping.ship();
  const from = history.lastIndex;
  history.add(10);
  // A bit in the first frame that is not shipped yet.
  const segment = history.disk.openRegion(history.disk.list().find((name) => name.startsWith('segment'))!)!;
  segment.bytes[findFrame(segment.bytes, from + 1) + 40]! ^= 1;
  for (let n = 0; n < 3; n++)
    await assert.rejects(shipping.ship(), /cannot be read behind frame .*lockstep snapshot/);
  assert.equal((await shipping.chains()).length, 1);
});

/** Offset of a frame in the bytes of the first segment. */
function findFrame(bytes: Uint8Array, index: number): number {
  const view = new DataView(bytes.buffer);
  let at = 4_096;
  for (let n = 1; n < index; n++) at += view.getUint32(at, true);
  return at;
}

test('a target that refuses holds nothing up for good: the next attempt goes on where it stopped', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  history.add(10);
  await shipping.ship();
  for (const refusal of ['it is full', 'it is read-only']) {
    target.refusal = refusal;
    history.add(5);
    await assert.rejects(shipping.ship(), new RegExp(refusal));
    target.refusal = '';
    await shipping.ship();
  }
  const chains = await shipping.chains();
  assert.equal(chains.length, 1);
  assert.deepEqual(chains[0]!.damage, []);
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('an answer that is lost, and a process that dies after it, double nothing', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  history.add(10);
  await shipping.ship();
  for (const dies of [false, true]) {
    history.add(5);
    target.losesAnswer = true;
    await assert.rejects(shipping.ship(), /answer was lost/);
    if (dies) shipping.shipper = shipping.started();
    history.add(5);
    await shipping.ship();
  }
  const chains = await shipping.chains();
  assert.equal(chains.length, 1);
  assert.deepEqual(chains[0]!.damage, []);
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('a target that lost what it confirmed is found out, and a new chain begins', async () => {
  for (const lose of ['the newest', 'one in the middle', 'everything'] as const) {
    const shipping = new Shipping();
    const { history, target } = shipping;
    await shipping.run(6, 5);
    const { names } = target;
    if (lose === 'everything') target.objects.clear();
    else target.objects.delete(lose === 'the newest' ? names.at(-1)! : names[2]!);
    shipping.shipper = shipping.started();
    history.add(5);
    await shipping.ship();
    assert.match(shipping.warnings.join(), /does not show what it had confirmed/, lose);
    assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
    assert.equal((await shipping.chains()).at(-1)!.damage.length, 0);
  }
});

test('a target that is set back to what it was is found out before something is shipped behind the gap', async () => {
  for (const back of ['a day', 'to nothing'] as const) {
    const shipping = new Shipping();
    const { history, target } = shipping;
    await shipping.run(3, 5);
    const before = back === 'a day' ? new Map(target.objects) : new Map<string, Uint8Array>();
    await shipping.run(6, 5);
    target.objects = before;
    history.add(5);
    shipping.clockUs += 11_000_000;
    await shipping.ship();
    assert.match(shipping.warnings.join(), /does not show what it had confirmed/, back);
    const newest = (await shipping.chains()).at(-1)!;
    assert.deepEqual([newest.seq, newest.damage], [history.lastSeq, []]);
    assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
  }
});

test('what waited while a target was away is not shipped behind a gap where it comes back as it was before', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  await shipping.run(3, 5);
  const before = new Map(target.objects);
  await shipping.run(2, 5);
  target.refusal = 'it is away';
  history.add(5);
  await assert.rejects(shipping.ship(), /it is away/);
  target.objects = before;
  target.refusal = '';
  await shipping.ship();
  const newest = (await shipping.chains()).at(-1)!;
  assert.deepEqual([newest.seq, newest.damage], [history.lastSeq, []]);
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('what shows where a disk was mounted before a start is no target that lost everything', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  target.mountedAt = '/mnt/way';
  await shipping.run(3, 5);
  const onDisk = target.objects;
  for (const below of ['/mnt', '/']) {
    target.objects = new Map();
    target.mountedAt = below;
    history.add(5);
    shipping.shipper = shipping.started();
    for (let n = 0; n < 2; n++)
      await assert.rejects(
        shipping.ship(),
        /mounted at \/mnt\/way, .* is not\. Mount it\..* remove the ledger/,
      );
    assert.equal(target.objects.size, 0);
    assert.deepEqual(shipping.warnings, []);
  }
  target.objects = onDisk;
  for (const now of ['/mnt/way', '/mnt/way/inner', '/elsewhere']) {
    target.mountedAt = now;
    history.add(5);
    shipping.shipper = shipping.started();
    await shipping.ship();
  }
  assert.equal((await shipping.chains()).length, 1);
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('a target that says it stored and did not is found out when it is asked', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  await shipping.run(3, 5);
  target.isLying = true;
  history.add(5);
  await shipping.ship();
  target.isLying = false;
  shipping.shipper = shipping.started();
  await shipping.ship();
  assert.match(shipping.warnings.join(), /does not show what it had confirmed/);
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('another writer in the same chain is found, and nothing of either is overwritten', async () => {
  const shipping = new Shipping();
  const { history, target } = shipping;
  await shipping.run(3, 5);
  const before = shipping.ledgerText;
  const other = shipping.started();
  history.add(5);
  while (await other.ship(history.view, history.timeUs));
  const stored = new Map(target.objects);
  shipping.ledgerText = before;
  history.add(5);
  await shipping.ship();
  for (const name of stored.keys())
    if (/\d{10}-/.test(name)) assert.deepEqual(target.objects.get(name), stored.get(name), name);
  const [chain] = await shipping.chains();
  assert.match(chain!.damage.map(({ reason }) => reason).join(), /is there twice/);
  shipping.shipper = shipping.started();
  await shipping.ship();
  assert.equal((await shipping.restore()).replay.position.seq, history.lastSeq);
});

test('a cluster of another instance gets a chain of its own', async () => {
  const shipping = new Shipping();
  await shipping.run(3, 5);
  await shipping.ship({ ...shipping.history.view, instance: historyInstance + 1 });
  assert.equal((await shipping.chains()).length, 2);
  assert.match(shipping.warnings.join(), /another cluster/);
});

test('a live follower is shipped while it trades: what is restored has the hash that it has', async () => {
  const group = new Group(3, { segmentBytes: 65_536, snapshotEveryBytes: 65_536 });
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  const [follower] = group.followers();
  const { disk } = follower!;
  const shipping = new Shipping();
  const source = new JournalSource({
    list: () => disk.list(),
    readPart: (name, offset, length) => disk.openRegion(name)?.bytes.slice(offset, offset + length),
    storage: disk,
  });
  shipping.useSource(source);
  for (let round = 0; round < 60; round++) {
    for (let n = 0; n < 60; n++) caller.place(n % 2 === 0 ? 1 : 2, 95 + (n % 9));
    group.step(round % 10 === 9 ? 4_000 : 3);
    caller.take();
    const { commitIndex, instance } = follower!.running.log;
    await shipping.ship({ commitIndex, instance });
  }
  const chains = await shipping.chains();
  assert.equal(chains.length, 1, shipping.warnings.join());
  assert.ok(chains[0]!.starts.length > 1, 'snapshots of the follower are shipped');
  const { engine } = follower!.running.state;
  const { replay } = await shipping.restore({ seq: engine.lastSeq });
  assert.equal(replay.exchange.stateHash(), engine.stateHash());
  assert.equal(replay.exchange.engine.economicHash(), engine.economicHash());
});

test('of a snapshot exactly its file is shipped, wherever its bytes stand in memory', async () => {
  const shipping = new Shipping();
  shipping.history.add(20);
  shipping.history.resetToSnapshot();
  const { disk } = shipping.history;
  const read = disk.read.bind(disk);
  disk.read = (name) => {
    const bytes = read(name);
    if (bytes === undefined) return undefined;
    const among = new Uint8Array(bytes.length + 64);
    among.set(bytes, 24);
    return among.subarray(24, 24 + bytes.length);
  };
  await shipping.ship();
  const { replay } = await shipping.restore();
  assert.equal(replay.position.seq, shipping.history.lastSeq);
});

test('a site that another one takes over from ships up to the frame that says so, and nothing that stands behind it', async () => {
  const shipping = new Shipping({ site: 1 });
  const { history } = shipping;
  history.add(10);
  await shipping.ship();
  const unshipped = history.lastSeq;
  history.add(10);
  const sealedSeq = history.lastSeq;
  assert.ok(sealedSeq > unshipped);
  history.openEpoch(2, 2);
  history.add(10);
  await shipping.ship({ ...history.view, epoch: 2, isStandby: true });
  const tail = new ChainTail(shipping.from);
  const found = await tail.read(unshipped + 1, 1, 0);
  assert.ok(typeof found === 'object');
  assert.equal(endOf(found.frames.at(-1)!), sealedSeq + 1);
  assert.equal(epochIn(viewOf(found.frames.at(-1)!), 0), 2);
  shipping.shipper = shipping.started();
  await shipping.ship({ ...history.view, epoch: 2, isStandby: true });
  const again = await tail.read(sealedSeq + 1, 1, 0);
  assert.ok(typeof again === 'object', 'the frame that opens an epoch, until that has begun');
  assert.deepEqual(
    again.frames.map((frame) => epochIn(viewOf(frame), 0)),
    [2],
  );
  assert.equal(await tail.read(sealedSeq + 1, 2, 0), 'nothing', 'nor once it has started again');
  history.openEpoch(3, 1);
  history.add(3);
  await shipping.ship({ ...history.view, epoch: 3 });
  const { replay } = await shipping.restore();
  assert.deepEqual([replay.position.seq, replay.site], [history.lastSeq, 1]);
});

test('a site that ended before anything was shipped from it ships up to that frame; one that only follows ships nothing', async () => {
  for (const site of [1, 3]) {
    const shipping = new Shipping({ site });
    const { history } = shipping;
    history.add(10);
    history.openEpoch(2, 2);
    history.openEpoch(3, 1);
    history.add(10);
    const sealedSeq = history.lastSeq;
    history.openEpoch(4, 2);
    history.add(10);
    await shipping.ship({ ...history.view, epoch: 4, isStandby: true });
    const chains = await shipping.chains();
    assert.deepEqual(
      chains.map(({ seq }) => seq),
      site === 1 ? [sealedSeq] : [],
    );
    if (site !== 1) continue;
    const { replay } = await shipping.restore();
    assert.deepEqual([replay.position.seq, replay.site], [sealedSeq, 2]);
  }
});

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

test('another exchange at a target is told in whatever epoch it is, once it ships beside this one', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  const stranger = new Shipping({ seed: 9, strange: { instance: historyInstance + 1, to: shipping } });
  const told = async (goesOn: boolean): Promise<boolean> => {
    history.wait(61_000_000);
    stranger.clockUs = history.timeUs - stranger.history.timeUs;
    if (goesOn) {
      stranger.history.add(5);
      await stranger.ship({ ...stranger.history.view, epoch: 2 });
    }
    await shipping.run(1, 5);
    return shipping.shipper.sharedBy !== '';
  };
  await shipping.run(1, 5);
  assert.equal(await told(true), false, 'it may be the one before a restore');
  assert.equal(await told(false), false);
  assert.equal(await told(true), true);
  assert.equal(await told(false), true, 'it rests for a minute');
  history.wait(700_000_000);
  assert.equal(await told(false), false, 'it has stopped');
});
