// Every process that a unit starts, before the socket and the journal of a service manager: it says when it serves,
// that it lives, and that it ends, and its lines have their priority.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { makeBackupKey } from '../src/ops/backup-process/targets.ts';
import { makeIdentities } from '../src/ops/certificates/own-machine.ts';
import { managerPath, managerSocket } from '../src/ops/processes/testing/manager-socket.ts';
import { freePorts } from '../src/ops/replay/own-exchange.ts';
import { programFile } from '../src/ops/version.ts';
import { PartyKind } from '../src/protocol/parties.ts';

/** A sign of life comes three times in it. */
const watchdogMs = 300;
const commands: Readonly<Record<string, readonly string[]>> = {
  replica: ['replica', '--id', '1'],
  gateway: ['gateway'],
  watch: ['watch', '--watcher', '1'],
  backup: ['backup', 'run'],
  site: ['site', 'follow'],
  dns: ['dns', '--id', '1'],
  vip: ['vip', '--id', '1'],
};

/** A network of its own, where addresses of a card may be changed; the program that follows finds no replica there. */
const ownNetwork: readonly string[] = [
  'unshare',
  ...['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])],
  ...['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
];
const hasOwnNetwork = spawnSync(ownNetwork[0]!, [...ownNetwork.slice(1), 'true']).status === 0;

class Service {
  readonly name: string;
  readonly child: ChildProcess;
  readonly heard: string[] = [];
  readonly #journal: string;
  readonly #listen: () => string[];

  constructor(t: TestContext, name: string, configFile: string) {
    this.name = name;
    const path = managerPath(t);
    this.#listen = managerSocket(t, path);
    // In the place of the socket of the journal; a process knows it by device and inode.
    this.#journal = join(dirname(path), 'journal');
    const journal = openSync(this.#journal, 'a');
    const { dev, ino } = fstatSync(journal, { bigint: true });
    const program = [process.execPath, programFile, ...commands[name]!, '--config', configFile];
    const [first, ...words] = name === 'vip' ? [...ownNetwork, ...program] : program;
    this.child = spawn(first!, words, {
      stdio: ['ignore', journal, journal],
      env: {
        ...process.env,
        NOTIFY_SOCKET: path,
        WATCHDOG_USEC: String(watchdogMs * 1_000),
        JOURNAL_STREAM: `${dev}:${ino}`,
      },
    });
    closeSync(journal);
    t.after(() => this.child.kill('SIGKILL'));
  }

  get said(): string {
    return readFileSync(this.#journal, 'utf8');
  }

  /** What the manager has heard by now. */
  hear(): readonly string[] {
    this.heard.push(...this.#listen());
    return this.heard;
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** Of syslog, by the level of a line. */
const priorityOf: Readonly<Record<number, string>> = { 30: '6', 40: '4', 50: '3', 60: '2' };

/** A watcher writes for people; all others lines of JSON. */
function assertPriorities({ name, said }: Service): void {
  const lines = said.trimEnd().split('\n');
  if (name === 'watch') return;
  for (const line of lines) {
    const [, priority, json] = /^<(\d)>(\{.*\})$/.exec(line) ?? [];
    assert.ok(json, `${name} wrote without a priority: ${line}`);
    const { level } = JSON.parse(json) as { readonly level: number };
    assert.equal(priority, priorityOf[level], line);
  }
}

/** The configuration of the exchange, with what the processes beside it need. */
async function configFileOf(exchange: TestExchange): Promise<string> {
  const [sitePort, dnsPort, noServer, port] = await freePorts(4);
  const own = JSON.parse(readFileSync(exchange.configFile, 'utf8')) as Readonly<Record<string, unknown>>;
  const file = join(exchange.folder, 'services.json');
  const more = {
    sites: [{ name: 'north' }, { name: 'south' }],
    site: { name: 'north', target: 'way', port: sitePort },
    dns: {
      ...{ server: '127.0.0.1', port: noServer, zone: 'example.com', leader: 'leader.example.com' },
      metricsPort: dnsPort,
    },
    vip: { addresses: ['10.99.0.9/24'], device: 'lo', port },
  };
  writeFileSync(file, JSON.stringify({ ...own, ...more }), { mode: 0o600 });
  return file;
}

test('every process that a unit starts tells the service manager that it serves, lives and ends', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-services-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const keyFile = join(folder, 'way.key');
  makeBackupKey(keyFile);
  const exchange = await TestExchange.start({
    replicas: 1,
    configuration: { backup: { folders: [{ name: 'way', folder: join(folder, 'way'), keyFile }] } },
  });
  t.after(() => exchange.end());
  const founded = await exchange.run('watch', '--found', '1');
  assert.equal(founded.code, 0, founded.out);
  await makeIdentities(exchange.loaded.dataFolder, [{ kind: PartyKind.watcher, id: 1 }]);
  await exchange.down();

  const besides = await configFileOf(exchange);
  const names = Object.keys(commands).filter((name) => name !== 'vip' || hasOwnNetwork);
  const services = names.map((name) => {
    const isBeside = ['site', 'dns', 'vip'].includes(name);
    return new Service(t, name, isBeside ? besides : exchange.configFile);
  });
  // A socket holds few datagrams: what is not read in time is lost.
  const reading = setInterval(() => {
    for (const service of services) service.hear();
  }, watchdogMs / 3);
  t.after(() => clearInterval(reading));
  for (const service of services) {
    const { name } = service;
    await exchange.until(
      `${name} says that it serves and lives`,
      async () => {
        assert.ok(!service.isOver, `${name} ended: ${service.said}`);
        return service.hear().filter((text) => text === 'WATCHDOG=1').length >= 2;
      },
      () => service.heard.length,
    );
    assert.equal(service.heard[0], 'READY=1', `${name}: ${service.heard.join()}`);
    assert.ok(!service.heard.includes('STOPPING=1'), name);
  }
  for (const service of services.toReversed()) {
    const ended = exchange.ended(service.child);
    service.child.kill('SIGTERM');
    assert.equal(await ended, 0, `${service.name}: ${service.said}`);
    assert.equal(service.hear().at(-1), 'STOPPING=1', `${service.name}: ${service.heard.slice(-3).join()}`);
    assertPriorities(service);
  }
});

test('each command that a unit starts is one of these', () => {
  const folder = join(import.meta.dirname, '../deploy/systemd');
  const started = globSync('*.service', { cwd: folder }).map((name) => {
    const unit = readFileSync(join(folder, name), 'utf8');
    return /^ExecStart=\S*lockstep (\w+)/m.exec(unit)?.[1] ?? name;
  });
  assert.deepEqual([...new Set(started)].toSorted(), Object.keys(commands).toSorted());
});
