/** Fuzzes the command line: words that are nearly right. What a command would do is left out. */
import assert from 'node:assert/strict';
import { type Command, CommanderError } from 'commander';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedText, oddText } from '../../std/testing/fuzzing-text.ts';
import { Failure } from '../failure.ts';
import { programOn } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Of what is printed about a wrong command line, without its own words; the list of all commands is longest. */
const toldCharsMax = 4_000;
const good: readonly (readonly string[])[] = [
  ['up', '--demo', '--replicas', '3', '--fresh', '--gateway-port', '8080'],
  ['replica', '--id', '2', '--bootstrap', '--config', 'a.json'],
  ['gateway', '--config', 'a.json', '--data', 'b'],
  ['status', '--watch', '--json'],
  ['failover', '--to', '2', '--json'],
  ['snapshot', '--replica', '3'],
  ['members', 'rebuild', '--confirm', '1', '--switched-off', '2,3'],
  ['diverged', '--choose', '1', '--force'],
  ['void', 'decide', '17', '--force'],
  ['journal', 'inspect', 'data/replica-1', '--from', '5', '--to', '9', '--json'],
  ['journal', 'verify', 'data/replica-1'],
  ['certificates', 'request', 'replica/2', '--authorities', 'a.pem', '--out', 'b.pem'],
  ['certificates', 'revoke', 'gateway/1', '--reason', 'lost'],
  ['backup', 'restore', '--to-seq', '7', '--into', 'data', '--replicas', '3'],
  ['backup', 'restore', '--to-time', '2026-11-29T10:00:00Z', '--into', 'data', '--backup-folder', 'b'],
  ['export', '--from', '1', '--to', '9', '--format', 'csv'],
  ['watch', '--watcher', '3', '--rounds', '5', '--json'],
  ['watch', '--found', '1', '2'],
  ['config', '--json'],
  ['replay', 'flow.csv', '--format', 'bitstamp', '--own', '--json', '--kill-leader', '3'],
  ['curl', 'POST', '/v1/orders', '{"symbol":"BTC-USD"}'],
  ['demo', '--data', 'd'],
  ['--help'],
  ['--version'],
];

async function run(random: Random): Promise<void> {
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  const terminal: Terminal = { print: tell, printError: tell, isScreen: false };
  const words = wordsLike(random);
  const program = await programOn(terminal, words);
  let acted = 0;
  replaceActions(program, () => {
    acted++;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    assert.equal(acted, 1, 'a good command line starts one command');
  } catch (error) {
    if (error instanceof Failure) return;
    assert.ok(error instanceof CommanderError, `a wrong command line is told as one: ${String(error)}`);
    assert.equal(acted, 0, 'a wrong command line starts nothing');
    assert.ok(told.join('').length > 0, 'a wrong command line is told');
    const toldChars = told.join('').length - words.join('').length;
    if (error.exitCode !== 0) assert.ok(toldChars < toldCharsMax, 'in a few lines');
  }
}

function replaceActions(command: Command, action: () => void): void {
  for (const below of command.commands) {
    if (below.commands.length === 0) below.action(action);
    replaceActions(below, action);
  }
}

function wordsLike(random: Random): string[] {
  const words = [...random.pick(good)];
  for (let changes = random.below(4); changes > 0; changes--) {
    const at = random.below(words.length + 1);
    switch (random.below(5)) {
      case 0:
        words.splice(at, 1);
        break;
      case 1:
        words.splice(at, 0, random.pick(random.pick(good)));
        break;
      case 2:
        words.splice(at, 0, oddText(random));
        break;
      case 3:
        words[at] = mutatedText(random, words[at] ?? '--json');
        break;
      default:
        words[at] = random.pick([
          '--',
          '-',
          '-j',
          '--json=1',
          '--to=99',
          '--from=-1',
          '--id=1e1',
          '--replicas=',
        ]);
    }
  }
  return words;
}

export const commandLineFuzzer: Fuzzer = {
  name: 'command-line',
  property: 'A command line starts one command, or is told to be wrong in a few lines and starts none.',
  casesInTests: 300,
  run,
};
