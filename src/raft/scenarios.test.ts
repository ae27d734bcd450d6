/**
 * Plays the stories of scenarios/: each must lead to the transcript in its file. After a change of the core write the
 * transcripts again with `npm test -- src/raft/scenarios.test.ts --rewrite`, and keep only differences that you
 * understand.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { partsOf, play, storyOf } from './testing/story.ts';

const folder = join(import.meta.dirname, 'scenarios');
const isRewriting = process.env['REWRITE'] === '1';
/** A story opens with what it proves, and where the rule comes from. */
const opening = /^# [A-Z].*\((?:.*)(?:paper|thesis|FAILURES|ARCHITECTURE)(?:.*)\)\.$/s;

for (const name of readdirSync(folder).sort()) {
  test(`scenario ${name.replace(/\.txt$/, '')}`, () => {
    const path = join(folder, name);
    const story = readFileSync(path, 'utf8');
    const parts = partsOf(story);
    const [first] = parts;
    assert.match(
      first?.text.join(' ').replaceAll(' # ', ' ') ?? '',
      opening,
      'a story opens with its source',
    );
    const played = play(parts);
    if (isRewriting) return writeFileSync(path, storyOf(played));
    for (const [n, { line, text, expected }] of parts.entries()) {
      const happened = played[n]?.expected;
      if (happened?.join('\n') === expected?.join('\n')) continue;
      assert.fail(
        [
          `${name}, line ${line}:`,
          ...text,
          '---- expected',
          ...(expected ?? []),
          '---- happened',
          ...(happened ?? []),
        ].join('\n'),
      );
    }
    assert.equal(storyOf(parts), story, `${name}: blocks are parted by one empty line`);
  });
}
