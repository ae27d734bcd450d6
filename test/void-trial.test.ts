/** Failure 20: a voided command, tried once more by another process: as that ends, so is said, and nothing else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SampleHistory } from '../src/backup/testing/history.ts';
import { plantedBuild } from '../src/chaos/planted-build.ts';

const deadly = `if (firstSeq + n === Number(process.env.DEADLY)) {
        if (process.env.DEATH === 'exception') throw new Error('a deadly order');
        if (process.env.DEATH === 'signal') process.kill(process.pid, 'SIGKILL');
        for (;;);
      }
`;

/** What the program prints, once it has ended. */
function run(program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const options = { env: { ...process.env, ...env } };
    execFile(process.execPath, [program, 'void', 'try', ...words], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** The folder of a replica with two voided commands, the first of them before its newest snapshot. */
function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-void-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const history = new SampleHistory(15);
  history.add(20);
  const early = history.addVoided();
  history.void(early);
  history.add(20);
  history.snapshot();
  history.add(20);
  const late = history.addVoided();
  history.add(3);
  history.void(late);
  history.add(5);
  for (const name of history.disk.list()) writeFileSync(join(folder, name), history.disk.read(name)!);
  const bytes = (): string[] =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('base64'));
  return { folder, early, late, history, bytes };
}

test('a voided command is applied again by a process that it may end, and the folder stays as it is', async (t) => {
  const { folder, early, late, history, bytes } = folderOf(t);
  const line = '      this.engine.apply(view, at, firstSeq + n, timeUs, this.events);\n';
  const build = plantedBuild([
    { file: 'replica/exchange/exchange.ts', find: line, replace: `      ${deadly}${line}` },
  ]);
  t.after(() => build.remove());
  const before = bytes();
  const tried = async (seq: number, death: string) => {
    const env = death === '' ? {} : { DEADLY: String(seq), DEATH: death };
    const { code, out, err } = await run(build.program, [String(seq), folder, '--json'], env);
    assert.equal(code, 0, err);
    return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>;
  };
  for (const seq of [early, late]) {
    const { end, answers } = await tried(seq, '');
    assert.equal(end, 'applied', 'a release that survives it');
    assert.ok((answers as string[]).every((text) => text.startsWith(`command ${seq}, event`)));
  }
  const exception = await tried(late, 'exception');
  assert.deepEqual([exception['end'], exception['why']], ['exception', 'a deadly order']);
  const signal = await tried(late, 'signal');
  assert.deepEqual([signal['end'], signal['why']], ['signal', 'SIGKILL']);
  assert.equal((await tried(late, 'hang'))['end'], 'hang');
  assert.deepEqual(bytes(), before);
  const beyond = await run(build.program, [String(history.lastSeq + 1), folder]);
  assert.notEqual(beyond.code, 0);
  assert.match(beyond.err, /holds command \d+ no more, or not yet/);
});
