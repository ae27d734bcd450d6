/**
 * An exchange on hosts of their own: three replicas with a disk each, two gateways, and clients. Racks 1 to 3 have a
 * replica each, racks 1 and 2 a gateway each too, rack 4 the clients.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { identityFolder } from '../../ops/certificates/identities.ts';
import { ownOperator } from '../../ops/certificates/own-identity.ts';
import { makeIdentities } from '../../ops/certificates/own-machine.ts';
import { standardReplicas } from '../../ops/configuration/replicas.ts';
import type { ReplicaStatus } from '../../ops/health/status.ts';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { programFile } from '../../ops/version.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Party } from '../../trust/parties.ts';
import { Disk, type FileSystem } from '../hosts/disk.ts';
import { Groups, groupsRefusal } from '../hosts/groups.ts';
import { Hosts, hostsRefusal } from '../hosts/hosts.ts';
import { monotonicMs } from '../monotonic.ts';
import type {
  Account,
  AgentAnswer,
  AgentOrder,
  AgentSettings,
  ApiKeyWords,
  Gaps,
  ServiceAnswers,
} from './agent-orders.ts';
import {
  backupHost,
  clientHost,
  everyHost,
  gatewayHosts,
  gatewayPort,
  type HostWords,
  hostConfiguration,
  replicaHosts,
  spareHosts,
  standbyHost,
  witnessHost,
} from './host-configuration.ts';
import { ProcessLog } from './process-log.ts';
import { killed, SecondSite, standbyParty } from './second-site.ts';
import type { VenueOptions } from './venue-flow.ts';

const racks: readonly number[] = [1, 2, 3, 1, 2, 4, 5, 2, 3];

const agentFile = fileURLToPath(new URL(`./agent.worker${extname(import.meta.url)}`, import.meta.url));
/** How long the lab waits for what must come, however slow the machine is. */
const waitMs = 120_000;
const pollMs = 20;
const clientParty: Party = { kind: PartyKind.operator, id: 9 };

export interface LabOptions {
  readonly fileSystem?: FileSystem;
  /** Where an order must be before it is acknowledged. */
  readonly durability?: 'disk' | 'memory';
  /** The last replica is a witness: it votes, and has no engine. */
  readonly hasWitness?: boolean;
  /** Host 1 ships backups to a folder that every host sees. Its snapshots cut the journals that the checkers need. */
  readonly hasBackup?: boolean;
  /** Host 7 is a standby site that follows this site through that folder. */
  readonly hasSecondSite?: boolean;
  /** The lab has machines on which no replica runs yet. */
  readonly hasSpareHosts?: boolean;
  /** Orders in a second, of clients with the SDK and over HTTP. */
  readonly sdkPerSecond?: number;
  readonly httpPerSecond?: number;
  /** A recorded order flow that runs beside them. */
  readonly recorded?: VenueOptions;
  /** Gets all that the processes of the exchange print. */
  readonly logFile?: string;
  /** What Node is given to run a replica: that of another build than this. */
  readonly program?: string;
  /** Environment of the replicas, beside that of this process. */
  readonly environment?: (lab: Lab, host: number) => Readonly<Record<string, string>>;
  /** False where the replicas' clocks are set, so that stamps cannot be held against the clients' times. */
  readonly areClocksTrue?: boolean;
}

/** Why this machine cannot have a lab; undefined where it can. */
export function labRefusal(): string | undefined {
  return hostsRefusal() ?? groupsRefusal();
}

export class Lab {
  readonly hosts: Hosts;
  readonly log: ProcessLog;
  readonly secondSite = new SecondSite(this);
  /** What goes away with the run. */
  readonly folder: string;
  /** The replicas that are members. */
  members: readonly number[] = replicaHosts;
  /** False once a journal does not reach back to the beginning any more. */
  areJournalsWhole = true;
  /** False once the stream may leave out what it had not sent yet, as long as it says so. */
  isStreamWhole = true;
  readonly #options: LabOptions;
  readonly #disks = new Map<number, Disk>();
  readonly #groups = new Map<number, Groups>();
  readonly #processes = new Map<number, ChildProcess>();
  /** Of the hosts that run another build than the others. */
  readonly #programs = new Map<number, string>();
  #backup: ChildProcess | undefined;
  readonly #keys = { operator: secret(), root: secret() };
  readonly #apiKey = { keyId: 'lab', secret: secret() };
  readonly #floodKey = { keyId: 'flood', secret: secret() };
  #agent: ChildProcess | undefined;
  #answers: Interface | undefined;
  #asking: Promise<unknown> = Promise.resolve();

  private constructor(hosts: Hosts, options: LabOptions) {
    this.hosts = hosts;
    this.#options = options;
    this.log = new ProcessLog(options.logFile);
    this.folder = hosts.ledger.makeFolder('lockstep-lab');
  }

