/** What the doctor of a watcher makes of the reports that replicas heard. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HeardReport } from '../../gateway/canary/report.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { watcherFindings } from './watcher.ts';

const heardFrom = (source: string, watcher: number): HeardReport => {
  const rounds = { right: 1, refused: 0, unjudged: 0, wrong: 0, late: 0, silent: 0, crash: 0 };
  const report = { watcher, result: 'right', text: '', leaderId: 1, rounds, p50Ms: 1, maxMs: 1 } as const;
  return { source, ageMs: 0, report: { ...report, faults: [], unreached: [] } };
};

test('a watcher learns that another one has its number, whichever was heard first', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'lockstep.json');
  writeFileSync(config, '{}', { mode: 0o600 });
  const { configuration } = loadConfiguration({ config });
  const [own, other] = [heardFrom('watcher/2', 2), heardFrom('watcher/3', 2)];
  for (const heard of [
    [own, other],
    [other, own],
  ]) {
    const findings = await watcherFindings({ configuration, dataFolder: folder }, 2, heard);
    assert.ok(findings.some(({ text }) => text === 'Watcher 2 is watcher/3 already.'));
  }
  const alone = await watcherFindings({ configuration, dataFolder: folder }, 2, [own]);
  assert.ok(alone.some(({ text }) => text.startsWith('Watcher 2 runs here; its last round was right')));
});
