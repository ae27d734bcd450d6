import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeptFile } from './kept-file.ts';

test('what cannot be written down is said once, and again where it had been written since', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inner = join(folder, 'inner');
  const warnings: string[] = [];
  const kept = new KeptFile(join(inner, 'kept.json'), 'what was seen', (text) => warnings.push(text));
  assert.equal(await kept.write('1'), false);
  assert.equal(await kept.write('2'), false);
  assert.match(warnings.join(), /^what was seen cannot be written down: ENOENT[^,]*,[^,]*$/);
  mkdirSync(inner);
  assert.equal(await kept.write('3'), true);
  assert.equal(readFileSync(join(inner, 'kept.json'), 'utf8'), '3');
  rmSync(inner, { recursive: true });
  assert.equal(await kept.write('4'), false);
  assert.equal(warnings.length, 2);
});
