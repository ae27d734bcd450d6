import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../protocol/codes.ts';
import { outcome } from '../protocol/events.ts';
import { QueryKind } from '../protocol/messages.ts';
import { FakeCluster } from './fake-cluster.test.ts';
import { FakeMachine } from './fake-machine.test.ts';
import type { SessionOptions } from './ports.ts';

const lookup = {
  kind: QueryKind.openOrders,
  rowsMax: 9,
  accountId: 1,
  instrumentId: 0,
  clientOrderId: '',
  afterId: 0,
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

for (const feed of ['own', 'all'] as const) {
  for (const failsOver of [false, true]) {
    const name = `failure 18: feed ${feed}, cut after any byte${failsOver ? ' with a failover' : ''}: each order runs once`;
    test(`${name}, each outcome and event comes once`, () => {
      let cuts = 0;
      for (const direction of ['bytesToServer', 'bytesToClient'] as const) {
        for (let bytes = 1, wasCut = true; wasCut; bytes++) {
          const cluster = new FakeCluster(3);
          cluster.elect(1);
          const machine = new FakeMachine(cluster, { feed });
          machine[direction] = bytes;
          wasCut = false;
          machine.onCut = () => {
            wasCut = true;
            cuts++;
            if (failsOver) cluster.elect(2);
          };
          machine.open();
          machine.pass(100_000);
          for (const id of ['a', 'b', 'c']) machine.order(id);
          machine.settle();
          machine.order('d');
          machine.pass(1_000_000);
          assert.deepEqual(cluster.executed, ['a', 'b', 'c', 'd'], `${direction} ${bytes}`);
          assert.deepEqual(ids(machine), ['a', 'b', 'c', 'd'], `${direction} ${bytes}`);
          assert.equal(cluster.repeats, 0, 'what had run is not sent again');
          assert.equal(new Set(machine.events).size, machine.events.length);
          // Opening twice is seen twice; everything after it once.
          const expected = feed === 'all' ? 8 : 4;
          assert.ok(machine.events.length >= expected, `${direction} ${bytes}: ${machine.events.join(' ')}`);
          assert.equal(cluster.sessions.size, 1);
          assert.deepEqual(machine.unknowns, []);
        }
      }
      assert.ok(cuts > 500, `${cuts} cuts`);
    });
  }
}

test('a failover is followed at once over the connection that stands, and its gap is measured', () => {
  const machine = start();
  machine.order('a');
  machine.settle();
  machine.cluster.replica(1).isHolding = true;
  machine.order('b');
  machine.pass(30_000);
  machine.kill(1);
  machine.cluster.replica(1).held.length = 0;
  machine.pass(7_000);
  machine.cluster.elect(2);
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  assert.deepEqual(machine.failovers, [{ term: 2, leaderId: 2, gapUs: 7_000, resent: 1 }]);
});

test('a second failover before the first acknowledgement makes one long gap', () => {
  const machine = start();
  machine.cluster.replica(1).isHolding = true;
  machine.cluster.replica(2).isHolding = true;
  machine.order('a');
  machine.settle();
  machine.kill(1);
  machine.pass(5_000);
  machine.cluster.elect(2);
  machine.pass(10_000);
  machine.kill(2);
  machine.pass(2_000);
  machine.cluster.elect(3);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
  assert.deepEqual(machine.failovers, [{ term: 3, leaderId: 3, gapUs: 17_000, resent: 1 }]);
});

test('a failover without pending commands ends with the attachment', () => {
  const machine = start();
  machine.pass(50_000);
  machine.kill(1);
  machine.pass(4_000);
  machine.cluster.elect(3);
  machine.settle();
  assert.deepEqual(machine.failovers, [{ term: 2, leaderId: 3, gapUs: 4_000, resent: 0 }]);
});

test('the gap after a silent leader counts from its last word', () => {
  const machine = start();
  machine.order('a');
  machine.settle();
  machine.silent.add(1);
  machine.order('b');
  machine.pass(60_000);
  machine.cluster.elect(2, [1]);
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  assert.deepEqual(machine.failovers, [{ term: 2, leaderId: 2, gapUs: 60_000, resent: 1 }]);
});

test('a reconnect to the same leader in the same term is no failover', () => {
  const machine = start();
  machine.cut(1);
  machine.order('a');
  machine.pass(20_000);
  assert.deepEqual(ids(machine), ['a']);
  assert.deepEqual(machine.failovers, []);
});

test('failure 19: a leader of an older term is not heard, whatever it claims or sends', () => {
  const machine = start();
  machine.cluster.elect(2, [1]);
  machine.settle();
  machine.order('a');
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 2);
  assert.deepEqual(machine.cluster.executed, ['a']);
  machine.cluster.replica(1).believe(1, 1, true);
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 2);
  // The deposed leader goes on to answer: a forged outcome of a later command, with a later seq.
  const ticket = machine.order('b');
  const values = {
    sessionId: machine.session.sessionId,
    seq: 99,
    timeUs: 1,
    accountId: 0,
    n: 0,
    commandNumber: ticket,
  };
  const rest = {
    orderId: 1,
    filledLots: 0,
    remainingLots: 0,
    code: 0,
    commandType: 7,
    orderStatus: 1,
    count: 0,
  };
  machine.connectionOf(1).put(outcome, { ...values, ...rest, clientOrderId: 'forged', repeated: 0 });
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  machine.kill(2);
  machine.pass(50_000);
  assert.equal(machine.session.bound, undefined, 'nobody serves in term 2 or above');
  assert.equal(machine.cluster.replica(1).attaches, 0);
});

