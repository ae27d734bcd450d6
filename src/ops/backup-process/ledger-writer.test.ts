import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LedgerWriter } from './ledger-writer.ts';

test('what was saved last is there once all is written, and nothing unfinished', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-ledger-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = new LedgerWriter(join(folder, 'way.json'));
  assert.equal(ledger.load(), undefined);
  for (let n = 0; n < 50; n++) ledger.save(`${n}`);
  await ledger.settled();
  assert.equal(ledger.load(), '49');
  ledger.save('50');
  await ledger.settled();
  assert.deepEqual([ledger.load(), readdirSync(folder)], ['50', ['way.json']]);
});

test('a ledger that could not be written is an error of the next shipment, and written with that', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-ledger-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = new LedgerWriter(join(folder, 'way.json'));
  rmSync(folder, { recursive: true });
  ledger.save('1');
  await ledger.settled();
  assert.throws(() => ledger.save('2'), /ENOENT/);
  await ledger.settled();
  assert.throws(() => ledger.save('2'), /ENOENT/);
});
