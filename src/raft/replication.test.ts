/** Replication and commitment, after the paper (§5.3, §5.4) and its figures 7 and 8. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRaftMessage, RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster } from './testing/cluster.ts';
import {
  electionTimeoutUs,
  heartbeatUs,
  type MemoryLog,
  type SentMessage,
  Single,
  votersOnly,
} from './testing/single.ts';
import { type IncomingFrames, Role } from './types.ts';

/** A leader of term `terms.at(-1) + 1` whose first frame is in its log. */
function leaderWith(terms: readonly number[], options: ConstructorParameters<typeof Single>[0] = {}): Single {
  const leader = new Single({ terms, ...options });
  leader.lead();
  return leader;
}

function appendsTo(sent: readonly SentMessage[], to: number): [previous: number, last: number][] {
  return sent
    .filter((message) => message.type === RaftType.append && message.to === to)
    .map(({ index, lastIndex }) => [index, lastIndex]);
}

test('§5.2, §5.3: a new leader announces itself with a frame of its term', () => {
  const leader = leaderWith([1, 2]);
  assert.deepEqual(leader.changes.at(-1), { role: Role.leader, term: 3, leaderId: 1 });
  assert.deepEqual(leader.log.terms(), [1, 2, 3]);
  const [first] = leader.take(RaftType.append);
  assert.ok(first);
  assert.deepEqual([first.to, first.term, first.index, first.logTerm, first.lastIndex], [0, 3, 2, 2, 3]);
});

test('§5.3: new frames go once to everybody, whatever their state', () => {
  const leader = leaderWith([]);
  leader.take();
  leader.propose();
  leader.propose();
  leader.raft.appended();
  assert.deepEqual(appendsTo(leader.take(), 0), [
    [1, 2],
    [2, 3],
  ]);
});

