import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../failure.ts';
import { loadFolderFile } from './folder-files.ts';

const good = {
  cut: { epoch: 2, index: 5, term: 3, seq: 9, timeUs: 1, terms: [{ term: 3, index: 1 }] },
  returned: { seq: 0 },
  lost: { fromSeq: 1, commands: 2, accounts: 1 },
};

test('what a folder that was set aside leaves behind is read as it was written, or refused with what helps', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'file.json');
  assert.equal(loadFolderFile(path, 'cut'), undefined);
  for (const name of ['cut', 'returned', 'lost'] as const) {
    writeFileSync(path, JSON.stringify({ ...good[name], later: 1 }));
    assert.deepEqual(loadFolderFile(path, name), { ...good[name], later: 1 });
    for (const key of Object.keys(good[name]))
      for (const wrong of [undefined, null, -1, 'x', {}]) {
        writeFileSync(path, JSON.stringify({ ...good[name], [key]: wrong }));
        assert.throws(
          () => loadFolderFile(path, name),
          (error) => error instanceof Failure && error.message.startsWith(`${path} is damaged: ${key}: `),
          `${name} ${key} ${wrong}`,
        );
      }
  }
});
