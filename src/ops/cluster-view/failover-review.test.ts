import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WouldBe } from '../../replica/ports.ts';
import type { StatusAnswer } from '../clients/control-client.ts';
import { reviewOf, reviewText } from './failover-review.ts';

const atUs = 1_700_000_000_000_000;

function would(more: Partial<WouldBe> = {}): WouldBe {
  return {
    number: 1,
    kind: 'election',
    leaderId: 1,
    term: 4,
    reason: 'replica 1 was not heard any more',
    wallUs: atUs,
    outcome: 'cameBack',
    afterUs: 300_000,
    ...more,
  };
}

/** Replicas 1, 2 … and what each has noted. */
function answers(...noted: readonly (readonly WouldBe[])[]): StatusAnswer[] {
  return noted.map((wouldBe, at) => ({
    replica: { id: at + 1 },
    status: { replicaId: at + 1, voters: [1, 2, 3], wouldBe },
  })) as unknown as StatusAnswer[];
}

const verdicts = (...noted: readonly (readonly WouldBe[])[]): string[] =>
  reviewOf(answers(...noted)).map(({ verdict, by }) => `${verdict} ${by.join()}`);

test('an election that a majority would have held is one, and wrong where the leader came back', () => {
  const text = reviewText(reviewOf(answers([], [would()], [would({ wallUs: atUs + 40_000 })])));
  assert.match(
    text,
    /^2023-11-14T22:13:20.000Z {2}would have failed over \(seen by replicas 2, 3\); the leader came back 300 ms later, so it would have been wrong: replica 1 was not heard any more$/m,
  );
  assert.match(text, /would have acted 1 times; 1 of them would have been wrong/);
});

test('one replica that lost the leader would have been refused', () => {
  assert.deepEqual(verdicts([], [would()], []), ['refused 2']);
});

test('losses at other times, in other terms, or of the same replica are others', () => {
  const replaced = would({ number: 2, wallUs: atUs + 60_000_000, outcome: 'replaced' });
  assert.deepEqual(verdicts([], [would(), replaced], [would(), replaced]), ['cameBack 2,3', 'replaced 2,3']);
  const handOver = would({ kind: 'handOver', reason: 'the leader can store nothing' });
  assert.deepEqual(verdicts([handOver], [], []), ['handOver 1']);
});

test('where one of those that would have acted is started again, the others say what came of it', () => {
  const ended = would({ outcome: 'unknown', afterUs: 0 });
  const [known] = reviewOf(answers([], [would()], [ended]));
  assert.deepEqual([known!.verdict, known!.afterMs], ['cameBack', 300]);
  assert.deepEqual(verdicts([], [ended], [ended]), ['unknown 2,3']);
  assert.match(
    reviewText(reviewOf(answers([], [ended], [ended]))),
    /acted 1 times; 0 of them would have been wrong/,
  );
});

test('a replica of an earlier release notes nothing, and where nothing was noted that is said', () => {
  const [one] = answers([]);
  const older = { ...one, status: { replicaId: 1, voters: [1] } } as unknown as StatusAnswer;
  assert.match(reviewText(reviewOf([older])), /would have done nothing/);
});
