import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PartyKind } from '../../../protocol/parties.ts';
import { makeIdentities } from '../../certificates/own-machine.ts';
import { configHash, loadConfiguration } from '../../configuration/load.ts';
import type { Diagnosis } from '../../doctor/diagnosis.ts';
import {
  clockFinding,
  descriptorsFinding,
  judgeFlushes,
  kernelFindings,
  memoryFindings,
} from '../../doctor/machine.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { version } from '../../version.ts';
import { runCommandLine } from '../program.ts';
import { cluster, following, leading, type PaperReplica } from '../testing/paper-cluster.ts';

/** Machines of replicas 1 to `count`, all on this one, each with its folder. */
async function machines(context: TestContext, count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const ports = await freePorts(count * 3);
  const replicas = Array.from({ length: count }, (_, at) => ({
    id: at + 1,
    udpPort: ports[at * 3],
    tcpPort: ports[at * 3 + 1]!,
    controlPort: ports[at * 3 + 2]!,
  }));
  for (const { id } of replicas) {
    const data = join(folder, `data-${id}`);
    await makeIdentities(data, [{ kind: PartyKind.replica, id }]);
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ dataFolder: data, replicas }));
  }
  const run = async (id: number, ...words: string[]) => {
    const lines: string[] = [];
    const print = (text: string) => void lines.push(text);
    const config = ['--config', join(folder, `${id}.json`), '--json'];
    const code = await runCommandLine(['doctor', ...words, ...config], {
      print,
      printError: () => undefined,
      isScreen: false,
    });
    const { findings = [], error = '' } = JSON.parse(lines.at(-1)!) as {
      findings?: Diagnosis[];
      error?: string;
    };
    const of = (check: string, text: RegExp): Diagnosis => {
      const found = findings.find((finding) => finding.check === check && text.test(finding.text));
      assert.ok(found, `${check} ${text} is not among ${JSON.stringify(findings, undefined, 1)}`);
      return found;
    };
    return { code, error, of };
  };
  return { folder, replicas, run };
}

test('two doctors see that datagrams and calls pass between their machines in both directions', async (context) => {
  const { run } = await machines(context, 2);
  const [one, two] = await Promise.all([run(1, '--wait', '60'), run(2, '--wait', '60')]);
  for (const [{ of }, other] of [
    [one, 2],
    [two, 1],
  ] as const) {
    assert.equal(of('reach', new RegExp(`^Replica ${other} .*answers in`)).grade, 'good');
    assert.equal(of('reach', new RegExp(`^Replica ${other} .*a datagram comes back`)).grade, 'good');
    assert.equal(of('reach', new RegExp(`^Replica ${other} .*reaches this machine by TCP`)).grade, 'good');
    assert.equal(of('reach', new RegExp(`^Replica ${other} .*reaches this machine by UDP`)).grade, 'good');
    assert.equal(of('ports', /UDP port .* is free/).grade, 'good');
  }
});

test('what the doctor cannot see it calls not seen, and what is wrong ends with another exit code', async (context) => {
  const { folder, replicas, run } = await machines(context, 2);
  const alone = await run(1);
  assert.equal(alone.of('reach', /nothing listens there yet/).grade, 'unknown');
  assert.equal(alone.of('status', /Replica 2 does not show/).grade, 'unknown');
  const other = createServer((socket) => socket.on('error', () => undefined));
  other.listen({ port: replicas[0]!.tcpPort, host: '127.0.0.1' });
  await once(other, 'listening');
  context.after(() => other.close());
  const taken = await run(1);
  assert.equal(taken.code, 1);
  const finding = taken.of('ports', /tcpPort.*EADDRINUSE/);
  assert.equal(finding.grade, 'wrong');
  assert.match(finding.remedy, /ss -lntup/);
  rmSync(join(folder, 'data-1', 'identities'), { recursive: true });
  const lost = await run(1);
  assert.equal(lost.code, 2);
  assert.match(lost.error, /What this machine is for is not known.*--replica N, --gateway or --watcher/);
  assert.equal((await run(1, '--replica', '1')).of('identity', /replica\/1 cannot be used/).grade, 'wrong');
  assert.deepEqual(
    readdirSync(join(folder, 'data-1')).filter((name) => name.startsWith('doctor')),
    [],
  );
});

/** A doctor on the machine of replica 1 of three that run, with what `listen` changes of the others. */
async function besideRunning(context: TestContext, change: (replicas: readonly PaperReplica[]) => void) {
  const { replicas, run, file } = await cluster(context, [leading, following, following]);
  const { configuration } = loadConfiguration({ config: file });
  for (const replica of replicas) {
    replica.set({ peersHeard: 0b111 - 2 ** (replica.id - 1) });
    Object.assign(replica, { version, configHash: configHash(configuration) });
  }
  for (const { id, tcpPort } of configuration.replicas) {
    if (id === 1) continue;
    const server = createServer((socket) => socket.on('error', () => undefined));
    server.listen({ port: tcpPort, host: '127.0.0.1' });
    await once(server, 'listening');
    context.after(() => server.close());
  }
  change(replicas);
  const { out } = await run('doctor', '--replica', '1', '--json');
  const { findings } = JSON.parse(out.at(-1)!) as { readonly findings: readonly Diagnosis[] };
  return (check: string, text: RegExp): Diagnosis => {
    const found = findings.filter((finding) => finding.check === check && text.test(finding.text));
    // A machine with a gateway too asks of its ways as one and as the other.
    const grades = new Set(found.map(({ grade }) => grade));
    assert.equal(grades.size, 1, `${check} ${text} among ${JSON.stringify(findings, undefined, 1)}`);
    return found[0]!;
  };
}