  /** Starts all, and waits until orders are answered. */
  static async start(options: LabOptions = {}): Promise<Lab> {
    const refusal = labRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    const { hasSecondSite = false, hasSpareHosts = false } = options;
    const count = hasSpareHosts ? spareHosts.at(-1)! : hasSecondSite ? standbyHost : everyHost.length;
    const hosts = await Hosts.make(count, { rackOf: (host) => racks[host - 1]! });
    try {
      const lab = new Lab(hosts, options);
      await lab.#found();
      return lab;
    } catch (error) {
      await hosts.end();
      throw error;
    }
  }

  /** The hosts of replicas with an engine. */
  get engineHosts(): readonly number[] {
    return this.members.filter((host) => this.#options.hasWitness !== true || host !== witnessHost);
  }

  /** Where backups are. */
  get backupFolder(): string {
    return join(this.folder, 'backup');
  }

  /** Of a host without a disk of its own. */
  dataFolder(host: number): string {
    return join(this.folder, `data-${host}`);
  }

  disk(host: number): Disk {
    return this.#disks.get(host)!;
  }

  groups(host: number): Groups {
    return this.#groups.get(host)!;
  }

  /** Where a replica takes calls of clients, or a gateway requests. */
  tcpPort(host: number): number {
    if (gatewayHosts.includes(host)) return gatewayPort;
    return standardReplicas(replicaHosts.length)[host - 1]!.tcpPort;
  }

  /** The replica's or gateway's process on a host. */
  pidOf(host: number): number {
    return this.#processes.get(host)!.pid!;
  }

  isRunning(host: number): boolean {
    const child = this.#processes.get(host);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts a replica or a gateway on its host; does nothing where it runs. */
  start(host: number, ...words: readonly string[]): void {
    if (this.isRunning(host)) return;
    const command = gatewayHosts.includes(host) ? ['gateway'] : ['replica', '--id', `${host}`];
    this.#processes.set(host, this.spawn(host, [...command, ...words]));
  }

  /** A host runs another build from its next start on; undefined: that of the others again. */
  runsOn(host: number, program: string | undefined): void {
    if (program === undefined) this.#programs.delete(host);
    else this.#programs.set(host, program);
  }

  startBackup(): void {
    this.#backup = this.spawn(backupHost, ['backup', 'run']);
  }

  /** `kill -9` of the process that ships backups. */
  killBackup(): Promise<void> {
    return killed(this.#backup!);
  }

  /** A new machine runs the command that `lockstep members token` has printed. */
  join(host: number, printed: string): void {
    const [, at, token] = /replica join --at (\S+) --token (\S+)/.exec(printed) ?? [];
    if (at === undefined || token === undefined) throw new Error(`No join token was printed: ${printed}`);
    const own = ['--host', this.hosts.address(host), '--data', this.disk(host).path, '--insecure'];
    this.#processes.set(host, this.spawn(host, ['replica', 'join', '--at', at, '--token', token, ...own]));
  }

  /** The replica of a host is gone for good, and nothing of it is left; a machine that joined has no keys either. */
  async forget(host: number): Promise<void> {
    await this.kill(host);
    const folder = this.disk(host).outside();
    const names = replicaHosts.includes(host) ? [basename(replicaFolder(folder, host))] : readdirSync(folder);
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
    if (!replicaHosts.includes(host)) rmSync(this.configFile(host), { force: true });
  }

  /** Runs a command of the program on a host, in its control groups. */
  spawn(host: number, words: readonly string[]): ChildProcess {
    const program = this.#programs.get(host) ?? this.#options.program ?? programFile;
    const line = [process.execPath, program, ...words, '--config', this.configFile(host)] as const;
    const env = { ...process.env, ...this.#options.environment?.(this, host) };
    const options = { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true } as const;
    const child = this.hosts.spawn(
      host,
      line,
      { ...options, stdio: [...options.stdio] },
      this.groups(host).memberFiles,
    );
    this.log.follow(host, child);
    return child;
  }

  /** Runs a command of the system on a host, in its control groups; fails where it does. */
  async runIn(host: number, ...line: readonly [string, ...string[]]): Promise<void> {
    const options = { stdio: 'ignore', detached: true } as const;
    const child = this.hosts.spawn(host, line, options, this.groups(host).memberFiles);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`\`${line.join(' ')}\` failed on host ${host}: ${code}`);
  }

  /** `kill -9`, and waits until it is gone. */
  async kill(...hosts: readonly number[]): Promise<void> {
    const running = hosts.filter((host) => this.isRunning(host)).map((host) => this.#processes.get(host)!);
    const gone = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    // A frozen process ends once it is thawed.
    for (const host of hosts) await this.groups(host).freeze(false);
    await Promise.all(gone);
  }

  /** Ends it in good order. */
  async stop(host: number): Promise<void> {
    if (!this.isRunning(host)) return;
    const child = this.#processes.get(host)!;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  /** Runs a command of the program as an operator on the clients' host; fails with what it printed. */
  command(...words: readonly string[]): Promise<string> {
    return this.commandOn(clientHost, ...words);
  }

  commandOn(host: number, ...words: readonly string[]): Promise<string> {
    const line = [this.#options.program ?? programFile, ...words, '--config', this.configFile(host)];
    return this.hosts.run(host, process.execPath, ...line);
  }

  /** The key of a member that sends more than it may. */
  get floodKey(): ApiKeyWords {
    return this.#floodKey;
  }

  /** What a gateway says to one request of each kind. */
  probe(gateway: number): Promise<ServiceAnswers> {
    return this.#ask<ServiceAnswers>({ what: 'probe', gateway: gatewayHosts.indexOf(gateway) });
  }

  gaps(fromMs: number): Promise<Gaps> {
    return this.#ask<Gaps>({ what: 'gaps', fromMs });
  }

  endDay(): Promise<null> {
    return this.#ask<null>({ what: 'endDay' });
  }

  statuses(): Promise<readonly ReplicaStatus[]> {
    return this.#ask<readonly ReplicaStatus[]>({ what: 'statuses' });
  }

  /** The replica that serves, once there is one. */
  async leader(): Promise<number> {
    let leader: ReplicaStatus | undefined;
    await this.until('a replica leads', async () => {
      const serving = (await this.statuses()).filter((status) => status.serving);
      leader = serving.toSorted((a, b) => b.term - a.term)[0];
      return leader !== undefined;
    });
    return leader!.replicaId;
  }

  /** All replicas run, follow one leader and have what it has: each of them may fail. */
  async whole(): Promise<void> {
    const lagMax = 200;
    await this.until('every replica has what the leader has', async () => {
      const ended = this.members.find((host) => !this.isRunning(host));
      if (ended !== undefined) throw new Error(`Replica ${ended} has ended. ${this.log.lastWordsOf(ended)}`);
      const statuses = await this.statuses();
      const leader = statuses.find(({ serving }) => serving);
      return (
        leader !== undefined &&
        statuses.length === this.members.length &&
        statuses.every(
          ({ leaderId, recovering, durableIndex }) =>
            leaderId === leader.replicaId && !recovering && durableIndex + lagMax >= leader.commitIndex,
        )
      );
    });
  }

  /** Clients with the SDK and over HTTP have so many more answers. */
  async answered(count: number): Promise<void> {
    const fromMs = monotonicMs();
    await this.until(`clients have ${count} more answers`, async () => {
      const { sdkAnswers, httpAnswers } = await this.gaps(fromMs);
      return sdkAnswers >= count && httpAnswers >= count;
    });
  }

  /** Ends the load, and judges everything since the start. */
  account(): Promise<Account> {
    const folders = this.engineHosts.map((id) => ({
      id,
      folder: replicaFolder(this.disk(id).outside(), id),
    }));
    const { areClocksTrue = true } = this.#options;
    const areJournalsWhole = this.areJournalsWhole && !this.#ships;
    const leaders = this.log.leaders();
    return this.#ask<Account>({
      what: 'end',
      folders,
      leaders,
      areJournalsWhole,
      isStreamWhole: this.isStreamWhole,
      areClocksTrue,
      listed: [...this.secondSite.listed],
    });
  }

  /** Polls until `isDone`; the failure names the awaited condition. */
  async until(what: string, isDone: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = monotonicMs() + waitMs;
    while (!(await isDone())) {
      if (monotonicMs() > endMs) throw new Error(`In ${waitMs} ms it did not come true that ${what}.`);
      await sleep(pollMs);
    }
  }

  /** A command that does not fail in the end. */
  comesTrue(what: string, command: () => Promise<string>): Promise<void> {
    return this.until(what, () =>
      command().then(
        () => true,
        () => false,
      ),
    );
  }

  async end(): Promise<void> {
    await this.hosts.end();
  }

  configFile(host: number): string {
    return join(this.folder, `host-${host}.json`);
  }

  /** What an authority has signed for a party, for the whole run. */
  identity(party: Party): string {
    return identityFolder(join(this.folder, 'made'), party);
  }

  async #found(): Promise<void> {
    const { ledger } = this.hosts;
    mkdirSync(join(this.folder, 'disk'));
    if (this.#ships) mkdirSync(this.backupFolder);
    const gateways = gatewayHosts.map((_, n): Party => ({ kind: PartyKind.gateway, id: n + 1 }));
    const replicas = replicaHosts.map((id): Party => ({ kind: PartyKind.replica, id }));
    const made = join(this.folder, 'made');
    await makeIdentities(made, [...replicas, ...gateways, clientParty, ownOperator, standbyParty]);
    if (this.#options.hasSecondSite === true) {
      this.#groups.set(standbyHost, new Groups(ledger, standbyHost));
      this.#configure(standbyHost, this.dataFolder(standbyHost));
    }
    for (const host of this.#options.hasSpareHosts === true ? spareHosts : []) {
      this.#groups.set(host, new Groups(ledger, host));
      await this.#makeDisk(host);
    }
    for (const host of everyHost) {
      this.#groups.set(host, new Groups(ledger, host));
      const party = replicas[host - 1] ?? gateways[host - gatewayHosts[0]!];
      const hasDisk = replicaHosts.includes(host);
      const dataFolder = hasDisk ? (await this.#makeDisk(host)).path : this.dataFolder(host);
      this.#configure(host, dataFolder);
      const seenFromHere = this.#disks.get(host)?.outside() ?? dataFolder;
      for (const each of [ownOperator, ...(party ? [party] : [])])
        cpSync(this.identity(each), identityFolder(seenFromHere, each), { recursive: true });
    }
    // What an operator has brought lies safely on the disks before a power is cut.
    for (const host of replicaHosts) await this.disk(host).run('sync', '--file-system', this.disk(host).path);
    for (const host of replicaHosts) this.start(host, '--bootstrap');
    for (const host of gatewayHosts) this.start(host);
    this.#startAgent();
    if (this.#ships) this.startBackup();
    await this.answered(1);
    await this.whole();
    if (this.#options.hasSecondSite === true) await this.secondSite.found();
  }

  /** Whether backups are shipped, or a standby site is; both are shipped in the same way. */
  get #ships(): boolean {
    const { hasBackup = false, hasSecondSite = false } = this.#options;
    return hasBackup || hasSecondSite;
  }

  async #makeDisk(host: number): Promise<Disk> {
    const disk = await Disk.make(this.folder, host, this.#options.fileSystem ?? 'xfs');
    await disk.mountFor(this.hosts.keeper(host), this.hosts.ledger);
    this.#disks.set(host, disk);
    return disk;
  }

  #configure(host: number, dataFolder: string): void {
    const words: HostWords = {
      host,
      dataFolder,
      backupFolder: this.#ships ? this.backupFolder : undefined,
      addressOf: (each) => this.hosts.address(each),
      keys: this.#keys,
      apiKey: this.#apiKey,
      hasWitness: this.#options.hasWitness === true,
      hasSecondSite: this.#options.hasSecondSite === true,
      hasSpareHosts: this.#options.hasSpareHosts === true,
      durability: this.#options.durability ?? 'disk',
      floodKey: this.#floodKey,
    };
    writeFileSync(this.configFile(host), JSON.stringify(hostConfiguration(words)), { mode: 0o600 });
  }

  #startAgent(): void {
    const { sdkPerSecond = 200, httpPerSecond = 50, recorded } = this.#options;
    const settings: AgentSettings = {
      config: this.configFile(clientHost),
      identity: this.identity(clientParty),
      gatewayUrls: gatewayHosts.map((host) => `http://${this.hosts.address(host)}:${gatewayPort}`),
      apiKey: this.#apiKey,
      sdkPerSecond,
      httpPerSecond,
      ...(recorded !== undefined && { recorded }),
    };
    const line = [process.execPath, agentFile, JSON.stringify(settings)] as const;
    const groups = this.groups(clientHost).memberFiles;
    this.#agent = this.hosts.spawn(
      clientHost,
      line,
      { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
      groups,
    );
    this.#answers = createInterface(this.#agent.stdout!);
  }

  /** One order after the other. */
  #ask<T>(order: AgentOrder): Promise<T> {
    const answer = this.#asking.then(async () => {
      const ended = new AbortController();
      const { signal } = ended;
      const gone = once(this.#agent!, 'exit', { signal }).then(() => {
        throw new Error('The process of the clients has ended; what it said stands above.');
      });
      gone.catch(() => undefined);
      this.#agent!.stdin!.write(`${JSON.stringify(order)}\n`);
      const line = once(this.#answers!, 'line', { signal });
      line.catch(() => undefined);
      const [text] = (await Promise.race([line, gone]).finally(() => ended.abort())) as [string];
      const said = JSON.parse(text) as AgentAnswer;
      if (!said.ok) throw new Error(said.error);
      return said.value as T;
    });
    this.#asking = answer.catch(() => undefined);
    return answer;
  }
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
