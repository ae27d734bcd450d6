import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { WIRE_VERSION } from '../../protocol/layout.ts';
import { QueryKind } from '../../protocol/messages.ts';
import type { SessionOptions } from './ports.ts';
import { epochUs, FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

const lookup = {
  kind: QueryKind.openOrders,
  rowsMax: 9,
  accountId: 1,
  instrumentId: 0,
  clientOrderId: '',
  afterId: 0,
  afterSeq: 0,
  afterN: 0,
};

function start(options: Partial<SessionOptions> = {}, replicas = 3): FakeMachine {
  const cluster = new FakeCluster(replicas);
  cluster.elect(1);
  return new FakeMachine(cluster, options).open();
}

const failureOf = (machine: FakeMachine): string => `${machine.failure?.code}: ${machine.failure?.text}`;
const ids = (machine: FakeMachine): string[] =>
  machine.outcomes.map(({ outcome: { clientOrderId } }) => clientOrderId);

test('a session opens, and outcomes come with the ticket of their command', () => {
  const machine = start();
  assert.equal(machine.opens.length, 1);
  assert.deepEqual([machine.order('a'), machine.order('b')], [1, 2]);
  machine.settle();
  assert.deepEqual(
    machine.outcomes.map(({ ticket, outcome: { clientOrderId } }) => [ticket, clientOrderId]),
    [
      [1, 'a'],
      [2, 'b'],
    ],
  );
  assert.equal(machine.session.window.pending, 0);
  assert.equal(machine.session.acknowledged, 2);
  assert.deepEqual(machine.warnings, []);
});

test('a session works when all bytes come one by one', () => {
  const cluster = new FakeCluster(3);
  cluster.elect(2);
  const machine = new FakeMachine(cluster, { feed: 'all' });
  machine.chunkBytes = 1;
  machine.open();
  machine.order('a');
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
});

test('failure 20: a command without an outcome in time is unknown, and its outcome is still told when it comes', () => {
  const machine = start();
  machine.cluster.replica(1).isHolding = true;
  machine.order('a');
  machine.pass(4_000_000);
  machine.order('b');
  machine.pass(1_500_000);
  assert.deepEqual(machine.unknowns, [{ ticket: 1, reason: 'timeout' }]);
  machine.pass(3_600_000);
  assert.deepEqual(
    machine.unknowns.map(({ ticket }) => ticket),
    [1, 2],
  );
  machine.cluster.replica(1).release();
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  assert.equal(machine.session.window.pending, 0);
});

test('a command says when its caller gives it up, in the time of the exchange, also where it is sent late or again', () => {
  const machine = start();
  const { cluster, session } = machine;
  const epochMs = epochUs / 1_000;
  /** How long before (or after) the exchange's present a command that came gives up. */
  const leftMs = (): number[] => cluster.deadlinesMs.splice(0).map((at) => (at - epochMs) | 0);
  machine.order('a');
  machine.settle();
  assert.deepEqual(leftMs(), [5_000]);
  machine.order('less', 300_000);
  machine.order('more', 9_000_000);
  machine.settle();
  assert.deepEqual(leftMs(), [300, 5_000]);
  cluster.replica(1).isHolding = true;
  machine.order('held');
  machine.settle();
  assert.deepEqual(leftMs(), [5_000]);
  machine.kill(1);
  machine.order('never-sent');
  machine.pass(3_000_000);
  cluster.elect(2);
  machine.pass(500_000);
  const again = leftMs();
  assert.equal(again.length, 2);
  for (const ms of again) assert.ok(ms > 1_400 && ms <= 2_000, `${ms} of 5,000 ms are left`);
  machine.kill(2);
  machine.order('given-up');
  machine.pass(6_000_000);
  assert.equal(machine.unknowns.length, 1);
  cluster.elect(3);
  machine.pass(500_000);
  const [late, ...more] = leftMs();
  assert.ok(late! < 0 && late! >= -1_500, `${late}`);
  assert.deepEqual(more, []);
  assert.equal(session.window.pending, 0);
});

test('a command is not sent again to a leader whose time is not known yet', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.replica(1).isHolding = true;
  machine.order('held');
  machine.settle();
  cluster.deadlinesMs.length = 0;
  machine.kill(1);
  cluster.saysTime = false;
  cluster.elect(2);
  machine.pass(6_000_000);
  assert.deepEqual([session.bound?.replicaId, session.isBound], [2, true]);
  assert.deepEqual(machine.unknowns, [{ ticket: 1, reason: 'timeout' }]);
  assert.deepEqual(cluster.deadlinesMs, []);
  cluster.saysTime = true;
  machine.pass(300_000);
  const [deadlineMs, ...more] = cluster.deadlinesMs;
  assert.ok(((deadlineMs! - epochUs / 1_000) | 0) < -900, `${deadlineMs}`);
  assert.deepEqual(more, []);
  assert.equal(session.window.pending, 0);
});

