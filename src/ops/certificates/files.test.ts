import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { onShortDisk, shortDiskBytes } from '../testing/short-disk.ts';
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

test('a disk that runs full in the middle of a file leaves the former one', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'revoked.json');
  replaceFile(path, 'former');
  const code = `
    const { replaceFile } = await import(${JSON.stringify(import.meta.resolve('./files.ts'))});
    let said = '';
    try {
      replaceFile(process.argv[1], 'x'.repeat(${3 * shortDiskBytes}));
    } catch (error) {
      said = error.message;
    }
    if (!/cannot be written: .*EFBIG.*The former file is unchanged/.test(said)) throw new Error(said);
  `;
  onShortDisk(code, path);
  assert.deepEqual([readFileSync(path, 'utf8'), readdirSync(folder)], ['former', ['revoked.json']]);
});
