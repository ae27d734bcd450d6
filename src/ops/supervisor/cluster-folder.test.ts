import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { standardReplicas } from '../configuration/replicas.ts';
import { ExitCode, Failure } from '../failure.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import {
  clearFolder,
  closeDataFolder,
  endFounding,
  formatFolder,
  formattedFor,
  isFounder,
  lockFolder,
  logFile,
  markFounder,
  readUpFile,
  replicaFolder,
  runningFile,
  writeRunning,
  writeUpFile,
} from './cluster-folder.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const cluster = (count = 3, clusterId = 1): ConfigurationFile =>
  readConfiguration({ replicas: standardReplicas(count), clusterId }).configuration;
const addData = (path: string, id: number): void =>
  writeFileSync(join(replicaFolder(path, id), 'journal'), 'x');
const isUsage = (pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.exitCode === ExitCode.usage && pattern.test(error.message);

test('a blank folder becomes a new cluster, and every replica a founder of it', (context) => {
  const path = folder(context);
  assert.deepEqual(formatFolder(path, cluster()), { founded: true, blank: [] });
  assert.deepEqual(
    [1, 2, 3].map((id) => isFounder(path, id)),
    [true, true, true],
  );
  assert.deepEqual(formattedFor(path), { clusterId: 1, replicas: [1, 2, 3] });
});

test('a replica may go on founding its cluster until its mark is removed', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  addData(path, 1);
  assert.equal(isFounder(path, 1), true, 'its founding was interrupted');
  endFounding(path, 1);
  assert.equal(isFounder(path, 1), false);
  rmSync(join(replicaFolder(path, 1), 'journal'));
  assert.equal(isFounder(path, 1), false, 'it lost its data: it must not found a second cluster');
});

test('failure 20: a wiped replica of a living cluster founds nothing', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  for (const id of [1, 2, 3]) addData(path, id);
  rmSync(replicaFolder(path, 2), { recursive: true });
  assert.deepEqual(formatFolder(path, cluster()), { founded: false, blank: [2] });
  assert.equal(isFounder(path, 2), false);
});

test('locks and half-written files are no data', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  writeFileSync(join(replicaFolder(path, 1), '.lock'), '1');
  assert.equal(isFounder(path, 1), true);
});

test('a folder of another cluster, or of other replicas, is refused', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  addData(path, 1);
  assert.throws(
    () => formatFolder(path, cluster(3, 2)),
    isUsage(/^clusterId: 2 does not match .* Set clusterId to 1/),
  );
  assert.throws(() => formatFolder(path, cluster(5)), isUsage(/^replicas: .* 1, 2, 3, 4, 5.*--replicas 3/));
  assert.throws(() => formatFolder(path, cluster(1)), isUsage(/--replicas 3/));
  assert.deepEqual(
    formatFolder(path, cluster()),
    { founded: false, blank: [] },
    'their founding was interrupted',
  );
  for (const id of [1, 2, 3]) endFounding(path, id);
  assert.deepEqual(formatFolder(path, cluster()), { founded: false, blank: [2, 3] });
});

test('a new cluster has 1, 3 or 5 replicas; a file may name others beside the members of a living one', (context) => {
  const path = folder(context);
  const isRefused = isUsage(/has 4 entries, and a new cluster is founded by 1, 3 or 5/);
  assert.throws(() => formatFolder(path, cluster(4)), isRefused);
  assert.throws(() => markFounder(path, 1, cluster(4)), isRefused);
});

test('data of a replica that nobody names is not passed over', (context) => {
  const path = folder(context);
  mkdirSync(replicaFolder(path, 5), { recursive: true });
  addData(path, 5);
  assert.throws(() => formatFolder(path, cluster()), isUsage(/data of replica 5/));
});

test('one replica alone can be made a founder, once', (context) => {
  const path = folder(context);
  markFounder(path, 2, cluster());
  assert.equal(isFounder(path, 2), true);
  addData(path, 2);
  assert.throws(() => markFounder(path, 2, cluster()), isUsage(/cannot found a cluster/));
});

test('clearing removes what a cluster made, and leaves the keys and what is not ours', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  writeRunning(path, cluster());
  for (const name of ['keys.json', 'notes.txt']) writeFileSync(join(path, name), 'x');
  clearFolder(path);
  assert.deepEqual(readdirSync(path).sort(), ['keys.json', 'notes.txt']);
});

const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