test('§5.2: an idle leader sends heartbeats, a busy one none', () => {
  const leader = leaderWith([]);
  leader.acknowledge(2, 1);
  leader.take();
  leader.pass(3 * heartbeatUs);
  assert.deepEqual(appendsTo(leader.take(), 0), [
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  for (let n = 0; n < 20; n++) {
    leader.propose();
    leader.acknowledge(2, leader.log.lastIndex);
    leader.pass(heartbeatUs / 2);
  }
  assert.equal(
    leader.take().every(({ index, lastIndex }) => lastIndex === index + 1),
    true,
  );
});

test('§5.3: a frame is committed when a majority holds it, and the next append says so', () => {
  for (const { size, answers, isCommitted } of [
    { size: 2, answers: [], isCommitted: false },
    { size: 2, answers: [2], isCommitted: true },
    { size: 3, answers: [3], isCommitted: true },
    { size: 5, answers: [2], isCommitted: false },
    { size: 5, answers: [2, 5], isCommitted: true },
  ]) {
    const leader = new Single({ configuration: votersOnly(...[1, 2, 3, 4, 5].slice(0, size)) });
    leader.pass(2 * electionTimeoutUs + heartbeatUs);
    for (let id = 2; id <= size; id++) leader.receive(RaftType.preVoteReply, id, { term: 1 });
    for (let id = 2; id <= size; id++) leader.receive(RaftType.voteReply, id);
    assert.equal(leader.raft.role, Role.leader);
    for (const id of answers) leader.acknowledge(id, 1);
    assert.equal(leader.raft.commitIndex, isCommitted ? 1 : 0, `${answers} of ${size}`);
    leader.take();
    leader.propose();
    assert.equal(leader.take(RaftType.append)[0]!.commit, isCommitted ? 1 : 0);
  }
});

test('the commit of a frame that others wait for is sent at once, that of any other with the next message', () => {
  const leader = leaderWith([]);
  leader.acknowledge(2, 1);
  leader.take();
  leader.propose();
  leader.acknowledge(2, 2);
  assert.deepEqual(appendsTo(leader.take(), 0), [[1, 2]]);
  leader.propose(undefined, true);
  leader.take();
  leader.acknowledge(3, 2);
  assert.deepEqual(leader.take(RaftType.append), [], 'it is not committed yet');
  leader.acknowledge(3, 3);
  const [said, ...more] = leader.take(RaftType.append);
  assert.deepEqual([said?.to, said?.index, said?.lastIndex, said?.commit], [0, 3, 3, 3]);
  leader.propose();
  leader.acknowledge(3, 4);
  assert.deepEqual([more, appendsTo(leader.take(), 0)], [[], [[3, 4]]], 'once');
});

test('§5.4.2, figure 8: frames of earlier terms are not committed by counting', () => {
  const leader = leaderWith([1, 2]);
  leader.acknowledge(2, 2);
  assert.equal(leader.raft.commitIndex, 0);
  leader.acknowledge(2, 3);
  assert.equal(leader.raft.commitIndex, 3, 'the own frame commits all before it');
});

test('with disk durability only flushed frames count, here and there', () => {
  const leader = leaderWith([], { durability: 'disk' });
  leader.acknowledge(2, 1, { hint: 0 });
  assert.equal(leader.raft.commitIndex, 0);
  leader.acknowledge(2, 1, { hint: 1 });
  assert.equal(leader.raft.commitIndex, 0, 'the own frame is not flushed yet');
  leader.log.durableIndex = 1;
  leader.raft.durable();
  assert.equal(leader.raft.commitIndex, 1);
  leader.propose();
  leader.acknowledge(2, 2, { hint: 1 });
  leader.acknowledge(3, 2, { hint: 9 });
  assert.equal(leader.raft.commitIndex, 2 - 1);
  leader.log.durableIndex = 2;
  leader.raft.durable();
  assert.equal(leader.raft.commitIndex, 2, 'flushed is at most what matches');
});

test('an answer beyond the log of the leader is dropped', () => {
  const leader = leaderWith([]);
  leader.acknowledge(2, 5);
  assert.equal(leader.raft.commitIndex, 0);
});

test('§5.3: a follower takes frames that follow on, and answers once per cycle', () => {
  const follower = new Single();
  follower.receive(RaftType.append, 2, { term: 1 }, [1, 1]);
  follower.receive(RaftType.append, 2, { index: 2, logTerm: 1, commit: 2, round: 4 }, [1]);
  const replies = follower.take();
  assert.equal(replies.length, 1);
  const [reply] = replies;
  assert.ok(reply);
  assert.deepEqual(
    [reply.type, reply.to, reply.flags, reply.index, reply.round],
    [RaftType.appendReply, 2, 0, 3, 4],
  );
  assert.deepEqual(follower.log.terms(), [1, 1, 1]);
  assert.equal(follower.raft.commitIndex, 2);
  assert.deepEqual(follower.take(), []);
});

test('with disk durability new frames are answered when they are flushed, heartbeats at once', () => {
  const follower = new Single({ durability: 'disk' });
  follower.receive(RaftType.append, 2, { term: 1 }, [1, 1]);
  assert.deepEqual(follower.take(), []);
  follower.log.durableIndex = 1;
  follower.raft.durable();
  assert.deepEqual(
    follower.take().map(({ index, hint }) => [index, hint]),
    [[2, 1]],
  );
  follower.receive(RaftType.append, 2, { index: 2, logTerm: 1 });
  assert.deepEqual(
    follower.take().map(({ index, hint }) => [index, hint]),
    [[2, 1]],
  );
  follower.raft.durable();
  assert.deepEqual(follower.take(), [], 'nothing more is flushed');
});

test('with disk durability only flushed frames that are the leader’s are answered as flushed', () => {
  const flushed = (follower: Single): number[] => {
    follower.log.durableIndex = follower.log.lastIndex;
    follower.raft.durable();
    return follower.take().map(({ hint }) => hint);
  };
  const follower = new Single({ durability: 'disk', terms: [1, 1, 1] });
  follower.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1 });
  assert.deepEqual(
    follower.take().map(({ hint }) => hint),
    [1],
  );
  follower.receive(RaftType.append, 2, { index: 1, logTerm: 1 }, [2, 2]);
  assert.deepEqual(flushed(follower), [3]);
  follower.receive(RaftType.append, 3, { term: 3, index: 1, logTerm: 1 }, [3, 3]);
  assert.deepEqual(flushed(follower), [3], 'another leader has not heard of it');
});