test('a clock that is off, another release and another configuration are found at the machine that has them', async (context) => {
  const of = await besideRunning(context, ([, second, third]) => {
    Object.assign(second!, { version: '0.0.9', configHash: 'feed', clockAheadMs: 600_000 });
    Object.assign(third!, { clockAheadMs: -60_000 });
  });
  const ahead = of('clock', /clock of replica 2 is (59\d{4}|60\d{4}) ms ahead/);
  assert.equal(ahead.grade, 'wrong');
  assert.match(ahead.remedy, /chrony or systemd-timesyncd on every machine, with the same servers/);
  assert.equal(of('clock', /clock of replica 3 is -(59|60)\d{3} ms ahead/).grade, 'wrong');
  const release = of('version', /^Replica 2 runs 0\.0\.9, and /);
  assert.deepEqual([release.grade, release.remedy], ['warning', 'Finish the upgrade (docs/DEPLOY.md).']);
  assert.equal(of('version', /^Replica 3 runs .*, as here/).grade, 'good');
  const settings = of('configuration', /^Replica 2 is configured otherwise/);
  assert.equal(settings.grade, 'warning');
  assert.match(settings.remedy, /"lockstep config" on both/);
  assert.equal(of('configuration', /^Replica 3 is configured as this machine/).grade, 'good');
});

test('clocks that are right are good, and the time to each machine is held against that of an election', async (context) => {
  const of = await besideRunning(context, () => undefined);
  for (const id of [2, 3]) {
    assert.notEqual(of('clock', new RegExp(`clock of replica ${id} is -?\\d+ ms ahead`)).grade, 'wrong');
    assert.match(
      of('timing', new RegExp(`^Replica ${id} `)).text,
      /ms away and back; silences shorter than \d+ ms start no election/,
    );
  }
});

test('a way between running replicas that is closed in one direction is found, and in which', async (context) => {
  const of = await besideRunning(context, ([first, second]) => {
    first!.set({ peersHeard: 0b010 });
    second!.set({ peersHeard: 0b100 });
  });
  assert.equal(of('reach', /^Replica 2 at .* is heard here/).grade, 'good');
  assert.equal(of('reach', /^Replica 2 at .* does not hear replica 1/).grade, 'wrong');
  assert.equal(of('reach', /^Replica 3 at .* is not heard by replica 1/).grade, 'wrong');
  const back = of('reach', /^Replica 3 at .* hears replica 1/);
  assert.equal(back.grade, 'good');
});

test('whether the own clock is kept right is asked of the machine', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const { PATH: path } = process.env;
  context.after(() => {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true, force: true });
  });
  process.env['PATH'] = folder;
  const grades: string[] = [(await clockFinding()).grade];
  for (const said of ['yes', 'no']) {
    writeFileSync(join(folder, 'timedatectl'), `#!/bin/sh\necho ${said}\n`, { mode: 0o755 });
    grades.push((await clockFinding()).grade);
  }
  assert.deepEqual(grades, ['unknown', 'good', 'warning']);
});

test('a disk is judged by its flushes', () => {
  const grade = (us: number, durability: 'disk' | 'memory' = 'disk') =>
    judgeFlushes(
      Array.from({ length: 100 }, () => us),
      '/data',
      durability,
    ).grade;
  assert.equal(grade(300), 'good');
  assert.equal(grade(2), 'warning', 'too fast to be true');
  assert.equal(grade(20_000), 'warning');
  assert.equal(grade(200_000), 'wrong');
  assert.equal(grade(200_000, 'memory'), 'warning', 'no order waits for it');
});

test('kernel settings and memory are compared with what a replica needs', () => {
  const files: Record<string, string> = {
    '/proc/sys/net/core/rmem_max': '212992\n',
    '/proc/sys/net/core/wmem_max': '4194304\n',
    '/proc/sys/net/ipv4/tcp_rto_min_us': '200000\n',
    '/proc/sys/net/ipv4/tcp_thin_linear_timeouts': '1\n',
    '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]\n',
    '/proc/self/limits': 'Max open files            1024                 4096                 files\n',
    '/proc/meminfo': 'MemAvailable:   400000 kB\nSwapTotal:  100000 kB\nSwapFree:  100000 kB\n',
  };
  const read = (path: string): string => files[path] ?? '';
  const grades = [...kernelFindings(read), descriptorsFinding(read)].map(
    ({ grade, text }) => `${grade} ${text.split(' ')[0]}`,
  );
  assert.deepEqual(grades, [
    'warning net.core.rmem_max',
    'good net.core.wmem_max',
    'unknown net.core.somaxconn',
    'warning net.ipv4.tcp_rto_min_us',
    'good net.ipv4.tcp_thin_linear_timeouts',
    'warning Large',
    'warning This',
  ]);
  const [memory, swap] = memoryFindings({ ringMegabytes: 8, eventRingMegabytes: 64 }, read);
  assert.deepEqual([memory!.grade, swap!.grade], ['wrong', 'warning']);
});
