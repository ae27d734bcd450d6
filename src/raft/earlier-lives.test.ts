/** How far earlier lives of a replica may have applied the log: the least that a leader shows, and never too little. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftType } from '../protocol/datagrams.ts';
import { heartbeatUs, Single } from './testing/single.ts';

test('earlier lives applied nothing of a new term, where its leader has committed nothing yet', () => {
  const replica = new Single({ terms: [4, 4, 4, 4] });
  assert.equal(replica.raft.earlierIndex, -1);
  replica.receive(RaftType.append, 2, { term: 5, index: 4, logTerm: 4, commit: 2 });
  assert.equal(replica.raft.earlierIndex, -1, 'a frame of the term may be committed that is not here');
  replica.receive(RaftType.append, 2, { term: 5, index: 4, logTerm: 4, commit: 2 }, [5, 5, 5]);
  assert.equal(replica.raft.earlierIndex, 5, 'the first of the term');
  replica.receive(RaftType.append, 2, { term: 6, index: 7, logTerm: 5, commit: 7 }, [6]);
  assert.equal(replica.raft.earlierIndex, 5, 'it holds for this life');
});

test('earlier lives applied nothing beyond what the leader of their term said first to this life', () => {
  for (const [terms, commit] of [
    [[5, 5, 5, 5], 3],
    [[4, 5, 5, 5], 3],
    [[4, 4, 4, 5], 4],
  ] as const) {
    const replica = new Single({ terms });
    replica.receive(RaftType.append, 2, { term: 5, index: 4, logTerm: 5, commit });
    assert.equal(replica.raft.earlierIndex, commit);
    replica.receive(RaftType.append, 2, { term: 5, index: 4, logTerm: 5, commit: 6 }, [5, 5]);
    assert.equal(replica.raft.earlierIndex, commit);
  }
});

test('of a replica that lacks frames nothing is known before it has what the leader said first', () => {
  const replica = new Single({ terms: [5, 5] });
  replica.receive(RaftType.append, 2, { term: 5, index: 6, logTerm: 5, commit: 5 });
  replica.receive(RaftType.append, 2, { term: 5, index: 2, logTerm: 5, commit: 7 }, [5, 5]);
  assert.equal(replica.raft.earlierIndex, -1);
  replica.receive(RaftType.append, 2, { term: 5, index: 4, logTerm: 5, commit: 8 }, [5, 5, 5, 5]);
  assert.equal(replica.raft.earlierIndex, 5);
});

test('of a recovering replica nothing is known before it may return, and then what the leader had committed', () => {
  const replica = new Single({ state: { recovering: true } });
  replica.pass(heartbeatUs);
  for (const id of [2, 3]) replica.receive(RaftType.incarnationKnown, id, { subject: 7 });
  replica.receive(RaftType.append, 2, { term: 6, commit: 1 }, [6, 6, 6]);
  assert.equal(replica.raft.earlierIndex, -1, 'a leader that is heard may be a deposed one');
  replica.receive(RaftType.rejoinGranted, 2, { commit: 2, subject: 7 });
  assert.equal(replica.recoveries, 1);
  assert.equal(replica.raft.earlierIndex, 2);
});

test('a replica that hears of a life which its folder does not know, knows nothing of it', () => {
  const replica = new Single({ terms: [5] });
  replica.receive(RaftType.append, 2, { term: 5, index: 1, logTerm: 5, commit: 1 });
  assert.equal(replica.raft.earlierIndex, 1);
  replica.receive(RaftType.incarnationKnown, 3, { subject: 9 });
  assert.deepEqual([replica.raft.isRecovering, replica.raft.earlierIndex], [true, -1]);
});

test('the log of a leader holds all that its earlier lives applied', () => {
  const replica = new Single({ terms: [4, 4] });
  replica.lead();
  replica.acknowledge(2, 3);
  assert.equal(replica.raft.earlierIndex, 2);
});
