/**
 * The everyday share of the hunt: no entry of the catalogue is out of date, four defects are found, and one is not.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutants } from './catalog.ts';
import { ProofLedger } from './ledger.ts';
import type { Mutant } from './mutant.ts';
import { documentOf, rowsIn } from './report.ts';
import { isGood, runRound } from './round.ts';
import { editProblem } from './source-copy.ts';

const root = join(import.meta.dirname, '../../..');
/** Each shows in the first seeds, by another checker. */
const quick = [
  'newcomers-first',
  'no-pre-vote',
  'permission-not-checked',
  'answers-of-an-earlier-round-count',
];
const seedsMax = 6;

test('every planted bug still has its place in the sources, exactly once', () => {
  const problems: string[] = [];
  for (const { name, edits } of mutants) {
    const texts = new Map<string, string>();
    for (const edit of edits) {
      const text = texts.get(edit.file) ?? readFileSync(join(root, 'src', edit.file), 'utf8');
      const problem = editProblem(edit, text);
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
      texts.set(
        edit.file,
        text.replace(edit.find, () => edit.replace),
      );
    }
    assert.ok(edits.length > 0, `${name} changes something`);
  }
  assert.deepEqual(problems, []);
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length, 'names are distinct');
});

test('an edit is refused whose place is missing, is there twice, or which changes nothing', () => {
  const edit = { file: 'x.ts', find: 'a', replace: 'b' };
  assert.equal(editProblem(edit, 'xax'), undefined);
  assert.match(editProblem(edit, 'x') ?? '', /does not hold/);
  assert.match(editProblem(edit, 'axa') ?? '', /2 times/);
  assert.match(editProblem({ ...edit, replace: 'a' }, 'xax') ?? '', /changes nothing/);
});

test('four quick ones are found, and nothing where there is none or a change breaks nothing', async () => {
  const harmless: Mutant = {
    name: 'harmless',
    defect: 'Nothing is wrong.',
    breaks: 1,
    expected: ['agreement'],
    edits: [{ file: 'raft/quorum.ts', find: 'Math.floor(voters / 2) + 1', replace: '(voters >> 1) + 1' }],
    seedsMax: 1,
  };
  const stale: Mutant = {
    ...harmless,
    name: 'stale',
    edits: [{ file: 'raft/quorum.ts', find: 'no such text', replace: '' }],
  };
  const wanted = quick.map((name) => ({ ...mutants.find((mutant) => mutant.name === name)!, seedsMax }));
  const ledger = new ProofLedger(root, undefined, '-');
  const round = await runRound({ root, mutants: [...wanted, harmless, stale], jobs: 1, ledger });
  assert.deepEqual(
    round.mutants.map(({ mutant, verdict }) => `${mutant.name} ${verdict}`),
    [...quick.map((name) => `${name} found`), 'harmless survived', 'stale stale'],
  );
  assert.equal(isGood(round), false);
  assert.ok(isGood({ ...round, mutants: round.mutants.slice(0, quick.length) }));
});

test('the page keeps the rows of mutants that were found before, and names those that have none yet', () => {
  const [one, two, three] = mutants as [Mutant, Mutant, Mutant];
  const finding = { seed: 3, seeds: 4, checkers: ['feed', ...one.expected], example: '', seconds: 2 };
  const found = (mutant: Mutant, commit: string) => ({ mutant, verdict: 'found', finding, commit }) as const;
  const clean = [{ profile: undefined, finding: { ...finding, checkers: [] }, commit: 'bbbbbbbb' }];
  const first = documentOf({ mutants: [found(one, 'aaaaaaaa')], clean: [] }, [one, two, three], '');
  assert.match(first, /^\| `commit-before-quorum` .* \| 3 \| 2\.0 \| aaaaaaaa \|$/m);
  assert.match(first, new RegExp(`No row yet: \`${two.name}\`, \`${three.name}\`\\.`));
  const second = documentOf({ mutants: [found(two, 'bbbbbbbb')], clean }, [one, two], first);
  assert.deepEqual([...rowsIn(second).keys()], [one.name, two.name]);
  assert.match(second, /^\| `commit-before-quorum` .* \| aaaaaaaa \|$/m);
  assert.match(second, /^\| `bbbbbbbb` \| all profiles, 4 seeds \|$/m);
  assert.match(second, /^All 2 mutants were found\.$/m);
  const third = documentOf({ mutants: [found(one, 'cccccccc')], clean: [] }, [one], second);
  assert.deepEqual([...rowsIn(third).keys()], [one.name]);
  assert.match(third, /^\| `bbbbbbbb` \| all profiles, 4 seeds \|$/m);
});
