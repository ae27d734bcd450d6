// Every command of the documents is run by a test, with the options that the documents give it: each option at least
// once with its command. What tests run is read from their sources.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Argument, type ArrayExpressionElement, parseSync, Visitor } from 'oxc-parser';
import { programOn } from '../src/ops/cli/program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesIn = (...globs: readonly string[]): string[] => globSync([...globs], { cwd: root }).sort();
const documents = filesIn(
  '*.md',
  'docs/*.md',
  'packages/*/README.md',
  'deploy/README.md',
  'deploy/{monitoring,container}/*.yaml',
);
/** What these hold are mistakes, or no lines at all. */
const notRun = ['src/ops/cli/program.test.ts', 'src/ops/configuration/secrets.test.ts'];
const sources = filesIn('test/**/*.ts', 'src/**/*.test.ts', 'src/**/testing/*.ts', 'src/chaos/*.ts').filter(
  (path) => !notRun.includes(path),
);
/** Callees that run the words of a command, or keep them for one that does. */
const running: readonly string[] = [
  ...[
    'run',
    'said',
    'alone',
    'runWords',
    'runCommandLine',
    'command',
    'spawn',
    'lockstep',
    'line',
    'told',
    'said',
    'give',
    'add',
  ],
];
/** Callees that know the first words themselves, by file; `[]` are the lists there. */
const prefixes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'src/ops/cli/setup/certificates.test.ts': { good: ['certificates'] },
  'src/ops/cli/backups/backup.test.ts': { '[]': ['backup'] },
  'test/ctrl-c.test.ts': { journal: ['journal'] },
  'test/replay.test.ts': { runReplay: ['replay'], '[]': ['replay'] },
};
/** What tests run in other ways. */
const otherwise: Readonly<Record<string, string>> = {
  'backup run': 'test/backup.test.ts: "lockstep up" starts it',
  'site follow': 'src/chaos/test-sites.ts: "lockstep up" starts it',
  'drill failover': 'test/long/drills.test.ts',
  'drill restore': 'test/long/drills.test.ts',
  'drill site-loss': 'test/long/drills.test.ts',
};

/** A command by its names, such as `members add`, and again with each of its options. */
function runsIn(program: Command, words: readonly string[]): string[] {
  let command = program;
  const names: string[] = [];
  for (const word of words) {
    const part = command.commands.find((each) => each.name() === word);
    if (part === undefined) break;
    command = part;
    names.push(word);
  }
  if (names.length === 0) return [];
  const path = names.join(' ');
  const options = words.filter((word) => command.options.some(({ long }) => long === word));
  // With a part of a group the group is run.
  const groups = names.map((_, n) => names.slice(0, n + 1).join(' '));
  return [...groups, ...options.map((option) => `${path} ${option}`)];
}

/** The lines of blocks of a shell; by default of all. */
function linesOfBlocks(text: string, heads = /^```sh[^\n]*\n([\s\S]*?)^```/gm): string[] {
  return [...text.matchAll(heads)].flatMap(([, block]) =>
    [...block!.replaceAll('\\\n', ' ').matchAll(/(?<=^| )lockstep (?!: |-- )[^\n|#]+/gm)].map(
      ([line]) => line,
    ),
  );
}

/** Commands in a document; of `certificates init|show` each. */
function documented(program: Command, text: string): string[] {
  const lines = [
    ...[...text.matchAll(/`(?:npx )?(lockstep [^`]+)`/g)].map(([, line]) => line!.replaceAll(/\s+/g, ' ')),
    ...linesOfBlocks(text),
    ...[...text.matchAll(/"(lockstep [^"]+)"/g)].map(([, line]) => line!),
  ];
  return lines.flatMap((line) => {
    const words = line
      .replaceAll(/[[\]()…,;.]/g, ' ')
      .split(/\s+/)
      .slice(1);
    const [first = '', second = '', ...rest] = words;
    return second.split(/\\?\|/).flatMap((each) => runsIn(program, [first, each, ...rest]));
  });
}

/** Commands that a source runs: the words of calls and of lists, and lines of a shell. */
function runBy(program: Command, path: string): string[] {
  const runs: string[] = [];
  const names = program.commands.map((each) => each.name());
  const take = (
    parts: readonly (Argument | ArrayExpressionElement)[],
    before: readonly string[] = [],
  ): void => {
    const words = [...before, ...parts.flatMap((part) => textOfPart(part).split(' '))];
    const from = words.findIndex((word) => names.includes(word));
    if (from >= 0) runs.push(...runsIn(program, words.slice(from)));
  };
  const visitor = new Visitor({
    CallExpression: ({ callee, arguments: parts }) => {
      const { type } = callee;
      const name = type === 'MemberExpression' ? callee.property : callee;
      if (name.type !== 'Identifier') return;
      const before = prefixes[path]?.[name.name];
      if (before !== undefined || running.includes(name.name)) take(parts, before);
    },
    ArrayExpression: ({ elements }) => take(elements, prefixes[path]?.['[]']),
    Literal: ({ value }) => {
      if (typeof value === 'string' && value.startsWith('lockstep '))
        runs.push(...runsIn(program, value.split(' ').slice(1)));
    },
  });
  visitor.visit(parseSync(path, textOf(path)).program);
  return runs;
}

/** A text of a source; of a template what is fixed in it. */
function textOfPart(part: Argument | ArrayExpressionElement): string {
  if (part?.type === 'Literal' && typeof part.value === 'string') return part.value;
  return part?.type === 'TemplateLiteral' ? part.quasis.map(({ value }) => value.cooked).join('…') : '';
}

test('every command of the documents is run by a test, with each option that they give it', async () => {
  const program = await programOn({ print: () => undefined, printError: () => undefined, isScreen: false });
  // Two pages are run word for word: test/long/deploy.test.ts runs the blocks that name machines, and
  // test/long/members.test.ts refuses a command of its page that it has not given.
  const deployed = linesOfBlocks(textOf('docs/DEPLOY.md'), /^```sh \w+\n([\s\S]*?)^```/gm);
  const given = linesOfBlocks(textOf('docs/MEMBERS.md'));
  const run = new Set([
    ...sources.flatMap((path) => runBy(program, path)),
    ...Object.keys(otherwise),
    ...[...deployed, ...given].flatMap((line) => runsIn(program, line.split(/\s+/).slice(1))),
  ]);
  const missing = new Map<string, string>();
  for (const file of documents)
    for (const each of documented(program, textOf(file))) if (!run.has(each)) missing.set(each, file);
  assert.deepEqual(
    [...missing].map(([each, file]) => `${file}: ${each}`),
    [],
  );
});
