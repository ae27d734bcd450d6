import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSnapshot, parseSnapshot, snapshotIndices, snapshotName } from '../journal/snapshot-file.ts';
import { writeNote } from './notes.ts';
import { Shipping } from './testing/shipping.ts';
import { verifyChain } from './verify.ts';

test('a proof applies the whole log, agrees with every snapshot, and tells the hashes at its end', async () => {
  const shipping = new Shipping();
  await shipping.run(12, 8);
  const [chain] = await shipping.chains();
  const verified = await verifyChain(shipping.from, chain!, false);
  const { history } = shipping;
  const reference = history.engineAt(history.lastSeq);
  assert.deepEqual(verified!.damage, []);
  assert.equal(verified!.snapshots, 3);
  assert.equal(verified!.seq, history.lastSeq);
  assert.equal(verified!.stateHash, reference.stateHash());
  assert.equal(verified!.economicHash, reference.economicHash());
  assert.equal(verified!.toNumber, chain!.objects.at(-1)!.number);
});

test('a proof goes on from the last one, and all of it can be asked for', async () => {
  const shipping = new Shipping();
  await shipping.run(8, 8);
  const [chain] = await shipping.chains();
  const first = (await verifyChain(shipping.from, chain!, false))!;
  const proof = { ...first, provedUs: 1, restoreMs: 1, chain: undefined, damage: undefined };
  const { chain: _, damage: __, ...note } = proof;
  await writeNote(shipping.target, chain!.folder, 'proof', note, undefined);
  await shipping.run(8, 8);
  const [later] = await shipping.chains();
  const second = (await verifyChain(shipping.from, later!, false))!;
  assert.ok(second.fromNumber > 1, 'it does not begin at the beginning');
  assert.equal(second.seq, shipping.history.lastSeq);
  assert.equal((await verifyChain(shipping.from, later!, true))!.fromNumber, 1);
});

test('a snapshot that is whole and not what the log leads to is found by its hash', async () => {
  const shipping = new Shipping();
  const { history } = shipping;
  history.add(20);
  history.snapshot();
  // The snapshot of another history, under the place of this one.
  const name = snapshotName(snapshotIndices(history.disk)[0]!);
  const own = parseSnapshot(history.disk.read(name)!)!;
  const other = new Shipping({ seed: 99 });
  other.history.add(20);
  other.history.snapshot();
  const foreign = parseSnapshot(
    other.history.disk.read(snapshotName(snapshotIndices(other.history.disk)[0]!))!,
  )!;
  const { state, stateHash } = foreign;
  history.disk.write(name, buildSnapshot({ ...own, state, stateHash }));
  await shipping.ship();
  const [chain] = await shipping.chains();
  const verified = await verifyChain(shipping.from, chain!, true);
  assert.match(verified!.damage[0]!.reason, /and the log leads to [0-9a-f]{16} at seq/);
});
