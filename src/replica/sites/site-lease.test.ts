import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Group, type Node } from '../testing/group.ts';
import { LeaseAsker } from './lease-asker.ts';
import { LeaseLedger, type LeaseQuestion, type LeaseState, noLease } from './lease-ledger.ts';
import { SiteLease } from './site-lease.ts';

const lengthUs = 1_000_000;
/** Longer than what a witness counts. */
const longUs = 1_050_000;

/** A witness that can be started again with what was durable. */
class Witness {
  nowUs = 0;
  state: LeaseState = noLease;
  refuses = false;
  ledger = this.opened();

  opened(): LeaseLedger {
    return new LeaseLedger(this.state, lengthUs, this.nowUs, (state) => {
      if (!this.refuses) this.state = state;
      return !this.refuses;
    });
  }

  ask(replicaId: number, site: number, epoch: number, writes = true) {
    const question: LeaseQuestion = { replicaId, site, epoch, writes };
    return this.ledger.ask(question, this.nowUs);
  }

  grants(replicaId: number, site: number, epoch: number): boolean {
    return this.ask(replicaId, site, epoch).isGranted;
  }
}

/** A witness that has granted site 1 leases of epoch 1, to replicas 1 to 3. */
function granting(): Witness {
  const witness = new Witness();
  assert.equal(witness.grants(1, 1, 1), false, 'another witness before it may have granted something');
  witness.nowUs = longUs;
  for (const id of [1, 2, 3]) assert.equal(witness.grants(id, 1, 1), true);
  return witness;
}

test('a lease goes to one site at a time, and to another one only when all of the first are over', () => {
  const witness = granting();
  assert.equal(witness.grants(11, 2, 1), false, 'the same epoch is of another site');
  const asked = witness.ask(11, 2, 2);
  assert.ok(!asked.isGranted && asked.waitUs >= lengthUs);
  witness.nowUs += lengthUs / 2;
  assert.equal(witness.grants(3, 1, 1), true);
  witness.nowUs += longUs / 2;
  assert.equal(witness.grants(11, 2, 2), false, 'replica 3 was granted one later');
  witness.nowUs += longUs / 2;
  assert.deepEqual(witness.ask(11, 2, 2), { isGranted: true, epoch: 2, lengthUs });
  assert.equal(witness.grants(1, 1, 1), false, 'what has begun is not left again');
});

test('a promise ends renewals, also of a witness that starts again, and says how long to wait', () => {
  const witness = granting();
  const { ok, waitUs } = witness.ledger.promise(2, 2, witness.nowUs);
  assert.ok(ok && waitUs >= lengthUs && waitUs <= longUs);
  assert.equal(witness.grants(1, 1, 1), false);
  witness.ledger = witness.opened();
  assert.equal(witness.grants(1, 1, 1), false);
  assert.ok(witness.ledger.waitUs(witness.nowUs) >= lengthUs, 'it does not know what it granted');
  witness.nowUs += longUs;
  assert.equal(witness.grants(11, 2, 2), true);
  assert.equal(witness.ledger.promise(2, 2, witness.nowUs).ok, false, 'that epoch has begun');
});

test('a promise for a site that had just been opened does not keep that site from writing', () => {
  const witness = granting();
  assert.equal(witness.ledger.promise(3, 2, witness.nowUs).ok, true);
  assert.equal(witness.ledger.promise(2, 2, witness.nowUs).ok, false, 'a later one was given');
  witness.nowUs += longUs;
  assert.equal(witness.grants(1, 1, 2), false);
  assert.equal(witness.grants(11, 2, 2), true);
});

test('a witness that starts again goes on with the site that writes', () => {
  const witness = granting();
  witness.ledger = witness.opened();
  assert.equal(witness.grants(2, 1, 1), true);
});

test('where the disk refuses nothing is granted or promised', () => {
  const witness = granting();
  witness.refuses = true;
  assert.equal(witness.ledger.promise(2, 2, witness.nowUs).ok, false);
  assert.equal(witness.grants(1, 1, 2), false);
  witness.refuses = false;
  witness.ledger = witness.opened();
  assert.equal(witness.grants(1, 1, 1), true);
});

test('replicas of a site that has ended what it writes give their leases back', () => {
  const witness = granting();
  for (const id of [1, 2, 3]) assert.equal(witness.ask(id, 1, 2, false).isGranted, false);
  assert.equal(witness.grants(11, 2, 2), true);
});

