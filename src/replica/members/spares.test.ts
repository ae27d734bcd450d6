import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Member, MemberRole, newMember } from '../../protocol/roster.ts';
import { type ConfigurationChange, changeSimply, enterJoint, leaveJoint } from '../../raft/configuration.ts';
import { type Configuration, type ReplicaProgress, Role } from '../../raft/types.ts';
import { FakeControl, FakeCounters, FakeLog } from '../testing/fake-ports.ts';
import { Spares } from './spares.ts';

const boundUs = 60_000_000;
const stepUs = 1_000_000;

/** A leader, replica 1, of voters and spares, with a time of its own. */
class SparedCluster {
  readonly counters = new FakeCounters();
  readonly control = new FakeControl();
  readonly log = new FakeLog();
  readonly appended: Configuration[] = [];
  readonly silent = new Map<number, number>();
  /** These have not caught up. */
  readonly behind = new Set<number>();
  configuration: Configuration;
  role: Role = Role.leader;
  nowUs = 1_000_000;
  readonly #spares: Spares;

  constructor(voters: readonly number[], spares: readonly number[], described: Partial<Member>[] = []) {
    const roster = [...voters, ...spares].map((replicaId) =>
      newMember({
        replicaId,
        host: `host-${replicaId}`,
        role: voters.includes(replicaId) ? MemberRole.voter : MemberRole.spare,
        ...described.find((one) => one.replicaId === replicaId),
      }),
    );
    this.configuration = {
      ...{ voters, outgoing: [], learners: spares, learnersNext: [], tokens: [] },
      roster,
    };
    const cluster = this;
    this.#spares = new Spares({
      options: { spareAfterUs: boundUs, frameBytes: 8_192 },
      ports: { control: this.control, counters: this.counters, log: this.log },
      raft: {
        get role() {
          return cluster.role;
        },
        get configuration() {
          return cluster.configuration;
        },
        counts: (id) => !cluster.silent.has(id),
        progressOf: (id) => cluster.#progressOf(id),
        changeConfiguration: (changes) => cluster.#change(changes),
      },
      appendConfiguration: (next) => {
        cluster.configuration = next;
        return cluster.appended.push(next) > 0;
      },
    });
  }

  /** A member dies. */
  lose(id: number): void {
    this.silent.set(id, this.nowUs);
  }

  pass(us: number): void {
    for (let left = us; left > 0; left -= stepUs) {
      this.nowUs += stepUs;
      this.#spares.doWork(this.nowUs);
    }
  }

  /** The joint change is committed and left. */
  finish(): void {
    const next = leaveJoint(this.configuration);
    if (typeof next !== 'string') this.configuration = next;
  }

  get voters(): string {
    return this.configuration.voters.join();
  }

  roleOf(id: number): number | undefined {
    return this.configuration.roster.find(({ replicaId }) => replicaId === id)?.role;
  }

  #progressOf(id: number): ReplicaProgress | undefined {
    if (id === 1) return undefined;
    return {
      matchedIndex: 1,
      durableIndex: 1,
      lastHeardUs: this.silent.get(id) ?? this.nowUs,
      state: 'following',
    };
  }

  #change(changes: readonly ConfigurationChange[]): Configuration | string {
    const early = changes.find(({ kind, replicaId }) => kind === 'addVoter' && this.behind.has(replicaId));
    if (early !== undefined) return `Replica ${early.replicaId} has not caught up.`;
    const simple = changeSimply(this.configuration, changes);
    return typeof simple === 'string' ? enterJoint(this.configuration, changes) : simple;
  }
}

test('a spare takes the place of a voter that is silent for longer than the bound, and the voter becomes the spare', () => {
  const cluster = new SparedCluster([1, 2, 3], [4]);
  cluster.lose(3);
  cluster.pass(boundUs - stepUs);
  assert.equal(cluster.voters, '1,2,3');
  cluster.pass(stepUs);
  assert.equal(cluster.voters, '1,2,4');
  assert.deepEqual(cluster.configuration.outgoing, [1, 2, 3], 'a joint change');
  cluster.finish();
  assert.deepEqual(cluster.configuration.learners, [3]);
  assert.deepEqual([cluster.roleOf(3), cluster.roleOf(4)], [MemberRole.spare, MemberRole.voter]);
  assert.match(cluster.log.warnings.join(), /a voter is gone: a spare takes its place/);
  assert.equal(cluster.counters.of('sparesGivenVote'), 1);
  assert.deepEqual(cluster.control.spares, [{ spareId: 4, memberId: 3 }]);
});

