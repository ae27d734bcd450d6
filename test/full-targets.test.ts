// Targets and folders that are full or read-only, as the kernel says it: real file systems in a mount namespace.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readChains } from '../src/backup/chains.ts';
import type { LedgerFile } from '../src/backup/ledger.ts';
import type { Retention } from '../src/backup/retention.ts';
import { Shipper } from '../src/backup/shipper.ts';
import { FolderTarget } from '../src/backup/targets/folder.ts';
import { historyClusterId, SampleHistory } from '../src/backup/testing/history.ts';
import { type PrintedRun, runWords } from '../src/ops/cli/testing/command-line.ts';
import { OwnMounts } from './testing/mounts.ts';

const everything = { count: 1_000, ageUs: 1e15 } as const;
const newestAlone = { count: 1, ageUs: 0 } as const;
const roundsMax = 500;

/** A backup of a history at a folder, with a snapshot now and then. */
class Backup {
  readonly history = new SampleHistory(11);
  readonly folder: string;
  #ledger: string | undefined;
  #shipper: Shipper;

  constructor(folder: string) {
    this.folder = folder;
    this.#shipper = this.#open(everything);
  }

  /** Another process goes on with this retention. */
  restart(retention: Retention): void {
    this.#shipper = this.#open(retention);
  }

  #open(retention: Retention): Shipper {
    const ledger: LedgerFile = {
      place: 'the ledger',
      load: () => this.#ledger,
      save: (text) => void (this.#ledger = text),
    };
    const target = new FolderTarget(this.folder);
    return new Shipper({
      ...{ target, source: this.history.source(), clusterId: historyClusterId, ledger, retention },
      ...{ packing: { compression: 'zstd', key: undefined }, chance: () => 1, warn: () => undefined },
    });
  }

