import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { publishedSchema } from '../configuration/configuration.ts';
import { programOn } from './program.ts';
import { duration, table } from './terminal.ts';
import { runWords } from './testing/command-line.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('help and version are no errors', async () => {
  const help = await runWords('--help');
  assert.equal(help.code, 0);
  for (const name of [
    'up',
    'init',
    'doctor',
    'replica',
    'gateway',
    'where',
    'status',
    'failover',
    'snapshot',
    'journal',
    'config',
  ]) {
    assert.match(help.out, new RegExp(`^ {2}${name} `, 'm'), name);
  }
  assert.match((await runWords('--version')).out, /^\d+\.\d+\.\d+/);
});

test('the README says which commands take --json and --config', async () => {
  const { commands } = await programOn({
    print: () => undefined,
    printError: () => undefined,
    isScreen: false,
  });
  const without = (option: string): string[] =>
    commands
      .filter(
        ({ commands: parts, options }) =>
          ![...options, ...parts.flatMap((part) => part.options)].some(({ long }) => long === option),
      )
      .map((command) => command.name());
  assert.deepEqual(without('--config'), ['init', 'journal', 'sample', 'manual']);
  assert.deepEqual(without('--json'), ['up', 'replica', 'gateway', 'vip', 'dns', 'sample', 'demo', 'manual']);
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
  assert.match(
    readme,
    /All but `journal`, .*, `init`, `sample` and `manual` take `--config FILE`.*; all but `up`, `replica`, `gateway`, `vip`, `dns` and `demo`, .*, and `sample` and `manual`, .*, take `--json`/,
  );
});