test('a leader that only answers queries is asked for the time all the same', () => {
  const machine = start();
  const { cluster } = machine;
  machine.settle();
  for (let n = 0; n < 1_000; n++) {
    machine.session.query(lookup, 'leader', machine.nowUs);
    machine.pass(100_000);
    cluster.seq += 10_000;
  }
  cluster.deadlinesMs.length = 0;
  machine.order('a');
  machine.settle();
  const leftMs = (cluster.deadlinesMs[0]! - (epochUs + cluster.seq * 10) / 1_000) | 0;
  assert.ok(leftMs >= 4_800 && leftMs <= 5_000, `${leftMs} of 5,000 ms are left`);
});

test('the window is bounded, and outcomes make room in it, many times over', () => {
  const machine = start({ windowCommandsMax: 5 });
  machine.cluster.replica(1).isHolding = true;
  const tickets = Array.from({ length: 7 }, (_, n) => machine.order(`o${n}`));
  assert.deepEqual(tickets, [1, 2, 3, 4, 5, -1, -1]);
  machine.settle();
  machine.cluster.replica(1).release();
  machine.settle();
  for (let n = 0; n < 500; n++) {
    assert.ok(machine.order(`x${n}`) > 0);
    if (n % 3 === 0) machine.settle();
  }
  machine.settle();
  assert.equal(machine.cluster.executed.length, 505);
  assert.deepEqual(ids(machine), machine.cluster.executed);
});

test('a window that is never empty goes round and round', () => {
  const machine = start({ windowCommandsMax: 5 });
  const leader = machine.cluster.replica(1);
  leader.isHolding = true;
  for (let n = 0; n < 300; n++) {
    while (machine.session.window.pending < 5) assert.ok(machine.order(`x${n}`) > 0);
    machine.settle();
    assert.equal(leader.held.length, 5);
    leader.held.shift()?.();
    machine.settle();
    if (n !== 150) continue;
    leader.held.length = 0;
    machine.cut(1);
    machine.pass(20_000);
  }
  assert.equal(machine.outcomes.length, 300);
  assert.deepEqual(ids(machine), machine.cluster.executed);
});

test('commands submitted while an outcome is told go out too', () => {
  const machine = start();
  let left = 5;
  machine.whenOutcome = () => {
    if (left-- > 0) machine.order(`again${left}`);
  };
  machine.order('a');
  machine.settle();
  assert.equal(machine.cluster.executed.length, 6);
});

test('a connection without room is tried again', () => {
  const machine = start();
  machine.hasRoom = false;
  machine.order('a');
  machine.pass(5_000);
  assert.deepEqual(ids(machine), []);
  machine.hasRoom = true;
  machine.pass(5_000);
  assert.deepEqual(ids(machine), ['a']);
});

