import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backupKey } from '../../../backup/encryption.ts';
import { Shipper } from '../../../backup/shipper.ts';
import { FolderTarget } from '../../../backup/targets/folder.ts';
import { historyClusterId, SampleHistory } from '../../../backup/testing/history.ts';
import { newestSnapshot } from '../../../journal/snapshot-file.ts';
import { StateFile } from '../../../journal/state-file.ts';
import { msPerHour } from '../../../std/units.ts';
import { ownIdentity } from '../../processes/process-identity.ts';
import {
  alarmsOf,
  type BackupStanding,
  rpoSeconds,
  type TargetStanding,
} from '../../standing/backup-standing.ts';
import { JournalFolder } from '../../supervisor/journal-folder.ts';
import { runCommandLine } from '../program.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly json: Readonly<Record<string, unknown>>;
}

async function run(...words: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(words, {
    print: (text) => out.push(text),
    printError: (text) => err.push(text),
    isScreen: false,
  });
  const last = out.at(-1) ?? '';
  const json = last.startsWith('{') ? (JSON.parse(last) as Ran['json']) : {};
  return { code, out: out.join('\n'), err: err.join('\n'), json };
}

interface Backed {
  readonly root: string;
  readonly folder: string;
  readonly config: string;
  readonly history: SampleHistory;
  readonly keyFile: string;
  /** What the backup noted of what it had shipped. */
  readonly ledger: string;
  /** A copy of the target from half way. */
  readonly yesterday: string;
}

/** A history of some 200 commands at a folder, sealed with a key, and the configuration that names it. */
async function backedUp(t: TestContext): Promise<Backed> {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-backup-cli-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'target');
  mkdirSync(folder);
  const keyFile = join(root, 'backup.key');
  assert.equal((await run('backup', 'key', keyFile)).code, 0);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const key = backupKey(new Uint8Array(Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'hex')));
  const history = new SampleHistory(5);
  let ledger = '';
  const yesterday = join(root, 'yesterday');
  const shipper = new Shipper({
    ...{ target: new FolderTarget(folder), source: history.source(), clusterId: historyClusterId },
    ...{ packing: { compression: 'zstd', key }, retention: { count: 9, ageUs: 1e15 } },
    ...{ ledger: { place: '', load: () => undefined, save: (text) => void (ledger = text) } },
    ...{ chance: () => 1, warn: assert.fail },
  });
  for (let round = 0; round < 6; round++) {
    history.add(12);
    if (round === 2) history.snapshot();
    while (await shipper.ship(history.view, history.timeUs));
    if (round === 3) cpSync(folder, yesterday, { recursive: true });
  }
  const config = join(root, 'lockstep.json');
  const backup = { folders: [{ name: 'local', folder, keyFile }] };
  writeFileSync(config, JSON.stringify({ clusterId: historyClusterId, backup }), { mode: 0o600 });
  return { root, folder, config, history, keyFile, ledger, yesterday };
}

test('a restore gives the folders of 1, 3 or 5 replicas, whole and alike, at the command that was asked for', async (t) => {
  const { root, config, history } = await backedUp(t);
  for (const count of [1, 3, 5]) {
    const seq = 20 * count;
    const into = join(root, `restored-${count}`);
    const words = ['--to-seq', String(seq), '--into', into, '--replicas', String(count), '--config', config];
    const { code, json, err } = await run('backup', 'restore', ...words, '--json');
    assert.equal(code, 0, err);
    const reference = history.engineAt(seq);
    assert.equal(json['stateHash'], reference.stateHash());
    assert.equal(json['economicHash'], reference.economicHash());
    const ids = Array.from({ length: count }, (_, n) => n + 1);
    for (const id of ids) {
      const storage = new JournalFolder(join(into, `replica-${id}`));
      const { newest } = newestSnapshot(storage);
      assert.equal(newest?.seq, seq);
      assert.equal(newest?.stateHash, reference.stateHash());
      assert.equal(newest?.epoch, 2, 'a restore begins the next generation');
      assert.deepEqual(newest?.founders, ids);
      const opened = StateFile.open(storage);
      assert.ok(opened.kind === 'open' && opened.file.state.instance === json['instance']);
      assert.equal(opened.file.state.recovering, false);
    }
    assert.deepEqual(readdirSync(into).sort(), ['cluster.json', ...ids.map((id) => `replica-${id}`)]);
  }
  assert.deepEqual(
    readdirSync(root).filter((name) => name.startsWith('.')),
    [],
    'nothing unfinished is left',
  );
});

