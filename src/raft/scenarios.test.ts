/**
 * Plays the stories of scenarios/: each must lead to the transcript in its file. After a change of the core write the
 * transcripts again with `npm test -- src/raft/scenarios.test.ts --rewrite`, and keep only differences that you
 * understand.
 */
import { join } from 'node:path';
import { test } from 'node:test';
import { checkStory, storiesIn } from '../std/testing/transcripts.ts';
import { play } from './testing/story.ts';

/** A story opens with what it proves, and where the rule comes from. */
const opening = /^# [A-Z].*\((?:.*)(?:paper|thesis|FAILURES|ARCHITECTURE)(?:.*)\)\.$/s;

for (const { name, path } of storiesIn(join(import.meta.dirname, 'scenarios')))
  test(`scenario ${name}`, () => checkStory(path, opening, play));
