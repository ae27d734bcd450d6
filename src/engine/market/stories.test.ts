/**
 * Plays the stories of stories/: orders, what they lead to, and the book behind them. After a change of the market
 * write them again with `npm test -- src/engine/market/stories.test.ts --rewrite`, and keep only differences that you
 * understand.
 */
import { join } from 'node:path';
import { test } from 'node:test';
import { checkStory, storiesIn } from '../../std/testing/transcripts.ts';
import { playMarket } from '../testing/market-story.ts';

for (const { name, path } of storiesIn(join(import.meta.dirname, 'stories')))
  test(`story of the market: ${name}`, () => checkStory(path, /^# [A-Z].*\.$/s, playMarket));