test('what cannot be done is refused with what to do, and nothing is changed', async (t) => {
  const { root, config, folder, history } = await backedUp(t);
  const filled = join(root, 'filled');
  mkdirSync(filled);
  writeFileSync(join(filled, 'precious'), 'x');
  const into = join(root, 'into');
  const beyond = String(history.lastSeq + 1);
  const wrong: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
    [
      ['restore', '--latest', '--into', filled],
      2,
      /is not empty: it holds precious\. A restore replaces nothing/,
    ],
    [['restore', '--into', into], 2, /Say how far, in one way: --to-seq N, --to-time T, or --latest/],
    [['restore', '--latest', '--to-seq', '3', '--into', into], 2, /Say how far, in one way/],
    [['restore', '--to-time', 'yesterday', '--into', into], 2, /a time with its zone, such as 2026/],
    [['restore', '--to-seq', beyond, '--into', into], 1, /cannot give seq .*Nearest good points: seq \d+/],
    [['restore', '--latest', '--into', into, '--chain', 'x'], 1, /There is no chain x .*; there are: \d{8}T/],
    [
      ['restore', '--latest', '--into', into, '--target', 'x'],
      2,
      /There is no target x; the configuration names local/,
    ],
    [
      ['restore', '--latest', '--into', into, '--backup-folder', folder],
      1,
      /encrypted with key [0-9a-f]{16}; name the file/,
    ],
    [['restore', '--latest', '--into', into, '--cluster-id', '8'], 1, /holds no backup of cluster 8/],
    [
      ['verify', '--backup-folder', join(root, 'none')],
      1,
      /it is not there\. Make the folder, or mount the disk/,
    ],
    [['key', config], 2, /An existing file is never replaced/],
  ];
  for (const [words, code, says] of wrong) {
    const own = words[0] === 'key' || words.includes('--backup-folder') ? [] : ['--config', config];
    const ran = await run('backup', ...words, ...own);
    assert.match(ran.err, says);
    assert.equal(ran.code, code, words.join(' '));
  }
  assert.equal(existsSync(into), false);
  assert.deepEqual(readdirSync(filled), ['precious']);
});

test('a wrong key is told from damage, and names both keys', async (t) => {
  const { root, config } = await backedUp(t);
  const other = join(root, 'other.key');
  await run('backup', 'key', other);
  const { code, err } = await run('backup', 'verify', '--config', config, '--key-file', other);
  assert.equal(code, 1);
  assert.match(err, /is encrypted with key [0-9a-f]{16}, and the key that was given is [0-9a-f]{16}/);
  const restored = await run(
    'backup',
    'restore',
    '--latest',
    '--into',
    join(root, 'into'),
    '--config',
    config,
    '--key-file',
    other,
  );
  assert.match(restored.err, /the key that was given is [0-9a-f]{16}\.(?!.*Nearest)/);
  assert.equal(existsSync(join(root, 'into')), false);
});

test('nothing is removed from a chain whose head this key does not open', async (t) => {
  const { root, config, folder, keyFile } = await backedUp(t);
  const other = join(root, 'other.key');
  await run('backup', 'key', other);
  const file = JSON.parse(readFileSync(config, 'utf8')) as { backup: { folders: object[] } };
  const folders = file.backup.folders.map((each) => ({ ...each, keepHours: 1, keepCount: 1 }));
  writeFileSync(config, JSON.stringify({ ...file, backup: { folders } }));
  const before = readdirSync(folder, { recursive: true }).length;
  const wrong = await run('backup', 'prune', '--config', config, '--key-file', other);
  assert.match(
    wrong.err,
    /is left as it is\. Its head cannot be read: its seal does not match: it was not sealed with this key/,
  );
  assert.equal(readdirSync(folder, { recursive: true }).length, before);
  const own = await run('backup', 'prune', '--config', config, '--key-file', keyFile);
  assert.match(own.out, /Removed \d+ objects/);
  assert.equal((await run('backup', 'verify', '--config', config)).code, 0);
});

test('a backup that was never restored counts as none; a proof is told with what it found', async (t) => {
  const { config, history } = await backedUp(t);
  assert.match((await run('backup', 'list', '--config', config)).out, /NEVER RESTORED: it counts as none/);
  const proof = await run('backup', 'verify', '--config', config);
  assert.equal(proof.code, 0, proof.err);
  assert.match(
    proof.out,
    new RegExp(
      `proved to seq ${history.lastSeq}, state hash ${history.engineAt(history.lastSeq).stateHash()}`,
    ),
  );
  assert.match(
    (await run('backup', 'list', '--config', config)).out,
    /proved to seq \d+ at \d{4}-.*a restore took [\d.]+ s/,
  );
});