test('a replica that lags behind the epoch of its own site is granted a lease of the newer one', () => {
  const witness = granting();
  assert.equal(witness.grants(1, 1, 3), true);
  assert.deepEqual(witness.ask(2, 1, 2), { isGranted: true, epoch: 3, lengthUs });
});

test('what is granted counts from the sending of the question, and less than the witness counts', () => {
  const granted: number[] = [];
  let nowUs = 5_000;
  const memory = { grant: (_: number, untilUs: number) => void granted.push(untilUs) };
  const asker = new LeaseAsker(memory, () => nowUs);
  assert.equal(asker.isDue(), true);
  const sentUs = asker.sent();
  nowUs = 6_000;
  assert.equal(asker.isDue(), false);
  asker.answered({ isGranted: true, epoch: 1, lengthUs }, sentUs);
  assert.deepEqual(granted, [5_000 + 980_000]);
  nowUs = 5_000 + lengthUs / 4;
  assert.equal(asker.isDue(), true);
  asker.answered({ isGranted: false, reason: 'another site writes', waitUs: 0 }, sentUs);
  assert.deepEqual([granted.length, asker.reason], [1, 'another site writes']);
});

test('without a lease configured, and at a standby, all may be stored; else only under it, and answered in its epoch', () => {
  const log = { epoch: 2, writingSite: 1 };
  const port = { epoch: 2, isGood: () => true };
  assert.equal(new SiteLease({ site: 1 }, undefined, log).mayAnswer(), true);
  const lease = new SiteLease({ site: 1 }, port, log);
  assert.deepEqual([lease.mayStore(), lease.mayAnswer()], [true, true]);
  port.epoch = 3;
  assert.deepEqual([lease.mayStore(), lease.mayAnswer()], [true, false]);
  port.isGood = () => false;
  assert.deepEqual([lease.mayStore(), lease.mayAnswer()], [false, false]);
  log.writingSite = 2;
  assert.deepEqual([lease.mayStore(), lease.mayAnswer()], [true, true]);
});

test('a leader that holds the end of its site behind commands that no lease lets others store can still be told to end', () => {
  const founders = [1, 2, 3];
  const group = new Group(0, { site: 1 }, founders.length);
  const lease = { epoch: 1, isHeld: true, isGood: () => lease.isHeld };
  for (const node of group.nodes) {
    node.siteLease = lease;
    node.file = { founders };
    node.start();
  }
  const old = group.leader();
  const [next, away] = group.followers() as [Node, Node];
  const caller = group.connect(old);
  caller.open(1);
  group.step(50);
  caller.takeOpened();
  // What the old leader appends reaches one follower, whose answers are lost.
  group.split([away.id]);
  group.cuts.add(next.id * 256 + old.id);
  caller.createAccount();
  group.step(5);
  const { log } = old.running;
  // A leader of an earlier release did so while commands were under way.
  assert.equal(log.openEpoch(2), true);
  group.step(50);
  assert.ok(next.running.log.lastIndex === log.lastIndex && log.lastIndex > next.running.log.commitIndex + 1);
  old.crash();
  lease.isHeld = false;
  group.cuts.clear();
  group.until(() => next.running.log.isLeader, 'the next leader');
  const end = (): boolean => {
    next.control.give('endEpoch', 0, false, { epoch: 2 });
    group.step(20);
    return next.control.replies.at(-1)!.ok;
  };
  assert.equal(end(), false, 'it may be about to know that epoch');
  group.step(20_000);
  assert.equal(next.running.epoch, 1);
  assert.equal(end(), true);
  assert.equal(next.running.log.generations.isSuperseded, true);
});

test('replicas whose lease is over store nothing, their leader serves nobody, and all go on with the next one', () => {
  const founders = [1, 2, 3];
  const group = new Group(0, { site: 1 }, founders.length);
  const lease = { epoch: 1, isHeld: true, isGood: () => lease.isHeld };
  for (const node of group.nodes) {
    node.siteLease = lease;
    node.file = { founders };
    node.start();
  }
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.open(1);
  group.step(50);
  caller.takeOpened();
  caller.createAccount();
  group.step(200);
  const ends = (): number[] => group.nodes.map(({ running }) => running.log.lastIndex);
  const before = ends();
  lease.isHeld = false;
  caller.createAccount();
  group.step(2_000);
  assert.equal(
    group.nodes.some(({ running }) => running.serving),
    false,
  );
  assert.deepEqual(ends(), before, 'no frame was stored');
  lease.isHeld = true;
  const next = group.leader();
  const later = group.connect(next);
  later.open(2);
  group.until(() => group.nodes.every(({ running }) => running.log.lastIndex > before[0]!), 'another frame');
});
