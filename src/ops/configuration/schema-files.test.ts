import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { schemaFiles } from '../testing/schema-files.ts';

const isRewriting = process.env['REWRITE'] === '1';

test('the published schema, and the checks that were made beforehand, are those of what is declared', () => {
  for (const [path, text] of Object.entries(schemaFiles())) {
    const file = join(import.meta.dirname, '../../..', path);
    if (isRewriting) writeFileSync(file, text);
    const isCurrent = readFileSync(file, 'utf8') === text;
    assert.ok(
      isCurrent,
      `${path} is of other declarations: npm test -- src/ops/configuration/schema-files.test.ts --rewrite`,
    );
  }
});
