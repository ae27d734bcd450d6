import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circlesOf } from './circles.ts';

function house(files: Readonly<Record<string, string>>): string[] {
  return circlesOf(Object.entries(files).map(([path, text]) => ({ path, text })));
}

test('arrows in one direction are no circle', () => {
  const found = house({
    'src/a/top.ts': "import { x } from './low/x.ts'; import type { Y } from '../b/y.ts';",
    'src/a/low/x.ts': "import { z } from './z.ts'; export const x = z;",
    'src/a/low/z.ts': 'export const z = 1;',
    'src/b/y.ts': 'export type Y = 1;',
  });
  assert.deepEqual(found, []);
});

test('files that import each other are found, also where only types are meant', () => {
  const found = house({
    'src/a/x.ts': "import type { Y } from './y.ts';",
    'src/a/y.ts': "export type { X } from './z.ts';",
    'src/a/z.ts': "type X = import('./x.ts').X;",
  });
  const circle = 'src/a/x.ts → src/a/y.ts → src/a/z.ts → src/a/x.ts';
  assert.deepEqual(found, [`files import each other: ${circle}`, `folders import each other: ${circle}`]);
});

test('folders that import each other are found, though no file does', () => {
  const found = house({
    'src/a/one/x.ts': "import { y } from '../two/y.ts';",
    'src/a/one/deep/w.ts': 'export const w = 1;',
    'src/a/two/y.ts': 'export const y = 1;',
    'src/a/two/z.ts': "import { w } from '../one/deep/w.ts';",
  });
  assert.deepEqual(found, ['folders import each other: src/a/one → src/a/two → src/a/one']);
});

test('tests and their helpers may look at everything', () => {
  const found = house({
    'src/a/one/x.test.ts': "import { y } from '../two/y.ts';",
    'src/a/one/testing/x.ts': "import { y } from '../../two/y.ts';",
    'src/a/one/x.ts': 'export const x = 1;',
    'src/a/two/y.ts': "import { x } from '../one/x.ts'; export const y = x;",
  });
  assert.deepEqual(found, []);
});
