import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Region } from '../../replica/ports.ts';
import { bytesPerMegabyte } from '../../std/units.ts';
import { Doorbell } from '../system/doorbell.ts';
import { flushTimes } from './flush-requests.ts';
import { DiskStorage } from './storage.ts';
import { StorageThreads } from './storage-threads.ts';

const turnsMax = 200_000;
let folder: string;
let doorbell: Doorbell;
let threads: StorageThreads;
const failures: Error[] = [];
const opened: DiskStorage[] = [];
/** Long works that have begun, and those that are not over. */
let begun = 0;
let unended = 0;
const works = {
  showLongWork: (begins: boolean): void => {
    begun += begins ? 1 : 0;
    unended += begins ? 1 : -1;
  },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-storage-'));
  doorbell = new Doorbell();
  threads = new StorageThreads(folder, doorbell, (error) => failures.push(error));
  threads.startWriter();
});

afterEach(async () => {
  for (const storage of opened.splice(0)) storage.close();
  await threads.stop();
  doorbell.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(failures.splice(0), []);
});

/** Arguments of setpriv: a user who owns nothing. */
const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

function noOtherUser(): string | false {
  if (process.geteuid?.() !== 0) return 'takes root';
  return (
    spawnSync('/usr/bin/setpriv', [...asNobody, '/usr/bin/flock', '--version']).status !== 0 &&
    'takes setpriv and flock'
  );
}

function open(): DiskStorage {
  const storage = new DiskStorage(folder, threads.memory, works);
  opened.push(storage);
  return storage;
}

function close(storage: DiskStorage): void {
  opened.splice(opened.indexOf(storage), 1);
  storage.close();
}

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) {
    if (isDone()) return;
    await nextTurn();
  }
  assert.fail('it did not come about');
}

test('a region is a file of zeros, and what is written to it stands in the file', () => {
  const storage = open();
  const region = storage.createRegion('one', 65_536)!;
  assert.equal(region.name, 'one');
  assert.deepEqual(region.bytes, new Uint8Array(65_536));
  region.bytes[1] = 7;
  region.view.setUint16(65_534, 0x0102);
  const file = readFileSync(join(folder, 'one'));
  assert.deepEqual([file[1], file[65_534], file[65_535], file.length], [7, 1, 2, 65_536]);
});

test('the blocks of a region are allocated, not only promised', () => {
  const storage = open();
  storage.createRegion('one', bytesPerMegabyte);
  assert.ok(statSync(join(folder, 'one')).blocks * 512 >= bytesPerMegabyte);
});

test('a region that was closed opens again with its bytes', () => {
  const storage = open();
  const region = storage.createRegion('one', 4_096)!;
  region.bytes.fill(3);
  storage.closeRegion(region);
  assert.deepEqual(storage.openRegion('one')?.bytes, new Uint8Array(4_096).fill(3));
  assert.equal(storage.openRegion('two'), undefined);
});

test('a file that cannot be opened is an error, not a file that does not exist', () => {
  const storage = open();
  spawnSync('mkdir', [join(folder, 'folder')]);
  assert.throws(() => storage.openRegion('folder'), /EISDIR/);
});

test('list gives plain files, without what the storage keeps for itself', () => {
  const storage = open();
  storage.createRegion('one', 4_096);
  storage.write('two', Uint8Array.of(1));
  assert.deepEqual(storage.list().sort(), ['one', 'two']);
  storage.remove('one');
  storage.remove('never there');
  assert.deepEqual(storage.list(), ['two']);
});

test('names cannot leave the folder', () => {
  const storage = open();
  for (const name of ['', '../out', 'a/b', '.lock', '..']) {
    assert.throws(() => storage.read(name), /plain file names/);
    assert.throws(() => storage.write(name, new Uint8Array(1)), /plain file names/);
    assert.throws(() => storage.createRegion(name, 4_096), /plain file names/);
  }
});

test('a file is replaced as a whole', () => {
  const storage = open();
  assert.equal(storage.read('vote'), undefined);
  assert.ok(storage.write('vote', Uint8Array.of(1, 2, 3)));
  assert.ok(storage.write('vote', Uint8Array.of(4)));
  assert.deepEqual(storage.read('vote'), Uint8Array.of(4));
  assert.ok(storage.write('vote', new Uint8Array(0)));
  assert.deepEqual(storage.read('vote'), new Uint8Array(0));
  const part = new Uint8Array(100).fill(9).subarray(10, 20);
  assert.ok(storage.write('vote', part));
  assert.deepEqual(storage.read('vote'), new Uint8Array(10).fill(9));
});