  async ship(): Promise<void> {
    while (await this.#shipper.ship(this.history.view, this.history.timeUs));
  }

  /** Until the target refuses; its words. */
  async shipUntilRefused(): Promise<string> {
    for (let round = 0; round < roundsMax; round++) {
      this.history.add(12);
      if (round % 3 === 2) this.history.snapshot();
      const refused = await this.ship().then(
        () => '',
        (error: Error) => error.message,
      );
      if (refused !== '') return refused;
    }
    throw new Error('the target takes everything');
  }
}

/** The backup, mounts of the test's own, and the command line on it; undefined where the test is skipped. */
async function begin(t: TestContext, size: string) {
  const mounts = await OwnMounts.open(t);
  if (typeof mounts === 'string') {
    t.skip(mounts);
    return undefined;
  }
  const root = mkdtempSync(join(tmpdir(), 'lockstep-full-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const backup = new Backup(mounts.tmpfs('target', size));
  const file = join(root, 'lockstep.json');
  const folders = [{ name: 'local', folder: backup.folder, keepHours: 1, keepCount: 1 }];
  writeFileSync(file, JSON.stringify({ clusterId: historyClusterId, backup: { folders } }), { mode: 0o600 });
  const run = (...words: string[]): Promise<PrintedRun> => runWords('backup', ...words, '--config', file);
  return { mounts, root, backup, run };
}

/** Takes all room that is left. */
function fill(folder: string): string {
  const path = join(folder, 'filler');
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    for (let isFull = false; !isFull; ) {
      try {
        writeFileSync(path, new Uint8Array(bytes), { flag: 'a' });
      } catch {
        isFull = true;
      }
    }
  }
  return path;
}

const lastJson = (out: string): { readonly stateHash: string } => JSON.parse(out.split('\n').at(-1)!);
const newestHash = ({ history }: Backup): string => history.engineAt(history.lastSeq).stateHash();

test('a target that runs full says so, loses nothing of what it has, and takes the rest once there is room', async (t) => {
  const found = await begin(t, '128k');
  if (found === undefined) return;
  const { mounts, root, backup, run } = found;
  assert.match(
    await backup.shipUntilRefused(),
    /Cannot write .* to folder .*: it is full\. Make room there, or let retention keep less\./,
  );
  const chains = await readChains(new FolderTarget(backup.folder), historyClusterId, undefined);
  assert.deepEqual(
    chains.flatMap(({ damage }) => damage),
    [],
    'what was confirmed is whole',
  );
  mounts.remount('target', 'size=8m');
  await backup.ship();
  const proof = await run('verify', '--all', '--json');
  assert.equal(proof.code, 0, proof.error);
  const into = join(root, 'restored');
  const { code, out, error } = await run('restore', '--latest', '--into', into, '--json');
  assert.equal(code, 0, error);
  assert.equal(lastJson(out).stateHash, newestHash(backup));
});

test('a full target makes room by itself where retention allows it', async (t) => {
  const found = await begin(t, '128k');
  if (found === undefined) return;
  const { backup, run } = found;
  await backup.shipUntilRefused();
  fill(backup.folder);
  backup.restart(newestAlone);
  await assert.rejects(backup.ship(), /it is full/);
  await backup.ship();
  const { code, error } = await run('verify', '--all');
  assert.equal(code, 0, error);
});

test('"prune" removes what need not be kept from a target without room for a single note', async (t) => {
  const found = await begin(t, '128k');
  if (found === undefined) return;
  const { backup, run } = found;
  await backup.shipUntilRefused();
  fill(backup.folder);
  const { code, out, error } = await run('prune');
  assert.equal(code, 0, error);
  assert.match(out, /Removed \d+ objects of chain/);
  await backup.ship();
  const proof = await run('verify', '--all');
  assert.equal(proof.code, 0, proof.error);
});

test('a target that is read-only can be verified and restored from; what writes there is refused', async (t) => {
  const found = await begin(t, '1m');
  if (found === undefined) return;
  const { mounts, root, backup, run } = found;
  for (let n = 0; n < 6; n++) {
    backup.history.add(12);
    backup.history.snapshot();
    await backup.ship();
  }
  mounts.remount('target', 'ro');
  backup.history.add(12);
  const readOnly = /it is read-only\. Mount it so that it can be written\./;
  await assert.rejects(backup.ship(), readOnly);
  const pruned = await run('prune');
  assert.equal(pruned.code, 1);
  assert.match(pruned.error, readOnly);
  const proof = await run('verify');
  assert.equal(proof.code, 0, proof.error);
  assert.match(proof.error, /is good, and the target does not keep the proof of it.*it is read-only/);
  const into = join(root, 'restored');
  const { code, error } = await run('restore', '--latest', '--into', into);
  assert.equal(code, 0, error);
  mounts.remount('target', 'rw');
  await backup.ship();
  const again = await run('verify', '--json');
  assert.equal(again.code, 0, again.error);
});

test('a target whose disk is not mounted any more takes nothing, below its place neither, until it is mounted', async (t) => {
  const found = await begin(t, '1m');
  if (found === undefined) return;
  const { mounts, backup } = found;
  const place = mounts.bind('target', 'place');
  const moved = new Backup(place);
  moved.history.add(12);
  await moved.ship();
  mounts.unmount('place');
  moved.history.add(12);
  await assert.rejects(moved.ship(), /its disk is not mounted at \S+place any more\. Mount it\./);
  moved.restart(everything);
  await assert.rejects(moved.ship(), /the disk that was mounted at \S+place, .*, is not\. Mount it\./);
  assert.deepEqual(readdirSync(place), []);
  mounts.bind('target', 'place');
  await moved.ship();
  const [chain] = await readChains(new FolderTarget(backup.folder), historyClusterId, undefined);
  assert.deepEqual([chain!.seq, chain!.damage], [moved.history.lastSeq, []]);
});

test('a restore to a disk without room, or a read-only one, leaves nothing, and works once there is room', async (t) => {
  const found = await begin(t, '1m');
  if (found === undefined) return;
  const { mounts, backup, run } = found;
  backup.history.add(200);
  await backup.ship();
  const disk = mounts.tmpfs('disk', '64k');
  const into = join(disk, 'data');
  mkdirSync(into);
  writeFileSync(join(into, 'precious'), 'kept');
  const restore = (): Promise<PrintedRun> => run('restore', '--latest', '--into', into, '--json');
  const filled = await restore();
  assert.equal(filled.code, 2);
  assert.match(filled.error, /is not empty: it holds precious\. A restore replaces nothing/);
  assert.equal(readFileSync(join(into, 'precious'), 'utf8'), 'kept');
  rmSync(into, { recursive: true });
  // Of a restore that was killed.
  mkdirSync(join(disk, '.data.restoring-4194304'));
  const filler = fill(disk);
  const full = await restore();
  assert.equal(full.code, 2);
  assert.match(
    full.error,
    /cannot be written to .*no space left on device.*Nothing was left there\. Make room/,
  );
  assert.deepEqual(readdirSync(disk), ['filler']);
  rmSync(filler);
  mounts.remount('disk', 'ro,size=16m');
  assert.match((await restore()).error, /cannot be written to .*read-only file system/);
  mounts.remount('disk', 'rw');
  const done = await restore();
  assert.equal(done.code, 0, done.error);
  assert.equal(lastJson(done.out).stateHash, newestHash(backup));
  assert.deepEqual(readdirSync(disk), ['data']);
});

test('a proof that finds no room for what it restores says where to make it', async (t) => {
  const found = await begin(t, '1m');
  if (found === undefined) return;
  const { mounts, backup, run } = found;
  backup.history.add(50);
  await backup.ship();
  const disk = mounts.tmpfs('disk', '16k');
  const filler = fill(disk);
  const before = process.env['TMPDIR'];
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  process.env['TMPDIR'] = disk;
  const { code, error } = await run('verify');
  assert.equal(code, 1);
  assert.match(error, /was not proved: the restore of it cannot be written to .*no space left.*set TMPDIR/);
  rmSync(filler);
  mounts.remount('disk', 'size=16m');
  const again = await run('verify');
  assert.equal(again.code, 0, again.error);
  assert.equal(existsSync(join(disk, 'data')), false);
  assert.deepEqual(readdirSync(disk), [], 'the proof removes what it restored');
});
