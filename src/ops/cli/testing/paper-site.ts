/** A standby site of control endpoints that answer by counters. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { loadBackupKey, makeBackupKey } from '../../backup-process/targets.ts';
import { cluster, following, leading } from './paper-cluster.ts';

const standby = { writingSite: 1, epoch: 4, standby: 1 };

/** Site 2 of two; `fence` is that of the other one, `lease` what its file says of a witness. */
export async function secondSite(context: TestContext, fence: readonly string[], lease?: object) {
  const found = await cluster(context, [
    { ...leading, ...standby, serving: 0 },
    { ...following, ...standby },
  ]);
  const file = JSON.parse(readFileSync(found.file, 'utf8'));
  const folder = join(dirname(found.file), 'way');
  const keyFile = join(dirname(found.file), 'way.key');
  makeBackupKey(keyFile);
  const sites = [{ name: 'north', fence, fenceSeconds: 1 }, { name: 'south' }];
  const site = { name: 'south', target: 'way', ...(lease !== undefined && { lease }) };
  writeFileSync(
    found.file,
    JSON.stringify({ ...file, site, sites, backup: { folders: [{ name: 'way', folder, keyFile }] } }),
  );
  const [first] = found.replicas;
  first!.obey = () => {
    first!.set({ serving: 1, writingSite: 2, epoch: 5, siteEpoch: 5, standby: 0 });
    return { ok: true, text: 'Site 2 begins epoch 5.' };
  };
  return { ...found, first: first!, key: loadBackupKey(keyFile) };
}
