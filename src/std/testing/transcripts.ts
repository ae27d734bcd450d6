/**
 * Stories in text files: blocks of commands, `----`, and what they lead to. A test plays a story and compares; with
 * `--rewrite` it writes the file instead, and the difference is read before it is committed.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A block of a story, or the comments between blocks. */
export interface StoryPart {
  /** Line of the file where it begins, from 1. */
  readonly line: number;
  readonly text: readonly string[];
  /** Undefined for comments. */
  readonly expected: readonly string[] | undefined;
}

const isRewriting = process.env['REWRITE'] === '1';

/** The stories of a folder, by their names. */
export function storiesIn(folder: string): { readonly name: string; readonly path: string }[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ name: basename(file, '.txt'), path: join(folder, file) }));
}

/** `opening`: what the first comment of each story looks like. `play` gives the parts with what really happened. */
export function checkStory(
  path: string,
  opening: RegExp,
  play: (parts: readonly StoryPart[]) => readonly StoryPart[],
): void {
  const name = basename(path);
  const story = readFileSync(path, 'utf8');
  const parts = partsOf(story);
  const [first] = parts;
  assert.match(
    first?.text.join(' ').replaceAll(' # ', ' ') ?? '',
    opening,
    `${name}: a story opens with what it proves`,
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
}

function partsOf(story: string): StoryPart[] {
  const parts: StoryPart[] = [];
  const lines = story.replace(/\n$/, '').split('\n');
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] === '') continue;
    const start = at;
    while (at < lines.length && lines[at] !== '') at++;
    const block = lines.slice(start, at);
    const rule = block.indexOf('----');
    const isComment = rule === -1 && block.every((line) => line.startsWith('#'));
    assert.ok(isComment || rule > 0, `line ${start + 1}: a block is commands, "----" and what they lead to`);
    parts.push({
      line: start + 1,
      text: isComment ? block : block.slice(0, rule),
      expected: isComment ? undefined : block.slice(rule + 1),
    });
  }
  return parts;
}

/** The text of a story from its parts. */
function storyOf(parts: readonly StoryPart[]): string {
  const blocks = parts.map(({ text, expected }) =>
    (expected === undefined ? text : [...text, '----', ...expected]).join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}

/** Plays the commands of each block; `perform` gives what one of them led to. */
export function playParts(
  parts: readonly StoryPart[],
  perform: (command: string) => readonly string[],
): StoryPart[] {
  return parts.map((part) => {
    if (part.expected === undefined) return part;
    const lines: string[] = [];
    for (const command of part.text) {
      if (command.startsWith('#')) continue;
      try {
        lines.push(...perform(command));
      } catch (error) {
        throw new Error(`line ${part.line}: "${command}" cannot be played: ${String(error)}`, {
          cause: error,
        });
      }
    }
    return { ...part, expected: lines.length === 0 ? ['nothing'] : lines };
  });
}
