import assert from 'node:assert/strict';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openKeys } from '../../ops/configuration/keys.ts';
import { readConfiguration } from '../../ops/configuration/reading.ts';
import { blockBytes, Disk, type FileSystem, fileSystems } from './disk.ts';
import { Hosts, hostsRefusal } from './hosts.ts';

const refusal = hostsRefusal();
const needsHosts = refusal === undefined ? {} : { skip: refusal };

async function diskOf(t: TestContext, fileSystem: FileSystem): Promise<Disk> {
  const hosts = await Hosts.make(1);
  t.after(() => hosts.end());
  const folder = hosts.ledger.makeFolder('lockstep-disk');
  mkdirSync(join(folder, 'disk'));
  const disk = await Disk.make(folder, 1, fileSystem);
  await disk.mountFor(hosts.keeper(1), hosts.ledger);
  return disk;
}

async function cutPower(disk: Disk): Promise<void> {
  disk.cutOff();
  assert.throws(() => openSync(disk.outside('late'), 'wx'), { code: 'EIO' });
  await disk.powerOn();
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

test('after a power cut a host has booted, each time, and no other host has', needsHosts, async (t) => {
  const disk = await diskOf(t, 'xfs');
  const file = '/proc/sys/kernel/random/boot_id';
  const ownBoot = readFileSync(file, 'utf8');
  const boots = new Set([await disk.run('cat', file)]);
  for (let cut = 0; cut < 2; cut++) {
    await cutPower(disk);
    boots.add(await disk.run('cat', file));
  }
  assert.equal(boots.size, 3);
  assert.equal(readFileSync(file, 'utf8'), ownBoot);
});

test('failure 17: the keys that a first start makes are there after a power cut', needsHosts, async (t) => {
  const disk = await diskOf(t, 'xfs');
  const { configuration } = readConfiguration({});
  const folder = disk.outside('data');
  const made = openKeys(configuration, folder);
  await cutPower(disk);
  assert.deepEqual(openKeys(configuration, folder), { ...made, created: false });
});

test(
  'ext4: a block of a file that is spoiled cannot be read, the others can, until it is mended',
  needsHosts,
  async (t) => {
    const disk = await diskOf(t, 'ext4');
    const file = openSync(disk.outside('file'), 'wx');
    for (let n = 0; n < 3; n++) writeSync(file, Buffer.alloc(blockBytes, n));
    fsyncSync(file);
    closeSync(file);
    const read = (block: number): number => {
      const fd = openSync(disk.outside('file'), 'r');
      try {
        const bytes = Buffer.alloc(1);
        readSync(fd, bytes, 0, 1, block * blockBytes);
        return bytes[0]!;
      } finally {
        closeSync(fd);
      }
    };
    await disk.spoilBlock(join(disk.path, 'file'), 1);
    assert.throws(() => read(1), { code: 'EIO' });
    assert.deepEqual([0, 2].map(read), [0, 2]);
    await disk.mendBlock();
    assert.deepEqual([0, 1, 2].map(read), [0, 1, 2]);
  },
);
