import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { faults } from './faults/all.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const written = ['docs/FMEA.md', 'docs/DEGRADATION.md', 'src/ops/availability/measured.ts'].map(
  (name) => new URL(`../../${name}`, import.meta.url),
);

async function chaos(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...words]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test('without a name the lab lists each fault, and a name that is not known is refused', async () => {
  const { code, stdout } = await chaos();
  assert.equal(code, 0);
  for (const { name } of faults) assert.ok(stdout.includes(`\n${name} `), name);
  const refused = await chaos('leader-tired');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /no fault "leader-tired"; allowed: /);
});

test('documents are written from results alone: without any, or beside a run, nothing changes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const before = written.map((file) => readFileSync(file, 'utf8'));
  const file = join(folder, 'none.jsonl');
  const empty = await chaos('--write-docs', '--results', file);
  assert.equal(empty.code, 1);
  assert.equal(
    empty.stderr,
    `${file} has no results, so there is nothing to write. Make some first, with --all.\n`,
  );
  for (const words of [['--all'], ['--soak'], ['leader-killed']]) {
    const both = await chaos('--write-docs', ...words, '--results', file);
    assert.equal(both.code, 2, words[0]);
    assert.match(both.stderr, /--write-docs writes what the results have, and runs nothing/);
  }
  assert.deepEqual(
    written.map((each) => readFileSync(each, 'utf8')),
    before,
  );
});