test('§5.3: a follower commits no further than its log is known to match', () => {
  const follower = new Single({ terms: [1, 1, 1] });
  follower.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1, commit: 3 });
  assert.equal(follower.raft.commitIndex, 1);
  follower.receive(RaftType.append, 2, { index: 1, logTerm: 1, commit: 3 }, [1]);
  assert.equal(follower.raft.commitIndex, 2);
});

test('§5.3: only a real conflict cuts the log', () => {
  for (const { index, logTerm, frames, expected } of [
    { index: 2, logTerm: 2, frames: [3], expected: [1, 2, 3] },
    { index: 0, logTerm: 0, frames: [1, 2], expected: [1, 2, 2, 2] },
    { index: 1, logTerm: 1, frames: [2], expected: [1, 2, 2, 2] },
    { index: 1, logTerm: 1, frames: [3], expected: [1, 3] },
    { index: 2, logTerm: 2, frames: [2, 3, 3], expected: [1, 2, 2, 3, 3] },
    { index: 4, logTerm: 2, frames: [3], expected: [1, 2, 2, 2, 3] },
    { index: 3, logTerm: 2, frames: [], expected: [1, 2, 2, 2] },
  ]) {
    const follower = new Single({ terms: [1, 2, 2, 2] });
    follower.receive(RaftType.append, 2, { term: 3, index, logTerm }, frames);
    assert.deepEqual(follower.log.terms(), expected);
    assert.equal(follower.take()[0]!.index, index + frames.length);
  }
});

test('§5.4: what is committed is never cut off: a leader that asks for it is a broken invariant', () => {
  const follower = new Single({ terms: [1, 1] });
  follower.receive(RaftType.append, 2, { term: 2, index: 2, logTerm: 1, commit: 2 });
  assert.equal(follower.raft.commitIndex, 2);
  assert.throws(
    () => follower.receive(RaftType.append, 2, { index: 1, logTerm: 1 }, [2]),
    /committed frames agree/,
  );
});

test('§5.3: frames that came late or twice change nothing', () => {
  const follower = new Single();
  follower.receive(RaftType.append, 2, { term: 1 }, [1, 1, 1, 1]);
  follower.receive(RaftType.append, 2, { index: 4, logTerm: 1, commit: 3 });
  follower.take();
  for (const [index, count] of [
    [0, 1],
    [0, 4],
    [1, 2],
    [2, 1],
    [3, 1],
  ] as const) {
    follower.receive(RaftType.append, 2, { index, logTerm: index === 0 ? 0 : 1 }, Array(count).fill(1));
    assert.deepEqual(follower.log.terms(), [1, 1, 1, 1]);
    assert.deepEqual(
      follower.take().map((reply) => reply.index),
      [4],
      'the answer repeats all that matches',
    );
  }
});

test('a follower asks once for what is missing, not for each datagram that follows', () => {
  const follower = new Single({ terms: [1] });
  for (let n = 0; n < 10; n++) {
    follower.receive(RaftType.append, 2, { term: 1, index: 3 + n, logTerm: 1 }, [1]);
    follower.raft.flushReplies();
  }
  const rejections = (): SentMessage[] => follower.take().filter(({ flags }) => flags & RaftFlag.reject);
  const [asked, ...more] = rejections();
  assert.ok(asked);
  assert.deepEqual([asked.index, asked.hint, asked.logTerm, more.length], [3, 1, 1, 0]);
  follower.pass(heartbeatUs);
  follower.receive(RaftType.append, 2, { index: 12, logTerm: 1 });
  assert.equal(rejections().length, 1, 'the first question or its answer may be lost');
  follower.receive(RaftType.append, 2, { index: 1, logTerm: 1 }, [1]);
  follower.receive(RaftType.append, 2, { index: 12, logTerm: 1 });
  assert.deepEqual(
    rejections().map(({ hint }) => hint),
    [2],
    'another gap is another question',
  );
});

test('a datagram that only overtook another is no gap', () => {
  const follower = new Single({ terms: [1] });
  follower.receive(RaftType.append, 2, { term: 1, index: 2, logTerm: 1 }, [1]);
  follower.receive(RaftType.append, 2, { index: 1, logTerm: 1 }, [1]);
  follower.receive(RaftType.append, 2, { index: 2, logTerm: 1 }, [1]);
  assert.deepEqual(
    follower.take().map(({ flags, index }) => [flags, index]),
    [[0, 3]],
  );
});

