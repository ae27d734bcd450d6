import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ExitCode, Failure } from '../failure.ts';
import { demoKeyId, findKeys, gatewayKeys, openKeys } from './keys.ts';
import { configHash, loadConfiguration } from './load.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const isUsage = (pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.exitCode === ExitCode.usage && pattern.test(error.message);

test('no file is needed; the data folder is in the working folder', (context) => {
  const here = folder(context);
  const { file, dataFolder, namesReplicas } = loadConfiguration({}, here);
  assert.equal(file, undefined);
  assert.equal(dataFolder, join(here, 'lockstep-data'));
  assert.equal(namesReplicas, false);
});

test('lockstep.json is read where it stands; its paths are relative to it', (context) => {
  const here = folder(context);
  writeFileSync(join(here, 'lockstep.json'), '{"dataFolder": "state", "clusterId": 7}');
  assert.equal(loadConfiguration({}, here).configuration.clusterId, 7);
  const fromElsewhere = loadConfiguration({ config: join(here, 'lockstep.json') }, tmpdir());
  assert.equal(fromElsewhere.dataFolder, join(here, 'state'));
});

test('options win over the file', (context) => {
  const here = folder(context);
  writeFileSync(
    join(here, 'lockstep.json'),
    '{"gateway": {"port": 1000, "timeWindowMs": 700}, "replicas": [{}]}',
  );
  const { configuration, dataFolder } = loadConfiguration(
    { gatewayPort: 2_000, operatorPort: 2_001, replicas: 5, data: 'other' },
    here,
  );
  assert.deepEqual([configuration.gateway.port, configuration.gateway.operatorPort], [2_000, 2_001]);
  assert.equal(configuration.gateway.timeWindowMs, 700);
  assert.equal(configuration.replicas.length, 5);
  assert.equal(dataFolder, join(here, 'other'));
});

test('a file that is missing, no JSON or wrong is a usage error that names the file', (context) => {
  const here = folder(context);
  assert.throws(
    () => loadConfiguration({ config: 'none.json' }, here),
    isUsage(/no configuration file .*none\.json/),
  );
  writeFileSync(join(here, 'lockstep.json'), '{\n  "clusterId": 1,\n}');
  assert.throws(() => loadConfiguration({}, here), isUsage(/lockstep\.json is not JSON: .*line 3/));
  writeFileSync(join(here, 'lockstep.json'), '{"clusterId": 0, "idle": 1}');
  assert.throws(() => loadConfiguration({}, here), isUsage(/2 problems.*clusterId: 0.*idle: 1/s));
});

test('the hash is over what all members share, not over folders', () => {
  const { configuration } = loadConfiguration({}, tmpdir());
  assert.equal(configHash(configuration), configHash({ ...configuration, dataFolder: '/elsewhere' }));
  assert.notEqual(configHash(configuration), configHash({ ...configuration, durability: 'memory' }));
  assert.match(configHash(configuration), /^[0-9a-f]{16}$/);
});

test('keys are made once, for their owner alone, and used again', (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  assert.equal(findKeys(configuration, dataFolder), undefined);
  const first = openKeys(configuration, dataFolder);
  assert.equal(first.created, true);
  assert.equal(statSync(join(dataFolder, 'keys.json')).mode & 0o777, 0o600);
  const second = openKeys(configuration, dataFolder);
  assert.deepEqual(second, { ...first, created: false });
  assert.deepEqual(findKeys(configuration, dataFolder)?.operator, first.operator);
  assert.match(first.operator, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    first.apiKeys.map(({ keyId, accountIds }) => ({ keyId, accountIds })),
    [{ keyId: demoKeyId, accountIds: [1] }],
  );
});

