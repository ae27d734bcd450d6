import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../configuration/load.ts';
import type { Duty } from './duty.ts';
import { sandboxFindings } from './sandbox.ts';
import { installedUnit } from './units.ts';

const shippedUnits = fileURLToPath(new URL('../../../deploy/systemd', import.meta.url));
const replica: Duty = { replicaId: 1, isGateway: false };
const gateway: Duty = { isGateway: true };

/** A machine with the units of `deploy`, whose program is there for all; `findings` of its doctor, in words. */
function machine(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const units = join(folder, 'units');
  cpSync(shippedUnits, units, { recursive: true });
  const config = join(folder, 'lockstep.json');
  const add = (unit: string, ...lines: readonly string[]): void => {
    mkdirSync(join(units, `${unit}.d`), { recursive: true });
    writeFileSync(join(units, `${unit}.d/own.conf`), ['[Service]', ...lines, ''].join('\n'));
  };
  const findings = (keys: object, duty: Duty = replica, unit = 'lockstep-replica@.service'): string[] => {
    writeFileSync(config, JSON.stringify({ dataFolder: '/var/lib/lockstep', ...keys }));
    const loaded = { ...loadConfiguration({ config }), file: '/etc/lockstep/lockstep.json' };
    const own = installedUnit(unit, { instance: '1', folders: [units] });
    const [backup, site] = ['backup', 'site'].map((name) =>
      installedUnit(`lockstep-${name}.service`, { folders: [units] }),
    );
    return sandboxFindings(loaded, duty, { own, backup, site }).map(
      ({ grade, text, remedy }) => `${grade}: ${text} ${remedy}`,
    );
  };
  // The program is one of this machine, which need not have lockstep.
  const program = 'ExecStart=/usr/bin/env';
  return { folder, add, findings, program };
}

test('the units of deploy grant what a replica, a gateway and a watcher need, and nothing of a home', (context) => {
  const { add, findings, program } = machine(context);
  for (const [unit, duty] of [
    ['lockstep-replica@.service', replica],
    ['lockstep-gateway.service', gateway],
    ['lockstep-watch.service', { isGateway: false, watcher: 1 }],
  ] as const) {
    add(unit, program);
    const [found, ...more] = findings({}, duty, unit);
    assert.match(found!, /^good: lockstep-\S+ grants what is needed/);
    assert.deepEqual(more, []);
    const [elsewhere] = findings({ dataFolder: '/srv/exchange/data' }, duty, unit);
    assert.match(
      elsewhere!,
      /^wrong: \S+ may not write to \/srv\/exchange\/data \(dataFolder\): ProtectSystem=strict\..*ReadWritePaths=\/srv\/exchange\/data/,
    );
  }
});

test('a folder is what the longest path among the settings says, and what a home hides no other setting shows', (context) => {
  const { add, findings, program } = machine(context);
  const said = (dataFolder: string, ...lines: readonly string[]): string => {
    add('lockstep-replica@.service', program, ...lines);
    return findings({ dataFolder })[0]!;
  };
  assert.match(said('/srv/data', 'ReadWritePaths=-/srv/data'), /^good/);
  assert.match(
    said('/srv/data', 'ReadWritePaths=/srv', 'ReadOnlyPaths=/srv/data'),
    /may not write .*ReadOnlyPaths/,
  );
  assert.match(
    said('/srv/data', 'ReadWritePaths=/srv/dat'),
    /may not write/,
    'a name that begins alike is another',
  );
  assert.match(said('/srv/data', 'ReadWritePaths=/srv/data', 'ReadWritePaths='), /may not write/);
  assert.match(said('/srv/data', 'ProtectSystem=full'), /^good/);
  assert.match(said('/usr/data', 'ProtectSystem=full'), /may not write .*ProtectSystem=full/);
  assert.match(said('/home/venue/data', 'ReadWritePaths=/home/venue'), /does not see .*ProtectHome=yes/);
  assert.match(said('/home/venue/data', 'BindPaths=/home/venue/data'), /^good/);
  assert.match(said('/root', 'ReadWritePaths=/root'), /does not see .*ProtectHome=yes/);
  assert.match(said('/tmp/data'), /does not see .*PrivateTmp/);
  assert.match(said('/srv/data', 'ReadWritePaths=/srv', 'InaccessiblePaths=/srv/data'), /does not see/);
});

