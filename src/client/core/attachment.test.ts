import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { outcome } from '../../protocol/events.ts';
import { attach, refused } from '../../protocol/messages.ts';
import type { SessionOptions } from './ports.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

function start(options: Partial<SessionOptions> = {}, replicas = 3): FakeMachine {
  const cluster = new FakeCluster(replicas);
  cluster.elect(1);
  return new FakeMachine(cluster, options).open();
}

const ids = (machine: FakeMachine): string[] =>
  machine.outcomes.map(({ outcome: { clientOrderId } }) => clientOrderId);

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
    filledValueLow: 0,
    filledValueHigh: 0,
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

test('a client whose session was taken over is told so, and goes on in a session of its own', () => {
  const machine = start();
  const taken = machine.session.sessionId;
  for (const connection of machine.cluster.replica(1).connections) {
    connection.sessionId = 0;
    connection.put(refused, { code: ReplyCode.sessionTaken, subject: attach.type, reserved: 0 });
  }
  machine.settle();
  assert.notEqual(machine.session.sessionId, taken);
  assert.ok(machine.warnings.some((text) => text.includes('has taken it over')));
  machine.order('after');
  machine.settle();
  assert.ok(ids(machine).includes('after'));
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

for (const feed of ['own', 'all'] as const) {
  test(`another cluster at the same addresses gets a new session and no old command, feed ${feed}`, () => {
    const machine = start({ feed });
    for (const id of ['a', 'b']) machine.order(id);
    machine.settle();
    for (const leaderId of [2, 3, 1]) machine.cluster.elect(leaderId);
    machine.settle();
    const { sessionId } = machine.session;
    const { term } = machine.cluster;
    machine.cluster.replica(1).isHolding = true;
    machine.order('sent');
    machine.settle();
    machine.cluster.replica(1).held.length = 0;
    machine.cluster.replica(1).isHolding = false;
    machine.cluster.found();
    machine.order('waits');
    machine.cluster.open(1, 1);
    machine.cluster.elect(1);
    machine.pass(50_000);
    assert.ok(machine.cluster.term < term, 'its first term is a lower one');
    assert.equal(machine.clusterChanges, 1);
    assert.deepEqual(
      machine.unknowns.map(({ reason }) => reason),
      ['sessionLost', 'sessionLost'],
    );
    machine.order('c');
    machine.settle();
    assert.deepEqual(machine.cluster.executed, ['c']);
    assert.deepEqual(ids(machine), ['a', 'b', 'c']);
    assert.deepEqual(machine.lostEvents, []);
    assert.ok(
      machine.warnings.some((text) => text.startsWith(`Session ${sessionId} is lost: another cluster`)),
    );
    // The earlier one is not heard again, whatever its term is.
    machine.cluster.instance -= 1;
    for (let n = 0; n < 20; n++) machine.cluster.elect(2);
    machine.order('d');
    machine.pass(50_000);
    assert.deepEqual(machine.cluster.executed, ['c']);
    assert.equal(machine.clusterChanges, 1);
  });
}

test('after a generation of a cluster, none of a lower epoch is heard again, however late it began', () => {
  const machine = start();
  machine.order('a');
  machine.settle();
  machine.cluster.found();
  machine.cluster.epoch = 2;
  machine.cluster.open(1, 1);
  machine.cluster.elect(1);
  machine.pass(50_000);
  assert.equal(machine.clusterChanges, 1);
  assert.equal(machine.session.epoch, 2);
  machine.cluster.epoch = 1;
  machine.cluster.instance += 1;
  for (let n = 0; n < 20; n++) machine.cluster.elect(2);
  machine.order('b');
  machine.pass(50_000);
  assert.deepEqual(machine.cluster.executed, []);
  assert.equal(machine.session.epoch, 2);
  machine.cluster.epoch = 3;
  machine.cluster.elect(2);
  machine.pass(50_000);
  assert.equal(machine.session.epoch, 3);
});

test('another site that writes from the next epoch on is followed though its terms are lower, and the session goes on', () => {
  const machine = start();
  for (let n = 0; n < 9; n++) machine.cluster.elect(1);
  machine.order('a');
  machine.settle();
  const { sessionId, term } = machine.session;
  machine.cluster.term = 0;
  machine.cluster.epoch = 2;
  machine.cluster.elect(2);
  machine.pass(50_000);
  machine.order('b');
  machine.pass(50_000);
  assert.deepEqual(machine.cluster.executed, ['a', 'b']);
  assert.equal(machine.session.sessionId, sessionId);
  assert.ok(machine.session.term < term);
});

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
