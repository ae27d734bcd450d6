// Every command refuses what a tired hand types: nothing, too much, numbers that are none, words that are empty. What a
// command would do is left out: only whether it would begin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, CommanderError, type Option } from 'commander';
import { Failure } from '../failure.ts';
import { programOn } from './program.ts';
import { runWords } from './testing/command-line.ts';

const noNumbers: readonly string[] = ['-1', '1e3', '0x10', '1.5', 'two', ' ', '99999999999999999999'];
/** Of which a part may be meant. */
const fractions: readonly string[] = ['--hours'];

interface Leaf {
  readonly path: readonly string[];
  readonly command: Command;
}

function leavesOf(command: Command, path: readonly string[] = []): Leaf[] {
  return command.commands.flatMap((part) => {
    const own = [...path, part.name()];
    return part.commands.length === 0 ? [{ path: own, command: part }] : leavesOf(part, own);
  });
}

/** What is printed, and whether the command would have begun. */
async function tried(words: readonly string[]): Promise<{ readonly began: boolean; readonly said: string }> {
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  const program = await programOn({ print: tell, printError: tell, isScreen: false }, words);
  let began = false;
  for (const { command } of leavesOf(program))
    command.action(() => {
      began = true;
    });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof Failure || error instanceof CommanderError)) throw error;
    told.push(error.message);
  }
  return { began, said: told.join('\n') };
}

/** A word that each argument takes. */
function goodWords({ command }: Leaf): string[] {
  return command.registeredArguments.filter(({ required }) => required).map(goodWord);
}

function goodWord({ argChoices = [] }: { readonly argChoices?: readonly string[] }): string {
  return argChoices[0] ?? '1';
}

function requiredOptions({ command }: Leaf, but?: Option): string[] {
  return command.options
    .filter((option) => option.mandatory && option !== but)
    .flatMap((option) => [option.long!, goodWord(option)]);
}

async function refused(words: readonly string[], why: RegExp): Promise<void> {
  const { began, said } = await tried(words);
  const line = `lockstep ${words.map((word) => (word === '' ? "''" : word)).join(' ')}`;
  assert.ok(!began, `${line} begins`);
  assert.match(said, why, line);
}

const leaves = leavesOf(
  await programOn({ print: () => undefined, printError: () => undefined, isScreen: false }),
);

test('no command begins with an option that it does not know, a word too many, or one too few', async () => {
  assert.ok(leaves.length > 60);
  for (const leaf of leaves) {
    const words = [...leaf.path, ...goodWords(leaf), ...requiredOptions(leaf)];
    await refused([...words, '--no-such-option'], /unknown option '--no-such-option'/);
    const { registeredArguments } = leaf.command;
    if (!registeredArguments.some(({ variadic }) => variadic)) {
      const optional = registeredArguments.filter(({ required }) => !required).map(goodWord);
      await refused([...words, ...optional, 'too-many'], /too many arguments|no "members too-many"/);
    }
    const needed = goodWords(leaf);
    if (needed.length > 0)
      await refused(
        [...leaf.path, ...needed.slice(1), ...requiredOptions(leaf)],
        /missing required argument/,
      );
    for (const option of leaf.command.options.filter(({ mandatory }) => mandatory))
      await refused([...leaf.path, ...needed, ...requiredOptions(leaf, option)], /required option/);
  }
});

test('no command begins with an empty word, which a variable of a shell may be', async () => {
  for (const leaf of leaves) {
    const needed = goodWords(leaf);
    for (const option of leaf.command.options.filter(({ required }) => required))
      await refused(
        [...leaf.path, ...needed, ...requiredOptions(leaf, option), option.long!, ''],
        /is empty|is invalid|Allowed|"" is/,
      );
    for (const [at, { required }] of leaf.command.registeredArguments.entries())
      if (required)
        await refused(
          [...leaf.path, ...needed.with(at, ''), ...requiredOptions(leaf)],
          /is empty|is invalid|Allowed|"" is/,
        );
  }
});

test('no command begins with a number that is none, is negative or too large', async () => {
  let numbers = 0;
  for (const leaf of leaves) {
    const needed = goodWords(leaf);
    for (const option of leaf.command.options.filter(({ parseArg, argChoices }) => parseArg && !argChoices)) {
      const given = (text: string): string[] => [
        ...leaf.path,
        ...needed,
        ...requiredOptions(leaf, option),
        `${option.long}=${text}`,
      ];
      // One that takes a word is none of numbers.
      if ((await tried(given('two'))).began) continue;
      numbers++;
      for (const text of noNumbers)
        if (text !== '1.5' || !fractions.includes(option.long!))
          await refused(given(text), /is invalid|Allowed/);
    }
  }
  assert.ok(numbers > 40, `${numbers} options with numbers`);
});

test('every refusal of a command line ends with 2, and says so in JSON where that was asked for', async () => {
  for (const { path, command } of leaves) {
    const words = [...path, '--no-such-option'];
    assert.equal((await runWords(...words)).code, 2, path.join(' '));
    if (!command.options.some(({ long }) => long === '--json')) continue;
    const { code, out } = await runWords(...words, '--json');
    assert.equal(code, 2, path.join(' '));
    const last = JSON.parse(out.split('\n').at(-1)!) as { ok: boolean; error: string };
    assert.deepEqual([last.ok, last.error !== ''], [false, true], path.join(' '));
  }
});

test('help of every command says what each of its words and options is for', async () => {
  for (const { path, command } of leaves) {
    const { code, out } = await runWords(...path, '--help');
    assert.equal(code, 0, path.join(' '));
    assert.match(out, /^Usage: lockstep /, path.join(' '));
    for (const { flags, description } of command.options)
      assert.ok(description !== '' && out.includes(flags.split(' ').at(-1)!), `${path.join(' ')} ${flags}`);
  }
});
