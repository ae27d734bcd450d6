import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommandLine } from '../cli/program.ts';
import { Failure } from '../failure.ts';
import { runningFile, writeRunning } from '../supervisor/cluster-folder.ts';
import { loadConfiguration } from './load.ts';

const inFile = 'ab'.repeat(32);
const inEnvironment = 'cd'.repeat(32);
const inCredential = 'ef'.repeat(32);
const inAddress = 'services/T0/B0/XX';
const allSecrets = [inFile, inEnvironment, inCredential, inAddress];
const variable = 'LOCKSTEP_TEST_SECRET';

function setting(context: TestContext, json: object) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const { CREDENTIALS_DIRECTORY: before } = process.env;
  context.after(() => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env[variable];
    if (before === undefined) delete process.env['CREDENTIALS_DIRECTORY'];
    else process.env['CREDENTIALS_DIRECTORY'] = before;
  });
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${inFile}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'address'), `https://chat.example/${inAddress}\n`, { mode: 0o600 });
  process.env[variable] = inEnvironment;
  process.env['CREDENTIALS_DIRECTORY'] = folder;
  writeFileSync(join(folder, 'session'), inCredential);
  const config = join(folder, 'lockstep.json');
  // Others may read it: it holds no secret itself.
  writeFileSync(config, JSON.stringify(json), { mode: 0o644 });
  chmodSync(config, 0o644);
  return { folder, config, secretFile };
}

const places = {
  keys: { root: { credential: 'session' }, operator: { env: variable } },
  gateway: { apiKeys: [{ keyId: 'a', secret: { file: 'secret' }, accountIds: [1] }] },
  notify: { webhooks: [{ name: 'chat', url: { file: 'address' } }] },
};

test('secrets come from files, the environment and the credentials of systemd', (context) => {
  const { config } = setting(context, places);
  const { configuration } = loadConfiguration({ config }, '/');
  assert.deepEqual(configuration.keys, { root: inCredential, operator: inEnvironment });
  assert.equal(configuration.gateway.apiKeys[0]?.secret, inFile);
  assert.equal(configuration.notify.webhooks[0]?.url, `https://chat.example/${inAddress}`);
});

test('what up writes for its processes names the places, not the secrets, and is read the same elsewhere', (context) => {
  const { config, folder } = setting(context, places);
  const { configuration, secretPlaces } = loadConfiguration({ config });
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder, { mode: 0o700 });
  writeRunning(dataFolder, configuration, secretPlaces);
  const text = readFileSync(runningFile(dataFolder), 'utf8');
  for (const secret of allSecrets) assert.ok(!text.includes(secret));
  const again = loadConfiguration({ config: runningFile(dataFolder) }, '/');
  assert.deepEqual(again.configuration.keys, configuration.keys);
  assert.deepEqual(again.configuration.gateway, configuration.gateway);
});

test('no command shows a secret, wherever it stands', async (context) => {
  const { config } = setting(context, places);
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const terminal = { print: say, printError: say, isScreen: false };
  for (const words of [
    ['config'],
    ['config', '--json'],
    ['status', '--json'],
    ['curl', 'GET', '/v1/orders', '--key', 'a'],
  ])
    await runCommandLine([...words, '--config', config], terminal);
  assert.match(said.join('\n'), /\(hidden\)/);
  for (const secret of allSecrets) assert.ok(!said.join('\n').includes(secret));
});

const wrong: readonly (readonly [source: unknown, message: RegExp])[] = [
  [{ file: 'none' }, /keys\.operator\.file: .*none cannot be read: ENOENT/],
  [{ file: 'open' }, /keys\.operator\.file: others may open .*open: run "chmod 600 .*open"/],
  [
    { env: 'LOCKSTEP_TEST_NONE' },
    /keys\.operator\.env: the environment of this process has no LOCKSTEP_TEST_NONE/,
  ],
  [{ credential: '../x' }, /keys\.operator\.credential: it is no name/],
  [{ credential: 'none' }, /keys\.operator\.credential: .*none cannot be read/],
  [
    { vault: inFile },
    /keys\.operator: the value \(hidden\) is no place of a secret; allowed: \{"file": PATH\}/,
  ],
  [{ file: 'secret', env: variable }, /keys\.operator: the value \(hidden\) is no place/],
  [{ file: 1 }, /keys\.operator: the value \(hidden\) is no place/],
  [[inFile], /keys\.operator: the value \(hidden\) is no place/],
  [{ file: 'short' }, /keys\.operator: the value \(hidden\) is wrong; allowed: 64 hexadecimal digits/],
];
for (const [source, message] of wrong) {
  test(`${JSON.stringify(source).replaceAll(inFile, '…')} is refused in words, without the secret`, (context) => {
    const { config, folder } = setting(context, { keys: { operator: source } });
    writeFileSync(join(folder, 'open'), inFile);
    chmodSync(join(folder, 'open'), 0o644);
    writeFileSync(join(folder, 'short'), inFile.slice(2), { mode: 0o600 });
    assert.throws(
      () => loadConfiguration({ config }),
      (error: Error) => {
        assert.ok(error instanceof Failure);
        assert.match(error.message, message);
        assert.match(error.message, / 1 problem\./);
        assert.ok(!error.message.includes(inFile.slice(0, 8)));
        return true;
      },
    );
  });
}

test('without systemd a credential is refused with what to do', (context) => {
  const { config } = setting(context, { keys: { operator: { credential: 'operator' } } });
  delete process.env['CREDENTIALS_DIRECTORY'];
  assert.throws(() => loadConfiguration({ config }), /keys\.operator\.credential: .*LoadCredential=operator/);
});

test('a file that holds a secret itself must be for its owner alone', (context) => {
  for (const more of [
    { keys: { operator: inEnvironment } },
    { notify: { webhooks: [{ name: 'chat', url: `https://chat.example/${inAddress}` }] } },
  ]) {
    const { config } = setting(context, { ...places, ...more });
    assert.throws(
      () => loadConfiguration({ config }),
      /holds secrets, and others may open .* run "chmod 600 /,
    );
  }
});
