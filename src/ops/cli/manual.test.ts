import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { manualFiles, manualText } from './manual.ts';
import { programOn } from './program.ts';

const silent = { print: () => undefined, printError: () => undefined, isScreen: false };

test('manual page and completions of the package say what --help says', async () => {
  const program = await programOn(silent);
  for (const [form, file] of Object.entries(manualFiles)) {
    const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
    const text = manualText(program, form);
    if (process.env['REWRITE'] === '1') writeFileSync(path, text);
    assert.equal(
      readFileSync(path, 'utf8'),
      text,
      `${file} is old: npm test -- src/ops/cli/manual.test.ts --rewrite`,
    );
  }
});

test('completion for bash offers commands, their parts and their options', async () => {
  const script = manualText(await programOn(silent), 'bash');
  const completed = (...words: string[]): string[] => {
    const line = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _lockstep; echo "\${COMPREPLY[*]}"`;
    return spawnSync('bash', ['-c', `${script}\n${line}`], { encoding: 'utf8' })
      .stdout.trim()
      .split(' ');
  };
  assert.deepEqual(completed('lockstep', 'gatew'), ['gateway']);
  assert.ok(completed('lockstep', 'members', '').includes('replace'));
  assert.ok(completed('lockstep', 'members', 'replace', '--').includes('--confirm'));
  assert.deepEqual(completed('lockstep', 'status', '--wat'), ['--watch']);
  const modes = completed('lockstep', 'mode', '').filter((word) => !word.startsWith('-'));
  assert.deepEqual(modes, ['open', 'cancel-only', 'read-only', 'halted']);
  assert.deepEqual(completed('lockstep', 'members', 'prefer', '2', 'n'), ['normal', 'never']);
  assert.deepEqual(completed('lockstep', 'members', 'add', '4', '--role', 'w'), ['witness']);
  assert.deepEqual(completed('lockstep', 'export', '--format', ''), ['jsonl', 'csv']);
  assert.ok(completed('lockstep', 'members', 'add', '4', '--role', 'spare', '--').includes('--confirm'));
});
