/** Random lives of a session: whatever breaks, each order runs at most once and each command ends exactly once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../std/random.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

const steps = 60;

class Life {
  readonly random: Random;
  readonly cluster = new FakeCluster(3);
  readonly machine: FakeMachine;
  readonly tickets = new Map<number, string>();
  evictions = 0;
  leaderId = 1;
  #orders = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.cluster.elect(1);
    this.machine = new FakeMachine(this.cluster, { feed: this.random.pick(['own', 'all'] as const) });
    this.machine.chunkBytes = this.random.pick([1, 7, 40, 65_536]);
  }

  step(): void {
    const { random, machine, cluster } = this;
    const replicaId = random.between(1, 3);
    switch (random.below(12)) {
      case 0:
        return machine.cut(replicaId);
      case 1:
        if (replicaId !== this.leaderId)
          machine.down.has(replicaId) ? machine.down.delete(replicaId) : machine.kill(replicaId);
        return;
      case 2: {
        const deaf = random.chance(0.5) ? [this.leaderId] : [];
        machine.down.delete(replicaId);
        this.leaderId = replicaId;
        return cluster.elect(replicaId, deaf.includes(replicaId) ? [] : deaf);
      }
      case 3:
        cluster.replica(this.leaderId).isHolding = true;
        return;
      case 4:
        return cluster.replica(this.leaderId).release();
      case 5:
        return machine.pass(random.below(40_000));
      case 6:
        machine.bytesToClient = random.below(400) + 1;
        return;
      case 7:
        machine.bytesToServer = random.below(400) + 1;
        return;
      case 8:
        if (random.chance(0.1) && machine.session.sessionId !== 0) {
          this.evictions++;
          cluster.evict(machine.session.sessionId, random.chance(0.5));
        }
        return;
      default:
        this.order();
        if (random.chance(0.7)) machine.settle();
    }
  }

  order(): void {
    const id = `o${this.#orders}`;
    const ticket = this.machine.session.begin() < 0 ? -1 : this.machine.order(id);
    if (ticket < 0) return;
    this.#orders++;
    this.tickets.set(ticket, id);
  }

  heal(): void {
    const { machine, cluster } = this;
    machine.down.clear();
    machine.bytesToClient = Number.POSITIVE_INFINITY;
    machine.bytesToServer = Number.POSITIVE_INFINITY;
    for (const replica of cluster.replicas) replica.release();
    cluster.elect(this.leaderId);
    machine.pass(2_000_000);
    machine.pass(1_000_000);
  }

  check(): void {
    const { machine, cluster } = this;
    assert.equal(new Set(cluster.executed).size, cluster.executed.length, 'an order ran twice');
    assert.equal(machine.session.window.pending, 0, 'a command never ended');
    const ended = [...machine.outcomes, ...machine.unknowns].map(({ ticket }) => ticket);
    assert.deepEqual(
      ended.toSorted((a, b) => a - b),
      [...this.tickets.keys()],
      'each command ends exactly once',
    );
    for (const { ticket, outcome } of machine.outcomes) {
      if (!outcome.ok) continue;
      assert.equal(outcome.clientOrderId, this.tickets.get(ticket), 'an outcome went to another command');
      assert.ok(cluster.executed.includes(outcome.clientOrderId), 'an outcome of an order that never ran');
    }
    assert.equal(new Set(machine.events).size, machine.events.length, 'an event came twice');
    if (this.evictions > 0) return;
    assert.deepEqual(machine.unknowns, []);
    assert.deepEqual(cluster.executed, [...this.tickets.values()]);
  }
}

test('failure 18: over 400 random lives nothing is lost, nothing runs twice', () => {
  let orders = 0;
  let failovers = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const life = new Life(seed);
    try {
      life.machine.open();
      for (let step = 0; step < steps; step++) life.step();
      life.heal();
      life.check();
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
    orders += life.tickets.size;
    failovers += life.machine.failovers.length;
  }
  assert.ok(orders > 4_000 && failovers > 400, `${orders} orders, ${failovers} failovers`);
});
