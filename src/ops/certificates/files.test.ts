import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFile } from './files.ts';

const skip = process.getuid?.() === 0 ? false : 'only root may give a folder to another user';
/** As on every Debian. */
const nobody = 65_534;

test('what root writes into the folder of another user is for that one to read, and else for root', {
  skip,
}, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'revoked.json');
  const ownerOf = (): number[] => {
    replaceFile(path, '[]\n');
    const { uid, gid, mode } = statSync(path);
    return [uid, gid, mode & 0o777];
  };
  assert.deepEqual(ownerOf(), [0, 0, 0o600]);
  chownSync(folder, nobody, nobody);
  assert.deepEqual(ownerOf(), [nobody, nobody, 0o600]);
});