test('a restore to the newest command, and to a time; all is proved again; what need not be kept is removed', async (t) => {
  const { root, config, history } = await backedUp(t);
  const newest = await run(
    'backup',
    'restore',
    '--latest',
    '--into',
    join(root, 'newest'),
    '--config',
    config,
    '--json',
  );
  assert.equal(newest.code, 0, newest.err);
  assert.equal(newest.json['seq'], history.lastSeq);
  const { timeUs } = history.commands[29]!;
  const at = new Date(Math.floor(timeUs / 1_000) + 1).toISOString();
  const words = ['--to-time', at, '--into', join(root, 'then'), '--config', config];
  const then = await run('backup', 'restore', ...words, '--json');
  assert.equal(then.code, 0, then.err);
  const before = history.commands.filter((each) => each.timeUs <= Date.parse(at) * 1_000).length;
  assert.equal(then.json['seq'], before);

  assert.equal((await run('backup', 'verify', '--config', config)).code, 0);
  const again = await run('backup', 'verify', '--all', '--config', config, '--json');
  assert.equal(again.code, 0, again.err);
  const planned = await run('backup', 'prune', '--plan', '--config', config);
  assert.equal(planned.code, 0, planned.err);
  const pruned = await run('backup', 'prune', '--config', config);
  assert.equal(pruned.code, 0, pruned.err);
  assert.equal((await run('backup', 'verify', '--config', config)).code, 0, 'what is left is whole');
});

test('a target that shows an older state of itself, or nothing, is told by what the backup of this machine had shipped', async (t) => {
  const { root, folder, config, keyFile, ledger, yesterday } = await backedUp(t);
  const data = join(root, 'data');
  mkdirSync(join(data, 'backup'), { recursive: true });
  writeFileSync(join(data, 'backup', 'local.json'), ledger);
  const own = ['--config', config, '--data', data];
  const good = await run('backup', 'verify', ...own);
  assert.equal(good.code, 0, good.err);
  const why =
    /objects? \d+( to \d+)? missing, which the backup of this machine had shipped: the target shows an older state/;
  for (const shown of ['yesterday', 'nothing'] as const) {
    rmSync(folder, { recursive: true });
    if (shown === 'yesterday') cpSync(yesterday, folder, { recursive: true });
    else mkdirSync(folder);
    const into = join(root, `latest-${shown}`);
    for (const words of [['verify'], ['verify', '--all'], ['restore', '--latest', '--into', into]]) {
      const { code, err } = await run('backup', ...words, ...own);
      assert.equal(code, 1, `${shown}: ${words.join(' ')}`);
      assert.match(err, why);
    }
    assert.equal(existsSync(into), false);
    assert.match((await run('backup', 'list', ...own)).out, why);
    const elsewhere = await run('backup', 'verify', '--backup-folder', folder, '--key-file', keyFile);
    assert.equal(elsewhere.code, shown === 'yesterday' ? 0 : 2, 'without what was noted it cannot be known');
    if (shown === 'nothing') continue;
    const offered = /Nearest good points: seq (\d+)/.exec(
      (await run('backup', 'restore', '--latest', '--into', into, ...own)).err,
    );
    const there = await run('backup', 'restore', '--to-seq', offered![1]!, '--into', into, ...own);
    assert.equal(there.code, 0, there.err);
  }
});

test('where two exchanges with one id wrote to one target, the newest state is that of the one that this machine had', async (t) => {
  const { root, folder, config, keyFile, ledger, history } = await backedUp(t);
  const key = backupKey(new Uint8Array(Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'hex')));
  const other = new SampleHistory(9, 815);
  other.add(300);
  const shipper = new Shipper({
    ...{ target: new FolderTarget(folder), source: other.source(), clusterId: historyClusterId },
    ...{ packing: { compression: 'zstd', key }, retention: { count: 9, ageUs: 1e15 } },
    ...{ ledger: { place: '', load: () => undefined, save: () => undefined }, chance: () => 2 },
    warn: assert.fail,
  });
  while (await shipper.ship({ ...other.view, instance: 815 }, other.timeUs + 60_000_000));
  const into = join(root, 'into');
  const words = ['restore', '--latest', '--into', into, '--config', config];
  const refused = await run('backup', ...words);
  assert.equal(refused.code, 1);
  assert.match(
    refused.err,
    /several exchanges with the id 7 wrote: chains \S+ \(exchange 815, .* Name the one .* --chain/,
  );
  assert.equal(existsSync(into), false);
  const data = join(root, 'data');
  mkdirSync(join(data, 'backup'), { recursive: true });
  writeFileSync(join(data, 'backup', 'local.json'), ledger);
  const own = await run('backup', ...words, '--data', data, '--json');
  assert.deepEqual([own.code, own.json['seq']], [0, history.lastSeq], own.err);
});