test('a voter that is heard within the bound keeps its vote, and the machine that came back waits as the spare', () => {
  const cluster = new SparedCluster([1, 2, 3], [4]);
  cluster.lose(3);
  cluster.pass(boundUs - stepUs);
  cluster.silent.delete(3);
  cluster.pass(2 * boundUs);
  assert.equal(cluster.voters, '1,2,3');
  cluster.lose(3);
  cluster.pass(boundUs);
  cluster.finish();
  cluster.silent.delete(3);
  cluster.pass(2 * boundUs);
  assert.equal(cluster.voters, '1,2,4', 'no vote goes back');
  cluster.lose(2);
  cluster.pass(boundUs);
  assert.equal(cluster.voters, '1,3,4');
});

test('two voters are gone: their places are taken one after the other, with a pause', () => {
  const cluster = new SparedCluster([1, 2, 3, 4, 5], [6, 7]);
  cluster.lose(4);
  cluster.lose(5);
  cluster.pass(boundUs);
  assert.equal(cluster.voters, '1,2,3,5,6');
  cluster.pass(boundUs);
  assert.equal(cluster.voters, '1,2,3,5,6', 'the change is not left yet');
  cluster.finish();
  cluster.pass(boundUs);
  cluster.finish();
  assert.equal(cluster.voters, '1,2,3,6,7');
  assert.deepEqual(
    cluster.appended.map(({ voters }) => voters.length),
    [5, 5],
  );
});

test('a spare that is gone, or behind, takes no place, and neither does a learner', () => {
  const gone = new SparedCluster([1, 2, 3], [4]);
  gone.lose(3);
  gone.lose(4);
  gone.pass(3 * boundUs);
  assert.equal(gone.voters, '1,2,3');
  const behind = new SparedCluster([1, 2, 3], [4, 5]);
  behind.behind.add(4);
  behind.lose(3);
  behind.pass(boundUs);
  assert.equal(behind.voters, '1,2,5');
  const learner = new SparedCluster([1, 2, 3], [4], [{ replicaId: 4, role: MemberRole.learner }]);
  learner.lose(3);
  learner.pass(3 * boundUs);
  assert.equal(learner.voters, '1,2,3');
});

test('of several spares the one is taken with which the failure of a place takes least away', () => {
  const zones = ['', 'a', 'b', 'c', 'a', 'c'];
  const cluster = new SparedCluster(
    [1, 2, 3],
    [4, 5],
    [1, 2, 3, 4, 5].map((replicaId) => ({ replicaId, zone: zones[replicaId]! })),
  );
  cluster.lose(3);
  cluster.pass(boundUs);
  assert.equal(cluster.voters, '1,2,5');
});

test('a voter that an operator replaces waits for its replacement, and a witness for another witness', () => {
  const replaced = new SparedCluster(
    [1, 2, 3],
    [4, 5],
    [{ replicaId: 5, role: MemberRole.voter, replaces: 3 }],
  );
  replaced.lose(3);
  replaced.pass(3 * boundUs);
  assert.equal(replaced.voters, '1,2,3');
  const witness = new SparedCluster([1, 2, 3], [4], [{ replicaId: 3, role: MemberRole.witness }]);
  witness.lose(3);
  witness.pass(3 * boundUs);
  assert.equal(witness.voters, '1,2,3');
});

test('only a leader gives a spare a vote', () => {
  const cluster = new SparedCluster([1, 2, 3], [4]);
  cluster.role = Role.follower;
  cluster.lose(3);
  cluster.pass(3 * boundUs);
  assert.equal(cluster.voters, '1,2,3');
});
