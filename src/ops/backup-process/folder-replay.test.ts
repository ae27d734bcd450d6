import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { historyClusterId } from '../../backup/testing/history.ts';
import { Shipping } from '../../backup/testing/shipping.ts';
import { replicaFolder } from '../supervisor/cluster-folder.ts';
import { replayFolder } from './folder-replay.ts';
import { writeStandby } from './restored-folder.ts';

test('a folder that begins with a small snapshot is applied again from that', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 1);
  const { replay } = await shipping.restore();
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-replay-'));
  try {
    writeStandby(join(folder, 'data'), replay, historyClusterId, [2]);
    const seqs: number[] = [];
    const observer = {
      applied: (seq: number) => void seqs.push(seq),
      voided: () => undefined,
      emitted: () => undefined,
      changed: () => undefined,
    };
    const from = replay.position.seq + 1;
    const everything = Number.MAX_SAFE_INTEGER;
    replayFolder(replicaFolder(join(folder, 'data'), 2), { from, to: everything }, observer, everything);
    assert.deepEqual(seqs, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
