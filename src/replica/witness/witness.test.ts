/** Two replicas and a witness over the wires of this room: what is kept, what is dropped, and every single loss. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotIndices } from '../../journal/snapshot-file.ts';
import { ReplyCode } from '../../protocol/codes.ts';
import { leadership, ping, refused } from '../../protocol/messages.ts';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import type { ReplicaOptions } from '../options.ts';
import { findReplicatedJournal, type ReplicatedJournal } from '../raft-log/replicated-journal.ts';
import type { Application } from '../state/application.ts';
import { type Counter, counterApplication } from '../testing/counter.ts';
import { GroupOf, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { witnessApplication } from './witness-service.ts';
import { WitnessState } from './witness-state.ts';

type Either = Counter | WitnessState;
type CounterNode = Node<Either, ReplicatedJournal>;
const witnessId = 3;

const either: Application<Either> = {
  create: (options, snapshot) =>
    options.isWitness === true
      ? witnessApplication.create(options, snapshot)
      : counterApplication.create(options, snapshot),
  serve: (state, ...rest) =>
    state instanceof WitnessState
      ? witnessApplication.serve(state, ...rest)
      : counterApplication.serve(state, ...rest),
};

/** Two counters and a witness of them. */
class Trio {
  readonly group: GroupOf<Either, ReplicatedJournal>;
  readonly witness: CounterNode;
  last = 0;
  /** The connection to the leader, and of which of its processes. */
  #caller: WireClient | undefined;
  #leader: CounterNode['replica'];

  constructor(options: Partial<ReplicaOptions> = {}) {
    const founders = [1, 2, witnessId];
    const description = newMember({ replicaId: 1, host: 'host' });
    this.group = new GroupOf(findReplicatedJournal, either, 0, { founders, description, ...options }, 3);
    this.witness = this.group.nodes[witnessId - 1]!;
    this.witness.file = { isWitness: true, description: { ...description, role: MemberRole.witness } };
    for (const node of this.group.nodes) node.start();
    const { group } = this;
    const roleOf = (): number | undefined =>
      group.leader().running.membership.roster.find(({ replicaId }) => replicaId === witnessId)?.role;
    group.until(() => roleOf() === MemberRole.witness, 'the roster');
  }

  follower(): CounterNode {
    return this.group.followers().find((node) => node !== this.witness)!;
  }

  /** Adds so many numbers, all of which the leader acknowledges. */
  count(numbers: number): void {
    const { group } = this;
    const leader = group.leader();
    if (this.#leader !== leader.replica) this.#caller = group.connect(leader);
    this.#leader = leader.replica;
    for (let n = 0; n < numbers; n++) {
      this.#caller!.send(ping, { number: ++this.last });
      group.step();
    }
    group.until(() => totalOf(leader) === this.total, `a total of ${this.total}`);
  }

  get total(): number {
    return (this.last * (this.last + 1)) / 2;
  }

  /** All that run have what was acknowledged. */
  isLevel(): void {
    const { group } = this;
    const counters = group.nodes.filter((node) => node !== this.witness && node.replica !== undefined);
    group.until(
      () => counters.every((node) => totalOf(node) === this.total),
      `a total of ${this.total} everywhere`,
    );
    group.until(
      () => group.nodes.every(({ replica }) => replica?.isRecovering !== true),
      'all to count again',
    );
  }
}

function totalOf({ running: { state } }: CounterNode): number {
  return state instanceof WitnessState ? Number.NaN : state.total;
}

const small = { segmentBytes: 65_536, snapshotEveryBytes: 16_384, frameBytes: 1_024 };

for (const durability of ['memory', 'disk'] as const) {
  test(`two counters and a witness survive the loss of each of the three, in every order (${durability})`, () => {
    const trio = new Trio({ durability });
    const { group, witness } = trio;
    for (let round = 0; round < 6; round++) {
      trio.count(10);
      const lost = [group.leader(), trio.follower(), witness][round % 3]!;
      lost.crash();
      trio.count(10);
      assert.ok(group.nodes.every((node) => node !== witness || node.replica?.serving !== true));
      lost.start();
      trio.isLevel();
    }
  });
}

test('what the leader and the witness committed while the other was away outlives the leader', () => {
  const trio = new Trio(small);
  const { group, witness } = trio;
  trio.count(20);
  const away = trio.follower();
  away.crash();
  const leader = group.leader();
  group.until(() => {
    trio.count(10);
    return leader.running.log.journal.firstIndex > 100;
  }, 'a leader that has dropped what the other one lacks');
  const { journal } = witness.running.log;
  assert.ok(snapshotIndices(witness.disk).length > 0, 'the witness can begin again');
  assert.equal(journal.firstIndex, 1, 'and keeps all frames behind what the other has flushed');
  witness.crash();
  witness.start();
  leader.crash();
  away.start();
  assert.equal(group.leader(), away);
  group.until(() => totalOf(away) === trio.total, 'all that was acknowledged');
  assert.equal(away.counters.of('snapshotsFetched'), 0, 'it came from the witness, frame by frame');
  leader.start();
  trio.isLevel();
});

test('a witness drops what both replicas have flushed, and no sooner', () => {
  const trio = new Trio(small);
  const { group, witness } = trio;
  group.until(() => {
    trio.count(20);
    return witness.running.log.journal.firstIndex > 1;
  }, 'a journal that was dropped');
  const flushed = group.nodes
    .filter((node) => node !== witness)
    .map(({ running }) => running.log.journal.durableIndex);
  assert.ok(witness.running.log.journal.firstIndex <= Math.min(...flushed) + 1);
});

test('a blank witness takes its place in the log from a replica, without the state', () => {
  const trio = new Trio(small);
  const { group, witness } = trio;
  witness.crash();
  group.until(() => {
    trio.count(20);
    return group.leader().running.log.journal.firstIndex > 1;
  }, 'a leader that has dropped its first frames');
  for (const name of witness.disk.list()) witness.disk.remove(name);
  witness.start();
  trio.isLevel();
  const [newest = 0] = snapshotIndices(witness.disk);
  assert.ok(newest > 1 && witness.running.log.journal.firstIndex > 1);
  const { state } = witness.running;
  group.until(() => state.lastSeq === trio.last, 'the end of the log');
  group.leader().crash();
  trio.count(5);
});

test('a witness answers clients with who leads, and gives no snapshot', () => {
  const trio = new Trio(small);
  const { group, witness } = trio;
  const caller = group.connect(witness);
  const told = caller.takeAll(leadership).at(-1);
  assert.deepEqual([told?.leaderId, told?.serving], [group.leader().id, 0]);
  caller.send(ping, { number: 1 });
  caller.createAccount(1);
  group.step(5);
  assert.equal(caller.takeAll(refused).at(-1)?.code, ReplyCode.notLeader);
  group.until(() => {
    trio.count(20);
    return snapshotIndices(witness.disk).length > 0;
  }, 'a snapshot of the witness');
  assert.equal(witness.running.snapshots.openSnapshot(), undefined);
  witness.control.give('beginGeneration', witnessId, true);
  group.step(20);
  assert.match(
    witness.control.replies.at(-1)?.text ?? '',
    /^This replica is a witness: it has no state to go on from\./,
  );
});