test('half a file of an earlier process is removed, whole files stay', () => {
  writeFileSync(join(folder, '.vote.new'), 'half');
  writeFileSync(join(folder, '.spare'), 'half');
  writeFileSync(join(folder, 'vote'), 'whole');
  const storage = open();
  assert.deepEqual(storage.list(), ['vote']);
  assert.deepEqual(readdirSync(folder).sort(), ['.lock', 'vote']);
});

test('a background write replaces a file while the core goes on', async () => {
  const storage = open();
  storage.write('snapshot', Uint8Array.of(1));
  assert.equal(storage.backgroundWrite(), 'idle');
  const bytes = new Uint8Array(20 * bytesPerMegabyte).map((_, n) => n % 253);
  const given = bytes.slice();
  storage.startWrite('snapshot', given);
  assert.equal(storage.backgroundWrite(), 'busy');
  assert.throws(() => storage.startWrite('other', bytes), /one file at a time/);
  await until(() => storage.backgroundWrite() === 'done');
  assert.ok(Buffer.from(bytes).equals(storage.read('snapshot')!));
  const kept = given.reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
  assert.ok(kept < 2 * 65_536, `the memory is given back but for ${kept} bytes`);
  storage.startWrite('empty', new Uint8Array(0));
  await until(() => storage.backgroundWrite() === 'done');
  assert.deepEqual(storage.read('empty'), new Uint8Array(0));
});

test('a background write that the disk refuses says so and leaves the old file', async () => {
  const storage = open();
  storage.write('snapshot', Uint8Array.of(1));
  spawnSync('mkdir', [join(folder, '.snapshot.new')]);
  storage.startWrite('snapshot', new Uint8Array(100));
  await until(() => storage.backgroundWrite() === 'failed');
  assert.deepEqual(storage.read('snapshot'), Uint8Array.of(1));
});

/** The files of a folder that this process has open; the folder itself its threads open when they begin. */
function openIn(path: string): string[] {
  const opened = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // It was that of the list itself, or has been closed.
      return '';
    }
  });
  return opened.filter((file) => file.startsWith(`${path}/`)).sort();
}

test('a folder that does not take a name is left without half a file, and without an open descriptor', async () => {
  const storage = open();
  storage.write('before', new Uint8Array(1));
  // No file takes the place of a folder that is not empty.
  for (const name of ['region', 'small', 'beside'])
    mkdirSync(join(folder, name, 'inside'), { recursive: true });
  const opened = openIn(folder);
  assert.throws(() => storage.createRegion('region', 65_536), { code: 'EISDIR' });
  assert.equal(storage.write('small', new Uint8Array(1)), false);
  storage.startWrite('beside', new Uint8Array(1));
  await until(() => storage.backgroundWrite() === 'failed');
  // The writer may still have the folder open.
  await until(() => openIn(folder).join() === opened.join());
  const hidden = readdirSync(folder).filter((name) => name.startsWith('.'));
  assert.deepEqual(hidden, ['.lock']);
});

test('a file that is being written is whole when the storage is closed', () => {
  const storage = open();
  const bytes = new Uint8Array(20 * bytesPerMegabyte).map((_, n) => n % 251);
  storage.startWrite('snapshot', bytes.slice());
  close(storage);
  assert.ok(readFileSync(join(folder, 'snapshot')).equals(bytes));
});

test('the next journal file does not wait for a whole file', async () => {
  const storage = open();
  storage.startWrite('snapshot', new Uint8Array(60 * bytesPerMegabyte));
  storage.createRegion('segment', bytesPerMegabyte);
  await until(() => existsSync(join(folder, '.spare')));
  assert.equal(storage.backgroundWrite(), 'busy');
});

test('a large file is gone at once for the storage, and soon for the disk', async () => {
  const storage = open();
  for (const name of ['small', 'large']) {
    storage.write(name, new Uint8Array(name === 'small' ? 100 : 2 * bytesPerMegabyte));
    storage.remove(name);
    assert.deepEqual(storage.list(), []);
    assert.equal(storage.read(name), undefined);
    assert.equal(storage.openRegion(name), undefined);
  }
  await until(() => readdirSync(folder).every((name) => name === '.lock'));
  storage.remove('large');
});

test('the flusher reports the position of the last request, over several files in order', async () => {
  const storage = open();
  const regions = Array.from({ length: 5 }, (_, n) => storage.createRegion(`segment-${n}`, 4_096)!);
  assert.equal(storage.flushedPosition(), 0);
  let position = 0;
  let seen = 0;
  for (let round = 0; round < 200; round++) {
    const region = regions[Math.floor(round / 40)]!;
    region.bytes[round] = 1;
    storage.requestFlush(region, ++position);
    const flushed = storage.flushedPosition();
    assert.ok(flushed >= seen && flushed <= position);
    seen = flushed;
  }
  await until(() => storage.flushedPosition() === position);
  const { count, p99Us, maxUs } = flushTimes(threads.memory.flush);
  assert.ok(count > 0 && maxUs > 0 && p99Us <= maxUs, 'each flush was timed');
});

