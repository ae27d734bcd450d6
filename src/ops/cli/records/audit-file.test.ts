import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditRow } from '../../../client/index.ts';
import { AuditKind, auditDigest, auditRow, noDigest } from '../../../protocol/audit.ts';
import { Failure } from '../../failure.ts';
import { onShortDisk, shortDiskBytes } from '../../testing/short-disk.ts';
import { exportedLine, verifiedChain, writeExport } from './audit-file.ts';

/** Lines of a chain of so many entries. */
function chain(count: number): string[] {
  let digest = noDigest;
  return Array.from({ length: count }, (_, n) => {
    const who = { ownerId: 1, ownerKind: 2, keyNumber: 3, source: '192.0.2.1', action: 'revokeKey' };
    const what = {
      entryKind: AuditKind.command,
      commandType: 19,
      outcome: 0,
      subject: n,
      count: 0,
      givenUs: 0,
      replicaId: 0,
    };
    const row = { number: n + 1, seq: 10 + n, timeUs: 1_000_000 + n, ...who, ...what, digest };
    const bytes = new Uint8Array(auditRow.size);
    auditRow.write(new DataView(bytes.buffer), 0, row);
    digest = auditDigest(digest, bytes);
    return exportedLine({ ...row, digest } as AuditRow);
  });
}

function problemOf(lines: readonly string[]): string {
  try {
    verifiedChain(lines);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error.message;
  }
  return '';
}

test('a whole export is unbroken, from its first entry or from a later one on', () => {
  const lines = chain(5);
  const { first, last } = verifiedChain(lines);
  assert.deepEqual([first, last], [1, 5]);
  assert.equal(verifiedChain(lines.slice(2)).digest, verifiedChain(lines).digest);
  assert.match(problemOf([]), /no entries/);
});

test('the first entry of a later part counts as not proven, whatever it says', () => {
  const lines = chain(5);
  assert.equal(verifiedChain(lines).unproven, undefined);
  const part = lines.slice(2);
  assert.equal(verifiedChain(part).unproven, part[0]);
  const changed = part[0]!.replace('192.0.2.1', '192.0.2.2');
  assert.equal(verifiedChain(part.with(0, changed)).unproven, changed);
});

test('a line in which another reader could find something else is no entry', () => {
  const lines = chain(2);
  const [line] = lines as [string];
  const odd = [
    line.replace('"action":', '"action":"createKey","action":'),
    line.replace('{', '{"outcomeText":"refused",'),
    line.replace('"subject":0', '"subject":"0"'),
    line.replace('"subject":0', '"subject":0.5'),
    line.replace('"count":0', '"count":4294967296'),
    line.replace('"number":1', '"number":1.0'),
    line.replace('{', '{ '),
    line.replace(/"digest":"(\w+)"/, (_, digest: string) => `"digest":"${digest.toUpperCase()}"`),
  ];
  for (const other of odd) {
    assert.notEqual(other, line);
    assert.match(problemOf(lines.with(0, other)), /^Line 1 is no entry/, other);
  }
});

test('an entry that was changed, left out, moved, made up or cut is named', () => {
  const lines = chain(5);
  const changed = lines.with(2, lines[2]!.replace('192.0.2.1', '192.0.2.2'));
  assert.match(problemOf(changed), /^Entry 3 \(line 3\) differs from what was noted/);
  for (const field of ['number', 'seq', 'timeUs', 'keyNumber', 'subject', 'outcome', 'ownerId']) {
    const spoiled = lines[4]!.replace(
      new RegExp(`"${field}":(\\d+)`),
      (_, was) => `"${field}":${Number(was) + 1}`,
    );
    assert.notEqual(problemOf(lines.with(4, spoiled)), '', field);
  }
  assert.match(
    problemOf(lines.toSpliced(2, 1)),
    /^Line 3 has entry 4 after entry 2: entries 3 to 3 are missing/,
  );
  assert.match(problemOf(lines.with(1, lines[2]!).with(2, lines[1]!)), /are missing/);
  assert.match(problemOf(lines.with(3, '{}')), /^Line 4 is no entry/);
  assert.match(problemOf(lines.with(4, lines[4]!.slice(0, 40))), /^Line 5 is no entry/);
  const [madeUp] = chain(1);
  assert.match(problemOf(lines.with(0, madeUp!.replace('revokeKey', 'createKey'))), /^Entry 1/);
});

test('an export that does not fit leaves no file, and one that is there stays', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'trail.jsonl');
  const code = `
    const { writeExport } = await import(${JSON.stringify(import.meta.resolve('./audit-file.ts'))});
    let said = '';
    try {
      writeExport(process.argv[1], ['x'.repeat(${3 * shortDiskBytes})]);
    } catch (error) {
      said = error.message;
    }
    if (!/cannot be written: .*Nothing was exported/.test(said)) throw new Error(said);
  `;
  onShortDisk(code, path);
  assert.equal(existsSync(path), false, 'the same command can be given again');
  writeFileSync(path, 'another export');
  assert.throws(() => writeExport(path, chain(2)), /EEXIST.*Nothing was exported/);
  assert.equal(readFileSync(path, 'utf8'), 'another export');
  rmSync(path);
  writeExport(path, chain(2));
  assert.equal(verifiedChain(readFileSync(path, 'utf8').trim().split('\n')).last, 2);
});
