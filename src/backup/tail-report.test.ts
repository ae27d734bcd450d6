/** What a generation lost of the one before it, command by command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonIndex } from '../protocol/cut.ts';
import { Group } from '../replica/testing/group.ts';
import { everything, LogReplay } from './replay.ts';
import { TailReport, TailStart } from './tail-report.ts';

test('two logs part behind the last frame of one index and one term, whatever stands behind', () => {
  const cut = {
    index: 12,
    terms: [
      { term: 3, index: 5 },
      { term: 5, index: 10 },
    ],
  };
  const termsOf = (terms: readonly number[]) => (index: number) => terms[index - 1] ?? -1;
  const before = [1, 1, 1, 1, 3, 3, 3, 3, 3];
  assert.equal(commonIndex(cut, termsOf([...before, 5, 5, 5, 5, 5]), 14), 12, 'it goes on');
  assert.equal(commonIndex(cut, termsOf([...before, 5, 5]), 11), 11, 'it is shorter');
  assert.equal(
    commonIndex(cut, termsOf([...before, 3, 3, 6]), 12),
    9,
    'another leader went on from before the last term',
  );
  assert.equal(
    commonIndex(cut, termsOf([1, 1, 1, 1, 2, 2, 2, 2, 2, 6, 6, 6]), 12),
    4,
    'before all that is remembered',
  );
});

test('the tail report names exactly what a cut-off majority acknowledged beyond the generation', () => {
  const group = new Group(3, { durability: 'disk' });
  const first = group.connect(group.leader());
  first.open(1);
  group.step(30);
  first.takeOpened();
  first.createAccount();
  first.createInstrument();
  for (let order = 0; order < 20; order++) first.place(order % 2 === 0 ? 1 : 2, 100);
  group.step(2_000);
  const survivor = group.followers()[0]!;
  const { nextSeq } = survivor.running.log;
  group.split([survivor.id]);
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.open(2);
  group.step(30);
  caller.takeOpened();
  for (let order = 0; order < 5; order++) caller.place(order % 2 === 0 ? 1 : 2, 200 + order);
  group.step(2_000);
  const { lastSeq } = leader.running.state;
  assert.ok(lastSeq > nextSeq);
  assert.equal(survivor.running.log.nextSeq, nextSeq);
  survivor.control.give('beginGeneration', survivor.id);
  assert.throws(() => group.until(() => false), /Generation 2 begins/);
  survivor.crash();
  survivor.start();
  group.until(() => survivor.running.epoch === 2, 'the next generation');
  const { cut } = survivor.running.membership;

  group.cuts.clear();
  group.until(() => leader.running.log.generations.isSuperseded, 'the old leader to hear of it');
  const start = new TailStart(cut!);
  const frames: Uint8Array[] = [];
  for (let index = 1; index <= leader.running.log.lastIndex; index++)
    frames.push(leader.running.log.facts.copyOf(index)!);
  for (const each of frames) start.add({ frames: each });
  assert.equal(start.seq, nextSeq);
  const report = new TailReport(start.seq);
  const replay = LogReplay.fromNothing(report);
  for (const each of frames) replay.apply(each, everything);
  const seqs = report.entries.filter(({ record }) => record === 'command').map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    Array.from({ length: lastSeq - nextSeq + 1 }, (_, n) => nextSeq + n),
  );
  const orders = report.accounts.find(({ accountId }) => accountId === 1)!.entries;
  assert.equal(orders.filter((entry) => 'type' in entry && entry.type === 'placeOrder').length, 5);
  assert.equal(report.csvLines().length, report.entries.length);
});