test('files and hooks that the unit does not see are named with their key', (context) => {
  const { folder, add, findings, program } = machine(context);
  add('lockstep-replica@.service', program);
  const pair = { certificateFile: '/home/venue/control.pem', keyFile: '/etc/lockstep/control.key' };
  const [hidden, ...more] = findings({ control: { tls: pair } });
  assert.match(
    hidden!,
    /^wrong: .* does not see \/home\/venue\/control\.pem \(control\.tls\.certificateFile\): ProtectHome=yes/,
  );
  assert.deepEqual(more, []);
  const hook = (run: string): string =>
    findings({ notify: { commands: [{ name: 'page', run: [run] }] } })[0]!;
  assert.match(
    hook('/home/venue/page.sh'),
    /does not see \/home\/venue\/page\.sh, the command of the hook page/,
  );
  add('lockstep-replica@.service', program, 'PrivateTmp=no');
  const risen = join(folder, 'risen');
  writeFileSync(risen, '');
  chmodSync(risen, 0o4755);
  assert.match(hook(risen), /^wrong: risen, .* NoNewPrivileges=yes/);
  chmodSync(risen, 0o755);
  assert.match(hook(risen), /^good/);
});

test('sockets, network, memory, files and the first process are what the process needs', (context) => {
  const { add, findings, program } = machine(context);
  const said = (...lines: readonly string[]): string => {
    add('lockstep-gateway.service', program, ...lines);
    return findings({}, gateway, 'lockstep-gateway.service')[0]!;
  };
  assert.match(
    said('RestrictAddressFamilies=', 'RestrictAddressFamilies=AF_INET'),
    /no sockets of AF_UNIX, AF_NETLINK/,
  );
  assert.match(said('RestrictAddressFamilies=', 'RestrictAddressFamilies=~AF_PACKET'), /^good/);
  assert.match(said('RestrictAddressFamilies=', 'RestrictAddressFamilies=~AF_INET AF_PACKET'), /of AF_INET /);
  assert.match(said('PrivateNetwork=yes'), /^wrong: .*PrivateNetwork/);
  assert.match(said('IPAddressDeny=any'), /^unknown: .*IPAddressDeny/);
  assert.match(said('MemoryDenyWriteExecute=yes'), /^wrong: .*Node compiles/);
  assert.match(said('MemoryMax=256M'), /^wrong: .*256 MB of memory/);
  assert.match(said('MemoryMax=8G'), /^good/);
  assert.match(said('LimitNOFILE=1024:4096'), /^wrong: .*4096 files \(LimitNOFILE\), and needs 4608/);
  assert.match(said('LimitNOFILE=1024:infinity'), /^good/);
  assert.match(said('NotifyAccess=main'), /^warning: .*NotifyAccess/);
});

test('a program that only a shell finds, or that lies in a home, is told', (context) => {
  const { folder, add, findings } = machine(context);
  const said = (...lines: readonly string[]): string => {
    add('lockstep-replica@.service', 'PrivateTmp=no', ...lines);
    return findings({})[0]!;
  };
  assert.match(said('ExecStart=no-such-lockstep replica'), /^wrong: .* starts no-such-lockstep, .*203\/EXEC/);
  const link = join(folder, 'lockstep');
  symlinkSync('/usr/bin/env', link);
  assert.match(said(`ExecStart=${link} replica`), /^good/);
  assert.match(
    said(`ExecStart=${link} replica`, `InaccessiblePaths=${folder}`, 'InaccessiblePaths=/usr/bin'),
    /sees nothing/,
  );
  const script = join(folder, 'script');
  writeFileSync(script, '#!/usr/bin/env node\n', { mode: 0o755 });
  assert.match(said(`ExecStart=${script}`, `Environment=PATH=${folder}`), /^wrong: .*no node in .*127/);
  writeFileSync(join(folder, 'node'), '', { mode: 0o755 });
  assert.match(said(`ExecStart=${script}`, `Environment=PATH=${folder}`), /^good/);
});

test('folders to which backups go, and by which sites follow, are looked at where this machine has them', (context) => {
  const { folder, add, findings, program } = machine(context);
  add('lockstep-replica@.service', program);
  for (const unit of ['backup', 'site']) add(`lockstep-${unit}.service`, 'PrivateTmp=no');
  const way = join(folder, 'way');
  const site = { name: 'north', target: 'way' };
  const sites = [{ name: 'north' }, { name: 'south' }];
  const said = (): string[] =>
    findings({ backup: { folders: [{ name: 'way', folder: way, keyFile: 'way.key' }] }, site, sites }).slice(
      1,
    );
  assert.deepEqual(said(), [], 'the folder is that of another machine');
  mkdirSync(way);
  const [backup = '', following = '', ...more] = said();
  assert.match(
    backup,
    /^warning: lockstep-backup\.service may not write to .*way \(backup target way\): ProtectSystem/,
  );
  assert.match(following, /^warning: lockstep-site\.service may not write/);
  assert.deepEqual(more, []);
  add('lockstep-backup.service', 'PrivateTmp=no', `ReadWritePaths=${way}`);
  assert.equal(said().length, 1);
});
