// An exchange on hosts of one network, with what is in front of it: replicas, gateways, and any program beside. All
// ports speak TLS, by certificates such as "lockstep init" makes.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Groups, groupsRefusal } from '../../../src/chaos/hosts/groups.ts';
import { Hosts, hostsRefusal } from '../../../src/chaos/hosts/hosts.ts';
import { market } from '../../../src/chaos/lab/http-flow.ts';
import { monotonicMs } from '../../../src/chaos/monotonic.ts';
import { authorityCertificate, makeTlsPair } from '../../../src/ops/certificates/authority.ts';
import { identityFolder } from '../../../src/ops/certificates/identities.ts';
import { ownOperator } from '../../../src/ops/certificates/own-identity.ts';
import { authorityFolder, makeIdentities } from '../../../src/ops/certificates/own-machine.ts';
import { programFile } from '../../../src/ops/version.ts';
import { PartyKind } from '../../../src/protocol/parties.ts';
import type { Party } from '../../../src/trust/parties.ts';
import type { CallerAccount, CallerOrder, CallerSettings, Holding } from './caller-orders.ts';

const waitMs = 120_000;
const pollMs = 50;
/** As sixteen processes that are not nice. */
const sharesOfMachine = 16_384;
const callerFile = fileURLToPath(new URL('./caller.worker.ts', import.meta.url));

