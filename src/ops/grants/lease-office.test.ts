import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../failure.ts';
import { LeaseOffice } from './lease-office.ts';

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const opened = (folder: string) => new LeaseOffice({ folder, seconds: 10, log: { warn: () => undefined } });

test('a witness that starts again keeps its promise', (context) => {
  const folder = folderOf(context);
  const { ok, waitUs } = opened(folder).promise(2, 2);
  assert.ok(ok && waitUs > 9_000_000, `${waitUs} us`);
  const again = opened(folder);
  assert.equal(again.standing.promisedEpoch, 2);
  const answer = again.ask({ replicaId: 1, site: 1, epoch: 1, writes: true });
  assert.ok(!answer.isGranted && /Epoch 2 has begun, or is to begin/.test(answer.reason));
});

test('a file of promises that cannot be understood is no blank one', (context) => {
  const folder = folderOf(context);
  writeFileSync(join(folder, 'site-lease.json'), '{"epoch":1,"site":');
  assert.throws(
    () => opened(folder),
    (error) => error instanceof Failure && /does not say what this witness has promised/.test(error.message),
  );
});
