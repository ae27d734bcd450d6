import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatedTypesOf } from './type-names.ts';

const place = { path: 'src/gateway/place.ts', text: 'export interface Place { readonly row: number }' };

function problemsWith(path: string, text: string): number {
  return repeatedTypesOf([place, { path, text }]).length;
}

test('the name of an exported type stands for one type in the whole project', () => {
  for (const declaration of ['interface Place {}', 'type Place = number;', 'class Place {}']) {
    assert.equal(problemsWith('src/io/place.ts', `export ${declaration}`), 1);
    assert.equal(problemsWith('src/io/testing/place.ts', `export ${declaration}`), 1);
    assert.equal(
      problemsWith('src/io/place.ts', declaration),
      1,
      'a type of one file hides the exported one',
    );
  }
});

test('a type of one file may be called like one of another file, and in tests like any', () => {
  assert.deepEqual(
    repeatedTypesOf([
      { path: 'src/io/one.ts', text: 'interface Waiting {}' },
      { path: 'src/io/two.ts', text: 'type Waiting = number;' },
    ]),
    [],
  );
  assert.equal(problemsWith('src/io/place.test.ts', 'interface Place {}'), 0);
  assert.equal(problemsWith('test/place.test.ts', 'interface Place {}'), 0);
});

test('a constant and its type, and a name that is handed on, are one declaration', () => {
  assert.equal(problemsWith('src/io/mode.ts', 'export const Mode = 1; export type Mode = typeof Mode;'), 0);
  assert.equal(problemsWith('src/io/index.ts', "export type { Place } from '../gateway/place.ts';"), 0);
});

test('a value that is called like a type is named', () => {
  assert.equal(problemsWith('src/io/place.ts', 'export const Place = { near: 1 };'), 1);
  assert.equal(problemsWith('src/io/place.ts', 'export const PLACE = 1; export const place = 2;'), 0);
});