test('the leader resends what is missing to the one who asks, in windows, and not twice at once', () => {
  const leader = leaderWith(Array(20).fill(1), { windowFrames: 8 });
  leader.take();
  const ask = (hint: number): void =>
    leader.receive(RaftType.appendReply, 3, {
      flags: RaftFlag.reject,
      index: 20,
      hint,
      logTerm: hint === 0 ? 0 : 1,
    });
  ask(2);
  ask(2);
  assert.deepEqual(appendsTo(leader.take(), 3), [[2, 10]]);
  leader.acknowledge(3, 6);
  assert.deepEqual(appendsTo(leader.take(), 3), [], 'more of the window is on its way');
  leader.acknowledge(3, 10);
  assert.deepEqual(appendsTo(leader.take(), 3), [[10, 18]], 'the next window follows by itself');
  ask(14);
  assert.deepEqual(appendsTo(leader.take(), 3), [[14, 21]]);
  leader.propose();
  leader.acknowledge(3, 21);
  const sent = leader.take();
  assert.deepEqual(appendsTo(sent, 0), [[21, 22]]);
  assert.deepEqual(appendsTo(sent, 3), [], 'it takes what everybody takes again');
  ask(5);
  assert.deepEqual(leader.take(), [], 'a late question is already answered');
  leader.pass(heartbeatUs);
  ask(21);
  leader.take();
  leader.pass(heartbeatUs);
  ask(21);
  assert.deepEqual(appendsTo(leader.take(), 3), [[21, 22]], 'a lost answer is repeated');
});

test('§5.3, figure 7: a leader brings every log of the figure in line, in few rounds', () => {
  const leaderTerms = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  const logs = {
    a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    b: [1, 1, 1, 4],
    c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    e: [1, 1, 1, 4, 4, 4, 4],
    f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  };
  for (const [name, terms] of Object.entries(logs)) {
    const leader = leaderWith(leaderTerms, { state: { term: 7 }, windowFrames: 16 });
    const follower = new Single({ id: 2, terms, state: { term: 7 } });
    const rejections = converse(leader, follower);
    assert.deepEqual(follower.log.terms(), [...leaderTerms, 8], name);
    assert.ok(rejections <= 2, `log ${name} took ${rejections} rejections`);
    assert.equal(leader.raft.progressOf(2)?.matchedIndex, 11);
    assert.equal(leader.raft.commitIndex, 11);
  }
});

test('§5.3: long conflicts over many terms resolve in rounds by term, not by frame', () => {
  const common = Array(5).fill(1);
  for (const [own, others] of [
    [
      [...Array(40).fill(6), ...Array(40).fill(9)],
      [...Array(30).fill(3), ...Array(90).fill(4)],
    ],
    [
      [...Array(40).fill(2), 9],
      [...Array(10).fill(3), ...Array(20).fill(4)],
    ],
    [Array(40).fill(9), Array(60).fill(2)],
  ] as const) {
    const leader = leaderWith([...common, ...own], { windowFrames: 200 });
    const follower = new Single({ id: 2, terms: [...common, ...others], state: { term: 9 } });
    const rejections = converse(leader, follower);
    assert.deepEqual(follower.log.terms(), leader.log.terms());
    assert.ok(rejections <= 3, `${rejections} rejections`);
  }
});

/** Hands the messages of the two to each other until there are none; counts the rejections. */
function converse(leader: Single, follower: Single): number {
  let rejections = 0;
  for (let round = 0; round < 200; round++) {
    const there = leader.take(RaftType.append).filter(({ to }) => to === 0 || to === 2);
    for (const message of there)
      follower.raft.step({ ...message }, framesOf(message, leader.log, follower.log));
    const back = follower.take();
    for (const message of back) leader.raft.step({ ...message }, undefined);
    rejections += back.filter(({ flags }) => flags & RaftFlag.reject).length;
    if (there.length + back.length === 0) return rejections;
  }
  throw new Error('they never agree');
}

