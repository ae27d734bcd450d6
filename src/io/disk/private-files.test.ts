import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderMode, makeFolder } from './private-files.ts';

test('a folder is made with those above it, for its owner alone, and what cannot be made is refused at once', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  makeFolder(join(folder, 'a', 'b', 'c'));
  for (const path of ['a', 'a/b', 'a/b/c'])
    assert.equal(statSync(join(folder, path)).mode & 0o777, folderMode, path);
  makeFolder(join(folder, 'a', 'b', 'c'));
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => makeFolder(join(folder, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(folder, 'file', 'below')), { code: 'ENOTDIR' });
  assert.throws(() => makeFolder('/proc/lockstep/data'), { code: 'ENOENT' });
});
