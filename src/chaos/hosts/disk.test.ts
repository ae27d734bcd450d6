import assert from 'node:assert/strict';
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openKeys } from '../../ops/configuration/keys.ts';
import { readConfiguration } from '../../ops/configuration/reading.ts';
import { Disk, type FileSystem, fileSystems } from './disk.ts';
import { Hosts, hostsRefusal } from './hosts.ts';

const refusal = hostsRefusal();
const needsHosts = refusal === undefined ? {} : { skip: refusal };

async function diskOf(t: TestContext, fileSystem: FileSystem): Promise<Disk> {
  const hosts = await Hosts.make(1);
  t.after(() => hosts.end());
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-disk-'));
  hosts.ledger.note({ kind: 'folder', path: folder });
  mkdirSync(join(folder, 'disk'));
  const disk = await Disk.make(folder, 1, fileSystem);
  await disk.mountFor(hosts.keeper(1), hosts.ledger);
  return disk;
}

async function cutPower(disk: Disk): Promise<void> {
  disk.cutOff();
  assert.throws(() => openSync(disk.outside('late'), 'wx'), { code: 'EIO' });
  await disk.unmount();
  await disk.mount();
}

for (const fileSystem of fileSystems) {
  test(`${fileSystem}: after a power cut only what was flushed is there`, needsHosts, async (t) => {
    const disk = await diskOf(t, fileSystem);
    for (const name of ['flushed', 'written']) {
      const file = openSync(disk.outside(name), 'wx');
      writeSync(file, name);
      if (name === 'flushed') fsyncSync(file);
      closeSync(file);
    }
    await cutPower(disk);
    const names = readdirSync(disk.outside());
    assert.ok(names.includes('flushed'));
    assert.ok(!names.includes('written'));
  });
}

test('failure 17: the keys that a first start makes are there after a power cut', needsHosts, async (t) => {
  const disk = await diskOf(t, 'xfs');
  const { configuration } = readConfiguration({});
  const folder = disk.outside('data');
  const made = openKeys(configuration, folder);
  await cutPower(disk);
  assert.deepEqual(openKeys(configuration, folder), { ...made, created: false });
});
