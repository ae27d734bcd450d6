/** The checker of votes is shown votes that may be, and votes that must not be, as calls and as datagrams. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  emptyRaftMessage,
  RaftFlag,
  type RaftMessage,
  RaftType,
  writeRaftMessage,
} from '../protocol/datagrams.ts';
import { Violations } from './violations.ts';
import { VotesChecker } from './votes.ts';

test('votes: a second vote in a term is found, a repeated one and one after a lost disk are not', () => {
  const violations = new Violations();
  const votes = new VotesChecker(violations.report);
  votes.voted(1, 5, 2);
  votes.voted(1, 5, 2);
  votes.voted(1, 6, 3);
  votes.voted(11, 5, 3);
  votes.forgotten(1);
  votes.voted(1, 5, 3);
  assert.deepEqual(violations.found, []);
  votes.voted(11, 5, 2);
  assert.deepEqual(violations.found, [
    { checker: 'votes', what: 'replica 11 voted for replica 3 and for replica 2 in term 5' },
  ]);
});

test('votes: they are read from datagrams; a process that asks for votes gives none to another', () => {
  const bytes = new Uint8Array(512);
  const restarts = { from: 0 };
  const asks = { type: RaftType.vote, from: 1 };
  const run = (...messages: Partial<RaftMessage>[]): number => {
    const violations = new Violations();
    const votes = new VotesChecker(violations.report);
    let nowUs = 0;
    for (const message of messages) {
      if (message === restarts) {
        votes.started(1);
        continue;
      }
      const length = writeRaftMessage(
        new DataView(bytes.buffer),
        { ...emptyRaftMessage(), term: 5, ...message },
        { clusterId: 7, foundation: 1, instance: 1, epoch: 1, agreement: 1 },
        0,
      );
      if (message !== asks) nowUs += 1;
      votes.sent(bytes, length, nowUs);
    }
    return violations.found.length;
  };
  const grants = { type: RaftType.voteReply, from: 1, to: 2 };
  assert.equal(run(asks, asks, { ...grants, term: 6 }), 0);
  assert.equal(run(asks, { ...grants, flags: RaftFlag.reject }), 0);
  assert.equal(run(asks, { ...grants, type: RaftType.preVoteReply }), 0);
  assert.equal(run(asks, grants), 1);
  assert.equal(run(grants, asks), 1);
  assert.equal(run(grants, restarts, asks), 1);
  assert.equal(run(asks, restarts, grants), 0, 'its own vote was not durable, and counted for nothing');
  const leads = { type: RaftType.append, from: 1 };
  assert.equal(run(asks, leads, restarts, grants), 1, 'its own vote made it the leader');
  const asksFirst = { type: RaftType.preVote, from: 1, term: 6 };
  assert.equal(run(asks, asksFirst, restarts, grants), 1, 'it went on, so its own vote was durable');
  assert.equal(run(grants, { ...grants, to: 3 }), 1);
});
