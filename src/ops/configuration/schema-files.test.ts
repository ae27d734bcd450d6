import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { schemaFiles } from './testing/schema-files.ts';

const isRewriting = process.env['REWRITE'] === '1';

test('the published schema, and the check that is made of it, are those of the keys', () => {
  for (const [path, text] of Object.entries(schemaFiles())) {
    const file = join(import.meta.dirname, '../../..', path);
    if (isRewriting) writeFileSync(file, text);
    const isCurrent = readFileSync(file, 'utf8') === text;
    assert.ok(
      isCurrent,
      `${path} is of other keys: npm test -- src/ops/configuration/schema-files.test.ts --rewrite`,
    );
  }
});