test('positions beyond 32 bits are kept exactly', async () => {
  const storage = open();
  const region = storage.createRegion('one', 4_096)!;
  for (const position of [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
    storage.requestFlush(region, position);
    await until(() => storage.flushedPosition() === position);
  }
});

test('a region may be closed before it is flushed, and many more come after it', async () => {
  const storage = open();
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const first = storage.createRegion('first', 4_096)!;
  storage.requestFlush(first, 1);
  await until(() => storage.flushedPosition() === 1);
  const before = descriptors();
  for (let n = 2; n <= 300; n++) {
    const region = storage.createRegion(`segment-${n}`, 4_096)!;
    region.bytes[0] = n;
    storage.requestFlush(region, n);
    storage.closeRegion(region);
    storage.remove(`segment-${n - 1}`);
  }
  await until(() => storage.flushedPosition() === 300);
  const last = storage.createRegion('last', 4_096)!;
  storage.requestFlush(last, 301);
  await until(() => storage.flushedPosition() === 301);
  assert.ok(descriptors() <= before + 1, 'every closed file is closed');
});

test('every flush rings the doorbell of the core', async () => {
  const storage = open();
  const region = storage.createRegion('one', 4_096)!;
  const before = doorbell.rings();
  storage.requestFlush(region, 1);
  await until(() => storage.flushedPosition() === 1);
  await until(() => doorbell.rings() > before);
});

test('flush works in the calling thread too', () => {
  const storage = open();
  const region = storage.createRegion('one', 4_096)!;
  assert.ok(storage.flush(region));
});

test('the next journal file is made ahead, and is as empty as any', async () => {
  const storage = open();
  storage.createRegion('one', bytesPerMegabyte)!.bytes.fill(1);
  await until(
    () =>
      existsSync(join(folder, '.spare')) && statSync(join(folder, '.spare')).blocks * 512 >= bytesPerMegabyte,
  );
  await until(() => {
    const spare = join(folder, '.spare');
    if (!existsSync(spare)) return false;
    const { ino } = statSync(spare);
    const region = storage.createRegion('two', bytesPerMegabyte)!;
    const isSpare = statSync(join(folder, 'two')).ino === ino;
    assert.deepEqual(region.bytes, new Uint8Array(bytesPerMegabyte));
    storage.closeRegion(region);
    storage.remove('two');
    return isSpare;
  });
  assert.equal(storage.createRegion('three', 2 * bytesPerMegabyte)?.bytes.length, 2 * bytesPerMegabyte);
  assert.deepEqual(storage.list().sort(), ['one', 'three']);
});

test('two processes cannot share a folder, and the second is told who has it', () => {
  const first = open();
  assert.throws(
    () => new DiskStorage(folder, threads.memory, works),
    new RegExp(`${folder} is in use by process ${process.pid}.*folder of its own`),
  );
  close(first);
  open();
});

const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

test('all that a replica writes is for its owner alone, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    rmSync(folder, { recursive: true });
    const storage = open();
    storage.createRegion('segment', 2 * bytesPerMegabyte);
    storage.write('state', new Uint8Array(10));
    storage.startWrite('snapshot', new Uint8Array(10));
    await until(() => storage.backgroundWrite() === 'done' && readdirSync(folder).includes('.spare'));
    assert.equal(mode(folder), '700');
    const names = readdirSync(folder).sort();
    assert.deepEqual(names, ['.lock', '.spare', 'segment', 'snapshot', 'state']);
    for (const name of names) assert.equal(mode(join(folder, name)), '600', name);
    assert.equal(storage.wasOpenToOthers, false);
  } finally {
    process.umask(umask);
  }
});

test('what others could read of an earlier run is closed to them, and that is told', () => {
  const first = open();
  first.write('state', new Uint8Array(10));
  close(first);
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  const second = open();
  assert.equal(second.wasOpenToOthers, true);
  assert.deepEqual(
    [mode(folder), mode(join(folder, 'state')), mode(join(folder, '.lock'))],
    ['700', '600', '600'],
  );
  close(second);
  assert.equal(open().wasOpenToOthers, false);
});

