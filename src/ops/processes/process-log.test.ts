import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const says = `
  const [file, journal, words] = process.argv.slice(1);
  const { processLog } = await import(file);
  const { errorText } = await import(journal);
  const { LastWords } = await import(words);
  const log = processLog({ component: 'test' });
  for (const level of ['debug', 'info', 'warn', 'error']) log[level]('it is ' + level);
  log.child({ part: 1 }).fatal('it is fatal');
  new LastWords({ replica: 1 }).log.warn('of a replica');
  process.stderr.write(errorText('two\\nlines', 2) + '\\n');`;

/** What a process writes whose two outputs are a file that `journalOf` may name as the journal. */
function written(t: TestContext, journalOf: (file: string) => string | undefined): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-journal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'journal');
  const fd = openSync(file, 'a');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const files = ['./process-log.ts', './journal.ts', './last-words.ts'].map(
    (name) => new URL(name, import.meta.url).href,
  );
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', says, ...files], {
    stdio: ['ignore', fd, fd],
    env: { ...process.env, JOURNAL_STREAM: journalOf(`${dev}:${ino}`) },
  });
  closeSync(fd);
  const text = readFileSync(file, 'utf8');
  assert.equal(status, 0, text);
  return text.trimEnd().split('\n');
}

test('a line in the journal begins with its priority, and what a command says of its failure with that of an error', (t) => {
  const lines = written(t, (own) => own);
  assert.deepEqual(
    lines.map((line) => /^<\d>/.exec(line)?.[0]).toSorted(),
    ['<2>', '<3>', '<3>', '<3>', '<4>', '<4>', '<6>'],
    lines.join('\n'),
  );
  const shown = Object.fromEntries(
    lines.flatMap((line) => {
      const [, priority, json] = /^<(\d)>(\{.*\})$/.exec(line) ?? [];
      return json === undefined ? [] : [[(JSON.parse(json) as { readonly msg: string }).msg, priority]];
    }),
  );
  assert.deepEqual(shown, {
    'it is info': '6',
    'it is warn': '4',
    'it is error': '3',
    'it is fatal': '2',
    'of a replica': '4',
  });
});

test('elsewhere a line is JSON alone, also below a parent that writes to the journal', (t) => {
  for (const journal of [undefined, '', '8:4711']) {
    const lines = written(t, () => journal);
    assert.equal(lines.length, 7, lines.join('\n'));
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('{')),
      ['two', 'lines'],
    );
  }
});
