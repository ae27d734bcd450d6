import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LogFile } from './log-file.ts';
import { LogLevel, readableLine } from './log-lines.ts';

test('a JSON line becomes words and its own fields', () => {
  const line =
    '{"level":40,"time":1,"pid":2,"hostname":"h","replica":1,"term":7,"why":"a b","msg":"steps down"}';
  assert.deepEqual(readableLine('replica 1', line, LogLevel.error), {
    level: LogLevel.warn,
    text: 'replica 1: warning: steps down term=7 why=a b',
    isNews: false,
  });
});

test('news come in their own words, whatever their level', () => {
  const line = '{"level":30,"news":true,"term":7,"msg":"replica 2 leads in term 7"}';
  assert.deepEqual(readableLine('gateway', line, LogLevel.error), {
    level: LogLevel.info,
    text: 'gateway: replica 2 leads in term 7',
    isNews: true,
  });
});

test('an error shows its message, not its stack', () => {
  const line = '{"level":60,"err":{"type":"Error","message":"broken","stack":"at x"},"msg":"ends"}';
  assert.equal(readableLine('gateway', line, 0).text, 'gateway: fatal: ends err=broken');
});

test('what is no JSON keeps its words and the level of its stream', () => {
  assert.deepEqual(readableLine('demo', 'plain', LogLevel.error), {
    level: LogLevel.error,
    text: 'demo: plain',
    isNews: false,
  });
  assert.equal(readableLine('demo', '{half', LogLevel.info).text, 'demo: {half');
});

test('a line can neither move the cursor nor flood the screen', () => {
  assert.equal(readableLine('x', 'a\u001b[2Jb', 0).text, 'x: a·[2Jb');
  assert.ok(readableLine('x', 'y'.repeat(100_000), 0).text.length < 3_000);
});

test('a log file and the one before it stay within their bound, and the newest lines are kept', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.log');
  const log = new LogFile(path, 1_000);
  for (let n = 0; n < 500; n++) log.write(`line ${n}`);
  log.close();
  assert.ok(statSync(path).size <= 1_000);
  assert.ok(statSync(`${path}.1`).size <= 1_000);
  assert.match(readFileSync(path, 'utf8'), /line 499\n$/);
  assert.equal(log.lost, 0);
});

test('a log file that cannot be written loses lines, and nothing else', () => {
  const log = new LogFile('/dev/null/none.log', 1_000);
  log.write('x');
  assert.equal(log.lost, 1);
});