/** Why this machine cannot have a venue with these programs; false where it can. */
export function hostedRefusal(...programs: readonly (readonly [program: string, debianPackage: string])[]) {
  const refusal = hostsRefusal() ?? groupsRefusal();
  if (refusal !== undefined) return refusal;
  for (const [program, name] of programs)
    if (!isInstalled(program)) return `${program} is not installed: install the package ${name}.`;
  return false;
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

export interface HostedOptions {
  readonly hosts: number;
  readonly gateways: readonly number[];
  /** By which gateways and replicas are called, beside their addresses. */
  readonly names?: readonly string[];
  /** Longest wait for one thing to come true. */
  readonly waitMs?: number;
  /** Hosts whose data folder is a file system of so many megabytes. */
  readonly smallDisks?: { readonly hosts: readonly number[]; readonly megabytes: number };
  /** More keys of the configuration file of a host. */
  readonly configuration?: (
    host: number,
    address: (host: number) => string,
  ) => Readonly<Record<string, unknown>>;
}

export class HostedExchange {
  readonly hosts: Hosts;
  readonly folder: string;
  readonly #options: HostedOptions;
  readonly #groups = new Map<number, Groups>();
  readonly #processes = new Map<string, ChildProcess>();
  readonly #said = new Map<string, string>();
  readonly #keys = { operator: randomBytes(32).toString('hex'), root: randomBytes(32).toString('hex') };
  readonly #apiKey = { keyId: 'caller', secret: randomBytes(32).toString('hex') };
  #caller: ChildProcess | undefined;
  #answers: Interface | undefined;

  private constructor(hosts: Hosts, options: HostedOptions) {
    this.hosts = hosts;
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'lockstep-venue-'));
    hosts.ledger.note({ kind: 'folder', path: this.folder });
  }

  /** Replicas on hosts 1 to 3, gateways where they are to be; all in one network. */
  static async start(options: HostedOptions): Promise<HostedExchange> {
    const hosts = await Hosts.make(options.hosts, { rackOf: () => 1 });
    try {
      const venue = new HostedExchange(hosts, options);
      await venue.#found();
      return venue;
    } catch (error) {
      await hosts.end();
      throw error;
    }
  }

  address(host: number): string {
    return this.hosts.address(host);
  }

  groups(host: number): Groups {
    return this.#groups.get(host)!;
  }

  /** Where a gateway takes requests of customers. */
  gatewayUrl(host: number): string {
    return `https://${this.address(host)}:8080`;
  }

  /** The control port of a replica. */
  controlUrl(id: number): string {
    return `https://${this.address(id)}:${7300 + id}`;
  }

  /** The authority of the cluster, in PEM. */
  get authorityFile(): string {
    return join(this.folder, 'authority.pem');
  }

  /** Certificate and key for a server at these names, signed by the authority of the cluster. */
  tlsPair(names: readonly string[]): ReturnType<typeof makeTlsPair> {
    return makeTlsPair(authorityFolder(this.#made), names, 1);
  }

  get #made(): string {
    return join(this.folder, 'made');
  }

  configFile(host: number): string {
    return join(this.folder, `host-${host}.json`);
  }

  /** Other keys in the configuration file of a host, for what is started from now on. */
  change(host: number, keys: Readonly<Record<string, unknown>>): void {
    const file = this.configFile(host);
    const before = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...before, ...keys }), { mode: 0o600 });
  }

  /** A command of Lockstep, as a host runs it. */
  line(host: number, ...words: readonly string[]): readonly [string, ...string[]] {
    return [process.execPath, programFile, ...words, '--config', this.configFile(host)];
  }

  /** Starts a command of Lockstep under a name of the test's. */
  lockstep(name: string, host: number, ...words: readonly string[]): ChildProcess {
    return this.program(name, host, ...this.line(host, ...words));
  }

  /** Starts any program. */
  program(name: string, host: number, ...line: readonly [string, ...string[]]): ChildProcess {
    const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
    const child = this.hosts.spawn(
      host,
      [...line],
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env },
      this.groups(host).memberFiles,
    );
    this.#processes.set(name, child);
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        this.#said.set(name, `${this.said(name)}${chunk.toString()}`.slice(-100_000));
      });
    return child;
  }

  process(name: string): ChildProcess {
    return this.#processes.get(name)!;
  }

  /** What a program has printed lately. */
  said(name: string): string {
    return this.#said.get(name) ?? '';
  }

  isRunning(name: string): boolean {
    const child = this.#processes.get(name);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.process(name);
    if (!this.isRunning(name)) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Runs a command on a host and gives what it printed. */
  run(host: number, program: string, ...words: readonly string[]): Promise<string> {
    return this.hosts.run(host, program, ...words);
  }

  /** Nothing more can be written to the small disk of a host; {@link freeDisk} takes that back. */
  async fillDisk(host: number): Promise<void> {
    const file = this.#ballast(host);
    // In steps that get smaller: the file system keeps the last bytes for itself.
    const script = `for unit in 16M 1M 64K 4K; do dd if=/dev/zero of=${file} bs=$unit oflag=append conv=notrunc 2>/dev/null; done; true`;
    await this.run(host, 'bash', '-c', script);
  }

  async freeDisk(host: number): Promise<void> {
    await this.run(host, 'rm', this.#ballast(host));
  }

  #ballast(host: number): string {
    return join(this.folder, `data-${host}`, 'ballast');
  }

  /** What a host gets from an address; status 0 where there is no answer. */
  async get(host: number, url: string): Promise<{ readonly status: number; readonly text: string }> {
    const script =
      'const s=AbortSignal.timeout(2000);fetch(process.argv[1],{signal:s}).then(async r=>console.log(JSON.stringify({status:r.status,text:await r.text()})),()=>console.log(JSON.stringify({status:0,text:""})))';
    const said = await this.run(host, 'env', this.#believing, process.execPath, '-e', script, url);
    return JSON.parse(said) as { status: number; text: string };
  }

  /** For programs of Node that call the exchange. */
  get #believing(): string {
    return `NODE_EXTRA_CA_CERTS=${this.authorityFile}`;
  }

  /** The replica that serves, as host `from` sees it. */
  async leader(from: number): Promise<number> {
    return (await this.leading(from)).leaderId;
  }

  async leading(from: number): Promise<{ readonly leaderId: number; readonly term: number }> {
    let found = { leaderId: 0, term: 0 };
    await this.until('a replica leads', async () => {
      const words = [programFile, 'where', '--json', '--config', this.configFile(from)];
      const said = await this.run(from, process.execPath, ...words).catch(() => '');
      // The last line is the object.
      const line = said.trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) found = JSON.parse(line) as typeof found;
      return found.leaderId !== 0;
    });
    return found;
  }

  /** Starts callers on a host. */
  async call(host: number, gatewayUrls: readonly string[], watched?: string): Promise<void> {
    const settings: CallerSettings = {
      config: this.configFile(host),
      gatewayUrls,
      apiKey: this.#apiKey,
      httpPerSecond: 50,
      watched,
    };
    const line = ['env', this.#believing, process.execPath, callerFile, JSON.stringify(settings)] as const;
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    this.#caller = this.hosts.spawn(
      host,
      line,
      { stdio: [...stdio], detached: true },
      this.groups(host).memberFiles,
    );
    this.#answers = createInterface(this.#caller.stdout!);
    await this.#ask({ what: 'trade' });
  }

  since(fromMs: number): Promise<{ readonly count: number; readonly longestGapMs: number }> {
    return this.#ask({ what: 'since', fromMs });
  }

  /** Orders of which callers do not know what became. */
  unknown(): Promise<number> {
    return this.#ask({ what: 'unknown' });
  }

  holdings(): Promise<readonly Holding[]> {
    return this.#ask({ what: 'holdings' });
  }

  account(): Promise<CallerAccount> {
    return this.#ask({ what: 'end' });
  }

  /** Callers get so many more answers. */
  async answered(count: number): Promise<void> {
    const fromMs = monotonicMs();
    await this.until(
      `callers have ${count} more answers`,
      async () => (await this.since(fromMs)).count >= count,
    );
  }

  /** Polls until it is so; fails with what was waited for, and what all programs said. */
  async until(
    what: string,
    isDone: () => boolean | Promise<boolean>,
    boundMs = this.#options.waitMs ?? waitMs,
  ): Promise<void> {
    const endMs = monotonicMs() + boundMs;
    while (!(await isDone())) {
      if (monotonicMs() > endMs)
        assert.fail(`In ${boundMs} ms it did not come true that ${what}.\n${this.#lastWords()}`);
      await sleep(pollMs);
    }
  }

  async end(): Promise<void> {
    const { VENUE_LOG: file } = process.env;
    if (file !== undefined)
      for (const [name, text] of this.#said) appendFileSync(file, `== ${name}\n${text}\n`);
    this.#caller?.stdin?.end();
    await this.hosts.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lastWords(): string {
    return [...this.#said].map(([name, text]) => `== ${name}\n${text.slice(-1_500)}`).join('\n');
  }

  async #found(): Promise<void> {
    const { hosts, gateways, smallDisks } = this.#options;
    const every = Array.from({ length: hosts }, (_, n) => n + 1);
    const partyOf = (host: number): Party[] => [
      ...(host <= 3 ? [{ kind: PartyKind.replica, id: host }] : []),
      ...(gateways.includes(host) ? [{ kind: PartyKind.gateway, id: host }] : []),
    ];
    await makeIdentities(this.#made, [...every.flatMap(partyOf), ownOperator]);
    writeFileSync(this.authorityFile, authorityCertificate(authorityFolder(this.#made)));
    for (const host of every) {
      const groups = new Groups(this.hosts.ledger, host);
      // Machines with processors of their own: what runs beside them here takes them no time.
      groups.set('cpu', 'cpu.shares', sharesOfMachine);
      this.#groups.set(host, groups);
      const dataFolder = join(this.folder, `data-${host}`);
      mkdirSync(dataFolder);
      this.#configure(host, dataFolder);
      await this.#certify(host, dataFolder);
      for (const party of [...partyOf(host), ownOperator])
        cpSync(identityFolder(this.#made, party), identityFolder(dataFolder, party), { recursive: true });
      if (smallDisks?.hosts.includes(host)) await this.#mountSmall(host, dataFolder, smallDisks.megabytes);
    }
    for (const id of [1, 2, 3]) this.lockstep(`replica ${id}`, id, 'replica', '--id', `${id}`, '--bootstrap');
    for (const host of gateways) this.lockstep(`gateway ${host}`, host, 'gateway');
    for (const host of gateways)
      await this.until(
        `gateway ${host} is ready`,
        async () => (await this.get(host, `${this.gatewayUrl(host)}/health/ready`)).status === 200,
      );
  }

  /** What "lockstep init" writes to the machine: one that serves has a pair, all know the authority. */
  async #certify(host: number, dataFolder: string): Promise<void> {
    const { gateways, names = [] } = this.#options;
    mkdirSync(join(dataFolder, 'tls'), { mode: 0o700 });
    const serves = { control: host <= 3, gateway: gateways.includes(host) };
    for (const name of ['control', 'gateway'] as const) {
      if (!serves[name]) continue;
      const { certificateFile, keyFile } = tlsFiles(dataFolder, name);
      const { certificate, key } = await this.tlsPair([this.address(host), ...names]);
      writeFileSync(certificateFile, certificate);
      writeFileSync(keyFile, key, { mode: 0o600 });
    }
    cpSync(this.authorityFile, tlsFiles(dataFolder, 'control').authoritiesFile);
  }

  /** A small file system with what is in the folder, for the processes of the host alone. */
  async #mountSmall(host: number, dataFolder: string, megabytes: number): Promise<void> {
    const script = `cp -a ${dataFolder} ${dataFolder}.made &&
      mount -t tmpfs -o size=${megabytes}m,mode=0700 tmpfs ${dataFolder} &&
      cp -a ${dataFolder}.made/. ${dataFolder}/`;
    await this.run(host, 'sh', '-c', script);
  }

  #configure(host: number, dataFolder: string): void {
    const { gateways, configuration } = this.#options;
    const accountIds = [market.buyerId, market.sellerId];
    const gateway = {
      id: host,
      host: '0.0.0.0',
      operatorHost: this.address(host),
      tls: tlsFiles(dataFolder, 'gateway'),
      apiKeys: [{ ...this.#apiKey, accountIds }],
    };
    const file = {
      dataFolder,
      keys: this.#keys,
      control: { tls: tlsFiles(dataFolder, 'control') },
      replicas: [1, 2, 3].map((id) => ({ id, host: this.address(id) })),
      ...(gateways.includes(host) && { gateway }),
      ...configuration?.(host, (each) => this.address(each)),
    };
    writeFileSync(this.configFile(host), JSON.stringify(file), { mode: 0o600 });
  }

  /** One order after the other. */
  async #ask<T>(order: CallerOrder): Promise<T> {
    const line = once(this.#answers!, 'line');
    this.#caller!.stdin!.write(`${JSON.stringify(order)}\n`);
    const [text] = (await line) as [string];
    const said = JSON.parse(text) as { readonly ok: boolean; readonly value: T; readonly error: string };
    if (!said.ok) throw new Error(said.error);
    return said.value;
  }
}

function tlsFiles(dataFolder: string, name: 'control' | 'gateway') {
  const folder = join(dataFolder, 'tls');
  return {
    certificateFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
    authoritiesFile: join(folder, 'authority.pem'),
  };
}
