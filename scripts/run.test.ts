import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('before "npm ci" a program of the checkout says what is missing; afterwards it gets its arguments', (t) => {
  const checkout = mkdtempSync(join(tmpdir(), 'lockstep-run-'));
  t.after(() => rmSync(checkout, { recursive: true }));
  mkdirSync(join(checkout, 'scripts'));
  cpSync(new URL('run.js', import.meta.url), join(checkout, 'scripts/run.js'));
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
  writeFileSync(join(checkout, 'show.ts'), 'console.log(JSON.stringify(process.argv.slice(2) as string[]));');
  const run = (): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['scripts/run.js', 'show.ts', 'one', '--two'], {
      cwd: checkout,
      encoding: 'utf8',
    });
  const before = run();
  assert.equal(before.status, 1);
  assert.match(before.stderr, /they are not installed\. Run "npm ci" in the checkout first\.\n$/);
  mkdirSync(join(checkout, 'node_modules'));
  assert.equal(run().stdout, '["one","--two"]\n');
});

test('each program of package.json that needs them goes this way', () => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(manifest) as { readonly scripts: Readonly<Record<string, string>> };
  for (const [name, command] of Object.entries(scripts)) {
    assert.doesNotMatch(
      command,
      /node \S+\.ts/,
      `npm run ${name} starts a file that an old Node cannot read`,
    );
  }
});