test('a leader whose attached message shows an older term is left', () => {
  const machine = start();
  machine.cluster.elect(2);
  machine.settle();
  machine.cluster.replica(3).believe(3, 9, true);
  machine.cluster.replica(3).term = 1;
  machine.settle();
  assert.equal(machine.session.term, 2);
  assert.equal(machine.session.bound?.replicaId, 2);
});

test('the same leader in a later term is attached to again', () => {
  const machine = start();
  machine.cluster.replica(1).isHolding = true;
  machine.order('a');
  machine.settle();
  machine.cluster.replica(1).held.length = 0;
  machine.cluster.replica(1).isHolding = false;
  machine.cluster.elect(1);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
  assert.deepEqual(machine.failovers, [{ term: 2, leaderId: 1, gapUs: 0, resent: 1 }]);
});

test('a replica that refuses to be attached to is asked again when it says that it leads', () => {
  const machine = start();
  machine.kill(1);
  machine.cluster.replica(2).attachCode = ReplyCode.notReady;
  machine.cluster.elect(2);
  machine.order('a');
  machine.settle();
  assert.deepEqual(ids(machine), []);
  machine.cluster.elect(2);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
});

test('commands that a deposed leader refuses are sent again, without a new connection', () => {
  const machine = start();
  machine.cluster.replica(1).serving = false;
  machine.order('a');
  machine.order('b');
  machine.settle();
  assert.equal(machine.session.bound, undefined);
  machine.cluster.elect(1);
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  assert.deepEqual(machine.warnings, []);
});

test('commands that meet a leader between two terms are sent again, on the same connection and once', () => {
  const machine = start();
  machine.order('a');
  machine.session.flush(machine.nowUs);
  machine.cluster.replica(1).believe(1, 2, false);
  machine.cluster.replica(1).believe(1, 2, true);
  machine.settle();
  assert.deepEqual(ids(machine), ['a']);
  assert.equal(machine.cluster.replica(1).attaches, 1);
  assert.deepEqual(machine.warnings, []);
});

test('a session that another connection took over is taken back', () => {
  const machine = start();
  for (const connection of machine.cluster.replica(1).connections) connection.sessionId = 0;
  machine.order('a');
  machine.order('b');
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b']);
  assert.equal(machine.cluster.replica(1).attaches, 1);
  assert.deepEqual(machine.warnings, []);
});

test('a new leader that dies before it answers leaves us with the one that serves', () => {
  const machine = start();
  const usurper = machine.cluster.replica(3);
  usurper.believe(3, 9, true);
  usurper.isFrozen = true;
  machine.order('a');
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 3);
  machine.kill(3);
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 1);
  assert.deepEqual(ids(machine), ['a']);
});

test('failure 13: when events were forgotten, what ran without a seen outcome ends as unknown, the rest runs', () => {
  const machine = start({ feed: 'all' });
  machine.order('a');
  machine.settle();
  machine.bytesToClient = 1;
  machine.order('b');
  machine.order('c');
  machine.settle();
  assert.deepEqual(machine.cluster.executed, ['a', 'b', 'c']);
  machine.cluster.forgottenSeq = machine.cluster.seq;
  machine.order('d');
  machine.pass(100_000);
  assert.deepEqual(ids(machine), ['a', 'd']);
  assert.deepEqual(machine.unknowns, [
    { ticket: 2, reason: 'eventsForgotten' },
    { ticket: 3, reason: 'eventsForgotten' },
  ]);
  assert.deepEqual(machine.lostEvents, [{ afterSeq: 2, appliedSeq: 4 }]);
  assert.deepEqual(machine.cluster.executed, ['a', 'b', 'c', 'd']);
});

test('events that come twice are passed on once', () => {
  const machine = start({ feed: 'all' });
  machine.order('a');
  machine.settle();
  const seen = machine.events.length;
  for (const event of machine.cluster.events) machine.connectionOf(1).putBytes(event.bytes);
  machine.settle();
  assert.equal(machine.events.length, seen);
  assert.deepEqual(ids(machine), ['a']);
});

test('a feed begins with the present, and without a feed no events are passed on', () => {
  const first = start();
  first.order('a');
  first.settle();
  const all = new FakeMachine(first.cluster, { feed: 'all' }).open();
  const none = new FakeMachine(first.cluster, { feed: 'none' }).open();
  none.order('b');
  none.settle();
  all.settle();
  assert.deepEqual(ids(none), ['b']);
  assert.deepEqual(none.events, []);
  assert.deepEqual(all.events, ['3.0', '4.0', '5.0', '5.1']);
});