function framesOf(message: SentMessage, from: MemoryLog, into: MemoryLog): IncomingFrames {
  const at = (n: number) => from.at(message.index + 1 + n)!;
  return {
    count: message.frameCount,
    termOf: (n) => at(n).term,
    append: (n) => {
      into.push(at(n));
      return true;
    },
  };
}

test('a full disk stops the log, and only what is stored is acknowledged', () => {
  const follower = new Single();
  const message: RaftMessage = {
    ...emptyRaftMessage(),
    type: RaftType.append,
    from: 2,
    incarnation: 1,
    term: 1,
    frameCount: 3,
    commit: 3,
  };
  const frames: IncomingFrames = {
    count: 3,
    termOf: () => 1,
    append: (n) => {
      if (n < 2) follower.log.push({ term: 1, payload: 0 });
      return n < 2;
    },
  };
  follower.raft.step(message, frames);
  assert.equal(follower.take()[0]!.index, 2);
  assert.equal(follower.raft.commitIndex, 2);
});

test('the window bounds what is proposed beyond the commit index', () => {
  const leader = leaderWith([], { windowFrames: 4 });
  let proposed = 0;
  for (; leader.raft.canPropose(); proposed++) leader.propose();
  assert.equal(proposed, 3, 'the first frame of the term is in the window too');
  leader.acknowledge(2, 2);
  assert.equal(leader.raft.canPropose(), true);
  assert.equal(new Single().raft.canPropose(), false);
});

test('§5.3: a follower far behind catches up from the log, window by window', () => {
  const cluster = new RaftCluster({ windowFrames: 4 });
  const leader = cluster.electLeader();
  const behind = leader.id === 3 ? 2 : 3;
  cluster.crash(behind);
  for (let n = 0; n < 200; n++) cluster.until(() => cluster.propose() !== 0);
  cluster.settle();
  cluster.restart(behind);
  cluster.datagrams = 0;
  cluster.settle();
  assert.equal(cluster.member(behind).log.firstIndex, 1);
  assert.ok(cluster.datagrams < 400, `${cluster.datagrams} datagrams for 200 frames`);
});

test('§5.3: lost, late and repeated datagrams only cost time', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const cluster = new RaftCluster({ seed });
    cluster.lossChance = 0.3;
    cluster.delayUs = 3_000;
    cluster.commit(100);
    assert.ok(cluster.committed.length > 100);
  }
});

test('status says how each follower stands', () => {
  const leader = leaderWith([1, 1], { configuration: votersOnly(1, 2, 3) });
  assert.equal(leader.raft.progressOf(2)?.state, 'catchingUp');
  leader.pass(600);
  leader.acknowledge(2, 3, { hint: 2 });
  assert.deepEqual(leader.raft.progressOf(2), {
    matchedIndex: 3,
    durableIndex: 2,
    lastHeardUs: leader.nowUs,
    state: 'following',
  });
  assert.equal(leader.raft.progressOf(1), undefined);
  assert.equal(leader.raft.progressOf(9), undefined);
});

test('how far the leader is stays known as long as it is heard, and is never taken for the own end', () => {
  const follower = new Single({ terms: [1, 1, 1] });
  assert.equal(follower.raft.leaderCommitIndex, -1);
  follower.receive(RaftType.append, 2, { term: 2, index: 5_203, logTerm: 2, commit: 5_203 });
  assert.deepEqual([follower.raft.commitIndex, follower.raft.leaderCommitIndex], [0, 5_203]);
  follower.pass(electionTimeoutUs - heartbeatUs);
  assert.equal(follower.raft.leaderCommitIndex, 5_203);
  follower.pass(2 * heartbeatUs);
  assert.equal(follower.raft.leaderCommitIndex, -1);
  const leader = leaderWith([]);
  assert.equal(leader.raft.leaderCommitIndex, 0);
  leader.acknowledge(2, 1);
  assert.equal(leader.raft.leaderCommitIndex, 1);
});

test('with manual failover a leader that fell silent is known no more, though no other is', () => {
  const follower = new Single({ terms: [1], failover: 'manual' });
  follower.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1, commit: 1 });
  follower.pass(3 * electionTimeoutUs);
  assert.equal(follower.raft.leaderCommitIndex, -1);
});
