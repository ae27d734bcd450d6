import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSnapshot } from '../journal/snapshot-file.ts';
import { readConfiguration } from '../raft/configuration.ts';
import { Random } from '../std/random.ts';
import { foundedFolders } from './founding.ts';
import type { SourcePosition } from './source.ts';
import { ChainTail, endOf } from './tail.ts';
import { TailStart } from './tail-report.ts';
import { historyClusterId } from './testing/history.ts';
import { Shipping, sampleKey } from './testing/shipping.ts';
import { verifyChain } from './verify.ts';

for (const [how, key] of [
  ['plain', undefined],
  ['encrypted', sampleKey],
] as const) {
  test(`a restore to any command gives the state of that very command, by both hashes: ${how}`, async () => {
    const shipping = new Shipping(key === undefined ? {} : { key });
    await shipping.run(12, 15);
    const random = new Random(3);
    const { history } = shipping;
    const goals = Array.from({ length: 20 }, () => random.between(1, history.lastSeq));
    for (const seq of [1, history.lastSeq, ...goals]) {
      const { replay, damage } = await shipping.restore({ seq });
      const reference = history.engineAt(seq);
      assert.equal(replay.position.seq, seq);
      assert.equal(replay.exchange.stateHash(), reference.stateHash());
      assert.equal(replay.exchange.engine.economicHash(), reference.economicHash());
      assert.deepEqual(damage, []);
    }
  });
}

test('a restored cluster says where it was cut off, so that an older member lists exactly what is lost of its log', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  for (let round = 0; round < 3; round++) {
    await shipping.run(4, 8);
    history.elect();
  }
  await shipping.ship();
  const random = new Random(7);
  const goals = Array.from({ length: 30 }, () => random.between(1, history.lastSeq));
  for (const seq of [history.lastSeq, ...goals]) {
    const { replay } = await shipping.restore({ seq });
    const founding = { clusterId: historyClusterId, replicaIds: [1, 2, 3], instance: 5 };
    for (const { files } of foundedFolders(replay, founding)) {
      const { configuration } = parseSnapshot(files[0]!.bytes)!;
      const { cut, voters } = readConfiguration(configuration, 0, configuration.length)!;
      assert.deepEqual([cut?.epoch, cut?.seq, voters], [replay.epoch + 1, seq, [1, 2, 3]]);
      const start = new TailStart(cut!);
      const source = history.source();
      let at: SourcePosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };
      for (let piece = source.read(at, history.lastIndex); typeof piece !== 'string'; ) {
        start.add(piece);
        at = piece.end;
        piece = source.read(at, history.lastIndex);
      }
      assert.equal(start.seq, seq + 1);
    }
    const [standby] = foundedFolders(replay, { ...founding, instance: undefined });
    const { configuration } = parseSnapshot(standby!.files[0]!.bytes)!;
    assert.equal(readConfiguration(configuration, 0, configuration.length)?.cut, undefined);
  }
});

test('a restore to a time ends with the last command that was stamped then or before', async () => {
  const shipping = new Shipping();
  await shipping.run(8, 12);
  const { history } = shipping;
  const random = new Random(5);
  const times = history.commands.map(({ timeUs }) => timeUs);
  for (let n = 0; n < 20; n++) {
    const timeUs = random.pick(times) + random.pick([-1, 0, 1, 400]);
    const { replay } = await shipping.restore({ timeUs });
    assert.equal(replay.position.seq, history.seqAt(timeUs));
    assert.equal(replay.exchange.stateHash(), history.engineAt(history.seqAt(timeUs)).stateHash());
  }
  const latest = await shipping.restore();
  assert.equal(latest.replay.position.seq, history.lastSeq);
  assert.equal(latest.isAtEnd, true);
});

test('a restore begins with the newest snapshot that is not behind its goal', async () => {
  const shipping = new Shipping();
  await shipping.run(8, 10);
  const [chain] = await shipping.chains();
  const starts = chain!.starts.map(({ seq }) => seq);
  assert.equal(starts.length, 3);
  const { start } = await shipping.restore({ seq: starts[1]! + 3 });
  assert.equal(start.seq, starts[1]);
  assert.equal((await shipping.restore({ seq: starts[2]! })).start.seq, starts[2]);
  assert.equal((await shipping.restore({ seq: starts[1]! - 1 })).start.seq, 0);
});

test('what a target does not reach is refused with what it reaches, and the nearest points', async () => {
  const shipping = new Shipping();
  await shipping.run(4, 10);
  const { lastSeq } = shipping.history;
  await assert.rejects(shipping.restore({ seq: lastSeq + 1 }), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`cannot give seq ${lastSeq + 1}\\. It reaches from the beginning to seq ${lastSeq}`),
    );
    assert.match(error.message, new RegExp(`Nearest good points: seq ${lastSeq}`));
    return true;
  });
});

test('a chain that begins with a snapshot gives nothing before that, and says so', async () => {
  const shipping = new Shipping();
  shipping.history.add(300);
  shipping.history.snapshot(true);
  shipping.history.add(5);
  const first = shipping.history.lastSeq;
  shipping.history.add(30);
  await shipping.ship();
  const [chain] = await shipping.chains();
  const [start] = chain!.starts;
  assert.ok(start !== undefined && start.number === 1, 'the journal is dropped');
  const { replay } = await shipping.restore({ seq: first });
  assert.equal(replay.exchange.stateHash(), shipping.history.engineAt(first).stateHash());
  await assert.rejects(shipping.restore({ seq: start.seq - 1 }), /Nearest good points: seq/);
});

test('of two sites at one target the chain of the one that writes is the newest, whatever their clocks say', async () => {
  for (const clockUs of [-420_000_000, 1_000, 420_000_000]) {
    const north = new Shipping({ site: 1 });
    const { history } = north;
    history.add(10);
    await north.ship();
    const south = new Shipping({ site: 2, beside: north });
    south.clockUs = clockUs;
    const tail = new ChainTail(north.from);
    history.wait(2_000_000);
    for (const [epoch, site, from, to] of [
      [2, 2, north, south],
      [3, 1, south, north],
      [4, 2, north, south],
    ] as const) {
      history.openEpoch(epoch, site);
      await from.ship({ ...history.view, epoch, isStandby: true });
      const ended = history.lastSeq;
      history.add(5);
      await to.ship({ ...history.view, epoch });
      history.wait(20_000_000);
      const { replay } = await north.restore();
      assert.deepEqual([replay.position.seq, replay.site], [history.lastSeq, site]);
      const found = await tail.read(ended + 1, epoch, history.timeUs);
      assert.ok(typeof found === 'object', `epoch ${epoch}, clock ${clockUs}: ${found}`);
      assert.equal(endOf(found.frames.at(-1)!), history.lastSeq + 1);
    }
    assert.equal((await north.chains()).length, 2, 'each site goes on in its own');
  }
});

test('what is voided is passed over by a restore, though the void stands in a later object than its command', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  await shipping.run(3, 10);
  const seq = history.addVoided();
  await shipping.ship();
  await shipping.run(2, 10, 1);
  history.void(seq);
  await shipping.run(2, 10, 2);
  for (const goal of [seq - 1, seq, seq + 1, history.lastSeq]) {
    const { replay } = await shipping.restore({ seq: goal });
    assert.equal(replay.exchange.stateHash(), history.engineAt(goal).stateHash(), `seq ${goal}`);
  }
  const [chain] = await shipping.chains();
  const verified = await verifyChain(shipping.from, chain!, true);
  assert.deepEqual(verified!.damage, []);
  assert.equal(verified!.stateHash, history.engineAt(history.lastSeq).stateHash());
});