test('a replica that falls silent is given up, and connected to again', () => {
  const machine = start({}, 1);
  machine.silent.add(1);
  machine.pass(199_000);
  assert.equal(machine.session.isBound, true);
  machine.pass(1_100_000);
  assert.equal(machine.session.isBound, false);
  assert.match(machine.warnings.join(), /replica 1 \(host1:701\): it has been silent/);
  machine.silent.delete(1);
  machine.order('a');
  machine.pass(3_000_000);
  assert.deepEqual(ids(machine), ['a']);
});

test('of several, the one that serves is given up as soon as it is silent while the others answer', () => {
  const machine = start();
  machine.pass(5_000_000);
  machine.silent.add(1);
  machine.order('a');
  machine.pass(175_000);
  assert.equal(machine.session.isBound, false);
  assert.match(machine.warnings.join(), /replica 1 .* silent for 1\d\d ms/);
  machine.cluster.elect(2);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
});

test('when all replicas are silent, none is given up before a second is over', () => {
  const machine = start();
  machine.pass(5_000_000);
  for (const id of [1, 2, 3]) machine.silent.add(id);
  machine.order('a');
  machine.pass(900_000);
  assert.equal(machine.session.isBound, true);
  for (const id of [1, 2, 3]) machine.silent.delete(id);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
  assert.deepEqual(machine.warnings, []);
});

test('a leader whose answers always take long is given its time', () => {
  const machine = start();
  for (let n = 0; n < 20; n++) {
    machine.silent.add(1);
    machine.pass(n % 2 === 0 ? 250_000 : 310_000);
    machine.silent.delete(1);
    machine.settle();
  }
  machine.silent.add(1);
  machine.order('a');
  machine.pass(400_000);
  assert.equal(machine.session.isBound, true);
  machine.pass(1_000_000);
  assert.equal(machine.session.isBound, false);
});

test('a client that stood still reads what waits before it gives up the leader', () => {
  const machine = start();
  machine.pass(5_000_000);
  machine.silent.add(1);
  machine.order('a');
  machine.pass(120_000);
  machine.silent.delete(1);
  machine.nowUs += 3_000_000;
  machine.session.tick(machine.nowUs);
  machine.settle();
  assert.equal(machine.session.isBound, true);
  assert.deepEqual(ids(machine), ['a']);
});

test('a quiet leader that answers pings is kept', () => {
  const machine = start();
  machine.pass(60_000_000);
  assert.equal(machine.session.isBound, true);
  assert.deepEqual(machine.warnings, []);
});

test('garbage ends the connection with a warning, and the session goes on', () => {
  for (const garbage of [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [8, 0, 199, 1, 0, 0, 0, 0],
    [16, 0, 64, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0],
  ]) {
    const machine = start();
    machine.connectionOf(1).putBytes(Uint8Array.from(garbage));
    machine.order('a');
    machine.pass(50_000);
    assert.match(machine.warnings.join(), /replica 1 \(host1:701\)/, garbage.join());
    assert.deepEqual(ids(machine), ['a']);
  }
});

test('pressure is told, and forgotten at a failover', () => {
  const machine = start();
  machine.cluster.replica(2).say(950);
  machine.cluster.replica(1).say(900);
  machine.settle();
  assert.equal(machine.session.pressurePermille, 900);
  machine.cluster.elect(2);
  machine.settle();
  assert.equal(machine.session.pressurePermille, 0);
  assert.deepEqual(machine.pressures, [900, 0]);
});

test('queries go to whom they are meant for, and are asked again when a connection breaks', () => {
  const machine = start();
  const asked = (): number[] => machine.cluster.replicas.map((replica) => replica.asked.length);
  const leader = machine.session.query(lookup, 'leader', machine.nowUs);
  const second = machine.session.query(lookup, 2, machine.nowUs);
  for (let n = 0; n < 3; n++) machine.session.query(lookup, 'any', machine.nowUs);
  machine.settle();
  assert.deepEqual(asked(), [2, 2, 1]);
  assert.deepEqual(machine.results.toSorted(), [leader, second, 3, 4, 5]);
  machine.cluster.replica(1).isHolding = true;
  const again = machine.session.query(lookup, 'leader', machine.nowUs);
  machine.settle();
  machine.kill(1);
  machine.cluster.elect(3);
  machine.settle();
  assert.equal(machine.results.at(-1), again);
  assert.deepEqual(asked(), [3, 2, 2]);
});