test('a gateway makes no keys, and takes the token of the operator beside the identity of an operator alone', (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  assert.deepEqual(gatewayKeys(configuration, dataFolder, true), { apiKeys: [], hasUselessToken: false });
  assert.equal(findKeys(configuration, dataFolder), undefined);
  const { operator, apiKeys } = openKeys(configuration, dataFolder);
  assert.deepEqual(gatewayKeys(configuration, dataFolder, false), { apiKeys, hasUselessToken: true });
  const all = { operatorToken: operator, apiKeys, hasUselessToken: false };
  assert.deepEqual(gatewayKeys(configuration, dataFolder, true), all);
});

test('a key in the configuration wins over the file', (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  const operator = 'cd'.repeat(32);
  const own = { keyId: demoKeyId, secret: 'ee'.repeat(32), accountIds: [9], name: 'mine' };
  const changed = {
    ...configuration,
    keys: { ...configuration.keys, operator },
    gateway: { ...configuration.gateway, apiKeys: [own] },
  };
  const keys = openKeys(changed, dataFolder);
  assert.equal(keys.operator, operator);
  assert.deepEqual(keys.apiKeys, [own]);
});

test('keys that an earlier release kept for sessions and datagrams are left alone', (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  const { operator } = openKeys(configuration, dataFolder);
  const path = join(dataFolder, 'keys.json');
  const keys = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(keys), ['operator', 'apiKeys']);
  const former = { cluster: 'ab'.repeat(32), session: 'cd'.repeat(32) };
  writeFileSync(path, JSON.stringify({ ...former, ...keys }), { mode: 0o600 });
  assert.equal(openKeys(configuration, dataFolder).operator, operator);
});

test('keys that others may read, and damaged ones, are refused', (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  openKeys(configuration, dataFolder);
  const path = join(dataFolder, 'keys.json');
  chmodSync(path, 0o644);
  assert.throws(() => openKeys(configuration, dataFolder), isUsage(/others may open .*chmod 600/));
  chmodSync(path, 0o600);
  const keys = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  rmSync(path);
  symlinkSync('/dev/zero', path);
  assert.throws(() => openKeys(configuration, dataFolder), isUsage(/cannot be read.*not a regular file/));
  rmSync(path);
  for (const damaged of ['{', 'null', '[]', JSON.stringify({ ...keys, operator: undefined })]) {
    writeFileSync(path, damaged, { mode: 0o600 });
    assert.throws(() => openKeys(configuration, dataFolder), isUsage(/keys\.json is damaged/), damaged);
  }
});

test('a configuration that holds secrets is refused where others may read it', (context) => {
  const here = folder(context);
  const path = join(here, 'lockstep.json');
  const secret = 'ab'.repeat(32);
  const holding = [
    { keys: { root: secret } },
    { keys: { operator: secret } },
    { gateway: { apiKeys: [{ keyId: 'k', secret, accountIds: [1] }] } },
  ];
  for (const configuration of holding) {
    writeFileSync(path, JSON.stringify(configuration));
    chmodSync(path, 0o644);
    assert.throws(() => loadConfiguration({}, here), isUsage(/holds secrets.*chmod 600 .*lockstep\.json/));
    chmodSync(path, 0o600);
    loadConfiguration({}, here);
  }
  writeFileSync(path, '{"clusterId": 7}');
  chmodSync(path, 0o644);
  assert.equal(loadConfiguration({}, here).configuration.clusterId, 7);
});

test('secrets of another user are refused', {
  skip: process.geteuid?.() !== 0 && 'takes root',
}, (context) => {
  const here = folder(context);
  const { configuration, dataFolder } = loadConfiguration({ data: 'd' }, here);
  openKeys(configuration, dataFolder);
  chownSync(join(dataFolder, 'keys.json'), 65_534, 65_534);
  assert.throws(
    () => openKeys(configuration, dataFolder),
    isUsage(/belongs to user 65534.*runs as root: run it as that user/),
  );
  const path = join(here, 'lockstep.json');
  writeFileSync(path, JSON.stringify({ keys: { operator: 'ab'.repeat(32) } }), { mode: 0o600 });
  chownSync(path, 65_534, 65_534);
  assert.throws(() => loadConfiguration({}, here), isUsage(/belongs to user 65534/));
});
