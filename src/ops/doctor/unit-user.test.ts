import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PartyKind } from '../../protocol/parties.ts';
import { makeIdentities } from '../certificates/own-machine.ts';
import { freePorts } from '../replay/own-exchange.ts';
import { programFile } from '../version.ts';
import type { Diagnosis } from './diagnosis.ts';
import { installedUnit } from './units.ts';

/** From here on any user may listen. */
const firstFreePort = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));

/** It is there on every Debian, and owns nothing. */
const stranger = { name: 'nobody', number: 65_534 };

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  chmodSync(path, 0o755);
  return path;
}

test('the unit of the first folder counts, and drop-ins change its user and its rights', (context) => {
  const folders = [folder(context), folder(context)];
  const [own, packaged] = folders as [string, string];
  const unit = 'lockstep-vip@.service';
  const found = (): object | undefined => {
    const { settings: _, ...rest } = installedUnit(unit, { instance: '2', folders }) ?? {
      settings: undefined,
    };
    return rest;
  };
  assert.equal(installedUnit(unit, { folders }), undefined);
  const rights = 'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW';
  writeFileSync(join(packaged, unit), `[Unit]\nUser=no\n[Service]\nUser=lockstep\nGroup=net\n${rights}\n`);
  const name = 'lockstep-vip@2.service';
  const both = ['CAP_NET_ADMIN', 'CAP_NET_RAW'];
  const shipped = { name, user: 'lockstep', group: 'net', rights: both, mayChangeAddresses: true };
  assert.deepEqual(found(), shipped);
  mkdirSync(join(own, `${unit}.d`));
  writeFileSync(join(own, `${unit}.d/user.conf`), '[Service]\nUser=venue\nAmbientCapabilities=\n');
  const changed = { ...shipped, user: 'venue', rights: [], mayChangeAddresses: false };
  assert.deepEqual(found(), changed);
  // One of the instance alone; and what the bounding set lacks is no right.
  mkdirSync(join(own, `${name}.d`));
  writeFileSync(join(own, `${name}.d/user.conf`), '[Service]\nCapabilityBoundingSet=CAP_NET_RAW\n');
  assert.deepEqual(found(), { ...shipped, rights: ['CAP_NET_RAW'], mayChangeAddresses: false });
  rmSync(join(own, `${name}.d`), { recursive: true });
  writeFileSync(join(own, unit), '[Service]\nExecStart=lockstep vip\n');
  rmSync(join(own, `${unit}.d`), { recursive: true });
  assert.deepEqual(found(), { name, user: '', group: '', rights: [], mayChangeAddresses: true });
});

const skip = process.getuid?.() === 0 ? false : 'only root may examine as another user';

test('root examines as the user of the unit: what that one may read, write, open and change', {
  skip,
}, async (context) => {
  const path = folder(context);
  const units = join(path, 'units');
  const data = join(path, 'data');
  const [udpPort, tcpPort] = (await freePorts(2)) as [number, number];
  const controlPort = 999;
  const config = join(path, 'lockstep.json');
  const keys = {
    dataFolder: data,
    replicas: [{ id: 1, udpPort, tcpPort, controlPort }],
    vip: { addresses: ['10.0.0.9/24'], device: 'lo' },
  };
  writeFileSync(config, JSON.stringify(keys));
  await makeIdentities(data, [{ kind: PartyKind.replica, id: 1 }]);
  mkdirSync(join(data, 'replica-1'), { mode: 0o700 });
  mkdirSync(units);
  const write = (unit: string, service: string): void =>
    writeFileSync(join(units, unit), `[Service]\nUser=${stranger.name}\nGroup=nogroup\n${service}\n`);
  write('lockstep-replica@.service', '');
  write('lockstep-vip@.service', 'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW');
  /** In a mount namespace of its own, where these are the units of the machine. */
  const run = (): Diagnosis[] => {
    const script = 'mount --bind "$1" /etc/systemd/system && shift && exec "$@"';
    const doctor = [process.execPath, programFile, 'doctor', '--config', config, '--json'];
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', units, ...doctor], {
      encoding: 'utf8',
    });
    const { findings, error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      findings?: Diagnosis[];
      error?: string;
    };
    return findings ?? assert.fail(`${error} ${stderr}`);
  };
  const gradeOf = (findings: readonly Diagnosis[], check: string, text: RegExp): string | undefined =>
    findings.find((finding) => finding.check === check && text.test(finding.text))?.grade;

  // The data folder is root's: that user cannot begin.
  const closed = run();
  assert.equal(gradeOf(closed, 'disk', /data cannot be written.*EACCES/), 'wrong', JSON.stringify(closed));
  assert.equal(gradeOf(closed, 'identity', /replica\/1 cannot be used/), 'wrong');

  spawnSync('chown', ['-R', stranger.name, data]);
  chownSync(join(data, 'replica-1'), 0, 0);
  const half = run();
  assert.equal(gradeOf(half, 'user', /those of nobody, as which lockstep-replica@1\.service runs/), 'good');
  assert.equal(
    gradeOf(half, 'files', /replica-1 cannot be written by this user; it belongs to user number 0/),
    'wrong',
  );
  assert.equal(gradeOf(half, 'vip', /may change the addresses of lo/), 'good');
  assert.equal(gradeOf(half, 'identity', /counts for/), 'good');
  assert.equal(gradeOf(half, 'ports', /999.*EACCES/), firstFreePort > controlPort ? 'wrong' : undefined);

  chownSync(join(data, 'replica-1'), stranger.number, 0);
  write('lockstep-vip@.service', '');
  const without = run();
  assert.equal(gradeOf(without, 'files', /replica-1 is this user's to write/), 'good');
  assert.equal(
    gradeOf(without, 'vip', /lockstep-vip@1\.service may not change the addresses of lo/),
    'wrong',
  );

  writeFileSync(join(units, 'lockstep-replica@.service'), '[Service]\nUser=no-such-user\n');
  assert.equal(gradeOf(run(), 'user', /runs as no-such-user, and this machine has no such user/), 'wrong');
  chmodSync(config, 0o600);
  write('lockstep-replica@.service', '');
  assert.equal(gradeOf(run(), 'user', /the doctor cannot begin as that user: .*lockstep\.json/), 'wrong');
});