test('the folder of another user is refused', { skip: process.geteuid?.() !== 0 && 'takes root' }, () => {
  chownSync(folder, 65_534, 65_534);
  assert.throws(() => open(), /belongs to user 65534.*run it as that user/);
  chownSync(folder, 0, 0);
  writeFileSync(join(folder, '.lock'), '');
  chownSync(join(folder, '.lock'), 65_534, 65_534);
  assert.throws(() => open(), /\.lock belongs to user 65534/);
  chownSync(join(folder, '.lock'), 0, 0);
});

test('another user cannot hold the lock of a replica that does not run', { skip: noOtherUser() }, () => {
  close(open());
  const held = spawnSync(
    '/usr/bin/setpriv',
    [...asNobody, '/usr/bin/flock', '--nonblock', join(folder, '.lock'), 'true'],
    {
      encoding: 'utf8',
    },
  );
  assert.notEqual(held.status, 0);
  assert.match(held.stderr, /Permission denied/);
});

test('the process that holds a lock is named, though another has written its number into the file', async (t) => {
  close(open());
  const holder = spawn('/usr/bin/flock', [join(folder, '.lock'), 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.after(() => holder.kill('SIGKILL'));
  holder.stdin.write('held');
  await once(holder.stdout, 'data');
  assert.throws(() => open(), new RegExp(`in use by process ${holder.pid}`));
  holder.stdin.end();
  await once(holder, 'exit');
});

test('the boot is named', () => {
  assert.match(open().bootId, /^[0-9a-f-]{36}$/);
});

test('failure 1: a full disk is an answer, not a crash, and what is there stays whole', async (t) => {
  const mounted = mkdtempSync(join(tmpdir(), 'lockstep-full-'));
  const mount = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mounted]);
  if (mount.status !== 0) {
    rmSync(mounted, { recursive: true });
    t.skip('mounting a small file system takes root');
    return;
  }
  const ringing = new Doorbell();
  const working = new StorageThreads(mounted, ringing, (error) => failures.push(error));
  working.startWriter();
  const storage = new DiskStorage(mounted, working.memory, works);
  try {
    const regions: Region[] = [];
    for (let n = 0; n < 12; n++) {
      const region = storage.createRegion(`segment-${n}`, bytesPerMegabyte - 4_096);
      if (region === undefined) break;
      region.bytes.fill(n + 1);
      regions.push(region);
    }
    assert.ok(regions.length >= 6 && regions.length <= 8, `${regions.length}`);
    assert.equal(storage.list().length, regions.length, 'no half file is left');
    assert.ok(!storage.write('large', new Uint8Array(4 * bytesPerMegabyte)));
    storage.startWrite('large', new Uint8Array(4 * bytesPerMegabyte));
    await until(() => storage.backgroundWrite() === 'failed');
    assert.equal(storage.read('large'), undefined);
    for (const [n, region] of regions.entries()) assert.equal(region.bytes[1_000], n + 1);
    storage.requestFlush(regions[0]!, 1);
    await until(() => storage.flushedPosition() === 1);
    const freed = regions.pop()!;
    storage.closeRegion(freed);
    storage.remove(freed.name);
    assert.ok(storage.createRegion('after', bytesPerMegabyte - 4_096) !== undefined);
  } finally {
    storage.close();
    await working.stop();
    ringing.close();
    spawnSync('/bin/umount', [mounted]);
    rmSync(mounted, { recursive: true });
  }
});

test('a file that is written again shows it, whatever times it is given; one that is read or lent out does not', () => {
  const storage = open();
  storage.write('mark', Uint8Array.of(1));
  const [written, rights] = storage.changeOf('mark').split('/');
  const path = join(folder, 'mark');
  const { atime, mtime } = statSync(path);
  readFileSync(path);
  assert.equal(storage.changeOf('mark'), `${written}/${rights}`);
  chmodSync(path, 0o640);
  assert.notEqual(storage.changeOf('mark').split('/')[1], rights, 'other rights explain another time');
  chmodSync(path, 0o600);
  // As `cp --archive` over the file does.
  writeFileSync(path, Uint8Array.of(1));
  utimesSync(path, atime, mtime);
  const [rewritten, rightsNow] = storage.changeOf('mark').split('/');
  assert.notEqual(rewritten, written);
  assert.equal(rightsNow, rights);
  assert.equal(storage.changeOf('nothing'), '');
});

test('what waits for the disk is a long work while it lasts, also where it fails', () => {
  const storage = open();
  begun = 0;
  const region = storage.createRegion('region', 4096)!;
  assert.equal(begun, 1);
  storage.flush(region);
  storage.write('file', Uint8Array.of(1));
  storage.read('file');
  storage.setAside('beside', 'note', Uint8Array.of(1));
  assert.equal(begun, 5);
  assert.equal(storage.read('none'), undefined);
  assert.equal(unended, 0);
});