test('a query that nobody answers fails after its time; one to a replica that is not ready is repeated', () => {
  const machine = start();
  machine.kill(3);
  const lost = machine.session.query(lookup, 3, machine.nowUs);
  machine.cluster.replica(2).queryCode = ReplyCode.notReady;
  const late = machine.session.query(lookup, 2, machine.nowUs);
  machine.pass(100_000);
  assert.ok(machine.cluster.replica(2).asked.length >= 5);
  machine.cluster.replica(2).queryCode = ReplyCode.ok;
  machine.pass(20_000);
  assert.deepEqual(machine.results, [late]);
  machine.pass(5_000_000);
  assert.deepEqual(machine.failures, [{ requestId: lost, why: 'timeout' }]);
  machine.cluster.replica(2).queryCode = ReplyCode.unknownSubject;
  const unknown = machine.session.query(lookup, 2, machine.nowUs);
  machine.settle();
  assert.deepEqual(machine.failures.at(-1), { requestId: unknown, why: ReplyCode.unknownSubject });
});

test('closing ends the session after what was submitted', () => {
  const machine = start();
  machine.order('a');
  machine.session.close(machine.nowUs, false);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
  assert.equal(machine.isClosed, true);
  assert.equal(machine.cluster.sessions.size, 0);
  machine.pass(10_000_000);
  assert.equal(machine.cluster.replica(1).connections.size, 0);
});

test('closing takes its own place in a full window, and gives up when nobody answers', () => {
  const machine = start({ windowCommandsMax: 2 });
  machine.cluster.replica(1).isHolding = true;
  machine.order('a');
  machine.order('b');
  machine.session.query(lookup, 1, machine.nowUs);
  machine.session.close(machine.nowUs, false);
  machine.pass(1_900_000);
  assert.equal(machine.isClosed, false);
  machine.pass(200_000);
  assert.equal(machine.isClosed, true);
  assert.deepEqual(machine.unknowns.map(({ ticket, reason }) => `${ticket} ${reason}`).slice(0, 2), [
    '1 closed',
    '2 closed',
  ]);
  assert.deepEqual(machine.failures, [{ requestId: 1, why: 'closed' }]);
});

test('a kept session is left as it is', () => {
  const machine = start();
  machine.session.close(machine.nowUs, true);
  assert.equal(machine.isClosed, true);
  assert.equal(machine.cluster.sessions.size, 1);
});

test('a key or a cluster that no retry can cure is named at once, where no other replica may help', () => {
  const wrong = (change: (cluster: FakeCluster, machine: FakeMachine) => void): FakeMachine => {
    const cluster = new FakeCluster(2);
    cluster.elect(1);
    const machine = new FakeMachine(cluster);
    machine.down.add(2);
    change(cluster, machine);
    return machine.open();
  };
  const key = wrong((_, machine) => machine.refusals.set(1, ReplyCode.notAuthorized));
  assert.match(
    failureOf(key),
    /^notAuthorized: .*the certificate of this side.*it refused this side.*replica 2 \(host2:702\): ECONNREFUSED/,
  );
  const cluster = wrong((_, machine) => machine.refusals.set(1, ReplyCode.wrongCluster));
  assert.match(failureOf(cluster), /^wrongCluster: .*This is another cluster/);
  const other = wrong((_, machine) => machine.refusals.set(1, ReplyCode.malformed));
  assert.match(failureOf(other), /^unreachable: .*other programs answer.*replica 1.*ECONNREFUSED/);
  const version = wrong((fake) => {
    fake.replica(1).accept = (send) => {
      send(Uint8Array.of(8, 0, 128, WIRE_VERSION + 1, 0, 0, 0, 0));
      return new FakeCluster(1).replica(1).accept(
        () => {},
        () => {},
      );
    };
  });
  assert.match(failureOf(version), /^wrongVersion: .*Run the same release on both/);
  const full = wrong((fake) => {
    fake.replica(1).welcomeCode = ReplyCode.tooManyConnections;
  });
  assert.equal(full.failure, undefined, 'a place may become free');
  full.pass(10_000_000);
  assert.match(failureOf(full), /^unreachable: .*replica 1/);
});

