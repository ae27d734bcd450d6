import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
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
import { partyText } from '../../../trust/certificates.ts';
import { openOwnIdentity, watcherOf } from '../../certificates/own-identity.ts';
import { partyNamed } from '../../certificates/party-names.ts';
import { findKeys, openRootKey } from '../../configuration/keys.ts';
import { configHash, loadConfiguration } from '../../configuration/load.ts';
import { dutyOf } from '../../doctor/duty.ts';
import { runCommandLine } from '../program.ts';

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function run(...words: string[]) {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  const code = await runCommandLine(words, { print, printError: print, isScreen: false });
  return { code, text: lines.join('\n') };
}

const machines = [
  ...['--replica', '10.0.0.1=a', '--replica', '10.0.0.2=b', '--replica', '10.0.0.3=c'],
  ...['--gateway', '10.0.1.1', '--gateway', '10.0.1.2'],
  ...['--watcher', '10.0.2.1', '--watcher', '10.0.2.2'],
];

/** A machine as it is when its folder has been put to its places. */
function machine(out: string, name: string) {
  const data = join(out, name, 'var/lib/lockstep');
  return { data, loaded: loadConfiguration({ config: join(out, name, 'etc/lockstep/lockstep.json'), data }) };
}

test('init writes for each machine what it needs, and the keys of no other', async (context) => {
  const out = join(folder(context), 'cluster');
  const { code, text } = await run('init', ...machines, '--out', out);
  assert.equal(code, 0, text);
  assert.match(text, /replica-3 to 10\.0\.0\.3.*bootstrap --no-start.*authority/s);
  const names = ['replica-1', 'replica-2', 'replica-3', 'gateway-1', 'gateway-2'];
  const watchers = ['watcher-1', 'watcher-2'];
  assert.deepEqual(
    readdirSync(out).toSorted(),
    [...names, ...watchers, 'authority', 'cluster.json', 'joining', 'operator'].toSorted(),
  );
  const authority = readFileSync(join(out, 'authority/authority.pem'), 'utf8');
  const hashes = names.map((name) => {
    const { data, loaded } = machine(out, name);
    const identity = openOwnIdentity(data, partyNamed(name.replace('-', '/')));
    assert.equal(partyText(identity.own.party), name.replace('-', '/'));
    assert.deepEqual(readdirSync(join(data, 'identities')), [name], 'no identity of another machine');
    const host = loaded.configuration.replicas.find(({ id }) => name === `replica-${id}`)?.host;
    const pair = name.startsWith('replica') ? 'control' : 'gateway';
    const served = new X509Certificate(readFileSync(join(data, `tls/${pair}.pem`)));
    assert.ok(served.verify(new X509Certificate(authority).publicKey));
    assert.ok(served.checkIP(host ?? loaded.configuration.gateway.host), 'it is good for its own address');
    assert.equal(statSync(join(data, `tls/${pair}.key`)).mode & 0o077, 0, 'keys are for their owner alone');
    assert.ok(existsSync(join(out, name, 'install.sh')));
    assert.equal(existsSync(join(data, 'gateway-root.key')), name.startsWith('gateway'));
    return configHash(loaded.configuration);
  });
  for (const name of watchers) hashes.push(configHash(machine(out, name).loaded.configuration));
  assert.equal(new Set(hashes).size, 1, 'all machines are configured alike');
  const gateways = ['gateway-1', 'gateway-2'].map((name) => machine(out, name));
  const roots = gateways.map(({ data, loaded: { configuration } }) => openRootKey(configuration, data));
  assert.equal(roots[0], roots[1], 'gateways check the same API keys');
  for (const { data, loaded } of gateways)
    assert.equal(findKeys(loaded.configuration, data), undefined, 'and hold nothing of an operator');
  const operator = loadConfiguration({ config: join(out, 'operator/lockstep.json') });
  openOwnIdentity(operator.dataFolder, partyNamed('operator/1'));
  assert.match(findKeys(operator.configuration, operator.dataFolder)!.operator, /^[0-9a-f]{64}$/);
  assert.equal(openRootKey(operator.configuration, operator.dataFolder), roots[0]);
});

