import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventKinds, isWanted, kindNames } from './event-kinds.ts';

test('docs/HOOKS.md lists every kind of event, with its severity and its meaning', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/HOOKS.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \| (.+) \|$/gm)].map((row) => row.slice(1, 4));
  assert.deepEqual(
    rows,
    kindNames.map((name) => [name, eventKinds[name].severity, eventKinds[name].meaning]),
  );
});

test('a hook hears of the kinds that it names, of all, or of faults', () => {
  assert.deepEqual(
    kindNames.filter((name) => isWanted(['diskFull', 'leaderChanged'], name)),
    ['leaderChanged', 'diskFull'],
  );
  assert.deepEqual(
    kindNames.filter((name) => isWanted(['all'], name)),
    kindNames,
  );
  assert.equal(isWanted(['fault'], 'leaderChanged'), false);
  assert.equal(isWanted(['fault'], 'memberLost'), true);
  assert.equal(isWanted(['becomeLeader'], 'leaderChanged'), false);
});
