// What `deploy` gives to machines: units that systemd takes, scripts that a shell reads, files that tools read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { programOn } from '../src/ops/cli/program.ts';
import { debianPackages, lacking } from './testing/programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const units = globSync('deploy/systemd/*.service', { cwd: root });
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

test('every unit runs a command that exists, with options that exist', async () => {
  const program = await programOn({ print: () => undefined, printError: () => undefined, isScreen: false });
  assert.equal(units.length, 8);
  for (const unit of units) {
    const words = /^ExecStart=lockstep (.+)$/m.exec(textOf(unit))?.[1]?.split(' ') ?? [];
    let command = program;
    for (const word of words) {
      const part = command.commands.find((each) => each.name() === word);
      if (part === undefined) break;
      command = part;
    }
    assert.notEqual(command, program, `${unit} runs no command`);
    for (const option of words.filter((word) => word.startsWith('--')))
      assert.ok(
        command.options.some(({ long }) => long === option),
        `${unit}: ${command.name()} has no ${option}`,
      );
  }
});

test('the manager hears from every unit that it serves and lives, and starts one again that is silent', () => {
  for (const unit of units) {
    const text = textOf(unit);
    assert.match(text, /^Type=notify$/m, unit);
    // The program may be a launcher, whose child says so.
    assert.match(text, /^NotifyAccess=all$/m, unit);
    const seconds = Number(/^WatchdogSec=(\d+)$/m.exec(text)?.[1]);
    assert.ok(seconds >= 10 && seconds <= 60, `${unit} has a watchdog of ${seconds} s`);
    assert.match(text, /^TimeoutStartSec=(60|infinity)$/m, unit);
    assert.match(text, /^Restart=always$/m, unit);
  }
});

test('systemd takes every unit without a complaint', {
  skip: lacking('systemd-analyze'),
}, (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-units-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const copies = units.map((unit) => {
    // An instance of a template; the program need not be installed here, nor its user be there.
    const path = join(folder, basename(unit).replace('@.', '@1.'));
    const text = textOf(unit).replace('ExecStart=lockstep ', 'ExecStart=/bin/true ');
    writeFileSync(path, text.replace(/^(User|Group)=lockstep$/gm, '$1=root'));
    return path;
  });
  const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', '--man=no', ...copies], {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
  });
  const complaints = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line.includes(folder) || line.includes('lockstep-'));
  assert.deepEqual(complaints, []);
  assert.equal(status, 0, stderr);
  for (const path of copies) {
    const { stdout: rows } = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', path], {
      encoding: 'utf8',
    });
    // Root takes the place of the user that is not here; without that the exposure is lower.
    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(rows)?.[1]);
    assert.ok(exposure < 3.5, `${basename(path)} is exposed: ${rows.slice(-400)}`);
  }
});

test('scripts are read by a plain shell, and kernel settings are names with numbers', () => {
  for (const script of globSync('deploy/**/*.sh', { cwd: root })) {
    const { status, stderr } = spawnSync('sh', ['-n', join(root, script)], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  for (const line of textOf('deploy/sysctl/60-lockstep.conf').split('\n'))
    assert.match(line, /^(#.*|-?[a-z0-9_.]+ = \d+)?$/);
});

test('a linter of shells has nothing to say of scripts', { skip: lacking('shellcheck') }, () => {
  const scripts = [...globSync('deploy/**/*.sh', { cwd: root }), '.ci/run'];
  const { status, stdout } = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('a clean machine gets every program that tests ask for, so that none is skipped there', () => {
  const text = textOf('.ci/run');
  for (const [program, name] of Object.entries(debianPackages))
    assert.match(text, new RegExp(`^need ${program.replace('.', '\\.')} ${name}$`, 'm'));
});

test('the firewall of DEPLOY is one that nftables takes, with every port of its table', {
  skip: lacking('nft'),
}, () => {
  const page = textOf('docs/DEPLOY.md');
  const rules = /^```nft\n([\s\S]*?)^```/m.exec(page)![1]!;
  // In a network of its own, so that nothing of this machine is touched.
  const words = ['--map-root-user', '--net', 'nft', '--check', '--file', '-'];
  const { status, stderr } = spawnSync('unshare', words, { input: rules, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const accepted = rules.split('\n').filter((line) => line.includes('dport'));
  const letIn = (port: number, from: string): boolean =>
    accepted.some((line) => line.includes(`${port}`) && line.includes(from));
  const replicas = ['10.90.2.12', '10.90.3.13'];
  const watchers = ['10.90.4.19', '10.90.4.20'];
  for (const from of watchers) assert.ok(page.includes(`--watcher ${from}`), from);
  const others = [...replicas, '10.90.1.14', '10.90.2.15', '10.90.4.16', ...watchers];
  for (const from of replicas) assert.ok(letIn(7101, from), `7101 from ${from}`);
  for (const from of others) assert.ok(letIn(7201, from), `7201 from ${from}`);
  const monitors = [...textOf('deploy/monitoring/prometheus.yaml').matchAll(/"([\d.]+):9093"/g)];
  assert.equal(monitors.length, 2);
  for (const from of [...others, ...monitors.map(([, address]) => address!)])
    assert.ok(letIn(7301, from), `7301 from ${from}`);
});

test('files in YAML are well formed', { skip: lacking('yamllint') }, () => {
  const files = globSync('deploy/**/*.{yaml,yml}', { cwd: root });
  const rules = '{extends: relaxed, rules: {line-length: {max: 160}}}';
  const { status, stdout } = spawnSync('yamllint', ['--strict', '-d', rules, ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});
