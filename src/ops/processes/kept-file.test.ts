import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KeptFile } from './kept-file.ts';

const areNumbers = (json: unknown): json is readonly number[] =>
  Array.isArray(json) && json.every((each) => typeof each === 'number');

test('what was written is read by the next life; a spoiled file is said, and none', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'kept.json');
  const warnings: string[] = [];
  const kept = new KeptFile(path, 'what was counted', (text) => void warnings.push(text));
  assert.equal(kept.load(areNumbers), undefined);
  assert.equal(await kept.write('[1,2]'), true);
  assert.deepEqual(kept.load(areNumbers), [1, 2]);
  assert.deepEqual(warnings, []);
  for (const text of ['', '[1,', '{}', '["one"]']) {
    writeFileSync(path, text);
    assert.equal(kept.load(areNumbers), undefined);
    assert.match(
      warnings.pop() ?? '',
      /kept\.json is damaged, so that what was counted is not known from before/,
    );
  }
});