test('a wrong command line is a usage error that says what is allowed', async () => {
  const wrong: readonly (readonly [words: string[], message: RegExp])[] = [
    [['stauts'], /unknown command 'stauts'.*Did you mean status/s],
    [['up', '--replica', '3'], /unknown option '--replica'.*--replicas/s],
    [['up', '--replicas', '2'], /--replicas .*'2' is invalid. Allowed: 1, 3, 5/],
    [['up', '--gateway-port', '99999'], /--gateway-port .*Allowed: 1 to 65535/],
    [['replica'], /--id is missing: the number of the replica/],
    [['replica', '--id', '9'], /no replica 9; the configuration names 1, 2, 3/],
    [['failover', '--to', 'x'], /has a number, such as 1/],
    [['snapshot', '--replica', '0'], /has a number, such as 1/],
    [['journal', 'verify'], /missing required argument 'folder'/],
    [['status', 'now'], /too many arguments/],
    [
      ['members', 'ad', '4', '--confirm', '1'],
      /no "members ad"; allowed: list, add, remove, .*Nothing was changed/,
    ],
    [['curl', 'FETCH', '/'], /"FETCH" is no method; allowed: GET, /],
    // What goes with something else is not left out without a word.
    [['mode', '--reason', 'why'], /--reason and --open-after go with the mode that is to be set/],
    [['mode', '--instrument', '1', '--open-after', '5'], /--reason and --open-after go with the mode/],
    [['failover', '--review', '--to', '2'], /'--review' cannot be used with option '--to <replica>'/],
    [['diverged', '--force'], /--force goes with --choose/],
    [['sample', '--format', 'itch50', '--levels', '5'], /--levels is for files of the format "lobster"/],
    [
      ['export', '--from', '1', '--to', '2', '--folder', 'a', '--target', 'b'],
      /'--folder <folder>' cannot be used with option '--target <name>'/,
    ],
    [['keys', 'revoke', '../mine'], /"\.\.\/mine" is no id of a key/],
  ];
  for (const [words, message] of wrong) {
    const { code, error } = await runWords(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(error, message);
    assert.doesNotMatch(error, /\n\s+at /, 'no stack');
  }
});

test('the effective configuration is shown, without secrets', async (context) => {
  const path = join(folder(context), 'own.json');
  const secret = 'ab'.repeat(32);
  writeFileSync(path, JSON.stringify({ clusterId: 9, keys: { operator: secret } }), { mode: 0o600 });
  const shown = await runWords('config', '--config', path);
  assert.equal(shown.code, 0);
  assert.equal((JSON.parse(shown.out) as { clusterId: number }).clusterId, 9);
  assert.doesNotMatch(shown.out, new RegExp(secret));
  const json = JSON.parse((await runWords('config', '--config', path, '--json', '--replicas', '1')).out) as {
    configHash: string;
    configuration: { replicas: unknown[] };
  };
  assert.equal(json.configuration.replicas.length, 1);
  assert.match(json.configHash, /^[0-9a-f]{16}$/);
  assert.deepEqual(JSON.parse((await runWords('config', '--schema')).out), publishedSchema());
  assert.match((await runWords('config', '--keys')).out, /^timing\.electionTimeoutMs +20 to 60000 +400 /m);
});

test('a wrong configuration is refused by every command before anything starts', async (context) => {
  const path = join(folder(context), 'wrong.json');
  writeFileSync(path, '{"durabilty": "disk", "idle": 3}');
  for (const words of [['up'], ['replica', '--id', '1'], ['gateway'], ['status'], ['failover'], ['config']]) {
    const { code, error } = await runWords(...words, '--config', path);
    assert.equal(code, 2, words.join(' '));
    assert.match(error, /2 problems.*durabilty: unknown key.*idle: 3 is not one of/s);
  }
});

test('a replica that is not configured is named together with those that are', async (context) => {
  const path = join(folder(context), 'one.json');
  writeFileSync(path, '{"replicas": [{}]}');
  const { code, error } = await runWords('replica', '--id', '2', '--config', path);
  assert.equal(code, 2);
  assert.match(error, /There is no replica 2; the configuration names 1\./);
});

test('with --json the last line is one object, also when the command fails', async (context) => {
  const data = folder(context);
  const { code, out } = await runWords('journal', 'verify', data, '--json');
  assert.equal(code, 2);
  const last = JSON.parse(out.split('\n').at(-1)!) as { ok: boolean; error: string };
  assert.equal(last.ok, false);
  assert.match(last.error, /holds no journal/);
});

test('the data folder of a whole cluster is not taken for that of a replica', async (context) => {
  const data = folder(context);
  writeFileSync(join(data, 'replica-1'), '');
  assert.match((await runWords('journal', 'inspect', data)).error, /data folder of a cluster.*replica-1/);
});

test('tables put numbers to the right and words to the left', () => {
  const text = table(
    ['id', 'word'],
    [
      [1, 'a'],
      [20, 'bcdefg'],
      ['-', ''],
    ],
  );
  assert.equal(text, 'id  word\n 1  a\n20  bcdefg\n -');
});

test('a duration is written in its two largest units', () => {
  assert.deepEqual([5, 75, 3_700, 200_000].map(duration), ['5 s', '1 min 15 s', '1 h 1 min', '2 d 7 h']);
});

test('a mode, or what it is of, that cannot be is refused before anything is sent', async () => {
  const cases: readonly (readonly [words: readonly string[], text: RegExp])[] = [
    [
      ['mode', 'shut'],
      /'shut' is invalid for argument 'mode'. Allowed choices are open, cancel-only, read-only, halted\./,
    ],
    [['mode', 'halted', '--account', '1', '--instrument', '2'], /not both/],
    [['mode', 'open', '--open-after', '5'], /--open-after/],
    [['mode', 'halted', '--open-after', '0'], /Allowed: 1 to 86400/],
    [['mode', 'halted', '--reason', 'x'.repeat(65)], /At most 64 characters/],
    [['kill', 'alice'], /Allowed: 1 to 4294967295/],
    [['kill'], /missing required argument/],
  ];
  for (const [words, text] of cases) {
    const { code, error } = await runWords(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(error, text);
  }
});