test('what a stranger on the address of one replica refuses counts for nothing while others have welcomed the client', () => {
  const { wrongCluster, wrongVersion, notAuthorized, malformed } = ReplyCode;
  for (const refusal of [wrongCluster, wrongVersion, notAuthorized, malformed]) {
    const machine = new FakeMachine(new FakeCluster(3), { connectTimeoutUs: 500_000 });
    machine.refusals.set(3, refusal);
    machine.open();
    machine.pass(600_000);
    assert.match(failureOf(machine), /^noLeader: .*none of them leads.*replica 3 [^;]*it refused this side/);
  }
});

test('failure 20: nobody there, and nobody who leads, end the attempt after its time', () => {
  const cluster = new FakeCluster(2);
  const unreachable = new FakeMachine(cluster, { connectTimeoutUs: 500_000 });
  unreachable.down.add(1).add(2);
  unreachable.open();
  unreachable.pass(499_000);
  assert.equal(unreachable.failure, undefined);
  unreachable.pass(2_000);
  assert.match(failureOf(unreachable), /^unreachable: .*host1:701.*ECONNREFUSED.*host2:702/);

  const leaderless = new FakeMachine(cluster, { connectTimeoutUs: 500_000 }).open();
  leaderless.pass(501_000);
  assert.match(failureOf(leaderless), /^noLeader: .*replica 1 \(host1:701\): it knows no leader/);
});

test('a client that needs no leader is there once replicas answer, and waits for one as long as that takes', () => {
  const cluster = new FakeCluster(2);
  const machine = new FakeMachine(cluster, { connectTimeoutUs: 500_000 });
  let reached = 0;
  machine.reached = () => {
    reached += 1;
  };
  machine.open();
  machine.pass(499_000);
  assert.equal(reached, 0);
  machine.pass(2_000);
  assert.equal(reached, 1);
  machine.down.add(1).add(2);
  for (const { id } of cluster.replicas) machine.cut(id);
  machine.pass(20_000_000);
  assert.equal(machine.failure, undefined);
  machine.down.clear();
  cluster.elect(2);
  machine.pass(5_000_000);
  assert.equal(machine.opens.length, 1);
  assert.equal(reached, 1);
});

test('a leader that is not among the replicas of the options is named, with what to do', () => {
  const cluster = new FakeCluster(3);
  cluster.elect(2);
  const replicas = [{ id: 1, address: 'host1:701' }];
  const partial = new FakeMachine(cluster, { replicas, connectTimeoutUs: 500_000 }).open();
  partial.pass(501_000);
  assert.match(
    failureOf(partial),
    /^noLeader: Replica 2 leads, and is not in `replicas`.*list all replicas.*replica 1/,
  );
});

test('a leader that comes late is waited for', () => {
  const cluster = new FakeCluster(3);
  const machine = new FakeMachine(cluster);
  machine.down.add(1).add(2).add(3);
  machine.open();
  machine.pass(2_000_000);
  machine.down.clear();
  cluster.elect(3);
  machine.pass(600_000);
  assert.equal(machine.opens.length, 1);
  assert.equal(machine.warnings.length, 3, 'a failure that stays the same is told once');
});
