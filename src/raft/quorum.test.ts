import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Quorum, quorumValue, Vote, VoteResult, voteResult } from './quorum.ts';
import { missingCases, type OracleCase, oracleFiles } from './testing/oracles.ts';

const etcdCases = 'quorum';

function quorumOf(item: OracleCase): Quorum {
  const ids = (key: string): number[] => {
    const list = item.arguments.get(key) ?? [];
    return list[0] === 'zero' ? [] : list.map(Number);
  };
  return { voters: ids('cfg'), outgoing: ids('cfgj') };
}

/** The values of a case are in the order in which the ids are first named. */
function valuesOf<T>(quorum: Quorum, texts: readonly string[], read: (text: string) => T): T[] {
  const ids = [...new Set([...quorum.voters, ...quorum.outgoing])];
  assert.equal(texts.length, ids.length);
  const values: T[] = Array.from({ length: 256 }, () => read('_'));
  ids.forEach((id, n) => {
    values[id] = read(texts[n]!);
  });
  return values;
}

const halvesSwapped = ({ voters, outgoing }: Quorum): Quorum => ({ voters: outgoing, outgoing: voters });

/** Every way to say the same: the halves swapped, and a simple configuration joint with itself. */
function sameQuorums(quorum: Quorum): Quorum[] {
  const same = [quorum, halvesSwapped(quorum)];
  return quorum.outgoing.length === 0 ? [...same, { ...quorum, outgoing: quorum.voters }] : same;
}

const readIndex = (text: string): number => (text === '_' ? 0 : Number(text));
const readVote = (text: string): number =>
  text === 'y' ? Vote.granted : text === 'n' ? Vote.refused : Vote.none;
const resultNames = ['VotePending', 'VoteWon', 'VoteLost'];

test('etcd cases: what a quorum commits and votes', { skip: missingCases(etcdCases) }, () => {
  let run = 0;
  for (const items of oracleFiles(etcdCases)) {
    for (const item of items) {
      const quorum = quorumOf(item);
      for (const same of sameQuorums(quorum)) {
        if (item.command === 'committed') {
          const values = valuesOf(quorum, item.arguments.get('idx') ?? [], readIndex);
          const expected = item.expected.split('\n').at(-1)!;
          const index = expected.endsWith('∞') ? Number.POSITIVE_INFINITY : Number(expected);
          assert.equal(quorumValue(same, values), index, item.place);
        } else {
          assert.equal(item.command, 'vote', item.place);
          const votes = valuesOf(quorum, item.arguments.get('votes') ?? [], readVote);
          assert.equal(resultNames[voteResult(same, votes)], item.expected, item.place);
        }
        run++;
      }
    }
  }
  assert.ok(run > 200, `only ${run} cases were found`);
});

const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 });
const someValues = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 10, maxLength: 10 });

test('§5.3: the quorum value is the largest that more than half have reached', () => {
  fc.assert(
    fc.property(someIds, someValues, (voters, values) => {
      const value = quorumValue({ voters, outgoing: [] }, values);
      const reached = (bound: number): boolean =>
        voters.filter((id) => values[id]! >= bound).length * 2 > voters.length;
      assert.ok(reached(value) && !reached(value + 1));
    }),
  );
});

test('§6: a joint quorum decides what both of its halves decide', () => {
  fc.assert(
    fc.property(someIds, someIds, someValues, (voters, outgoing, values) => {
      const simple = (half: readonly number[]): Quorum => ({ voters: half, outgoing: [] });
      const joint = { voters, outgoing };
      const least = Math.min(quorumValue(simple(voters), values), quorumValue(simple(outgoing), values));
      assert.equal(quorumValue(joint, values), least);
      const votes = values.map((value) => value % 3);
      const halves = [voteResult(simple(voters), votes), voteResult(simple(outgoing), votes)];
      const isWon = halves.every((half) => half === VoteResult.won);
      assert.equal(voteResult(joint, votes) === VoteResult.won, isWon);
      assert.equal(voteResult(joint, votes) === VoteResult.lost, halves.includes(VoteResult.lost));
    }),
  );
});