test('a watcher has an identity that gives no order of an operator, a number, and its unit alone', async (context) => {
  const out = join(folder(context), 'cluster');
  const { code, text } = await run('init', ...machines, '--out', out);
  assert.equal(code, 0, text);
  assert.match(text, /watcher-2 to 10\.0\.2\.2.*lockstep watch --found 1 2/s);
  for (const number of [1, 2]) {
    const { data, loaded } = machine(out, `watcher-${number}`);
    const { configuration } = loaded;
    assert.equal(configuration.canary?.watcher, number);
    const party = watcherOf({ configuration, dataFolder: data }, number);
    assert.equal(partyText(party), `watcher/${number}`);
    openOwnIdentity(data, party);
    assert.deepEqual(
      readdirSync(data).toSorted(),
      ['identities', 'tls'],
      'no key of customers, none of an operator',
    );
    assert.deepEqual(readdirSync(join(data, 'identities')), [`watcher-${number}`]);
    assert.deepEqual(readdirSync(join(data, 'tls')), ['authority.pem'], 'it serves nothing');
    const units = readdirSync(join(out, `watcher-${number}`, 'etc/systemd/system'));
    assert.deepEqual(units, ['lockstep-watch.service']);
    assert.deepEqual(dutyOf({ ...loaded, dataFolder: data }), { isGateway: false, watcher: number });
  }
  const added = await run('init', '--add-watcher', '10.0.2.3', '--out', out);
  assert.equal(added.code, 0, added.text);
  assert.equal(machine(out, 'watcher-3').loaded.configuration.canary?.watcher, 3);
  const alone = await run('init', '--replica', '10.0.0.1', '--out', `${out}-2`);
  assert.match(alone.text, /No watcher is named.*--add-watcher HOST/);
});

test('a gateway is added later, with the secrets of the others', async (context) => {
  const out = join(folder(context), 'cluster');
  assert.equal((await run('init', ...machines, '--out', out)).code, 0);
  const { code, text } = await run('init', '--add-gateway', '10.0.1.3', '--out', out);
  assert.equal(code, 0, text);
  const [first, added] = ['gateway-1', 'gateway-3'].map((name) => machine(out, name));
  assert.equal(added!.loaded.configuration.gateway.id, 3);
  assert.equal(
    openRootKey(added!.loaded.configuration, added!.data),
    openRootKey(first!.loaded.configuration, first!.data),
  );
  openOwnIdentity(added!.data, partyNamed('gateway/3'));
  const again = await run('init', '--add-gateway', '10.0.1.3', '--out', out);
  assert.equal(again.code, 2);
  assert.match(again.text, /10\.0\.1\.3 is named twice/);
  for (const text of ['', '{', 'null', '{"replicas":[],"gateways":[]}', '{"replicas":[{}]}']) {
    writeFileSync(join(out, 'cluster.json'), text);
    const spoiled = await run('init', '--add-gateway', '10.0.1.4', '--out', out);
    assert.deepEqual(
      [spoiled.code, /cluster\.json (cannot be read|is not what)/.test(spoiled.text)],
      [2, true],
    );
  }
});

