/** Figure 8 of the paper, with the leader in full knowledge of how many hold its frame (§5.4.2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { electionTimeoutUs, votersOnly } from './testing/single.ts';
import { Stage } from './testing/stage.ts';

/** S1 leads in term 4 and has a frame of term 2; S5 has another of term 3, and is down. */
function termFour(): Stage {
  const stage = new Stage({ configuration: votersOnly(1, 2, 3, 4, 5), datagramFrames: 1 });
  stage.isQuiet = true;
  stage.setLog(1, [1, 2], 3);
  for (const id of [2, 3, 4]) stage.setLog(id, [1], 3);
  stage.setLog(5, [1, 3], 3);
  stage.crash(5);
  stage.timeOut(1);
  for (let round = 0; !stage.leads(1); round++) {
    assert.ok(round < 2, 'a pre-vote and a vote');
    stage.deliver((from) => from === 1);
    stage.deliver((_, to) => to === 1);
  }
  assert.deepEqual([stage.raft(1).term, stage.member(1).log.terms()], [4, [1, 2, 4]]);
  return stage;
}

/** `ids` receive what waits for them, `limit` datagrams each, and answer. */
function exchange(stage: Stage, ids: readonly number[], limit: number): void {
  for (const id of ids) {
    stage.deliver((from, to) => from === 1 && to === id, limit);
    stage.deliver((from, to) => from === id && to === 1);
  }
}

/** What S5 achieves when S1 is gone and no replica hears a leader. */
function electFive(stage: Stage): boolean {
  stage.crash(1);
  stage.restart(5);
  stage.drop(() => true);
  for (const id of [2, 3, 4]) stage.pass(id, electionTimeoutUs);
  stage.drop(() => true);
  for (let attempt = 0; attempt < 3 && !stage.leads(5); attempt++) {
    stage.timeOut(5);
    stage.deliverAll();
  }
  return stage.leads(5);
}

test('§5.4.2, figure 8 (c), (d): a frame of an older term is not committed by counting, however many hold it', () => {
  const stage = termFour();
  const { raft } = stage.member(1);
  exchange(stage, [2, 3, 4], 1); // the first frame of term 4 does not follow on: all ask for the one before
  exchange(stage, [2, 3, 4], 1);
  for (const id of [2, 3, 4]) {
    assert.deepEqual(stage.member(id).log.terms(), [1, 2]);
    assert.equal(raft.progressOf(id)?.matchedIndex, 2);
  }
  assert.equal(raft.commitIndex, 0, 'four of five hold frame 2 of term 2');
  assert.equal(electFive(stage), true);
  for (const id of [2, 3, 4, 5]) assert.equal(stage.member(id).log.at(2)?.term, 3, 'frame 2 was replaced');
});

test('§5.4.2, figure 8 (e): with a frame of its own term the leader commits all before it, for good', () => {
  const stage = termFour();
  const { raft } = stage.member(1);
  exchange(stage, [2, 3], 1);
  exchange(stage, [2, 3], 1);
  assert.equal(raft.commitIndex, 0);
  exchange(stage, [2], 1);
  assert.equal(raft.commitIndex, 0, 'frame 3 of term 4 stands on two of five');
  exchange(stage, [3], 1);
  assert.equal(raft.commitIndex, 3);
  assert.equal(electFive(stage), false, 'two of the other four have a later last term');
});