test('what a cluster makes is for its owner alone, whatever the umask; what was open is closed and told', (context) => {
  const path = join(folder(context), 'data');
  const umask = process.umask(0);
  try {
    lockFolder(path)();
    formatFolder(path, cluster());
    writeRunning(path, cluster());
  } finally {
    process.umask(umask);
  }
  const folders = ['', 'logs', 'replica-1'].map((name) => join(path, name));
  for (const name of folders) assert.equal(mode(name), '700', name);
  for (const name of ['cluster.json', 'running.json', 'replica-1/format.json'])
    assert.equal(mode(join(path, name)), '600', name);
  assert.equal(closeDataFolder(path), false);
  for (const name of folders) chmodSync(name, 0o755);
  writeFileSync(logFile(path, 'gateway'), 'x');
  chmodSync(logFile(path, 'gateway'), 0o640);
  assert.equal(closeDataFolder(path), true);
  formatFolder(path, cluster());
  for (const name of folders) assert.equal(mode(name), '700', name);
  assert.equal(mode(logFile(path, 'gateway')), '600');
});

test('a folder that is shared on purpose is left open', (context) => {
  const path = folder(context);
  chmodSync(path, 0o1777);
  assert.equal(closeDataFolder(path), false);
  assert.equal(mode(path), '1777');
});

test('the running configuration may hold secrets: it is for its owner alone', (context) => {
  const path = folder(context);
  writeRunning(path, cluster());
  assert.equal(statSync(runningFile(path)).mode & 0o777, 0o600);
});

test('a second supervisor on one folder is refused, whatever the file of the lock says', (context) => {
  const path = folder(context);
  const unlock = lockFolder(path);
  const number = new RegExp(`A cluster runs on .* already \\(process ${process.pid}\\)`);
  assert.throws(() => lockFolder(path), number);
  // As one finds it that comes while another one takes the lock, and after a supervisor that died with it.
  for (const text of ['', 'torn', `${2 ** 22 + 1}\n`]) {
    writeFileSync(join(path, 'up.lock'), text);
    assert.throws(() => lockFolder(path), number, text);
  }
  unlock();
  lockFolder(path)();
});

test('a folder that cannot be written is a usage error', () => {
  assert.throws(() => lockFolder('/dev/null/data'), isUsage(/cannot be used: .*--data/));
});

test('what a dead supervisor said is not repeated', (context) => {
  const path = folder(context);
  const up = { ...ownIdentity(), startedAt: 'now', gatewayUrl: 'http://x', children: [] };
  assert.equal(readUpFile(path), undefined);
  writeUpFile(path, up);
  assert.deepEqual(readUpFile(path), up);
  writeUpFile(path, { ...up, pid: 2 ** 22 + 1 });
  assert.equal(readUpFile(path), undefined);
  // Its number lives on, as a stranger.
  writeUpFile(path, { ...up, startedTicks: '1' });
  assert.equal(readUpFile(path), undefined);
});

test('a spoiled file of a data folder is refused in words that say what to do', (context) => {
  const path = folder(context);
  const texts = [
    '',
    'null',
    '5',
    '[]',
    '{}',
    '{"pid":0,"children":[]}',
    '{"clusterId":1,"replicas":{}}',
    '{"cl',
  ];
  for (const text of texts) {
    for (const name of ['cluster.json', 'up.json', 'up.lock']) writeFileSync(join(path, name), text);
    assert.throws(() => formattedFor(path), isUsage(/cluster\.json is damaged: .*Write that again/), text);
    assert.throws(() => readUpFile(path), isUsage(/up\.json is damaged: .*remove the file/), text);
  }
  const up = { ...ownIdentity(), startedTicks: undefined, startedAt: '', gatewayUrl: '', children: [] };
  writeFileSync(join(path, 'up.json'), JSON.stringify(up));
  assert.throws(() => readUpFile(path), /up\.json is damaged: startedTicks: is missing/);
});

test('where no replica has data, a spoiled lock and list of replicas are written again', (context) => {
  const path = folder(context);
  for (const text of ['', 'null', '{}']) {
    for (const name of ['cluster.json', 'up.lock']) writeFileSync(join(path, name), text);
    lockFolder(path)();
    assert.deepEqual(formatFolder(path, cluster()), { founded: true, blank: [] });
    assert.deepEqual(formattedFor(path)?.replicas, [1, 2, 3]);
  }
});

test('a spoiled list of replicas beside their data starts nothing', (context) => {
  const path = folder(context);
  formatFolder(path, cluster());
  writeFileSync(join(replicaFolder(path, 1), 'state'), 'data');
  writeFileSync(join(path, 'cluster.json'), '{"clusterId":1,');
  assert.throws(() => formatFolder(path, cluster()), isUsage(/cluster\.json is damaged/));
});

test('what a later release writes beside the known keys is passed over', (context) => {
  const path = folder(context);
  writeFileSync(join(path, 'cluster.json'), '{"clusterId":1,"replicas":[1],"later":{}}');
  assert.equal(formattedFor(path)?.clusterId, 1);
});