for (const loudly of [true, false]) {
  const how = loudly ? 'is told so' : 'learns it when it comes back';
  test(`an evicted session ${how}: what it sent ends as unknown, what it had not sent runs in a new one`, () => {
    const machine = start({ feed: loudly ? 'own' : 'all' });
    machine.order('a');
    machine.settle();
    machine.cluster.replica(1).isHolding = true;
    machine.order('b');
    machine.settle();
    machine.cluster.replica(1).held.length = 0;
    machine.cluster.replica(1).isHolding = false;
    machine.whenUnknown = () => machine.order('c');
    machine.cluster.evict(machine.session.sessionId, loudly);
    if (!loudly) machine.cut(1);
    machine.pass(50_000);
    assert.equal(machine.opens.length, 2);
    assert.deepEqual(machine.unknowns, [{ ticket: 2, reason: 'sessionLost' }]);
    assert.deepEqual(ids(machine), ['a', 'c']);
    assert.deepEqual(machine.cluster.executed, ['a', 'c']);
    assert.match(machine.warnings.at(loudly ? 0 : 1) ?? '', /Session 101 is lost/);
    machine.order('d');
    machine.settle();
    assert.deepEqual(ids(machine), ['a', 'c', 'd']);
  });
}

test('a cluster that lost what it had acknowledged is told of, and a new session is opened', () => {
  const machine = start();
  machine.order('a');
  machine.settle();
  machine.cluster.sessions.get(machine.session.sessionId)!.lastNumber = 0;
  machine.cluster.elect(2);
  machine.settle();
  machine.order('b');
  machine.settle();
  assert.match(machine.warnings.join(), /has lost what it had acknowledged/);
  assert.equal(machine.opens.length, 2);
  assert.deepEqual(machine.cluster.executed, ['a', 'b']);
});

for (const feed of ['own', 'all'] as const) {
  test(`a cluster that was restored to an earlier state is served anew, feed ${feed}`, () => {
    const machine = start({ feed });
    for (const id of ['a', 'b', 'c']) machine.order(id);
    machine.settle();
    machine.cluster.restore();
    machine.cluster.elect(1);
    machine.pass(50_000);
    machine.order('d');
    machine.settle();
    assert.deepEqual(ids(machine), ['a', 'b', 'c', 'd']);
  });
}

test('a cluster that was restored while a session was being opened is served anew', () => {
  const machine = start();
  for (const id of ['a', 'b', 'c']) machine.order(id);
  machine.settle();
  machine.cluster.replica(1).isHolding = true;
  machine.cluster.evict(machine.session.sessionId, true);
  machine.settle();
  machine.cluster.restore();
  machine.cluster.replica(1).isHolding = false;
  machine.cluster.elect(1);
  machine.pass(50_000);
  machine.order('d');
  machine.settle();
  assert.deepEqual(ids(machine), ['a', 'b', 'c', 'd']);
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

test('a gap in the command numbers leads to a new attachment, not to an outcome', () => {
  const machine = start();
  machine.cluster.replica(1).isHolding = true;
  machine.order('a');
  machine.settle();
  machine.cluster.replica(1).held.length = 0;
  machine.cluster.replica(1).isHolding = false;
  machine.order('b');
  machine.pass(50_000);
  assert.deepEqual(machine.cluster.executed, ['a', 'b']);
  assert.deepEqual(
    machine.outcomes.map(({ outcome: { code } }) => code),
    ['ok', 'ok'],
  );
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

test('a wrong key, a wrong cluster and a wrong address are said at once, by name', () => {
  const wrong = (change: (cluster: FakeCluster, machine: FakeMachine) => void): FakeMachine => {
    const cluster = new FakeCluster(2);
    cluster.elect(1);
    const machine = new FakeMachine(cluster);
    machine.down.add(2);
    change(cluster, machine);
    return machine.open();
  };
  const key = wrong((_, machine) => {
    machine.key = 'aa'.repeat(32);
  });
  const text = failureOf(key);
  assert.match(
    text,
    /^notAuthorized: .*The key is wrong\. Check `keys\.session`.*replica 2 \(host2:702\): ECONNREFUSED/,
  );
  const cluster = wrong((fake) => {
    fake.replica(1).clusterId = 8;
  });
  assert.match(failureOf(cluster), /^wrongCluster: .*it belongs to cluster 8, not to 7/);
  const version = wrong((fake) => {
    const { accept } = fake.replica(2);
    fake.replica(1).accept = (send) => {
      send(Uint8Array.of(8, 0, 128, 2, 0, 0, 0, 0));
      return accept.call(
        fake.replica(2),
        () => {},
        () => {},
      );
    };
  });
  assert.match(failureOf(version), /^wrongVersion: .*Run the same release on both/);
  const address = wrong((fake) => {
    fake.replica(1).claimedId = 3;
  });
  assert.equal(address.failure, undefined, 'a wrong address may be corrected by time');
  address.pass(10_000_000);
  assert.match(failureOf(address), /^unreachable: .*it is replica 3\. Check the addresses/);
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
