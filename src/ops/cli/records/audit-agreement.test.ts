import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexOf } from '../../../backup/objects.ts';
import type { AuditRow } from '../../../client/index.ts';
import { Failure } from '../../failure.ts';
import { agreeing } from './audit-agreement.ts';
import { type AuditChain, exportedLine } from './audit-file.ts';

const source = '192.0.2.1';
const rowOf = (number: number, mark: number): AuditRow =>
  ({ number, action: 'stop', source, subject: mark, digest: new Uint8Array(32).fill(mark) }) as AuditRow;

/** Entries 4 to 9 of a file; the end is marked 7, and so is the first entry. */
const chain: AuditChain = {
  first: 4,
  last: 9,
  digest: hexOf(rowOf(9, 7).digest),
  unproven: exportedLine(rowOf(4, 7)),
};

type Said = 'silent' | 'behind' | { readonly first?: number; readonly last?: number; readonly from?: number };

/** What the verification of the file says where replicas 1, 2 … say so. */
async function verdict(said: readonly Said[]) {
  const askedOf = new Set<number>();
  const ids = said.map((_, at) => at + 1);
  const entryOf = async (id: number, number: number): Promise<AuditRow | undefined> => {
    askedOf.add(id);
    const one = said[id - 1]!;
    if (one === 'silent') throw new Error('no answer');
    if (one === 'behind') return undefined;
    const { first = 7, last = 7, from = 1 } = one;
    return rowOf(Math.max(from, number), number === 4 ? first : last);
  };
  const outcome = await agreeing(ids, chain, entryOf).catch((error: unknown) => error);
  assert.deepEqual([...askedOf], ids, 'each is asked');
  return outcome;
}

const textOf = async (...said: Said[]): Promise<string> => {
  const outcome = await verdict(said);
  assert.ok(outcome instanceof Failure, JSON.stringify(outcome));
  return outcome.message;
};

test('where all say the same, the file is theirs, and its first entry is proven by one that keeps it', async () => {
  const outcome = { replicas: [1, 2, 3], silent: [], behind: [], forgot: [] };
  assert.deepEqual(await verdict([{}, {}, {}]), { ...outcome, isFirstProven: true });
  const later = { from: 5 };
  assert.deepEqual(await verdict([later, later, later]), { ...outcome, isFirstProven: false });
});

test('one replica that differs is named with those that say the same, whichever is asked first', async () => {
  for (const at of [0, 1, 2]) {
    const said: Said[] = [{}, {}, {}];
    said[at] = { last: 8 };
    const same = [1, 2, 3].filter((id) => id !== at + 1).join(', ');
    assert.equal(
      await textOf(...said),
      `Entry 9 differs at replica ${at + 1}. Of replicas 1, 2, 3 the same is said by replicas ${same}. ` +
        'The file is that of the majority: the state of the other is wrong. See "lockstep diverged".',
    );
  }
});

test('a file that most replicas contradict is wrong itself, and each of them is named', async () => {
  const outcome = await verdict([{ last: 8 }, {}, { last: 8 }]);
  assert.ok(outcome instanceof Failure);
  assert.match(outcome.message, /^Entry 9 differs at replicas 1, 3\. .*said by replica 2\. .*was changed/);
  assert.deepEqual(outcome.details, {
    replicas: [2],
    isFirstProven: true,
    silent: [],
    behind: [],
    forgot: [],
    differing: [1, 3],
    differingFirst: [],
  });
  assert.match(await textOf({ last: 8 }, { last: 8 }, { last: 8 }), /None of replicas 1, 2, 3 says the same/);
  assert.match(
    await textOf({ first: 8 }, { first: 8 }, { first: 8 }),
    /^Entry 4, the first of the file, differs at replicas 1, 2, 3\. .*was changed/,
  );
});

test('those that are silent, behind or have forgotten are named, and count as none that says the same', async () => {
  const outcome = (await verdict([{}, 'silent', {}])) as { readonly silent: readonly number[] };
  assert.deepEqual(outcome.silent, [2]);
  assert.match(
    await textOf('silent', {}, 'behind'),
    /said by replica 2\. No answer came from replica 1\. Entry 9 has not come to replica 3 yet\. .*"lockstep status"/,
  );
  assert.match(
    await textOf({ from: 40 }, { from: 40 }, {}),
    /Entry 9 is not kept any more by replicas 1, 2\. Export the entries from 40 on/,
  );
});
