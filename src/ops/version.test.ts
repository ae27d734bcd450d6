import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { calledAs, calledThere, programFile } from './version.ts';

test('printed commands call the program in a way that works from the folder where they are printed', () => {
  assert.equal(calledAs(dirname(dirname(programFile))), 'npx lockstep');
  assert.equal(calledAs(tmpdir()), programFile);
});

test('a command that is printed for another machine has no path of this one', () => {
  assert.equal(calledThere(dirname(dirname(programFile))), 'npx lockstep');
  assert.equal(calledThere(tmpdir()), 'lockstep');
});