/** Runs install.sh of a folder that init made, below another folder than "/". */
function install(root: string, folder: string): { readonly code: number | null; readonly said: string } {
  const env = { ...process.env, DESTDIR: root };
  const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'install.sh')], { env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

test('a machine with a replica and a gateway gets what both need, whichever is installed first', async (context) => {
  const path = folder(context);
  const out = join(path, 'cluster');
  const hosts = ['--replica', '10.0.0.1', '--gateway', '10.0.0.1'];
  assert.equal((await run('init', ...hosts, '--out', out)).code, 0);
  for (const names of [
    ['replica-1', 'gateway-1'],
    ['gateway-1', 'replica-1'],
  ]) {
    const root = join(path, names.join());
    for (const name of names) assert.equal(install(root, join(out, name)).code, 0);
    const data = join(root, 'var/lib/lockstep');
    const config = join(root, 'etc/lockstep/lockstep.json');
    const loaded = loadConfiguration({ config, data });
    for (const party of ['replica/1', 'gateway/1']) openOwnIdentity(data, partyNamed(party));
    assert.ok(openRootKey(loaded.configuration, data));
    const pairs = ['control.key', 'control.pem', 'gateway.key', 'gateway.pem'];
    assert.deepEqual(readdirSync(join(data, 'tls')).toSorted(), ['authority.pem', ...pairs]);
    assert.deepEqual(dutyOf(loaded), { replicaId: 1, isGateway: true });
    const units = readdirSync(join(root, 'etc/systemd/system'));
    for (const unit of ['lockstep-replica@.service', 'lockstep-gateway.service', 'lockstep-vip@.service'])
      assert.ok(units.includes(unit), unit);
    assert.equal(statSync(join(data, 'identities/gateway-1')).mode & 0o077, 0);
  }
});

test('what is on a machine stays as it is: keys, files, and those of another cluster', async (context) => {
  const path = folder(context);
  const [out, other, root] = [join(path, 'cluster'), join(path, 'other'), join(path, 'root')];
  for (const each of [out, other])
    assert.equal(
      (await run('init', '--replica', '10.0.0.1', '--gateway', '10.0.1.1', '--out', each)).code,
      0,
    );
  assert.equal(install(root, join(out, 'gateway-1')).code, 0);
  const data = join(root, 'var/lib/lockstep');
  const config = join(root, 'etc/lockstep/lockstep.json');
  writeFileSync(config, '{}');
  rmSync(join(data, 'gateway-root.key'));
  writeFileSync(join(data, 'tls/gateway.pem'), 'renewed');
  const again = install(root, join(out, 'gateway-1'));
  assert.deepEqual([again.code, /stay as they are/.test(again.said)], [0, true]);
  assert.equal(existsSync(join(data, 'gateway-root.key')), false, 'a key that was moved away stays away');
  const foreign = install(root, join(other, 'replica-1'));
  assert.deepEqual([foreign.code, /belongs to another cluster/.test(foreign.said)], [1, true]);
  assert.deepEqual(readdirSync(join(data, 'identities')), ['gateway-1']);
  const second = install(root, join(out, 'replica-1'));
  assert.equal(second.code, 0, second.said);
  assert.match(second.said, /lockstep\.json is here already.*take over what replica-1 needs/);
  assert.deepEqual(
    [config, join(data, 'tls/gateway.pem')].map((file) => readFileSync(file, 'utf8')),
    ['{}', 'renewed'],
  );
  openOwnIdentity(data, partyNamed('replica/1'));
});

test('where an authority elsewhere signs, init leaves requests, and keys that never move', async (context) => {
  const path = folder(context);
  const [out, venue] = [join(path, 'cluster'), join(path, 'venue')];
  assert.equal((await run('certificates', 'init', '--authority', venue)).code, 0);
  const made = await run('init', ...machines, '--authorities', join(venue, 'authority.pem'), '--out', out);
  assert.equal(made.code, 0, made.text);
  assert.match(made.text, /Let the authority sign .*replica\/1.*operator\/1/);
  assert.equal(existsSync(join(out, 'authority')), false);
  const request = join(out, 'requests/replica-2.csr');
  const certificate = join(path, 'replica-2.crt');
  const signing = ['--party', 'replica/2', '--authority', venue, '--out', certificate];
  assert.equal((await run('certificates', 'sign', request, ...signing)).code, 0);
  const { data } = machine(out, 'replica-2');
  assert.equal((await run('certificates', 'install', 'replica/2', certificate, '--data', data)).code, 0);
  openOwnIdentity(data, partyNamed('replica/2'));
});

test('what is wrong is said, and leaves nothing behind', async (context) => {
  const path = folder(context);
  const out = join(path, 'cluster');
  const wrong: readonly (readonly [words: string[], message: RegExp])[] = [
    [[], /No replica is named.*--replica HOST/s],
    [['--replica', '10.0.0.1', '--replica', '10.0.0.2'], /2 replicas are named.*1, 3 or 5/],
    [['--replica', '127.0.0.1'], /127\.0\.0\.1 is no address by which other machines.*lockstep up/],
    [['--replica', 'two words'], /"two words" is no machine/],
    [['--replica', '10.0.0.1='], /"10\.0\.0\.1=" is no machine/],
    [
      ['--replica', '10.0.0.1', '--replica', '10.0.0.1', '--replica', '10.0.0.2'],
      /10\.0\.0\.1 is named twice/,
    ],
    [['--replica', '10.0.0.1', '--authority', 'x', '--authorities', 'y'], /give one of them/],
    [['--replica', '10.0.0.1', '--authority', join(path, 'none')], /no authority in .*none/],
    [['--replica', '10.0.0.1', '--authorities', join(path, 'none')], /none cannot be read/],
    [['--add-gateway', '10.0.0.9'], /cluster\.json cannot be read.*--out/],
    [['--add-gateway', '10.0.0.9', '--replica', '10.0.0.1'], /leave --replica, --gateway and --watcher out/],
    [['--add-gateway', '10.0.0.9', '--add-watcher', '10.0.0.8'], /give one, and then the other/],
    [
      ['--replica', '10.0.0.1', '--watcher', '10.0.0.1'],
      /10\.0\.0\.1 is named for a watcher and for a replica/,
    ],
    [
      ['--replica', '10.0.0.1', '--watcher', '10.0.0.2', '--watcher', '10.0.0.2'],
      /10\.0\.0\.2 is named twice/,
    ],
  ];
  for (const [words, message] of wrong) {
    const { code, text } = await run('init', ...words, '--out', out);
    assert.equal(code, 2, words.join(' '));
    assert.match(text, message);
    assert.deepEqual(readdirSync(path), [], `${words.join(' ')} left something`);
  }
  mkdirSync(out);
  writeFileSync(join(out, 'mine'), 'kept');
  const there = await run('init', ...machines, '--out', out);
  assert.equal(there.code, 2);
  assert.match(there.text, /exists.*name another folder with --out/);
  assert.deepEqual(readdirSync(out), ['mine']);
});