test('damage makes a proof fail, with the object and the reason', async (t) => {
  const { config, folder } = await backedUp(t);
  const [cluster = ''] = readdirSync(folder);
  const [chain = ''] = readdirSync(join(folder, cluster));
  const name = readdirSync(join(folder, cluster, chain)).filter((each) => each.includes('-log-'))[1]!;
  const path = join(folder, cluster, chain, name);
  const bytes = readFileSync(path);
  bytes[bytes.length - 3]! ^= 4;
  writeFileSync(path, bytes);
  const { code, err, json } = await run('backup', 'verify', '--config', config, '--json');
  assert.equal(code, 1);
  assert.match(err, new RegExp(`${name}: its bytes are not those that were stored`));
  assert.equal(json['ok'], false);
  assert.doesNotMatch((await run('backup', 'list', '--config', config)).out, /proved to seq/);
});

test('an export holds each command of the range once, with its events; tokens of sessions are left out', async (t) => {
  const { root, config, history } = await backedUp(t);
  const file = join(root, 'range.jsonl');
  const words = ['--from', '40', '--to', '90', '--config', config];
  const { code, err, json } = await run('export', ...words, '--out', file, '--json');
  assert.equal(code, 0, err);
  assert.equal(json['commands'], 51);
  const text = readFileSync(file, 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number; timeUs: number; events: { seq: number }[] });
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    Array.from({ length: 51 }, (_, n) => 40 + n),
  );
  for (const { seq, timeUs, events } of lines) {
    assert.equal(timeUs, history.commands[seq - 1]!.timeUs);
    assert.ok(events.every((event) => event.seq === seq));
  }
  assert.ok(lines.some(({ events }) => events.length > 1));
  assert.doesNotMatch((await run('export', '--from', '1', '--to', '9', '--config', config)).out, /token/i);
  const csv = (await run('export', ...words, '--format', 'csv')).out.split('\n');
  assert.equal(csv[0], 'seq,time,timeUs,record,type,fields');
  assert.equal(csv.filter((row) => /^\d+,[^,]+,\d+,command,/.test(row)).length, 51);
  assert.equal((await run('export', ...words, '--out', file)).code, 2, 'no file is replaced');
  const beyond = String(history.lastSeq + 5);
  const refused = await run('export', '--from', '40', '--to', beyond, '--format', 'csv', '--config', config);
  assert.match(refused.err, /cannot give seq/);
  assert.equal(refused.out, '', 'a refusal has no heading of rows');
  const short = join(root, 'short.jsonl');
  assert.match((await run('export', ...words, '--to', beyond, '--out', short)).err, /cannot give seq/);
  assert.equal(existsSync(short), false, 'what is not whole is not left behind');
});

const target: TargetStanding = {
  ...{
    name: 'local',
    place: 'folder /b',
    chain: 'c',
    seq: 5,
    index: 7,
    behindFrames: 0,
    behindSeqs: 0,
    behindSinceMs: 0,
  },
  ...{ levelMs: 1, error: '', failingSinceMs: 0, proof: undefined, proofError: '', broken: '' },
};
const bounds = { alarmSeconds: 60, verifyHours: 1 };

test('a backup that has stopped, falls behind, cannot be written, or was not proved alarms', () => {
  const nowMs = 100 * msPerHour;
  const standing = (change: Partial<TargetStanding>): BackupStanding => ({
    ...{ ...ownIdentity(), startedMs: nowMs - msPerHour, writtenMs: nowMs, replicaId: 2 },
    targets: [{ ...target, ...change }],
  });
  const alarms = (change: Partial<TargetStanding>, nowIs = nowMs): string =>
    alarmsOf(standing(change), bounds, nowIs)
      .map(({ text }) => text)
      .join('\n');
  assert.equal(alarms({}), '');
  assert.equal(alarms({ behindFrames: 3, behindSinceMs: nowMs - 59_000 }), '');
  assert.match(alarms({ behindFrames: 3, behindSinceMs: nowMs - 61_000 }), /behind by 3 frames and 61 s/);
  assert.equal(alarms({ error: 'it is full', failingSinceMs: nowMs - 1_000 }), '');
  assert.match(
    alarms({ error: 'It is full.', failingSinceMs: nowMs - 90_000 }),
    /nothing could be shipped for 90 s\. It is full/,
  );
  assert.match(alarms({ proofError: 'object 3 is missing' }), /last proof FAILED\. object 3/);
  assert.match(alarms({ broken: 'a new chain begins' }), /a new chain begins/);
  const never = { ...standing({}), startedMs: nowMs - 3 * msPerHour };
  assert.match(alarmsOf(never, bounds, nowMs)[0]!.text, /was ever restored, so that it counts as none/);
  assert.match(alarms({}, nowMs + 31_000), /stands still since/);
  assert.match(alarmsOf({ ...standing({}), pid: 2 ** 30 }, bounds, nowMs)[0]!.text, /does not run since/);
  assert.match(alarmsOf(undefined, bounds, nowMs)[0]!.text, /has never run here/);
  assert.equal(rpoSeconds({ ...target, behindSinceMs: nowMs - 2_500 }, nowMs), 2.5);
  assert.equal(rpoSeconds(target, nowMs), 0);
});
