// `lockstep doctor` beside a real name server, BIND's own on a port of this machine, and before a real firewall.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeIdentities } from '../src/ops/certificates/own-machine.ts';
import { loadConfiguration } from '../src/ops/configuration/load.ts';
import type { Diagnosis } from '../src/ops/doctor/diagnosis.ts';
import { outsideFindings } from '../src/ops/doctor/outside.ts';
import { freePorts } from '../src/ops/replay/own-exchange.ts';
import { programFile } from '../src/ops/version.ts';
import { PartyKind } from '../src/protocol/parties.ts';
import { lacking } from './testing/programs.ts';

const zone = 'venue.test';

/** BIND's own name server with an empty zone, which the key "good" may change; its port, and what ends it. */
async function nameServer(context: TestContext, folder: string) {
  const [port] = (await freePorts(1)) as [number];
  for (const name of ['good', 'other']) {
    const { stdout } = spawnSync('tsig-keygen', [name], { encoding: 'utf8' });
    writeFileSync(join(folder, `${name}.key`), stdout, { mode: 0o600 });
  }
  const zoneOf = (name: string, policy: string): string => {
    writeFileSync(join(folder, name), '$TTL 5\n@ SOA ns root 1 60 60 600 5\n@ NS ns\nns A 127.0.0.1\n');
    return `zone "${name}" { type primary; file "${folder}/${name}"; allow-update { ${policy}; }; };\n`;
  };
  writeFileSync(
    join(folder, 'named.conf'),
    `include "${folder}/good.key";
options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile "${folder}/session.key"; };
controls { };
${zoneOf(zone, 'key good')}${zoneOf('closed.test', 'none')}`,
  );
  const words = ['-g', '-n', '1', '-c', join(folder, 'named.conf')];
  const child = spawn('named', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  context.after(end);
  while (!said.includes('all zones loaded')) {
    assert.equal(child.exitCode, null, said);
    await sleep(20);
  }
  return { port, end };
}

test('the name server is asked as dns would ask it: by the key, for the zone, without a change', {
  skip: lacking('named') || lacking('nsupdate'),
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'lockstep.json');
  const { port, end } = await nameServer(context, folder);
  const found = async (keys: object): Promise<Diagnosis> => {
    const dns = {
      server: '127.0.0.1',
      port,
      zone,
      keyFile: join(folder, 'good.key'),
      leader: `leader.${zone}`,
    };
    writeFileSync(config, JSON.stringify({ dns: { ...dns, ...keys } }), { mode: 0o600 });
    const findings = await outsideFindings(loadConfiguration({ config }).configuration);
    assert.deepEqual(
      findings.map(({ check }) => check),
      ['dns'],
    );
    return findings[0]!;
  };
  assert.equal((await found({})).grade, 'good');
  const refused: readonly (readonly [keys: object, remedy: RegExp])[] = [
    [{ keyFile: join(folder, 'other.key') }, /dns\.keyFile/],
    [
      { zone: 'closed.test', leader: 'leader.closed.test' },
      /REFUSED: its zone must allow updates by the key of dns\.keyFile/,
    ],
    [{ zone: 'nowhere.test', leader: 'leader.nowhere.test' }, /dns\.zone|NOTAUTH/],
    [
      { keyFile: join(folder, 'none.key') },
      /could not read key from .*the key cannot be read: see dns\.keyFile/,
    ],
  ];
  for (const [keys, remedy] of refused) {
    const { grade, remedy: given } = await found(keys);
    assert.equal(grade, 'wrong', JSON.stringify(keys));
    assert.match(given, remedy);
  }
  await end();
  const silent = await found({});
  assert.equal(silent.grade, 'wrong');
  assert.match(silent.remedy, /does not answer/);
});

/** Seconds: two processes have to have started in it. */
const doctorsWait = 20;

test('two doctors see which way between their machines a firewall closes', {
  skip: lacking('nft') || lacking('ip'),
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const replicas = [1, 2].map((id) => ({
    ...{ id, udpPort: 7100 + id, tcpPort: 7200 + id, controlPort: 7300 + id },
  }));
  for (const { id } of replicas) {
    const dataFolder = join(folder, `data-${id}`);
    await makeIdentities(dataFolder, [{ kind: PartyKind.replica, id }]);
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ dataFolder, replicas }), { mode: 0o600 });
  }
  const doctor = (id: number): string =>
    `"$@" doctor --wait ${doctorsWait} --json --config ${folder}/${id}.json > ${folder}/${id}.out 2>&1`;
  // Nothing may call the first machine, and no datagram comes to the second one.
  const script = `ip link set lo up
nft add table inet f
nft add chain inet f in '{ type filter hook input priority 0; }'
nft add rule inet f in tcp dport 7201 drop
nft add rule inet f in udp dport 7102 drop
(${doctor(1)} || true) &
${doctor(2)} || true
wait`;
  const words = ['--map-root-user', '--net', 'sh', '-euc', script, 'sh', process.execPath, programFile];
  const child = spawn('unshare', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0, said);
  const findingsOf = (id: number): Diagnosis[] => {
    const lines = readFileSync(join(folder, `${id}.out`), 'utf8').split('\n');
    const json = lines.find((line) => line.startsWith('{'));
    return (JSON.parse(json ?? '{}') as { readonly findings?: Diagnosis[] }).findings ?? [];
  };
  const graded = (id: number, text: RegExp): string | undefined =>
    findingsOf(id).find((finding) => finding.check === 'reach' && text.test(finding.text))?.grade;
  const all = [1, 2].map((id) => JSON.stringify(findingsOf(id), undefined, 1)).join('\n');
  assert.equal(graded(1, /^Replica 2 .* TCP port 7202: answers in/), 'good', all);
  assert.equal(graded(1, /^Replica 2 .* has not called this machine by TCP/), 'unknown', all);
  assert.equal(graded(1, /^Replica 2 .* UDP port 7102: no datagram comes back/), 'wrong', all);
  assert.equal(graded(2, /^Replica 1 .* TCP port 7201: not reached \(ETIMEDOUT\)/), 'wrong', all);
});
