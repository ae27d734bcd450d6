import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedKeys, tellFileChanges } from './file-changes.ts';
import { loadConfiguration } from './load.ts';

test('the keys that differ are named, those in lists by their place, and no values', () => {
  const before = { a: 1, b: { c: [{ d: 1 }, { d: 2 }], e: 'x' }, f: undefined };
  assert.deepEqual(changedKeys(before, structuredClone(before)), []);
  assert.deepEqual(changedKeys(before, { a: 2, b: { c: [{ d: 1 }, { d: 3 }, { d: 4 }], e: 'x' }, g: 0 }), [
    'a',
    'b.c[1].d',
    'b.c[2]',
    'g',
  ]);
});

test('at SIGHUP a process says what its next start would find in its configuration file', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'lockstep.json');
  const write = (keys: object): void => writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  write({ keys: { operator: 'ab'.repeat(32) } });
  const loaded = loadConfiguration({ config: file, data: join(folder, 'data'), gatewayPort: 9_000 });
  const said = (): string => {
    const lines: string[] = [];
    const into =
      (level: string) =>
      (...words: unknown[]): void =>
        void lines.push(`${level}: ${words.map((word) => JSON.stringify(word)).join(' ')}`);
    const log = { info: into('info'), warn: into('warn'), error: into('error') };
    tellFileChanges(loaded, log as never);
    assert.equal(lines.length, 1);
    return lines[0]!;
  };
  assert.match(said(), /^info: .*says what it said at the start/);
  write({ keys: { operator: 'cd'.repeat(32) }, durability: 'memory' });
  assert.match(said(), /^warn: .*durability, keys\.operator\. .*restart/);
  assert.doesNotMatch(said(), /abab|cdcd/);
  write({ durabilty: 'memory' });
  assert.match(said(), /^error: .*wrong now: a start with it would fail.*durabilty: unknown key/);
  rmSync(file);
  assert.match(said(), /^error: .*There is no configuration file/);
  assert.match(said(), /^error: .*goes on as it was started/);
});
